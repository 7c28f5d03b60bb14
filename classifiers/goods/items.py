"""Read the goods a post asks for: the parts of a post go in, items with their amounts come out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from classifiers.goods.amounts import Amount
from classifiers.goods.choose import choose
from classifiers.goods.cues import tells_of_giving
from classifiers.goods.groups import with_marks
from classifiers.goods.names import Mention
from classifiers.need import Item
from classifiers.parts import Part
from classifiers.reader import plain, reader, span

if TYPE_CHECKING:
    from spacy.tokens import Doc

_FACILITY = re.compile(
    r"(?:(?![急缺求需请])[\u4e00-\u9fff]){2,10}?(?:医院|卫生院|疾控中心|妇幼保健院|卫生服务中心|血站|医疗队)"
)
_TELLING = 2  # signs of a name that tell one facility from another, but for its ordinal
_MOST_FACILITIES = 40
_ORDINAL = re.compile(r"[一二三四五六七八九十\d]")


@reader("items", after=("parts", "forms"))
def read_items(doc: Doc) -> tuple[Item, ...]:
    """Return the goods the post asks for, each once, in the order they stand.

    Hashtags are read only where the words name no goods.
    On the 227 requests of eval/dev.jsonl: F1 0.95 of the exact words, 0.96 relaxed; on 53 real need
    sheets 0.98, and 0.97 of the amounts.
    """
    parts = doc._.parts
    text = with_marks(plain(doc), doc._.original)
    words = [p for p in parts if p.kind in {"own", "reposted"}]
    chosen = choose(_only(text, words), doc._.forms)
    if not chosen:
        tags = [p for p in parts if p.kind == "hashtag" and not tells_of_giving(p.text)]
        chosen = choose(_only(text, tags)) if tags else []
    names = _facilities(text) if chosen else []
    return tuple(
        _item(doc, mention, amount, doubtful=doubtful, facility=_whose(doc, names, mention))
        for mention, amount, doubtful in chosen
    )


def _facilities(text: str) -> list[re.Match[str]]:
    """Return where each facility is first named, none where the post speaks of one."""
    first: dict[str, re.Match[str]] = {}
    for name in _FACILITY.finditer(text):
        first.setdefault(name[0][:_TELLING] + "".join(_ORDINAL.findall(name[0])), name)
    return list(first.values())[:_MOST_FACILITIES] if len(first) > 1 else []


def _whose(doc: Doc, names: Sequence[re.Match[str]], mention: Mention) -> str | None:
    """Return the facility named last before a good, of two or more."""
    before = [name for name in names if name.end() <= mention.start]
    return str(doc._.original[before[-1].start() : before[-1].end()]) if before else None


def _only(text: str, parts: Sequence[Part]) -> str:
    """Return these parts where they stand, hashtags without marks, the rest as line breaks."""
    shown = ["\n"] * len(text)
    for p in parts:
        trim = p.kind == "hashtag"
        shown[p.start + trim : p.end - trim] = text[p.start + trim : p.end - trim]
    return "".join(shown)


def _item(
    doc: Doc, mention: Mention, amount: Amount | None, *, doubtful: bool, facility: str | None
) -> Item:
    """Return the item for goods in the post."""
    if amount is None:
        return span(doc, Item, mention.start, mention.end, name=mention.name, facility=facility)
    stands = doc._.original[amount.start : amount.end]
    return span(
        doc,
        Item,
        mention.start,
        mention.end,
        name=mention.name,
        quantity=amount.quantity,
        quantity_max=amount.quantity_max,
        per=amount.per,
        quantity_text=stands[: len(amount.quantity_text)],
        unit=_unit(doc, amount),
        doubtful=doubtful,
        facility=facility,
    )


def _unit(doc: Doc, amount: Amount) -> str | None:
    """Return the unit of an amount as it stands in the post."""
    if not amount.unit:
        return None
    start = amount.end - len(amount.unit) if amount.unit_start is None else amount.unit_start
    return str(doc._.original[start : start + len(amount.unit)])
