"""What is compared of two needs: a post's words and reading go in, its traits come out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from classifiers.doors import DOORS, LISTS
from classifiers.facilities.same_name import facility_key
from classifiers.goods.names import GENERAL
from classifiers.need import Facility, Reading
from classifiers.normalise import normalise
from classifiers.parts import Part, split
from classifiers.paying import paying_words
from data import read_table
from monitor.types import StoredPost

SHORTEST_PASSAGE = 16  # characters; shorter texts are found inside unrelated ones
_RUN = 3  # characters of the runs by which passages are found
# The title of a linked page or poll stands behind a letter in place of the link's icon.
_LINK_TITLE = re.compile(r"(?:(?<=\s)|(?<=[#。!?]))O(?!型)[\u4e00-\u9fff][^\n]{3,60}?(?=\s|$)")
_SPOKEN = frozenset({"own", "reposted"})
_TAGS = frozenset({"hashtag"})
_NUMBERED_WARD = (
    r"(?:隔离|[内外儿妇])?[一二三四五六七八九十\d]{1,3}(?:病区|病房|楼|层|科|(?<=隔离.)区)"
    r"|[东西南北]区"
)
_AREA_CODE = re.compile(r"0\d{2,3}(?=-)")
_NAMELESS = "匿名"


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a need is compared.

    words: the plea without names and punctuation; runs: its three-character runs.
    facilities: keys of those in need; hosts: keys of those where a visiting team works.
    wards: departments and numbered wards that the plea names. areas: area codes of its numbers.
    general_only: it asks for goods in general, or tells none.
    places: towns and counties; spoken_places: those of its own and reposted words, not of its
        hashtags, with provinces where nothing nearer is told; provinces: all that are told there.
    speaks_of_paying: it asks for money, or to pay before something is sent.
    author: who posted it, "" where that tells nobody.
    """

    post_id: int
    words: str
    runs: frozenset[str]
    contacts: frozenset[str]
    facilities: frozenset[str]
    hosts: frozenset[str]
    wards: frozenset[str]
    areas: frozenset[str]
    items: frozenset[str]
    general_only: bool
    places: frozenset[str]
    spoken_places: frozenset[str]
    provinces: frozenset[str]
    speaks_of_paying: bool
    author: str


def traits_of(words: str, reading: Reading, *, post_id: int, author: str | None = None) -> Traits:
    """Return what is compared of a post's words and reading."""
    plea = plea_of(words)
    plain = normalise(words)
    names = frozenset(item.name for item in reading.items)
    needing, hosts = (_keys(reading.facilities, role) for role in ("needing", "host"))
    spoken_parts = [part for part in split(plain) if part.kind in _SPOKEN]
    spoken = [
        place
        for place in reading.places
        if any(part.start <= place.start < part.end for part in spoken_parts)
    ]
    return Traits(
        post_id=post_id,
        words=plea,
        runs=runs_of(plea),
        contacts=frozenset(contact.dialled for contact in reading.contacts),
        # Two teams at one host are two needs; where no team is named, its host stands for it.
        facilities=needing or hosts,
        hosts=hosts if needing else frozenset(),
        wards=_wards(plain),
        areas=frozenset(
            code[0] for contact in reading.contacts if (code := _AREA_CODE.match(contact.dialled))
        ),
        items=names,
        general_only=all(name.endswith(GENERAL) for name in names),
        places=frozenset(
            word for place in reading.places for word in (place.city, place.county) if word
        ),
        spoken_places=frozenset(
            word
            for place in spoken
            for word in (place.city or place.county or place.province, place.county)
            if word
        ),
        provinces=frozenset(place.province for place in spoken if place.province),
        speaks_of_paying=bool(paying_words(plain)),
        author="" if not author or _NAMELESS in author else author,
    )


def traits_of_post(post: StoredPost, words: str, reading: Reading) -> Traits:
    """Return what is compared of the words that were read in a post.

    Who told a need by another door tells many: that is no sign of one. What came in on a list is
    one with others by its contacts only.
    """
    if post.source not in DOORS:
        return traits_of(words, reading, post_id=post.id, author=post.author)
    if post.source in LISTS:
        told = traits_of("", Reading(contacts=reading.contacts), post_id=post.id)
        return replace(told, general_only=False)
    return traits_of(words, reading, post_id=post.id)


def _keys(facilities: Iterable[Facility], role: str) -> frozenset[str]:
    return frozenset(facility_key(f.text) for f in facilities if f.role == role)


def _wards(plain: str) -> frozenset[str]:
    """Return the departments and numbered wards in a text, one name for each however written."""
    names = _ward_names()
    return frozenset(names.get(word, word) for word in _ward_pattern().findall(plain))


@cache
def _ward_names() -> dict[str, str]:
    return dict(read_table("lexicons/wards.tsv"))


@cache
def _ward_pattern() -> re.Pattern[str]:
    words = sorted(_ward_names(), key=len, reverse=True)
    return re.compile("|".join([_NUMBERED_WARD, *map(re.escape, words)]))


def plea_of(words: str) -> str:
    """Return the own and reposted words of a post without names and punctuation.

    Of a passage that a chain of reposts holds twice, one is kept. Hashtags count only where there
    are few words beside them: they say then what the post is about.
    """
    parts = split(_LINK_TITLE.sub(" ", normalise(words)))
    spoken = _passages(parts, _SPOKEN)
    few = sum(map(len, spoken)) < SHORTEST_PASSAGE
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
