"""Leases: which runs workers on other machines are at, and which of their parts are kept."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from monitor.store.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLease:
    """A run that was given to the workers and has not ended.

    token: names it in the queue, where a run's number would not do: a store that was put back from
        a backup gives a number again.
    taker, parts: who handed the last part in, and how many in all. entry: that part's in the queue.
    edited, shared: posts of its parts, which the run does not count apart.
    """

    token: str
    run_id: int
    source: str
    taker: str = ""
    parts: int = 0
    entry: str = ""
    edited: int = 0
    shared: int = 0


class Leases:
    """The leases of the store; one is there until its run has ended."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def open(self, token: str, run_id: int) -> None:
        """Note that a run is given to the workers."""
        with self._connection.write() as db:
            db.execute("INSERT INTO leases (token, run_id) VALUES (?, ?)", [token, run_id])

    def get(self, token: str) -> OpenLease | None:
        """Return a lease, None where its run has ended or nobody knows it."""
        found = self._where("token = ? AND ended_at IS NULL", token)
        return found[0] if found else None

    def of_source(self, source: str) -> OpenLease | None:
        """Return the lease of a source's run that has not ended."""
        found = self._where("source = ? AND ended_at IS NULL", source)
        return found[0] if found else None

    def ended(self) -> list[OpenLease]:
        """Return the leases that are left of runs which ended by another way."""
        return self._where("ended_at IS NOT NULL")

    def note(self, lease: OpenLease) -> None:
        """Keep how far a lease's parts have come."""
        with self._connection.write() as db:
            db.execute(
                "UPDATE leases SET taker = ?, parts = ?, entry = ?, edited = ?, shared = ? "
                "WHERE token = ?",
                [lease.taker, lease.parts, lease.entry, lease.edited, lease.shared, lease.token],
            )

    def drop(self, token: str) -> None:
        """Forget a lease: nothing more is taken of it."""
        with self._connection.write() as db:
            db.execute("DELETE FROM leases WHERE token = ?", [token])

    def _where(self, condition: str, *values: object) -> list[OpenLease]:
        rows = self._db.execute(
            "SELECT leases.*, source FROM leases JOIN runs ON runs.id = run_id "
            f"WHERE {condition} ORDER BY run_id DESC",
            values,
        )
        return list(map(_lease_from, rows))


def _lease_from(row: sqlite3.Row) -> OpenLease:
    return OpenLease(**{name: row[name] for name in row.keys()})  # noqa: SIM118 - a row's values
