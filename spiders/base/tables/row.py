"""What a file's readers give: rows with their place, or what is wrong with one."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from typing import Any

MAX_LINE = 5_000_000  # bytes; a post of 100,000 characters with every one escaped has 1.2 million
AHEAD = 1 << 18  # bytes looked at to tell format and encoding
GZIP = b"\x1f\x8b"  # the first bytes of what is gzipped
NOT_WHOLE = (EOFError, zlib.error, gzip.BadGzipFile)
DAMAGED = "the gzip stream ends or breaks here; get the file anew"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a stream.

    place: its line, such as "17", "item 17" within a JSON list, "表1 row 17" within a workbook.
    values: its columns; None where it is broken. Of a table's row, all columns of the header.
    problem: what is wrong with it, for people; None where it is whole.
    raw: its bytes, or its first characters where it is broken.
    table: the name of the table whose columns all its rows have ("" of a CSV file, a sheet's of a
        workbook); None where each row has columns of its own, as in JSON.
    unvalued: columns of a workbook whose cell holds a formula, but not what comes of it.
    """

    place: str
    values: dict[str, Any] | None
    problem: str | None
    raw: bytes
    table: str | None = None
    unvalued: tuple[str, ...] = ()


def broken(place: str, problem: str, start: str = "") -> Row:
    """Return a row of which nothing can be read but where it begins."""
    return Row(place, None, problem, start[:200].encode("utf-8", "replace"))
