"""`distress classify`: posts go in, a reading for each comes out, in order, as it was promised."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from classifiers.need import LABELS
from monitor.cli import main
from monitor.flag.classify import LONGEST_LINE, bounded_lines, classify

HERE = Path(__file__).resolve().parents[2]
PLEA = (
    "求助！我是晴川市紫荆医院的护士，我们医护人员急需N95口罩500个、防护服每天200套、护手霜若干，"
    "库存只够一天，联系李护士13800138000"
)
PROMISED = [
    "id",
    "flagged",
    "score",
    "label",
    "items",
    "facilities",
    "contacts",
    "places",
    "voice",
    "urgency",
    "evidence",
]
ITEM = {"name", "text", "quantity", "quantity_max", "per", "quantity_text", "unit", "start", "end"}
ITEM |= {"doubtful", "facility"}


def lines_of(*posts: object) -> list[bytes]:
    return [json.dumps(post).encode() + b"\n" for post in posts]


def read(text: str) -> dict[str, Any]:
    """Return the reading of one text."""
    [fields] = classify(lines_of({"id": "1", "text": text}))
    return fields


def spans_in(fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every part of a reading that says where it stands."""
    for value in fields.values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict) and "start" in part:
                yield part


def test_a_reading_has_the_promised_fields_in_the_promised_order() -> None:
    fields = read(PLEA)
    assert list(fields)[: len(PROMISED)] == PROMISED
    assert fields["id"] == "1"
    assert fields["flagged"] is True
    assert 0 <= fields["score"] <= 1
    assert fields["label"] == "request"
    assert fields["label"] in LABELS
    assert fields["voice"] == "firsthand"


def test_goods_have_the_promised_fields() -> None:
    goods = {item["name"]: item for item in read(PLEA)["items"]}
    assert set(goods) == {"N95口罩", "防护服", "护手霜"}
    assert set(goods["N95口罩"]) == ITEM
    masks, suits, hands = goods["N95口罩"], goods["防护服"], goods["护手霜"]
    assert (masks["quantity"], masks["quantity_text"], masks["unit"]) == (500, "500", "个")
    assert (suits["quantity"], suits["per"]) == (200, "day")
    assert (hands["quantity"], hands["quantity_text"]) == (None, "若干")


def test_facilities_contacts_and_places_have_the_promised_fields() -> None:
    fields = read("湖北省武汉市紫荆医院医护人员急需口罩，联系13800138000")
    [facility], [contact] = fields["facilities"], fields["contacts"]
    assert set(facility) == {"text", "role", "start", "end"}
    assert set(contact) == {
        "kind", "value", "person", "role", "do_not_call", "area", "area_from",
        "text", "start", "end",
    }  # fmt: skip
    assert (contact["kind"], contact["value"]) == ("mobile", "13800138000")
    assert all(
        set(place) == {"text", "province", "city", "county", "code", "start", "end"}
        for place in fields["places"]
    )
    assert fields["places"][0]["province"] == "湖北省"


def test_evidence_says_which_words_made_it_a_request() -> None:
    evidence = read(PLEA)["evidence"]
    assert {"goods", "lacking", "contact"} <= {part["role"] for part in evidence}
    starts = [part["start"] for part in evidence]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    "text",
    [
        PLEA,
        "求助！我是晴川市紫荊醫院的護士，我們醫護人員急需Ｎ９５口罩５００個、護目鏡２０副，聯繫１３８００１３８０００",
        "😷😷👩‍⚕️求助！晴川市紫荆医院急诊科医护急需口罩😷500个🙏🙏，联系👉138 0013 8000👈",
        "\u202e求助\u202c！晴川市紫荆医院\x07医护急需\u200b口罩 500 个，联系13800138000",
        "\n\n求助！\r\n晴川市紫荆医院医护急需：\n1、口罩500个\n2、防护服\t200套\n电话：13800138000",
        "𠮷𠮷求助！晴川市紫荆医院医护急需口罩𝟓𝟎𝟎个，联系13800138000",
    ],
)
def test_offsets_index_the_text_as_it_was_given(text: str) -> None:
    fields = read(text)
    found = list(spans_in(fields))
    assert fields["flagged"]
    assert {"facilities", "contacts", "items"} <= {name for name in fields if fields[name]}
    assert [text[part["start"] : part["end"]] for part in found] == [part["text"] for part in found]


def test_goods_of_a_post_that_is_no_request_are_given_too() -> None:
    fields = read("我们公司向市第一医院捐赠了口罩2000个和防护服60套，致敬医护人员！")
    assert not fields["flagged"]
    assert fields["label"] in {"offer", "comment", "none"}
    assert fields["evidence"] == []


def test_noise_has_all_fields_too() -> None:
    fields = read("今天的晚霞真好看")
    assert list(fields)[: len(PROMISED)] == PROMISED
    assert (fields["flagged"], fields["label"], fields["items"]) == (False, "none", [])
    assert (fields["voice"], fields["urgency"]) == (None, None)


@pytest.mark.parametrize("identity", ["a", 7, None, "1" * 40])
def test_the_id_comes_back_as_it_was(identity: object) -> None:
    [fields] = classify(lines_of({"id": identity, "text": "晚霞"}))
    assert fields["id"] == identity


def test_further_fields_of_a_post_are_ignored() -> None:
    [fields] = classify(lines_of({"id": "1", "text": "晚霞", "flagged": True, "items": "x"}))
    assert (fields["flagged"], fields["items"]) == (False, [])


def test_readings_come_in_the_order_of_the_posts() -> None:
    posts = [{"id": n, "text": PLEA if n % 2 else "晚霞"} for n in range(9)]
    assert [fields["id"] for fields in classify(lines_of(*posts))] == list(range(9))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"nonsense\n", "not JSON: "),
        (b'{"id": "1", "text": "\xc8\xfd"}\n', "not UTF-8"),
        (b'{"id": "1"}\n', "no text"),
        (b'{"id": "1", "text": null}\n', "no text"),
        (b'{"id": "1", "text": ["a"]}\n', "no text"),
        (b'["text"]\n', "not a JSON object"),
        (b'"text"\n', "not a JSON object"),
        (b"[" * 200_000 + b"\n", "nested too deeply"),
        (b'{"id": ' + b"9" * 5000 + b', "text": ""}\n', ""),
        (b'{"id": 1, "text": "' + b"x" * LONGEST_LINE + b'"}\n', "longer than 1048576 bytes"),
    ],
)
def test_a_bad_line_is_told_by_its_number_and_the_rest_goes_on(line: bytes, told: str) -> None:
    good = lines_of({"id": "good", "text": "晚霞"})
    first, second, third = classify([*good, line, *good])
    assert first["id"] == third["id"] == "good"
    assert set(second) == {"line", "error"}
    assert second["line"] == 2
    assert second["error"]
    assert second["error"].startswith(told)


def test_empty_lines_are_passed_over_and_still_counted() -> None:
    given = [b"\n", b"  \r\n", *lines_of({"id": 1, "text": ""}), b"\n", b"x\n"]
    first, second = classify(given)
    assert first["id"] == 1
    assert second["line"] == 5


def test_half_surrogate_pairs_are_read_and_come_back() -> None:
    text = PLEA + "\ud83d"
    [fields] = classify([b'{"id": "\\udc00", "text": ' + json.dumps(text).encode() + b"}\n"])
    assert fields["flagged"]
    assert json.loads(json.dumps(fields))["id"] == "\udc00"


def test_a_text_of_100000_characters_is_read() -> None:
    fields = read(PLEA + "啊" * 100_000)
    assert "error" not in fields


def test_only_the_beginning_of_a_long_line_is_held() -> None:
    stream = io.BytesIO(b"a\n" + b"x" * (3 * LONGEST_LINE) + b"\nb\n" + b"y" * (2 * LONGEST_LINE))
    lengths = [len(line) for line in bounded_lines(stream)]
    assert lengths == [2, LONGEST_LINE + 1, 2, LONGEST_LINE + 1]


@pytest.fixture(scope="module")
def filtered(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """What the real command makes of a file with good lines, a bad one and one of 10 MB."""
    path = tmp_path_factory.mktemp("classify") / "posts.jsonl"
    huge = b'{"id": "huge", "text": "' + b"x" * 10_000_000 + b'"}\n'
    good = lines_of({"id": "first", "text": PLEA}, {"id": "last", "text": "晚霞"})
    path.write_bytes(b"\xef\xbb\xbf" + good[0] + b"\xff\xfe\n" + huge + good[1].strip())
    return CliRunner().invoke(main, ["classify", str(path)])


def test_the_command_writes_a_line_for_every_line(
    filtered: Result,
) -> None:
    first, second, third, last = map(json.loads, filtered.stdout.splitlines())
    assert (first["id"], first["flagged"]) == ("first", True)
    assert (second["line"], third["line"]) == (2, 3)
    assert last["id"] == "last"


def test_the_command_says_by_its_status_that_lines_were_bad(
    filtered: Result,
) -> None:
    assert filtered.exit_code == 1
    assert "2 lines could not be read" in filtered.stderr
    assert "Traceback" not in filtered.stderr


def test_the_first_reading_comes_before_the_input_ends() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "monitor.cli", "classify", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=HERE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            for number in range(2):
                [line] = lines_of({"id": number, "text": PLEA})
                process.stdin.write(line)
                process.stdin.flush()
                assert json.loads(process.stdout.readline())["id"] == number
            process.stdin.close()
            assert process.stdout.read() == b""
            assert process.wait(120) == 0
        finally:
            process.kill()
