"""The contact ladder as a page shows it: rungs in, lines with what was tried and barred out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from classifiers.need import Contact
from monitor.calling.contacts import is_public_service
from monitor.calling.goods import own_updates
from monitor.calling.ladder import Rung
from monitor.calling.next_call import NextCall
from monitor.masking import grouped, part_hidden, safe_url
from monitor.types import Callback, Case, KnownContact, Need


@dataclass(frozen=True, slots=True, kw_only=True)
class RungView:
    """A way to reach someone, with the words around it in the post.

    who: the person and the role as the post or the phone tells them, empty where neither does.
    passed_on: whether someone else than the people in need left it. heard: on the phone.
    barred: the mark for which it is not to be used: "wrong", "dead" or "barred", else empty.
    until: when that ends. last, tries: the last attempt with it, and how many there were.
    folded: whether it is one of the posts, and there are better ways.
    asked_by: the id of the update that asks not to call it, which is for a person to confirm, so
        that it is barred for all cases; None where none does, a person did, or nobody may bar it.
    """

    kind: str = ""
    who: str = ""
    value: str = ""
    shown: str = ""
    before: str = ""
    after: str = ""
    passed_on: bool = False
    heard: bool = False
    barred: str = ""
    until: datetime | None = None
    last: Callback | None = None
    tries: int = 0
    dialled: bool = False
    proposed: bool = False
    folded: bool = False
    asked_by: int | None = None

    @property
    def url(self) -> str | None:
        """The address of the post it is, where that is an ordinary one."""
        return safe_url(self.value) if self.kind == "post" else None


BLANK = RungView()


def rung_views(case: Case, rungs: Sequence[Rung], proposal: NextCall | None) -> list[RungView]:
    """Return the lines of a case's ladder, best first; `proposal` marks the one to use next."""
    mentions = dict(_mentions(case.needs))
    phone_keys = {c.new_contact.key for c in case.callbacks if c.new_contact}
    next_key = proposal.contact.key if proposal and proposal.contact else None
    number = any(rung.dialled and rung.barred is None for rung in rungs)
    asked_by = {c.key: update.id for update in own_updates(case) for c in update.unwanted}
    views = []
    for rung in rungs:
        contact, key = rung.contact, rung.contact.key
        need, span = mentions.get(key, (None, None))
        before, after = _around(need, span) if need and span else ("", "")
        views.append(
            RungView(
                kind=contact.kind,
                who=who_words(contact),
                value=contact.value,
                shown=_contact_words(contact),
                before=before,
                after=after,
                passed_on=rung.passed_on,
                heard=key in phone_keys,
                barred=rung.barred.mark if rung.barred else "",
                until=rung.barred.until if rung.barred else None,
                last=rung.tried[-1] if rung.tried else None,
                tries=len(rung.tried),
                dialled=rung.dialled,
                proposed=key == next_key and rung.barred is None,
                folded=contact.kind == "post" and number,
                asked_by=asked_by.get(key) if _is_for_a_person(rung) else None,
            )
        )
    return views


def _is_for_a_person(rung: Rung) -> bool:
    """Tell whether a post alone bars a contact that a person may bar for all cases."""
    return bool(rung.barred and not rung.barred.actor) and not is_public_service(rung.contact)


def _contact_words(contact: KnownContact) -> str:
    """Return a contact as it is read out; a post by its author."""
    return contact.person or "" if contact.kind == "post" else grouped(contact.value)


def who_words(contact: KnownContact) -> str:
    """Return who answers as one is spoken to (李护士), or with the role in brackets."""
    if contact.kind == "post":
        return ""
    if contact.person and contact.role and len(contact.person) == 1:
        return f"{contact.person}{contact.role}"  # a surname alone goes with its title
    if contact.person and contact.role:
        return f"{contact.person}（{contact.role}）"
    return contact.person or contact.role or ""


def who_with_number(contact: KnownContact) -> str:
    """Return who answers a contact, with its middle hidden."""
    return f"{who_words(contact)} {part_hidden(contact.value)}".strip()


def _mentions(needs: Sequence[Need]) -> Iterator[tuple[tuple[str, str], tuple[Need, Contact]]]:
    """Yield where each contact stands in a post; the best place comes last, and so stays."""
    for passed_on in (True, False):
        for need in needs[::-1]:
            if (need.reading.voice == "passed on") == passed_on:
                for contact in need.reading.contacts[::-1]:
                    known_contact = KnownContact(kind=contact.kind, value=contact.dialled)
                    yield known_contact.key, (need, contact)


def _around(need: Need, span: Contact) -> tuple[str, str]:
    """Return the words before and after a contact, on its own line."""
    before = need.words[max(0, span.start - 12) : span.start]
    return before.rpartition("\n")[2], need.words[span.end : span.end + 8].partition("\n")[0]
