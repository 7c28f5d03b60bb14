"""What agents hear of their work: a day in; goods that came and cases from colleagues out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.digest.day import TOLD_FOR, Day
from monitor.digest.page_data import TidingData
from monitor.language import PageLanguage, language
from monitor.store.supplies import LineOfCase
from monitor.types import SUPPLY_STATUSES, SupplyStep

MOST = 12  # of one agent; who is away for a week does not want a wall of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Goods that came: who confirmed them when, what and how much came when, and where to."""

    id: int
    case_id: int
    agent: str
    facility: str
    goods: str
    confirmed_at: datetime
    at: datetime


def arrivals(day: Day) -> list[Arrival]:
    """Return the goods that came within TOLD_FOR of the day, the newest first, as one says them."""
    spoken = language(day.settings.language)
    came = [
        _arrival(line, step, spoken)
        for line in day.lines
        for step in line.standing
        if step.status == SUPPLY_STATUSES[-1] and step.at >= day.since - TOLD_FOR
    ]
    return sorted(came, key=lambda one: (one.at, one.id), reverse=True)


def _arrival(line: LineOfCase, step: SupplyStep, spoken: PageLanguage) -> Arrival:
    amount = step.quantity or line.quantity or ""
    confirmed_at = [one.told_at for one in line.requests if one.callback_id]
    taken = line.substitute
    return Arrival(
        id=step.id,
        case_id=line.kept_case_id,
        agent=line.agent,
        facility=line.facility or line.team or "",
        goods=spoken.goods(taken.name if taken else line.name, amount, line.unit or ""),
        confirmed_at=max(confirmed_at, default=step.told_at),
        at=step.at,
    )


def tidings_of(day: Day, agent: str) -> list[TidingData]:
    """Return what an agent hears, the newest first."""
    tidings = sorted([*_came(day, agent), *_handed(day, agent)], key=lambda one: one.at)
    return tidings[::-1][:MOST]


def _came(day: Day, agent: str) -> Iterator[TidingData]:
    for one in arrivals(day):
        if one.agent == agent:
            yield TidingData(
                id=f"step {one.id}",
                kind="arrived",
                case=one.case_id,
                facility=one.facility,
                at=one.at,
                goods=one.goods,
                confirmed_at=one.confirmed_at,
                by="",
                note="",
            )


def _handed(day: Day, agent: str) -> Iterator[TidingData]:
    for one in day.hand_overs:
        view = day.views.get(one.case_id)
        if one.to == agent and view and view.agent == agent and not view.closed:
            yield TidingData(
                id=f"hand {one.case_id} {one.at:%Y%m%d%H%M%S}",
                kind="handed",
                case=one.case_id,
                facility=view.facility or "",
                at=one.at,
                goods="",
                confirmed_at=None,
                by=one.by,
                note=one.note,
            )
