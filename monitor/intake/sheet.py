"""Sheets of needs: a file goes in, what each row says comes out, or what is wrong with which.

Tables are read by the archive's reader. Nothing of a file with a broken row is taken in, unless a
person leaves such rows out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from monitor.errors import DistressError
from monitor.intake.columns import ColumnMap, Values, guess, named, no_heading
from monitor.masking import masked
from spiders.base import tables
from spiders.base.times import time_from
from spiders.base.trouble import Remark

MOST_ROWS = 50_000
LARGEST = 200_000_000  # bytes of a file
_MOST_PROBLEMS = 20  # that are told; reading stops there
_LONGEST_TEXT = 20_000  # characters of a row that are read
_FORMULA = re.compile(r"\s*[=+@][A-Za-z_$][\w.$]*[(!$\d]")
_DRAGGED = re.compile(r"(?<![A-Za-z0-9])([NnＮｎ])(9[5-9]|1[01]\d|12[0-9])(?![A-Za-z0-9])")
_FEWEST_DRAGGED = 3  # different numbers in one column, by which it was dragged down


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row as the reader gave it, with its cells as words."""

    place: str
    values: Values


@dataclass(frozen=True, slots=True)
class SheetTable:
    """One table of a file; name: of the sheet in a workbook that has several, else ""."""

    name: str
    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, slots=True)
class SheetFile:
    """What a file holds; problems: broken rows by place; remarks: what was guessed of it."""

    name: str
    tables: tuple[SheetTable, ...]
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dragged:
    """A column in which a spreadsheet counted N95 up; words: what stands there, in order."""

    column: str
    words: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidRow:
    """What one row says.

    id: of its own column, "" where there is none. at: its time, None where none can be read.
    values: its cells, by column.
    """

    place: str
    text: str
    facility: str
    contact: str
    author: str
    id: str
    at: datetime | None
    values: Values


@dataclass(frozen=True, slots=True)
class Said:
    """What the rows of a table say.

    repeats: by the place of a row, those of rows that say the very same. doubts: what was read but
        may be wrong, by row and column. empty: places of rows that say nothing.
    """

    rows: tuple[SaidRow, ...]
    repeats: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


def read_sheet(path: Path) -> SheetFile:
    """Read a file of tables; raises DistressError where it holds none or is too large."""
    size = path.stat().st_size
    if size > LARGEST:
        raise DistressError(
            f"{path.name} has {size / 1e6:,.0f} MB; a sheet of needs has at most "
            f"{LARGEST / 1e6:.0f} MB. Split it, or give posts to the spider archive"
        )
    rows: dict[str, list[tables.Row]] = {}
    problems: list[str] = []
    remarks: list[str] = []
    count = 0
    with path.open("rb", buffering=tables.AHEAD) as stream:
        for row in tables.read(cast(Any, stream), path.name, ragged=lambda _: True):
            if isinstance(row, Remark):
                remarks.append(row.message)
            elif row.values is None:
                problems.append(f"{path.name}, {_place(row.place)}: {row.problem}")
            else:
                rows.setdefault(row.table or "", []).append(row)
                count += 1
            if len(problems) > _MOST_PROBLEMS:
                break
            if count > MOST_ROWS:
                raise DistressError(
                    f"{path.name} has more than {MOST_ROWS:,} rows; a sheet of needs has fewer. "
                    "Split it, or give posts to the spider archive"
                )
    several = len(rows) > 1
    found = tuple(
        _table(path.name, name if several else "", of_table, problems)
        for name, of_table in rows.items()
    )
    if not found and not problems:
        problems.append(f"{path.name}: there is no row below a header")
    return SheetFile(path.name, found, tuple(problems), tuple(remarks))


def _place(place: str) -> str:
    return f"row {place}" if place.isdigit() else place


def _table(file: str, name: str, rows: Sequence[tables.Row], problems: list[str]) -> SheetTable:
    header = list(dict.fromkeys(column for row in rows for column in row.values or ()))
    if rows[0].table is not None and (heading := no_heading(header)):
        where = f"{file}, sheet {name}" if name else file
        problems.append(
            f"{where}, row 1: '{masked(heading[:40])}' is no heading but data; write the names of "
            "the columns into a row above it"
        )
    plain = []
    for row in rows:
        values = {column: _words(value) for column, value in (row.values or {}).items()}
        for column in header:
            if column in row.unvalued or _FORMULA.match(values.get(column, "")):
                problems.append(
                    f"{file}, {_place(row.place)}, column '{column}': it holds a formula and not "
                    "what comes of it; open the file in a spreadsheet and save it as CSV UTF-8"
                )
        plain.append(SheetRow(_place(row.place), values))
    return SheetTable(name, tuple(header), tuple(plain))


def _words(value: Any) -> str:
    """Return a cell as words; of a list its words, of anything deeper its JSON."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return "、".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def columns_of(
    table: SheetTable, pairs: Sequence[tuple[str, str]], kept: Mapping[str, str] | None
) -> ColumnMap:
    """Return a table's map: what a person names, else what was kept, else a guess.

    Raises DistressError where nothing tells which column holds the needs.
    """
    rows = [row.values for row in table.rows]
    if pairs:
        columns = named(pairs, table.header)
        if "text" not in columns.fields:
            columns = replace(guess(table.header, rows, columns.fields), guessed=False)
    elif kept and all(one in table.header for one in ColumnMap(kept).columns):
        columns = named(list(kept.items()), table.header)
    else:
        columns = guess(table.header, rows)
    if "text" not in columns.fields:
        where = f"sheet {table.name}: " if table.name else ""
        raise DistressError(
            f"{where}no column tells what is needed; there are: {', '.join(table.header[:30])}. "
            'Name it: --map text=COLUMN, or several: --map text="{COLUMN} {COLUMN}"'
        )
    return columns


def dragged(table: SheetTable, columns: ColumnMap) -> list[Dragged]:
    """Return the columns in which N95 was dragged down to N96, N97 and so on."""
    found = []
    for column in columns.columns:
        words: Counter[str] = Counter()
        for row in table.rows:
            words.update({name[2] for name in _DRAGGED.finditer(row.values.get(column, ""))})
        counted = sorted(int(word) for word in words if word != "95")
        if len(counted) >= _FEWEST_DRAGGED or (counted and "95" in words and len(counted) > 1):
            shown = tuple(f"N{number}" for number in counted)
            found.append(Dragged(column, shown, sum(words.values()) - words["95"]))
    return found


def mended(table: SheetTable, columns: Sequence[str]) -> SheetTable:
    """Return a table with N95 for whatever it was dragged down to in these columns."""
    rows = [
        replace(
            row,
            values={
                name: _DRAGGED.sub(r"\g<1>95", cell) if name in columns else cell
                for name, cell in row.values.items()
            },
        )
        for row in table.rows
    ]
    return replace(table, rows=tuple(rows))


def said(table: SheetTable, columns: ColumnMap, *, zone: ZoneInfo) -> Said:
    """Return what the rows of a table say, each once."""
    rows: dict[str, SaidRow] = {}
    repeats: dict[str, list[str]] = {}
    doubts: list[str] = []
    empty: list[str] = []
    for row in table.rows:
        text = columns.said(row.values)
        told = {name for name in columns.fields if columns.of(name, row.values)}
        if not told & {"text", "stock"} and not told >= {"facility", "contact"}:
            if text:
                empty.append(row.place)
            continue
        doubts += _doubts(row, columns, text)
        same = re.sub(r"\s+", "", text)
        if same in rows:
            repeats.setdefault(rows[same].place, []).append(row.place)
            continue
        at, doubt = _time(columns.of("time", row.values), zone)
        doubts += [f"{row.place}: {doubt}"] * bool(doubt)
        rows[same] = SaidRow(
            place=row.place,
            text=text,
            facility=columns.of("facility", row.values),
            contact=columns.of("contact", row.values),
            author=columns.of("author", row.values),
            id=columns.of("id", row.values),
            at=at,
            values=row.values,
        )
    return Said(
        tuple(rows.values()),
        {place: tuple(others) for place, others in repeats.items()},
        tuple(doubts),
        tuple(empty),
    )


def _doubts(row: SheetRow, columns: ColumnMap, text: str) -> Iterator[str]:
    for column in columns.columns:
        if number := tables.lost_number(row.values.get(column, "")):
            yield (
                f"{row.place}, column '{column}': a spreadsheet rounded a number to {number}; look "
                "it up where it came from, and format the column as text"
            )
    if len(text) > _LONGEST_TEXT:
        yield f"{row.place}: of {len(text):,} characters the first {_LONGEST_TEXT:,} are read"


def _time(words: str, zone: ZoneInfo) -> tuple[datetime | None, str]:
    if not words:
        return None, ""
    try:
        return time_from(words, zone), ""
    except ValueError as error:
        return None, f"{error}; the row counts as told when it is taken in"
