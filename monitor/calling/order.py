"""In which order an agent calls: cases with their next calls in, places with their reasons out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from classifiers.need import LEVELS, Item
from monitor.calling.goods import SETTLED, goods_states, live_needs
from monitor.calling.next_call import NextCall
from monitor.calling.story import EARLY
from monitor.types import Case, Need

GROUPS = ("now", "later today", "another day", "lead", "done")
LARGE = 1000  # pieces from which on an amount is worth a word
_WAYS = ("call", "message", "switchboard", "unreachable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A case at its place in the calling order.

    group: one of GROUPS.
    why: what put it there, the weightiest first, as code and value: ("agreed", time),
        ("back", why a ward is called back), ("overdue", since when a warning's call is late),
        ("critical" or "high", the post's words),
        ("unseen", its posts) where one post is all there is and nobody called yet, ("waiting",
        since when), ("amount", goods and amount), ("number", kind), ("round", which).
    """

    case: Case
    next: NextCall
    group: str
    why: tuple[tuple[str, Any], ...]


def order(entries: Iterable[tuple[Case, NextCall]], now: datetime, zone: ZoneInfo) -> list[Placed]:
    """Return the cases in the order in which to call.

    Agreed times first, by the clock; then warnings whose call is late; then urgency, a number that
    can be called before other ways, the least attention, the longest wait by whole hours, the
    largest amount. What is due later goes by its time; an agreed time a few minutes ahead counts as
    now, so that nobody begins another call before it.
    zone: whose midnight parts today from another day.
    """
    ranking = [(_rank(case, due, now, zone), case, due) for case, due in entries]
    return [
        Placed(case=case, next=due, group=GROUPS[rank[0]], why=_why(case, due, now))
        for rank, case, due in sorted(ranking, key=lambda entry: entry[0])
    ]


def _group(due: NextCall, now: datetime, zone: ZoneInfo) -> str:
    if due.action in ("lead", "never"):
        return "lead"
    if due.at is None:
        return "done"
    begin = due.at - EARLY if due.agreed_at else due.at
    if begin <= now and due.action != "wait":
        return "now"
    same_day = due.at.astimezone(zone).date() <= now.astimezone(zone).date()
    return "later today" if same_day else "another day"


def _rank(case: Case, due: NextCall, now: datetime, zone: ZoneInfo) -> tuple[Any, ...]:
    """Return what a case is sorted by; all of it stands in the case, so that order is lasting."""
    group = _group(due, now, zone)
    late_since = overdue(case, now)
    level = _level(case, due)
    since = case.first_at
    later = group in ("later today", "another day")
    return (
        GROUPS.index(group),
        due.at.timestamp() if later and due.at else 0,
        due.agreed_at is None,
        due.agreed_at.timestamp() if due.agreed_at else 0,
        late_since is None,
        late_since.timestamp() if late_since else 0,
        LEVELS.index(level) if level else len(LEVELS),
        _WAYS.index(due.action) if due.action in _WAYS else len(_WAYS),
        *attention(case),
        since.timestamp() // 3600,
        -largest_amount(case),
        since.timestamp(),
        case.id,
    )


def overdue(case: Case, now: datetime) -> datetime | None:
    """Return since when a warning's call is late, None where it is not."""
    return case.due_by if case.due_by and case.due_by <= now else None


def _level(case: Case, due: NextCall) -> str | None:
    """Return how pressing a case is; a ward that is called back was helped with what pressed."""
    return None if due.back else urgency(live_needs(case))[0]


def _why(case: Case, due: NextCall, now: datetime) -> tuple[tuple[str, Any], ...]:
    parts: list[tuple[str, Any]] = []
    if due.agreed_at:
        parts.append(("agreed", due.agreed_at))
    if due.back:
        parts.append(("back", due.back))
    if late_since := overdue(case, now):
        parts.append(("overdue", late_since))
    level, words = urgency(live_needs(case))
    if level and not due.back:
        parts.append((level, words))
    if is_unseen(case):
        parts.append(("unseen", 1))
    parts.append(("waiting", case.first_at))
    quantity, item = _most(case)
    if item and quantity >= LARGE:
        parts.append(("amount", f"{item.name} {quantity:,.15g}{item.unit or ''}"))
    if due.action == "call" and due.contact:
        parts.append(("number", due.contact.kind))
    if due.round > 1:
        parts.append(("round", due.round))
    return tuple(parts)


def attention(case: Case) -> tuple[bool, int]:
    """Return whether anybody called for a case yet, and how many posts it has.

    A few pleas are passed on by everybody and would be called anyway; those that nobody sees wait.
    """
    return bool(case.callbacks), len({entry.need.post.id for entry in case.joined})


def largest_amount(case: Case) -> float:
    """Return the largest plain amount that a case asks for, 0 where it tells none."""
    return _most(case)[0]


def is_unseen(case: Case) -> bool:
    """Tell whether a case has the least attention there is: nobody called, and one post."""
    return attention(case) <= (False, 1)


def urgency(needs: Sequence[Need]) -> tuple[str | None, str]:
    """Return the highest of LEVELS that the needs have, and the words that say it, at most three.

    None and "" where no need is pressing.
    """
    spans = [need.reading.urgency for need in needs if need.reading.urgency]
    for level in LEVELS:
        words = dict.fromkeys(span.text for span in spans if span.level == level)
        if words:
            return level, "、".join(list(words)[:3])
    return None, ""


def _most(case: Case) -> tuple[float, Item | None]:
    """Return the largest plain amount asked for; one a day or a head says nothing of how many."""
    settled = {name for name, one in goods_states(case).items() if one.state in SETTLED}
    amounts = [
        (item.quantity, item)
        for need in case.needs
        for item in need.reading.items
        if item.quantity is not None and item.per in {None, "each"} and item.name not in settled
    ]
    return max(amounts, key=lambda amount: amount[0], default=(0.0, None))
