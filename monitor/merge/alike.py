"""Tell whether two needs are one: what is compared of each goes in, a reason or None comes out.

The reasons, strongest first: the same post; the same text, whole or as a passage of a longer one;
the same contact; the same facility with goods in common.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from classifiers.facilities.same_name import facility_key, is_generic, same_name
from classifiers.need import Facility, Reading
from classifiers.normalise import normalise
from classifiers.parts import Part, split

SAME_TEXT = 85.0  # percent of characters in common, from which two texts are one plea
SAME_SHORT = 92.0  # the same for texts too short to tell of whom they speak
SAME_PASSAGE = 0.6  # part of the shorter text's three-character runs that the longer one holds
SAME_FEW = 0.8  # the same where the runs in common are few enough to be a set phrase
SAME_LIST = 0.5  # part of the longer list of contacts or facilities that two round-ups share
_SHORTEST_PASSAGE = 16  # characters; shorter texts are found inside unrelated ones
_FEW = 20  # runs
_RUN = 3  # characters of the runs by which passages are found
# The title of a linked page or poll stands behind a letter in place of the link's icon.
_LINK_TITLE = re.compile(r"(?:(?<=\s)|(?<=[#。!?]))O(?!型)[\u4e00-\u9fff][^\n]{3,60}?(?=\s|$)")
_SPOKEN = frozenset({"own", "reposted"})
_TAGS = frozenset({"hashtag"})
_GENERAL = ("物资", "物质", "用品", "设备")


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a need is compared.

    words: the plea without names and punctuation; runs: its three-character runs.
    general_only: it asks for goods in general, or tells none.
    places: towns and counties; spoken_places: those of its own and reposted words, not of its
        hashtags, with provinces where nothing nearer is told.
    """

    post_id: int
    words: str
    runs: frozenset[str]
    contacts: frozenset[str]
    facilities: frozenset[str]
    items: frozenset[str]
    general_only: bool
    places: frozenset[str]
    spoken_places: frozenset[str]


def _receivers(reading: Reading) -> tuple[Facility, ...]:
    """Return the facilities that need goods; hosts only where none does.

    Two teams at one host are two needs.
    """
    needing = tuple(facility for facility in reading.concerned if facility.role == "needing")
    return needing or reading.concerned


def traits_of(words: str, reading: Reading, *, post_id: int) -> Traits:
    """Return what is compared of a post's words and reading."""
    plea = plea_of(words)
    names = frozenset(item.name for item in reading.items)
    places = [
        (place.city or place.county or place.province or "", place.county or "", place.start)
        for place in reading.places
    ]
    spoken = [part for part in split(normalise(words)) if part.kind in _SPOKEN]
    return Traits(
        post_id=post_id,
        words=plea,
        runs=runs_of(plea),
        contacts=frozenset(contact.dialled for contact in reading.contacts),
        facilities=frozenset(facility_key(f.text) for f in _receivers(reading)),
        items=names,
        general_only=all(name.endswith(_GENERAL) for name in names),
        places=frozenset(
            word for place in reading.places for word in (place.city, place.county) if word
        ),
        spoken_places=frozenset(
            word
            for city, county, start in places
            if any(part.start <= start < part.end for part in spoken)
            for word in (city, county)
            if word
        ),
    )


def plea_of(words: str) -> str:
    """Return the own and reposted words of a post without names and punctuation.

    Of a passage that a chain of reposts holds twice, one is kept. Hashtags count only where there
    are few words beside them: they say then what the post is about.
    """
    parts = split(_LINK_TITLE.sub(" ", normalise(words)))
    spoken = _passages(parts, _SPOKEN)
    few = sum(map(len, spoken)) < _SHORTEST_PASSAGE
    return "".join(spoken + _passages(parts, _TAGS) if few else spoken)


def _passages(parts: Sequence[Part], kinds: frozenset[str]) -> list[str]:
    passages = (
        "".join(char for char in part.text if char.isalnum())
        for part in parts
        if part.kind in kinds
    )
    return list(dict.fromkeys(passage for passage in passages if passage))


def runs_of(plea: str) -> frozenset[str]:
    """Return the runs of three characters of a plea; of a shorter one itself."""
    if len(plea) <= _RUN:
        return frozenset([plea] if plea else [])
    return frozenset(plea[at : at + _RUN] for at in range(len(plea) - _RUN + 1))


def same_post(one: Traits, other: Traits) -> bool:
    """Tell whether both were read in one post."""
    return one.post_id == other.post_id


def same_text(one: Traits, other: Traits) -> bool:
    """Tell whether the words are nearly the same, or those of one mostly stand in the other.

    Two facilities, wards or towns that fill in one form letter are told apart by what both name.
    """
    if not one.words or not other.words or _differ(one, other):
        return False
    if one.words == other.words:
        return True
    shorter = min(len(one.words), len(other.words))
    if shorter < _SHORTEST_PASSAGE:
        return bool(fuzz.ratio(one.words, other.words, score_cutoff=SAME_SHORT))
    overlap = len(one.runs & other.runs)
    enough = SAME_FEW if overlap < _FEW else SAME_PASSAGE
    if overlap >= enough * min(len(one.runs), len(other.runs)):
        return True
    return bool(fuzz.ratio(one.words, other.words, score_cutoff=SAME_TEXT))


def _differ(one: Traits, other: Traits) -> bool:
    """Tell whether both name a facility, a place or a contact that the other does not."""
    if one.contacts and other.contacts and not one.contacts & other.contacts:
        return True
    if one.facilities and other.facilities:
        if not _share_facility(one, other, generic=True):
            return True
        if _share_facility(one, other, generic=False):
            return False
    return _elsewhere(one, other)


def _elsewhere(one: Traits, other: Traits) -> bool:
    """Tell whether each names a place that the other does not, as a form letter filled in."""
    return bool(one.spoken_places - other.spoken_places and other.spoken_places - one.spoken_places)


def same_contact(one: Traits, other: Traits) -> bool:
    """Tell whether both give one contact; of lists, whether they are mostly the same."""
    overlap = len(one.contacts & other.contacts)
    return overlap > 0 and _mostly(overlap, len(one.contacts), len(other.contacts))


def same_facility(one: Traits, other: Traits) -> bool:
    """Tell whether both name one facility and goods that overlap, or goods in general."""
    one_town = bool(one.places & other.places) and not _elsewhere(one, other)
    if not _share_facility(one, other, generic=one_town):
        return False
    return one.general_only or other.general_only or _same_goods(one, other)


def _same_goods(one: Traits, other: Traits) -> bool:
    """Tell whether some goods are the same or of one kind, as N95口罩 and 医用口罩."""
    if one.items & other.items:
        return True
    return not {name[-2:] for name in one.items}.isdisjoint(name[-2:] for name in other.items)


def _share_facility(one: Traits, other: Traits, *, generic: bool) -> bool:
    """Tell whether two needs name one facility; of lists, whether they are mostly the same.

    generic: names that every town has, such as 人民医院, count too.
    """
    overlap = sum(
        any(same_name(a, b) and (generic or not is_generic(a, b)) for b in other.facilities)
        for a in one.facilities
    )
    return overlap > 0 and _mostly(overlap, len(one.facilities), len(other.facilities))


def _mostly(overlap: int, *counts: int) -> bool:
    """Tell whether a list that asks for many is not taken for one of those it names."""
    return max(counts) <= 3 or overlap >= SAME_LIST * max(counts)


REASONS = (
    ("same post", same_post),
    ("same text", same_text),
    ("same contact", same_contact),
    ("same facility", same_facility),
)


def reason(one: Traits, other: Traits) -> str | None:
    """Return the strongest reason for which two needs are one, None where they are two."""
    return next((name for name, alike in REASONS if alike(one, other)), None)
