"""Contacts for the rules of calling: words that somebody typed in, a contact with its key out."""

from __future__ import annotations

import re
import unicodedata

from monitor.errors import DistressError
from monitor.types import DIALLED, KINDS, KnownContact

# Numbers that belong to everybody: emergency calls and public services of the mainland by its
# numbering plan (110, 119, 120, 122, 12345, 12320, 114, 10086, 95xxx, 96xxx), also behind an area;
# 112, 911 and 999 abroad.
_PUBLIC = re.compile(
    r"(?:0086|86)?(?:0?(?:10|2\d|[3-9]\d{2}))??"
    r"(?:11[0-9]|12[0-2]|999|911|12[1-3]\d\d|100\d\d|11185|95\d{3,4}|96\d{3,4})"
)


def typed_contact(
    words: str, *, kind: str | None = None, person: str | None = None, role: str | None = None
) -> KnownContact:
    """Return the contact that somebody typed, with the person that the words name beside it.

    kind, person, role: as somebody else told them; a kind is kept unless the words read otherwise.
    Raises DistressError where nothing is left of the words without what cannot be seen.
    """
    from classifiers.contacts.typed import read_typed

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


def is_public_service(contact: KnownContact) -> bool:
    """Tell whether a number is that of the police, of an ambulance or another service for all."""
    if contact.kind not in (*DIALLED, "wechat"):  # a few digits in words are read as an id
        return False
    digits = "".join(map(_digit, contact.value.partition("转")[0]))
    return bool(_PUBLIC.fullmatch(digits))


def check_markable(contact: KnownContact) -> None:
    """Raise DistressError for a number that no mark may take from everybody else's calls."""
    if is_public_service(contact):
        raise DistressError(
            f"{contact.value} is an emergency or public service number; it is never marked. Give "
            "the number of the person who asked not to be called"
        )


def _digit(char: str) -> str:
    """Return the digit that a sign is, itself for a letter, "" for what stands between digits."""
    value = unicodedata.numeric(char, -1.0)
    return str(int(value)) if value in range(10) else char * char.isalpha()
