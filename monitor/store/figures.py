"""Counts for the pages: how a day went, what was set aside, and which callbacks are known."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from monitor.store.connection import Connection
from monitor.store.times import to_column


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """What happened in a span of time, counted by when the store learnt of it.

    reached_goods: cases whose goods were confirmed.
    """

    posts: int
    read: int
    needs: int
    cases_opened: int
    cases_closed: int
    callbacks: int
    reached_goods: int


_DAY = {
    "posts": "SELECT count(*) FROM posts WHERE first_seen_at >= :since AND first_seen_at < :until",
    "read": (
        "SELECT count(DISTINCT post_id) FROM readings WHERE read_at >= :since AND read_at < :until"
    ),
    "needs": "SELECT count(*) FROM needs WHERE found_at >= :since AND found_at < :until",
    "cases_opened": ("SELECT count(*) FROM cases WHERE opened_at >= :since AND opened_at < :until"),
    "cases_closed": (
        "SELECT count(DISTINCT case_id) FROM callbacks "
        "WHERE ends_case AND recorded_at >= :since AND recorded_at < :until"
    ),
    "callbacks": (
        "SELECT count(*) FROM callbacks WHERE recorded_at >= :since AND recorded_at < :until"
    ),
    "reached_goods": (
        "SELECT count(DISTINCT case_id) FROM callbacks JOIN callback_items "
        "ON callback_items.callback_id = callbacks.id "
        "WHERE recorded_at >= :since AND recorded_at < :until"
    ),
}


class Figures:
    """The counts of a store."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection.db

    def day(self, since: datetime, until: datetime) -> DayFigures:
        """Return what happened from `since` until before `until`."""
        span = {"since": to_column(since), "until": to_column(until)}
        return DayFigures(
            **{
                name: int(self._db.execute(query, span).fetchone()[0])
                for name, query in _DAY.items()
            }
        )

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

    def callback_ids(self, agent: str, since: datetime) -> list[str]:
        """Return the sorted ids of an agent's callbacks recorded since then."""
        rows = self._db.execute(
            "SELECT id FROM callbacks WHERE agent = ? AND recorded_at >= ? ORDER BY id",
            [agent, to_column(since)],
        )
        return [row["id"] for row in rows]

    def identity(self) -> str:
        """Return a short name for this store that stays for its life and no other store has."""
        made = self._db.execute(
            "SELECT applied_at FROM _sqlite_migrations ORDER BY applied_at LIMIT 1"
        ).fetchone()
        return hashlib.sha256(str(made["applied_at"]).encode()).hexdigest()[:12]
