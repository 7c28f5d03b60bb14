"""Archives come out in partitions of bounded size; whatever is broken in them is told, no more."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from archived import PLEA, lines, posts, write_lines, write_parquet

from monitor.errors import DistressError
from monitor.flag.archive_readings import read_partition
from monitor.flag.archives import names_of, partitions
from monitor.flag.classify import LONGEST_LINE


def rows_in(*names: str, most: int = 1000) -> list[Any]:
    """Return all rows of files."""
    return [row for one in partitions(names, most) for row in one.rows]


def kept(*names: str) -> list[dict[str, Any]]:
    """Return what is kept of files once they are read."""
    return [row for one in partitions(names) for row in read_partition(one).rows]


def test_files_come_as_they_are_named_and_rows_in_their_order(tmp_path: Path) -> None:
    plain = write_lines(tmp_path / "b.jsonl", lines(posts(5)))
    packed = write_lines(tmp_path / "a.jsonl.gz", lines(posts(3, 5)))
    table = write_parquet(tmp_path / "c.parquet", pa.Table.from_pylist(posts(7, 8)), group=4)
    given = list(partitions([plain, packed, table], most=2))
    assert [(Path(one.file).name, one.first, len(one.rows)) for one in given] == [
        ("b.jsonl", 1, 2), ("b.jsonl", 3, 2), ("b.jsonl", 5, 1),
        ("a.jsonl.gz", 1, 2), ("a.jsonl.gz", 3, 1),
        ("c.parquet", 1, 2), ("c.parquet", 3, 2), ("c.parquet", 5, 2), ("c.parquet", 7, 1),
    ]  # fmt: skip
    ids = [json.loads(row)["id"] if isinstance(row, bytes) else row["id"]
           for one in given for row in one.rows]  # fmt: skip
    assert ids == [str(number) for number in range(15)]


def test_the_same_posts_are_read_the_same_from_either_kind_of_file(tmp_path: Path) -> None:
    timed = [{**post, "created_at": datetime(2020, 2, 10, tzinfo=UTC)} for post in posts(7)]
    told = [{**post, "created_at": "2020-02-10T08:00:00+08:00"} for post in posts(7)]
    of_table = kept(write_parquet(tmp_path / "a.parquet", pa.Table.from_pylist(timed)))
    of_lines = kept(write_lines(tmp_path / "a.jsonl", lines(told)))
    assert [row["source_id"] for row in of_lines] == ["2", "4"]
    assert [row | {"file": ""} for row in of_table] == [row | {"file": ""} for row in of_lines]
    assert of_table[0]["posted_at"] == datetime(2020, 2, 10, tzinfo=UTC)


def test_a_file_is_read_as_it_is_drawn(tmp_path: Path) -> None:
    drawn = 0

    def endless() -> Iterator[str]:
        nonlocal drawn
        for number in itertools.count():
            drawn += 1
            yield write_lines(tmp_path / f"{number % 2}.jsonl", lines(posts(4)))

    assert next(partitions(endless(), most=3)).first == 1
    assert drawn == 1


def test_long_rows_make_small_partitions(tmp_path: Path) -> None:
    long_ones = [{"id": n, "text": "晚" * (LONGEST_LINE // 4)} for n in range(12)]
    name = write_parquet(tmp_path / "a.parquet", pa.Table.from_pylist(long_ones), group=12)
    assert [len(one.rows) for one in partitions([name])] == [5, 5, 2]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"words": ["a"]}, "no column 'text' for the text; there are: words"),
        ({"text": [1, 2]}, "the column 'text' is not words but int64"),
        ({"text": [["a"], ["b"]]}, "the column 'text' is not words but list<"),
        ({"text": [{"zh": "a"}]}, "the column 'text' is not words but struct<"),
        ({"text": [b"a"]}, "the column 'text' is not words but binary"),
        ({}, "no column 'text' for the text; there are: none"),
        (
            pa.table([pa.array(["a"]), pa.array(["b"])], names=["text", "text"]),
            "2 columns are named 'text'",
        ),
    ],
)
def test_a_table_without_words_is_set_aside_once(
    columns: dict[str, Any], told: str, tmp_path: Path
) -> None:
    [row] = kept(write_parquet(tmp_path / "a.parquet", columns))
    assert told in row["problem"]


def test_odd_columns_beside_the_words_take_no_post_along(tmp_path: Path) -> None:
    odd = {
        "id": pa.array([1.0, None], pa.float64()),
        "text": pa.array([PLEA, PLEA]).dictionary_encode(),
        "author": pa.array([{"name": "a"}, None]),
        "url": pa.array([b"\xff", None]),
        "time": pa.array([10**17, 1_581_292_800_000_000], pa.timestamp("us", tz="Mars/Crater")),
        "pictures": pa.array([[b"x" * 100], []]),
    }
    first, second = kept(write_parquet(tmp_path / "a.parquet", odd))
    assert (first["source_id"], first["author"], first["url"]) == ("1", None, None)
    assert first["posted_at"] is None
    assert "the post is kept without a time" in first["problem"]
    assert second["posted_at"] == datetime(2020, 2, 10, tzinfo=UTC)
    assert second["source_id"].startswith("row-")


def test_what_is_not_text_or_too_long_is_set_aside_by_row(tmp_path: Path) -> None:
    whole = pa.array([PLEA.encode(), b"\xff\xfe", b"x" * (LONGEST_LINE + 1), None])
    raw = pa.Array.from_buffers(pa.string(), 4, whole.buffers())
    name = write_parquet(tmp_path / "a.parquet", {"text": raw})
    assert [(row["row"], row.get("problem")) for row in kept(name)] == [
        (1, None),
        (2, "not UTF-8"),
        (3, f"longer than {LONGEST_LINE} characters"),
        (4, "no text in text"),
    ]


def test_broken_lines_are_set_aside_with_their_numbers(tmp_path: Path) -> None:
    content = lines(posts(3)) + b'\n{"id": 1}\nnonsense 13800138001\n\xff\n{"text": 7}\n'
    long_line = b'{"text": "' + b"x" * LONGEST_LINE + b'"}\n'
    surrogate = b'{"id": "s", "text": "' + PLEA.encode() + b'\\ud83d"}\n'
    name = write_lines(tmp_path / "a.jsonl.gz", content + long_line + surrogate)
    told = {row["row"]: row.get("problem") for row in kept(name)}
    assert told == {
        3: None,
        5: "no text in text",
        6: "not JSON: Expecting value: line 1 column 1 (char 0)",
        7: "not UTF-8",
        8: "the text is not words but int; name another column in map",
        9: f"longer than {LONGEST_LINE} bytes",
        10: None,
    }


def test_of_a_file_that_breaks_off_the_rest_is_set_aside(tmp_path: Path) -> None:
    packed = gzip.compress(lines(posts(400)), mtime=0)
    cut = tmp_path / "a.jsonl.gz"
    cut.write_bytes(packed[: len(packed) // 2])
    *before, last = rows_in(str(cut))
    assert before and all(isinstance(row, bytes) for row in before)
    assert last == "the gzip stream ends or breaks here; get the file anew"


@pytest.mark.parametrize("size", [0, 3, 50, 4000])
def test_a_broken_table_is_set_aside_where_it_breaks(size: int, tmp_path: Path) -> None:
    whole = Path(write_parquet(tmp_path / "a.parquet", pa.Table.from_pylist(posts(400))))
    content = whole.read_bytes()
    spoilt = content[:size]
    if size == 4000:  # its end stands, its middle does not
        half = len(content) // 2
        spoilt = content[: half - 500] + b"\xee" * 1000 + content[half + 500 :]
    whole.write_bytes(spoilt)
    *before, last = rows_in(str(whole), most=50)
    assert "the file cannot be read from here on" in last
    assert bool(before) == (size == 4000)


def test_a_column_too_large_to_be_held_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.flag.archives._LARGEST", 100)
    [row] = rows_in(write_parquet(tmp_path / "a.parquet", {"text": [PLEA, f"{PLEA}。"]}))
    assert "write the file with smaller row groups" in row


def test_addresses_with_a_star_are_those_that_match(tmp_path: Path) -> None:
    for number in (2, 1):
        write_lines(tmp_path / f"{number}.jsonl", lines(posts(2, number)))
    names = names_of([f"file://{tmp_path}/*.jsonl"])
    assert names == [f"file://{tmp_path}/1.jsonl", f"file://{tmp_path}/2.jsonl"]
    assert rows_in(*names) == rows_in(str(tmp_path / "1.jsonl"), str(tmp_path / "2.jsonl"))
    with pytest.raises(DistressError, match="nothing at"):
        names_of([f"file://{tmp_path}/*.parquet"])


def test_another_kind_of_file_is_told() -> None:
    with pytest.raises(DistressError, match=r"'posts.csv' is not an archive; their names end in"):
        names_of(["posts.csv"])


def test_the_row_groups_are_read_one_after_the_other(tmp_path: Path) -> None:
    name = write_parquet(tmp_path / "a.parquet", pa.Table.from_pylist(posts(30)), group=7)
    assert pq.ParquetFile(name).num_row_groups == 5
    assert [len(one.rows) for one in partitions([name], most=10)] == [10, 10, 10]
