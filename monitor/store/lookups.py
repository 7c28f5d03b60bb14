"""Tables that say what codes mean, and how far the configured zone is from UTC, for any client.

SQLite knows no zones: the offset of every time stands in a table, a row a change of the clocks.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlite_utils import Database

import data
from monitor.store.times import to_column

DEFAULT_ZONE = "Asia/Shanghai"
_FROM, _UNTIL = datetime(2000, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=7)
_DISPOSITION_COLUMNS = (
    "code", "place", "number", "called", "reached", "unanswered", "dialled", "accepted",
    "ends_case", "label", "zh", "en",
)  # fmt: skip


def are_current(db: Database, zone: ZoneInfo) -> bool:
    """Tell whether the tables say what outcomes mean by now, and are of this zone."""
    kept = db.execute(
        f"SELECT {', '.join(_DISPOSITION_COLUMNS)} FROM disposition_codes ORDER BY place"
    )
    of_zone = db.execute("SELECT 1 FROM zone_offsets WHERE zone = ? LIMIT 1", [zone.key])
    return [tuple(row) for row in kept] == _dispositions() and of_zone.fetchone() is not None


def note_lookups(db: Database, zone: ZoneInfo) -> None:
    """Write what the outcomes of callbacks mean, and the offsets of a zone."""
    db.execute("DELETE FROM disposition_codes")
    holes = ", ".join("?" * len(_DISPOSITION_COLUMNS))
    db.conn.executemany(
        f"INSERT INTO disposition_codes ({', '.join(_DISPOSITION_COLUMNS)}) VALUES ({holes})",
        _dispositions(),
    )
    db.execute("DELETE FROM zone_offsets")
    db.conn.executemany(
        "INSERT INTO zone_offsets (since, since_local, minutes, zone) VALUES (?, ?, ?, ?)",
        (
            (to_column(since), f"{since + offset:%Y-%m-%d %H:%M:%S}", _minutes(offset), zone.key)
            for since, offset in _changes(zone)
        ),
    )


def _dispositions() -> list[tuple[object, ...]]:
    labels = dict(data.read_table("scripts/labels.tsv"))
    accepting = {row[0] for row in data.read_table("scripts/accepted.tsv")}
    return [
        (
            code,
            place,
            number,
            int(number != "-" or next_ == "message"),
            # Who is not to be called, or grieves, was told by a person, too.
            int(number in ("reached", "barred")),
            int(number == "unanswered"),
            int(number != "-" and fits != "write"),
            int(code in accepting),
            int(next_ == "end"),
            labels.get(code),
            zh,
            en,
        )
        for place, (code, next_, number, _, _, fits, _, zh, en, *_) in enumerate(
            data.read_table("scripts/dispositions.tsv"), 1
        )
    ]


@cache
def _changes(zone: ZoneInfo) -> list[tuple[datetime, timedelta]]:
    """Return since when which offset holds, to the minute; the first one holds for all before."""
    at = _FROM
    changes = [(datetime(1970, 1, 1, tzinfo=UTC), _offset(at, zone))]
    while at < _UNTIL:
        later = at + _STEP
        if _offset(later, zone) != changes[-1][1]:
            since = _first(at, later, zone)
            changes.append((since, _offset(since, zone)))
        at = later
    return changes


def _first(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first minute between two times that has the offset of the later one."""
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) // timedelta(minutes=2) * timedelta(minutes=1)
        if _offset(middle, zone) == _offset(after, zone):
            after = middle
        else:
            before = middle
    return after


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _minutes(offset: timedelta) -> int:
    return int(offset / timedelta(minutes=1))
