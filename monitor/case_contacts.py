"""The ways to reach the people of a case: a case in, its contacts out, and which may be tried."""

from __future__ import annotations

from collections.abc import Collection

from monitor.ladder import ladder
from monitor.types import DIALLED, Case, KnownContact


def contacts_of(case: Case) -> tuple[KnownContact, ...]:
    """Return the numbers and ids of a case, each once; the authors of its posts are no part."""
    return tuple(rung.contact for rung in ladder(case, {}) if rung.contact.kind != "post")


def numbers_of(case: Case) -> tuple[KnownContact, ...]:
    """Return the telephone numbers of a case."""
    return tuple(contact for contact in contacts_of(case) if contact.kind in DIALLED)


def is_barred(case: Case, marked: Collection[tuple[str, str]]) -> bool:
    """Tell whether a case has contacts, and none that may be tried.

    marked: keys of the contacts that are wrong, dead or not to be called.
    """
    found = contacts_of(case)
    return bool(found) and all(contact.key in marked for contact in found)


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
