"""The readers' common ground: nothing moves, parts cover all, a new reader joins by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from classifiers import pipeline
from classifiers.need import NOISE, Reading, Span
from classifiers.normalise import normalise
from classifiers.parts import Part, split
from classifiers.reader import READERS, in_order, reader, span
from monitor.flag import flag
from monitor.flag.classify import classify
from monitor.store import Store
from spiders.base.post import Post

PLEA = "求助！晴川市紫荆医院急需N95口罩500个、防护服200套，库存只够一天，联系李护士13800138000"
PLANE = "".join(map(chr, range(0x10000)))


def test_every_character_of_the_basic_plane_stays_one_character() -> None:
    assert len(normalise(PLANE)) == len(PLANE)
    assert all(len(normalise(char)) == 1 for char in PLANE[::17])


def test_characters_beyond_the_basic_plane_stay_where_they_are() -> None:
    text = "😷𠮷👩‍⚕️" + "".join(chr(code) for code in range(0x10000, 0x20000, 101))
    assert len(normalise(text)) == len(text)
    assert normalise(text)[:2] == "😷𠮷"


def test_what_is_normal_already_is_left_alone() -> None:
    once = normalise(PLANE)
    assert normalise(once) == once


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("１３８００１３８０００", "13800138000"),
        ("Ｎ９５：（３Ｍ）", "N95:(3M)"),
        ("護士急需護目鏡、床墊", "护士急需护目镜、床垫"),
        ("\u202e求\u200b助\x07\r\t", " 求 助   "),
        ("第一行\n第二行", "第一行\n第二行"),
        ("\ud83d半", " 半"),
        ("⑩瓶㎏", "⑩瓶㎏"),
        ("⾧門", "长门"),
    ],
)
def test_plain_forms(given: str, plain: str) -> None:
    assert normalise(given) == plain


def kinds(text: str) -> list[tuple[str, str]]:
    return [(part.kind, part.text) for part in split(text)]


def test_own_words_and_reposted_words_are_told_apart() -> None:
    assert kinds("帮转//@半盏孤灯:求口罩#扩散# //@小禾: 谢谢@紫荆医院 ") == [
        ("own", "帮转"),
        ("mention", "//@半盏孤灯:"),
        ("reposted", "求口罩"),
        ("hashtag", "#扩散#"),
        ("reposted", " "),
        ("mention", "//@小禾:"),
        ("reposted", " 谢谢"),
        ("mention", "@紫荆医院"),
        ("reposted", " "),
    ]


def test_what_the_service_left_behind_is_no_words_of_the_author() -> None:
    assert ("leftover", "收起全文d") in kinds("急需口罩 收起全文d")
    assert ("leftover", "https://example.org/a?b=1") in kinds("见https://example.org/a?b=1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#",
        "##",
        "//@",
        "//@:",
        "@",
        "#a#b#c#",
        "#@小禾 #//@小禾:#",
        "//@甲://@乙://@丙:",
        "@" * 50,
        "#" * 51,
        "\n\n#话题\n#",
        "转//@小禾:#话题#http://example.org收起全文d",
    ],
)
def test_parts_cover_the_text_without_gap_or_overlap(text: str) -> None:
    parts = split(text)
    assert "".join(part.text for part in parts) == text
    at = 0
    for part in parts:
        assert (part.start, part.text) == (at, text[part.start : part.end])
        assert part.start < part.end
        at = part.end
    assert {part.kind for part in parts} <= {"own", "reposted", "hashtag", "mention", "leftover"}


def test_parts_are_the_same_every_time() -> None:
    assert split(PLEA) == [Part(text=PLEA, start=0, end=len(PLEA), kind="own")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanks(Span):
    """Words of thanks."""

    warmth: int


@pytest.fixture
def readers() -> Iterator[None]:
    """Let a test register readers; afterwards the readers are those of the package again."""
    pipeline.build()
    before = dict(READERS)
    pipeline.build.cache_clear()
    yield
    for name in READERS.keys() - before.keys():
        if Doc.has_extension(name):
            Doc.remove_extension(name)
    READERS.clear()
    READERS.update(before)
    pipeline.build.cache_clear()


@pytest.fixture
def thanks(readers: None) -> None:
    """A new reader, as it would stand in a file of its own."""

    @reader("thanks", after=("contacts",))
    def read_thanks(doc: Doc) -> tuple[Thanks, ...]:
        at = doc.text.find("谢谢")
        return (span(doc, Thanks, at, at + 2, warmth=len(doc._.contacts)),) if at >= 0 else ()


def test_a_new_reader_shows_up_in_the_reading(thanks: None) -> None:
    [reading] = pipeline.read([PLEA + "，謝謝"])
    at = len(PLEA) + 1
    assert reading.details["thanks"] == (Thanks(text="謝謝", start=at, end=at + 2, warmth=1),)


def test_a_new_reader_is_named_among_the_fields(thanks: None) -> None:
    names = pipeline.fields()
    assert names.index("contacts") < names.index("thanks")


def test_a_new_reader_shows_up_in_the_store(thanks: None, store: Store) -> None:
    store.posts.save("day", [Post(source_id="1", text=PLEA + "，谢谢")], run_id=None)
    assert flag(store).needs == 1
    [need] = store.needs.without_case()
    [found] = need.reading.details["thanks"]
    assert (found["text"], found["warmth"]) == ("谢谢", 1)


def test_a_new_reader_shows_up_in_what_classify_writes(thanks: None) -> None:
    [fields] = classify([json.dumps({"id": 1, "text": PLEA + "，谢谢"}).encode()])
    [found] = json.loads(json.dumps(fields))["thanks"]
    assert found == {"text": "谢谢", "start": len(PLEA) + 1, "end": len(PLEA) + 3, "warmth": 1}


def test_a_reader_that_is_not_shown_stays_out_of_the_reading(readers: None) -> None:
    @reader("hidden", shown=False)
    def read_hidden(doc: Doc) -> int:
        return len(doc)

    [reading] = pipeline.read([PLEA])
    assert "hidden" not in reading.details
    assert "hidden" in pipeline.fields()


def test_a_reader_sees_what_was_read_before_it(readers: None) -> None:
    @reader("count", after=("items", "facilities"))
    def read_count(doc: Doc) -> int:
        return len(doc._.items) + len(doc._.facilities)

    [reading] = pipeline.read([PLEA])
    assert reading.details["count"] == 3


def test_readers_that_wait_for_each_other_are_told_by_name(readers: None) -> None:
    for name, other in (("egg", "hen"), ("hen", "egg")):
        reader(name, after=(other,))(lambda doc: ())
    with pytest.raises(ValueError, match=r"egg \(after hen\), hen \(after egg\)"):
        in_order()
    with pytest.raises(ValueError, match="never read"):
        pipeline.build()


def test_a_reader_that_waits_for_what_nobody_reads_is_told_by_name(readers: None) -> None:
    reader("late", after=("weather",))(lambda doc: ())
    with pytest.raises(ValueError, match=r"late \(after weather\)"):
        in_order()


def test_every_reader_comes_behind_what_it_wants() -> None:
    pipeline.build()
    order = [entry.field for entry in in_order()]
    assert sorted(order) == sorted(READERS)
    for entry in in_order():
        assert all(order.index(name) < order.index(entry.field) for name in entry.after)


def test_the_pipeline_is_one_spacy_language_with_a_component_for_each_reader() -> None:
    language = pipeline.build()
    assert isinstance(language, Language)
    assert language.pipe_names == [f"read_{name}" for name in pipeline.fields()]


def test_what_the_gate_stops_is_read_as_noise() -> None:
    assert list(pipeline.read(["今天的晚霞真好看", ""])) == [NOISE, NOISE]


def test_readings_come_in_the_order_of_the_texts() -> None:
    readings = list(pipeline.read([PLEA, "晚霞", PLEA]))
    assert [reading.flagged for reading in readings] == [True, False, True]
    assert readings[0] == readings[2]


def test_texts_are_read_one_by_one_as_they_are_asked_for() -> None:
    asked: list[int] = []

    def texts() -> Iterator[str]:
        for number in range(3):
            asked.append(number)
            yield PLEA

    reading: Iterator[Reading] = pipeline.read(texts())
    next(reading)
    assert asked == [0]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert('医院急需口罩')</script>",
        '"><img src=x onerror=alert(1)>医院急需口罩',
        '=HYPERLINK("http://example.org","医院急需口罩")',
        "医院急需口罩" * 2_000,
        "\x00\x01医院\x1b[31m急需\u202e口罩\u2066",
        "😷👩‍⚕️医院急需口罩🆘" * 100,
        "医院急需" + "1" * 5_000 + "个口罩",
        "医院急需口罩" + "、" * 5_000,
        "医院急需" + "口罩、" * 3_000,
        "医院急需" + "@" * 5_000 + "#" * 5_000,
        "\ud83d医院急需口罩\udc00",
    ],
)
def test_hostile_texts_are_read_and_every_span_stands_in_them(text: str) -> None:
    [reading] = pipeline.read([text])
    spans = [*reading.items, *reading.facilities, *reading.contacts, *reading.places]
    for found in [*spans, *reading.evidence]:
        assert text[found.start : found.end] == found.text


def test_words_far_behind_the_length_of_any_post_are_not_read() -> None:
    plea = "紫荆医院急需口罩，求支援"
    near, far = pipeline.read(["啊" * 10_000 + plea, "啊" * 100_000 + plea])
    assert near is not NOISE
    assert far is NOISE
