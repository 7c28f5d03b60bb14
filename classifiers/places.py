"""Read where a post says the need is: province, city and county, from names in full or short."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc

from classifiers.gazetteer import Mention, Region, find_mentions
from classifiers.need import Place
from classifiers.reader import plain, reader, span
from data import read_words

_AUTHOR = re.compile(r"(?<![\w.])2$")
_MOST = 50
_JOINT = re.compile(r"[ ·•\-—]{0,2}的?")


@dataclass(frozen=True, slots=True)
class _Chain:
    """Names that stand together from the large to the small (甘肃省敦煌市)."""

    start: int
    end: int
    regions: tuple[Region, ...]


@reader("places", after=("parts",))
def read_places(doc: Doc) -> tuple[Place, ...]:
    """Return the places of the post in order, each once.

    Places of hashtags count only where the words themselves name none, the author's own place,
    which the service adds (2武汉), only where hashtags name none either; names of users never do.
    """
    text, parts = plain(doc), doc._.parts
    starts = [part.start for part in parts]
    words, tags, author = [], [], []
    for chain in resolve(find_chains(text)):
        kind = parts[bisect(starts, chain.start) - 1].kind
        if _AUTHOR.search(text, max(0, chain.start - 2), chain.start):
            author.append(chain)
        elif kind in {"own", "reposted"}:
            words.append(chain)
        elif kind == "hashtag":
            tags.append(chain)
    places: dict[tuple[str | None, ...], Place] = {}
    for chain in words or tags or author:
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


def find_chains(text: str) -> list[_Chain]:
    """Return the places of a normalised text, neighbouring names joined, not yet told apart."""
    chains: list[_Chain] = []
    for mention in find_mentions(text):
        if chains:
            last = chains[-1]
            joint = _JOINT.fullmatch(text, last.end, mention.start)
            inner = _inside(last.regions, mention.regions) if joint else ()
            if inner:
                chains[-1] = _Chain(last.start, mention.end, inner)
                continue
        if not mention.bound:
            chains.append(_Chain(mention.start, mention.end, _likeliest(mention)))
    after = _other_names()
    return [chain for chain in chains if not after.match(text, chain.end)]


def resolve(chains: list[_Chain]) -> list[_Chain]:
    """Return `chains`, names of several places narrowed by the places named near them."""
    known = {chain.regions[0]: chain for chain in reversed(chains) if len(chain.regions) == 1}
    certain = list(known.values())[-_MOST:]
    resolved = []
    for chain in chains:
        regions = chain.regions
        if len(regions) > 1:
            others = sorted(certain, key=lambda c: abs(c.start - chain.start))
            regions = _near([other.regions[0] for other in others], regions) or regions
        resolved.append(_Chain(chain.start, chain.end, regions))
    return resolved


def _near(known: list[Region], regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """Return those of `regions` in a known one, else in the city, else in the province of one."""
    for one in known:
        if inside := tuple(r for r in regions if one.holds(r)):
            return inside
    for one in known:
        if beside := tuple(r for r in regions if one.city and one.city == r.city):
            return beside
    for one in known:
        if beside := tuple(r for r in regions if one.province == r.province):
            return beside
    return ()


def _inside(parents: Iterable[Region], regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """Return those of `regions` that lie in one of `parents`."""
    return tuple(r for r in regions if any(p.holds(r) for p in parents))


def _likeliest(mention: Mention) -> tuple[Region, ...]:
    """Return the regions of the highest level: 吉林 is the province, 南昌 the city."""
    top = min(region.level for region in mention.regions)
    return tuple(region for region in mention.regions if region.level == top)


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
    return re.compile("|".join(map(re.escape, words)))
