"""Describe a post by what costs little: a normalised text goes in, features come out as numbers.

Own and reposted words count alike, hashtags apart.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from classifiers.parts import Part, split
from classifiers.request import hashing, roles

SENTENCE_END = re.compile(r"[。!?;\n]+")
LONGEST = 3_000  # characters that are described; few posts are longer
_ENDING = 1_000  # of them from the end of a longer one, where people say what to do
_AMOUNT = re.compile(r"(?<!\d)(?<!\d[.,])\d[\d.,]*+\s*万?余?[个只套件箱副双台盒瓶份支包桶吨条床]")
_NOISE = re.compile(r"[\s?!.,:;~。、]+")
_DIGITS = re.compile(r"\d+")
_EXPECTED = ("lacking", "asking", "medic", "facility", "protective", "general", "medical", "daily")


def features(text: str) -> np.ndarray:
    """Return the numbers of a post's quick features, 0 to hashing.QUICK - 1, each once."""
    parts = split(text)
    own, tags = words_of(text, parts), _words_of(text, parts, {"hashtag"})
    numbers = (
        *_of_roles("b", own),
        *_of_roles("t", tags),
        hashing.of_runs(smooth(own), kind="own", shortest=1, longest=4),
        hashing.of_runs(smooth(tags).replace("#", ""), kind="hashtag", shortest=2, longest=3),
    )
    return hashing.once(np.concatenate(numbers))


def words_of(text: str, parts: Iterable[Part]) -> str:
    """Return the own and the reposted words of a post, part by part."""
    return _words_of(text, parts, {"own", "reposted"})


def smooth(words: str) -> str:
    """Return words with one blank for punctuation and one zero for a number."""
    return _DIGITS.sub("0", _NOISE.sub(" ", words))


def _words_of(text: str, parts: Iterable[Part], kinds: set[str]) -> str:
    chosen = (text[part.start : part.end] for part in parts if part.kind in kinds)
    words = "。".join(chosen)
    return words if len(words) <= LONGEST else words[: LONGEST - _ENDING] + words[-_ENDING:]


def _of_roles(where: str, text: str) -> Iterator[np.ndarray]:
    """Yield the numbers of the roles played, in the whole text and together in one sentence."""
    total: Counter[str] = Counter()
    for sentence in SENTENCE_END.split(text):
        played = {role for word in roles.find(sentence) for role in word.roles}
        if _AMOUNT.search(sentence):
            played.add("amount")
        total.update(played)
        if len(played) > 1:
            yield _of_sentence(where, tuple(sorted(played)))
    often = tuple(sorted(role for role, count in total.items() if count > 1))
    yield _of_post(where, tuple(sorted(total)), often)


@lru_cache(maxsize=50_000)  # the same few roles are played together in most posts
def _of_sentence(where: str, played: Sequence[str]) -> np.ndarray:
    """Return the numbers of two and of three roles played in one sentence."""
    some = (*itertools.combinations(played, 2), *itertools.combinations(played, 3))
    return hashing.of_words(f"{where}s:{'+'.join(together)}" for together in some)


@lru_cache(maxsize=50_000)
def _of_post(where: str, played: Sequence[str], often: Sequence[str]) -> np.ndarray:
    """Return the numbers of roles: those played, often, two together, and expected but missing."""
    its_features = [f"{where}r:{role}" for role in played]
    its_features += [f"{where}r2:{role}" for role in often]
    its_features += [f"{where}p:{'+'.join(pair)}" for pair in itertools.combinations(played, 2)]
    if where == "b":
        its_features += [f"no:{role}" for role in _EXPECTED if role not in played]
    return hashing.of_words(its_features)
