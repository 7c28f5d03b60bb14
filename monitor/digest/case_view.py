"""What a page shows of a case: a case as it stands in, frozen dataclasses for the templates out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property

import data
from classifiers.need import Item, Place
from monitor.calling.clashes import Clash, clashes
from monitor.calling.dispositions import dispositions
from monitor.calling.goods import SETTLED, goods_states, live_needs
from monitor.calling.order import urgency
from monitor.calling.standing import Standing
from monitor.digest.posts import PostView, post_views
from monitor.digest.rungs import RungView, rung_views
from monitor.digest.thread import (
    ThreadPost,
    UpdateView,
    amount_words,
    state_words,
    thread_of,
    update_view,
)
from monitor.digest.trust import Facilities, Fact, facts_of
from monitor.masking import part_hidden
from monitor.types import Callback, Case, HandOver


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """Words of a post that take back what another, or it itself, said before.

    number: of the post, as the page counts them. words: as they stand there.
    turn: "struck" or "denied". edited: whether the post said otherwise when it was read.
    """

    number: int
    words: str
    turn: str
    edited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsView:
    """One kind of goods of a case; others holds amounts that other posts of the case give.

    doubtful: the unit does not fit, so that the amount may be another's.
    state: as the newest statement has it, one of goods.STATES; the last two are struck.
    arrived, left: of "part", with their unit. said: the later post that says so, None for none.
    """

    name: str
    amount: str
    unit: str
    per: str | None
    others: tuple[str, ...]
    doubtful: bool = False
    state: str = "wanted"
    arrived: str = ""
    left: str = ""
    said: UpdateView | None = None

    @property
    def struck(self) -> bool:
        """Whether nothing of it is wanted any longer."""
        return self.state in SETTLED


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstituteView:
    """Other goods, `name`, that are offered instead of `goods`, and why; not answered yet."""

    id: int
    goods: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The list that somebody is on who asked for nothing.

    name: of the campaign, "" for a warning. script: which is read. notice: what they are told.
    event: what happened to them.
    """

    name: str
    script: str
    notice: str = ""
    event: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """A case as an agent sees it.

    facility, facilities: who needs; hosts: where visiting teams of theirs work.
    place: where the goods must go; homes: whence teams came that work elsewhere.
    agreed_at: the time that was agreed and still holds.
    quiet: the disposition for which nobody calls of their own accord and the lead is needed.
    clashes: outcomes that were noted without knowing each other. turned: posts that took back.
    facts: what speaks against it and for it.
    said: what later posts say of it, the newest first. stop: the one since which nobody calls.
    question: the one to ask about first, None where somebody answered since, or there is none.
    hearsay: the newest of somebody else, None where somebody answered since, or there is none.
    numbers: of the posts that say them, as the page counts posts, by the updates' ids.
    handed: how the case came from a colleague. substitutes: goods to ask the ward about.
    listed: the list or warning that it came by, None for a plea; `facility` is then the person
        where no facility is named.
    """

    id: int
    agent: str | None
    closed: bool
    facility: str | None
    facilities: tuple[str, ...]
    hosts: tuple[str, ...]
    place: str
    homes: tuple[str, ...]
    level: str | None
    urgency: str
    goods: tuple[GoodsView, ...]
    rungs: tuple[RungView, ...]
    posts: tuple[PostView, ...]
    first_at: datetime
    callbacks: tuple[Callback, ...]
    agreed_at: datetime | None
    unanswered: int
    quiet: str | None
    clashes: tuple[Clash, ...]
    turned: tuple[Turned, ...]
    facts: tuple[Fact, ...]
    said: tuple[UpdateView, ...]
    stop: UpdateView | None
    question: UpdateView | None
    hearsay: UpdateView | None
    numbers: Mapping[int, int]
    handed: HandOver | None
    substitutes: tuple[SubstituteView, ...]
    listed: Listed | None = None

    @property
    def script(self) -> str:
        """Which script is read: "call", or that of its list."""
        return self.listed.script if self.listed else "call"

    @property
    def ending(self) -> str:
        """The last disposition that ended the case, "" where none did."""
        by_code = dispositions()
        codes = [callback.disposition for callback in self.callbacks[::-1]]
        return next((code for code in codes if code in by_code and by_code[code].ends_case), "")

    @property
    def goods_words(self) -> str:
        """The goods by name, in Chinese."""
        return "、".join(goods.name for goods in self.meant)

    @cached_property
    def meant(self) -> tuple[GoodsView, ...]:
        """The goods to speak of: those still wanted, or where none is, all there were."""
        return tuple(goods for goods in self.goods if not goods.struck) or self.goods

    @property
    def person(self) -> str:
        """Who answers the contact to try next, where that is known."""
        proposed = [rung.who for rung in self.rungs if rung.proposed]
        return next(iter(proposed), "")

    @cached_property
    def usable(self) -> tuple[RungView, ...]:
        """The contacts against which no mark stands."""
        return tuple(rung for rung in self.rungs if not rung.barred)

    @cached_property
    def number(self) -> str | None:
        """The first telephone number with its middle hidden, for the list."""
        dialled = [rung for rung in self.usable if rung.dialled]
        return part_hidden(dialled[0].value) if dialled else None

    @property
    def only_passed_on(self) -> bool:
        """Whether every number and account was left by someone who passed the plea on."""
        rungs = [rung for rung in self.usable if rung.kind != "post"]
        return bool(rungs) and all(rung.passed_on for rung in rungs)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedView:
    """A case that may be one with another.

    reason: what they share. against: what speaks against it.
    """

    other: CaseView
    reason: str
    against: str


def names_of(case: Case) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who needs goods, the host where nobody else is named, and the other hosts."""
    concerned = [span for need in case.needs for span in need.reading.concerned]
    needing = distinct(span.text for span in concerned if span.role == "needing")
    hosts = tuple(
        name
        for name in distinct(span.text for span in concerned if span.role == "host")
        if name not in needing
    )
    return needing or hosts[:1], hosts if needing else hosts[1:]


def case_view(
    standing: Standing,
    named_for: Facilities,
    substitutes: Sequence[SubstituteView] = (),
    listed: Listed | None = None,
) -> CaseView:
    """Return what a page shows of a case.

    named_for: of each number, by its key, the facilities that posts gave it for.
    substitutes: of its goods. listed: the list that it came by.
    """
    case, proposal, quiet = standing.case, standing.proposal, standing.quiet
    facilities, hosts = names_of(case)
    if listed and not facilities:
        contacts = (rung.contact for rung in standing.rungs)
        facilities = distinct(contact.person for contact in contacts if contact.person)
    level, words = urgency(live_needs(case))
    thread = thread_of(case)
    posts = post_views(thread)
    said = tuple(post.said for post in posts if post.said)
    return CaseView(
        id=case.id,
        agent=case.agent,
        closed=case.closed,
        facility=facilities[0] if facilities else None,
        facilities=facilities[1:],
        hosts=hosts,
        place=place_words(standing.where.places),
        homes=tuple(" ".join(distinct(filter(None, home))) for home in standing.where.homes[:2]),
        level=level,
        urgency=words,
        goods=goods_of(case),
        rungs=tuple(rung_views(case, standing.rungs, proposal)),
        posts=posts,
        first_at=case.first_at,
        callbacks=case.callbacks,
        agreed_at=proposal.agreed_at,
        unanswered=proposal.unanswered,
        quiet=quiet.callback.disposition if quiet else None,
        clashes=clashes(case),
        turned=turned(thread, case.first_at),
        facts=facts_of(case, standing.numbers, named_for, standing.where),
        said=said,
        stop=update_view(standing.stop) if standing.stop else None,
        numbers={entry.update.id: entry.number for entry in thread if entry.update},
        question=_unasked(case, said, own=True),
        hearsay=_unasked(case, said, own=False),
        handed=case.handed,
        substitutes=tuple(substitutes),
        listed=listed,
    )


def _unasked(case: Case, said: Sequence[UpdateView], *, own: bool) -> UpdateView | None:
    """Return the newest that the case's own voice says, or somebody else; None once asked."""
    by_code = dispositions()
    answered = [
        callback.counted_at
        for callback in case.callbacks
        if callback.disposition in by_code and by_code[callback.disposition].number == "reached"
    ]
    newest = next((one for one in said if one.own == own), None)
    return newest if newest and all(at < newest.at for at in answered) else None


def turned(thread: Sequence[ThreadPost], first_at: datetime) -> tuple[Turned, ...]:
    """Return which posts of a case took something back: edited ones, or later than the first.

    Words that a post had when it was read as a plea count only against an earlier post. What was
    read as an update tells more, and is not told twice.
    """
    posts = []
    for entry in thread:
        if entry.joined is None or entry.update:
            continue
        now, then = entry.post.words, entry.joined.need.words
        edited = now != then
        for words, turn in _turns():
            if words in now and (words not in then if edited else entry.post.at > first_at):
                posts.append(Turned(number=entry.number, words=words, turn=turn, edited=edited))
                break
    return tuple(posts)


@cache
def _turns() -> tuple[tuple[str, str], ...]:
    """Return the words that take back, the longest first."""
    rows = [(row[0], row[1]) for row in data.read_table("lexicons/turned.tsv")]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


def distinct(words: Iterable[str]) -> tuple[str, ...]:
    """Return words without repetition, in order."""
    return tuple(dict.fromkeys(words))


def place_words(places: Iterable[Place]) -> str:
    """Return places in words: province, city, county once each, or the post's own words."""
    names: list[str] = []
    for place in places:
        parts = distinct(p for p in (place.province, place.city, place.county) if p)
        words = " ".join(parts) or place.text
        if not any(words in name for name in names):
            names = [name for name in names if name not in words] + [words]
    return "；".join(names[:3])


def amount_of(item: Item) -> str:
    """Return the amount of goods as an agent would write it: 40, 40-60, 若干, or nothing."""
    if item.quantity is None:
        return item.quantity_text or ""
    amount = f"{item.quantity:.10g}"
    return f"{amount}-{item.quantity_max:.10g}" if item.quantity_max is not None else amount


def goods_of(case: Case) -> tuple[GoodsView, ...]:
    """Return the goods of a case by name, those still wanted first.

    The amount is that of the newest statement that tells one, else the first that is told at all;
    the others stand beside it.
    """
    items_by_name: dict[str, list[Item]] = {}
    for need in case.needs:
        for item in need.reading.items:
            items_by_name.setdefault(item.name, []).append(item)
    views = []
    for name, state in goods_states(case).items():
        items = items_by_name.get(name, [])
        items.sort(key=lambda item: (not amount_of(item), item.quantity != state.quantity))
        amount, unit = (amount_of(items[0]), items[0].unit or "") if items else ("", "")
        if state.update:
            newest = state.left if state.state == "part" else state.quantity
            amount, unit = amount_words(newest, None) or amount, state.unit or unit
        arrived, left = state_words(state)
        told = distinct(f"{amount_of(item)}{item.unit or ''}" for item in items)
        views.append(
            GoodsView(
                name=name,
                amount=amount,
                unit=unit,
                per=items[0].per if items else None,
                others=tuple(words for words in told if words and words != f"{amount}{unit}"),
                doubtful=bool(items and items[0].doubtful),
                state=state.state,
                arrived=arrived,
                left=left,
                said=update_view(state.update) if state.update else None,
            )
        )
    return tuple(sorted(views, key=lambda goods: goods.struck))
