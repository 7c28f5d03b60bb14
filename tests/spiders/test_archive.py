"""Archives: what another crawler left in files becomes posts; what is broken is named by line."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from coroutines import one_by_one, result_of
from pydantic import ValidationError

from spiders.archive import ArchiveOptions, ArchiveSpider
from spiders.base.post import Bookmark, Post, SetAside, Several, together
from spiders.base.trouble import Remark, Trouble


def read(path: Path, **options: Any) -> list[Any]:
    """Return what the spider yields for a file or folder, less remarks and what it remembers."""
    spider = ArchiveSpider(source="day", options=ArchiveOptions(path=str(path), **options))

    async def everything() -> list[Any]:
        found = one_by_one(spider.start())
        return [one async for one in found if not isinstance(one, Bookmark | Remark)]

    return result_of(everything())


def posts(found: Sequence[Any]) -> list[Post]:
    return [one for one in found if isinstance(one, Post)]


def broken(found: Sequence[Any]) -> dict[str, str]:
    return {one.place: one.reason for one in found if isinstance(one, SetAside)}


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def table(*rows: Sequence[str], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def test_a_json_line_is_a_post(tmp_path: Path) -> None:
    row = {"id": 7, "text": "急需口罩", "author": "张", "posted_at": "2020-02-12 14:30"}
    [post] = read(write(tmp_path / "posts.jsonl", row))
    assert (post.source_id, post.text, post.author) == ("7", "急需口罩", "张")
    assert post.posted_at == datetime(2020, 2, 12, 6, 30, tzinfo=UTC)
    assert json.loads(post.raw) == row


def test_broken_rows_are_named_by_line_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    lines = [
        b'{"id": "1", "text": "one"}',
        b"not json",
        b'{"id": "3"}',
        b'{"id": "4", "text": 5}',
        b'["a list"]',
        b"",
        b'{"id": "7", "text": "N\0UL"}',
        b'{"id": "8", "text": "' + b"x" * 10_000_000 + b'"}',
        b'{"id": "9", "text": "late", "time": "soon"}',
        b'{"id": "10", "text": "2099", "time": "2099-01-01"}',
        "{'id': '11', 'text': '口罩'}".encode(),
        '{"id": "12", "text": "口罩'.encode() + b'\xff"}',
        '{"id": "13", "text": "口罩"}'.encode(),
        b"[" * 200_000,
    ]
    path.write_bytes(b"\n".join(lines))
    found = read(path)
    assert [post.source_id for post in posts(found)] == ["1", "9", "10", "13"]
    reasons = broken(found)
    lines_set_aside = [int(place.removeprefix("posts.jsonl:")) for place in reasons]
    assert lines_set_aside == [2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 14]
    assert "not JSON" in reasons["posts.jsonl:2"]
    assert "no text" in reasons["posts.jsonl:3"]
    assert "longer than" in reasons["posts.jsonl:8"]
    assert "soon" in reasons["posts.jsonl:9"]
    assert "not utf-8" in reasons["posts.jsonl:12"]


def test_hostile_words_arrive_as_they_are_but_for_what_nobody_sees(tmp_path: Path) -> None:
    words = [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "=HYPERLINK(1)",
        "bell\x07 and nul\x00",
        "\u202eright to left\u200f",
        "口罩😷👩‍⚕️",
        "x" * 100_000,
        "half a pair \ud83d",
        "line\u2028separator\x85next",
    ]
    path = tmp_path / "posts.jsonl"
    path.write_text("".join(json.dumps({"id": n, "text": t}) + "\n" for n, t in enumerate(words)))
    words[3] = "bell and nul"
    assert [post.text for post in read(path)] == words


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("packed", [False, True])
def test_encoding_and_packing_are_found_from_the_content(
    tmp_path: Path, encoding: str, packed: bool
) -> None:
    raw = table(("id", "text"), ("1", "急需N95口罩，联通"), ("2", "联通"), encoding=encoding)
    path = tmp_path / "posts.csv"
    path.write_bytes(gzip.compress(raw) if packed else raw)
    assert [post.text for post in read(path)] == ["急需N95口罩，联通", "联通"]


def test_a_cut_gzip_keeps_what_was_read(tmp_path: Path) -> None:
    rows = [json.dumps({"id": n, "text": str(hash(str(n)))}) for n in range(5000)]
    whole = gzip.compress("\n".join(rows).encode())
    (tmp_path / "posts.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    found = read(tmp_path / "posts.jsonl.gz")
    assert len(posts(found)) > 1000
    [(place, reason)] = broken(found).items()
    assert "gzip" in reason and place == f"posts.jsonl.gz:{len(posts(found)) + 1}"


def test_a_broken_csv_row_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text(
        'id,text\n1,"two\nlines, ""quoted"""\n2,"never closed\n3,fine\n4,too,many\n5\n6,"last\n',
        "utf-8",
    )
    found = read(path)
    assert [(post.source_id, post.text) for post in posts(found)] == [
        ("1", 'two\nlines, "quoted"'),
        ("3", "fine"),
    ]
    assert list(broken(found)) == [f"posts.csv:{line}" for line in (4, 6, 7, 8)]


def test_a_json_array_is_read_item_by_item(tmp_path: Path) -> None:
    path = tmp_path / "posts.json"
    path.write_text('[{"id": 1, "text": "口罩"}, 5, {"id": 2, "text": "手套"}, {"id":', "utf-8")
    found = read(path)
    assert [post.text for post in posts(found)] == ["口罩", "手套"]
    assert list(broken(found)) == ["posts.json:item 2", "posts.json:item 4"]


def test_a_folder_is_read_through_and_through(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    write(tmp_path / "b" / "c" / "2.jsonl", {"id": 2, "text": "b"}, "broken")
    write(tmp_path / "1.jsonl", {"id": 1, "text": "a"})
    (tmp_path / "notes.txt").write_text("no posts")
    found = read(tmp_path)
    assert [post.source_id for post in posts(found)] == ["1", "2"]
    assert list(broken(found)) == ["b/c/2.jsonl:2"]


def test_a_missing_file_says_which(tmp_path: Path) -> None:
    [trouble] = read(tmp_path / "nowhere.jsonl")
    assert isinstance(trouble, Trouble)
    assert trouble.outcome == "unreachable" and "nowhere.jsonl" in trouble.message


def test_a_row_without_id_keeps_the_id_made_for_it(tmp_path: Path) -> None:
    first = read(write(tmp_path / "a.jsonl", {"text": "口罩", "likes": 1}, {"text": "手套"}))
    again = read(write(tmp_path / "b.jsonl", {"text": "手套"}, {"text": "口罩", "likes": 2}))
    assert {post.source_id for post in first} == {post.source_id for post in again}
    assert len({post.source_id for post in first}) == 2


def test_an_id_that_a_spreadsheet_rounded_is_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_bytes(table(("id", "text"), ("4.46708E+15", "口罩"), ("4.46708E+15", "手套")))
    assert len({post.source_id for post in read(path)}) == 2


@pytest.mark.parametrize(
    "given",
    ["2020-02-12T06:30:00Z", "2020-02-12 14:30:00", 1581489000, 1581489000000, "1581489000",
     "Wed Feb 12 14:30:00 +0800 2020", "2020年2月12日 14:30", "2020/02/12 14:30"],
)  # fmt: skip
def test_times_of_many_shapes_are_one_moment(tmp_path: Path, given: object) -> None:
    [post] = read(write(tmp_path / "posts.jsonl", {"id": 1, "text": "a", "time": given}))
    assert post.posted_at == datetime(2020, 2, 12, 6, 30, tzinfo=UTC)


def test_a_time_without_zone_is_in_the_source_s_zone(tmp_path: Path) -> None:
    path = write(tmp_path / "posts.jsonl", {"id": 1, "text": "a", "time": "2020-02-12 14:30"})
    [post] = read(path, timezone="UTC")
    assert post.posted_at == datetime(2020, 2, 12, 14, 30, tzinfo=UTC)
    assert post.posted_at.utcoffset() == timedelta(0)


def test_an_export_of_weibo_search_is_recognised(tmp_path: Path) -> None:
    header = ["id", "bid", "user_id", "用户昵称", "微博正文", "头条文章url", "转发数", "发布时间"]
    row = ["4470871234567890\t", "Itest0001", "900001", "某护士", "科室口罩不够", "", "1"]
    (tmp_path / "求助.csv").write_bytes(table(header, [*row, "2020-02-12 14:30"]))
    [post] = read(tmp_path / "求助.csv")
    assert (post.source_id, post.author, post.author_id) == ("4470871234567890", "某护士", "900001")
    assert post.url == "https://weibo.com/900001/Itest0001"
    assert post.posted_at == datetime(2020, 2, 12, 6, 30, tzinfo=UTC)


def test_an_export_of_weibo_crawler_is_recognised(tmp_path: Path) -> None:
    own = ["id", "bid", "正文", "头条文章url", "位置", "日期", "工具", "话题", "@用户", "完整日期"]
    header = [*own, "是否原创", "源用户id", "源用户昵称", *("源微博" + name for name in own)]
    plain = ["11\t", "Ia", "缺手套", *[""] * 6, "2020-02-12 14:30:00", "True"]
    repost = ["12\t", "Ib", "转发微博", *[""] * 6, "2020-02-12 14:31:00", "False", "5", "某医生",
              "10\t", "Ic", "急需防护服", *[""] * 6, "2020-02-12 14:00:00"]  # fmt: skip
    (tmp_path / "1.csv").write_bytes(table(header, plain, repost))
    data = {
        "user": {"id": "5", "screen_name": "某医生"},
        "weibo": [
            {"user_id": 5, "screen_name": "某医生", "id": 13, "bid": "Id", "text": "谢谢",
             "created_at": "2020-02-12", "full_created_at": "2020-02-12 14:32:00",
             "retweet": {"id": 9, "screen_name": "某院", "text": "收到捐赠"}},
        ],
    }  # fmt: skip
    (tmp_path / "2.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    first, second, third = read(tmp_path)
    assert (first.source_id, first.text, first.reposted_text) == ("11", "缺手套", None)
    assert (second.reposted_text, second.reposted_author) == ("急需防护服", "某医生")
    assert (third.source_id, third.author, third.reposted_text) == ("13", "某医生", "收到捐赠")
    assert third.url == "https://m.weibo.cn/detail/13"
    assert third.posted_at == datetime(2020, 2, 12, 6, 32, tzinfo=UTC)


@pytest.mark.parametrize("suffix", ["jsonl", "json", "csv"])
def test_an_export_of_mediacrawler_is_recognised(tmp_path: Path, suffix: str) -> None:
    note = {
        "note_id": "20", "content": "求护目镜", "create_time": 1581489000,
        "create_date_time": "2020-02-12 14:30:00+08:00", "note_url": "https://m.weibo.cn/detail/20",
        "user_id": "6", "nickname": "某社工",
    }  # fmt: skip
    comment = {**note, "comment_id": "21", "content": "我们也缺"}
    del comment["note_url"]
    for name, row in (("1_contents", note), ("2_comments", comment)):
        path = tmp_path / f"{name}.{suffix}"
        if suffix == "csv":
            path.write_bytes(table(list(row), [str(value) for value in row.values()]))
        else:
            text = json.dumps(row if suffix == "jsonl" else [row], ensure_ascii=False)
            path.write_text(text, "utf-8")
    first, second = read(tmp_path)
    assert (first.source_id, first.author, first.text) == ("20", "某社工", "求护目镜")
    assert first.posted_at == datetime(2020, 2, 12, 6, 30, tzinfo=UTC)
    assert (second.source_id, second.url) == ("21", "https://m.weibo.cn/detail/20")


def test_a_table_of_columns_reads_any_file(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(table(("编号", "内容", "转自"), ("5", "缺口罩", "急需口罩")))
    columns = {"id": "编号", "text": "内容", "reposted_text": "转自", "url": "https://e.org/{编号}"}
    [post] = read(path, map=columns)
    assert (post.source_id, post.text, post.reposted_text) == ("5", "缺口罩", "急需口罩")
    assert post.url == "https://e.org/5"


def test_a_table_without_the_text_column_says_which_there_are(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(table(("编号", "内容"), ("5", "缺口罩"), ("6", "缺手套")))
    [trouble] = read(path)
    assert trouble.outcome == "changed"
    assert "编号, 内容" in trouble.message and "map" in trouble.message


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"map": "weibo"}, "weibo-search"),
        ({"map": {"words": "内容"}}, "reposted_text"),
        ({"map": {"id": "编号"}}, "text"),
        ({"timezone": "Wuhan"}, "Asia/Shanghai"),
    ],
)
def test_wrong_options_name_the_choices(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        ArchiveOptions(path="posts.jsonl", **options)


def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    row = json.dumps({"id": 1, "text": "口罩" * 5000}) + "\n"
    with gzip.open(tmp_path / "posts.jsonl.gz", "wt", compresslevel=1) as file:
        for _ in range(1000):
            file.write(row)  # 60 MB

    async def count() -> int:
        spider = ArchiveSpider(source="day", options=ArchiveOptions(path=str(tmp_path)))
        found = one_by_one(spider.start())
        return len([None async for one in found if isinstance(one, Post)])

    tracemalloc.start()
    try:
        assert result_of(count()) == 1000
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_rows_are_handed_over_many_at_once_and_an_error_takes_none_along() -> None:
    rows = [Post(source_id=str(number), text="口罩") for number in range(450)]

    def broken_off() -> Iterator[Post]:
        yield from rows
        raise ValueError("a defect")

    handed: list[Several] = []
    with pytest.raises(ValueError, match="a defect"):
        handed.extend(together(broken_off()))  # extend keeps what came before the error
    assert [one for several in handed for one in several.items] == rows
    assert len(handed) == 3
    large = [Post(source_id=str(number), text="口罩", raw=b"x" * 300_000) for number in range(4)]
    assert [len(several.items) for several in together(large)] == [2, 2]
