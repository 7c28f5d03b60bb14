"""Counts for the pages: how a day went, what was set aside, and which callbacks are known."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.store.times import to_column

if TYPE_CHECKING:
    from monitor.store.connection import Connection  # whose migrations make views of these counts

_CLOCKS_APART = timedelta(days=1)  # an agent's clock may run ahead of the store's


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """What happened on one day; calls count on the day they were made, the rest when it came in.

    What was taken back since, a day loses again: yesterday's figures may be lower today.

    cases: newly opened. callbacks: attempts.
    called: cases in which somebody called or wrote to a contact, whether it was answered or not.
    reached: cases in which a person answered; a message sent, a line that rang or was busy and a
        number of somebody else are called, not reached.
    confirmed: cases in which goods were confirmed, so that the supply group has something to do.
    closed: cases that a callback ended and that were not opened again.
    supplied: supply lines of which something was received for the first time; receipts that were
        undone are none.
    """

    day: date
    posts: int
    needs: int
    cases: int
    callbacks: int
    called: int
    reached: int
    confirmed: int
    closed: int
    supplied: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """So many cases that somebody called, alike in what flagged them and in how it went.

    source: of the post that each began with. asks, lacks: whether that has words of asking, of
        lacking.
    verdict: the last disposition that says what the post was, None where none does.
    reached: whether a person ever answered. cases: how many they are.
    """

    source: str
    asks: bool
    lacks: bool
    verdict: str | None
    reached: bool
    cases: int


# What was noted came in after it happened, at most the clocks apart: that finds it by an index.
# What is dated later than it came in was noted by a clock that ran ahead.
COUNTED = "min(attempted_at, recorded_at)"
_CALLS = f"recorded_at >= :noted AND {COUNTED} >= :since AND {COUNTED} < :until"


def stands(step: str) -> str:
    """Return the condition that a step noted by hand was not undone.

    Each undoing takes back the last step by hand that still stands: a step is gone where, up to
    some undoing after it, there were more of these than steps.
    """
    same = f"supply_line_id = {step}.supply_line_id"
    return (
        f"NOT EXISTS (SELECT 1 FROM supply_steps AS undoing WHERE undoing.{same} "
        f"AND undoing.status = 'undone' AND undoing.id > {step}.id AND (SELECT sum(CASE "
        f"WHEN amid.status = 'undone' THEN 1 ELSE -1 END) FROM supply_steps AS amid "
        f"WHERE amid.{same} AND amid.id > {step}.id AND amid.id <= undoing.id "
        "AND amid.callback_item_id IS NULL) > 0)"
    )


_DAY = {
    "posts": "SELECT count(*) FROM posts WHERE first_seen_at >= :since AND first_seen_at < :until",
    "needs": "SELECT count(*) FROM needs WHERE found_at >= :since AND found_at < :until",
    "cases": "SELECT count(*) FROM cases WHERE opened_at >= :since AND opened_at < :until",
    "callbacks": f"SELECT count(*) FROM callbacks WHERE {_CALLS}",
    "called": (
        f"SELECT count(DISTINCT case_id) FROM callbacks WHERE {_CALLS} "
        "AND disposition IN (SELECT value FROM json_each(:tried))"
    ),
    "reached": (
        f"SELECT count(DISTINCT case_id) FROM callbacks WHERE {_CALLS} "
        "AND disposition IN (SELECT value FROM json_each(:answered))"
    ),
    "confirmed": (
        f"SELECT count(DISTINCT case_id) FROM callbacks WHERE {_CALLS} "
        "AND EXISTS (SELECT 1 FROM callback_items WHERE callback_id = callbacks.id)"
    ),
    "closed": (
        f"SELECT count(DISTINCT case_id) FROM callbacks WHERE {_CALLS} AND ends_case "
        "AND NOT EXISTS (SELECT 1 FROM reopenings WHERE callback_id = callbacks.id)"
    ),
    "supplied": (
        "SELECT count(*) FROM supply_steps AS step "
        f"WHERE status = 'received' AND at >= :since AND at < :until AND {stands('step')} "
        "AND NOT EXISTS (SELECT 1 FROM supply_steps AS earlier "
        "WHERE earlier.supply_line_id = step.supply_line_id AND earlier.status = 'received' "
        f"AND earlier.id < step.id AND {stands('earlier')})"
    ),
}


# Callbacks of a case and of those put into it, but for those by which it no longer goes.
_OF_CASE = (
    "FROM callbacks WHERE case_id IN (SELECT case_of.id UNION ALL SELECT id FROM cases "
    "WHERE merged_into = case_of.id) AND NOT EXISTS (SELECT 1 FROM reopenings "
    "WHERE callback_id = callbacks.id) AND disposition IN (SELECT value FROM json_each(:{}))"
)


def _has_words(role: str) -> str:
    return f"EXISTS (SELECT 1 FROM evidence WHERE need_id = needs.id AND role = '{role}')"


_FLAGGED = (
    "WITH case_of AS (SELECT cases.id, min(case_needs.id) AS first_join FROM cases "
    "JOIN case_needs ON case_id = cases.id AND left_at IS NULL "
    "WHERE opened_at >= :since AND opened_at < :until GROUP BY cases.id) "
    "SELECT source, asks, lacks, verdict, reached, count(*) AS cases FROM (SELECT posts.source, "
    f"{_has_words('asking')} AS asks, {_has_words('lacking')} AS lacks, "
    f"(SELECT disposition {_OF_CASE.format('telling')} "
    f"ORDER BY {COUNTED} DESC, attempted_at DESC, rowid DESC LIMIT 1) AS verdict, "
    f"EXISTS (SELECT 1 {_OF_CASE.format('answered')}) AS reached "
    "FROM case_of JOIN case_needs ON case_needs.id = first_join "
    "JOIN needs ON needs.id = need_id JOIN posts ON posts.id = post_id "
    f"WHERE EXISTS (SELECT 1 {_OF_CASE.format('tried')})) "
    "GROUP BY source, asks, lacks, verdict, reached ORDER BY source, asks, lacks"
)


class Figures:
    """The counts of a store."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection.db

    def days(
        self,
        last: date,
        count: int,
        *,
        zone: ZoneInfo,
        answered: Sequence[str],
        tried: Sequence[str],
    ) -> tuple[DayFigures, ...]:
        """Return what happened on each of the `count` days that end with `last`, oldest first.

        zone: whose midnights part the days; one on which the clock is changed is not 24 hours.
        answered, tried: the dispositions with which a person was reached, a contact was tried.
        """
        days = [last - timedelta(days=back) for back in range(count)]
        codes = {"answered": json.dumps(list(answered)), "tried": json.dumps(list(tried))}
        return tuple(self._day(day, zone, codes) for day in reversed(days))

    def _day(self, day: date, zone: ZoneInfo, codes: Mapping[str, str]) -> DayFigures:
        since = datetime.combine(day, time(), zone)
        until = datetime.combine(day + timedelta(days=1), time(), zone)
        values = {
            "since": to_column(since),
            "until": to_column(until),
            "noted": to_column(since - _CLOCKS_APART),
            **codes,
        }
        counts = {
            name: int(self._db.execute(query, values).fetchone()[0]) for name, query in _DAY.items()
        }
        return DayFigures(day=day, **counts)

    def flagged(
        self,
        since: datetime,
        until: datetime,
        *,
        telling: Sequence[str],
        answered: Sequence[str],
        tried: Sequence[str],
    ) -> list[Flagged]:
        """Return what came of the cases opened from `since` until before `until` and called.

        telling: the dispositions that say what the post was. answered, tried: as days() has them.
        """
        lists = {"telling": telling, "answered": answered, "tried": tried}
        values = {name: json.dumps(list(codes)) for name, codes in lists.items()}
        rows = self._db.execute(
            _FLAGGED, {"since": to_column(since), "until": to_column(until), **values}
        )
        return [
            Flagged(
                source=row["source"],
                asks=bool(row["asks"]),
                lacks=bool(row["lacks"]),
                verdict=row["verdict"],
                reached=bool(row["reached"]),
                cases=row["cases"],
            )
            for row in rows
        ]

    def first_seen(self, since: datetime, until: datetime) -> dict[str, int]:
        """Return how many posts of each source came in from `since` until before `until`."""
        rows = self._db.execute(
            "SELECT source, count(*) AS came FROM posts "
            "WHERE first_seen_at >= ? AND first_seen_at < ? GROUP BY source",
            [to_column(since), to_column(until)],
        )
        return {row["source"]: row["came"] for row in rows}

    def set_aside(self) -> dict[str, int]:
        """Return how many rows of each source could not be read."""
        rows = self._db.execute(
            "SELECT source, count(*) AS rows_aside FROM set_aside GROUP BY source ORDER BY source"
        )
        return {row["source"]: row["rows_aside"] for row in rows}

    def heavy(
        self, since: datetime, until: datetime, dispositions: Sequence[str]
    ) -> dict[str, list[str]]:
        """Return by agent the sorted ids of the callbacks that ended so from `since` to `until`."""
        rows = self._db.execute(
            f"SELECT agent, id FROM callbacks WHERE {_CALLS} "
            "AND disposition IN (SELECT value FROM json_each(:heavy)) ORDER BY id",
            {
                "since": to_column(since),
                "until": to_column(until),
                "noted": to_column(since - _CLOCKS_APART),
                "heavy": json.dumps(list(dispositions)),
            },
        )
        ids_by_agent: dict[str, list[str]] = {}
        for row in rows:
            ids_by_agent.setdefault(row["agent"], []).append(row["id"])
        return ids_by_agent

    def callback_ids(self, since: datetime) -> dict[str, list[str]]:
        """Return by agent the sorted ids of the callbacks recorded since then."""
        rows = self._db.execute(
            "SELECT agent, id FROM callbacks WHERE recorded_at >= ? ORDER BY id", [to_column(since)]
        )
        ids_by_agent: dict[str, list[str]] = {}
        for row in rows:
            ids_by_agent.setdefault(row["agent"], []).append(row["id"])
        return ids_by_agent

    def identity(self) -> str:
        """Return a short name for this store that stays for its life and no other store has."""
        return _identity(self._db.conn)


def identity_of(path: Path) -> str | None:
    """Return the identity of the store in a file, which stays as it is; None where it is none."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as raw:
            return _identity(raw)
    except (sqlite3.Error, TypeError):
        return None


def _identity(raw: sqlite3.Connection) -> str:
    [applied_at] = raw.execute(
        "SELECT applied_at FROM _sqlite_migrations ORDER BY applied_at LIMIT 1"
    ).fetchone()
    return hashlib.sha256(str(applied_at).encode()).hexdigest()[:12]
