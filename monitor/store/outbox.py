"""The outbox: messages go in, each once a channel; what became of them comes out.

A message is "waiting" until a process takes it, "sending" while that sends it, then "sent", waiting
again, or "given up". Where nobody knows whether it arrived it is "unsure", and is not sent again
unless somebody says so. Besides, notes by name: since when something is so.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.store.connection import Connection
from monitor.store.runs import is_running
from monitor.store.times import from_column, required, storable, to_column

WAITING, SENDING, SENT, UNSURE, GIVEN_UP = "waiting", "sending", "sent", "unsure", "given up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to a channel.

    key: of what it tells, so that it is told once. case_id: None for what is of no case.
    due_at: it is not tried before. begun_at: since when it is tried, for giving up.
    batch: the first message that it was sent with, None before it was tried.
    repeat: whether an earlier try may have arrived. receipt: what the last try was answered.
    """

    id: int
    key: str
    channel: str
    kind: str
    case_id: int | None
    words: str
    made_at: datetime
    begun_at: datetime
    due_at: datetime
    state: str
    tries: int
    tried_at: datetime | None
    batch: int | None
    repeat: bool
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """How a channel does; next_at: when the first that waits is due. receipt: of the last try."""

    waiting: int = 0
    sending: int = 0
    sent: int = 0
    unsure: int = 0
    given_up: int = 0
    sent_at: datetime | None = None
    next_at: datetime | None = None
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class StandingNote:
    """Since when something is so, and what is said of it."""

    at: datetime
    words: str


def _message_from(row: sqlite3.Row) -> Message:
    return Message(
        id=row["id"],
        key=row["key"],
        channel=row["channel"],
        kind=row["kind"],
        case_id=row["case_id"],
        words=row["words"],
        made_at=required(row["made_at"]),
        begun_at=required(row["begun_at"]),
        due_at=required(row["due_at"]),
        state=row["state"],
        tries=row["tries"],
        tried_at=from_column(row["tried_at"]),
        batch=row["batch"],
        repeat=bool(row["repeat"]),
        receipt=row["receipt"],
    )


class Outbox:
    """The messages of the store, and what was noted to make them once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def add(
        self, key: str, channel: str, kind: str, words: str, *, at: datetime, case_id: int | None
    ) -> bool:
        """Put a message in; False where this channel has one of this key already."""
        with self._connection.write() as db:
            cursor = db.execute(
                "INSERT OR IGNORE INTO outbox (key, channel, kind, case_id, words, made_at, "
                "begun_at, due_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?6)",
                [key, channel, kind, case_id, storable(words), to_column(at)],
            )
            return cursor.rowcount > 0

    def known(self, keys: Collection[str], channels: Collection[str]) -> set[tuple[str, str]]:
        """Return which of these keys are there, each with its channel."""
        rows = self._db.execute(
            "SELECT key, channel FROM outbox WHERE key IN (SELECT value FROM json_each(?)) "
            "AND channel IN (SELECT value FROM json_each(?))",
            [json.dumps(list(keys)), json.dumps(list(channels))],
        )
        return {(row["key"], row["channel"]) for row in rows}

    def waiting(self, channel: str) -> list[Message]:
        """Return what waits for a channel, oldest first."""
        rows = self._db.execute(
            "SELECT * FROM outbox WHERE channel = ? AND state = ? ORDER BY id", [channel, WAITING]
        )
        return [_message_from(row) for row in rows]

    def batches_between(self, channel: str, since: datetime, until: datetime) -> int:
        """Return how many requests a channel was sent in a time."""
        row = self._db.execute(
            "SELECT count(DISTINCT batch) FROM outbox "
            "WHERE channel = ? AND tried_at > ? AND tried_at <= ?",
            [channel, to_column(since), to_column(until)],
        )
        return int(row.fetchone()[0])

    def is_unsure(self, channel: str, since: datetime, until: datetime) -> bool:
        """Tell whether a channel was tried in a time and nobody knows what came of it."""
        row = self._db.execute(
            "SELECT 1 FROM outbox WHERE channel = ? AND state = ? "
            "AND tried_at > ? AND tried_at <= ? LIMIT 1",
            [channel, UNSURE, to_column(since), to_column(until)],
        )
        return row.fetchone() is not None

    def take(self, ids: Sequence[int], *, at: datetime) -> None:
        """Note that this process sends these from now on, all in one."""
        with self._connection.write() as db:
            db.execute(
                "UPDATE outbox SET state = ?1, tries = tries + 1, tried_at = ?2, process_id = ?3, "
                "batch = ?4 WHERE id IN (SELECT value FROM json_each(?5))",
                [SENDING, to_column(at), os.getpid(), ids[0], json.dumps(list(ids))],
            )

    def note(
        self,
        ids: Sequence[int],
        state: str,
        receipt: str,
        *,
        due_at: datetime | None = None,
        repeat: bool = False,
    ) -> None:
        """Note how a try ended; due_at: of the next one. repeat: whether it may have arrived."""
        with self._connection.write() as db:
            db.execute(
                "UPDATE outbox SET state = ?1, receipt = ?2, due_at = coalesce(?3, due_at), "
                "repeat = max(repeat, ?4), process_id = NULL "
                "WHERE id IN (SELECT value FROM json_each(?5))",
                [state, storable(receipt), to_column(due_at), int(repeat), json.dumps(list(ids))],
            )

    def orphans(self, before: datetime) -> list[Message]:
        """Return what a process was sending that is gone, or has done so since before a time."""
        rows = self._db.execute(
            "SELECT * FROM outbox WHERE state = ? ORDER BY id", [SENDING]
        ).fetchall()
        return [
            _message_from(row)
            for row in rows
            if not is_running(row["process_id"] or 0) or row["tried_at"] < (to_column(before) or "")
        ]

    def again(self, ids: Sequence[int], *, at: datetime) -> None:
        """Let messages be sent again from now on; one that may have arrived says so.

        What another process is sending, or has sent, stays as it is.
        """
        with self._connection.write() as db:
            db.execute(
                "UPDATE outbox SET repeat = max(repeat, state = ?1), state = ?2, tries = 0, "
                "begun_at = ?3, due_at = ?3 WHERE id IN (SELECT value FROM json_each(?4)) "
                "AND state NOT IN (?5, ?6)",
                [UNSURE, WAITING, to_column(at), json.dumps(list(ids)), SENDING, SENT],
            )

    def of_state(self, *states: str) -> list[Message]:
        """Return the messages in these states, oldest first."""
        rows = self._db.execute(
            "SELECT * FROM outbox WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id",
            [json.dumps(states)],
        )
        return [_message_from(row) for row in rows]

    def latest(self, count: int) -> list[Message]:
        """Return the messages made last, oldest first."""
        rows = self._db.execute("SELECT * FROM outbox ORDER BY id DESC LIMIT ?", [count])
        return [_message_from(row) for row in rows][::-1]

    def get(self, ids: Collection[int]) -> list[Message]:
        """Return messages by their ids, oldest first."""
        rows = self._db.execute(
            "SELECT * FROM outbox WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            [json.dumps(list(ids))],
        )
        return [_message_from(row) for row in rows]

    def channels(self, since: datetime) -> dict[str, ChannelState]:
        """Return how each channel with messages does; since: from when on sent ones count."""
        rows = self._db.execute(
            "SELECT channel, sum(state = 'waiting') AS waiting, sum(state = 'sending') AS sending, "
            "sum(state = 'sent' AND tried_at >= ?) AS sent, sum(state = 'unsure') AS unsure, "
            "sum(state = 'given up') AS given_up, "
            "max(CASE WHEN state = 'sent' THEN tried_at END) AS sent_at, "
            "min(CASE WHEN state = 'waiting' THEN due_at END) AS next_at, "
            "(SELECT receipt FROM outbox AS last WHERE last.channel = outbox.channel "
            "AND receipt != '' ORDER BY tried_at DESC, id DESC LIMIT 1) AS receipt "
            "FROM outbox GROUP BY channel",
            [to_column(since)],
        )
        return {
            row["channel"]: ChannelState(
                waiting=row["waiting"],
                sending=row["sending"],
                sent=row["sent"] or 0,
                unsure=row["unsure"],
                given_up=row["given_up"],
                sent_at=from_column(row["sent_at"]),
                next_at=from_column(row["next_at"]),
                receipt=row["receipt"] or "",
            )
            for row in rows
        }

    def drop(self, before: datetime) -> int:
        """Remove what was made before a time and waits no longer; return how many it were."""
        with self._connection.write() as db:
            return db.execute(
                "DELETE FROM outbox WHERE made_at < ? AND state NOT IN (?, ?)",
                [to_column(before), WAITING, SENDING],
            ).rowcount

    def begin(self, name: str, *, at: datetime, words: str = "") -> StandingNote:
        """Note that something is so since a time, unless that is noted; return what stands."""
        with self._connection.write() as db:
            db.execute(
                "INSERT OR IGNORE INTO outbox_notes (name, at, words) VALUES (?, ?, ?)",
                [name, to_column(at), storable(words)],
            )
        row = self._db.execute("SELECT * FROM outbox_notes WHERE name = ?", [name]).fetchone()
        return StandingNote(required(row["at"]), row["words"])

    def put(self, name: str, *, at: datetime, words: str = "") -> None:
        """Note a time and words under a name, instead of what stood there."""
        with self._connection.write() as db:
            db.execute(
                "INSERT INTO outbox_notes (name, at, words) VALUES (?1, ?2, ?3) "
                "ON CONFLICT (name) DO UPDATE SET at = ?2, words = ?3",
                [name, to_column(at), storable(words)],
            )

    def end(self, names: Collection[str]) -> None:
        """Note that these are so no longer."""
        with self._connection.write() as db:
            db.execute(
                "DELETE FROM outbox_notes WHERE name IN (SELECT value FROM json_each(?))",
                [json.dumps(list(names))],
            )

    def notes(self, beginning: str = "") -> dict[str, StandingNote]:
        """Return what is noted, by name; beginning: of the names."""
        rows = self._db.execute(
            "SELECT * FROM outbox_notes WHERE substr(name, 1, ?) = ? ORDER BY name",
            [len(beginning), beginning],
        )
        return {row["name"]: StandingNote(required(row["at"]), row["words"]) for row in rows}

    def count_opened(self, since: datetime) -> int:
        """Return how many cases were opened since then."""
        return len(self._ids("SELECT id FROM cases WHERE opened_at >= ?", since))

    def cases_joined(self, since: datetime) -> list[int]:
        """Return the ids of open cases that nobody called and that a need joined since then."""
        return self._ids(
            "SELECT DISTINCT cases.id FROM case_needs JOIN cases ON cases.id = case_id "
            "WHERE joined_at >= ? AND left_at IS NULL AND closed = 0 AND NOT EXISTS "
            "(SELECT 1 FROM callbacks WHERE callbacks.case_id = cases.id) ORDER BY cases.id",
            since,
        )

    def cases_uncalled(self, since: datetime, until: datetime) -> list[int]:
        """Return the ids of open cases that were opened in a time and that nobody called."""
        return self._ids(
            "SELECT id FROM cases WHERE opened_at >= ? AND opened_at < ? AND closed = 0 "
            "AND NOT EXISTS (SELECT 1 FROM callbacks WHERE case_id = cases.id) ORDER BY id",
            since,
            until,
        )

    def cases_called(self, since: datetime) -> list[int]:
        """Return the ids of cases with a callback that was recorded since then."""
        return self._ids(
            "SELECT DISTINCT case_id FROM callbacks WHERE recorded_at >= ? ORDER BY case_id", since
        )

    def calls_agreed(self, since: datetime, until: datetime) -> list[tuple[int, str]]:
        """Return open cases for which a call was agreed in a time, each with the callback's id.

        It is the case's last one: nobody called since.
        """
        rows = self._db.execute(
            "SELECT callbacks.id, case_id FROM callbacks JOIN cases ON cases.id = case_id "
            "WHERE call_again_at >= ? AND call_again_at <= ? AND closed = 0 AND NOT EXISTS "
            "(SELECT 1 FROM callbacks AS later WHERE later.case_id = callbacks.case_id "
            "AND later.rowid > callbacks.rowid) ORDER BY case_id",
            [to_column(since), to_column(until)],
        )
        return [(row["case_id"], row["id"]) for row in rows]

    def calls_given(
        self, beginnings: Sequence[str], since: datetime
    ) -> list[tuple[str, datetime, int]]:
        """Return agents who were given calls since then, with when the last was and how many.

        beginnings: of the reasons for which cases are given as calls of lists.
        """
        rows = self._db.execute(
            "SELECT agent, max(assigned_at) AS last, count(*) AS calls FROM assignments "
            "WHERE assigned_at >= ? AND ended_at IS NULL AND EXISTS (SELECT 1 FROM json_each(?) "
            "WHERE substr(reason, 1, length(value)) = value) GROUP BY agent ORDER BY agent",
            [to_column(since), json.dumps(list(beginnings))],
        )
        return [(row["agent"], required(row["last"]), row["calls"]) for row in rows]

    def bars(self, since: datetime) -> list[tuple[int, datetime, int | None]]:
        """Return the do-not-call marks made since then: id, when, and the case of its callback."""
        rows = self._db.execute(
            "SELECT contact_marks.id, at, case_id FROM contact_marks "
            "LEFT JOIN callbacks ON callbacks.id = callback_id "
            "WHERE mark = 'barred' AND at >= ? ORDER BY contact_marks.id",
            [to_column(since)],
        )
        return [(row["id"], required(row["at"]), row["case_id"]) for row in rows]

    def _ids(self, query: str, *times: datetime) -> list[int]:
        rows = self._db.execute(query, [to_column(time) for time in times])
        return [int(row[0]) for row in rows]
