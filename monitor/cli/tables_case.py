"""What the command line shows of cases that were called: histories, clashes, marked contacts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.table import Table

from monitor.calling.clashes import Clash
from monitor.cli.history import Timeline, outcome
from monitor.cli.table_parts import Own, at, hidden, row, table
from monitor.types import Callback, Mark, Suggestion


def case(timeline: Timeline) -> Table:
    """Return all that happened to a case in order of time, and how it stands."""
    listing = table("WHEN", "WHAT")
    for event in timeline.events():
        words = timeline.text(event.words)
        row(listing, at(event.at, timeline.zone), Own(f"{event.head}{words}{event.tail}"))
    case = timeline.case
    row(listing, "now", "closed" if case.closed else f"open, {case.agent or 'unassigned'}")
    return listing


def clashes(clashes: Iterable[Clash], zone: ZoneInfo) -> Table:
    """Return clashes, two lines each: who noted what, when, and in which file it came."""
    listing = table("CASE", "CLASH", "WHEN", "WHO: OUTCOME", "GOODS", "FROM", "IN THE STORE SINCE")
    for clash in clashes:
        for number, callback in enumerate((clash.first, clash.second)):
            row(
                listing,
                clash.case_id,
                "and" if number else clash.kind,
                at(callback.attempted_at, zone),
                outcome(callback),
                "、".join(f"{i.name}{i.quantity or ''}{i.unit or ''}" for i in callback.items),
                callback.origin,
                at(callback.recorded_at, zone),
            )
    return listing


def suggestions(suggestions: Iterable[Suggestion]) -> Table:
    """Return pairs of cases that may be one: what they share, and what speaks against it."""
    listing = table("CASE", "OTHER", "SHARED", "AGAINST")
    for suggestion in suggestions:
        row(
            listing,
            suggestion.case_id,
            suggestion.other_id,
            suggestion.reason,
            suggestion.against,
        )
    return listing


def marks(marks: Sequence[Mark], zone: ZoneInfo, *, now: datetime, numbers: bool) -> Table:
    """Return marked contacts a line each; one whose end has come is told as ended."""
    listing = table("CONTACT", "KIND", "MARK", "REASON", "UNTIL", "BY", "SINCE")
    for mark in marks:
        ended = mark.until is not None and mark.until <= now
        row(
            listing,
            mark.contact.value if numbers else hidden(mark.contact),
            mark.contact.kind,
            mark.mark + (", ended" if ended else ""),
            mark.reason,
            at(mark.until, zone),
            mark.actor,
            at(mark.at, zone),
            numbers=numbers,
        )
    return listing


def contact(
    marks: Sequence[Mark], callbacks: Sequence[Callback], zone: ZoneInfo, *, numbers: bool
) -> Table:
    """Return the marks and callbacks of one contact over all cases, in order of time."""
    listing = table("WHEN", "CASE", "WHAT", "NOTE")
    events: list[tuple[datetime, object, str, str]] = []
    for callback in callbacks:
        events.append((callback.attempted_at, callback.case_id, outcome(callback), callback.note))
    for mark in marks:
        events.append((mark.at, "", mark_words(mark, zone), mark.reason))
    for moment, case_id, what, note in sorted(events, key=lambda event: event[0]):
        row(listing, at(moment, zone), case_id, what, note, numbers=numbers)
    return listing


def mark_words(mark: Mark, zone: ZoneInfo) -> str:
    """Return what a mark says of its contact, number hidden: what is to be called no more."""
    until = f" until {at(mark.until, zone)}" if mark.until else ""
    return f"{mark.contact.kind} {hidden(mark.contact)}: {mark.mark}{until} by {mark.actor}"
