"""What the command line shows of supply lines: rows of the store go in, rich tables come out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from monitor.cli.table_parts import Own
from monitor.cli.table_parts import at as at_time
from monitor.cli.table_parts import shown as shown_cell
from monitor.masking import masked, plain
from monitor.supply.checks import Check
from monitor.supply.progress import Stage, number, progress, shown
from monitor.supply.totals import Total, by_facility, by_goods, by_team
from monitor.types import SUPPLY_STATUSES, UNDONE, SupplyLine


def _table(title: str, *columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", title=title or None,
                  title_justify="left", title_style="bold")  # fmt: skip
    for column in columns:
        numbers = column in ("ASKED", "COMMITTED", "IN TRANSIT", "RECEIVED", "MISSING", "LINES")
        table.add_column(column, overflow="fold", justify="right" if numbers else "left")
    return table


def _row(table: Table, *cells: object) -> None:
    """Add a row, each cell on one line; see `table_parts.row`."""
    table.add_row(*(Text(" ".join(shown_cell(cell).split())) for cell in cells))


def supplies(
    lines: Sequence[SupplyLine], zone: ZoneInfo, *, to_check: Collection[int] = ()
) -> Table:
    """Return the supply lines with the amounts at each stage and what is not received yet.

    to_check: the ids of lines that somebody has to look at; they are marked.
    """
    table = _table(
        "", "LINE", "CASE", "FACILITY", "GOODS", "ASKED", "COMMITTED", "IN TRANSIT", "RECEIVED",
        "MISSING", "SINCE",
    )  # fmt: skip
    for line in lines:
        done = progress(line)
        amount_asked = f"{done.asked_before or '?'}{done.unit}"
        _row(
            table,
            f"!{line.id}" if line.id in to_check else line.id,
            line.case_id,
            masked(line.facility or line.team or "")[:40],
            masked(line.name)[:40],
            masked(amount_asked)[:20],
            *(masked(stage.in_words) for stage in done.stages),
            "withdrawn" if done.is_withdrawn else _missing(done.stages[-1], done.asked_words),
            Own(f"{line.changed_at.astimezone(zone):%m-%d %H:%M}"),
        )
    return table


def _missing(stage: Stage, amount_asked: str) -> str:
    if stage.full:
        return "-"
    return shown(stage.missing) if stage.missing is not None else masked(amount_asked) or "?"


def check(line: SupplyLine, check: Check, zone: ZoneInfo) -> str:
    """Return what somebody has to look at before goods of a line go on, and what to do."""
    step = f"distress supplies step {line.id} requested --amount"
    if check.clash:
        advice = (
            f"Look: distress case show {check.case_id}. An outcome noted in knowledge of both "
            f"settles it. Not wanted: {step} 0"
        )
    elif check.ended_by or check.update:
        amount_asked = number(progress(line).asked_before)
        advice = (
            f"Look: distress case show {check.case_id}. Still wanted: {step} "
            f"{shown(amount_asked) if amount_asked else 'TOTAL'}. Not wanted: {step} 0"
        )
    else:
        advice = f"Look: distress supplies show {line.id}"
    words = check.in_words(zone)
    return plain(f"! line {line.id}, {masked(line.name)[:40]}: {words}. {advice}")


def history(line: SupplyLine, zone: ZoneInfo) -> Table:
    """Return every step of a line, who noted it and when; undone ones say so."""
    receiver = masked(line.facility or line.team or "no facility")
    title = f"line {line.id}, case {line.case_id}: {masked(line.name)} for {receiver}"
    table = _table(plain(title), "WHEN", "STEP", "AMOUNT", "BY", "NOTE")
    standing = {step.id for step in line.standing}
    for at, step in enumerate(line.steps):
        what = step.status
        if step.status == SUPPLY_STATUSES[0] and number(step.quantity) == 0:
            what = "withdrawn"
        elif step.status == SUPPLY_STATUSES[0] and at:
            what = "confirmed again" if step.callback_id else "requested, corrected"
        if step.id not in standing and step.status != UNDONE:
            what += " (undone)"
        if what.startswith("withdrawn"):
            amount = ""
        elif step.quantity:
            amount = masked(f"{step.quantity}{step.unit or ''}")
        else:
            amount = "" if step.status in (SUPPLY_STATUSES[0], UNDONE) else "all"
        when = at_time(step.at, zone)
        _row(table, when, what, amount, masked(step.actor), masked(step.note))
    return table


def totals(lines: Sequence[SupplyLine]) -> list[Table]:
    """Return totals by goods in their unit, by facility and by team."""
    goods = _table("by goods", "GOODS", "ASKED", "COMMITTED", "IN TRANSIT", "RECEIVED", "MISSING",
                   "UNIT", "NO NUMBER", "LINES")  # fmt: skip
    for total in by_goods(lines):
        words = ", ".join(masked(word) or "?" for word in total.words)
        _row(goods, masked(total.name), *map(_sum, total.amounts or ()), masked(total.unit), words,
             total.counts[0])  # fmt: skip
    groups = [("by facility", by_facility(lines)), ("by team", by_team(lines))]
    return [goods, *(_count_table(title, group) for title, group in groups if group)]


def _sum(amount: Decimal) -> str:
    return shown(amount) if amount else "-"


def _count_table(title: str, totals: Sequence[Total]) -> Table:
    table = _table(
        f"{title}: lines, and how many of them are complete",
        "NAME",
        "LINES",
        "COMMITTED",
        "IN TRANSIT",
        "RECEIVED",
    )
    for total in totals:
        _row(table, masked(total.name) or "(no facility)", *total.counts)
    return table
