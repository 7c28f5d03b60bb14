"""What a page shows of a case: the store's rows in, frozen dataclasses for the templates out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from classifiers.need import Contact, Item
from monitor.dispositions import dispositions
from monitor.pages.plain import grouped, part_hidden
from monitor.pages.posts import PostView, post_views
from monitor.types import Callback, Case, Need

LADDER = ("mobile", "phs", "landline", "wechat", "qq", "email")
DIALLED = ("mobile", "phs", "landline")
LEVELS = ("critical", "high")
UNANSWERED = ("no_answer", "busy")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsView:
    """One kind of goods of a case; others holds amounts that other posts of the case give."""

    name: str
    amount: str
    unit: str
    per: str | None
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """A way to reach someone, with the words around it in the post; passed_on: not left by them.

    who: the person and the role as the post tells them, empty where it does not.
    """

    kind: str
    who: str
    value: str
    shown: str
    before: str
    after: str
    passed_on: bool

    @property
    def dialled(self) -> bool:
        """Whether it is a telephone number."""
        return self.kind in DIALLED


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case as an agent sees it.

    state: "agreed" (a time is agreed for today or before), "todo", "called" (tried today),
        "later" (agreed for another day) or "done".
    clash: labels of outcomes that cannot both be true.
    """

    id: int
    state: str
    closed: bool
    facility: str | None
    facilities: tuple[str, ...]
    place: str
    level: str | None
    urgency: str
    goods: tuple[GoodsView, ...]
    contacts: tuple[ContactView, ...]
    posts: tuple[PostView, ...]
    first_at: datetime
    callbacks: tuple[Callback, ...]
    agreed_at: datetime | None
    unanswered: int
    quiet: str | None
    clash: tuple[str, ...]

    @property
    def goods_words(self) -> str:
        """The goods by name, as the script says them."""
        return "、".join(goods.name for goods in self.goods)

    @property
    def number(self) -> str | None:
        """The first telephone number with its middle hidden, for the list."""
        dialled = [contact for contact in self.contacts if contact.dialled]
        return part_hidden(dialled[0].value) if dialled else None

    @property
    def only_passed_on(self) -> bool:
        """Whether every contact was left by someone who passed the plea on."""
        return bool(self.contacts) and all(contact.passed_on for contact in self.contacts)


def case_view(case: Case, *, since: datetime, until: datetime) -> CaseView:
    """Return what a page shows of a case on the day from `since` until before `until`."""
    needs = case.needs
    facilities = distinct(span.text for need in needs for span in need.reading.facilities)
    urgency = _urgency(needs)
    last = case.callbacks[-1] if case.callbacks else None
    agreed_at = last.call_again_at if last and not case.closed else None
    ending = [
        callback.disposition
        for callback in case.callbacks
        if callback.disposition in dispositions() and dispositions()[callback.disposition].ends_case
    ]
    return CaseView(
        id=case.id,
        state=_state(case, agreed_at, since, until),
        closed=case.closed,
        facility=facilities[0] if facilities else None,
        facilities=facilities[1:],
        place=place_words(needs),
        level=urgency[0],
        urgency=urgency[1],
        goods=goods_of(needs),
        contacts=_contacts(needs),
        posts=post_views(case),
        first_at=min(need.post.at for need in needs),
        callbacks=case.callbacks,
        agreed_at=agreed_at,
        unanswered=sum(callback.disposition in UNANSWERED for callback in case.callbacks),
        quiet=_quiet(case),
        clash=tuple(label(code) for code in distinct(ending)) if len(set(ending)) > 1 else (),
    )


def _quiet(case: Case) -> str | None:
    """Return the disposition for which the lead is needed more than a call, the last such."""
    known = dispositions()
    codes = [callback.disposition for callback in case.callbacks[::-1]]
    return next((code for code in codes if code in known and known[code].is_quiet), None)


def label(code: str) -> str:
    """Return the words for a disposition; a code that is no longer known stands for itself."""
    known = dispositions().get(code)
    return known.zh if known else code


def distinct(words: Iterable[str]) -> tuple[str, ...]:
    """Return words without repetition, in order."""
    return tuple(dict.fromkeys(words))


def order(views: Sequence[CaseView]) -> list[CaseView]:
    """Return cases in calling order: agreed times, urgency, a number to call, the longest wait."""
    states = ("agreed", "todo", "called", "later", "done")

    def rank(view: CaseView) -> tuple[Any, ...]:
        level = LEVELS.index(view.level) if view.level in LEVELS else len(LEVELS)
        agreed = view.agreed_at or view.first_at
        due = agreed if view.state in ("agreed", "later") else view.first_at
        if view.state in ("agreed", "later"):
            return states.index(view.state), 0, False, due, view.id
        return states.index(view.state), level, view.number is None, due, view.id

    return sorted(views, key=rank)


def _state(case: Case, agreed_at: datetime | None, since: datetime, until: datetime) -> str:
    if case.closed:
        return "done"
    if agreed_at:
        return "agreed" if agreed_at < until else "later"
    called = any(since <= callback.attempted_at < until for callback in case.callbacks)
    return "called" if called else "todo"


def _urgency(needs: Sequence[Need]) -> tuple[str | None, str]:
    """Return the highest level of the needs and the words that say it."""
    found = [need.reading.urgency for need in needs if need.reading.urgency]
    for level in LEVELS:
        words = distinct(urgency.text for urgency in found if urgency.level == level)
        if words:
            return level, "、".join(words[:3])
    return None, ""


def place_words(needs: Sequence[Need]) -> str:
    """Return where the needs are: province, city, county once each, or the post's own words."""
    found: list[str] = []
    for need in needs:
        for place in need.reading.places:
            parts = distinct(p for p in (place.province, place.city, place.county) if p)
            words = " ".join(parts) or place.text
            if not any(words in known for known in found):
                found = [known for known in found if known not in words] + [words]
    return "；".join(found[:3])


def amount_of(item: Item) -> str:
    """Return the amount of goods as an agent would write it: 40, 40-60, 若干, or nothing."""
    if item.quantity is None:
        return item.quantity_text or ""
    amount = f"{item.quantity:.10g}"
    return f"{amount}-{item.quantity_max:.10g}" if item.quantity_max is not None else amount


def goods_of(needs: Sequence[Need]) -> tuple[GoodsView, ...]:
    """Return the goods of needs by name; the first that tells an amount is the one shown."""
    by_name: dict[str, list[Item]] = {}
    for need in needs:
        for item in need.reading.items:
            by_name.setdefault(item.name, []).append(item)
    found = []
    for name, items in by_name.items():
        items.sort(key=lambda item: not amount_of(item))
        amounts = distinct(f"{amount_of(item)}{item.unit or ''}" for item in items)
        found.append(
            GoodsView(
                name=name,
                amount=amount_of(items[0]),
                unit=items[0].unit or "",
                per=items[0].per,
                others=tuple(amount for amount in amounts[1:] if amount),
            )
        )
    return tuple(found)


def _who(contact: Contact) -> str:
    """Return who answers: the person with the role in brackets, or whichever is known."""
    if contact.person and contact.role:
        return f"{contact.person}（{contact.role}）"
    return contact.person or contact.role or ""


def _contacts(needs: Sequence[Need]) -> tuple[ContactView, ...]:
    found: dict[tuple[str, str], ContactView] = {}
    for need in needs:
        for contact in need.reading.contacts:
            key = (contact.kind, contact.value)
            first_hand = need.reading.voice != "passed on"
            if key in found and not (found[key].passed_on and first_hand):
                continue
            before = need.words[max(0, contact.start - 12) : contact.start]
            found[key] = ContactView(
                kind=contact.kind,
                who=_who(contact),
                value=contact.value,
                shown=grouped(contact.value),
                before=before.rpartition("\n")[2],
                after=need.words[contact.end : contact.end + 8].partition("\n")[0],
                passed_on=not first_hand,
            )
    rungs = {kind: rung for rung, kind in enumerate(LADDER)}
    return tuple(sorted(found.values(), key=lambda c: (rungs.get(c.kind, 9), c.passed_on)))
