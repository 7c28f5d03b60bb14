"""Calls and notes: what somebody said goes in, a telling and the cases it may be of come out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from classifiers.doors import CHECKED, CheckedGoods, checked_line
from classifiers.facilities.same_name import facility_key, is_generic
from classifiers.need import Item, Reading
from classifiers.stored import read_stored
from monitor.errors import DistressError
from monitor.intake.register import Telling
from monitor.store import Store
from monitor.types import DIALLED, Case, KnownContact

SPOKEN = ("hotline", "relay")
LONGEST_WORDS = 5_000  # characters of what was said
LONGEST_NAME = 100
MOST_GOODS = 100
_MOST_CASES = 8
_SHORTEST = 2  # characters of a facility that is looked up while it is typed
_ASKED = {
    "caller": "say who calls, if only 护士 or 志愿者",
    "facility": "say which hospital, ward or team needs it",
    "words": "write what was said",
}
_LABELS = {"wechat": "微信", "qq": "QQ", "email": "邮箱"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenNeed:
    """One need as a caller told it (hotline), or as somebody passed it on (relay).

    id: made where it was noted, so twice is once. caller: who calls or passes on; contact: how to
        reach them. may_pass_on: whether they agreed that agents and helpers get that contact.
    ward: how to reach the ward, where that is another contact. words: as said.
    goods: as a person checked them, None where nobody did.
    """

    id: str
    kind: str
    caller: str
    facility: str
    words: str
    at: datetime
    contact: KnownContact | None = None
    may_pass_on: bool = False
    ward: KnownContact | None = None
    goods: tuple[CheckedGoods, ...] | None = None

    @property
    def contacts(self) -> tuple[KnownContact, ...]:
        """All contacts that were told, also those that may not be passed on."""
        return tuple(filter(None, (self.contact, self.ward)))


@dataclass(frozen=True, slots=True)
class KnownCase:
    """An open case that a need may be of; reason: "same contact" or "same facility"."""

    case: Case
    reason: str


def check(need: SpokenNeed) -> None:
    """Raise DistressError, by the name of the field, for what cannot be taken in."""
    problem = next(_problems(need), None)
    if problem:
        raise DistressError(problem)


def _problems(need: SpokenNeed) -> Iterator[str]:
    if need.kind not in SPOKEN:
        yield f"kind: no '{need.kind}'; there are: {', '.join(SPOKEN)}"
    if not need.id:
        yield "id: a need is told by one"
    for name, what in _ASKED.items():
        words = getattr(need, name)
        longest = LONGEST_WORDS if name == "words" else LONGEST_NAME
        if not words.strip():
            yield f"{name}: {what}"
        if len(words) > longest:
            yield f"{name}: {len(words)} characters, at most {longest} fit"
    if CHECKED in need.words:
        yield f"words: {CHECKED} begins the line of checked goods; write it otherwise"
    if len(need.goods or ()) > MOST_GOODS:
        yield f"goods: {len(need.goods or ())} kinds, at most {MOST_GOODS} fit"
    if (held := held_contact(need)) and _tells(need, held):
        yield "words: they hold the number that may not be passed on; leave it out of them"


def _tells(need: SpokenNeed, held: KnownContact) -> bool:
    told = _bare(f"{need.caller}\n{need.facility}\n{need.words}")
    return _bare(held.value) in told or bool(need.ward and need.ward.key == held.key)


def held_contact(need: SpokenNeed) -> KnownContact | None:
    """Return the contact that may not be passed on, None where there is none."""
    return need.contact if need.contact and not need.may_pass_on else None


def _bare(words: str) -> str:
    return re.sub(r"[\s-]", "", words).lower()


def telling_of(need: SpokenNeed) -> Telling:
    """Return what a need says, as its post keeps it: what may not be passed on stays out."""
    held = held_contact(need)
    return Telling(
        source_id=need.id,
        text=_text(need),
        author=need.caller.strip(),
        at=need.at,
        held=(held,) if held else (),
    )


def _text(need: SpokenNeed) -> str:
    lines = [need.facility.strip(), need.words.strip()]
    if need.ward:
        lines.append(_line("联系人", need.ward.person or "", need.ward))
    if need.contact and need.may_pass_on:
        label = "联系人" if need.kind == "hotline" else "转告人"
        lines.append(_line(label, need.caller.strip(), need.contact))
    if need.goods is not None:
        lines.append(checked_line(list(need.goods)))
    return "\n".join(lines)


def _line(label: str, person: str, contact: KnownContact) -> str:
    how = "" if contact.kind in DIALLED else f"{_LABELS.get(contact.kind, '')}："
    return f"{label}：{' '.join(filter(None, (person, how + contact.value)))}"


def read_spoken(need: SpokenNeed) -> Reading:
    """Return what the readers find in a need, for a person to check."""
    return read_stored(need.kind, _text(need))


def goods_read(reading: Reading) -> tuple[CheckedGoods, ...]:
    """Return the goods that readers found, as a person checks them."""
    return tuple(CheckedGoods(item.text, _amount(item)) for item in reading.items)


def _amount(item: Item) -> str | None:
    if item.quantity is None:
        return item.quantity_text
    upper = f"-{item.quantity_max:.10g}" if item.quantity_max else ""
    return f"{item.quantity:.10g}{upper}{item.unit or ''}"


def known_cases(
    store: Store, facility: str, contacts: Sequence[KnownContact] = ()
) -> list[KnownCase]:
    """Return the open cases that a need of this facility or with these contacts may be of.

    Those that share a contact come first, one that may not be passed on too; while a facility is
    typed, its beginning finds it.
    """
    reasons: dict[int, str] = {}
    for contact in contacts:
        ids = {*store.cases.open_of_contact(contact), *store.imports.cases_of_held(contact)}
        reasons.update(dict.fromkeys(sorted(ids), "same contact"))
    name = facility.strip()[:LONGEST_NAME]
    if len(name) >= _SHORTEST:
        key = facility_key(name)
        ids = set(store.cases.open_of_facility(key)) if not is_generic(key, key) else set()
        ids |= set(store.cases.open_with_words(_bare(name), _MOST_CASES))
        for case_id in sorted(ids):
            reasons.setdefault(case_id, "same facility")
    return [
        KnownCase(case, reasons[case.id]) for case in store.cases.get(list(reasons)[:_MOST_CASES])
    ]


def parsed_goods(words: str) -> tuple[CheckedGoods, ...]:
    """Return goods as a person typed them: 护手霜=40支、面膜."""
    goods = []
    for part in re.split(r"[、；;\n]", words):
        name, _, amount = part.strip().partition("=")
        if name.strip():
            goods.append(CheckedGoods(name.strip()[:LONGEST_NAME], amount.strip()[:50] or None))
    return tuple(goods[:MOST_GOODS])


def typed_goods(goods: Sequence[CheckedGoods]) -> str:
    """Return goods as a person types them."""
    return "、".join(f"{one.name}={one.amount}" if one.amount else one.name for one in goods)
