"""Supply lines as tables for other programs: CSV and XLSX in which no text becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.language import language
from monitor.masking import formula_safe, like_formula, masked
from monitor.supply.checks import Check
from monitor.supply.progress import progress, shown
from monitor.supply.totals import Total, by_facility, by_goods, by_team
from monitor.types import SUPPLY_STATUSES, SupplyLine

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | Decimal | datetime | None
Checks = Mapping[int, tuple[Check, ...]]
# A workbook is for other programs: its columns, and what stands in them, have one language.
_ENGLISH = language("en")
_NOTHING: Checks = MappingProxyType({})

LINE_COLUMNS = (
    "line", "case", "facility", "team", "goods", "unit", *SUPPLY_STATUSES, "missing", "status",
    "changed", "by", "confirmed by", "check", "numbers",
)  # fmt: skip
STEP_COLUMNS = ("line", "goods", "status", "amount", "unit", "by", "at", "note", "numbers")
TOTAL_COLUMNS = (
    "of", "name", "unit", *SUPPLY_STATUSES, "missing", "no number", "lines", "open", "numbers",
)  # fmt: skip
_WIDTHS = {
    "facility": 28,
    "team": 28,
    "goods": 20,
    "name": 28,
    "note": 40,
    "check": 40,
    "changed": 17,
    "at": 17,
}
_ORDINARY_WIDTH = 12
_LONGEST = 1000
_STATES = ("masked", "in full")  # what the last column says of people's numbers
NO_FORMULAS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def line_rows(
    lines: Sequence[SupplyLine], zone: ZoneInfo, to_check: Checks
) -> list[tuple[Cell, ...]]:
    """Return a row a line, in LINE_COLUMNS; amounts are numbers where they can be.

    to_check: by line what to look at before its goods go on.
    """
    return [
        (
            *_line_row(line),
            "; ".join(check.in_words(zone, _ENGLISH) for check in to_check.get(line.id, ())),
        )
        for line in lines
    ]


def _line_row(line: SupplyLine) -> tuple[Cell, ...]:
    state = progress(line)
    furthest = state.furthest
    partly = " (partly)" if furthest and not furthest.full else ""
    last_stage = state.stages[-1]
    missing = last_stage.missing if last_stage.missing is not None else state.asked_words
    return (
        line.id,
        line.case_id,
        line.facility,
        line.team,
        line.name,
        line.unit,
        state.asked if state.asked is not None else state.asked_words,
        *(
            stage.amount
            if not stage.words and not stage.whole
            else " + ".join([shown(stage.amount)] * bool(stage.amount) + list(stage.words)) or "all"
            for stage in state.stages
        ),
        Decimal(0) if last_stage.full else missing,
        "withdrawn" if state.is_withdrawn else line.status + partly,
        line.changed_at,
        line.steps[-1].actor,
        line.agent,
    )


def step_rows(lines: Sequence[SupplyLine]) -> list[tuple[Cell, ...]]:
    """Return a row a step of all lines, in STEP_COLUMNS, in the order they were noted."""
    return [
        (line.id, line.name, step.status, step.quantity, step.unit, step.actor, step.at, step.note)
        for line in lines
        for step in line.steps
    ]


def total_rows(lines: Sequence[SupplyLine]) -> list[tuple[Cell, ...]]:
    """Return the totals in TOTAL_COLUMNS; facilities and teams have counts of lines alone."""
    groups = (("goods", by_goods), ("facility", by_facility), ("team", by_team))
    return [_total_row(of, total) for of, totals in groups for total in totals(lines)]


def _total_row(of: str, total: Total) -> tuple[Cell, ...]:
    amounts: Sequence[Cell] = total.amounts or [None] * (len(SUPPLY_STATUSES) + 1)
    words = ", ".join(filter(None, total.words)) if total.amounts else None
    return of, total.name, total.unit, *amounts, words, total.counts[0], total.lines_open


def as_csv(
    lines: Sequence[SupplyLine],
    zone: ZoneInfo,
    to_check: Checks = _NOTHING,
    *,
    numbers: bool = False,
) -> str:
    """Return the lines as CSV with a header; no cell can be taken for a formula.

    numbers: whether people's numbers are told in full; the last column says so in each row.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(LINE_COLUMNS)
    for row in line_rows(lines, zone, to_check):
        cells = [*_told(row, numbers=numbers), _STATES[numbers]]
        writer.writerow([_csv_text(cell, zone) for cell in cells])
    return file.getvalue()


def _told(row: Sequence[Cell], *, numbers: bool) -> list[Cell]:
    """Return cells as they leave the desk, the one door of tables: numbers masked where wanted."""
    return list(row) if numbers else [_masked(cell) for cell in row]


def _masked(cell: Cell) -> Cell:
    return masked(one_line(cell)) if isinstance(cell, str) else cell


def _csv_text(cell: Cell, zone: ZoneInfo) -> str:
    if isinstance(cell, datetime):
        return cell.astimezone(zone).isoformat()
    if isinstance(cell, Decimal):
        return shown(cell)
    return formula_safe(one_line(cell))


def one_line(cell: object) -> str:
    """Return a value as one line of text that can be seen."""
    words = " ".join(str(cell).split()) if cell is not None else ""
    return "".join(char for char in words if char.isprintable())


def as_xlsx(
    lines: Sequence[SupplyLine],
    zone: ZoneInfo,
    to_check: Checks = _NOTHING,
    *,
    numbers: bool = False,
) -> bytes:
    """Return a workbook of the lines, their totals and their history; times are those of `zone`.

    numbers: as for `as_csv`.
    """
    file = io.BytesIO()
    import xlsxwriter

    book = xlsxwriter.Workbook(file, {"in_memory": True, **NO_FORMULAS})
    formats = cell_formats(book)
    for name, columns, rows in (
        ("lines", LINE_COLUMNS, line_rows(lines, zone, to_check)),
        ("totals", TOTAL_COLUMNS, total_rows(lines)),
        ("history", STEP_COLUMNS, step_rows(lines)),
    ):
        sheet = book.add_worksheet(name)
        for at, column in enumerate(columns):
            head = f"{column} ({zone.key})" if column in ("changed", "at") else column
            sheet.write_string(0, at, head, formats["head"])
            wide = max(_WIDTHS.get(column, _ORDINARY_WIDTH), len(head) + 2)
            sheet.set_column(at, at, wide)
        for down, row in enumerate(rows, 1):
            for at, cell in enumerate([*_told(row, numbers=numbers), _STATES[numbers]]):
                put_cell(sheet, down, at, cell, formats, zone)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    book.close()
    return file.getvalue()


def cell_formats(book: xlsxwriter.Workbook) -> dict[str, Format]:
    """Return the formats of a workbook's cells by what they hold."""
    return {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "text": book.add_format({"num_format": "@"}),
        # Stays text also when someone edits the cell.
        "quoted": book.add_format({"num_format": "@", "quote_prefix": True}),
        "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
        "number": book.add_format({"num_format": "General"}),
    }


def put_cell(
    sheet: Worksheet, down: int, at: int, cell: Cell, formats: dict[str, Format], zone: ZoneInfo
) -> None:
    """Write one cell by its type; what a stranger wrote is always a string."""
    if isinstance(cell, datetime):
        there = cell.astimezone(zone).replace(tzinfo=None)
        sheet.write_datetime(down, at, there, formats["time"])
    elif isinstance(cell, (int, Decimal)):
        sheet.write_number(down, at, float(cell), formats["number"])
    elif text := one_line(cell)[:_LONGEST]:
        sheet.write_string(down, at, text, formats["quoted" if like_formula(text) else "text"])
