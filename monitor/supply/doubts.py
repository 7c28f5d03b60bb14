"""Why a step might send goods twice: the lines and the step go in, reasons come out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from monitor.masking import masked
from monitor.supply.progress import Progress, number, progress, shown, withdrawal
from monitor.supply.repeats import underway_elsewhere
from monitor.types import SupplyLine

_NAMED = 3


def doubts_of(
    line: SupplyLine, lines: Sequence[SupplyLine], status: str, words: str | None, *, now: datetime
) -> list[tuple[str, str]]:
    """Return why this step might send goods twice, each in full and in short.

    lines: all there are. words: how much more, None for all that is missing.
    """
    state = progress(line)
    stage = state.at(status)
    more = number(words) if words is not None else stage.missing
    command = f"distress supplies step {line.id} '{status}'"
    unit = masked(state.unit)
    doubts = []
    if state.is_withdrawn:
        doubts += _withdrawal_doubts(line, state, status, more)
    elif stage.full:
        total = f"all {shown(state.asked)}{unit}" if state.asked is not None else "all of it"
        doubts.append(
            (
                f"supply line {line.id} is full at '{status}' already: {total}. If the last step "
                f"was wrong: distress supplies undo {line.id}. If more is asked for: distress "
                f"supplies step {line.id} requested --amount TOTAL. If it is so: {command} "
                f"--amount {shown(more) if more else 'MORE'} --anyway",
                "full already",
            )
        )
    elif state.asked is not None and words and more is None and re.search(r"\d", words):
        doubts.append(
            (
                f"{masked(words)} cannot be compared with the {shown(state.asked)}{unit} that "
                f"supply line {line.id} asks for: give it in the same unit: {command} --amount "
                f"NUMBER, or say how many each holds: --amount '2箱×20'. If it is so: "
                f"{command} --amount '{masked(words)}' --anyway",
                "another unit",
            )
        )
    elif stage.missing is not None and more is not None and more > stage.missing:
        doubts.append(
            (
                f"{shown(more)}{unit} is more than is missing: supply line {line.id} asks for "
                f"{shown(state.asked or Decimal(0))}{unit}, {shown(stage.amount)} reached "
                f"'{status}' and {shown(stage.missing)} is left: {command} --amount "
                f"{shown(stage.missing)}. If it is so: {command} --amount {shown(more)} --anyway",
                f"{shown(more - stage.missing)} more than asked for",
            )
        )
    if state.furthest is None or stage.amount + (more or 0) > state.stages[0].amount:
        others = underway_elsewhere(line, lines, now=now)
        option = "" if words is None else f" --amount {masked(words)}"
        doubts += [_on_another_line(line, other, command + option) for other in others[:_NAMED]]
    return doubts


def _withdrawal_doubts(
    line: SupplyLine, state: Progress, status: str, more: Decimal | None
) -> list[tuple[str, str]]:
    """Return that nothing is asked for any longer, unless what was sent before is received."""
    transit = [stage for stage in state.underway if stage.status == "in transit"]
    step = withdrawal(line)
    if step is None or (status == "received" and transit and (more or 0) <= transit[0].amount):
        return []
    by = f" by {masked(step.actor)}" if step.actor else ""
    return [
        (
            f"supply line {line.id} is withdrawn{by}, {step.at:%Y-%m-%d}: nothing is asked for any "
            f"longer. Look: distress supplies show {line.id}. If it is wanted again: distress "
            f"supplies step {line.id} requested --amount TOTAL. If it is so: distress supplies "
            f"step {line.id} '{status}' --amount {shown(more) if more else 'MORE'} --anyway",
            "withdrawn",
        )
    ]


def _on_another_line(line: SupplyLine, other: SupplyLine, command: str) -> tuple[str, str]:
    """Return that the same goods are underway on another line, in full and in short."""
    amounts = ", ".join(
        f"{shown(stage.amount) if stage.amount else masked(' '.join(stage.words)) or 'all'} "
        f"{stage.status}"
        for stage in progress(other).stages
        if not stage.is_empty
    )
    receiver = masked(other.facility or other.team or f"case {other.case_id}")[:40]
    return (
        f"the same goods went to the same receiver: line {other.id} (case {other.case_id}) has "
        f"{masked(other.name)[:40]} for {receiver}, {amounts}, last step "
        f"{other.changed_at:%Y-%m-%d}. Look: distress supplies show {other.id}. If line {line.id} "
        f"is needed besides: {command} --anyway",
        f"besides line {other.id}",
    )
