"""Callbacks of one case that were noted without knowing each other: a case in, its clashes out.

Nothing is lost by a clash: both callbacks stay in the store. It is open until somebody who knew
of both notes what holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations

from monitor.calling.dispositions import dispositions
from monitor.types import Callback, Case

_DECIDING = ("end", "never", "lead", "agreed")
_PAGE_AGE = timedelta(days=1)  # pages are written daily; an older one is not worked from
_SHIFT = timedelta(hours=12)  # no agent works longer from one page
_AT_ONCE = timedelta(minutes=10)  # a desk's page without its server sends later
_LIVE = ("terminal", "desk")
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two callbacks noted without knowing each other, in the order of the attempts.

    kind: "contradict" where they decide the case differently, else "both called".
    settled_by: the callback noted in knowledge of both, None while the clash is open.
    """

    first: Callback
    second: Callback
    kind: str
    settled_by: Callback | None = None

    @property
    def case_id(self) -> int:
        """The case both belong to."""
        return self.first.case_id


def clashes(case: Case) -> tuple[Clash, ...]:
    """Return the open clashes of a case, those that contradict each other first.

    Of callbacks that are in such a pair already, pairs that only called both are left out.
    """
    listing: list[Clash] = []
    ids_in_pairs: set[str] = set()
    open_ones = [clash for clash in all_clashes(case) if clash.settled_by is None]
    for clash in sorted(open_ones, key=lambda clash: clash.kind != "contradict"):
        pair = {clash.first.id, clash.second.id}
        if clash.kind == "contradict" or not pair & ids_in_pairs:
            listing.append(clash)
            ids_in_pairs |= pair
    return tuple(listing)


def all_clashes(case: Case) -> tuple[Clash, ...]:
    """Return every clash a case ever had, settled ones too, in the order of the attempts.

    Where an outcome does not tell what its page knew (files of version 1), it clashes only with
    an outcome of another agent within a day that contradicts it, where one of them ends the case.
    """
    if len(case.callbacks) < 2:
        return ()
    in_order = sorted(case.callbacks, key=_order)
    by_id = {callback.id: callback for callback in in_order}
    knowledge = {callback.id: _knowledge_at(callback, by_id) for callback in in_order}
    every_clash = []
    for first, second in combinations(in_order, 2):
        if second.id in knowledge[first.id] or first.id in knowledge[second.id]:
            continue
        contradict = _contradict(first, second)
        both_tell = first.after_id is not None and second.after_id is not None
        if both_tell or (contradict and _by_chance(first, second)):
            kind = "contradict" if contradict else "both called"
            settled_by = next(
                (
                    later
                    for later in in_order
                    if {first.id, second.id} <= knowledge[later.id]
                    and (not contradict or _decision(later))
                ),
                None,
            )
            every_clash.append(Clash(first, second, kind, settled_by))
    return tuple(every_clash)


def _order(callback: Callback) -> tuple[datetime, str]:
    return callback.attempted_at, callback.id


def _in_store(callback: Callback) -> datetime:
    return callback.recorded_at or _NEVER


def _knowledge_at(callback: Callback, by_id: Mapping[str, Callback]) -> set[str]:
    """Return the ids of the callbacks that whoever noted this one knew of.

    That is the one it was noted after and what was known there. Unless both were noted on the
    same page, it is also what the store held by then of earlier attempts: the page was new.
    """
    if callback.after_id is None:
        return _ids_in_store(callback.attempted_at - _PAGE_AGE, by_id) - {callback.id}
    knowledge: set[str] = set()
    later: Callback | None = callback
    while later and later.after_id and later.after_id not in knowledge:
        before = by_id.get(later.after_id)
        if before is None:  # in a file that is still to come
            knowledge |= _ids_in_store(later.attempted_at, by_id, until=later)
        else:
            knowledge.add(before.id)
            if not _same_page(before, later):
                knowledge |= _ids_in_store(_moment(later), by_id, until=before)
        later = before
    return knowledge - {callback.id}


def _is_live(callback: Callback) -> bool:
    """Tell whether it was noted with the store at hand, and at once."""
    late = _in_store(callback) - callback.attempted_at
    return callback.origin in _LIVE and late <= _AT_ONCE


def _moment(callback: Callback) -> datetime:
    """Return when it was noted, by the store's own clock where that can be."""
    return _in_store(callback) if _is_live(callback) else callback.attempted_at


def _same_page(before: Callback, later: Callback) -> bool:
    """Tell whether one agent noted both on a page that learnt nothing in between."""
    apart = later.attempted_at - before.attempted_at
    return before.agent == later.agent and apart < _SHIFT and not _is_live(later)


def _ids_in_store(
    at: datetime, by_id: Mapping[str, Callback], until: Callback | None = None
) -> set[str]:
    """Return the ids of what the store held at a time, attempted no later than `until`."""
    return {
        callback.id
        for callback in by_id.values()
        if _in_store(callback) <= at
        and (until is None or callback.attempted_at <= until.attempted_at)
    }


def _decision(callback: Callback) -> tuple[object, ...]:
    """Return what a callback decides of its case, empty where it decides nothing."""
    disposition = dispositions().get(callback.disposition)
    if disposition is None or disposition.next not in _DECIDING:
        return ()
    goods = frozenset((item.name, item.quantity, item.unit) for item in callback.items)
    return disposition.code, goods, callback.call_again_at if disposition.next == "agreed" else None


def _contradict(first: Callback, second: Callback) -> bool:
    """Tell whether both decide, and not the same; a time agreed that had come was kept."""
    decision, other = _decision(first), _decision(second)
    if not decision or not other or decision == other:
        return False
    agreed_at = first.call_again_at if dispositions()[first.disposition].next == "agreed" else None
    return agreed_at is None or second.attempted_at < agreed_at


def _by_chance(first: Callback, second: Callback) -> bool:
    """Tell whether two that do not tell what they knew look as if they did not know each other."""
    table = dispositions()
    return (
        first.agent != second.agent
        and abs(second.attempted_at - first.attempted_at) <= _PAGE_AGE
        and (table[first.disposition].ends_case or table[second.disposition].ends_case)
    )
