"""Describe a later post to the update model: words and goods go in, features come out as numbers.

Goods and numbers are replaced by one sign each, so that what was learned of masks holds for
anything else; goods that a known need does not name have a sign of their own. Cues count alone,
beside one another in a clause, at either end, and in quotes apart.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

import numpy as np

from classifiers.request import hashing
from classifiers.updates.cues import CUES

RUNS = 2**17  # numbers of runs of characters
SIZE = 2 * RUNS  # those, then cues
LONGEST = 400  # characters that are described
QUOTED = re.compile(r"[“\"「『][^“”\"「」『』\n]{2,200}[”\"」』]")
_DIGITS = re.compile(r"\d+")
_CLAUSE = re.compile(r"[^,。!?;…:\n]{1,200}[,。!?;…:\n]*")
_ASKS = re.compile(r"[?]\s*$")
GOODS, OTHERS = "g", "o"  # signs of goods: the need's, and any other
_MAIN = (
    "nocall", "change", "denied", "again", "lack", "stop", "enough", "solved", "arrived", "more",
    "transit",
)  # fmt: skip


def features(words: str, spans: Sequence[tuple[int, int, str]]) -> np.ndarray:
    """Return the numbers of a post's features, 0 to SIZE - 1, each once, sorted.

    words: the author's own words, normalised. spans: where goods stand in them, with their sign.
    """
    masked = _masked(words, spans)
    runs = hashing.of_runs(
        f"^{_DIGITS.sub('0', masked)}$", RUNS, kind="update", shortest=1, longest=3
    )
    cues = hashing.of_words(set(_of_cues(masked)), RUNS) + RUNS
    return hashing.once(np.concatenate((runs, cues)))


def runs(words: str) -> np.ndarray:
    """Return the numbers of the runs of a post's own words, each once; the sieve knows no goods."""
    smooth = _DIGITS.sub("0", words[:LONGEST])
    return hashing.once(hashing.of_runs(smooth, RUNS, kind="update", shortest=1, longest=3))


def _masked(words: str, spans: Sequence[tuple[int, int, str]]) -> str:
    pieces, at = [], 0
    for start, end, sign in sorted(spans):
        if start >= at:
            pieces += [words[at:start], sign]
            at = end
    return "".join((*pieces, words[at:]))[:LONGEST]


def _of_cues(masked: str) -> Iterator[str]:
    """Yield which cues stand in the post, in one clause, at either end, and one behind another."""
    present = [(name, cue) for name, cue in CUES.items() if cue.search(masked)]
    for quoted in QUOTED.finditer(masked):
        yield from (f"quoted:{name}" for name in _played(quoted[0], present))
    told = QUOTED.sub(lambda quoted: "□" * len(quoted[0]), masked)
    clauses = [clause[0] for clause in _CLAUSE.finditer(told)]
    order = []
    for at, clause in enumerate(clauses):
        played = _played(clause, present)
        yield from played
        if at == 0:
            yield from (f"first:{name}" for name in played)
        if at == len(clauses) - 1:
            yield from (f"last:{name}" for name in played)
        yield from (f"{one}+{other}" for one, other in itertools.combinations(played, 2))
        order += [name for name in _MAIN if name in played][:1]
    yield from (f"{one}>{other}" for one, other in itertools.pairwise(order))
    yield f"length:{min(5, len(masked) // 20)}"
    yield f"clauses:{min(5, len(clauses))}"


def _played(clause: str, present: Sequence[tuple[str, re.Pattern[str]]]) -> list[str]:
    played = [name for name, cue in present if cue.search(clause)]
    if GOODS in clause:
        played.append("goods")
    if OTHERS in clause:
        played.append("others")
    if _ASKS.search(clause):
        played.append("asks")
    return played
