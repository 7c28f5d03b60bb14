"""The file of needs holds what was read in archives: written, read back, the same by any way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from archived import ENOUGH, PLEA, cheap_posts, lines, posts, rows_of, write_lines, write_parquet
from click.testing import CliRunner

from classifiers.measure import corpus
from classifiers.stored import read_stored
from monitor.cli import main
from monitor.errors import DistressError
from monitor.flag import needs_file, version
from monitor.flag.archive_readings import PartitionReadings
from monitor.flag.classify import as_fields
from monitor.flag.needs_file import reading_of


def classify(*words: object) -> Any:
    return CliRunner().invoke(main, ["classify", *map(str, words)])


@pytest.fixture
def archives(tmp_path: Path) -> list[str]:
    """Two archives of 2,140 posts; a line of the first is broken."""
    broken = lines(posts(50)) + b"nonsense\n" + lines(posts(20, 50) + cheap_posts(1000))
    rows = pa.Table.from_pylist(posts(70, 70) + cheap_posts(1000))
    return [
        write_lines(tmp_path / "b.jsonl.gz", broken),
        write_parquet(tmp_path / "a.parquet", rows),
    ]


def test_several_processes_write_the_same_bytes_as_one(archives: list[str], tmp_path: Path) -> None:
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    told = [classify("--out", out, "--workers", number, *archives)
            for out, number in ((one, 1), (two, 2))]  # fmt: skip
    assert one.read_bytes() == two.read_bytes()
    assert [done.exit_code for done in told] == [1, 1]
    assert "read 2,140 posts of 2 files: 20 needs, 20 that may change one" in told[0].stdout
    assert "1 rows could not be read, the first:" in told[0].stderr
    assert "b.jsonl.gz:51" in told[0].stderr.replace("\n", "")


def test_a_row_is_a_need_an_update_or_what_was_set_aside(
    archives: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "needs.parquet"
    classify("--out", out, *archives)
    rows = rows_of(out)
    assert len(rows) == 41
    assert [row["row"] for row in rows[:4]] == [3, 5, 10, 12]
    assert {row["text"] for row in rows if row["flagged"]} == {PLEA}
    assert {row["text"] for row in rows if row["is_update"]} == {ENOUGH}
    [aside] = [row for row in rows if row["problem"]]
    assert (aside["row"], aside["excerpt"], aside["reading"]) == (51, "nonsense", None)
    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("author", [None, "紫荆医院"])
def test_a_reading_comes_back_as_it_was(author: str | None) -> None:
    read = [read_stored("archive", one.text, author) for one in corpus.bundled()[::12]]
    assert sum(one.flagged for one in read) > 20
    assert sum(bool(one.details.get("updates")) for one in read) > 5
    for reading in read:
        assert reading_of(json.loads(json.dumps(as_fields(reading)))) == reading


def test_a_run_that_is_stopped_leaves_the_file_before(archives: list[str], tmp_path: Path) -> None:
    out = tmp_path / "needs.parquet"
    out.write_bytes(b"before")

    def breaking() -> Any:
        yield PartitionReadings((), 1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        needs_file.write(out, breaking(), "x")
    assert out.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir() if "needs" in path.name] == ["needs.parquet"]


def spoilt(out: Path, **values: Any) -> Path:
    """Write the file of needs with other values in its first row."""
    table = pq.read_table(out)
    rows = table.to_pylist()
    rows[0] |= values
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), out)
    return out


@pytest.mark.parametrize(
    "values",
    [
        {"reading": "nonsense"},
        {"reading": "[]"},
        {"reading": "{}"},
        {"reading": "[" * 5000},
        {"text": "其他的话"},
        {"source_id": None},
    ],
)
def test_a_row_that_was_changed_is_refused(values: dict[str, Any], tmp_path: Path) -> None:
    out = tmp_path / "needs.parquet"
    classify("--out", out, write_lines(tmp_path / "a.jsonl", lines(posts(9))))
    with pytest.raises(DistressError, match="is not as distress classify --out writes it"):
        list(needs_file.read(spoilt(out, **values), 100))


@pytest.mark.parametrize("content", ["nothing", "text", "another table", "another form"])
def test_another_file_is_refused(content: str, tmp_path: Path) -> None:
    out = tmp_path / "needs.parquet"
    if content == "another table":
        write_parquet(out, {"text": [PLEA]})
    elif content == "another form":
        classify("--out", out, write_lines(tmp_path / "a.jsonl", lines(posts(9))))
        later = json.dumps({"form": 2, "readers": version()})
        table = pq.read_table(out)
        pq.write_table(table.replace_schema_metadata({b"distress.needs": later}), out)
    else:
        out.write_bytes(b"" if content == "nothing" else b"PAR1 is no table PAR1")
    with pytest.raises(DistressError, match="make it again: distress classify --out"):
        needs_file.readers_of(out)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--out", "n.parquet"], "wants the names of archives"),
        (["--dask", "local", "a.jsonl"], "want a file of needs: --out"),
        (["a.jsonl", "b.jsonl"], "want a file of needs: --out"),
        (["--out", "n.parquet", "--json", "a.jsonl"], "--out goes without --json"),
        (["--out", "n.parquet", "--dask", "local", "--workers", "2", "a.jsonl"], "without"),
        (["nowhere.jsonl"], "No such file"),
        (["--out", "n.parquet", "nowhere.jsonl"], "No such file"),
        (["--out", "n.parquet", "posts.csv"], "is not an archive"),
        (["--out", "n.parquet", "--dask", "localhost", "a.jsonl"], "is not a cluster"),
    ],
)
def test_what_does_not_go_together_is_told(
    words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = classify(*words)
    assert done.exit_code
    assert told in done.stderr.replace("\n", " ")
    assert not list(tmp_path.iterdir())
