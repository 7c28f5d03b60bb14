"""Requests: how many each host was asked on a day, over all runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from monitor.store.connection import Connection


class Requests:
    """The requests of the store, counted by host and day."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def count(self, host: str, day: date) -> int:
        """Return how many requests a host was asked on a day."""
        row = self._db.execute(
            "SELECT asked FROM requests WHERE day = ? AND host = ?", [day.isoformat(), host]
        ).fetchone()
        return int(row["asked"]) if row else 0

    def add(self, host: str, day: date, more: int) -> int:
        """Count more requests of a host on a day; return how many they are now."""
        with self._connection.write() as db:
            db.execute(
                "INSERT INTO requests (day, host, asked) VALUES (?, ?, ?) "
                "ON CONFLICT (day, host) DO UPDATE SET asked = asked + excluded.asked",
                [day.isoformat(), host, more],
            )
            return self.count(host, day)

    def of_day(self, day: date) -> dict[str, int]:
        """Return how many requests each host was asked on a day."""
        rows = self._db.execute("SELECT host, asked FROM requests WHERE day = ?", [day.isoformat()])
        return {row["host"]: row["asked"] for row in rows}

    def at_least(self, day: date, counts: Mapping[str, int]) -> None:
        """Raise the counts of a day to those that others have, by host."""
        with self._connection.write() as db:
            for host, asked in counts.items():
                db.execute(
                    "INSERT INTO requests (day, host, asked) VALUES (?, ?, ?) "
                    "ON CONFLICT (day, host) DO UPDATE SET asked = max(asked, excluded.asked)",
                    [day.isoformat(), host, asked],
                )
