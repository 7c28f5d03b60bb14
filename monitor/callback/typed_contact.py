"""Read a contact as a person typed it: a number or an id in, kind and plain value out."""

from __future__ import annotations

import re
import unicodedata

from classifiers.contacts.phones import find_phones
from classifiers.normalise import normalise
from monitor.errors import DistressError
from monitor.types import KnownContact

KINDS = ("mobile", "phs", "landline", "wechat", "qq", "email", "post")
_CALLED = re.compile(r"(?i)(?:联系电话|电话|手机|座机|微信|wechat|vx|wx|qq|tel)(?:号码?)?")
_PUNCTUATION = " \t\n\u3000:,;、，。；：()（）"
_AREA_ABROAD = re.compile(r"^(?:\+|00)86[\s-]*(?:\(0\)|0)?[\s-]*(?=[2-9]|10)")


def known_contact(
    value: str, *, kind: str | None = None, person: str | None = None, role: str | None = None
) -> KnownContact:
    """Return a contact; without a kind, the value tells it.

    A number that no telephone has (too short, an extension alone) is kept as a landline's, digits
    and all: what someone heard on the phone is not thrown away. Full-width signs and the country's
    code before an area code are plain in the result, so that one contact has one value.
    Raises DistressError where nothing is left without what cannot be seen.
    """
    words = "".join(char for char in value if char.isprintable()).strip()
    if not words:
        raise DistressError(f"{value!r} is no contact; give a number or an id")
    if kind != "post" and not words.startswith(("http:", "https:")):
        words = _AREA_ABROAD.sub("0", unicodedata.normalize("NFKC", words).strip())
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


def person_and_contact(words: str) -> KnownContact:
    """Return the contact of words such as 王老师 13800138222, with the person before it.

    Raises DistressError where there is no contact in them.
    """
    words = words.strip()
    phones = find_phones(normalise(words))  # which moves no character
    if phones:
        phone = phones[0]
        person = _CALLED.sub("", words[: phone.start]).strip(_PUNCTUATION)
        return KnownContact(kind=phone.kind, value=phone.value, person=person or None)
    person, _, rest = words.partition(" ")
    if rest and not re.search(r"[\d@]", person) and not _CALLED.match(person):
        return known_contact(rest, person=person.strip(_PUNCTUATION))
    return known_contact(words)
