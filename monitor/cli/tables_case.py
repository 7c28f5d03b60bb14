"""What the command line shows of cases that were called: histories, clashes, marked contacts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.table import Table

from monitor.calling.clashes import Clash
from monitor.cli.history import Story, outcome
from monitor.cli.table_parts import at, hidden, row, table
from monitor.masking import masked
from monitor.types import Callback, Mark


def case(story: Story) -> Table:
    """Return all that happened to a case in order of time, and how it stands."""
    shown = table("WHEN", "WHAT")
    for moment, words in story.events():
        row(shown, at(moment, story.zone), words)
    found = story.case
    row(shown, "now", "closed" if found.closed else f"open, {found.agent or 'unassigned'}")
    return shown


def clashes(found: Iterable[Clash], zone: ZoneInfo) -> Table:
    """Return clashes, two lines each: who noted what, when, and in which file it came."""
    shown = table("CASE", "CLASH", "WHEN", "WHO: OUTCOME", "GOODS", "FROM", "IN THE STORE SINCE")
    for clash in found:
        for number, callback in enumerate((clash.first, clash.second)):
            row(
                shown,
                clash.case_id,
                "and" if number else clash.kind,
                at(callback.attempted_at, zone),
                outcome(callback),
                "、".join(f"{i.name}{i.quantity or ''}{i.unit or ''}" for i in callback.items),
                callback.origin,
                at(callback.recorded_at, zone),
            )
    return shown


def marks(found: Sequence[Mark], zone: ZoneInfo, *, now: datetime, numbers: bool) -> Table:
    """Return marked contacts a line each; one whose end has come is told as ended."""
    shown = table("CONTACT", "KIND", "MARK", "REASON", "UNTIL", "BY", "SINCE")
    for mark in found:
        ended = mark.until is not None and mark.until <= now
        row(
            shown,
            mark.contact.value if numbers else hidden(mark.contact),
            mark.contact.kind,
            mark.mark + (", ended" if ended else ""),
            mark.reason if numbers else masked(mark.reason),
            at(mark.until, zone),
            mark.actor,
            at(mark.at, zone),
        )
    return shown


def contact(
    found: Sequence[Mark], called: Sequence[Callback], zone: ZoneInfo, *, numbers: bool
) -> Table:
    """Return the marks and callbacks of one contact over all cases, in order of time."""
    shown = table("WHEN", "CASE", "WHAT", "NOTE")
    events: list[tuple[datetime, object, str, str]] = []
    for callback in called:
        events.append((callback.attempted_at, callback.case_id, outcome(callback), callback.note))
    for mark in found:
        events.append((mark.at, "", mark_words(mark, zone), mark.reason))
    for moment, case_id, what, note in sorted(events, key=lambda event: event[0]):
        row(shown, at(moment, zone), case_id, what, note if numbers else masked(note))
    return shown


def mark_words(mark: Mark, zone: ZoneInfo) -> str:
    """Return what a mark says of its contact, number hidden: what is to be called no more."""
    until = f" until {at(mark.until, zone)}" if mark.until else ""
    return f"{mark.contact.kind} {hidden(mark.contact)}: {mark.mark}{until} by {mark.actor}"
