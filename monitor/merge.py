"""Stage 3: needs without a case go in; each joins the case of the need it repeats, or opens one.

A need repeats another when their words are nearly the same, when they give the same contact, or
when they name the same facility and ask for overlapping goods, all within a window of time.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from classifiers.normalise import normalise
from classifiers.parts import Part, split
from monitor.errors import DistressError, UnknownNameError
from monitor.store import Store
from monitor.types import Case, Need

SAME_TEXT = 85.0  # percent of characters in common, from which two texts are one plea
SAME_PASSAGE = 90.0  # the same for a shorter text inside a longer one
_REPEATS = {"same post", "same text"}
# Every town has one: only with the town is it a name.
_OF_ANY_TOWN = re.compile(
    r"第?[一二三四五六七八九十\d]{0,3}(?:人民|中心|中医|中西医结合|妇幼保健|妇幼|儿童|传染病)?(?:医院|院|卫生院)"
)
_SHORTEST_PASSAGE = 16  # characters; shorter texts are found inside unrelated ones


@dataclass(frozen=True, slots=True)
class Merged:
    """How many cases were opened, and how many needs joined one that was there."""

    opened: int = 0
    joined: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """What of a need is compared."""

    need_id: int
    post_id: int
    case_id: int  # 0 while it has none
    at: datetime
    words: str
    contacts: frozenset[str]
    facilities: frozenset[str]
    items: frozenset[str]
    general_only: bool
    places: frozenset[str]
    closed: bool


def merge(store: Store, *, window: timedelta) -> Merged:
    """Put every need without a case into one, oldest post first; the store holds the reasons."""
    opened = joined = 0
    with store.write():
        waiting = sorted(store.needs.without_case(), key=lambda need: (need.post.at, need.id))
        if not waiting:
            return Merged()
        known = _Recent(store, waiting[0].post.at - window, window)
        for need in waiting:
            match = known.match(_known(need, case_id=0))
            if match is None:
                known.add(_known(need, case_id=store.cases.open(need.id)))
                opened += 1
            else:
                other, reason = match
                store.cases.join(
                    other.case_id, need.id, reason=reason, matched_need_id=other.need_id
                )
                known.add(_known(need, case_id=other.case_id, closed=other.closed))
                joined += 1
    return Merged(opened, joined)


def split_case(store: Store, case: Case, need_ids: Sequence[int]) -> int:
    """Take needs that were merged wrongly into a new case and return its id.

    Raises UnknownNameError for a need that the case does not hold, DistressError where nothing
    would be left in the case.
    """
    held = [need.id for need in case.needs]
    for need_id in need_ids:
        if need_id not in held:
            see = f"distress case show {case.id}"
            raise UnknownNameError("need", need_id, [str(known) for known in held], see)
    if set(need_ids) == set(held):
        raise DistressError(f"case {case.id} holds no other need; a case keeps at least one")
    return store.cases.split(case.id, list(dict.fromkeys(need_ids)))


class _Recent:
    """The needs that a new one may repeat, by time."""

    def __init__(self, store: Store, since: datetime, window: timedelta) -> None:
        self._window = window
        self._known: list[_Known] = []
        for case in store.cases.get(store.cases.of_posts_since(since)):
            for need in case.needs:
                self._known.append(_known(need, case_id=case.id, closed=case.closed))
        self._known.sort(key=lambda known: known.at)

    def add(self, known: _Known) -> None:
        bisect.insort(self._known, known, key=lambda entry: entry.at)

    def match(self, new: _Known) -> tuple[_Known, str] | None:
        """Return the need that `new` repeats and the reason; the strongest reason wins."""
        start = bisect.bisect_left(self._known, new.at - self._window, key=lambda e: e.at)
        stop = bisect.bisect_right(self._known, new.at + self._window, key=lambda e: e.at)
        near = self._known[start:stop]
        for reason, repeats in _REASONS:
            for known in reversed(near):
                # What a facility asks for once its case is closed is a new need, unless it only
                # repeats the old words.
                if known.closed and reason not in _REPEATS:
                    continue
                if repeats(new, known):
                    return known, reason
        return None


def _known(need: Need, *, case_id: int, closed: bool = False) -> _Known:
    reading = need.reading
    names = {item.name for item in reading.items}
    return _Known(
        need_id=need.id,
        post_id=need.post.id,
        case_id=case_id,
        at=need.post.at,
        words=plea_of(need.words),
        contacts=frozenset(contact.value for contact in reading.contacts),
        facilities=frozenset(facility_key(f.text) for f in reading.facilities),
        items=frozenset(names),
        general_only=all(name.endswith(("物资", "物质", "用品", "设备")) for name in names),
        places=frozenset(
            word for place in reading.places for word in (place.city, place.county) if word
        ),
        closed=closed,
    )


def plea_of(words: str) -> str:
    """Return the own and reposted words of a post without names and punctuation.

    Of a passage that a chain of reposts holds twice, one is kept. Hashtags count only where there
    are few words beside them: they say then what the post is about.
    """
    parts = split(normalise(words))
    said = _passages(parts, {"own", "reposted"})
    few = sum(map(len, said)) < _SHORTEST_PASSAGE
    return "".join(said + _passages(parts, {"hashtag"}) if few else said)


def _passages(parts: Sequence[Part], kinds: set[str]) -> list[str]:
    passages = (
        "".join(char for char in part.text if char.isalnum())
        for part in parts
        if part.kind in kinds
    )
    return list(dict.fromkeys(passage for passage in passages if passage))


def facility_key(text: str) -> str:
    """Return what two ways to write one facility have in common, such as 武汉第七医院."""
    plain = "".join(normalise(text).split())
    for word in ("省", "市", "县", "区"):
        plain = plain.replace(word, "")
    return plain.removeprefix("湖北")


def _same_post(new: _Known, known: _Known) -> bool:
    return new.post_id == known.post_id


def _same_text(new: _Known, known: _Known) -> bool:
    if new.facilities and known.facilities and not _same_place(new, known):
        return False
    # Two wards that use one template are told apart by whom to call.
    if new.contacts and known.contacts and not new.contacts & known.contacts:
        return False
    if not new.words or not known.words:
        return False
    if fuzz.ratio(new.words, known.words, score_cutoff=SAME_TEXT):
        return True
    shorter = min(len(new.words), len(known.words))
    return shorter >= _SHORTEST_PASSAGE and bool(
        fuzz.partial_ratio(new.words, known.words, score_cutoff=SAME_PASSAGE)
    )


def _same_contact(new: _Known, known: _Known) -> bool:
    return bool(new.contacts & known.contacts)


def _same_facility(new: _Known, known: _Known) -> bool:
    if not _same_place(new, known):
        return False
    return bool(new.items & known.items) or new.general_only or known.general_only


def _same_place(new: _Known, known: _Known) -> bool:
    """Tell whether two needs name one facility, written alike or one as the end of the other."""
    return any(_same_name(a, b, new, known) for a in new.facilities for b in known.facilities)


def _same_name(one: str, other: str, new: _Known, known: _Known) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if one != other and not (len(shorter) >= 5 and longer.endswith(shorter)):
        return False
    return not _OF_ANY_TOWN.fullmatch(shorter) or bool(new.places & known.places)


_REASONS = (
    ("same post", _same_post),
    ("same text", _same_text),
    ("same contact", _same_contact),
    ("same facility", _same_facility),
)
