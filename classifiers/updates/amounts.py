"""Amounts of statements: an update's words go in; how much arrived and is lacking comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from classifiers.goods.amounts import find_amounts
from classifiers.goods.names import find_goods

_CLAUSE = re.compile(r"[^,。!?;、:\n]{1,200}")
_LACKING = re.compile(r"(?:还|仍|尚|只|就|再)(?:是|有)?(?:差|缺|少|需|要)|^差|缺口|追加|增加")


@dataclass(frozen=True, slots=True)
class Told:
    """An amount of goods, at a place of the text; goods: a canonical name, "" where none stands."""

    start: int
    goods: str
    quantity: float
    unit: str | None
    lacking: bool


def told_amounts(text: str) -> list[Told]:
    """Return the amounts of a normalised text, each with the goods that stand nearest to it.

    A clause that names none speaks of those named last (收到40支护手霜，还差20支).
    """
    goods = find_goods(text)
    blotted = list(text)
    for mention in goods:
        blotted[mention.start : mention.end] = "□" * (mention.end - mention.start)
    amounts = [amount for amount in find_amounts("".join(blotted)) if amount.quantity is not None]
    told = []
    last = ""
    for clause in _CLAUSE.finditer(text):
        mentions = [m for m in goods if clause.start() <= m.start < clause.end()]
        for amount in amounts:
            if not clause.start() <= amount.start < clause.end() or amount.quantity is None:
                continue
            place = amount.start
            nearest = min(mentions, key=lambda m: abs(m.start - place), default=None)
            told.append(
                Told(
                    start=place,
                    goods=nearest.name if nearest else last,
                    quantity=amount.quantity,
                    unit=amount.unit,
                    lacking=bool(_LACKING.search(clause[0])),
                )
            )
        last = mentions[-1].name if mentions else last
    return told
