"""Contacts for the rules of calling: words that somebody typed in, a contact with its key out."""

from __future__ import annotations

from classifiers.contacts.typed import read_typed
from monitor.errors import DistressError
from monitor.types import KINDS, KnownContact


def typed_contact(
    words: str, *, kind: str | None = None, person: str | None = None, role: str | None = None
) -> KnownContact:
    """Return the contact that somebody typed, with the person that the words name beside it.

    kind, person, role: as somebody else told them; a kind is kept unless the words read otherwise.
    Raises DistressError where nothing is left of the words without what cannot be seen.
    """
    reading = read_typed(words, kind if kind in KINDS else None)
    if reading is None:
        raise DistressError(f"{words!r} is not a valid contact; give a number or an id")
    return KnownContact(
        kind=reading.kind,
        value=reading.value,
        person=person or reading.person,
        role=role or None,
        typed=words if words != reading.value else None,
    )
