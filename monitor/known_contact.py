"""Read a contact as a person typed it: a number or an id in, kind and plain value out."""

from __future__ import annotations

import re

from classifiers.phones import find_phones
from monitor.types import KnownContact

KINDS = ("mobile", "phs", "landline", "wechat", "qq", "email", "post")


def known_contact(
    value: str, *, kind: str | None = None, person: str | None = None, role: str | None = None
) -> KnownContact:
    """Return a contact; without a kind, the value tells it.

    A number that no telephone has (too short, an extension alone) is kept as a landline's, digits
    and all: what someone heard on the phone is not thrown away.
    """
    words = value.strip()
    if kind in KINDS:
        return KnownContact(kind=kind, value=words, person=person or None, role=role or None)
    phones = find_phones(words)
    if phones:
        found = phones[0].kind, phones[0].value
    elif re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", words):
        found = "email", words
    elif re.fullmatch(r"(?i)qq\D{0,3}\d{5,12}", words):
        found = "qq", re.sub(r"\D", "", words)
    elif re.fullmatch(r"https?://\S+", words):
        found = "post", words
    elif re.fullmatch(r"[+\d][\d\s()-]{2,}", words):
        found = "landline", re.sub(r"[^\d+-]", "", words)
    else:
        named = re.match(r"(?i)(?:微信|wechat|vx|wx)[号:：\s]*", words)
        found = "wechat", words[named.end() :] if named else words
    return KnownContact(kind=found[0], value=found[1], person=person or None, role=role or None)
