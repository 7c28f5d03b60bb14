"""Normalise a text without moving a character: the result has the length of what came in.

Full-width forms become ASCII, traditional characters simplified, control and
direction-changing characters spaces, so that every offset found in the result is an
offset in the original.
"""

from __future__ import annotations

import sys
import unicodedata
from functools import cache, lru_cache

import numpy as np
import opencc

_CJK = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00))


@cache
def _forms() -> np.ndarray:
    """Return the code of the plain form of every code; str.translate takes three times as long."""
    forms = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    table = _table()
    forms[list(table)] = [ord(plain) for plain in table.values()]
    return forms


def _table() -> dict[int, str]:
    """Map every character that has a one-character plainer form to that form."""
    table = {code: plain for code in range(0x10000) if (plain := _compatible(chr(code)))}
    simplify = opencc.OpenCC("t2s").convert
    for block in _CJK:
        # In one call, each on a line of its own, so that no two are taken for a word.
        lines = simplify("\n".join(table.get(code, chr(code)) for code in block)).split("\n")
        for code, simple in zip(block, lines, strict=True):
            if len(simple) == 1 and simple != chr(code):
                table[code] = simple
    # A plainer form may have one itself: of radicals and circled words NFKC makes traditional ones.
    for code, plain in table.items():
        table[code] = table.get(ord(plain), plain)
    for code in range(0xD800, 0xE000):
        table[code] = " "
    return table


def _compatible(char: str) -> str:
    """Return the form of a character in Unicode's NFKC, a blank for what only controls a text.

    "" where it has none of one character, or is that form itself.
    """
    category = unicodedata.category(char)
    if char == "\n" or category == "Cs":
        return ""
    if category in {"Cc", "Cf"}:
        return " "
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 and plain != char else ""


@lru_cache(maxsize=4)  # gate and readers ask for the same post one after the other
def normalise(text: str) -> str:
    """Return `text` in plain forms, character for character."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return _forms()[codes].tobytes().decode("utf-32-le")
