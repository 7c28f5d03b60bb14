"""Paying: a normalised text goes in; its words of paying before anything is sent come out."""

from __future__ import annotations

import re
from functools import cache

from data import read_words


def paying_words(text: str) -> tuple[str, ...]:
    """Return the words that speak of paying, each once, in order."""
    return tuple(dict.fromkeys(_pattern().findall(text)))


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted(read_words("lexicons/paying.txt"), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))
