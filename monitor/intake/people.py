"""Records of a list go in; the people behind them come out, each with why its records are one."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.calling.numbers import in_order
from monitor.intake.contact_list import Record
from monitor.types import KnownContact

MANY = 5  # names from which a number is that of a switchboard or an office, and nobody's own
SAME_ID = "same id"
SAME_NAME = "same number and name"
NO_NAME = "same number, one without a name"
OTHER_NAME = "same number, other name"
THROUGH = "through a record of both"
FIRST = "first"
_TITLE = re.compile(r"(?:先生|女士|小姐|同志|老师)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """Whom one call is for.

    records: numbers of the records, the first of the list first. reasons: why each belongs, FIRST
        for the first. names: each once. contacts: those to dial, the first one first.
    """

    records: tuple[int, ...]
    reasons: tuple[str, ...]
    names: tuple[str, ...]
    address: str
    contacts: tuple[KnownContact, ...]


def shared_numbers(records: Sequence[Record]) -> set[tuple[str, str]]:
    """Return the keys of numbers that stand beside MANY names or more."""
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in records:
        for contact in record.contacts:
            names[contact.key].add(_name_key(record.name) or record.place)
    return {key for key, beside in names.items() if len(beside) >= MANY}


def people_of(records: Sequence[Record]) -> list[ListedPerson]:
    """Return the people whom records with numbers are of, in the order of the list.

    Records of one id are one person's, and so are those that share a number: it rings once, and
    whoever answers is told for whom the call is.
    """
    parent = list(range(len(records)))
    reasons: dict[int, str] = {}
    for at, earlier, reason in _links(records):
        reasons.setdefault(at, reason)
        low, high = sorted((_root(parent, earlier), _root(parent, at)))
        parent[high] = low
    groups: dict[int, list[int]] = defaultdict(list)
    for at, record in enumerate(records):
        if record.contacts:
            groups[_root(parent, at)].append(at)
    return [_person(records, members, reasons) for members in groups.values()]


def _links(records: Sequence[Record]) -> Iterator[tuple[int, int, str]]:
    """Yield records with an earlier one of the same person, and why they are."""
    first_of_id: dict[str, int] = {}
    first_of_number: dict[tuple[str, str], int] = {}
    for at, record in enumerate(records):
        if not record.contacts:
            continue
        if record.id and (earlier := first_of_id.setdefault(record.id, at)) != at:
            yield at, earlier, SAME_ID
        for contact in record.contacts:
            if (earlier := first_of_number.setdefault(contact.key, at)) != at:
                yield at, earlier, _reason(records[earlier], record)


def _root(parent: list[int], at: int) -> int:
    """Return the first of the records that one is with; the way there gets shorter."""
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at


def _person(
    records: Sequence[Record], members: Sequence[int], reasons: dict[int, str]
) -> ListedPerson:
    names = dict.fromkeys(records[at].name for at in members if records[at].name)
    return ListedPerson(
        records=tuple(members),
        reasons=(FIRST, *(reasons.get(at, THROUGH) for at in members[1:])),
        names=tuple(names),
        address=next((records[at].address for at in members if records[at].address), ""),
        contacts=in_order(contact for at in members for contact in records[at].contacts),
    )


def _reason(one: Record, other: Record) -> str:
    if not one.name or not other.name:
        return NO_NAME
    return SAME_NAME if _name_key(one.name) == _name_key(other.name) else OTHER_NAME


def _name_key(name: str) -> str:
    """Return a name without blanks, width and a courtesy behind it."""
    plain = "".join(unicodedata.normalize("NFKC", name).split()).lower()
    return _TITLE.sub("", plain)
