"""Files as people have them: what a spreadsheet, a messenger or a mistake made of posts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from crawls import crawled, source, texts
from odd_files import CHAT, PLATFORMS, PLEA, TRADITIONAL, Found, book, table, written

WEIBO = ("id", "bid", "user_id", "用户昵称", "微博正文", "发布时间")


def test_ids_that_a_spreadsheet_rounded_cost_no_post_and_the_run_says_so(tmp_path: Path) -> None:
    rows = [
        (
            "4611686018427380",
            f"Ib{n}",
            f"59900000{n}",
            f"某护士{n}",
            f"{PLEA}{n}",
            f"2020/2/10 9:0{n}",
        )
        for n in range(4)
    ]
    written(tmp_path / "r.csv", table(WEIBO, *rows), "utf-8-sig")
    day = source("day", path="r.csv")
    [run] = crawled(tmp_path, day)
    assert (run.outcome, run.posts_new, run.posts_known) == ("ok", 4, 0)
    assert "ids cannot be trusted" in (run.message or "")
    assert sorted(texts(tmp_path).values()) == sorted(row[4] for row in rows)
    written(tmp_path / "r.csv", table(WEIBO, *reversed(rows)), "utf-8-sig")
    [again] = crawled(tmp_path, day)
    assert (again.outcome, again.posts_new, again.posts_known) == ("empty", 0, 4)


@pytest.mark.parametrize(
    "guarded",
    [
        '="4467080123456789"',
        "'4467080123456789",
        "4467080123456789\t",
        "\u20194467080123456789",
        "\b4467080123456789",
        " 4467080123456789 ",
        "4467080123456789.0",
        "4.467080123456789E+15",
    ],
)
def test_an_id_that_was_guarded_from_rounding_is_the_id(tmp_path: Path, guarded: str) -> None:
    row = (guarded, "Ib1", "'5990000001", "某护士", PLEA, "2020-02-10 09:00")
    [post] = Found(written(tmp_path / "r.csv", table(WEIBO, row))).posts
    assert (post.source_id, post.url) == ("4467080123456789", "https://weibo.com/5990000001/Ib1")


def test_words_that_only_look_guarded_stay(tmp_path: Path) -> None:
    words = ["'急需' 口罩", "=缺口罩", "1.5E+3 个口罩", "'90后护士求口罩"]
    rows = [(str(n), word) for n, word in enumerate(words)]
    assert Found(written(tmp_path / "r.csv", table(("id", "text"), *rows))).texts == words


SHEET = ("单位", "所需物资", "联系方式", "备注")
LIKE = {"text": "{单位}急需{所需物资}，联系{联系方式}"}


def test_rows_that_differ_in_any_column_are_several_posts(tmp_path: Path) -> None:
    rows = [(f"{n}县医院", "口罩、防护服", "", "加急" if n == 2 else "") for n in (1, 2, 3)]
    written(tmp_path / "s.csv", table(SHEET, *rows, rows[0]))
    [run] = crawled(tmp_path, source("s", path="s.csv") + 'map = { text = "所需物资" }')
    assert (run.posts_new, run.posts_known) == (3, 1)


def test_several_columns_are_read_as_one_text(tmp_path: Path) -> None:
    rows = [("甲县医院", "口罩", "王老师13800138001", ""), ("乙县医院", "手套", "", "")]
    found = Found(written(tmp_path / "s.csv", table(SHEET, *rows)), map=LIKE)
    assert found.texts == ["甲县医院急需口罩，联系王老师13800138001", "乙县医院急需手套，联系"]


def test_a_pattern_with_a_column_that_is_not_there_names_it(tmp_path: Path) -> None:
    found = Found(
        written(tmp_path / "s.csv", table(SHEET, ("甲", "乙", "丙", ""))),
        map={"text": "{单位}急需{物资}"},
    )
    [message] = found.troubles
    assert "'物资'" in message and "所需物资" in message and "map" in message


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("13800138001.0", "13800138001"),
        ("1.3800138001E+10", "13800138001"),
        ("'13800138001", "13800138001"),
    ],
)
def test_a_number_that_a_spreadsheet_changed_is_the_number(
    tmp_path: Path, number: str, words: str
) -> None:
    found = Found(written(tmp_path / "s.csv", table(SHEET, ("甲", "口罩", number, ""))), map=LIKE)
    assert found.texts == [f"甲急需口罩，联系{words}"] and not found.aside


def test_a_number_that_is_lost_is_told_and_the_plea_is_kept(tmp_path: Path) -> None:
    found = Found(
        written(tmp_path / "s.csv", table(SHEET, ("甲", "口罩", "1.38E+10", ""))), map=LIKE
    )
    assert len(found.posts) == 1
    assert "1.38E+10" in found.aside["s.csv:2"] and "as text" in found.aside["s.csv:2"]


@pytest.mark.parametrize(
    ("encoding", "guess"),
    [
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("gb18030", "GB18030"),
        ("utf-32", ""),
    ],
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_table_in_any_encoding_of_a_spreadsheet_is_read(
    tmp_path: Path, encoding: str, guess: str, delimiter: str
) -> None:
    content = table(("id", "text"), ("1", PLEA), ("2", "两百个口罩，急"), delimiter=delimiter)
    found = Found(written(tmp_path / "t.csv", content, encoding))
    assert found.texts == [PLEA, "两百个口罩，急"]
    assert any(f"was read as {guess}" in remark for remark in found.remarks) == bool(guess)


@pytest.mark.parametrize("name", ["b.csv", "b.jsonl", "b.json"])
@pytest.mark.parametrize("encoding", ["big5", "gb18030"])
def test_big5_and_gb_are_told_apart_by_their_characters(
    tmp_path: Path, encoding: str, name: str
) -> None:
    words = TRADITIONAL if encoding == "big5" else PLEA
    row = {"id": "1", "text": words}
    content = {
        "b.csv": table(("id", "text"), ("1", words)),
        "b.jsonl": json.dumps(row, ensure_ascii=False) + "\n",
        "b.json": json.dumps([row], ensure_ascii=False),
    }[name]
    found = Found(written(tmp_path / name, content, encoding))
    assert found.texts == [words]
    assert "Big5" in found.said if encoding == "big5" else "GB18030" in found.said


def test_a_file_in_no_such_encoding_is_refused_by_name(tmp_path: Path) -> None:
    content = "id,text\n" + "".join(
        f"{n},病院でマスクが足りません。助けてください\n" for n in range(5)
    )
    found = Found(written(tmp_path / "j.csv", content, "shift_jis"))
    assert not found.posts and "UTF-8" in found.aside["j.csv:1"]


@pytest.mark.parametrize("name", ["m.csv", "m.jsonl"])
def test_lines_that_end_with_a_return_alone_are_lines(tmp_path: Path, name: str) -> None:
    rows = ["id,text", f"1,{PLEA}", "2,缺手套"]
    if name == "m.jsonl":
        rows = [json.dumps({"id": n, "text": text}) for n, text in enumerate((PLEA, "缺手套"))]
    assert Found(written(tmp_path / name, "\r".join(rows) + "\r")).texts == [PLEA, "缺手套"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("口罩&amp;手套", "口罩&手套"),
        ("N95&gt;普通口罩&nbsp;急", "N95>普通口罩 急"),
        ("急需<br />口罩<a href='x'>链接</a>", "急需\n口罩链接"),
        ("缺\x08口罩", "缺口罩"),
        ("缺口罩\r\n急", "缺口罩\n急"),
        ("口罩 < 100 & 手套 > 5", "口罩 < 100 & 手套 > 5"),
    ],
)
def test_what_an_export_left_in_the_words_is_taken_out(
    tmp_path: Path, text: str, words: str
) -> None:
    assert Found(written(tmp_path / "a.jsonl", json.dumps({"id": 1, "text": text}))).texts == [
        words
    ]


def dated(path: Path, *days: str, **options: Any) -> Found:
    rows = [(str(n), f"{PLEA}{n}", day) for n, day in enumerate(days)]
    return Found(written(path / "d.csv", table(("id", "text", "posted_at"), *rows)), **options)


@pytest.mark.parametrize(
    ("days", "read"),
    [
        (["11/02/2020 08:00", "12/02/2020 08:00", "13/02/2020 09:00"], ["02-11", "02-12", "02-13"]),
        (
            ["02/11/2020 08:00", "2/13/2020 8:59 PM", "02/12/2020 09:00"],
            ["02-11", "02-13", "02-12"],
        ),
        (["2/10/20 8:59", "2/28/20 9:00"], ["02-10", "02-28"]),
        (["11.02.2020 12:00", "12.02.2020 12:00"], ["02-11", "02-12"]),
        (["20-02-10", "20-02-13", "19-12-31"], ["02-09", "02-12", "12-30"]),
        (["43871.5", "43872.5"], ["02-10", "02-11"]),
        (["2020/2/10 下午 8:59", "2020年2月11日 上午9:00"], ["02-10", "02-11"]),
    ],
)
def test_a_column_tells_whether_days_or_months_come_first(
    tmp_path: Path, days: list[str], read: list[str]
) -> None:
    found = dated(tmp_path, *days)
    assert found.days == read and not found.aside


def test_dates_that_may_be_either_are_set_aside_and_the_pleas_are_kept(tmp_path: Path) -> None:
    found = dated(tmp_path, "11/02/2020 08:00", "12/02/2020 08:00")
    assert found.days == [None, None] and len(found.texts) == 2
    assert list(found.aside) == ["d.csv:2", "d.csv:3"]
    assert 'dates = "day first"' in found.said


def test_who_knows_says_which_comes_first(tmp_path: Path) -> None:
    days = ("11/02/2020 08:00", "12/02/2020 08:00")
    assert dated(tmp_path, *days, dates="day first").days == ["02-11", "02-12"]
    assert dated(tmp_path, *days, dates="month first").days == ["11-02", "12-02"]


def test_dates_that_contradict_each_other_leave_only_the_doubtful_ones_out(tmp_path: Path) -> None:
    found = dated(tmp_path, "11/02/2020 08:00", "13/02/2020 08:00", "02/14/2020 08:00")
    assert found.days == ["02-11", "02-13", "02-14"]


def test_rows_before_the_telling_one_keep_their_order(tmp_path: Path) -> None:
    days = [f"{1 + n % 12:02}/02/2020" for n in range(400)]
    found = dated(tmp_path, *days, "13/02/2020")
    assert [post.source_id for post in found.posts] == [str(n) for n in range(401)]
    assert None not in found.days


def test_a_time_that_cannot_be_read_costs_the_time_alone(tmp_path: Path) -> None:
    times = ["2020-02-10", "昨天", "2020-02-10T08:00:00+99999999999999", "1.58129E+12", "9" * 400]
    found = dated(tmp_path, *times)
    assert len(found.posts) == 5 and found.days == ["02-09", None, None, None, None]
    assert list(found.aside) == [f"d.csv:{line}" for line in (3, 4, 5, 6)]
    assert all("kept without a time" in reason for reason in found.aside.values())


def test_what_no_row_has_is_told_once(tmp_path: Path) -> None:
    rows = [(str(n), f"{PLEA}{n}") for n in range(30)]
    [remark] = Found(written(tmp_path / "n.csv", table(("id", "text"), *rows))).remarks
    assert "an author or a time" in remark and "posted_at" in remark and "map" in remark


def test_what_some_row_has_is_not_told(tmp_path: Path) -> None:
    rows = [("1", PLEA, "", ""), ("2", PLEA, "某护士", "2020-02-10")]
    header = ("id", "text", "author", "time")
    assert not Found(written(tmp_path / "n.csv", table(header, *rows))).remarks


@pytest.mark.parametrize(
    ("first", "delimiter"), [("sep=;", ";"), ("SEP=|", "|"), ('"sep=\t"', "\t"), ("sep=,", ",")]
)
def test_a_first_line_that_names_the_separator_sets_it(
    tmp_path: Path, first: str, delimiter: str
) -> None:
    content = f"{first}\r\n" + table(
        ("id", "text"), ("1", "口罩, 手套; 急|需"), delimiter=delimiter
    )
    assert Found(written(tmp_path / "s.csv", content)).texts == ["口罩, 手套; 急|需"]


def test_a_title_above_the_header_and_blank_rows_are_no_posts(tmp_path: Path) -> None:
    rows = [
        ("物资需求登记表", "", ""),
        ("", "", ""),
        ("id", "text", "author"),
        ("1", PLEA, "某护士"),
        ("", "", ""),
    ]
    found = Found(written(tmp_path / "s.csv", table(*rows)))
    assert found.texts == [PLEA] and not found.aside


def test_columns_in_another_order_and_with_one_name_twice_are_told_apart(tmp_path: Path) -> None:
    rows = [("电话", "text", "电话", "id"), ("13800138001", PLEA, "13800138002", "7")]
    found = Found(
        written(tmp_path / "s.csv", table(*rows)),
        map={"id": "id", "text": "{text} {电话} {电话#2}"},
    )
    [post] = found.posts
    assert post.text == f"{PLEA} 13800138001 13800138002" and post.source_id == "7"


def test_a_chat_that_telegram_desktop_exported_is_read(tmp_path: Path) -> None:
    found = Found(written(tmp_path / "result.json", CHAT))
    assert found.texts == ["梧桐医院急需口罩，13800138001", "", "林老师 13800138002"]
    assert [post.source_id for post in found.posts] == ["987654/2", "987654/3", "987654/5"]
    assert (found.posts[1].reposted_text, found.posts[1].reposted_author) == (
        "科室缺手套",
        "某护士",
    )
    assert found.posts[0].posted_at == datetime(2020, 2, 10, 0, 1, tzinfo=UTC)
    assert found.posts[0].url is None and not found.aside


def test_of_an_account_s_export_talks_with_one_person_are_passed_over(tmp_path: Path) -> None:
    private = {**CHAT, "type": "personal_chat", "id": 5}
    account = {
        "about": "…",
        "personal_information": {"user_id": 1},
        "contacts": {"list": [{"first_name": "林", "phone_number": "1"}]},
        "chats": {"about": "…", "list": [private, CHAT]},
    }
    found = Found(written(tmp_path / "result.json", account))
    assert [post.source_id for post in found.posts] == ["987654/2", "987654/3", "987654/5"]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda rows: {"data": rows},
        lambda rows: {"ok": 1, "data": {"total": 2, "list": rows}},
        lambda rows: {"tags": [{"name": "a"}], "posts": rows},
        lambda rows: {"meta": {"pages": [1, 2]}, "任意": rows},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_within_a_json_object_is_read(tmp_path: Path, wrap: Any, indent: int | None) -> None:
    rows = [{"id": n, "text": f"{PLEA}{n}"} for n in (1, 2)]
    content = json.dumps(wrap(rows), ensure_ascii=False, indent=indent)
    assert Found(written(tmp_path / "a.json", content)).texts == [f"{PLEA}1", f"{PLEA}2"]


@pytest.mark.parametrize("number", ["9" * 5000, "1e99999999999999999999"], ids=["long", "huge"])
def test_a_number_that_no_number_can_hold_stops_at_its_row(tmp_path: Path, number: str) -> None:
    rows = f'{{"data": [{{"id": "1", "text": "{PLEA}1"}}, {{"id": {number}, "text": "{PLEA}2"}}]}}'
    found = Found(written(tmp_path / "a.json", rows))
    assert found.texts == [f"{PLEA}1"]
    assert any("item 2" in place for place in found.aside)


def test_what_is_nested_by_the_thousand_is_told_and_costs_little(tmp_path: Path) -> None:
    rows = f'{{"data": [{{"id": "1", "text": "{PLEA}1"}}, ' + '{"a":' * 20_000
    found = Found(written(tmp_path / "a.json", rows))
    assert found.texts == [f"{PLEA}1"]
    assert "nested too deeply" in found.said


def test_an_object_of_several_lists_names_them(tmp_path: Path) -> None:
    found = Found(written(tmp_path / "a.json", {"甲": [{"a": 1}], "乙": [{"b": 2}]}))
    [reason] = found.aside.values()
    assert "'甲'" in reason and "'乙'" in reason and "save" in reason


def test_one_post_over_many_lines_is_one(tmp_path: Path) -> None:
    assert Found(written(tmp_path / "a.json", {"id": 1, "text": PLEA})).texts == [PLEA]


def test_an_outbox_of_activitypub_is_read(tmp_path: Path) -> None:
    me = "https://m.example/users/xiaohe"
    note = {
        "id": f"{me}/statuses/1",
        "type": "Note",
        "published": "2020-02-10T00:01:00Z",
        "url": "https://m.example/@xiaohe/1",
        "attributedTo": me,
        "summary": "求助",
        "content": "<p>梧桐医院急需口罩&amp;手套<br>13800138001</p>",
        "attachment": [
            {"type": "Document", "name": "物资清单"},
            {"type": "Document", "name": None},
        ],
    }
    outbox = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "outbox.json",
        "type": "OrderedCollection",
        "totalItems": 2,
        "orderedItems": [
            {
                "id": "a1",
                "type": "Create",
                "actor": me,
                "published": note["published"],
                "object": note,
            },
            {
                "id": "a2",
                "type": "Announce",
                "actor": me,
                "published": note["published"],
                "object": "https://m.example/users/other/statuses/9",
            },
        ],
    }
    [post] = Found(written(tmp_path / "outbox.json", outbox)).posts
    assert post.text == "求助\n梧桐医院急需口罩&手套\n13800138001\n物资清单"
    assert (post.source_id, post.url, post.author) == (note["id"], note["url"], "xiaohe")
    assert post.posted_at == datetime(2020, 2, 10, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("suffix", ["json", "jsonl", "csv", "xlsx"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_platform_that_mediacrawler_exports_is_read(
    tmp_path: Path, platform: str, suffix: str
) -> None:
    row, words, url = PLATFORMS[platform]
    path = tmp_path / f"export.{suffix}"
    if suffix == "csv":
        written(path, table(list(row), [str(value) for value in row.values()]), "utf-8-sig")
    elif suffix == "xlsx":
        book(path, Contents=[list(row), [str(value) for value in row.values()]])
    else:
        written(path, json.dumps([row] if suffix == "json" else row, ensure_ascii=False))
    [post] = Found(path).posts
    assert (post.text, post.url, post.author) == (words, url, "某社工")
    assert post.posted_at == datetime(2020, 2, 10, 0, 1, tzinfo=UTC)


def test_a_workbook_is_read_sheet_by_sheet(tmp_path: Path) -> None:
    path = book(
        tmp_path / "w.xlsx",
        一月=[
            ["登记表", None, None],
            ["id", "text", "posted_at"],
            [4467080123456789, PLEA, datetime(2020, 1, 31, 9)],
        ],
        二月=[["text", "posted_at"], ["缺手套", 43871.5], [None, None]],
        说明=[["怎么填"], ["写清楚"]],
    )
    found = Found(path)
    assert found.texts == [PLEA, "缺手套"]
    assert found.posts[0].source_id == "4467080123456789"
    assert found.days == ["01-31", "02-10"]
    assert any("说明" in remark for remark in found.remarks) and not found.aside


def test_numbers_of_a_workbook_are_written_out(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        list(SHEET),
        ["甲", "口罩", 13800138001.0, None],
        ["乙", "手套", 13800138002, True],
    ]
    found = Found(book(tmp_path / "w.xlsx", 表=rows), map=LIKE)
    assert found.texts == ["甲急需口罩，联系13800138001", "乙急需手套，联系13800138002"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel file"),
        (b"PK\x03\x04" + bytes(100), "cannot be read"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<html><body><table><tr><td>id</td></tr></table>", "HTML"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
    ],
)
@pytest.mark.parametrize("name", ["x.xlsx", "x.csv", "x.xls"])
def test_what_is_no_table_is_named_with_the_way_out(
    tmp_path: Path, content: bytes, words: str, name: str
) -> None:
    [reason] = Found(written(tmp_path / name, content)).aside.values()
    assert words in reason and ("save" in reason or "type" in reason or "export" in reason)


def test_no_message_is_python_s_own(tmp_path: Path) -> None:
    rows = [
        '{"id": 1, "text": ',
        "not json",
        "[1]",
        '{"id": 2, "text": {"a": 1}}',
        "{'a': 1}",
        "[" * 99_999,
    ]
    found = Found(written(tmp_path / "p.jsonl", "\n".join(rows)))
    odd = Found(written(tmp_path / "p.csv", 'id,text\n1,"a"b\n2,"never\n'))
    broken = Found(written(tmp_path / "p.json", '[{"id": 1, "text": "a"}, {"id": }]'))
    for one in (found, odd, broken):
        assert one.aside
        for words in (
            "Expecting",
            "expected",
            "Extra data",
            "char ",
            "Error",
            "right here",
        ):
            assert words not in " ".join(one.aside.values())


def test_one_odd_row_costs_no_other(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"id": n, "text": f"{PLEA}{n}"} for n in range(2000)]
    rows[1000] |= {"time": "2020-02-10T08:00:00+99999999999999"}
    rows[1001] |= {"author": {"name": ["a"]}, "time": {"at": 1}}
    rows[1002] |= {"id": 10**400, "url": 5}
    content = "".join(json.dumps(row) + "\n" for row in rows)
    assert len(Found(written(tmp_path / "g.jsonl", content)).posts) == 2000


def test_an_id_and_a_text_of_any_length_are_bounded(tmp_path: Path) -> None:
    row = {"id": "9" * 400_000, "text": "急" * 900_000, "author": "某" * 300_000}
    [post] = Found(written(tmp_path / "l.jsonl", json.dumps(row, ensure_ascii=False))).posts
    assert (len(post.text), len(post.source_id), len(post.author or "")) == (200_000, 2000, 2000)
