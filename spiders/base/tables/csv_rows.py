"""Lines of a table, or cells of a sheet, go in; rows with the header's columns come out."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from spiders.base.tables.cells import unguarded, whole_number
from spiders.base.tables.lines import Line
from spiders.base.tables.row import MAX_LINE, Row, broken

# What spreadsheets write first to say what stands between two cells.
_SEPARATOR = re.compile(r'"?sep=(\\t|[^"\r\n])"?[,;\s]*', re.I)
_DELIMITERS = ",\t;|"
_MOST_COLUMNS = 2_000
_WORDS = {"text", "content", "正文", "内容", "微博正文"}  # what alone may well be a header
Ragged = Callable[[list[str]], bool]


@dataclass(slots=True)
class Table:
    """The rows of one table; the first that is no title is its header.

    name: of the table, "" where there is one only.
    ragged: tells from the header whether rows may leave out columns at the end.
    """

    name: str
    ragged: Ragged
    header: list[str] = field(default_factory=list)
    heading: list[str] = field(default_factory=list)
    lone: list[str] = field(default_factory=list)

    def row(self, place: str, cells: Sequence[str]) -> Row | None:
        """Return the row that cells are; None for a header, a title and a blank."""
        filled = sum(bool(cell.strip()) for cell in cells)
        if not filled:
            return None
        if not self.header and not self._begins(cells, filled):
            return None
        if _names(cells) == self.heading:
            return None  # the header again, as in files that were put together
        wide = len(cells) > len(self.header) and any(map(str.strip, cells[len(self.header) :]))
        short = len(cells) < len(self.header) and not self.ragged(self.header)
        if wide or short:
            problem = (
                f"{len(cells)} columns where the header has {len(self.header)}; a comma, a "
                "quote or a line end is missing or too many"
            )
            return broken(place, problem, " | ".join(cells))
        padded = [*cells, *[""] * (len(self.header) - len(cells))]
        values = dict(zip(self.header, padded, strict=False))
        raw = json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")
        plain = {name: whole_number(unguarded(cell)) for name, cell in values.items()}
        return Row(place, plain, None, raw, self.name)

    def _begins(self, cells: Sequence[str], filled: int) -> bool:
        """Take a row as the header; tell whether it is one below the header.

        A lone cell is the header of a column where what follows has one cell, too; above a table
        of several columns it is a title.
        """
        if filled == 1 and not self.lone and _names(cells)[-1].lower() not in _WORDS:
            self.lone = list(cells)
            return False
        is_row = filled == 1 and bool(self.lone)
        self._take(self.lone if is_row else cells)
        return is_row

    def _take(self, cells: Sequence[str]) -> None:
        self.heading = _names(cells)[:_MOST_COLUMNS]
        times: Counter[str] = Counter()
        for number, cell in enumerate(self.heading, 1):
            name = unguarded(cell).lstrip("\ufeff") or f"column {number}"
            times[name] += 1
            self.header.append(name if times[name] == 1 else f"{name}#{times[name]}")


def _names(cells: Sequence[str]) -> list[str]:
    """Return cells without blanks around them, up to the last that is filled."""
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def csv_rows(lines: Iterator[Line], ragged: Ragged) -> Iterator[Row]:
    """Yield the rows of a table of lines; what is broken costs no other row."""
    table = Table("", ragged)
    delimiter = ""
    pending: deque[Line] = deque()
    while taken := _take(pending, lines):
        first = taken[0]
        if not table.header and not first.problem:
            if not delimiter and (separator := _SEPARATOR.fullmatch(first.text)):
                delimiter = "\t" if separator[1] == "\\t" else separator[1]
                continue
            sep = delimiter or max(_DELIMITERS, key=first.text.count)
        else:
            sep = delimiter or ","
        record, problem = _record(taken, pending, lines, sep)
        row = table.row(str(first.number), record) if problem is None else first.row(problem)
        if table.header and not delimiter:
            delimiter = sep
        if row is not None and row.problem is not None:
            # The lines an open quote swallowed get a chance of their own.
            pending.extendleft(reversed(taken[1:]))
        if row is not None:
            yield row


def _take(pending: deque[Line], lines: Iterator[Line]) -> list[Line]:
    line = pending.popleft() if pending else next(lines, None)
    return [line] if line else []


def _record(
    taken: list[Line], pending: deque[Line], lines: Iterator[Line], delimiter: str
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
        if "end of data" in str(error):
            return [], "not CSV: a quote is opened and never closed"
        return [], "not CSV: a quote within a quoted cell is not doubled"


csv.field_size_limit(MAX_LINE)
