"""Make cases without a store: contacts, goods and words in, a case as the line knows it out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from classifiers.need import Contact, Item, Reading, Urgency
from monitor.types import Callback, Case, Joined, KnownContact, Need, StoredPost

MORNING = datetime(2026, 2, 12, 1, 0, tzinfo=UTC)  # 09:00 in Wuhan


def need_of(
    number: int,
    *contacts: tuple[str, str],
    at: datetime = MORNING,
    url: str | None = None,
    author: str | None = None,
    passed_on: bool = False,
    urgency: tuple[str, str] | None = None,
    items: Sequence[Item] = (),
) -> Need:
    """Return a need with contacts given as kind and value, urgency as level and words."""
    reading = Reading(
        flagged=True,
        score=0.9,
        label="request",
        contacts=tuple(
            Contact(text=value, start=0, end=1, kind=kind, value=value) for kind, value in contacts
        ),
        items=tuple(items),
        voice="passed on" if passed_on else "firsthand",
        urgency=Urgency(text=urgency[1], start=0, end=1, level=urgency[0]) if urgency else None,
    )
    post = StoredPost(
        id=number,
        source="made",
        source_id=str(number),
        text="求助",
        digest="",
        first_seen_at=at,
        url=url,
        author=author,
        posted_at=at,
    )
    return Need(id=number, post=post, words=post.words, reading=reading)


def case_of(number: int, *needs: Need, callbacks: Sequence[Callback] = ()) -> Case:
    """Return a case with these needs and callbacks."""
    joined = tuple(
        Joined(need=need, reason="first", matched_need_id=None, joined_at=MORNING) for need in needs
    )
    return Case(id=number, opened_at=MORNING, joined=joined, callbacks=tuple(callbacks))


def callback_of(disposition: str, contact: tuple[str, str] | None = None, **more: Any) -> Callback:
    """Return a callback of case 1 to a contact given as kind and value."""
    minutes = more.pop("minutes", 0)
    tried = KnownContact(kind=contact[0], value=contact[1]) if contact else None
    return Callback(
        id=f"callback-{minutes}",
        case_id=1,
        agent="云落",
        disposition=disposition,
        attempted_at=MORNING + timedelta(minutes=minutes),
        contact=tried,
        **more,
    )


def item_of(name: str, quantity: float | None, unit: str = "只", per: str | None = None) -> Item:
    """Return goods asked for."""
    return Item(text=name, start=0, end=1, name=name, quantity=quantity, unit=unit, per=per)
