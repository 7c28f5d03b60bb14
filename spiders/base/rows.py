"""Rows of a JSON Lines, JSON or CSV stream, gzipped or not; broken ones come out set aside."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import re
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, BinaryIO, cast

import ijson  # type: ignore[import-untyped]

MAX_LINE = 5_000_000  # bytes; a post of 100,000 characters with every one escaped has 1.2 million
AHEAD = 1 << 18  # bytes looked at to tell format and encoding
GZIP = b"\x1f\x8b"  # the first bytes of what is gzipped
_LINES = (".jsonl", ".ndjson")
# weibo-crawler writes one object a user: {"user": {…}, "weibo": [{…}, …]}
_USER_FIRST = re.compile(rb'\s*\{\s*"user"\s*:\s*\{')
_NOT_WHOLE = (EOFError, zlib.error, gzip.BadGzipFile)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a stream.

    place: its line, such as "17", or "item 17" within a JSON array.
    values: its columns; None where it is broken. Of a CSV row, all columns of the header.
    problem: what is wrong with it, for people; None where it is whole.
    raw: its bytes, or its first characters where it is broken.
    of_table: whether every row has these columns, as in CSV.
    """

    place: str
    values: dict[str, Any] | None
    problem: str | None
    raw: bytes
    of_table: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    problem: str | None = None

    def row(self, problem: str) -> Row:
        return Row(str(self.number), None, problem, self.text[:200].encode("utf-8", "replace"))


def read(
    stream: io.BufferedReader, name: str, *, ragged: Callable[[list[str]], bool] = lambda _: False
) -> Iterator[Row]:
    """Yield the rows of a stream, in constant memory.

    stream: best opened with a buffer of AHEAD bytes, which are looked at first.
    name: its suffixes tell the format; where they do not, its first character does.
    ragged: tells from a CSV header whether rows may leave out columns at the end.
    """
    if stream.peek(2)[:2] == GZIP:
        # A GzipFile peeks and reads lines too; a buffer around it would lose what stands
        # before the place where a cut file ends.
        stream = cast(io.BufferedReader, gzip.GzipFile(fileobj=stream))
    try:
        head = stream.peek(AHEAD)
    except _NOT_WHOLE as error:
        yield Row("1", None, f"the gzip stream is damaged: {error}", b"")
        return
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield Row("1", None, "the file is UTF-16; save it as UTF-8", b"")
        return
    if head.startswith(codecs.BOM_UTF8):
        stream.read(len(codecs.BOM_UTF8))
        head = head[len(codecs.BOM_UTF8) :]
    suffixes = name.lower().removesuffix(".gz")
    start = head.lstrip()[:1]
    if start == b"[" and not suffixes.endswith(_LINES):
        yield from _json_items(stream, head, "item")
    elif _USER_FIRST.match(head):
        yield from _json_items(stream, head, "weibo.item")
    elif (start in b"{[" and not suffixes.endswith(".csv")) or suffixes.endswith(_LINES):
        yield from _json_lines(_lines(stream, head))
    else:
        yield from _csv_rows(_lines(stream, head), ragged)


def encoding_of(sample: bytes) -> str | None:
    """Return "utf-8" or "gb18030", whichever most lines are, or None where all are ASCII."""
    lines = [line for line in sample.split(b"\n") if not line.isascii()]
    if len(lines) > 1 and not sample.endswith(b"\n"):
        lines.pop()  # the sample's end may cut a character
    if not lines:
        return None
    return "utf-8" if 2 * sum(map(_is_utf8, lines)) >= len(lines) else "gb18030"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.end == len(line) and error.reason == "unexpected end of data"
    return True


def _lines(stream: io.BufferedReader, head: bytes) -> Iterator[_Line]:
    """Yield lines as text with their line ends; one that is too long or damaged says so."""
    encoding = encoding_of(head)
    number = 0
    while True:
        number += 1
        try:
            line = stream.readline(MAX_LINE + 1)
            too_long = len(line) > MAX_LINE
            while too_long and not (rest := stream.readline(MAX_LINE)).endswith(b"\n") and rest:
                pass
        except _NOT_WHOLE as error:
            yield _Line(number, "", f"the gzip stream ends or breaks here: {error}")
            return
        if not line:
            return
        if too_long:
            start = line[:400].decode(encoding or "utf-8", "replace")
            yield _Line(number, start, f"the line is longer than {MAX_LINE:,} bytes")
            continue
        encoding = encoding or encoding_of(line)
        try:
            text = line.decode(encoding or "ascii")
        except UnicodeDecodeError as error:
            shown = line.decode(encoding or "ascii", "replace")
            yield _Line(number, shown, f"byte {error.start + 1} is not {encoding}")
            continue
        yield _Line(number, text, "the line holds NUL bytes" if "\0" in text else None)


def _json_lines(lines: Iterator[_Line]) -> Iterator[Row]:
    for line in lines:
        if line.problem:
            yield line.row(line.problem)
        elif not line.text.isspace():
            yield _json_row(line)


def _json_row(line: _Line) -> Row:
    try:
        values = json.loads(line.text, strict=False)
    except (ValueError, RecursionError) as error:
        return line.row(f"not JSON: {error}")
    if not isinstance(values, dict):
        return line.row(f"not a JSON object but {type(values).__name__}")
    return Row(str(line.number), values, None, line.text.strip().encode("utf-8", "replace"))


def _json_items(stream: BinaryIO, head: bytes, prefix: str) -> Iterator[Row]:
    if encoding_of(head) == "gb18030":
        stream = cast(BinaryIO, codecs.EncodedFile(stream, "utf-8", "gb18030"))
    place = 0
    try:
        for place, values in enumerate(ijson.items(stream, prefix, use_float=True), 1):
            raw = json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")
            if isinstance(values, dict):
                yield Row(f"item {place}", values, None, raw)
            else:
                problem = f"not a JSON object but {type(values).__name__}"
                yield Row(f"item {place}", None, problem, raw[:600])
    except (ijson.JSONError, UnicodeDecodeError, RecursionError, *_NOT_WHOLE) as error:
        yield Row(f"item {place + 1}", None, f"not JSON from here on: {error}", b"")


def _csv_rows(lines: Iterator[_Line], ragged: Callable[[list[str]], bool]) -> Iterator[Row]:
    header: list[str] = []
    delimiter = ","
    pending: deque[_Line] = deque()
    while taken := _take(pending, lines):
        first = taken[0]
        if not header and not first.problem:
            delimiter = max(",\t;", key=first.text.count)
        record, problem = _record(taken, pending, lines, delimiter)
        if problem is None and header and record and record != header:
            problem = _wrong_width(len(record), len(header), ragged(header))
        if problem is not None:
            # The lines an open quote swallowed get a chance of their own.
            pending.extendleft(reversed(taken[1:]))
            yield first.row(problem)
        elif not header:
            header = [name.strip() for name in record]
        elif record and record != header:
            values = dict(zip_longest(header, record, fillvalue=""))
            raw = json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")
            yield Row(str(first.number), values, None, raw, of_table=True)


def _take(pending: deque[_Line], lines: Iterator[_Line]) -> list[_Line]:
    line = pending.popleft() if pending else next(lines, None)
    return [line] if line else []


def _record(
    taken: list[_Line], pending: deque[_Line], lines: Iterator[_Line], delimiter: str
) -> tuple[list[str], str | None]:
    """Read the record that starts with the line taken; `taken` gets the further lines it needs."""

    def feed() -> Iterator[str]:
        yield taken[0].text
        size = len(taken[0].text)
        while size <= MAX_LINE // 5 and (more := _take(pending, lines)):
            taken.extend(more)
            if more[0].problem:
                return
            size += len(more[0].text)
            yield more[0].text

    if taken[0].problem:
        return [], taken[0].problem
    try:
        return next(csv.reader(feed(), delimiter=delimiter, strict=True), []), None
    except csv.Error as error:
        return [], f"not CSV: {error}"


def _wrong_width(columns: int, expected: int, ragged: bool) -> str | None:
    if columns == expected or (ragged and columns < expected):
        return None
    return f"{columns} columns where the header has {expected}"


csv.field_size_limit(MAX_LINE)
