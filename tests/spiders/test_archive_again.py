"""Archives read again: what was read is not read twice, and nothing that is new is missed."""

from __future__ import annotations

import gzip
import json
import os
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from coroutines import one_by_one, result_of
from crawls import count, crawled, posts_file, source, texts

from spiders.archive import ArchiveOptions, ArchiveSpider
from spiders.base.post import Bookmark, Post, SetAside
from spiders.base.trouble import Remark, Trouble

pytestmark = pytest.mark.usefixtures("quick_crawls")

LONG_AGO = time.time_ns() - 3_600 * 10**9
HEADER = "id,text\n"


class Archive:
    """A source that reads files run after run and remembers in between, as the store does."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.path = path
        self.options = options
        self.bookmarks: dict[str, str] = {}
        self.set_aside: list[str] = []
        self.troubles: list[str] = []

    def read(self, *, killed_after: int | None = None) -> list[str]:
        """Run once; return the words of the posts read."""
        options = ArchiveOptions(path=str(self.path), **self.options)
        spider = ArchiveSpider(source="day", options=options, bookmarks=self.bookmarks)

        async def everything() -> list[Any]:
            return [one async for one in one_by_one(spider.start())]

        found = [one for one in result_of(everything()) if not isinstance(one, Remark)]
        found = found[:killed_after]
        self.bookmarks |= {one.name: one.value for one in found if isinstance(one, Bookmark)}
        self.set_aside = [one.place for one in found if isinstance(one, SetAside)]
        self.troubles = [one.outcome for one in found if isinstance(one, Trouble)]
        return [one.text for one in found if isinstance(one, Post)]


def lines(*words: str) -> str:
    return "".join(json.dumps({"id": word, "text": word}) + "\n" for word in words)


def table(*words: str) -> str:
    return "".join(f"{word},{word}\n" for word in words)


def write(path: Path, text: str, *, at: int = LONG_AGO) -> Path:
    """Write a file that was last changed at a time in nanoseconds."""
    path.write_bytes(text.encode())
    os.utime(path, ns=(at, at))
    return path


def append(path: Path, text: str) -> None:
    with path.open("ab") as file:
        file.write(text.encode())


def test_a_file_that_is_as_it_was_is_not_opened(tmp_path: Path) -> None:
    archive = Archive(write(tmp_path / "a.jsonl", lines("1", "2")))
    assert archive.read() == ["1", "2"]
    # Other words in as many bytes at the same time: who opened it would see them.
    write(archive.path, lines("3", "4"))
    assert archive.read() == []


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.json", "a.jsonl.gz"])
def test_a_file_that_was_only_touched_is_not_read_again(name: str, tmp_path: Path) -> None:
    raw = {
        "a.jsonl": lines("1", "2").encode(),
        "a.csv": (HEADER + table("1", "2")).encode(),
        "a.json": b'[{"id": "1", "text": "1"}, {"id": "2", "text": "2"}]',
        "a.jsonl.gz": gzip.compress(lines("1", "2").encode()),
    }[name]
    (tmp_path / name).write_bytes(raw)
    archive = Archive(tmp_path / name)
    assert archive.read() == ["1", "2"]
    os.utime(archive.path, ns=(LONG_AGO, LONG_AGO))
    assert archive.read() == []
    assert archive.read() == []


@pytest.mark.parametrize(
    ("name", "header", "rows"), [("a.jsonl", "", lines), ("a.csv", HEADER, table)]
)
def test_of_a_file_that_grew_only_what_is_new_is_read(
    name: str, header: str, rows: Any, tmp_path: Path
) -> None:
    archive = Archive(write(tmp_path / name, header + rows("1", "2")))
    archive.read()
    for words in (["3"], ["4", "5"], [], ["6"]):
        append(archive.path, rows(*words))
        assert archive.read() == words


def test_a_broken_row_behind_the_old_end_bears_its_own_line(tmp_path: Path) -> None:
    archive = Archive(write(tmp_path / "a.jsonl", lines("1", "2")))
    archive.read()
    append(archive.path, lines("3") + "broken\n" + lines("5"))
    assert archive.read() == ["3", "5"]
    assert archive.set_aside == ["a.jsonl:4"]
    append(archive.path, lines("6"))
    assert archive.read() == ["6"]
    assert archive.set_aside == []


@pytest.mark.parametrize(
    ("name", "whole"),
    [("a.jsonl", lines("1", "22", "333")), ("a.csv", HEADER + table("1", "22", "333"))],
)
def test_a_line_that_was_being_written_is_read_once_it_is_whole(
    name: str, whole: str, tmp_path: Path
) -> None:
    # Every place at which the writer of the file can be surprised.
    for cut in range(len(whole)):
        archive = Archive(write(tmp_path / name, whole[:cut]))
        before = archive.read()
        write(archive.path, whole)
        found = before + archive.read()
        assert {"1", "22", "333"} <= set(found), whole[:cut]


def test_a_table_s_row_of_many_lines_may_be_cut_anywhere(tmp_path: Path) -> None:
    whole = HEADER + '1,"one\ntwo\nthree"\n2,"four\nfive"\n'
    for cut in range(len(whole)):
        archive = Archive(write(tmp_path / "a.csv", whole[:cut]))
        found = archive.read()
        write(archive.path, whole)
        found += archive.read()
        assert {"one\ntwo\nthree", "four\nfive"} <= set(found), whole[:cut]
        assert (archive.read(), archive.set_aside) == ([], []), whole[:cut]


def test_a_few_words_that_grow_behind_others_are_in_the_encoding_of_these(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id,text\n1,急需口罩\n2,急需手套\n".encode("gb18030"))
    archive = Archive(path)
    archive.read()
    ambiguous = "\u9686"  # in GB18030 two bytes that are a letter in UTF-8, too
    assert ambiguous.encode("gb18030").decode("utf-8") != ambiguous
    with path.open("ab") as file:
        file.write(f"3,{ambiguous}\n".encode("gb18030"))
    assert archive.read()[-1] == ambiguous


def test_a_row_edited_in_the_middle_is_read_also_where_the_file_grew(tmp_path: Path) -> None:
    words = [f"{number:04}" for number in range(20_000)]  # far more than is looked at at once
    archive = Archive(write(tmp_path / "a.jsonl", lines(*words)))
    archive.read()
    words[9_000] = "edit"  # as long as what it replaces
    write(archive.path, lines(*words, "new"), at=LONG_AGO + 1)
    assert archive.read() == [*words, "new"]


def test_a_row_edited_in_place_is_read_though_the_size_stays(tmp_path: Path) -> None:
    archive = Archive(write(tmp_path / "a.csv", HEADER + table("1", "2", "3")))
    archive.read()
    write(archive.path, HEADER + table("1", "9", "3"), at=LONG_AGO + 1)
    assert archive.read() == ["1", "9", "3"]


def test_a_change_within_the_clock_s_tick_is_seen(tmp_path: Path) -> None:
    now = time.time_ns()
    archive = Archive(write(tmp_path / "a.jsonl", lines("1"), at=now))
    archive.read()
    write(archive.path, lines("2"), at=now)
    assert archive.read() == ["2"]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl.gz"])
def test_a_file_that_cannot_be_read_on_is_read_whole(name: str, tmp_path: Path) -> None:
    def save(*words: str) -> Path:
        array = json.dumps([{"id": word, "text": word} for word in words]).encode()
        raw = array if name == "a.json" else gzip.compress(lines(*words).encode())
        (tmp_path / name).write_bytes(raw)
        return tmp_path / name

    archive = Archive(save("1", "2"))
    archive.read()
    save("1", "2", "3")
    assert archive.read() == ["1", "2", "3"]
    assert archive.read() == []


def test_other_options_read_a_file_again(tmp_path: Path) -> None:
    archive = Archive(write(tmp_path / "a.csv", "id,text,内容\n1,口罩,手套\n"))
    assert archive.read() == ["口罩"]
    archive.options = {"map": {"id": "id", "text": "内容"}}
    assert archive.read() == ["手套"]
    archive.options |= {"timezone": "UTC"}
    assert [archive.read(), archive.read()] == [["手套"], []]


def test_of_a_folder_only_what_is_new_is_read(tmp_path: Path) -> None:
    write(tmp_path / "1.jsonl", lines("1"))
    archive = Archive(tmp_path)
    assert archive.read() == ["1"]
    (tmp_path / "later").mkdir()
    write(tmp_path / "later" / "1.jsonl", lines("2"))
    assert archive.read() == ["2"]
    assert archive.read() == []


def test_a_run_that_was_killed_reads_the_file_again(tmp_path: Path) -> None:
    write(tmp_path / "1.jsonl", lines("1", "2"))
    write(tmp_path / "2.jsonl", lines("3", "4"))
    archive = Archive(tmp_path)
    assert archive.read(killed_after=4) == ["1", "2", "3"]  # and what it knows of the first file
    assert archive.read() == ["3", "4"]


def test_a_file_of_which_nothing_can_be_read_says_so_each_time(tmp_path: Path) -> None:
    broken = Archive(write(tmp_path / "a.jsonl", "broken\n"))
    nameless = Archive(write(tmp_path / "a.csv", "编号,内容\n5,缺口罩\n"))
    for _ in range(2):
        assert (broken.read(), broken.set_aside) == ([], ["a.jsonl:1"])
        assert (nameless.read(), nameless.troubles) == ([], ["changed"])


def test_the_first_row_tells_the_columns_of_what_is_written_later(tmp_path: Path) -> None:
    first = {"note_id": "1", "content": "求护目镜", "text": "no"}
    archive = Archive(write(tmp_path / "a.jsonl", json.dumps(first) + "\n"))
    archive.read()
    append(archive.path, json.dumps({"comment_id": "2", "content": "也缺", "text": "no"}) + "\n")
    assert archive.read() == ["也缺"]


@pytest.mark.parametrize("mark", ["", "{", "5", "{}", '{"options": 1}', "null"])
def test_what_nobody_wrote_is_not_remembered(mark: str, tmp_path: Path) -> None:
    archive = Archive(write(tmp_path / "a.jsonl", lines("1")))
    archive.read()
    archive.bookmarks = dict.fromkeys(archive.bookmarks, mark)
    assert archive.read() == ["1"]


def test_a_name_that_is_no_text_is_remembered_too(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jsonl"))
    try:
        write(path, lines("1"))
    except OSError:
        pytest.skip("this file system wants names of text")
    posts = source("day", path=str(tmp_path))
    assert [run.outcome for _ in range(2) for run in crawled(tmp_path, posts)] == ["ok", "empty"]


def test_whatever_was_done_to_a_file_all_that_is_in_it_was_read(tmp_path: Path) -> None:
    chance = random.Random(7)
    for name, header, rows in (("a.jsonl", "", lines), ("a.csv", HEADER, table)):
        words = ["0"]
        archive = Archive(write(tmp_path / name, header + rows(*words)))
        known: set[str] = set(archive.read())
        for step in range(1, 120):
            words = _changed(words, str(step), chance)
            write(archive.path, header + rows(*words), at=LONG_AGO + step)
            found = archive.read()
            known |= set(found)
            assert set(words) <= known
            assert len(found) == len(set(found))


def _changed(words: Sequence[str], new: str, chance: random.Random) -> list[str]:
    """Return the words with one written behind, put in, exchanged, or taken out."""
    at = chance.randrange(len(words))
    ways = [
        [*words, new],
        [*words, new, new + "b"],
        [*words[:at], new, *words[at:]],
        [*words[:at], new, *words[at + 1 :]],
        [*words[:at], *words[at + 1 :], new],
    ]
    return list(chance.choice(ways))


def test_the_store_gets_what_was_written_and_edited_between_runs(tmp_path: Path) -> None:
    posts_file(tmp_path / "posts.jsonl", 700)
    day = source("day", path="posts.jsonl")
    crawled(tmp_path, day)
    append(tmp_path / "posts.jsonl", lines("late"))
    [grown] = crawled(tmp_path, day)
    assert (grown.outcome, grown.posts_new, grown.posts_known) == ("ok", 1, 0)
    rows = (tmp_path / "posts.jsonl").read_text().splitlines(keepends=True)
    rows[5] = json.dumps({"id": 5, "text": "改过的求助"}) + "\n"
    (tmp_path / "posts.jsonl").write_text("".join([*rows[:3], *rows[4:]]), "utf-8")
    [edited] = crawled(tmp_path, day)
    assert (edited.outcome, edited.posts_new, edited.posts_known) == ("ok", 0, 700)
    assert texts(tmp_path)["5"] == "改过的求助"
    [last] = crawled(tmp_path, day)
    assert (last.outcome, last.posts_known, count(tmp_path)) == ("empty", 0, 701)
