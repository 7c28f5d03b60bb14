"""Stage 3: needs without a case go in; each joins the case of the need it repeats, or opens one.

A need repeats another when their words are nearly the same, when they give the same contact, when
one author speaks again, or when they name the same facility and ask for overlapping goods, all
within a window of time and as long as nothing contradicts it. What only a person can tell becomes
a suggestion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from classifiers.facilities.same_name import facility_key
from monitor.errors import DistressError, UnknownNameError
from monitor.merge.known_needs import REPEATS, KnownNeed, KnownNeeds
from monitor.merge.traits import plea_of, traits_of_post
from monitor.merge.updates import match_updates
from monitor.store import Store
from monitor.types import Case, Need

__all__ = [
    "MergeCounts",
    "facility_key",
    "keep_apart",
    "merge",
    "merge_cases",
    "plea_of",
    "split_case",
]

BATCH = 200  # needs of one transaction; the lock is let go between two


@dataclass(frozen=True, slots=True)
class MergeCounts:
    """How many cases were opened, needs joined one, and pairs of cases were left to a person.

    updates: how often a post was found to say something of a case.
    """

    opened: int = 0
    joined: int = 0
    suggested: int = 0
    updates: int = 0


def merge(store: Store, *, window: timedelta) -> MergeCounts:
    """Put every need without a case into one, oldest post first, then match the updates.

    The store holds the reasons. What is compared is read outside the write lock, which is held for
    BATCH needs at a time.
    """
    counts = _merge_needs(store, window)
    return replace(counts, updates=match_updates(store))


def _merge_needs(store: Store, window: timedelta) -> MergeCounts:
    waiting = sorted(store.needs.without_case(), key=lambda need: (need.post.at, need.id))
    if not waiting:
        return MergeCounts()
    newcomers = [_known_need(need) for need in waiting]
    with store.read():
        last_join = store.cases.last_join()
        known_needs = _known_needs(store, newcomers[0].at - window, window)
    counts = MergeCounts()
    for at in range(0, len(newcomers), BATCH):
        with store.write():
            # What another process put into cases meanwhile is known now, and no newcomer.
            for case in store.cases.get(store.cases.joined_since(last_join)):
                for need in case.needs:
                    known_needs.add(_known_need(need, case.id, closed=case.closed))
            for newcomer in newcomers[at : at + BATCH]:
                counts = _place(store, known_needs, newcomer, counts)
            last_join = store.cases.last_join()
    return counts


def _place(
    store: Store, known_needs: KnownNeeds, newcomer: KnownNeed, counts: MergeCounts
) -> MergeCounts:
    """Put one need into a case and note what is left to a person."""
    if store.cases.of_need(newcomer.need_id) is not None:
        return counts
    match = known_needs.match(newcomer)
    # A person may have split or ended the case since it was read.
    case = store.cases.of_need(match.need.need_id) if match else None
    if match and case and case[1] and match.verdict.reason not in REPEATS:
        case = None
    if match and case and not match.verdict.against:
        case_id, closed = case
        reason = match.verdict.reason
        store.cases.join(
            case_id, newcomer.need_id, reason=reason, matched_need_id=match.need.need_id
        )
        known_needs.add(replace(newcomer, case_id=case_id, closed=closed))
        return replace(counts, joined=counts.joined + 1)
    case_id = store.cases.open(newcomer.need_id)
    known_needs.add(replace(newcomer, case_id=case_id))
    suggested = 0
    if match and case:
        suggested = store.suggestions.add(
            newcomer.need_id,
            match.need.need_id,
            reason=match.verdict.reason,
            against=match.verdict.against,
        )
    return replace(counts, opened=counts.opened + 1, suggested=counts.suggested + suggested)


def merge_cases(store: Store, kept: Case, other: Case, *, actor: str) -> None:
    """Put all needs of one case into another because a person said that both are one need.

    The callbacks of `other` count for `kept` from then on. Raises DistressError where both are one.
    """
    if kept.id == other.id:
        raise DistressError(f"case {kept.id} cannot be merged with itself; name two cases")
    with store.write():
        store.cases.absorb(kept.id, other.id)
        store.suggestions.decide(kept.id, other.id, decision="merged", actor=actor)


def keep_apart(store: Store, one: Case, other: Case, *, actor: str) -> None:
    """Remember that two cases are two needs, so that nobody is asked again."""
    store.suggestions.decide(one.id, other.id, decision="apart", actor=actor)


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
    traits = traits_of_post(need.post, need.words, need.reading)
    return KnownNeed(
        need_id=need.id, case_id=case_id, at=need.post.at, closed=closed, traits=traits
    )
