"""Rows of a sheet and those known of it go in; what is new, changed or gone comes out."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from classifiers.facilities.same_name import facility_key
from monitor.intake.register import Telling
from monitor.intake.sheet import SaidRow
from monitor.store import Store
from monitor.types import StoredPost

_ALIKE = 60.0  # percent of characters in common, from which two rows may be one
_PHONE = re.compile(r"\d[\d -]{5,}\d")
_COMPARED = 20  # earlier rows that one row is compared with
_READ = 2_000  # characters that are compared


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row that an earlier import brought."""

    post: StoredPost
    facility: str
    contacts: frozenset[str]
    id: str


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """What an import of a sheet would do.

    tellings: all rows. changed: by the place of a row, the words it had. new: places.
    gone: rows that are there no longer.
    """

    tellings: tuple[Telling, ...]
    new: tuple[str, ...]
    changed: dict[str, str]
    gone: tuple[StoredPost, ...]


def plan_rows(store: Store, name: str, rows: Sequence[SaidRow], *, teller: str) -> SheetPlan:
    """Return what an import of these rows of the sheet `name` would do; nothing is written.

    A row is one that is known by its very words, else by its id, else by its facility and contact,
    as long as its words do not say otherwise. teller: who told rows that name nobody.
    """
    known = list(_known_rows(store, name))
    matches = _matches(rows, known)
    ids = {at: known[other].post.source_id for at, other in matches.items()}
    taken = {one.post.source_id for one in known}
    tellings, new, changed = [], [], {}
    for at, row in enumerate(rows):
        if at not in ids:
            ids[at] = _new_id(name, row, taken)
            taken.add(ids[at])
            new.append(row.place)
        elif known[matches[at]].post.text != row.text:
            changed[row.place] = known[matches[at]].post.text
        tellings.append(
            Telling(
                source_id=ids[at],
                text=row.text,
                author=row.author or teller,
                at=row.at,
                place=row.place,
                raw=_raw(row),
            )
        )
    left = {other for other in range(len(known)) if other not in matches.values()}
    gone = tuple(known[other].post for other in sorted(left) if not known[other].post.gone_at)
    return SheetPlan(tuple(tellings), tuple(new), changed, gone)


def _new_id(name: str, row: SaidRow, taken: Collection[str]) -> str:
    """Return an id for a row that no row of the sheet had before."""
    digest = hashlib.sha256(row.text.encode("utf-8", "replace")).hexdigest()[:16]
    base = f"{name}/{digest}"
    count = next(n for n in itertools.count() if f"{base}.{n}" not in taken)
    return f"{base}.{count}"


def _raw(row: SaidRow) -> bytes:
    kept = {"facility": row.facility, "contact": row.contact, "id": row.id, "row": row.values}
    return json.dumps(kept, ensure_ascii=False, default=dict).encode("utf-8", "replace")


def _known_rows(store: Store, name: str) -> Iterator[KnownRow]:
    for post in store.posts.get(store.imports.rows_of_list("sheet", name)):
        kept = json.loads(store.posts.raw(post.id) or b"{}")
        yield KnownRow(
            post,
            _key(kept.get("facility") or post.text.partition("\t")[0]),
            _phones(kept.get("contact") or post.text),
            kept.get("id") or "",
        )


def _key(facility: str) -> str:
    return facility_key(facility[:200]) if facility else ""


def _phones(words: str) -> frozenset[str]:
    return frozenset(re.sub(r"\D", "", number) for number in _PHONE.findall(words))


def _matches(rows: Sequence[SaidRow], known: Sequence[KnownRow]) -> dict[int, int]:
    """Return by the number of a row that of the known row which it is."""
    matches: dict[int, int] = {}
    by_text = {one.post.text: other for other, one in enumerate(known)}
    for at, row in enumerate(rows):
        if row.text in by_text:
            matches[at] = by_text.pop(row.text)
    free = set(range(len(known))) - set(matches.values())
    left = [at for at in range(len(rows)) if at not in matches]
    for _, at, other in sorted(_pairs(rows, known, left, free)):
        if at not in matches and other in free:
            matches[at] = other
            free.discard(other)
    return matches


def _pairs(
    rows: Sequence[SaidRow], known: Sequence[KnownRow], left: Iterable[int], free: Iterable[int]
) -> Iterator[tuple[float, int, int]]:
    """Yield which rows may be which known ones, the likeliest with the least number."""
    by_sign: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for other in sorted(free):
        for sign in _signs(known[other].facility, known[other].contacts, known[other].id):
            by_sign[sign].append(other)
    for at in left:
        row = rows[at]
        facility, contacts = _key(row.facility), _phones(row.contact)
        near = (by_sign[sign][-_COMPARED:] for sign in _signs(facility, contacts, row.id))
        for other in {other for others in near for other in others}:
            if likeness := _likeness(row, facility, contacts, known[other]):
                yield -likeness, at, other


def _signs(facility: str, contacts: frozenset[str], own_id: str) -> Iterator[tuple[str, str]]:
    if facility:
        yield "facility", facility
    if own_id:
        yield "id", own_id
    yield from (("contact", number) for number in contacts)


def _likeness(row: SaidRow, facility: str, contacts: frozenset[str], other: KnownRow) -> float:
    """Return how like a row a known one is, 0 where they are two.

    The numbers of a sheet's rows move when one is put in above, so an id alone tells nothing; two
    teams of one hospital have numbers of their own.
    """
    alike = float(fuzz.ratio(row.text[:_READ], other.post.text[:_READ]))
    same_place = bool(facility) and facility == other.facility
    other_place = bool(facility and other.facility) and facility != other.facility
    shared = bool(contacts & other.contacts)
    other_number = bool(contacts and other.contacts) and not shared
    same_id = bool(row.id) and row.id == other.id
    if other_place and not (same_id and alike >= _ALIKE):
        return 0
    if other_number and not same_id and alike < _ALIKE:
        return 0
    if not (same_place or shared or (same_id and alike >= _ALIKE)):
        return 0
    return alike + 100 * shared + 100 * same_place + 50 * same_id
