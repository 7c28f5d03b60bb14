"""A row that asks for nothing goes in as a post; it opens a case of its own, or joins by a number.

The row is read as its columns say, never as a plea: whatever its cells hold, no goods are found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from classifiers.need import Contact, Place, Reading, Urgency
from classifiers.normalise import normalise
from monitor.calling.numbers import numbers_in
from monitor.flag import version
from monitor.intake.contact_list import address_places
from monitor.store import Store
from monitor.types import KnownContact
from spiders.base.post import Post

_LONGEST = 20_000  # characters of a row as text


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow:
    """A row as a post.

    source, source_id, author, said_at: as of a post. cells: by column, as they stand.
    place: where in the file. name, number, address: which columns hold these. details: of the
        reading.
    pressing: a column whose words say how pressing it is, of that level; None for none.
    """

    source: str
    source_id: str
    author: str
    cells: Mapping[str, str]
    place: str = ""
    name: Sequence[str] = ()
    number: Sequence[str] = ()
    address: Sequence[str] = ()
    said_at: datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    pressing: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RowsInCase:
    """The case that rows are in, None where none is new; same: how many were known before."""

    case_id: int | None
    same: int


def open_case(
    store: Store, rows: Sequence[ListedRow], *, run_id: int, dead_phs: Sequence[str] = ()
) -> RowsInCase:
    """Keep the rows of one person as posts with needs, in one case.

    It is the open case that one of the numbers belongs to, else a new one. run_id: of the import.
    """
    case_id: int | None = None
    same = 0
    with store.write():
        for row in rows:
            text, reading = _read(row, dead_phs)
            post = Post(
                source_id=row.source_id, text=text, author=row.author, posted_at=row.said_at
            )
            post_id, change = store.posts.keep(row.source, post, run_id=run_id)
            store.imports.note(run_id, post_id, place=row.place, change=change)
            [stored] = store.posts.get([post_id])
            store.posts.mark_read(stored, reading, version())
            if case_id is None:
                keys = [KnownContact(kind=c.kind, value=c.dialled).key for c in reading.contacts]
                case_id = store.cases.open_with_contact(keys) if keys else None
            need_id = store.needs.add(stored, reading)
            if need_id is None:
                same += 1  # the row is known with the same words
                continue
            if case_id is None:
                case_id = store.cases.open(need_id)
            else:
                store.cases.join(case_id, need_id, reason="same contact", matched_need_id=None)
    return RowsInCase(case_id if same < len(rows) else None, same)


def _read(row: ListedRow, dead_phs: Sequence[str]) -> tuple[str, Reading]:
    """Return a row as text, a column a line, and what its columns say."""
    lines: list[str] = []
    contacts: list[Contact] = []
    places: list[Place] = []
    urgency: Urgency | None = None
    at = 0
    person = " ".join(filter(None, (row.cells.get(column, "") for column in row.name))) or None
    where = " ".join(filter(None, (row.cells.get(column, "") for column in row.address)))
    home = address_places(where)
    for column, cell in row.cells.items():
        if not cell.strip() or at > _LONGEST:
            continue
        label = f"{column}：" if column else ""
        start = at + len(label)
        if column in row.number:
            for one in numbers_in(cell, home, column=column, dead_phs=dead_phs):
                if one.contact is None:
                    continue
                place = normalise(cell).find(one.words)
                begin, words = (start + place, one.words) if place >= 0 else (start, cell)
                area, _, local = one.contact.value.partition("-") if one.area_from else ("", "", "")
                contacts.append(
                    Contact(
                        text=cell[begin - start : begin - start + len(words)],
                        start=begin,
                        end=begin + len(words),
                        kind=one.contact.kind,
                        value=local or one.contact.value,
                        person=person,
                        area=area or None,
                        area_from=one.area_from or None,
                    )
                )
        if column in row.address:
            places += [_moved(place, start) for place in address_places(cell)]
        if row.pressing and column == row.pressing[0]:
            urgency = Urgency(text=cell, start=start, end=start + len(cell), level=row.pressing[1])
        lines.append(f"{label}{cell}")
        at = start + len(cell) + 1
    reading = Reading(
        flagged=True,
        score=1.0,
        label="request",
        contacts=tuple(contacts),
        places=tuple(places),
        voice="firsthand",
        urgency=urgency,
        details=dict(row.details),
    )
    return "\n".join(lines), reading


def _moved(place: Place, by: int) -> Place:
    return Place(
        text=place.text,
        start=place.start + by,
        end=place.end + by,
        province=place.province,
        city=place.city,
        county=place.county,
        code=place.code,
    )
