"""Read where a post says the need is: province, city and county, from names in full or short."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from classifiers.facilities.same_name import home_of
from classifiers.facilities.societies import is_society
from classifiers.need import Facility, Place
from classifiers.parts import Part
from classifiers.places.gazetteer import (
    PlaceName,
    Region,
    find_place_names,
    is_own_name,
    regions,
)
from classifiers.reader import plain, reader, span
from data import read_words

if TYPE_CHECKING:
    from spacy.tokens import Doc

_AUTHOR = re.compile(r"(?<![\w.])2$")
_MOST = 50
# what is named only to compare with, to tell how near it is or where somebody came from
_ASIDE_BEFORE = re.compile(
    r"(?:不止|不只|不光|不仅|不单|何止|不是)(?:仅|只有|只|单单|光)?(?:有|是)?一?个?$"
    r"|除了?$|(?:靠近|紧[挨靠邻]|毗邻|临近|邻近|相邻|接壤)(?:着|了|的)?$"
    r"|次于$|不如$|比不[上了过]$|(?:相较|相比|对比)于?$|(?<![例对占])比(?:起|得上)?$"
    r"|只(?:看|关注|顾|盯着?|知道)$|从$|(?:派往|发往|派去|输送到?|捐给|送往)$|\d[多余万]*[名个位]?$"
)
_ASIDE_BEHIND = re.compile(
    r"(?:市|省)?[\"“”』」]?(?:以外|之外|周边|周围|附近|隔壁|旁边|那样|这样|一样|之间|回来|返|来的|过来|籍|的?对接|的同时"
    r"|[和与跟][\u4e00-\u9fff]{2,4}(?:之间|交界|相邻|相比))"
)
_QUOTES = frozenset('“”"')
_NEAR_TO = re.compile(r"(?:距离?|离)$")
_HOW_NEAR = re.compile(r"市?[^,。!?\n不]{0,8}近|市?(?:也|就)?(?:只有?|才|仅|\d)")
_NEED = re.compile(r"物资|急需|缺|求助|求援|告急|救救|捐|需要|加油|不止|^#[^建]*医院#$")
_TAG_OF_PLACE = 5  # its two marks and up to two more letters (#南皮城事#)
_JOINT = re.compile(r"[ ·•\-—]{0,2}的?")


@dataclass(frozen=True, slots=True)
class _Chain:
    """Names that stand together from the large to the small (甘肃省敦煌市)."""

    start: int
    end: int
    regions: tuple[Region, ...]


@reader("places", after=("parts", "facilities"))
def read_places(doc: Doc) -> tuple[Place, ...]:
    """Return the places of the post in order, each once.

    Places of hashtags count only where the words themselves name none and the hashtag tells of a
    need or is little more than the place: the rest are the day's headlines. The author's own place,
    which the service adds (2武汉), counts last; names of users never do. Places told in passing
    (离武汉近) count only where no others are told, provinces where no part of them is told. A
    well-known hospital's home counts for a place in its name (瑞金医院), or where none is told.
    """
    text, parts = plain(doc), doc._.parts
    starts = [part.start for part in parts]
    words: list[_Chain] = []
    aside: list[_Chain] = []
    tags: list[_Chain] = []
    author: list[_Chain] = []
    chains, homes = _at_home(resolve(find_chains(text)), doc._.facilities)
    for chain in chains:
        part = parts[bisect(starts, chain.start) - 1]
        by_the_way = _is_aside(text, chain, part) or _is_of_another(chain, doc._.facilities)
        if _AUTHOR.search(text, max(0, chain.start - 2), chain.start):
            author.append(chain)
        elif part.kind in {"own", "reposted"}:
            (aside if by_the_way else words).append(chain)
        elif part.kind == "hashtag":
            length = chain.end - chain.start
            small = len(part.text) - length < _TAG_OF_PLACE
            if not by_the_way and (small or _NEED.search(part.text)):
                tags.append(chain)
    passing = Counter(chain.regions for chain in aside)
    passing.subtract(chain.regions for chain in words)
    kept = [chain for chain in words if passing[chain.regions] < 0]
    places: dict[tuple[str | None, ...], Place] = {}
    for chain in _most_exact(kept or tags or words or aside or author or homes):
        province, city, county = _common(chain.regions)
        key = (province, city, county) if province else (text[chain.start : chain.end],)
        if key not in places:
            level = 2 if county else 1 if city else 0
            places[key] = span(
                doc,
                Place,
                chain.start,
                chain.end,
                province=province,
                city=city,
                county=county,
                code=chain.regions[0].code(level) if province else None,
            )
    return tuple(places.values())


def places_of_address(address: str) -> tuple[Place, ...]:
    """Return the places of a normalised address, each once; spans index it."""
    places: dict[tuple[str, ...], Place] = {}
    for chain in _most_exact(resolve(find_chains(address))):
        province, city, county = _common(chain.regions)
        if province:
            code = chain.regions[0].code(2 if county else 1 if city else 0)
            places.setdefault(
                (province, city or "", county or ""),
                Place(
                    text=address[chain.start : chain.end],
                    start=chain.start,
                    end=chain.end,
                    province=province,
                    city=city,
                    county=county,
                    code=code,
                ),
            )
    return tuple(places.values())


def _is_of_another(chain: _Chain, facilities: Sequence[Facility]) -> bool:
    """Tell whether a place stands in the name of a facility that the need is not about."""
    return any(
        f.start <= chain.start < f.end and not f.concerned and not is_society(f.text)
        for f in facilities
    )


def _at_home(
    chains: list[_Chain], facilities: Sequence[Facility]
) -> tuple[list[_Chain], list[_Chain]]:
    """Return `chains` without those that are only in a hospital's name, and the hospitals' homes.

    What lies where the hospital does stays: 北京 of 北京朝阳医院.
    """
    homes = []
    for facility in facilities:
        home = home_of(facility.text)
        region = _city(*home) if home else None
        if region is None:
            continue
        if facility.concerned:
            homes.append(_Chain(facility.start, facility.end, (region,)))
        chains = [
            chain
            for chain in chains
            if not (facility.start <= chain.start and chain.end <= facility.end)
            or any(r.province == region.province for r in chain.regions)
        ]
    return chains, homes


@cache
def _city(province: str, city: str) -> Region | None:
    """Return the division of a city's name."""
    inside = (r for r in regions().values() if r.province == province)
    return next((r for r in inside if r.level < 2 and city in (r.city, r.province)), None)


def _is_aside(text: str, chain: _Chain, part: Part) -> bool:
    """Tell whether a place is named in passing in its part of the post."""
    before = text[max(part.start, chain.start - 8) : chain.start]
    quoted = before[-1:] in _QUOTES and text[chain.end : chain.end + 1] in _QUOTES
    if _ASIDE_BEFORE.search(before) or (before and quoted):
        return True
    if _NEAR_TO.search(before) and _HOW_NEAR.match(text, chain.end, part.end):
        return True
    return _ASIDE_BEHIND.match(text, chain.end, part.end) is not None


def _most_exact(chains: Sequence[_Chain]) -> list[_Chain]:
    """Return `chains` without the provinces of which a part is among them."""
    parts = {r.province for c in chains for r in c.regions if r.level and len(c.regions) == 1}
    return [
        c for c in chains if any(r.level or r.city or r.province not in parts for r in c.regions)
    ]


def find_chains(text: str) -> list[_Chain]:
    """Return the places of a normalised text, neighbouring names joined, not yet told apart."""
    chains: list[_Chain] = []
    for name in find_place_names(text):
        if chains:
            last = chains[-1]
            joint = _JOINT.fullmatch(text, last.end, name.start)
            inner = _inside(last.regions, name.regions) if joint else ()
            if inner:
                chains[-1] = _Chain(last.start, name.end, inner)
                continue
            if last.end == name.start and is_own_name(text, last.regions, name):
                continue
        if not name.bound:
            chains.append(_Chain(name.start, name.end, _likeliest(name)))
    after = _other_names()
    return [chain for chain in chains if not after.match(text, chain.end)]


def resolve(chains: list[_Chain]) -> list[_Chain]:
    """Return `chains`, names of several places narrowed by the places named near them."""
    sure = {chain.regions[0]: chain for chain in reversed(chains) if len(chain.regions) == 1}
    certain = list(sure.values())[-_MOST:]
    resolved = []
    for chain in chains:
        regions = chain.regions
        if len(regions) > 1:
            others = sorted(certain, key=lambda c: abs(c.start - chain.start))
            regions = _near([other.regions[0] for other in others], regions) or regions
        resolved.append(_Chain(chain.start, chain.end, regions))
    return resolved


def _near(certain: list[Region], regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """Return those of `regions` in a known one, else in the city, else in the province of one."""
    for near in certain:
        if inside := tuple(r for r in regions if near.holds(r)):
            return inside
    for near in certain:
        if beside := tuple(r for r in regions if near.city and near.city == r.city):
            return beside
    for near in certain:
        if beside := tuple(r for r in regions if near.province == r.province):
            return beside
    return ()


def _inside(parents: Iterable[Region], regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """Return those of `regions` that lie in one of `parents`."""
    return tuple(r for r in regions if any(p.holds(r) for p in parents))


def _likeliest(name: PlaceName) -> tuple[Region, ...]:
    """Return the regions of the highest level: 吉林 is the province, 南昌 the city."""
    top = min(region.level for region in name.regions)
    return tuple(region for region in name.regions if region.level == top)


def _common(regions: tuple[Region, ...]) -> tuple[str | None, str | None, str | None]:
    """Return province, city and county as far as all of `regions` agree."""
    province, city, county = (
        values.pop() if len(values) == 1 else None
        for values in (
            {r.province for r in regions},
            {r.city for r in regions},
            {r.county for r in regions},
        )
    )
    if province is None:
        return None, None, None
    return province, city, county if city or len(regions) == 1 else None


@cache
def _other_names() -> re.Pattern[str]:
    """Return a pattern of words that make a place before them the name of something else."""
    words = sorted(read_words("lexicons/place_after.txt"), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, words))})(?!医院)|\d{{1,4}}号(?!楼|院)")
