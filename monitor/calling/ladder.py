"""The ways to reach those who need: a case and the marks of contacts in, rungs out, best first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.calling.goods import own_updates
from monitor.calling.hours import number_zone
from monitor.types import DIALLED, KINDS, Callback, Case, KnownContact, Mark

IN_POST = "the post asks not to call it"
AUTHORS = 3  # authors of posts that are written to; a plea may have been passed on by hundreds


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One contact of a case.

    passed_on: whether it was left by someone who passed the plea on.
    barred: the mark for which it is not to be used, None where it may be.
    tried: the case's callbacks to this contact, oldest first.
    zone: the local time that a foreign number tells, None where the place tells it.
    """

    contact: KnownContact
    passed_on: bool = False
    barred: Mark | None = None
    tried: tuple[Callback, ...] = ()
    zone: str | None = None

    @property
    def dialled(self) -> bool:
        """Whether it is a telephone number."""
        return self.contact.kind in DIALLED

    def usable(self, now: datetime) -> bool:
        """Tell whether no mark stands against it; a mark may end after the ladder was made."""
        mark = self.barred
        return mark is None or (mark.until is not None and mark.until <= now)


def ladder(case: Case, marks: Mapping[tuple[str, str], Mark]) -> tuple[Rung, ...]:
    """Return the contacts of a case, the one to try first at the front.

    Those named in a callback come first, the last named before the others; then those that the
    case's own voice names later to be called instead; then by kind in the order of KINDS, within a
    kind those left by the people in need themselves first. Marked ones stay, to be shown with the
    reason, and so do those that a post asks not to call.
    marks: by key, as store.marks.standing() returns them.
    """
    own = own_updates(case)
    new_contacts = [c.new_contact for c in reversed(case.callbacks) if c.new_contact]
    contacts_by_key: dict[tuple[str, str], tuple[KnownContact, bool]] = {}
    unwanted = _unwanted(case)
    new_contacts += [c for update in reversed(own) for c in update.new_contacts]
    for contact in new_contacts:
        contacts_by_key.setdefault(contact.key, (contact, False))
    for contact, passed_on in sorted(_contacts_in_posts(case), key=_rank):
        contacts_by_key.setdefault(contact.key, (contact, passed_on))
    return tuple(
        Rung(
            contact=contact,
            passed_on=passed_on,
            barred=marks.get(key) or unwanted.get(key),
            tried=case.callbacks
            and tuple(c for c in case.callbacks if c.contact and c.contact.key == key),
            zone=number_zone(contact),
        )
        for key, (contact, passed_on) in contacts_by_key.items()
    )


def _unwanted(case: Case) -> dict[tuple[str, str], Mark]:
    """Return the contacts that a post asks not to call, by key, as marks without end."""
    asked = [
        (KnownContact(kind=c.kind, value=c.dialled), need.post.at)
        for need in case.needs
        for c in need.reading.contacts
        if c.do_not_call
    ]
    asked += [(c, update.said_at) for update in own_updates(case) for c in update.unwanted]
    return {
        contact.key: Mark(
            contact=contact, mark="barred", reason=IN_POST, until=None, actor="", at=at
        )
        for contact, at in asked
    }


def _rank(entry: tuple[KnownContact, bool]) -> tuple[int, bool]:
    contact, passed_on = entry
    return KINDS.index(contact.kind) if contact.kind in KINDS else len(KINDS), passed_on


def _contacts_in_posts(case: Case) -> list[tuple[KnownContact, bool]]:
    """Return the contacts that the posts left, and their authors, with whether passed on."""
    contacts: list[tuple[KnownContact, bool]] = []
    authors: list[tuple[KnownContact, bool]] = []
    for need in case.needs:
        passed_on = need.reading.voice == "passed on"
        for c in need.reading.contacts:
            contact = KnownContact(kind=c.kind, value=c.dialled, person=c.person, role=c.role)
            contacts.append((contact, passed_on))
        if need.post.url:
            author = KnownContact(kind="post", value=need.post.url, person=need.post.author)
            authors.append((author, passed_on))
    return contacts + sorted(authors, key=_rank)[:AUTHORS]


def contacts_of(case: Case) -> tuple[KnownContact, ...]:
    """Return the numbers and ids of a case, each once; the authors of its posts are left out."""
    return tuple(rung.contact for rung in ladder(case, {}) if rung.contact.kind != "post")


def numbers_of(case: Case) -> tuple[KnownContact, ...]:
    """Return the telephone numbers of a case."""
    return tuple(contact for contact in contacts_of(case) if contact.kind in DIALLED)


def is_barred(case: Case, marked_keys: Collection[tuple[str, str]]) -> bool:
    """Tell whether a case has contacts, and none that may be tried.

    marked_keys: keys of the contacts that are wrong, dead or not to be called.
    """
    rungs = [rung for rung in ladder(case, {}) if rung.contact.kind != "post"]
    return bool(rungs) and all(rung.barred or rung.contact.key in marked_keys for rung in rungs)


def meant_by_mark(case: Case, mark: str, before: KnownContact | None) -> tuple[KnownContact, ...]:
    """Return the contacts that a mark is for where the outcome does not say which was tried.

    The only number of a case is meant in any case. Of several, "wrong" and "dead" are for none:
    to lose a number that answers would be worse. "barred" is for the one that was tried `before`,
    else for all of them: to call somebody who asked for peace would be worse. A case without
    numbers is barred with whatever it has.
    """
    numbers = numbers_of(case)
    if len(numbers) == 1:
        return numbers
    if mark != "barred":
        return ()
    if before:
        return (before,)
    return numbers or contacts_of(case)
