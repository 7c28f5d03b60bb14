"""A case's posts as one thread, newest first, and what later ones say: a case in, views out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.calling.goods import GoodsState
from monitor.masking import safe_url
from monitor.types import Case, CaseUpdate, Joined, KnownContact, StoredPost, UpdatedGoods


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


@dataclass(frozen=True, slots=True)
class ThreadPost:
    """A post of a case: with the need that was read in it, with what it says later, or both."""

    number: int
    post: StoredPost
    joined: Joined | None = None
    update: CaseUpdate | None = None


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


def thread_of(case: Case) -> tuple[ThreadPost, ...]:
    """Return the posts of a case as the page counts them, the oldest first."""
    updates = {update.post.id: update for update in case.updates}
    entries: list[tuple[StoredPost, Joined | None, CaseUpdate | None]] = []
    for joined in sorted(case.joined, key=lambda one: -one.need.id):
        # Of a post that was edited, the latest words are those that say what changes.
        update = updates.pop(joined.need.post.id, None)
        entries.append((joined.need.post, joined, update))
    entries += [(update.post, None, update) for update in updates.values()]
    entries.sort(key=lambda entry: (entry[0].at, entry[1].need.id if entry[1] else 0))
    return tuple(ThreadPost(number, *entry) for number, entry in enumerate(entries, 1))
