"""Rows of a file or stream of any format; broken ones come out set aside."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

from spiders.base.tables.csv_rows import csv_rows
from spiders.base.tables.json_rows import is_document, json_document, json_lines
from spiders.base.tables.lines import lines, opened
from spiders.base.tables.row import DAMAGED, NOT_WHOLE, Row, broken
from spiders.base.tables.workbook import ZIP, other_kind, workbook_rows
from spiders.base.trouble import Remark

_LINES = (".jsonl", ".ndjson")
_TABLES = (".csv", ".tsv")


def read(
    stream: io.BufferedReader, name: str, *, ragged: Callable[[list[str]], bool] = lambda _: False
) -> Iterator[Row | Remark]:
    """Yield the rows of a stream, in constant memory, and what was guessed of it.

    JSON Lines, a JSON list or an object that holds one, a table of text (CSV, tabs), each also
    gzipped, or a workbook (.xlsx). Text is UTF-8, UTF-16, GB18030 or Big5.

    stream: best opened with a buffer of AHEAD bytes, which are looked at first.
    name: its suffixes tell the format; where they do not, its first character does.
    ragged: tells from a table's header whether rows may leave out columns at the end.
    """
    try:
        source = opened(stream)
    except NOT_WHOLE:
        yield broken("1", DAMAGED)
        return
    head = source.head
    if head.startswith(ZIP):
        yield from workbook_rows(source.stream)
        return
    if problem := other_kind(head):
        yield broken("1", problem)
        return
    if source.encoding == "unknown":
        problem = "the file is neither UTF-8 nor UTF-16, GB18030 or Big5; save it as UTF-8"
        yield broken("1", problem)
        return
    if source.guess:
        yield Remark(message=f"{name} was read as {source.guess}, by its characters")
    suffixes = name.lower().removesuffix(".gz")
    is_table = suffixes.endswith(_TABLES)
    has_lines = suffixes.endswith(_LINES)
    if not is_table and is_document(source.utf8_head, lines=has_lines):
        yield from json_document(source)
    elif has_lines or (head.lstrip()[:1] in (b"{", b"[") and not is_table):
        yield from json_lines(lines(source))
    else:
        yield from csv_rows(lines(source), ragged)
