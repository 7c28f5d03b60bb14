"""Confirmed goods and their supply lines, for tests of what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from staged_day import AGENT, NOW, add_case, call, reading_of

from monitor.store import Store
from monitor.supply import open_lines
from monitor.types import SUPPLY_STATUSES, ConfirmedItem, SupplyLine, SupplyStep

HANDS = ConfirmedItem(name="护手霜", quantity="40", unit="支")
MASKS = ConfirmedItem(name="面膜", quantity="若干")
FACILITY = "晴川市紫荆医院"


def confirm(
    store: Store,
    *items: ConfirmedItem,
    facility: str | None = FACILITY,
    agent: str = AGENT,
    case_id: int | None = None,
    hours_ago: float = 1,
) -> int:
    """Confirm goods of a case, a new one where none is named, open lines; return the case's id."""
    if case_id is None:
        text = f"{facility or ''}急需护手霜"
        case_id = add_case(store, text, reading_of(text, facility=facility), agent=agent)
    call(store, case_id, "need_confirmed", items=items, agent=agent, hours_ago=hours_ago)
    open_lines(store)
    return case_id


def line_with(
    *,
    name: str = "护手霜",
    quantity: str | None = "40",
    unit: str | None = "支",
    facility: str | None = FACILITY,
    team: str | None = None,
    at: datetime = NOW,
    note: str = "",
    actor: str = AGENT,
    further: Sequence[tuple[str, str | None]] = (),
) -> SupplyLine:
    """Return a line that was opened, and stepped on by hand as `further` says."""

    def made(number: int, status: str, quantity: str | None, by_phone: bool) -> SupplyStep:
        return SupplyStep(
            id=number,
            status=status,
            quantity=quantity,
            unit=unit if by_phone else None,
            actor=actor,
            note=note,
            at=at,
            told_at=at,
            callback_id="7f2c" if by_phone else None,
        )

    steps = [made(1, SUPPLY_STATUSES[0], quantity, True)]
    steps += [made(number, *step, False) for number, step in enumerate(further, 2)]
    return SupplyLine(
        id=1,
        case_id=2,
        callback_id="7f2c",
        facility=facility,
        team=team,
        name=name,
        steps=tuple(steps),
    )
