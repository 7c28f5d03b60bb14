"""Stage 3: needs without a case go in; each joins the case of the need it repeats, or opens one.

A need repeats another when their words are nearly the same, when they give the same contact, or
when they name the same facility and ask for overlapping goods, all within a window of time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from classifiers.facilities.same_name import facility_key
from monitor.errors import DistressError, UnknownNameError
from monitor.merge.alike import plea_of, traits_of
from monitor.merge.known_needs import KnownNeed, KnownNeeds
from monitor.store import Store
from monitor.types import Case, Need

__all__ = ["MergeCounts", "facility_key", "merge", "plea_of", "split_case"]


@dataclass(frozen=True, slots=True)
class MergeCounts:
    """How many cases were opened, and how many needs joined one that was there."""

    opened: int = 0
    joined: int = 0


def merge(store: Store, *, window: timedelta) -> MergeCounts:
    """Put every need without a case into one, oldest post first; the store holds the reasons."""
    opened = joined = 0
    with store.write():
        waiting = sorted(store.needs.without_case(), key=lambda need: (need.post.at, need.id))
        if not waiting:
            return MergeCounts()
        known_needs = _known_needs(store, waiting[0].post.at - window, window)
        for need in waiting:
            new = _known_need(need)
            match = known_needs.match(new)
            if match is None:
                known_needs.add(replace(new, case_id=store.cases.open(need.id)))
                opened += 1
            else:
                earlier, reason = match
                store.cases.join(
                    earlier.case_id, need.id, reason=reason, matched_need_id=earlier.need_id
                )
                known_needs.add(replace(new, case_id=earlier.case_id, closed=earlier.closed))
                joined += 1
    return MergeCounts(opened, joined)


def split_case(store: Store, case: Case, need_ids: Sequence[int]) -> int:
    """Take needs that were merged wrongly into a new case and return its id.

    Raises UnknownNameError for a need that the case does not hold, DistressError where nothing
    would be left in the case.
    """
    ids = [need.id for need in case.needs]
    for need_id in need_ids:
        if need_id not in ids:
            see = f"distress case show {case.id}"
            raise UnknownNameError("need", need_id, [str(one) for one in ids], see)
    if set(need_ids) == set(ids):
        raise DistressError(f"case {case.id} holds no other need; a case keeps at least one")
    return store.cases.split(case.id, list(dict.fromkeys(need_ids)))


def _known_needs(store: Store, since: datetime, window: timedelta) -> KnownNeeds:
    """Return the needs in cases whose posts are not older than `since`."""
    cases = store.cases.get(store.cases.of_posts_since(since))
    return KnownNeeds(
        window,
        (_known_need(need, case.id, closed=case.closed) for case in cases for need in case.needs),
    )


def _known_need(need: Need, case_id: int = 0, *, closed: bool = False) -> KnownNeed:
    traits = traits_of(need.words, need.reading, post_id=need.post.id)
    return KnownNeed(
        need_id=need.id, case_id=case_id, at=need.post.at, closed=closed, traits=traits
    )
