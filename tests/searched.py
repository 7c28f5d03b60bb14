"""A search for words in whatever form they may lie in files: for tests of what was forgotten."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path


def forms(words: str) -> list[bytes]:
    """Return the bytes that words are in UTF-8, UTF-16, and escaped for JSON, CSV or HTML."""
    escaped = json.dumps(words)[1:-1]
    entities = "".join(f"&#{ord(char)};" for char in words)
    return [
        words.encode(),
        words.encode("utf-16-le"),
        words.encode("utf-16-be"),
        escaped.encode(),
        escaped.encode("utf-16-le"),
        entities.encode(),
    ]


def spelled(digits: str) -> re.Pattern[bytes]:
    """Return what finds digits with signs between them, as people and pages write a number."""
    gap = rb"(?:[ \-.\xc2\xb7|/()]|&nbsp;|\xe2\x80\x8b){0,3}"
    return re.compile(gap.join(re.escape(digit).encode() for digit in digits))


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield all files below a folder, and what is packed in them, with a name each."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        yield str(file.relative_to(folder)), content
        if content[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                yield from (
                    (f"{file.name}/{name}", packed.read(name)) for name in packed.namelist()
                )
        if content[:6] == b"SQLite":
            yield from _packed_rows(file)


def _packed_rows(file: Path) -> Iterator[tuple[str, bytes]]:
    with closing(sqlite3.connect(file)) as db:
        tables = [
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        for table in tables:
            for row in db.execute(f'SELECT * FROM "{table}"'):
                for value in row:
                    if isinstance(value, bytes):
                        with suppress(zlib.error):
                            yield f"{file.name}:{table}", zlib.decompress(value)


def places_of(words: str, folder: Path) -> list[str]:
    """Return where words stand in the files below a folder, in any form."""
    found = []
    for name, content in contents(folder):
        if any(form in content for form in forms(words)) or (
            words.isdigit() and spelled(words).search(content)
        ):
            found.append(name)
    return found
