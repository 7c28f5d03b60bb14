"""A cell as a spreadsheet left it goes in, the words that were meant come out."""

from __future__ import annotations

import re

_FORMULA = re.compile(r'\s*="((?:[^"]|"")*)"\s*')
# A leading apostrophe keeps a number as it is typed, and a formula from being one.
_APOSTROPHE = re.compile(r"\s*['\u2019](?=[\d\s.,:/+-]+$|[=+@-])")
_WHOLE = re.compile(r"\d{7,}\.0+")
_SCIENTIFIC = re.compile(r"(?<![A-Za-z\d.])(\d)(?:[.](\d+))?[eE]\+?(\d{1,2})(?![A-Za-z\d.])")
_LONGEST = 1_000  # characters of a cell that may be a guarded number
_SHORTEST = 6  # digits; 1.5E+3 is what somebody wrote


def unguarded(cell: str) -> str:
    """Return a cell without what kept a spreadsheet from rounding it: ="123", '123."""
    if len(cell) > _LONGEST:
        return cell
    if formula := _FORMULA.fullmatch(cell):
        return formula[1].replace('""', '"')
    return cell[apostrophe.end() :] if (apostrophe := _APOSTROPHE.match(cell)) else cell


def whole_number(cell: str) -> str:
    """Return 13800138000 for 13800138000.0 and for 1.3800138000E+10; other words as they are."""
    word = cell.strip()
    if _WHOLE.fullmatch(word):
        return word.partition(".")[0]
    number = _SCIENTIFIC.fullmatch(word)
    if number and len(number[2] or "") >= int(number[3]) >= _SHORTEST:
        decimals = number[2]
        end = int(number[3])
        return number[1] + decimals[:end] if not decimals[end:].strip("0") else cell
    return cell


def lost_number(words: str) -> str | None:
    """Return a number of which a spreadsheet kept the first digits only, such as 1.38E+10."""
    for number in _SCIENTIFIC.finditer(words):
        if int(number[3]) >= _SHORTEST and len(number[2] or "") < int(number[3]):
            return number[0]
    return None
