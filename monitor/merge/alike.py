"""Tell whether two needs are one: traits of both go in, a verdict or None comes out.

Reasons to be one, strongest first: the same post; the same text, whole or as a passage of a longer
one; the same contact; the same author; the same facility. What one trait joins, another may
contradict: a sure contradiction makes two needs, one that is not sure leaves it to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from classifiers.facilities.same_name import is_generic, other_kinds, same_name
from classifiers.places.gazetteer import find_place_names
from monitor.merge.traits import SHORTEST_PASSAGE, Traits

SAME_TEXT = 85.0  # percent of characters in common, from which two texts are one plea
SAME_SHORT = 92.0  # the same for texts too short to tell of whom they speak
SAME_PASSAGE = 0.6  # part of the shorter text's three-character runs that the longer one holds
SAME_FEW = 0.8  # the same where the runs in common are few enough to be a set phrase
SAME_LIST = 0.5  # part of the longer list of contacts or facilities that two round-ups share
_FEW = 20  # runs
_SHORTEST_NAME = 4  # characters of a facility's name that may be a longer one's
_SHORTEST_SLIP = 5  # characters of one of which a sign may be mistaken
_NUMERAL = frozenset("一二三四五六七八九十东西南北中")
_CAMPUS = re.compile(r"(?<=院)(?P<campus>[\u4e00-\u9fff]{1,5}院区?|[东西南北中新老本总][院区])$")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why two needs are one; against: what leaves that to a person, "" where nothing does."""

    reason: str
    against: str = ""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What two needs say of themselves that cannot both be true of one; sure, or perhaps."""

    words: str
    sure: bool = True


def judge(one: Traits, other: Traits) -> Verdict | None:
    """Return the strongest reason for which two needs are one; None where they are two.

    A reason that nothing contradicts goes before a stronger one that is left to a person.
    """
    doubtful = None
    for name, alike in REASONS:
        if not alike(one, other):
            continue
        against = list(contradictions(one, other, name)) if name != "same post" else []
        if not against:
            return Verdict(name)
        if doubtful is None and not any(contradiction.sure for contradiction in against):
            doubtful = Verdict(name, against[0].words)
    return doubtful


def same_post(one: Traits, other: Traits) -> bool:
    """Tell whether both were read in one post."""
    return one.post_id == other.post_id


def same_text(one: Traits, other: Traits) -> bool:
    """Tell whether the words are nearly the same, or those of one mostly stand in the other."""
    if not one.words or not other.words:
        return False
    if one.words == other.words:
        return True
    shorter = min(len(one.words), len(other.words))
    if shorter < SHORTEST_PASSAGE:
        return bool(fuzz.ratio(one.words, other.words, score_cutoff=SAME_SHORT))
    overlap = len(one.runs & other.runs)
    enough = SAME_FEW if overlap < _FEW else SAME_PASSAGE
    if overlap >= enough * min(len(one.runs), len(other.runs)):
        return True
    return bool(fuzz.ratio(one.words, other.words, score_cutoff=SAME_TEXT))


def same_contact(one: Traits, other: Traits) -> bool:
    """Tell whether both give one contact; of lists, whether they are mostly the same."""
    overlap = len(one.contacts & other.contacts)
    return overlap > 0 and _mostly(overlap, len(one.contacts), len(other.contacts))


def same_author(one: Traits, other: Traits) -> bool:
    """Tell whether one voice speaks again of its facility, or of the same goods."""
    if not one.author or one.author != other.author:
        return False
    return _share_facility(one, other, generic=True) or same_goods(one, other)


def same_facility(one: Traits, other: Traits) -> bool:
    """Tell whether both name one facility; a name that every town has only with the town."""
    one_town = bool(one.places & other.places) and not _elsewhere(one, other)
    return _share_facility(one, other, generic=one_town)


REASONS = (
    ("same post", same_post),
    ("same text", same_text),
    ("same contact", same_contact),
    ("same author", same_author),
    ("same facility", same_facility),
)


def contradictions(one: Traits, other: Traits, reason: str) -> Iterator[Contradiction]:
    """Yield what speaks against two needs being one although they share what `reason` names."""
    yield from _other_facility(one, other, reason)
    other_number = _disjoint(one.contacts, other.contacts)
    if _disjoint(one.wards, other.wards):
        yield Contradiction("other ward", sure=other_number)
    if _brings_payment(one, other) or _brings_payment(other, one):
        yield Contradiction("speaks of paying")
    if reason in ("same text", "same author"):
        if other_number:
            yield Contradiction("other number")
        if not _share_facility(one, other, generic=False) and _elsewhere(one, other):
            yield Contradiction("other place")
    if reason == "same contact" and _disjoint(one.spoken_places, other.spoken_places):
        # A number that passes pleas on has several towns; who copies a plea changes its town.
        yield Contradiction("other place", sure=same_text(one, other))
    if reason in ("same text", "same facility") and _disjoint(one.areas, other.areas):
        yield Contradiction("other area code")
    if reason != "same text" and _disjoint(one.provinces, other.provinces):
        yield Contradiction("other province")
    if reason == "same facility":
        yield from _no_more_than_a_facility(one, other)


def _no_more_than_a_facility(one: Traits, other: Traits) -> Iterator[Contradiction]:
    """Yield what speaks against two needs of which nothing but the facility is the same."""
    other_number = _disjoint(one.contacts, other.contacts)
    if not same_goods(one, other):
        yield Contradiction("other goods", sure=other_number)
    if other_number:
        yield Contradiction("other number", sure=False)


def same_goods(one: Traits, other: Traits) -> bool:
    """Tell whether some goods are the same or of one kind, or one asks for goods in general."""
    if one.general_only or other.general_only or one.items & other.items:
        return True
    return not {name[-2:] for name in one.items}.isdisjoint(name[-2:] for name in other.items)


def _other_facility(one: Traits, other: Traits, reason: str) -> Iterator[Contradiction]:
    """Yield that the facilities in need differ: hospitals, visiting teams, or campuses of one."""
    if not (one.facilities and other.facilities):
        return
    relations = {relation(a, b) for a in one.facilities for b in other.facilities}
    if relations & {"same", "generic"}:
        if not _share_facility(one, other, generic=True):
            yield Contradiction("list of others")
    elif reason == "same contact" and (
        one.facilities & other.hosts or other.facilities & one.hosts
    ):
        return  # who retells a team's plea names its host
    elif relations & {"part", "like"}:
        if reason in ("same author", "same facility"):
            words = "part of the facility" if "part" in relations else "like name"
            # Each part that has a number of its own is owed its own call.
            yield Contradiction(words, sure=_disjoint(one.contacts, other.contacts))
    else:
        yield Contradiction("other campus" if "campus" in relations else "other facility")


@lru_cache(maxsize=50_000)
def relation(one: str, other: str) -> str:
    """Return how two facilities' keys stand to each other.

    "same"; "generic" where they are alike but every town or helping team is called so; "part" of a
    hospital and its campus; "campus" of two campuses; "like" where a sign may be a slip or words
    may be left out; "other".
    """
    if same_name(one, other):
        return "generic" if is_generic(one, other) else "same"
    base_one, base_other = base_name(one), base_name(other)
    if (base_one != one or base_other != other) and same_name(base_one, base_other):
        return "campus" if base_one != one and base_other != other else "part"
    return "like" if _is_like(one, other) else "other"


def base_name(key: str) -> str:
    """Return a facility's key without the campus behind it."""
    return _CAMPUS.sub("", key)


def _is_like(one: str, other: str) -> bool:
    """Tell whether one name may be the other with words left out, or with one sign mistaken.

    紫荆卫生院 is 紫荆镇正街卫生院 and 洪胡中医院 is 洪湖中医医院, but 竹溪 is not 竹山.
    """
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < _SHORTEST_NAME or other_kinds(one, other):
        return False
    steps = Levenshtein.editops(shorter, longer)
    slips = [step for step in steps if step.tag == "replace"]
    if len(slips) + (len(longer) - len(shorter)) != len(steps) or len(slips) > 1:
        return False
    return (
        not slips
        or (
            len(shorter) >= _SHORTEST_SLIP
            # More than a sign of the town's name is the same: 随人民医院 is not 麻城人民医院.
            and not (slips[0].src_pos == 0 and is_generic(shorter[1:], longer))
            and _NUMERAL.isdisjoint((shorter[slips[0].src_pos], longer[slips[0].dest_pos]))
            # A town that is named by mistake is none; two that are there are two.
            and not (_in_place(shorter, slips[0].src_pos) and _in_place(longer, slips[0].dest_pos))
        )
    )


def _in_place(key: str, at: int) -> bool:
    return any(name.start <= at < name.end for name in find_place_names(key))


def _disjoint(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether both name some and none in common."""
    return bool(one and other and not one & other)


def _elsewhere(one: Traits, other: Traits) -> bool:
    """Tell whether each names a place that the other does not, as a form letter filled in."""
    return bool(one.spoken_places - other.spoken_places and other.spoken_places - one.spoken_places)


def _brings_payment(one: Traits, other: Traits) -> bool:
    """Tell whether one speaks of paying, and of goods or contacts that the other does not have."""
    return one.speaks_of_paying and bool(
        not other.speaks_of_paying or one.contacts - other.contacts or one.items - other.items
    )


def _share_facility(one: Traits, other: Traits, *, generic: bool) -> bool:
    """Tell whether two needs name one facility; of lists, whether they are mostly the same.

    generic: names that every town has, such as 人民医院, count too.
    """
    enough = {"same", "generic", "part", "like"} if generic else {"same", "part", "like"}
    overlap = sum(any(relation(a, b) in enough for b in other.facilities) for a in one.facilities)
    return overlap > 0 and _mostly(overlap, len(one.facilities), len(other.facilities))


def _mostly(overlap: int, *counts: int) -> bool:
    """Tell whether a list that asks for many is not taken for one of those it names."""
    return max(counts) <= 3 or overlap >= SAME_LIST * max(counts)
