"""Stage 7: confirmed goods go in; each becomes a supply line that steps towards the ward."""

from __future__ import annotations

import csv
import dataclasses
import io
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from monitor.errors import DistressError, UnknownNameError
from monitor.store import Store
from monitor.types import Case, SupplyLine

STATUSES = ("requested", "committed", "in transit", "received")


def open_lines(store: Store) -> int:
    """Open a line for every confirmed item that has none; return how many."""
    with store.write():
        goods = store.supplies.without_line()
        cases = {case.id: case for case in store.cases.get(sorted({g.case_id for g in goods}))}
        for entry in goods:
            store.supplies.add(entry, _facility_of(cases[entry.case_id]), STATUSES[0])
    return len(goods)


def step(store: Store, line_id: int, status: str, note: str = "") -> SupplyLine:
    """Append the next step of a line and return the line.

    Raises UnknownNameError for a line or status that does not exist, DistressError for a step
    backwards: a correction is told in a note.
    """
    with store.write():
        line = store.supplies.line(line_id)
        if line is None:
            ids = [str(known.id) for known in store.supplies.lines()]
            raise UnknownNameError("supply line", line_id, ids[:20], "distress supplies")
        if status not in STATUSES:
            see = "distress supplies step --help"
            raise UnknownNameError("status", status, list(STATUSES), see)
        if STATUSES.index(status) <= STATUSES.index(line.status):
            raise DistressError(
                f"supply line {line_id} is {line.status} already; it can only go on to: "
                f"{', '.join(STATUSES[STATUSES.index(line.status) + 1 :]) or 'nothing further'}"
            )
        store.supplies.step(line_id, status, note)
        return store.supplies.line(line_id) or line


def _facility_of(case: Case) -> str | None:
    """Return the longest name that a need of the case gives its facility."""
    names = [f.text for need in case.needs for f in need.reading.facilities]
    return max(names, key=len) if names else None


def as_csv(lines: Sequence[SupplyLine]) -> str:
    """Return the lines as CSV with a header; no cell can be taken for a formula."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    columns = [field.name for field in dataclasses.fields(SupplyLine)]
    writer.writerow(columns)
    for line in lines:
        writer.writerow([_cell(getattr(line, column)) for column in columns])
    return file.getvalue()


def _cell(value: object) -> str:
    """Return a value as text that a spreadsheet does not run."""
    if isinstance(value, datetime):
        return value.isoformat()
    words = " ".join(str(value).split()) if value is not None else ""
    text = "".join(char for char in words if char.isprintable())
    # Chinese and Japanese spreadsheets take the full-width signs for formulas too.
    first = unicodedata.normalize("NFKC", text.lstrip()[:1])
    return f"'{text}" if first in {"=", "+", "-", "@", "|", "%"} else text
