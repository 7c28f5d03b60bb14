"""Search for people: words go in, the matches that tell most stand first, numbers masked.

Ranked are the newest matches: what has a case before what has none, what is open before what has
ended, then by how often the words are there and how new it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from classifiers.normalise import normalise
from classifiers.places.gazetteer import Region, regions, short_name
from monitor.errors import DistressError
from monitor.masking import masked, plain
from monitor.store import Store
from monitor.store.search import FoundWords, Wanted

MOST_WORDS = 10
LONGEST_WORD = 50
_AROUND = 30  # characters of a snippet before its first word, and twice that behind
_OFTEN = 3  # a word that is there more often tells no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A match as it is shown.

    kind: "post" or "note". ref: the post's number or the callback's id. snippet: words around the
    first match, numbers masked. marks: where the words stand in it.
    """

    kind: str
    ref: str
    case_id: int | None
    closed: bool | None
    source: str
    at: datetime
    snippet: str
    marks: tuple[tuple[int, int], ...]

    def as_json(self) -> dict[str, Any]:
        """Return it for other programs; times in UTC."""
        return {
            "kind": self.kind,
            "ref": self.ref,
            "case": self.case_id,
            "closed": self.closed,
            "source": self.source,
            "at": self.at.isoformat(),
            "snippet": self.snippet,
        }


def search(store: Store, wanted: Wanted, *, most: int = 20) -> list[Found]:
    """Return at most so many matches, the one that tells most first.

    Raises DistressError where no word has a letter or digit, or there are too many.
    """
    words = [word for word in map(_plain, wanted.words) if word]
    if not words:
        raise DistressError("search for a word, such as: distress search 口罩 随州")
    if len(words) > MOST_WORDS or max(map(len, words)) > LONGEST_WORD:
        raise DistressError(
            f"search for at most {MOST_WORDS} words of at most {LONGEST_WORD} characters"
        )
    matches = store.search.find(wanted)
    ranked = sorted(matches, key=lambda match: _rank(match, words), reverse=True)
    return [_found(match, words) for match in ranked[:most]]


def place_prefix(name: str) -> str:
    """Return what codes of the place of this name begin with.

    Raises DistressError where there is no such place, or several: a province before it tells which.
    """
    wanted = "".join(normalise(name).split())
    named = [region for region in regions().values() if _is_named(region, wanted)]
    named = [region for region in named if not any(other.holds(region) for other in named)]
    if not named:
        raise DistressError(
            f"no place '{plain(name)[:40]}'; name a province, city or county: --place 随州"
        )
    if len(named) > 1:
        whole = "、".join(f"{r.province}{r.name}" for r in named[:5])
        raise DistressError(f"'{plain(name)[:40]}' may be {whole}; write one of them")
    return named[0].prefix


def _is_named(region: Region, name: str) -> bool:
    """Tell whether a name means a division, with or without those around it before it."""
    own = next((end for end in _both(region.name) if name.endswith(end)), None)
    if own is None:
        return False
    before = name.removesuffix(own)
    province, city = _both(region.province), _both(region.city or "")
    return before in {"", *province, *city, *(p + c for p in province for c in city)}


def _both(name: str) -> tuple[str, ...]:
    return (name, short_name(name)) if name else ("",)


def _plain(text: str) -> str:
    """Return a text as words are compared: simplified, small letters, nothing but characters."""
    return "".join(char for char in normalise(text).lower() if char.isalnum())


def _rank(match: FoundWords, words: Sequence[str]) -> tuple[bool, bool, int, datetime]:
    text = _plain(match.text)
    often = sum(min(text.count(word), _OFTEN) for word in words)
    return match.case_id is not None, match.closed is False, often, match.at


def _found(match: FoundWords, words: Sequence[str]) -> Found:
    shown = " ".join(masked(match.text).split())
    low = normalise(shown).lower()
    if len(low) != len(shown):  # a few letters have longer small forms
        low = normalise(shown)
    # Words are found across signs and gaps; each character's place is kept.
    kept = [at for at, char in enumerate(low) if char.isalnum()]
    letters = "".join(low[at] for at in kept)
    spans = []
    for word in words:
        start = letters.find(word)
        if start >= 0:
            spans.append((kept[start], kept[start + len(word) - 1] + 1))
    first = min(spans, default=(0, 0))[0]
    begin = max(0, first - _AROUND)
    end = min(len(shown), first + 2 * _AROUND)
    before, behind = "…" * (begin > 0), "…" * (end < len(shown))
    shift = len(before) - begin
    return Found(
        kind=match.kind,
        ref=match.ref,
        case_id=match.case_id,
        closed=match.closed,
        source=match.source,
        at=match.at,
        snippet=f"{before}{shown[begin:end]}{behind}",
        marks=tuple(sorted((a + shift, b + shift) for a, b in spans if begin <= a and b <= end)),
    )
