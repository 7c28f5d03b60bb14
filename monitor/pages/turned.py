"""Posts that later say they are settled, or are said to be untrue: a case in, its notices out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import data
from monitor.types import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """Words of a post that take back what another, or it itself, said before.

    number: of the post, as the page counts them. words: as they stand there.
    turn: "settled" or "denied". edited: whether the post said otherwise when it was read.
    """

    number: int
    words: str
    turn: str
    edited: bool


def turned(case: Case) -> tuple[Turned, ...]:
    """Return which posts of a case took something back: edited ones, or later than the first.

    Words that a post had when it was read as a plea count only against an earlier post.
    """
    first = min((need.post.at for need in case.needs), default=None)
    found = []
    for number, need in enumerate(case.needs, 1):
        now = need.post.words
        edited = now != need.words
        later = first is not None and need.post.at > first
        for words, turn in _turns():
            came = words in now and (words not in need.words if edited else later)
            if came:
                found.append(Turned(number=number, words=words, turn=turn, edited=edited))
                break
    return tuple(found)


@cache
def _turns() -> tuple[tuple[str, str], ...]:
    """Return the words that take back, the longest first."""
    rows = [(row[0], row[1]) for row in data.read_table("lexicons/turned.tsv")]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))
