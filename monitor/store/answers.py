"""Answers that a source's service gave where a run failed, kept for a look: the last few only."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import datetime

from monitor.store.connection import Connection
from monitor.store.targets import texts_of
from monitor.store.times import now, required, storable, to_column
from monitor.store.tombstones import Tombstones
from spiders.base.trouble import Trouble

KEPT = 5  # answers a source
MOST_BYTES = 1_000_000  # of one answer; what comes behind is cut off
_URL = re.compile(r"https?://[^\s\"<>]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a service answered when a run failed; body is whole, or its first MOST_BYTES."""

    id: int
    source: str
    run_id: int | None
    outcome: str
    message: str
    url: str | None
    kept_at: datetime
    body: bytes


class Answers:
    """The kept answers of the store."""

    def __init__(self, connection: Connection, tombstones: Tombstones) -> None:
        self._connection = connection
        self._tombstones = tombstones
        self._db = connection.db

    def keep(self, source: str, trouble: Trouble, *, run_id: int | None) -> None:
        """Keep the answer of a trouble, and of the source's answers only the last few.

        One that names what was forgotten is not kept.
        """
        if any(self._tombstones.named_in(text) for text in texts_of(trouble.answer)):
            return
        match = _URL.search(trouble.message)
        with self._connection.write() as db:
            db.execute(
                "INSERT INTO answers (source, run_id, outcome, message, url, kept_at, answer) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    source,
                    run_id,
                    trouble.outcome,
                    storable(trouble.message),
                    match[0].rstrip(":,.)") if match else None,
                    to_column(now()),
                    zlib.compress(trouble.answer[:MOST_BYTES], 6),
                ],
            )
            db.execute(
                "DELETE FROM answers WHERE source = ?1 AND id NOT IN "
                "(SELECT id FROM answers WHERE source = ?1 ORDER BY id DESC LIMIT ?2)",
                [source, KEPT],
            )

    def last(self, source: str) -> Answer | None:
        """Return the answer of a source that was kept last."""
        row = self._db.execute(
            "SELECT * FROM answers WHERE source = ? ORDER BY id DESC LIMIT 1", [source]
        ).fetchone()
        if row is None:
            return None
        return Answer(
            id=row["id"],
            source=row["source"],
            run_id=row["run_id"],
            outcome=row["outcome"],
            message=row["message"],
            url=row["url"],
            kept_at=required(row["kept_at"]),
            body=zlib.decompress(row["answer"]),
        )

    def runs(self) -> dict[str, int | None]:
        """Return the run whose answer was kept last, for each source that has one."""
        rows = self._db.execute(
            "SELECT source, run_id FROM answers WHERE id IN "
            "(SELECT max(id) FROM answers GROUP BY source) ORDER BY source"
        )
        return {row["source"]: row["run_id"] for row in rows}

    def drop(self, before: datetime) -> int:
        """Remove the answers kept before a time; return how many."""
        with self._connection.write() as db:
            return db.execute("DELETE FROM answers WHERE kept_at < ?", [to_column(before)]).rowcount
