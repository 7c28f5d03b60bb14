"""Replay: stored posts are read by the present readers; what would differ comes out, then goes in.

The plan is made without writing, and what is applied is the plan. A case that a person touched, by
a call, a split, a merge or a decision, keeps its needs: what the readers now say of them is told,
and only the goods, places and contacts that were read are written anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from classifiers import pipeline
from classifiers.doors import LISTS
from classifiers.need import Reading
from classifiers.stored import read_stored
from classifiers.updates import is_update
from monitor.merge.alike import judge
from monitor.merge.cases import BATCH
from monitor.merge.known_needs import REPEATS, KnownNeed, KnownNeeds
from monitor.merge.traits import Traits, traits_of_post
from monitor.merge.updates import match_updates
from monitor.store import Store
from monitor.types import Case, Need, StoredPost

log = logging.getLogger(__name__)

FIELDS = ("goods", "facilities", "contacts", "places")
# reasons for which only a person puts needs together
BY_PERSON = frozenset({"split", "merged", "picture"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What the present readers and the rules of merging say otherwise of a post.

    verdict: "request" where it is one now, "no request" where it is none any longer, "" else.
    fields: of FIELDS those that differ, with the words before and now.
    case_id: where its need is, None for nowhere. moves: whether that changes; to_case: where to,
        less than 0 for the case that the post of that number opens; None for a case of its own, or
        with `verdict` "no request" for none.
    matched_need_id: which need it repeats, less than 0 for that of the post of that number.
    reason: why it goes there. kept: a person touched the case, so that its need stays in it.
    """

    post: StoredPost
    need_id: int | None
    reading: Reading
    verdict: str = ""
    fields: tuple[tuple[str, str, str], ...] = ()
    case_id: int | None = None
    moves: bool = False
    to_case: int | None = None
    matched_need_id: int | None = None
    reason: str = ""
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a replay would change; posts: how many were read. failed: that a reader failed on."""

    posts: int
    failed: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    """The new cases and the needs of posts, by the number that the plan has for them."""

    cases: dict[int, int]
    needs: dict[int, int]


def plan(
    store: Store,
    *,
    window: timedelta,
    since: datetime | None = None,
    source: str | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Plan:
    """Return what would differ, were stored posts read and merged now; nothing is written.

    since, source: only posts posted since then, of this source.
    """
    differences: list[Difference] = []
    count = failed = 0
    for posts in store.posts.known(since, source):
        needs = store.needs.of_posts([post.id for post in posts])
        for post in posts:
            if post.source in LISTS:
                continue  # read by the columns of its list, which stand there and not here
            try:
                reading = read_stored(post.source, post.words, post.author)
            except Exception:  # a reader's defect must not stop the other posts
                log.exception("post %s of %s could not be read", post.source_id, post.source)
                failed += 1
                continue
            difference = _difference(post, needs.get(post.id), reading)
            if difference:
                differences.append(difference)
        count += len(posts)
        if on_progress:
            on_progress(count)
    with store.read():
        placed = _placed(store, differences, window)
    return Plan(posts=count, failed=failed, differences=tuple(placed))


def apply(store: Store, planned: Plan, *, window: timedelta) -> int:
    """Write what a plan says, BATCH posts a transaction; return how many were left out.

    Left out is a post that was edited, or whose need was moved, since the plan was made.
    """
    reader = pipeline.version()
    skipped = 0
    made = _Made({}, {})
    for at in range(0, len(planned.differences), BATCH):
        with store.write():
            for difference in planned.differences[at : at + BATCH]:
                if _is_stale(store, difference):
                    skipped += 1
                    continue
                store.posts.mark_read(difference.post, difference.reading, reader)
                _write(store, difference, made)
    match_updates(store)
    return skipped


def _difference(post: StoredPost, need: Need | None, reading: Reading) -> Difference | None:
    need_id = need.id if need else None
    if not reading.flagged:
        if need is None:
            return None
        return Difference(post=post, need_id=need_id, reading=reading, verdict="no request")
    verdict, before = ("", need.reading) if need else ("request", Reading())
    old, new = words_of(before), words_of(reading)
    fields = tuple((name, old[name], new[name]) for name in FIELDS if old[name] != new[name])
    if not (verdict or fields):
        return None
    return Difference(post=post, need_id=need_id, reading=reading, verdict=verdict, fields=fields)


def words_of(reading: Reading) -> dict[str, str]:
    """Return what was read in words, by field."""
    goods = (
        f"{item.name}{'' if item.quantity is None else f'{item.quantity:.10g}'}{item.unit or ''}"
        for item in reading.items
    )
    places = (
        " ".join(filter(None, (place.province, place.city, place.county))) or place.text
        for place in reading.places
    )
    return {
        "goods": "、".join(goods),
        "facilities": "、".join(f"{f.text} ({f.role})" for f in reading.facilities),
        "contacts": "、".join(contact.dialled for contact in reading.contacts),
        "places": "、".join(places),
    }


def _placed(store: Store, differences: Sequence[Difference], window: timedelta) -> list[Difference]:
    """Return the differences with the cases that their needs would be in."""
    if not differences:
        return []
    since = min(difference.post.at for difference in differences) - window
    cases = store.cases.get(store.cases.of_posts_since(since))
    touched = _touched(cases, store.suggestions.decided())
    home = {need.id: case for case in cases for need in case.needs}
    by_need = {one.need_id: one for one in differences if one.need_id}
    known: dict[int, list[KnownNeed]] = {
        case.id: [_known(need, case, by_need.get(need.id)) for need in case.needs] for case in cases
    }
    free: list[tuple[Difference, Case | None]] = []
    placed: list[Difference] = []
    for one in differences:
        case = home.get(one.need_id or 0)
        here = replace(one, case_id=case.id if case else None)
        if case and case.id in touched:
            placed.append(replace(here, kept=True))
        elif one.verdict == "no request":
            placed.append(replace(here, moves=case is not None))
            if case:
                known[case.id] = [k for k in known[case.id] if k.need_id != one.need_id]
        elif case is None or _is_loose(one, known[case.id]):
            if case:
                known[case.id] = [k for k in known[case.id] if k.need_id != one.need_id]
            free.append((here, case))
        else:
            placed.append(here)
    others = KnownNeeds(window, (need for needs in known.values() for need in needs))
    for here, case in sorted(free, key=lambda pair: (pair[0].post.at, pair[0].post.id)):
        placed.append(_matched(here, case, others))
    return sorted(placed, key=lambda one: (one.post.at, one.post.id))


def _touched(cases: Iterable[Case], decided: set[int]) -> set[int]:
    """Return the ids of the cases that a person did something to."""
    return {
        case.id
        for case in cases
        if case.closed
        or case.callbacks
        or case.id in decided
        or any(entry.reason in BY_PERSON for entry in case.joined)
    }


def _is_loose(one: Difference, members: Sequence[KnownNeed]) -> bool:
    """Tell whether nothing holds a need in its case by what is read in it now."""
    mine = next(member for member in members if member.need_id == one.need_id)
    others = [member for member in members if member.need_id != one.need_id]
    verdicts = (judge(mine.traits, other.traits) for other in others)
    return not any(verdict and not verdict.against for verdict in verdicts)


def _matched(here: Difference, case: Case | None, others: KnownNeeds) -> Difference:
    """Return where a need that nothing holds would go; it is known to those that come after it."""
    newcomer = KnownNeed(
        need_id=here.need_id or -here.post.id,
        case_id=case.id if case else -here.post.id,
        at=here.post.at,
        closed=False,
        traits=_traits(here.post, here.post.words, here.reading),
    )
    match = others.match(newcomer)
    if match and (
        match.verdict.against or (match.need.closed and match.verdict.reason not in REPEATS)
    ):
        match = None
    if match:
        others.add(replace(newcomer, case_id=match.need.case_id))
        return replace(
            here,
            moves=True,
            to_case=match.need.case_id,
            matched_need_id=match.need.need_id,
            reason=match.verdict.reason,
        )
    alone = case is not None and len(case.needs) == 1
    if not alone:
        newcomer = replace(newcomer, case_id=-here.post.id)
    others.add(newcomer)
    return here if alone else replace(here, moves=True, to_case=None, reason="first")


def _known(need: Need, case: Case, difference: Difference | None) -> KnownNeed:
    reading = difference.reading if difference else need.reading
    return KnownNeed(
        need_id=need.id,
        case_id=case.id,
        at=need.post.at,
        closed=case.closed,
        traits=_traits(need.post, need.words, reading),
    )


def _traits(post: StoredPost, words: str, reading: Reading) -> Traits:
    return traits_of_post(post, words, reading)


def _is_stale(store: Store, one: Difference) -> bool:
    """Tell whether a post's words or its need's place are no longer those of the plan."""
    need = store.needs.of_posts([one.post.id]).get(one.post.id)
    if (need.id if need else None) != one.need_id or (need and need.words != one.post.words):
        return True
    if need is None:
        return False
    place = store.cases.of_need(need.id)
    return (place[0] if place else None) != one.case_id


def _write(store: Store, one: Difference, made: _Made) -> None:
    """Write one difference."""
    if is_update(one.reading):
        store.updates.keep(one.post, one.reading)
    if one.verdict == "no request":
        if one.kept or one.need_id is None:
            return
        if one.case_id is not None:
            store.cases.leave(one.case_id, one.need_id)
        store.needs.withdraw(one.need_id)
        return
    need_id = one.need_id
    if need_id is None:
        need_id = store.needs.add(one.post, one.reading)
        if need_id is None:
            return
    else:
        store.needs.replace(need_id, one.post, one.reading)
    made.needs[-one.post.id] = need_id
    if one.moves:
        _move(store, one, need_id, made)
    elif one.case_id is not None:
        store.cases.note_facilities_again(one.case_id)


def _move(store: Store, one: Difference, need_id: int, made: _Made) -> None:
    """Put a need into the case that the plan says."""
    if one.case_id is not None:
        store.cases.leave(one.case_id, need_id)
    to_case = made.cases.get(one.to_case or 0, one.to_case)
    if to_case is None or to_case < 0:  # what would have opened it was left out
        made.cases[-one.post.id] = store.cases.open(need_id)
        return
    matched = one.matched_need_id or 0
    store.cases.join(
        to_case,
        need_id,
        reason=one.reason,
        matched_need_id=made.needs.get(matched, matched if matched > 0 else None),
    )
