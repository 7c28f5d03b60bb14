"""The telephone numbers of a cell that people typed: words in; numbers to dial, or why not, out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import phonenumbers

from classifiers.contacts.areas import area_of, is_local
from classifiers.contacts.phones import find_phones
from classifiers.contacts.typed import read_typed
from classifiers.need import Place
from classifiers.normalise import normalise
from monitor.calling.contacts import is_public_service
from monitor.types import DIALLED, KnownContact

# Why words of a cell are no number to dial, the one that tells most first.
PROBLEMS = (
    "dead PHS",
    "letters",
    "rounded",
    "public service",
    "too short",
    "too long",
    "no such number",
    "no area code",
    "name",
    "empty",
)
_LONGEST = 400  # characters of a cell that are read; no cell with numbers has more
_PARTS = re.compile(r"[/、,;|\n]|(?<=[\d)])[和或及与](?=\D{0,6}[\d(+])")
_NOTHING = re.compile(
    r"(?:[-—_.*?~ ]|无|没有|暂无|未知|不详|不明|未留|null|none|n/?a|nan|空)*", re.I
)
_ROUNDED = re.compile(r"\d(?:\.\d+)?e\+?\d{1,2}", re.I)
_LATIN = re.compile(r"[A-Za-z]")
_LABELS = re.compile(r"(?:tel|telephone|phone|mobile|mob|cell|ext)(?![a-z])", re.I)
# Texts reached the network of PHS telephones with this before the area's code and the number.
_PHS_OF_TEXTS = re.compile(r"0?106(10|2\d|[3-9]\d\d)[- ]?([2-8]\d{6,7})")
_PHS_WORD = re.compile(r"小灵通|小靈通|\bphs\b", re.I)


@dataclass(frozen=True, slots=True)
class CellNumber:
    """A number of a cell, or words of it that are none.

    words: as typed. contact: what is dialled; None where `problem`, one of PROBLEMS, says why not.
    area_from: the words of the address that told the area's code, "" where the cell has it.
    """

    words: str
    contact: KnownContact | None = None
    problem: str = ""
    area_from: str = ""


def numbers_in(
    cell: str, places: Sequence[Place] = (), *, column: str = "", dead_phs: Sequence[str] = ()
) -> tuple[CellNumber, ...]:
    """Return what stands in a cell for numbers, in order; nothing is guessed or completed.

    places: of the address, which tells the code of a local number. column: the cell's name, which
    may say 小灵通. dead_phs: ranges of PHS that are switched off, such as "0816-8".
    """
    text = "".join(c if c == "\n" else _plain(c) for c in normalise(cell[:_LONGEST]))
    if _NOTHING.fullmatch(text):
        return (CellNumber(cell.strip()[:_LONGEST], problem="empty"),)
    of_phs = bool(_PHS_WORD.search(normalise(column)))
    found: list[CellNumber] = []
    for part in filter(None, (part.strip() for part in _PARTS.split(text))):
        if _NOTHING.fullmatch(part):
            continue
        for words, kind, value in _read(part):
            phs = of_phs and kind == "landline"
            found.append(_judged(words, "phs" if phs else kind, value, places, dead_phs))
    numbers = [one for one in found if one.contact]
    # A name beside a number is whose it is, no second number that failed.
    return tuple(one for one in found if one.problem != "name" or not numbers)


def in_order(contacts: Iterable[KnownContact]) -> tuple[KnownContact, ...]:
    """Return numbers in the order to dial, mobiles, PHS, landlines, each once."""
    by_key: dict[tuple[str, str], KnownContact] = {}
    for contact in contacts:
        by_key.setdefault(contact.key, contact)
    return tuple(sorted(by_key.values(), key=lambda contact: DIALLED.index(contact.kind)))


def _plain(char: str) -> str:
    return " " if unicodedata.category(char) in ("Cc", "Cf", "Zs") else char


def _read(part: str) -> list[tuple[str, str, str]]:
    """Return words, kind and value of each number of a part; kind "" where none can be read."""
    if text_form := _PHS_OF_TEXTS.fullmatch(part.replace(" ", "")):
        return [(part, "phs", f"0{text_form[1]}-{text_form[2]}")]
    phones = find_phones(part)
    if not phones:
        typed = read_typed(part)
        if typed is None or typed.kind not in DIALLED:
            return [(part, "", "")]
        return [(part, typed.kind, typed.value)]
    found = [(part[p.start : p.end], p.kind, p.value) for p in phones]
    rest = part
    for phone in reversed(phones):
        rest = f"{rest[: phone.whole[0]]}\n{rest[phone.whole[1] :]}"
    for words in rest.split("\n"):
        # What is left beside numbers is a remark, unless it holds most of another number.
        if len(re.sub(r"\D", "", words)) >= 5:
            found += _read(words.strip())
    return found


def _judged(
    words: str, kind: str, value: str, places: Sequence[Place], dead_phs: Sequence[str]
) -> CellNumber:
    """Return a number that was read, completed by its area and held against the numbering plan."""
    if not kind:
        return CellNumber(words, problem=_problem_of_words(words))
    contact = KnownContact(kind=kind, value=value)
    area_from = ""
    # Of a local number the first digits may look like an area's: its own code goes before them.
    if not is_local(kind, value):
        if is_public_service(contact):
            return CellNumber(words, problem="public service")
        if kind != "mobile" and not value.startswith(("0", "+", "400", "800")):
            digits = re.sub(r"\D", "", value.partition("-")[0])
            return CellNumber(words, problem=_problem_of_digits(digits))
    else:
        area = area_of(value, places)
        if area is None:
            return CellNumber(words, problem="no area code")
        contact = KnownContact(kind=kind, value=f"{area[0]}-{value}")
        area_from = area[1].text
    if kind == "phs" and any(contact.value.startswith(start) for start in dead_phs):
        return CellNumber(words, problem="dead PHS")
    if not _exists(contact):
        return CellNumber(words, problem=_problem_of_digits(re.sub(r"\D", "", contact.value)))
    return CellNumber(words, contact, area_from=area_from)


def _problem_of_words(words: str) -> str:
    bare = _LABELS.sub("", words)
    if _ROUNDED.fullmatch(words.strip()):
        return "rounded"
    digits = re.sub(r"\D", "", bare)
    if len(digits) >= 3 and _LATIN.search(bare):
        return "letters"
    return _problem_of_digits(digits) if len(digits) >= 3 else "name"


def _problem_of_digits(digits: str) -> str:
    """Return what is wrong with digits that are no number: too few, too many, or unassigned."""
    least, most = {"1": (11, 11), "0": (10, 12)}.get(digits[:1], (7, 8))
    if len(digits) < least:
        return "too short"
    return "too long" if len(digits) > most else "no such number"


def _exists(contact: KnownContact) -> bool:
    """Tell whether the numbering plan has such a number; an extension is the switchboard's."""
    value = contact.value
    if value.startswith("+"):
        try:
            return phonenumbers.is_valid_number(phonenumbers.parse(value))
        except phonenumbers.NumberParseException:
            return False
    parts = value.split("-")
    digits = "".join(parts[:2]) if value.startswith("0") else parts[0]
    if digits.endswith("0000000") or not 9 <= len(digits) <= 12:
        return False
    number = phonenumbers.PhoneNumber(country_code=86, national_number=int(digits))
    return phonenumbers.is_valid_number(number)
