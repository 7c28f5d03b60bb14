"""The cheap gate before the heavy readers: a normalised text goes in, whether to read it comes out.

A post passes with a word of medical care and a hint at a lack, goods, an amount or a number to
call; or with goods and a clear plea. Hashtags that only speak of the day are passed over.
"""

from __future__ import annotations

import re
from functools import cache

import ahocorasick

import data

_ROLES = {"care": 1, "want": 2, "goods": 4, "plea": 8}
_CARE, _WANT, _GOODS, _PLEA = _ROLES.values()
_HASHTAG = re.compile(r"#[^#\n]{1,60}#")
_NUMBER = re.compile(
    r"\d\s?(?:只|套|件|箱|盒|副|双|把|条|台|床|瓶|桶|顶|支(?!医|队|援|救|持))"
    r"|1[3-9]\d{9}|0\d{2,3}-\d{7}"
)


def passes(text: str) -> bool:
    """Tell whether a normalised text deserves a reading."""
    if "#" in text:
        text = _HASHTAG.sub(_kept, text)
    seen = 0
    for _, role in _words().iter(text):
        seen |= role
        if (seen & _CARE and seen & ~_CARE) or (seen & _GOODS and seen & _PLEA):
            return True
    return bool(seen & (_CARE | _GOODS) and _NUMBER.search(text))


def _kept(hashtag: re.Match[str]) -> str:
    """Return a hashtag that may carry a plea, a blank for any other."""
    return hashtag[0] if _telling().search(hashtag[0]) else " "


@cache
def _words() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for role, bit in _ROLES.items():
        for word in data.read_words(f"lexicons/gate_{role}.txt"):
            automaton.add_word(word, automaton.get(word, 0) | bit)
    automaton.make_automaton()
    return automaton


@cache
def _telling() -> re.Pattern[str]:
    words = data.read_words("lexicons/gate_hashtag.txt")
    return re.compile("|".join(map(re.escape, words)))
