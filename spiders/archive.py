"""Archives: JSON Lines, JSON or CSV files, ours or another crawler's, come out as posts."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, field_validator

from spiders import base
from spiders.base import rows
from spiders.base.fields import FIELDS, MAPS, RAGGED, FieldMap, TimeZone, detect, post_from
from spiders.base.file_state import FileState, WatchedFile
from spiders.base.post import Bookmark, Post, SetAside
from spiders.base.trouble import Trouble

_SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv")
Read = Post | SetAside | Bookmark | Trouble


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


class ArchiveOptions(base.Options):
    """Where the posts are and which column is what.

    path: a file, a folder (searched through and through) or "-" for standard input.
    map: "auto", the name of a ready-made map, or a table of field = column.
    timezone: the zone of times that name none.
    """

    path: str = Field(min_length=1)
    map: str | dict[str, str] = "auto"
    timezone: TimeZone = "Asia/Shanghai"

    @field_validator("map")
    @classmethod
    def _map_or_columns(cls, mapping: str | dict[str, str]) -> str | dict[str, str]:
        if isinstance(mapping, str):
            if mapping not in MAPS and mapping != "auto":
                raise ValueError(f"no map '{mapping}'; there are: auto, {', '.join(MAPS)}")
        elif unknown := sorted(mapping.keys() - set(FIELDS)):
            raise ValueError(f"no field '{unknown[0]}' to map; there are: {', '.join(FIELDS)}")
        elif "text" not in mapping:
            raise ValueError('name the column of the text, such as map = { text = "content" }')
        return mapping


class ArchiveSpider(base.SourceSpider):
    """Files of posts, from this or another crawler."""

    name = "archive"
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
                yield Trouble(outcome="unreachable", message=f"cannot read {file}: {error}")

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
                stream = cast(BufferedReader, BufferedReader(watched, rows.AHEAD))
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
        zone = ZoneInfo(self.options.timezone)
        fields: FieldMap | None = None
        result = _Result(by_line=skipped > 0)
        for row in rows.read(stream, name, ragged=self._ragged):
            again, place = _place(row.place, skipped)
            place = f"{name}:{place}"
            if row.values is None:
                result.set_aside += 1
                yield SetAside(place=place, reason=row.problem or "", excerpt=_start(row.raw))
                continue
            if fields is None:
                fields = self._fields(row.values)
                result.of_table = row.of_table
                result.by_line = row.place == ("2" if row.of_table else "1")
                if row.of_table and not any(column in row.values for column in fields.text):
                    yield _no_text_column(name, fields, row.values)
                    return result
            if again:
                continue
            try:
                post = post_from(row.values, fields, zone=zone, raw=row.raw)
            except ValueError as error:
                result.set_aside += 1
                yield SetAside(place=place, reason=str(error), excerpt=_start(row.raw))
                continue
            result.posts += 1
            yield post
        result.whole = True
        return result

    def _how_read(self) -> str:
        """Return a digest of all that says how a file's rows become posts."""
        how = f"{self.options.map!r} {self.options.timezone} {MAPS!r} {sorted(RAGGED)!r}"
        return hashlib.blake2b(how.encode("utf-8", "replace"), digest_size=8).hexdigest()

    def _map_name(self, columns: Iterable[str]) -> str | None:
        mapping = self.options.map
        if not isinstance(mapping, str):
            return None
        return detect(columns) if mapping == "auto" else mapping

    def _ragged(self, header: list[str]) -> bool:
        return self._map_name(header) in RAGGED

    def _fields(self, values: dict[str, Any]) -> FieldMap:
        if isinstance(self.options.map, str):
            return MAPS[self._map_name(values) or "plain"]
        return FieldMap(**{field: (column,) for field, column in self.options.map.items()})


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
    if not result.by_line or watched.head.startswith(rows.GZIP):
        return False
    if rows.encoding_of(watched.head) == "gb18030":
        return False
    return not result.of_table or (not result.set_aside and watched.ends_with_line)


def _no_text_column(name: str, fields: FieldMap, values: dict[str, Any]) -> Trouble:
    return Trouble(
        outcome="changed",
        message=f"{name} has no column '{' or '.join(fields.text)}' for the text; there are: "
        f'{", ".join(values)}. Name it: map = {{ text = "COLUMN" }}',
    )


def _start(raw: bytes) -> str:
    return raw[:600].decode("utf-8", "replace")[:200]
