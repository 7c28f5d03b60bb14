"""The other doors: which sources are no spiders, and how what came in by them is read.

Loads no reader, so that whoever only asks for a name waits for none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# By door, whose voice speaks: a ward itself, or somebody for it.
NEEDS = {"hotline": "firsthand", "relay": "passed on", "sheet": "passed on", "picture": "firsthand"}
LISTS = ("campaign", "warnings")  # their people are called; they ask for no goods
DOORS = (*NEEDS, *LISTS)

CHECKED = "核对物资："  # begins the line in which a person wrote what is asked for
NOTHING = "无"
_BETWEEN = "；"
_LINE = re.compile(rf"^{CHECKED}(?P<goods>[^\n]*)$", re.M)
_ENTRY = re.compile(r"(?P<name>[^（）]+)(?:（(?P<amount>[^（）]*)）)?")
_AMOUNT = re.compile(
    r"(?P<low>\d{1,12}(?:\.\d{1,6})?)(?:-(?P<high>\d{1,12}(?:\.\d{1,6})?))?(?P<unit>[^\d\s]{0,20})"
)
_NOT_IN_A_NAME = str.maketrans({"（": "(", "）": ")", "；": ";", "\n": " ", "\r": " "})


@dataclass(frozen=True, slots=True)
class CheckedGoods:
    """Goods as a person wrote or confirmed them.

    amount: such as "40支", "30-40套" or "若干", None where none was told.
    start, end: where the name stands in the text. amount_start: where its amount does.
    """

    name: str
    amount: str | None = None
    start: int = 0
    end: int = 0

    @property
    def parts(self) -> tuple[float | None, float | None, str | None]:
        """The amount as quantity, upper end of a range, and unit; None for what is not told."""
        number = _AMOUNT.fullmatch(self.amount or "")
        if number is None:
            return None, None, None
        high = float(number["high"]) if number["high"] else None
        return float(number["low"]), high, number["unit"] or None


def checked_line(goods: list[CheckedGoods]) -> str:
    """Return the line of a text that says which goods a person checked, none of them too."""
    entries = []
    for one in goods:
        words = (one.name, one.amount or "")
        name, amount = (word.translate(_NOT_IN_A_NAME).strip() for word in words)
        entries.append(f"{name}（{amount}）" if amount else name)
    return CHECKED + (_BETWEEN.join(filter(None, entries)) or NOTHING)


def checked_goods(text: str) -> list[CheckedGoods] | None:
    """Return the goods of a text's last checked line; None where nobody checked them."""
    lines = list(_LINE.finditer(text))
    if not lines:
        return None
    at, goods = lines[-1].start("goods"), []
    for words in lines[-1]["goods"].split(_BETWEEN):
        entry = _ENTRY.fullmatch(words)
        if entry and words != NOTHING:
            goods.append(
                CheckedGoods(entry["name"], entry["amount"] or None, at, at + len(entry["name"]))
            )
        at += len(words) + len(_BETWEEN)
    return goods
