"""Archives: files of posts, ours or another program's, come out as posts.

What is read of JSON, tables and workbooks stands in spiders/base/tables/, which exports in
spiders/base/exports.py.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, field_validator

from spiders import base
from spiders.base import tables
from spiders.base.exports import EXPORTS, FIELDS, FieldMap, detect, names_in
from spiders.base.fields import post_from, time_of
from spiders.base.file_state import FileState, WatchedFile
from spiders.base.post import Bookmark, Post, SetAside
from spiders.base.reading import guarded
from spiders.base.times import ORDERS, TimeZone, orders_of
from spiders.base.trouble import Remark, Trouble

_SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".xlsx", ".xlsm", ".xls")
_MOST_HELD = 20_000  # rows that wait for one that tells whether days or months come first
_HELD_BYTES = 16_000_000
_COLUMNS_SHOWN = 30
_READER = 2  # count it up where files that were read before deserve another reading
Read = Post | SetAside | Bookmark | Trouble | Remark


@dataclass(slots=True)
class _Result:
    """What came of a file's rows.

    by_line: whether each is a line, the first of the file too. of_table: whether there is a header.
    whole: whether the file was read to its end.
    """

    posts: int = 0
    set_aside: int = 0
    by_line: bool = False
    of_table: bool = False
    whole: bool = False
    authors: int = 0
    times: int = 0


class ArchiveOptions(base.Options):
    """Where the posts are and which column is what.

    path: a file, a folder (searched through and through) or "-" for standard input.
    map: "auto", the name of a ready-made map, or a table of field = column.
    timezone: the zone of times that name none.
    dates: "day first" or "month first", for dates such as 11/02/2020; where it is left out, a
        column tells by a date that can be read in one way only.
    """

    path: str = Field(min_length=1)
    map: str | dict[str, str] = "auto"
    timezone: TimeZone = "Asia/Shanghai"
    dates: Literal["day first", "month first"] | None = None

    @field_validator("map")
    @classmethod
    def _map_or_columns(cls, mapping: str | dict[str, str]) -> str | dict[str, str]:
        if isinstance(mapping, str):
            if mapping not in EXPORTS and mapping != "auto":
                raise ValueError(f"no map '{mapping}'; there are: auto, {', '.join(EXPORTS)}")
        elif unknown := sorted(mapping.keys() - set(FIELDS)):
            raise ValueError(f"no field '{unknown[0]}' to map; there are: {', '.join(FIELDS)}")
        elif "text" not in mapping:
            raise ValueError('name the column of the text, such as map = { text = "content" }')
        return mapping


class ArchiveSpider(base.SourceSpider):
    """Files of posts, from this or another crawler."""

    name = "archive"
    of_files = True
    Options = ArchiveOptions
    options: ArchiveOptions

    @classmethod
    def lacks(cls, options: BaseModel, folder: Path) -> Iterator[str]:
        """Yield that there is no file, or no folder with files, to read."""
        path = getattr(options, "path", "-")
        if path == "-":
            return
        place = folder / Path(path).expanduser()
        if not place.exists():
            yield f"there is no file or folder {place}. Put it there, or correct `path`"
        elif not os.access(place, os.R_OK):
            yield f"{place} may not be read by this user: chmod u+r, or chown"
        elif place.is_dir() and not _files_in(place):
            yield f"{place} holds no file ending in {', '.join(_SUFFIXES)}, or these with .gz"

    async def start(self) -> AsyncIterator[Any]:
        """Yield the posts and broken rows of every file, in the files' order."""
        if self.options.path == "-":
            entries = self._read(cast(BufferedReader, sys.stdin.buffer), "standard input")
            # In a thread, so that a pipe that is slow to speak does not hold up the writing.
            while (entry := await asyncio.to_thread(next, entries, None)) is not None:
                yield entry
        else:
            for entry in self._read_files(Path(self.options.path).expanduser()):
                yield entry

    def _read_files(self, path: Path) -> Iterator[Read]:
        if not path.exists():
            yield Trouble(outcome="unreachable", message=f"no file or folder {path.absolute()}")
            return
        files = _files_in(path) if path.is_dir() else [path]
        if not files:
            message = f"no file ending in {', '.join(_SUFFIXES)} (or these with .gz) in {path}"
            yield Trouble(outcome="unreachable", message=message)
        for file in files:
            name = str(file.relative_to(path)) if path.is_dir() else file.name
            try:
                yield from self._read_file(file, name)
            except OSError as error:
                why = f"{error.strerror or 'it broke off'}; see to its place and rights"
                yield Trouble(outcome="unreachable", message=f"cannot read {file}: {why}")

    def _read_file(self, file: Path, name: str) -> Iterator[Read]:
        """Yield what is new in a file, then what to remember of it.

        A file of which nothing can be read is not remembered: the next run must tell of it again.
        """
        bookmark = f"read {file.absolute()}".encode("utf-8", "backslashreplace").decode()
        options = self._how_read()
        before = FileState.of(self.bookmarks.get(bookmark), options)
        if before and before.unchanged(file.stat()):
            return
        with FileIO(file) as raw:
            watched = WatchedFile(raw)
            skipped = before.lines if before and watched.begins_as(before) else 0
            if skipped is None:
                state = watched.state(options, by_line=False)
            else:
                stream = cast(BufferedReader, BufferedReader(watched, tables.AHEAD))
                result = yield from self._read(stream, name, skipped)
                if not result.whole or (result.set_aside and not result.posts):
                    return
                state = watched.state(options, by_line=_goes_on(result, watched))
        if state:
            yield Bookmark(name=bookmark, value=state.as_bookmark())

    def _read(
        self, stream: BufferedReader, name: str, skipped: int = 0
    ) -> Generator[Read, None, _Result]:
        """Yield posts and broken rows; return what came of them.

        skipped: lines of the file that stand before the stream's second; its first is known then.
        """
        reading = _Reading(self.options, name, skipped)
        for row in tables.read(stream, name, ragged=self._ragged):
            if isinstance(row, Remark):
                yield row
            else:
                yield from reading.row(row)
            if reading.refused:
                return reading.result
        yield from reading.end()
        return reading.result

    def _how_read(self) -> str:
        """Return a digest of all that says how a file's rows become posts."""
        maps = {name: (export.fields, export.ragged) for name, export in EXPORTS.items()}
        options = self.options
        how = f"{options.map!r} {options.timezone} {options.dates} {maps!r} {_READER}"
        return hashlib.blake2b(how.encode("utf-8", "replace"), digest_size=8).hexdigest()

    def _ragged(self, header: list[str]) -> bool:
        name = _export_name(self.options, header)
        return name is not None and EXPORTS[name].ragged


class _Reading:
    """The reading of one file: rows go in, in order; posts and what is set aside come out.

    Rows wait while nothing tells the order of days and months in their dates, for the first that
    does tells it of all.
    """

    def __init__(self, options: ArchiveOptions, name: str, skipped: int) -> None:
        self.result = _Result(by_line=skipped > 0)
        self.refused = False  # whether nothing of the file can be posts
        self._options = options
        self._name = name
        self._skipped = skipped
        self._zone = ZoneInfo(options.timezone)
        self._table: str | None = None
        self._export: str | None = None
        self._fields: FieldMap | None = None
        self._order: str | None = options.dates
        self._orders = frozenset(ORDERS)
        self._held: list[tables.Row] = []
        self._held_bytes = 0
        self._wordless: list[Trouble] = []

    def row(self, row: tables.Row) -> Iterator[Read]:
        """Yield what a row holds, or hold it back."""
        if row.values is not None and (self._fields is None or row.table != self._table):
            yield from self._begin(row)
        if self._fields is None and row.values is not None:
            return
        self._note_order(row)
        if self._held or self._is_open(row):
            self._held.append(row)
            self._held_bytes += len(row.raw)
            if (
                self._is_open(row)
                and len(self._held) < _MOST_HELD
                and self._held_bytes < _HELD_BYTES
            ):
                return
            if self._order is None and not self._is_full():
                return
            yield from self._release()
        else:
            yield from self._read(row)

    def end(self) -> Iterator[Read]:
        """Yield the rows that waited, and what is to be told of the whole file."""
        yield from self._release()
        self.result.whole = True
        if self._wordless and not self.result.posts:
            self.result.whole = False
            yield self._wordless[0]
        elif self._wordless:
            yield Remark(message=self._wordless[0].message)
        missing = [
            what
            for what, count in (("author", self.result.authors), ("time", self.result.times))
            if self.result.posts and not count
        ]
        if missing and self._fields:
            yield Remark(message=_all_without(self._name, missing, self._fields))

    def _begin(self, row: tables.Row) -> Iterator[Read]:
        """Settle which columns are which, from the first row of a file or sheet."""
        yield from self._release()
        values = row.values or {}
        self._table = row.table
        self._fields, self._export = None, _export_name(self._options, values)
        fields = _field_map(self._options, self._export)
        self.result.of_table = row.table is not None
        first = "2" if row.table == "" else "1"
        self.result.by_line = self._skipped > 0 or row.place == first
        self._orders = frozenset(ORDERS)
        self._order = self._options.dates
        if row.table is not None and (missing := _missing_columns(fields, values)):
            where = f"{self._name} {row.table}".strip()
            self._wordless.append(_no_text_column(where, missing, values))
            self.refused = row.table == ""
            if self.refused:
                yield self._wordless.pop()
            return
        self._fields = fields

    def _note_order(self, row: tables.Row) -> None:
        """Let a row's date narrow down the orders of its column."""
        if row.values is None or self._fields is None:
            return
        orders = orders_of(time_of(row.values, self._fields) or "")
        if orders is None:
            return
        self.result.by_line = False  # what grows behind would not know what the column told
        if self._order is None and orders:
            self._orders &= orders
            if len(self._orders) == 1:
                [self._order] = self._orders

    def _is_open(self, row: tables.Row) -> bool:
        """Tell whether a row's date waits for the order of its column."""
        if self._order is not None or row.values is None or self._fields is None:
            return False
        orders = orders_of(time_of(row.values, self._fields) or "")
        return orders is not None and len(orders) > 1 and bool(self._orders)

    def _is_full(self) -> bool:
        return len(self._held) >= _MOST_HELD or self._held_bytes >= _HELD_BYTES

    def _release(self) -> Iterator[Read]:
        held, self._held, self._held_bytes = self._held, [], 0
        for row in held:
            yield from self._read(row)

    def _read(self, row: tables.Row) -> Iterator[Read]:
        again, place = _place(row.place, self._skipped)
        place = f"{self._name}:{place}"
        if row.values is None:
            self.result.set_aside += 1
            yield SetAside(place=place, reason=row.problem or "", excerpt=_start(row.raw))
            return
        if again or self._fields is None:
            return
        entries: list[Post | SetAside] = []
        with guarded(entries, place, _start(row.raw)) as aside:
            post = self._post(row.values, row, aside)
            if post is None:
                return
            timed = time_of(row.values, self._fields) is not None or bool(post.posted_at)
            self.result.times += timed
            self.result.authors += bool(post.author)
            entries.append(post)
        is_read = isinstance(entries[0], Post)
        self.result.posts += is_read
        self.result.set_aside += not is_read
        yield from entries

    def _post(self, values: dict[str, Any], row: tables.Row, aside: list[str]) -> Post | None:
        shaped = EXPORTS[self._export].shaped if self._export else None
        fitting = shaped(values) if shaped else values
        if fitting is None or self._fields is None:
            return None
        return post_from(
            fitting,
            self._fields,
            zone=self._zone,
            raw=row.raw,
            order=self._order,
            aside=aside,
            is_table=row.table is not None,
            is_export=True,
        )


def _export_name(options: ArchiveOptions, columns: Iterable[str]) -> str | None:
    """Return the name of the ready-made map, None where the columns are named in the settings."""
    if not isinstance(options.map, str):
        return None
    return detect(columns) if options.map == "auto" else options.map


def _field_map(options: ArchiveOptions, export: str | None) -> FieldMap:
    if export is not None:
        return EXPORTS[export].fields
    columns = cast(dict[str, str], options.map)
    return FieldMap(**{field: (column,) for field, column in columns.items()})


def _missing_columns(fields: FieldMap, values: dict[str, Any]) -> list[str]:
    """Return the columns that a table's words should be in, where not one of them is there.

    Of a pattern every column has to be there.
    """
    lacking = [[one for one in names_in(text) if one not in values] for text in fields.text]
    if not all(lacking):
        return []
    return lacking[0] if len(lacking) == 1 else [one for names in lacking for one in names]


def _files_in(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file()
        and not file.name.startswith(".")
        and file.name.lower().removesuffix(".gz").endswith(_SUFFIXES)
    )


def _place(place: str, skipped: int) -> tuple[bool, str]:
    """Return whether a row of a stream is one seen before, and its place in the file."""
    if not skipped:
        return False, place
    return place == "1", str(int(place) - 1 + skipped)


def _goes_on(result: _Result, watched: WatchedFile) -> bool:
    """Tell whether what is written behind the file's last whole line can be read on its own.

    The rows of a table may hold line ends; it goes on only where all of them were whole. A few
    words in GB18030 may look like UTF-8; only with the others is it clear what they are.
    """
    if not result.by_line or watched.head.startswith(tables.GZIP):
        return False
    if tables.encoding_of(watched.head) not in (None, "utf-8"):
        return False
    return not result.of_table or (not result.set_aside and watched.ends_with_line)


def _no_text_column(name: str, missing: list[str], values: dict[str, Any]) -> Trouble:
    columns = " or ".join(f"'{column}'" for column in missing)
    return Trouble(
        outcome="changed",
        message=f"{name} has no column {columns} for the text; there are: "
        f'{_listed(values)}. Name it: map = {{ text = "COLUMN" }}, or several: '
        'map = { text = "{COLUMN} {COLUMN}" }',
    )


def _all_without(name: str, missing: list[str], fields: FieldMap) -> str:
    """Return what is told once of a file in which no row has an author or a time."""
    columns = {"author": fields.author, "time": fields.posted_at}
    keys = {"author": "author", "time": "posted_at"}
    looked = ", ".join(column for what in missing for column in columns[what]) or "none"
    named = ", ".join(f'{keys[what]} = "COLUMN"' for what in missing)
    without = " or ".join(f"an {what}" if what == "author" else f"a {what}" for what in missing)
    return (
        f"{name}: no row has {without} (columns looked for: {looked}); "
        f"where there is one, name it: map = {{ {named} }}"
    )


def _listed(values: dict[str, Any]) -> str:
    shown = ", ".join(str(column)[:40] for column in list(values)[:_COLUMNS_SHOWN])
    more = len(values) - _COLUMNS_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _start(raw: bytes) -> str:
    return raw[:600].decode("utf-8", "replace")[:200]
