"""Calls and notes at the desk: what a form's script asks for and sends goes in, JSON comes out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from monitor import intake, line
from monitor.desk.reading import sound
from monitor.digest.day import read_cases
from monitor.digest.intake_page import case_line, intake_page
from monitor.errors import DistressError
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.desk import Session
from monitor.types import KnownContact


def page(store: Store, settings: Settings, session: Session) -> str:
    """Return the form for a session."""
    day = read_cases(store, settings, now=datetime.now(UTC), agent=session.agent)
    return str(intake_page(day, agent=session.agent, csrf=session.csrf))


def known(store: Store, facility: str, numbers: list[str]) -> dict[str, Any]:
    """Return {cases: [{id, line}]}: open cases of the same facility or number, as it is typed."""
    contacts: list[KnownContact] = []
    for words in numbers:
        try:
            contacts += filter(None, [intake.spoken_entry.contact_of("number", sound(words[:200]))])
        except DistressError:
            continue  # a number that is half typed finds nothing yet
    found = intake.spoken.known_cases(store, sound(facility), contacts)
    return {"cases": [{"id": one.case.id, "line": case_line(one.case)} for one in found]}


def read(given: dict[str, Any]) -> dict[str, Any]:
    """Return {goods}: what the readers find in a need, as a person types goods."""
    entry = intake.spoken_entry.entry_of(
        {**cast(dict[str, Any], _sound(given)), "goods": None, "confirm": False}
    )
    goods = intake.spoken.goods_read(intake.spoken.read_spoken(entry.need))
    return {"goods": intake.spoken.typed_goods(goods)}


def take(
    store: Store, settings: Settings, session: Session, given: dict[str, Any]
) -> dict[str, Any]:
    """Take a need in and return {case, new, run}; sent again it is the same.

    Raises DistressError, by the name of the field, where it cannot be taken in.
    """
    entry = intake.spoken_entry.entry_of(
        {**cast(dict[str, Any], _sound(given)), "agent": session.agent}
    )
    taken = line.take_entry(store, settings, entry)
    return {"case": taken.case_id, "new": taken.is_new, "run": taken.run_id}


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return sound(value)
    return {key: _sound(one) for key, one in value.items()} if isinstance(value, dict) else value
