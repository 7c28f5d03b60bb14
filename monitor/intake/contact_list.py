"""A contact list that people kept goes in; its records, screened and numbers in order, come out.

Nothing is dropped: a record that cannot be called keeps its row, its cells and the reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BufferedReader
from pathlib import Path
from typing import cast

from classifiers.need import Place
from classifiers.normalise import normalise
from classifiers.places.places import places_of_address
from monitor.calling.numbers import PROBLEMS, CellNumber, in_order, numbers_in
from monitor.errors import DistressError, UnknownNameError
from monitor.types import KnownContact
from spiders.base.tables import AHEAD, Row, read

FIELDS = ("name", "number", "address", "id")
# Why a record cannot be called: what is wrong with its numbers, with its row, or that one of all
# its numbers may be used.
BROKEN_ROW = "broken row"
SHARED = "shared by many"
MARKED = {"barred": "do not call", "wrong": "known as wrong", "dead": "known as dead"}
REASONS = (*MARKED.values(), SHARED, *PROBLEMS, BROKEN_ROW)
_MOST_ROWS = 1_000_000
_LONGEST_CELL = 1_000
_HEADERS = {
    "name": re.compile(r"姓名|名字|称呼|联系人$|客户名|^name$|full ?name", re.I),
    "number": re.compile(
        r"电话|手机|座机|固话|小灵通|联系方式|(?<!身份证)(?<!证件)(?<!客户)号码"
        r"|phone|mobile|^tel|cell",
        re.I,
    ),
    "address": re.compile(r"地址|住址|住所|所在|address|city|城市", re.I),
    "id": re.compile(r"客户号|客户编号|证件|身份证|^编号$|^id$|customer ?(?:no|id)", re.I),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a list hold what; of numbers and addresses there may be several."""

    name: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    id: tuple[str, ...] = ()

    def as_json(self) -> str:
        """Return them as the store keeps them."""
        return json.dumps({field: getattr(self, field) for field in FIELDS}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Columns:
        """Return columns that the store kept."""
        return cls(**{field: tuple(names) for field, names in json.loads(text).items()})

    def in_words(self) -> str:
        """Return them as they are typed: name=姓名 number=手机,电话."""
        fields = ((field, getattr(self, field)) for field in FIELDS)
        return " ".join(f"{field}={','.join(columns)}" for field, columns in fields if columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row of a list.

    place: its row, as the reader of tables tells it. cells: by column, as they stood.
    numbers: what stood in the columns of numbers. contacts: those to dial, the first one first.
    reason: why it cannot be called, one of REASONS; "" where it can. detail: more of that, or of
        numbers that were left out although others are kept.
    """

    place: str
    cells: Mapping[str, str]
    name: str = ""
    address: str = ""
    id: str = ""
    numbers: tuple[CellNumber, ...] = ()
    contacts: tuple[KnownContact, ...] = ()
    reason: str = ""
    detail: str = ""


def given_columns(words: Iterable[str]) -> Columns | None:
    """Return the columns of words such as name=姓名 and number=手机,电话; None for no words.

    Raises DistressError for words of another form, UnknownNameError for another field.
    """
    columns: dict[str, tuple[str, ...]] = {}
    for word in words:
        field, mark, names = word.partition("=")
        if not mark or not names.strip():
            raise DistressError(f"{word!r} maps nothing; write for example number=手机,电话")
        if field.strip() not in FIELDS:
            raise UnknownNameError("field", field, list(FIELDS), "distress campaign new --help")
        columns[field.strip()] = tuple(filter(None, (name.strip() for name in names.split(","))))
    return Columns(**columns) if columns else None


def guessed_columns(header: Sequence[str]) -> Columns:
    """Return what the columns of a header hold by their names, each in one part at most.

    Raises DistressError where none is of numbers.
    """
    columns: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for field in ("id", "number", "name", "address"):
        names = tuple(n for n in header if n not in taken and _HEADERS[field].search(n.strip()))
        columns[field] = names if field in ("number", "address") else names[:1]
        taken.update(columns[field])
    if not columns["number"]:
        raise DistressError(
            f"no column is one of numbers by its name; there are: {', '.join(header)}. "
            "Name it: --map number=COLUMN"
        )
    return Columns(**columns)


def read_list(
    file: Path, columns: Columns | None = None, *, dead_phs: Sequence[str] = ()
) -> tuple[list[Record], Columns]:
    """Return the records of a list (CSV, XLSX, JSON Lines) in its order, and which columns it has.

    columns: None to guess them by the header.
    Raises DistressError naming the file for one that is no table or lacks a column.
    """
    records: list[Record] = []
    try:
        with file.open("rb", buffering=AHEAD) as stream:
            for row in _rows(read(cast(BufferedReader, stream), file.name)):
                if len(records) >= _MOST_ROWS:
                    raise DistressError(f"it has more than {_MOST_ROWS:,} rows; cut it in parts")
                if row.values is None:
                    if not records and columns is None:
                        raise DistressError(f"row {row.place}: {row.problem}")
                    records.append(_broken(row))
                    continue
                if columns is None:
                    columns = guessed_columns(list(row.values))
                _check_columns(columns, row.values)
                records.append(_record(row, columns, dead_phs))
    except DistressError as error:
        raise type(error)(f"{file}: {error}") if type(error) is DistressError else error from None
    if columns is None or not any(record.cells for record in records):
        raise DistressError(f"{file}: it holds no rows below a header")
    return records, columns


def marked(records: Iterable[Record], marks: Mapping[tuple[str, str], str]) -> list[Record]:
    """Return records without the numbers that a mark takes from all calls.

    marks: "barred", "wrong" or "dead" by a number's key.
    """
    return [
        _without(record, {c.key: MARKED[marks[c.key]] for c in record.contacts if c.key in marks})
        for record in records
    ]


def without_shared(records: Sequence[Record], shared: Iterable[tuple[str, str]]) -> list[Record]:
    """Return records without numbers that are nobody's own, by their keys."""
    keys = set(shared)
    return [
        _without(record, {c.key: SHARED for c in record.contacts if c.key in keys})
        for record in records
    ]


def _without(record: Record, reasons: Mapping[tuple[str, str], str]) -> Record:
    if not reasons:
        return record
    left = tuple(c for c in record.contacts if c.key not in reasons)
    told = [f"{c.value}: {reasons[c.key]}" for c in record.contacts if c.key in reasons]
    strongest = min(reasons.values(), key=REASONS.index)
    return Record(
        place=record.place,
        cells=record.cells,
        name=record.name,
        address=record.address,
        id=record.id,
        numbers=record.numbers,
        contacts=left,
        reason="" if left else strongest,
        detail="; ".join(filter(None, [record.detail, *told])),
    )


def _rows(rows: Iterator[object]) -> Iterator[Row]:
    return (row for row in rows if isinstance(row, Row))


def _broken(row: Row) -> Record:
    start = row.raw.decode("utf-8", "replace")
    return Record(
        place=row.place, cells={"": start}, reason=BROKEN_ROW, detail=row.problem or "unreadable"
    )


def _check_columns(columns: Columns, values: Mapping[str, object]) -> None:
    for field in FIELDS:
        for name in getattr(columns, field):
            if name not in values:
                choices = [str(one) for one in values][:30]
                raise DistressError(
                    f"no column '{name}'; there are: {', '.join(choices)}. "
                    f"Name it: --map {field}=COLUMN"
                )


def _record(row: Row, columns: Columns, dead_phs: Sequence[str]) -> Record:
    values = row.values or {}
    cells = {name: _cell(value) for name, value in values.items()}
    address = " ".join(filter(None, (cells[name] for name in columns.address)))
    places = address_places(address)
    numbers = tuple(
        one
        for name in columns.number
        for one in numbers_in(cells[name], places, column=name, dead_phs=dead_phs)
    )
    name = " ".join(filter(None, (cells[one] for one in columns.name)))
    contacts = in_order(one.contact for one in numbers if one.contact)
    problems = [one for one in numbers if one.problem and one.problem != "empty"]
    told = [one.problem for one in numbers if one.problem]
    problem = min(told, key=PROBLEMS.index, default="empty")
    return Record(
        place=row.place,
        cells=cells,
        name=name,
        address=address,
        id=" ".join(filter(None, (cells[one] for one in columns.id))),
        numbers=numbers,
        contacts=contacts,
        reason="" if contacts else problem,
        detail="; ".join(f"{one.words}: {one.problem}" for one in problems),
    )


def _cell(value: object) -> str:
    return " ".join(str(value).split())[:_LONGEST_CELL] if value is not None else ""


@lru_cache(maxsize=4096)
def address_places(address: str) -> tuple[Place, ...]:
    """Return the places of an address as it stands; spans index it."""
    return places_of_address(normalise(address)) if address else ()
