"""Find phone numbers: a normalised text goes in, mobiles, landlines, PHS and others come out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import phonenumbers

from data import read_words

_DASH = r"[-\u2010-\u2015\u2212]"
_GAP = rf"(?: ?{_DASH} ?| {{1,2}})"
_AREA = r"0(?:10|2\d|[3-9]\d\d)"
_BARRED = re.compile(
    r"https?://\S{1,300}"
    r"|(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?!\d)"
    r"|(?<!\d)(?:\d{4}[ -]){3,4}\d{1,4}(?!\d)"
    r"|(?<![A-Za-z])[A-Z]{2}\d{11,20}"
)
_MOBILE = re.compile(
    rf"(?<!\d)(?<!\d-)(?:(?:\+|00)?86[- ]{{0,2}})?0?(1[3-9]\d(?:{_GAP}?\d){{8}})(?!\d)(?!-\d{{4,}})"
)
_GROUPS = {(11,), (3, 4, 4), (3, 3, 5), (3, 5, 3), (4, 3, 4), (5, 6), (3, 8), (7, 4), (5, 3, 3)}
_TWO_MOBILES = re.compile(r"(?<!\d)(1[3-9]\d{9})(1[3-9]\d{9})(?!\d)")
_EXTENSION = r"(?: ?(?:转|分机号?|[Ee]xt\.?) ?:? ?(?P<extension>\d{1,6})(?!\d))?"
_LANDLINE = re.compile(
    rf"(?<!\d)(?<!\d[-.])(?:(?:\+|00)86[- ]{{0,2}})?"
    rf"(?:\((?P<a>{_AREA})\) ?(?:{_DASH} ?)?|(?P<b>{_AREA})(?P<gap>{_GAP})?)"
    rf"(?P<local>\d{{3,4}}{_GAP}\d{{4}}|\d{{7,8}})(?=1[3-9]\d{{9}}(?!\d)|(?!\d))"
    rf"(?: ?(?:转|分机号?|[Ee]xt\.?|{_DASH}) ?:? ?(?P<extension>\d{{1,6}})(?!\d))?"
)
_TAIWAN = re.compile(r"(?<!\d)(?<!\d[-.])0(?:[2-8]|37|49|82|89)-[2-9]\d{6,7}(?!\d)(?!-\d)")
_NEXT = re.compile(rf" ?(?:[/、,;或和]|  ?)(?:或者)? ?([2-8]\d{{2,3}}{_GAP}?\d{{4}})(?!\d)(?!-\d)")
_LOCAL = re.compile(
    rf"(?:电话|座机|热线|联系方式|传真|[Tt][Ee][Ll]|总机|值班室?|办公室|小灵通)(?:号码?)?[是为:\s(.]{{0,3}}"
    rf"(?P<local>[2-8]\d{{2,3}}{_GAP}?\d{{4}})(?!\d)(?! ?[例个人元只套万名件箱年]){_EXTENSION}"
)
_TOLL_FREE = re.compile(
    rf"(?<!\d)(?<!\d[-.])(?P<number>[48]00(?:{_GAP}?\d){{7}})(?!\d){_EXTENSION}"
)
_ABROAD = re.compile(r"(?:\+|(?<!\d)00)(?!86)[1-9][\d\-() ]{6,18}\d")
_PHS = re.compile(r"小灵通\D{0,6}$")
_NO_ALNUM = re.compile(r"\D")


class Phone(NamedTuple):
    """A number at `start` to `end`; kind as in `Contact`, value as it is dialled."""

    start: int
    end: int
    kind: str
    value: str


@cache
def _no_contact() -> re.Pattern[str]:
    """Return a pattern that matches text ending in a word after which a number reaches nobody."""
    words = "|".join(map(re.escape, read_words("lexicons/contact_not.txt")))
    return re.compile(rf"(?:{words})(?:号码?)?[是为:\s()、]{{0,3}}$")


def bar(text: str) -> str:
    """Return `text` with links and identity, card and courier numbers blanked, same length."""
    return _BARRED.sub(lambda match: "□" * len(match[0]), text)


def is_named_otherwise(text: str, start: int) -> bool:
    """Tell whether the words right before `start` say that the number there reaches nobody."""
    return bool(_no_contact().search(text[max(0, start - 12) : start]))


def find_phones(text: str) -> list[Phone]:
    """Return the phone numbers of a normalised text in order, none overlapping another."""
    open_text = bar(text)
    kept: list[Phone] = []
    free_from = 0
    for phone in sorted(_candidates(open_text), key=lambda p: (p.start, -p.end)):
        if phone.start >= free_from and not is_named_otherwise(open_text, phone.start):
            kept.append(phone)
            free_from = phone.end
    return kept


def _candidates(text: str) -> Iterator[Phone]:
    """Yield whatever looks like a phone number, overlaps included."""
    for match in _TWO_MOBILES.finditer(text):
        for group in (1, 2):
            yield Phone(match.start(group), match.end(group), "mobile", match[group])
    for match in _MOBILE.finditer(text):
        if tuple(map(len, re.findall(r"\d+", match[1]))) in _GROUPS:
            yield Phone(match.start(1), match.end(1), "mobile", _digits(match[1]))
    for match in _TOLL_FREE.finditer(text):
        value = _digits(match["number"]) + _extension(match)
        yield Phone(match.start(), match.end(), "landline", value)
    yield from _landlines(text)
    yield from _abroad(text)


def _landlines(text: str) -> Iterator[Phone]:
    """Yield numbers with an area code, those after them that share it, and named local ones."""
    for match in _LANDLINE.finditer(text):
        area, local = match["a"] or match["b"], _digits(match["local"])
        if not (match["a"] or match["gap"]) and local[0] in "019":
            continue
        kind = _kind(text, match.start())
        value = f"{area}-{local}{_extension(match)}"
        yield Phone(match.start(), match.end(), kind, value)
        following = _NEXT.match(text, match.end())
        while following:
            value = f"{area}-{_digits(following[1])}"
            yield Phone(following.start(1), following.end(1), kind, value)
            following = _NEXT.match(text, following.end())
    for match in _TAIWAN.finditer(text):
        yield Phone(match.start(), match.end(), "landline", match[0])
    for match in _LOCAL.finditer(text):
        start = match.start("local")
        value = _digits(match["local"]) + _extension(match)
        yield Phone(start, match.end(), _kind(text, start), value)


def _abroad(text: str) -> Iterator[Phone]:
    """Yield numbers with a foreign country code that can exist."""
    for match in _ABROAD.finditer(text):
        try:
            number = phonenumbers.parse("+" + match[0].lstrip("+0"), None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
            value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            yield Phone(match.start(), match.end(), "mobile" if mobile else "landline", value)


def _kind(text: str, start: int) -> str:
    """Return the kind of a number in the fixed network that stands at `start`."""
    return "phs" if _PHS.search(text[max(0, start - 10) : start]) else "landline"


def _extension(match: re.Match[str]) -> str:
    """Return the extension that a number goes on with, behind a dash."""
    return f"-{match['extension']}" if match["extension"] else ""


def _digits(text: str) -> str:
    """Return the digits of `text`."""
    return _NO_ALNUM.sub("", text)
