"""Events of a risk system go in; whoever may be cheated and has not reacted becomes a case.

The rule is in the settings. Events of one person are one case; each is due soon after it happened.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor.errors import DistressError, UnknownNameError
from monitor.intake.contact_list import FIELDS, Columns, Record, marked, read_list
from monitor.intake.people import people_of
from monitor.intake.register import bring_in
from monitor.intake.without_goods import ListedRow, open_case
from monitor.settings import Settings
from monitor.store import Store
from spiders.base.times import time_from

SOURCE = "warnings"
EVENT_FIELDS = ("age", "event", "at", "reacted")
_HEADERS = {
    "age": re.compile(r"年龄|岁数|^age$", re.I),
    "event": re.compile(r"事件|风险|情况|发生了|预警|what|event|risk", re.I),
    "at": re.compile(r"时间|日期|when|time|date|^at$", re.I),
    "reacted": re.compile(r"反应|回应|处理|reacted|status", re.I),
}
_NOT = re.compile(r"(?:未|没|无|否|不|待|0|no|n$|false|pending)|$", re.I)
_AGE = re.compile(r"(\d{1,3})\s*(?:岁|周岁)?")
YOUNGER = "younger"
NO_AGE = "no age"
REACTED = "has reacted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskEvent:
    """One event of the file.

    what, at: what happened, when; None where the row tells no time. due_by: when somebody should
    have called. reason: why it opens no case, "" where it does.
    """

    record: Record
    age: int | None
    what: str
    at: datetime | None
    due_by: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """What came of a file.

    events: of it. columns: which are what. cases: how many were opened or added to. same: how many
    events were known before. run_id: of the import.
    """

    events: tuple[RiskEvent, ...]
    columns: str
    cases: int = 0
    same: int = 0
    run_id: int = 0

    @property
    def reasons(self) -> dict[str, int]:
        """Why events opened no case, with how many each, the most first."""
        counts: dict[str, int] = {}
        for event in self.events:
            if event.reason:
                counts[event.reason] = counts.get(event.reason, 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def read_events(
    store: Store, file: Path, settings: Settings, mapped: Sequence[str], *, now: datetime
) -> tuple[list[RiskEvent], Columns, dict[str, str]]:
    """Return the events of a file and which of its columns are what.

    mapped: words such as name=姓名 and age=年龄; what they leave out is told by the header.
    Raises DistressError naming the file, row and column of what cannot be read.
    """
    given = _given(mapped)
    base = {field: tuple(given[field].split(",")) for field in FIELDS if field in given}
    columns = Columns(**base) if "number" in base else None
    records, columns = read_list(file, columns, dead_phs=settings.campaigns.dead_phs)
    header = next(list(record.cells) for record in records if record.cells.keys() - {""})
    events_of = _columns(header, given, columns, file)
    standing = store.marks.standing(now)
    records = marked(records, {key: mark.mark for key, mark in standing.items()})
    events = [_event(record, events_of, settings, file, now) for record in records]
    return events, columns, events_of


def take_warnings(  # noqa: PLR0913 - one for each thing that an import is told
    store: Store,
    file: Path,
    settings: Settings,
    mapped: Sequence[str] = (),
    *,
    actor: str,
    purpose: str,
    now: datetime,
    keep_until: datetime | None = None,
    dry_run: bool = False,
) -> Warned:
    """Open a case for each person of whom an event warns, all of the file or nothing."""
    events, columns, events_of = read_events(store, file, settings, mapped, now=now)
    told = " ".join([columns.in_words(), *(f"{k}={v}" for k, v in events_of.items())])
    if dry_run:
        return Warned(events=tuple(events), columns=told)
    due = [event for event in events if not event.reason]
    cases: set[int] = set()
    same = 0
    with store.write():
        brought = bring_in(
            store, SOURCE, (), purpose=purpose, actor=actor, name=file.name, keep_until=keep_until
        )
        for person in people_of([event.record for event in due]):
            rows = [_row(due[at], columns, events_of, file.name) for at in person.records]
            opened = open_case(
                store, rows, run_id=brought.run_id, dead_phs=settings.campaigns.dead_phs
            )
            same += opened.same
            if opened.case_id is not None:
                cases.add(opened.case_id)
    return Warned(
        events=tuple(events), columns=told, cases=len(cases), same=same, run_id=brought.run_id
    )


def _given(mapped: Sequence[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for word in mapped:
        field, mark, name = word.partition("=")
        if not mark or not name.strip():
            raise DistressError(f"{word!r} maps nothing; write for example age=年龄")
        if field not in (*FIELDS, *EVENT_FIELDS):
            see = "distress intake warnings --help"
            raise UnknownNameError("field", field, [*FIELDS, *EVENT_FIELDS], see)
        given[field] = name.strip()
    return given


def _columns(
    header: Sequence[str], given: Mapping[str, str], columns: Columns, file: Path
) -> dict[str, str]:
    """Return which column holds each part of an event; "reacted" may be missing."""
    taken = {*columns.name, *columns.number, *columns.address, *columns.id}
    found: dict[str, str] = {}
    for field in EVENT_FIELDS:
        names = [n for n in header if n not in taken and _HEADERS[field].search(n.strip())]
        name = given.get(field) or next(iter(names), None)
        if name is None and field == "reacted":
            continue
        if name is None or name not in header:
            told = f"no column '{name}'" if name else f"no column tells the {field} by its name"
            raise DistressError(
                f"{file}: {told}; there are: {', '.join(header[:30])}. "
                f"Name it: --map {field}=COLUMN"
            )
        found[field] = name
        taken.add(name)
    return found


def _event(
    record: Record, columns: Mapping[str, str], settings: Settings, file: Path, now: datetime
) -> RiskEvent:
    rules = settings.warnings
    cells = record.cells
    age_words = _AGE.match(cells.get(columns["age"], "").strip())
    age = int(age_words[1]) if age_words else None
    at = _time(cells.get(columns["at"], ""), record, columns["at"], settings, file)
    reacted = not _NOT.match(cells.get(columns.get("reacted", ""), "").strip())
    reason = record.reason
    if not reason and reacted:
        reason = REACTED
    elif not reason and age is None:
        reason = NO_AGE
    elif not reason and age is not None and age < rules.age:
        reason = f"{YOUNGER} than {rules.age}"
    return RiskEvent(
        record=record,
        age=age,
        what=cells.get(columns["event"], ""),
        at=at,
        due_by=(at or now) + rules.within,
        reason=reason,
    )


def _time(
    words: str, record: Record, column: str, settings: Settings, file: Path
) -> datetime | None:
    if not words.strip():
        return None
    try:
        return time_from(words, settings.zone)
    except ValueError as error:
        raise DistressError(
            f"{file}: row {record.place}, column '{column}': {error}; nothing was taken in"
        ) from None


def _row(event: RiskEvent, columns: Columns, events_of: Mapping[str, str], name: str) -> ListedRow:
    record = event.record
    keys = [record.name, *(contact.value for contact in record.contacts), event.what]
    told = "\n".join([*keys, event.at.isoformat() if event.at else record.place])
    return ListedRow(
        source=SOURCE,
        source_id=hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32],
        author=name,
        cells=record.cells,
        place=record.place,
        name=columns.name,
        number=columns.number,
        address=columns.address,
        said_at=event.at,
        details={"event": event.what, "due_by": event.due_by.astimezone(UTC).isoformat()},
        pressing=(events_of["event"], "high"),
    )
