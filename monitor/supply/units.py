"""Amounts in other units: words and the unit of a line go in, how much that is comes out.

Only what is the same everywhere is converted. How many a box holds stands on the box: it is asked.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

# Units of one family, each with how many of the family's first one it is.
FAMILIES: tuple[dict[str, str], ...] = (
    {"个": "1", "只": "1", "枚": "1", "打": "12"},
    {"双": "1", "副": "1", "对": "1"},
    {"克": "1", "g": "1", "两": "50", "斤": "500", "公斤": "1000", "千克": "1000", "kg": "1000",
     "吨": "1000000"},
    {"毫升": "1", "ml": "1", "升": "1000", "l": "1000"},
)  # fmt: skip
_LARGE = {"": 1, "百": 100, "千": 1000, "万": 10_000, "w": 10_000, "k": 1000}
_AMOUNT = re.compile(
    r"(\d{1,9}(?:\.\d{1,3})?)\s?([百千万wk]?)\s?([^\d\s.,×x*]{0,8})", re.ASCII | re.I
)
# As in 2箱×20: what is counted, and how many of the line's unit each holds.
_PACKED = re.compile(
    r"(\d{1,6})\s?([^\d\s.,×x*]{1,8})\s?[×x*]\s?(\d{1,6}(?:\.\d{1,3})?)\D{0,8}", re.ASCII | re.I
)


def in_unit(words: str, unit: str) -> Decimal | None:
    """Return how many of `unit` an amount such as 3打, 1.5万个, 20斤 or 2箱×20 is.

    None where nobody but who packed it can tell.
    """
    text = unicodedata.normalize("NFKC", words).strip()
    if packed := _PACKED.fullmatch(text):
        return Decimal(packed[1]) * Decimal(packed[3])
    amount = _AMOUNT.fullmatch(text)
    if amount is None:
        return None
    factor = _factor(amount[3].casefold(), unicodedata.normalize("NFKC", unit).strip().casefold())
    return None if factor is None else Decimal(amount[1]) * _LARGE[amount[2].casefold()] * factor


def _factor(unit: str, wanted: str) -> Decimal | None:
    if unit in ("", wanted):
        return Decimal(1)
    for family in FAMILIES:
        if unit in family and wanted in family:
            return Decimal(family[unit]) / Decimal(family[wanted])
    return None
