"""A case's posts as one thread, newest first, and what later ones say: a case in, views out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.calling.goods import GoodsState
from monitor.masking import safe_url
from monitor.types import Case, CaseUpdate, KnownContact, Need, UpdatedGoods

SHOWN = 80  # posts of a thread, the newest
EXCERPT = 120  # characters of a plea in the thread; the whole stands in its PostView


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateGoodsView:
    """What a later post says of one kind of goods.

    state: "enough", "arrived" or "wanted". amount: how much arrived or is wanted, with its unit;
        left: how much more is lacking. "" where the post does not tell.
    """

    name: str
    state: str
    amount: str
    left: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateView:
    """What a later post says of a case.

    id: as `distress case update-undo` takes it.
    author: "" where the source tells none. url: the post's, where that is an ordinary address.
    own: whether the case's own voice says it; else it changes nothing ("someone says").
    effect: "enough_all", "enough_some", "arrived_all", "arrived_some", "denied", "do_not_call",
        "contact_change", "more" or "again". reason: why the post is taken to speak of this case.
    statement: the very words.
    unwanted: contacts that it asks not to call. new_contacts: whom to call instead.
    """

    id: int
    source: str
    author: str
    at: datetime
    url: str | None
    own: bool
    effect: str
    reason: str
    statement: str
    goods: tuple[UpdateGoodsView, ...]
    unwanted: tuple[KnownContact, ...]
    new_contacts: tuple[KnownContact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadEntry:
    """One post of a case's thread.

    voice: who speaks, counted from 1; one author at one source has one number.
    number: of the plea as the page counts posts (PostView.number), None for an update.
    firsthand: whether the people in need speak themselves. words: of a plea the beginning, of an
        update the statement. said: the update.
    """

    voice: int
    source: str
    author: str
    at: datetime
    url: str | None
    firsthand: bool
    words: str
    number: int | None
    said: UpdateView | None


def update_view(update: CaseUpdate) -> UpdateView:
    """Return what a later post says, as pages show it."""
    return UpdateView(
        id=update.id,
        source=update.post.source,
        author=update.post.author or "",
        at=update.said_at,
        url=safe_url(update.post.url),
        own=update.own,
        effect=update.effect,
        reason=update.reason,
        statement=update.statement,
        goods=tuple(map(_goods_view, update.goods)),
        unwanted=update.unwanted,
        new_contacts=update.new_contacts,
    )


def _goods_view(goods: UpdatedGoods) -> UpdateGoodsView:
    return UpdateGoodsView(
        name=goods.name,
        state=goods.state,
        amount=amount_words(goods.quantity, goods.unit),
        left=amount_words(goods.left, goods.unit),
    )


def amount_words(quantity: float | None, unit: str | None) -> str:
    """Return an amount with its unit, "" for None."""
    return "" if quantity is None else f"{quantity:.10g}{unit or ''}"


def state_words(state: GoodsState) -> tuple[str, str]:
    """Return how much of goods has arrived and how much is left, "" where that is not told."""
    return amount_words(state.arrived, state.unit), amount_words(state.left, state.unit)


def thread_of(case: Case) -> tuple[ThreadEntry, ...]:
    """Return the pleas and updates of a case, newest first, with who says each."""
    voices: dict[tuple[str, str], int] = {}
    pleas = [(need.post.at, 0, number, need) for number, need in enumerate(case.needs, 1)]
    updates = [(update.said_at, 1, update.id, update) for update in case.updates]
    entries = []
    events: list[tuple[datetime, int, int, Need | CaseUpdate]] = [*pleas, *updates]
    for at, _, number, told in sorted(events, key=lambda entry: entry[:3]):
        said = None if isinstance(told, Need) else update_view(told)
        firsthand = told.reading.voice == "firsthand" if isinstance(told, Need) else told.own
        post = told.post
        who = (post.source, post.author_id or post.author or f"#{post.id}")
        entries.append(
            ThreadEntry(
                voice=voices.setdefault(who, len(voices) + 1),
                source=post.source,
                author=post.author or "",
                at=at,
                url=safe_url(post.url),
                firsthand=firsthand,
                words=said.statement if said else told.words[:EXCERPT],
                number=None if said else number,
                said=said,
            )
        )
    return tuple(entries[::-1][:SHOWN])
