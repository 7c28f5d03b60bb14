"""Export: what analysts want of the store goes row by row to a file for other programs.

Numbers of people are masked in every text, and columns that tell who somebody is are empty, unless
asked for; the store notes who took what. No cell becomes a formula.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import xlsxwriter

from monitor.errors import DistressError, UnknownNameError
from monitor.files import whole
from monitor.masking import like_formula, masked
from monitor.store import Store
from monitor.store.audit import EXPORTED, told
from monitor.store.exports import QUERIES
from monitor.supply.spreadsheet import (
    NO_FORMULAS,
    cell_formats,
    one_line,
    put_cell,
)

WHAT = tuple(name for name in QUERIES if name != "map")
FORMS = ("csv", "xlsx", "jsonl", "parquet", "geojson")
_WHO = frozenset({"author", "url", "contact"})  # columns that are empty unless asked for
_MADE = ("_at", "_local", "_id", "_key", "_code", "day", "week")  # by us, of nobody's words
_SHEET_ROWS = 1_048_575  # of a worksheet, its head left out
_BATCH = 5_000
_WHOLE = frozenset({
    "case_id", "post_id", "line_id", "update_id", "posts", "voices", "calls", "called", "reached",
    "unanswered", "confirmed", "ended_case", "hour", "seconds", "fits", "flagged", "own",
    "complete", "cases", "campaign_id", "rounds", "records", "dialable", "people", "given",
    "dialled", "accepted", "waiting",
})  # fmt: skip
_REAL = frozenset({
    "longitude", "latitude", "quantity", "asked", "committed", "in_transit", "received", "missing",
    "score",
})  # fmt: skip

Row = Sequence[Any]


def export(
    store: Store,
    what: str,
    file: Path,
    *,
    by: str,
    zone: ZoneInfo,
    numbers: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write what is one of WHAT to a file, whose ending tells the form; return the number of rows.

    by: who takes it out. numbers: whether people's numbers, names of accounts and links stay.
    A file that is there is replaced once the new one is whole. Raises UnknownNameError for what or
    a form that does not exist, DistressError where the file cannot be written or hold so much.
    """
    form = file.suffix.lower().removeprefix(".")
    if what not in WHAT:
        raise UnknownNameError("export", what, list(WHAT), "distress export --help")
    if form not in FORMS:
        raise UnknownNameError("form of a file", file.suffix, [f".{f}" for f in FORMS],
                               "distress export --help")  # fmt: skip
    if form == "geojson" and what != "demand":
        raise DistressError(f"{what} have no points; a map is of: distress export demand {file}")
    _check_library(form)
    with store.read():
        columns, rows = store.exports.rows("map" if form == "geojson" else what)
        shown = rows if numbers else _masked(columns, rows)
        try:
            with whole(file) as part:
                count = _WRITERS[form](part, columns, _counted(shown, on_progress), zone)
        except OSError as error:
            raise DistressError(f"cannot write {file}: {error.strerror}") from error
    store.audit.note(EXPORTED, f"{count} rows of {what}, {told(numbers)}", actor=by, file=file)
    return count


def _check_library(form: str) -> None:
    if form != "parquet":
        return
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise DistressError(
            "Parquet needs pyarrow: pip install 'distress-signal-monitor[analysts]'"
        ) from error


def _masked(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows as they may leave the desk."""
    return (
        [masked_cell(name, cell) for name, cell in zip(columns, row, strict=True)] for row in rows
    )


def masked_cell(column: str, cell: Any) -> Any:
    """Return a cell of a column as it may leave the desk."""
    if column in _WHO:
        return None
    if not isinstance(cell, str) or column.endswith(_MADE):
        return cell
    return masked(cell)


def _counted(rows: Iterable[Row], on_progress: Callable[[int], None] | None) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        if on_progress and number % 1000 == 0:
            on_progress(number)
        yield row


def _as_csv(part: Path, columns: Sequence[str], rows: Iterable[Row], _: ZoneInfo) -> int:
    count = 0
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_csv_cell(cell) for cell in row])
            count += 1
    return count


def _csv_cell(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    text = one_line(cell)
    return f"'{text}" if like_formula(text) else text


def _as_jsonl(part: Path, columns: Sequence[str], rows: Iterable[Row], _: ZoneInfo) -> int:
    count = 0
    with part.open("w", encoding="utf-8") as file:
        for row in rows:
            _dump(dict(zip(columns, row, strict=True)), file)
            file.write("\n")
            count += 1
    return count


def _dump(value: object, file: IO[str]) -> None:
    json.dump(value, file, ensure_ascii=False, separators=(",", ":"))


def _as_xlsx(part: Path, columns: Sequence[str], rows: Iterable[Row], zone: ZoneInfo) -> int:
    count = 0
    # Rows go to the disk as they come; text stands in the sheet itself.
    with xlsxwriter.Workbook(str(part), {"constant_memory": True, **NO_FORMULAS}) as book:
        formats = cell_formats(book)
        sheet = book.add_worksheet()
        for at, column in enumerate(columns):
            head = f"{column} ({zone.key})" if column.endswith("_at") else column
            sheet.write_string(0, at, head, formats["head"])
        for row in rows:
            count += 1
            if count > _SHEET_ROWS:
                raise DistressError(
                    f"a worksheet holds {_SHEET_ROWS:,} rows, and these are more; write a .csv, "
                    ".jsonl or .parquet file"
                )
            for at, (column, cell) in enumerate(zip(columns, row, strict=True)):
                _put(sheet, count, at, _moment(column, cell), formats, zone)
        sheet.freeze_panes(1, 0)
    return count


def _put(sheet: Any, down: int, at: int, cell: Any, formats: Any, zone: ZoneInfo) -> None:
    if isinstance(cell, float):
        sheet.write_number(down, at, cell, formats["number"])
    else:
        put_cell(sheet, down, at, cell, formats, zone)


def _moment(column: str, cell: Any) -> Any:
    """Return a cell of a column of times as a moment, any other as it is."""
    if not column.endswith("_at") or not isinstance(cell, str):
        return cell
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        return cell
    # Spreadsheets know no day before 1900.
    return at if at.year > 1900 else cell


def _as_parquet(part: Path, columns: Sequence[str], rows: Iterable[Row], _: ZoneInfo) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def kind(column: str) -> Any:
        if column.endswith("_at"):
            return pa.timestamp("s", tz="UTC")
        if column in _WHOLE:
            return pa.int64()
        return pa.float64() if column in _REAL else pa.string()

    schema = pa.schema([(column, kind(column)) for column in columns])
    count, rows = 0, iter(rows)
    with pq.ParquetWriter(part, schema) as writer:
        while batch := list(islice(rows, _BATCH)):
            cells = [
                pa.array([_parquet_cell(column, row[at]) for row in batch], schema.types[at])
                for at, column in enumerate(columns)
            ]
            writer.write_table(pa.Table.from_arrays(cells, schema=schema))
            count += len(batch)
    return count


def _parquet_cell(column: str, cell: Any) -> Any:
    if column.endswith("_at") and isinstance(cell, str):
        return datetime.fromisoformat(cell).astimezone(UTC)
    return cell


def _as_geojson(part: Path, columns: Sequence[str], rows: Iterable[Row], _: ZoneInfo) -> int:
    """Write a point a place and kind of goods; as RFC 7946, but for a datum that nobody tells."""
    count = 0
    with part.open("w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","features":[')
        for row in rows:
            told = dict(zip(columns, row, strict=True))
            point = [told.pop("longitude"), told.pop("latitude")]
            file.write(",\n" if count else "\n")
            _dump(
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": point},
                    "properties": told,
                },
                file,
            )
            count += 1
        file.write("\n]}\n")
    return count


_WRITERS: dict[str, Callable[[Path, Sequence[str], Iterable[Row], ZoneInfo], int]] = {
    "csv": _as_csv,
    "xlsx": _as_xlsx,
    "jsonl": _as_jsonl,
    "parquet": _as_parquet,
    "geojson": _as_geojson,
}
