"""Describe a post by what costs little: a normalised text goes in, features come out as numbers.

Own and reposted words count alike, hashtags apart.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

import ahocorasick
import numpy as np

import data
from classifiers.normalise import normalise
from classifiers.parts import Part, split
from classifiers.request import hashing, roles

SENTENCE_END = re.compile(r"[。!?;\n]+")
_SENTENCE = re.compile(r"([^。!?;\n]+)([。!?;\n]*)")
LONGEST = 3_000  # characters that are described; few posts are longer
_ENDING = 1_000  # of them from the end of a longer one, where people say what to do
_AMOUNT = re.compile(r"(?<!\d)(?<!\d[.,])\d[\d.,]*+\s*万?余?[个只套件箱副双台盒瓶份支包桶吨条床]")
_RUNS = hashing.QUICK - hashing.ROLES  # numbers of runs of characters
_NOISE = re.compile(r"[\s?!.,:;~。、]+")
_DIGITS = re.compile(r"\d+")
_QUESTION = re.compile(r"[吗呢嘛么伐不没]$")
# Words that no list can hold: when it was, which chapter, what it costs, whom to call.
_PATTERNS = {
    "year": re.compile(r"(?<!\d)(?:19|20)\d\d年|[\d一二两三四五六七八九十]年[前后]|周年"),
    "chapter": re.compile(r"第[\d一二三四五六七八九十百]{1,5}[章集回关季幕]|《"),
    "price": re.compile(r"\d\s?(?:元|块|蚊|折)|[¥$]\s?\d"),
    "number": re.compile(r"1[3-9]\d{9}|(?<!\d)\d{3,4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}-?\d{7}"),
    "amount": _AMOUNT,
}
_TELLING = re.compile(r"[\d第《前后周]")  # one of these is in whatever they find
_EXPECTED = ("lacking", "asking", "medic", "facility", "protective", "general", "medical", "daily")


def features(text: str) -> np.ndarray:
    """Return the numbers of a post's quick features, 0 to hashing.QUICK - 1, each once."""
    parts = split(text)
    own, tags = words_of(text, parts), _words_of(text, parts, {"hashtag"})
    return of_words(own, tags)


def of_words(own: str, tags: str) -> np.ndarray:
    """Return the numbers of the quick features of own and reposted words, and of hashtags."""
    numbers = (
        *_of_roles("b", own),
        *_of_roles("t", tags),
        hashing.of_runs(smooth(own), _RUNS, kind="own", shortest=1, longest=4),
        hashing.of_runs(
            smooth(tags).replace("#", ""), _RUNS, kind="hashtag", shortest=2, longest=3
        ),
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
    if len(words) > LONGEST:
        words = words[: LONGEST - _ENDING] + words[-_ENDING:]
    return plain_words(words)


@lru_cache(maxsize=256)  # of a post the same sentences are asked for in each of its views
def plain_words(text: str) -> str:
    """Return a text with what is said in dialect or in English put in plain words."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = text
    pieces = []
    at = 0
    for last, (length, plain) in _spoken().iter_long(lower):
        start, end = last - length + 1, last + 1
        if lower[start].isascii() and (_is_latin(lower, start - 1) or _is_latin(lower, end)):
            continue  # part of a longer word
        pieces += [text[at:start], plain]
        at = end
    return "".join((*pieces, text[at:])) if pieces else text


def _is_latin(text: str, at: int) -> bool:
    return 0 <= at < len(text) and "a" <= text[at] <= "z"


@cache
def _spoken() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for said, plain in data.read_table("lexicons/spoken.tsv"):
        word = normalise(said).lower()
        if word != plain:
            automaton.add_word(word, (len(word), plain))
    automaton.make_automaton()
    return automaton


def sentences(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each sentence of plain words with the roles that are played in it."""
    for match in _SENTENCE.finditer(text):
        yield match[1], _played(match[1], match[2])


@lru_cache(maxsize=256)
def _played(sentence: str, end: str) -> frozenset[str]:
    played = roles.played(sentence)
    if _TELLING.search(sentence):
        played.update(name for name, pattern in _PATTERNS.items() if pattern.search(sentence))
    if "?" in end or _QUESTION.search(sentence):
        played.add("question")
    return frozenset(played)


def _of_roles(where: str, text: str) -> Iterator[np.ndarray]:
    """Yield the numbers of the roles played, in the whole text and together in one sentence."""
    total: Counter[str] = Counter()
    for _, played in sentences(text):
        total.update(played)
        if len(played) > 1:
            yield _of_sentence(where, tuple(sorted(played)))
    often = tuple(sorted(role for role, count in total.items() if count > 1))
    yield _of_post(where, tuple(sorted(total)), often)


@lru_cache(maxsize=50_000)  # the same few roles are played together in most posts
def _of_sentence(where: str, played: Sequence[str]) -> np.ndarray:
    """Return the numbers of two and of three roles played in one sentence."""
    some = (*itertools.combinations(played, 2), *itertools.combinations(played, 3))
    together = (f"{where}s:{'+'.join(some_roles)}" for some_roles in some)
    return hashing.of_words(together, hashing.ROLES) + _RUNS


@lru_cache(maxsize=50_000)
def _of_post(where: str, played: Sequence[str], often: Sequence[str]) -> np.ndarray:
    """Return the numbers of roles: those played, often, two together, and expected but missing."""
    its_features = [f"{where}r:{role}" for role in played]
    its_features += [f"{where}r2:{role}" for role in often]
    its_features += [f"{where}p:{'+'.join(pair)}" for pair in itertools.combinations(played, 2)]
    if where == "b":
        its_features += [f"no:{role}" for role in _EXPECTED if role not in played]
    return hashing.of_words(its_features, hashing.ROLES) + _RUNS
