"""Exports open in other tools, hold what the views hold, tell no number, and are noted."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geojson
import openpyxl
import pyarrow.parquet as pq
import pytest
from analysts_store import NUMBER, call_list, fill
from desk_folder import Folder
from staged_day import add_case, call, reading_of

from monitor.analysis import export as module
from monitor.analysis.export import WHAT, export
from monitor.errors import DistressError
from monitor.masking import HIDDEN
from monitor.store import Store

SHANGHAI = ZoneInfo("Asia/Shanghai")
TAIL = NUMBER[-4:]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("export")
    with Store(folder / "distress.db") as store:
        fill(store, seed=3)
        call_list(store, folder)
        yield store


def rows_of(file: Path) -> list[dict[str, Any]]:
    """Read an export as another program does."""
    if file.suffix == ".csv":
        with file.open(encoding="utf-8-sig", newline="") as opened:
            return list(csv.DictReader(opened))
    if file.suffix == ".jsonl":
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    if file.suffix == ".parquet":
        return list(pq.read_table(file).to_pylist())
    with closing(openpyxl.load_workbook(file, read_only=True)) as book:
        head, *rows = book.active.iter_rows(values_only=True)
    names = [str(name).split(" ")[0] for name in head]
    return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx", "parquet"])
@pytest.mark.parametrize("what", WHAT)
def test_every_form_holds_every_row_and_no_number(
    filled: Store, tmp_path: Path, what: str, form: str
) -> None:
    file = tmp_path / f"out.{form}"
    count = export(filled, what, file, by="青岚", zone=SHANGHAI)
    columns, rows = filled.exports.rows(what)
    expected = [dict(zip(columns, row, strict=True)) for row in rows]
    told = rows_of(file)
    assert len(told) == count == len(expected) and (count or what == "updates")
    for row, one in zip(told, expected, strict=True):
        for name in ("case_id", "goods", "quantity", "unit"):
            if name in one and one[name] is not None:
                assert str(row[name]) in (str(one[name]), str(one[name]).removesuffix(".0"))
    assert TAIL not in str(told)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not list(tmp_path.glob(".*"))


def test_a_map_is_valid_and_counts_what_the_view_does(filled: Store, tmp_path: Path) -> None:
    file = tmp_path / "map.geojson"
    count = export(filled, "demand", file, by="青岚", zone=SHANGHAI)
    told = geojson.loads(file.read_text("utf-8"))
    assert told.is_valid and told.type == "FeatureCollection"
    assert len(told.features) == count
    [sums] = filled.connection.db.execute(
        "SELECT count(*) FROM v_goods_demand WHERE longitude IS NOT NULL"
    ).fetchone()
    assert sum(one.properties["cases"] for one in told.features) == sums > 0
    for one in told.features:
        longitude, latitude = one.geometry.coordinates
        assert 73 < longitude < 136 and 18 < latitude < 54


def test_numbers_come_when_asked_for_and_the_store_notes_who_took_what(
    store: Store, tmp_path: Path
) -> None:
    fill(store, seed=3, cases=9)
    for what, file, numbers in (("callbacks", "a.csv", True), ("posts", "b.jsonl", False)):
        export(store, what, tmp_path / file, by="青岚", zone=SHANGHAI, numbers=numbers)
    assert NUMBER in (tmp_path / "a.csv").read_text("utf-8")
    assert HIDDEN in (tmp_path / "b.jsonl").read_text("utf-8")
    calls = store.connection.db["callbacks"].count
    noted = store.connection.db.execute("SELECT * FROM audit ORDER BY id").fetchall()
    assert [(row["actor"], row["what"], row["file"]) for row in noted] == [
        ("青岚", f"{calls} rows of callbacks, people's numbers in full", str(tmp_path / "a.csv")),
        (
            "青岚",
            f"{store.posts.count()} rows of posts, people's numbers masked",
            str(tmp_path / "b.jsonl"),
        ),
    ]


def test_no_cell_is_a_formula(store: Store, tmp_path: Path) -> None:
    text = '=HYPERLINK("http://example.org")\n＝1+1 求助急需口罩'
    case_id = add_case(store, text, reading_of(text, goods=[("口罩", None, None)]))
    call(store, case_id, "call_later", again_in=1, note="@SUM(1)")
    for what, column in (("posts", "text"), ("callbacks", "note")):
        export(store, what, tmp_path / "a.csv", by="", zone=SHANGHAI)
        [row] = rows_of(tmp_path / "a.csv")
        assert row[column].startswith("'")
        export(store, what, tmp_path / "a.xlsx", by="", zone=SHANGHAI)
        sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_rows_are_written_as_they_come(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches of Parquet, and no list of all rows: a row is read once the one before is written."""
    monkeypatch.setattr(module, "_BATCH", 2)
    seen: list[int] = []
    monkeypatch.setattr(module, "_counted", lambda rows, _: watched(rows, seen, tmp_path))
    export(filled, "cases", tmp_path / "a.jsonl", by="", zone=SHANGHAI)
    assert max(seen) > 1000, "something was on the disk before the last row was read"


def watched(rows: Any, seen: list[int], folder: Path) -> Iterator[Any]:
    for row in rows:
        seen.append(sum(part.stat().st_size for part in folder.glob(".*.part")))
        yield row


def test_what_goes_wrong_leaves_the_file_of_before(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.xlsx"
    file.write_text("before")
    monkeypatch.setattr(module, "_SHEET_ROWS", 3)
    with pytest.raises(DistressError, match="a worksheet holds 3 rows"):
        export(filled, "cases", file, by="", zone=SHANGHAI)
    assert file.read_text() == "before" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("what", "file", "told"),
    [
        ("casez", "a.csv", "'casez'"),
        ("cases", "a.doc", "no form of a file '.doc'"),
        ("cases", "a.geojson", "distress export demand a.geojson"),
    ],
)
def test_the_command_names_what_it_does_not_know(
    tmp_path: Path, what: str, file: str, told: str
) -> None:
    folder = Folder(tmp_path)
    folder.add(NUMBER)
    done = folder.run("export", what, file, exit_code=None)
    assert done.exit_code and told in done.output


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.add(NUMBER)
    done = folder.run("export", "posts", tmp_path / "p.csv", "--by", "青岚")
    assert "1 rows written" in done.output and "numbers masked" in done.output
    with folder.store() as store:
        noted = store.connection.db.execute("SELECT actor FROM audit").fetchone()
    assert noted["actor"] == "青岚"
