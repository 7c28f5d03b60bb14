"""Archives: JSON Lines, JSON or CSV files, ours or another crawler's, come out as posts."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from spiders import base, rows
from spiders.fields import FIELDS, MAPS, RAGGED, FieldMap, TimeZone, detect, post_from
from spiders.post import Post, SetAside
from spiders.trouble import Trouble

_SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv")
Read = Post | SetAside | Trouble


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
    def _known_map(cls, given: str | dict[str, str]) -> str | dict[str, str]:
        if isinstance(given, str):
            if given not in MAPS and given != "auto":
                raise ValueError(f"no map '{given}'; there are: auto, {', '.join(MAPS)}")
        elif unknown := sorted(given.keys() - set(FIELDS)):
            raise ValueError(f"no field '{unknown[0]}' to map; there are: {', '.join(FIELDS)}")
        elif "text" not in given:
            raise ValueError('name the column of the text, such as map = { text = "content" }')
        return given


class ArchiveSpider(base.SourceSpider):
    """Files of posts, from this or another crawler."""

    name = "archive"
    Options = ArchiveOptions
    options: ArchiveOptions

    async def start(self) -> AsyncIterator[Any]:
        """Yield the posts and broken rows of every file, in the files' order."""
        if self.options.path == "-":
            found = self._read(cast(BufferedReader, sys.stdin.buffer), "standard input")
            # In a thread, so that a pipe that is slow to speak does not hold up the writing.
            while (one := await asyncio.to_thread(next, found, None)) is not None:
                yield one
        else:
            for one in self._read_files(Path(self.options.path).expanduser()):
                yield one

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
                with file.open("rb", buffering=rows.AHEAD) as stream:
                    yield from self._read(cast(BufferedReader, stream), name)
            except OSError as error:
                yield Trouble(outcome="unreachable", message=f"cannot read {file}: {error}")

    def _read(self, stream: BufferedReader, name: str) -> Iterator[Read]:
        zone = ZoneInfo(self.options.timezone)
        fields: FieldMap | None = None
        for row in rows.read(stream, name, ragged=self._ragged):
            place = f"{name}:{row.place}"
            if row.values is None:
                yield SetAside(place=place, reason=row.problem or "", excerpt=_start(row.raw))
                continue
            if fields is None:
                fields = self._fields(row.values)
                if row.of_table and not any(column in row.values for column in fields.text):
                    yield _no_text_column(name, fields, row.values)
                    return
            try:
                yield post_from(row.values, fields, zone=zone, raw=row.raw)
            except ValueError as error:
                yield SetAside(place=place, reason=str(error), excerpt=_start(row.raw))

    def _map_name(self, columns: Iterable[str]) -> str | None:
        given = self.options.map
        if not isinstance(given, str):
            return None
        return detect(columns) if given == "auto" else given

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


def _no_text_column(name: str, fields: FieldMap, values: dict[str, Any]) -> Trouble:
    return Trouble(
        outcome="changed",
        message=f"{name} has no column '{' or '.join(fields.text)}' for the text; there are: "
        f'{", ".join(values)}. Name it: map = {{ text = "COLUMN" }}',
    )


def _start(raw: bytes) -> str:
    return raw[:600].decode("utf-8", "replace")[:200]
