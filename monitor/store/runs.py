"""Runs: when a stage started, how far it came and how it ended."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from monitor.store.connection import Connection, id_of
from monitor.store.times import from_column, now, required, storable, to_column
from monitor.types import Run
from spiders.base.trouble import LONGEST_MESSAGE, one_line


def _run_from(row: sqlite3.Row) -> Run:
    return Run(
        id=row["id"],
        stage=row["stage"],
        source=row["source"],
        started_at=required(row["started_at"]),
        ended_at=from_column(row["ended_at"]),
        pages=row["pages"],
        posts_new=row["posts_new"],
        posts_known=row["posts_known"],
        posts_set_aside=row["posts_set_aside"],
        newest_post_at=from_column(row["newest_post_at"]),
        outcome=row["outcome"],
        message=row["message"] and row["message"][:LONGEST_MESSAGE],  # older ones have no bound
    )


def is_running(process_id: int) -> bool:
    """Tell whether there is a process of this id on this machine."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


class Runs:
    """The runs of the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def start(self, stage: str, source: str | None = None, *, elsewhere: bool = False) -> int:
        """Write that a run has started and return its id.

        elsewhere: it has no process on this machine whose end would be its end.
        """
        with self._connection.write() as db:
            cursor = db.execute(
                "INSERT INTO runs (stage, source, started_at, process_id) VALUES (?, ?, ?, ?)",
                [stage, source, to_column(now()), None if elsewhere else os.getpid()],
            )
            return id_of(cursor)

    def progress(
        self,
        run_id: int,
        *,
        pages: int,
        new: int,
        known: int,
        set_aside: int,
        newest_post_at: datetime | None,
    ) -> None:
        """Write how far a run has come, so that a killed one still tells."""
        with self._connection.write() as db:
            db.execute(
                "UPDATE runs SET pages = ?, posts_new = ?, posts_known = ?, posts_set_aside = ?, "
                "newest_post_at = ? WHERE id = ?",
                [pages, new, known, set_aside, to_column(newest_post_at), run_id],
            )

    def end(self, run_id: int, outcome: str, message: str | None = None) -> None:
        """Write how a run ended: "ok", or one word for what was wrong, with a message of a line."""
        with self._connection.write() as db:
            db.execute(
                "UPDATE runs SET ended_at = ?, outcome = ?, message = ? WHERE id = ?",
                [to_column(now()), outcome, message and storable(one_line(message)), run_id],
            )

    def close_stale(self, stage: str, source: str | None) -> int:
        """End as "cut short" the runs of a stage that never ended; return how many."""
        with self._connection.write() as db:
            return db.execute(
                "UPDATE runs SET ended_at = ?, outcome = 'cut short', "
                "message = 'the process ended before the run did' "
                "WHERE stage = ? AND source IS ? AND ended_at IS NULL",
                [to_column(now()), stage, source],
            ).rowcount

    def close_dead(self) -> int:
        """End as "cut short" every run whose process is gone; return how many."""
        rows = self._db.execute(
            "SELECT id, process_id FROM runs WHERE ended_at IS NULL AND process_id IS NOT NULL"
        ).fetchall()
        dead = [row["id"] for row in rows if not is_running(row["process_id"])]
        with self._connection.write() as db:
            for run_id in dead:
                db.execute(
                    "UPDATE runs SET ended_at = ?, outcome = 'cut short', message = ? "
                    "WHERE id = ? AND ended_at IS NULL",
                    [to_column(now()), "its process was killed before the run ended", run_id],
                )
        return len(dead)

    def get(self, run_id: int) -> Run:
        """Return one run."""
        return _run_from(self._db.execute("SELECT * FROM runs WHERE id = ?", [run_id]).fetchone())

    def process_of(self, run_id: int) -> int | None:
        """Return the process that began a run, None where it has none on this machine."""
        row = self._db.execute("SELECT process_id FROM runs WHERE id = ?", [run_id]).fetchone()
        return row["process_id"] if row else None

    def latest(self, stage: str, *, ended: bool = False) -> dict[str, Run]:
        """Return the last run of a stage for each source ("" where it has none).

        ended: leave out the runs that have not ended yet.
        """
        only = "AND ended_at IS NOT NULL" if ended else ""
        rows = self._db.execute(
            "SELECT * FROM runs WHERE id IN "
            f"(SELECT max(id) FROM runs WHERE stage = ? {only} GROUP BY source)",
            [stage],
        )
        return {row["source"] or "": _run_from(row) for row in rows}

    def recent(self, stage: str, source: str, count: int) -> list[Run]:
        """Return a source's last ended runs of a stage, the newest first, at most `count`."""
        rows = self._db.execute(
            "SELECT * FROM runs WHERE stage = ? AND source = ? AND ended_at IS NOT NULL "
            "ORDER BY id DESC LIMIT ?",
            [stage, source, count],
        )
        return [_run_from(row) for row in rows]

    def last_good(self, stage: str) -> dict[str, datetime]:
        """Return when each source's last run of a stage ended ok or empty."""
        rows = self._db.execute(
            "SELECT source, max(ended_at) AS at FROM runs "
            "WHERE stage = ? AND outcome IN ('ok', 'empty') GROUP BY source",
            [stage],
        )
        return {row["source"] or "": required(row["at"]) for row in rows}

    def unread_languages(self) -> dict[str, dict[str, int]]:
        """Return by source how many new posts were in each language that is not read."""
        rows = self._db.execute(
            "SELECT coalesce(source, '') AS source, language, sum(posts) AS posts "
            "FROM run_languages JOIN runs ON runs.id = run_id "
            "GROUP BY source, language ORDER BY source, posts DESC, language"
        )
        languages: dict[str, dict[str, int]] = {}
        for row in rows:
            languages.setdefault(row["source"], {})[row["language"]] = row["posts"]
        return languages

    def languages_of(self, run_ids: Sequence[int]) -> dict[int, dict[str, int]]:
        """Return for each of these runs how many posts were in languages that are not read."""
        languages: dict[int, dict[str, int]] = {}
        for run_id in run_ids:
            rows = self._db.execute(
                "SELECT language, posts FROM run_languages WHERE run_id = ? "
                "ORDER BY posts DESC, language",
                [run_id],
            )
            if of_run := {row["language"]: row["posts"] for row in rows}:
                languages[run_id] = of_run
        return languages
