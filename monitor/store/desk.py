"""The live desk's tables: sign-in links, sessions and claims; secrets are kept as hashes only."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.store.callbacks import callbacks_of
from monitor.store.connection import Connection
from monitor.store.times import required, to_column
from monitor.types import Callback


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An agent who is signed in; hash: of the secret in the agent's cookie, never the secret."""

    hash: str
    agent: str
    csrf: str
    made_at: datetime
    expires_at: datetime

    @property
    def name(self) -> str:
        """What people call it by; no secret."""
        return self.hash[:_NAME]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A case that an agent has open, until it is given back or expires.

    session: the hash of the session. window: which of the agent's windows has it open.
    dialled: whether a number of it was dialled there.
    """

    case_id: int
    agent: str
    session: str
    window: str
    claimed_at: datetime
    expires_at: datetime
    dialled: bool


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """How far a page has been told: the last callback, assignment and case known to it."""

    callback: int = 0
    assignment: int = 0
    case: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What came in after a cursor.

    assigned: cases by their new agent, "" where nobody has them now.
    """

    cursor: Cursor
    callbacks: tuple[Callback, ...]
    assigned: tuple[tuple[int, str], ...]
    cases_new: int


_NAME = 8  # signs of a hash that tell a desk's sessions apart
_HASH = 64  # signs of a SHA-256; a claim's column holds those of its session, then its window


def _session_from(row: sqlite3.Row) -> Session:
    return Session(
        hash=row["hash"],
        agent=row["agent"],
        csrf=row["csrf"],
        made_at=required(row["made_at"]),
        expires_at=required(row["expires_at"]),
    )


def _claim_from(row: sqlite3.Row) -> Claim:
    return Claim(
        case_id=row["case_id"],
        agent=row["agent"],
        session=row["session"][:_HASH],
        window=row["session"][_HASH:],
        claimed_at=required(row["claimed_at"]),
        expires_at=required(row["expires_at"]),
        dialled=bool(row["dialled"]),
    )


class Desk:
    """Who may sign in, who is signed in, who has which case open, and what changed meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def keep_through_power_loss(self) -> None:
        """Write to the disk before each answer: what was answered "added" is never sent again."""
        self._db.execute("PRAGMA synchronous = FULL")

    def add_link(self, hashed: str, agent: str, *, at: datetime, until: datetime) -> None:
        """Keep a sign-in link; links that expired or were used by then are forgotten."""
        with self._connection.write() as db:
            db.execute(
                "DELETE FROM sign_in_links WHERE used_at IS NOT NULL OR expires_at <= ?",
                [to_column(at)],
            )
            db.execute(
                "INSERT INTO sign_in_links (hash, agent, made_at, expires_at) VALUES (?, ?, ?, ?)",
                [hashed, agent, to_column(at), to_column(until)],
            )

    def link(self, hashed: str, *, at: datetime) -> str | None:
        """Return whose unused sign-in link this is, None where it can be used no longer."""
        row = self._db.execute(
            "SELECT agent FROM sign_in_links WHERE hash = ? AND used_at IS NULL AND expires_at > ?",
            [hashed, to_column(at)],
        ).fetchone()
        return row["agent"] if row else None

    def use_link(self, hashed: str, *, at: datetime) -> str | None:
        """Use a sign-in link up and return whose it is; None where it could be used no longer."""
        with self._connection.write() as db:
            agent = self.link(hashed, at=at)
            db.execute(
                "UPDATE sign_in_links SET used_at = ? WHERE hash = ? AND used_at IS NULL",
                [to_column(at), hashed],
            )
            return agent

    def start_session(
        self, hashed: str, agent: str, csrf: str, *, at: datetime, until: datetime
    ) -> Session:
        """Keep a session and return it."""
        with self._connection.write() as db:
            db.execute(
                "INSERT INTO sessions (hash, agent, csrf, made_at, expires_at) "
                "VALUES (?, ?, ?, ?, ?)",
                [hashed, agent, csrf, to_column(at), to_column(until)],
            )
        return Session(hash=hashed, agent=agent, csrf=csrf, made_at=at, expires_at=until)

    def session(self, hashed: str, *, at: datetime) -> Session | None:
        """Return a session that has neither ended nor expired, None where there is none."""
        row = self._db.execute(
            "SELECT * FROM sessions WHERE hash = ? AND ended_at IS NULL AND expires_at > ?",
            [hashed, to_column(at)],
        ).fetchone()
        return _session_from(row) if row else None

    def sessions(self, *, at: datetime) -> list[Session]:
        """Return who is signed in at a time, the longest first."""
        rows = self._db.execute(
            "SELECT * FROM sessions WHERE ended_at IS NULL AND expires_at > ? ORDER BY made_at",
            [to_column(at)],
        )
        return [_session_from(row) for row in rows]

    def end_session(self, hashed: str, *, at: datetime) -> None:
        """Sign one session out and give its cases back."""
        with self._connection.write() as db:
            db.execute(
                "UPDATE sessions SET ended_at = ? WHERE hash = ? AND ended_at IS NULL",
                [to_column(at), hashed],
            )
            db.execute("DELETE FROM claims WHERE substr(session, 1, ?) = ?", [_HASH, hashed])

    def end_named(self, name: str, agent: str, *, at: datetime) -> bool:
        """Sign an agent out of the session of this name; return whether there was one."""
        with self._connection.write():
            hashes = [
                one.hash for one in self.sessions(at=at) if one.agent == agent and one.name == name
            ]
            for hashed in hashes:
                self.end_session(hashed, at=at)
        return bool(hashes)

    def end_agent(self, agent: str, *, at: datetime) -> int:
        """Sign an agent out everywhere, links not yet used included; return how many sessions."""
        with self._connection.write() as db:
            db.execute("DELETE FROM sign_in_links WHERE agent = ?", [agent])
            db.execute("DELETE FROM claims WHERE agent = ?", [agent])
            return db.execute(
                "UPDATE sessions SET ended_at = ? "
                "WHERE agent = ? AND ended_at IS NULL AND expires_at > ?",
                [to_column(at), agent, to_column(at)],
            ).rowcount

    def drop_ended(self, before: datetime) -> None:
        """Remove the sessions and links that ended before a time."""
        with self._connection.write() as db:
            at = to_column(before)
            db.execute("DELETE FROM sessions WHERE coalesce(ended_at, expires_at) < ?", [at])
            db.execute("DELETE FROM sign_in_links WHERE expires_at < ?", [at])

    def claim(
        self,
        case_id: int,
        agent: str,
        session: str,
        *,
        at: datetime,
        until: datetime,
        window: str = "",
        dialled: bool = False,
    ) -> Claim:
        """Claim a case, or renew one's own claim; return the claim that holds now, whosever.

        One statement decides, so that of two agents at once one gets it.
        """
        with self._connection.write() as db:
            db.execute(
                "INSERT INTO claims (case_id, agent, session, claimed_at, expires_at, "
                "dialled) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (case_id) DO UPDATE SET "
                "claimed_at = CASE WHEN agent = excluded.agent AND expires_at > "
                "excluded.claimed_at THEN claimed_at ELSE excluded.claimed_at END, "
                "agent = excluded.agent, session = excluded.session, "
                "expires_at = excluded.expires_at, dialled = excluded.dialled "
                "WHERE agent = excluded.agent OR expires_at <= excluded.claimed_at",
                [case_id, agent, session + window, to_column(at), to_column(until), int(dialled)],
            )
            row = db.execute("SELECT * FROM claims WHERE case_id = ?", [case_id]).fetchone()
            return _claim_from(row)

    def release(self, case_id: int, session: str, window: str = "") -> bool:
        """Give a case back; return False where this window of this session did not have it."""
        with self._connection.write() as db:
            cursor = db.execute(
                "DELETE FROM claims WHERE case_id = ? AND session = ?", [case_id, session + window]
            )
            return cursor.rowcount > 0

    def claims(self, *, at: datetime) -> list[Claim]:
        """Return the claims that hold at a time."""
        rows = self._db.execute(
            "SELECT * FROM claims WHERE expires_at > ? ORDER BY case_id", [to_column(at)]
        )
        return [_claim_from(row) for row in rows]

    def cursor(self) -> Cursor:
        """Return how far the store has come."""
        row = self._db.execute(
            "SELECT (SELECT coalesce(max(rowid), 0) FROM callbacks), "
            "(SELECT coalesce(max(id), 0) FROM assignments), "
            "(SELECT coalesce(max(id), 0) FROM cases)"
        ).fetchone()
        return Cursor(*row)

    def changes(self, after: Cursor) -> Changes:
        """Return what came in after a cursor; its case stays, to count from the page's making.

        Rows are numbered in the order of their transactions, so none slips in behind a cursor.
        """
        now = self.cursor()
        rows = self._db.execute(
            "SELECT id, case_id FROM callbacks WHERE rowid > ? AND rowid <= ? ORDER BY rowid",
            # A restored store may be behind its pages: they are told everything again.
            [after.callback if after.callback <= now.callback else 0, now.callback],
        ).fetchall()
        assignments = self._db.execute(
            "SELECT case_id, max(CASE WHEN ended_at IS NULL THEN agent ELSE '' END) AS agent "
            "FROM assignments WHERE case_id IN (SELECT case_id FROM assignments WHERE id > ?) "
            "GROUP BY case_id ORDER BY case_id",
            [after.assignment],
        )
        new = self._db.execute("SELECT count(*) FROM cases WHERE id > ?", [after.case])
        return Changes(
            cursor=Cursor(now.callback, now.assignment, after.case),
            callbacks=self._callbacks([(row["id"], row["case_id"]) for row in rows]),
            assigned=tuple((row["case_id"], row["agent"]) for row in assignments),
            cases_new=int(new.fetchone()[0]),
        )

    def _callbacks(self, pairs: Sequence[tuple[str, int]]) -> tuple[Callback, ...]:
        """Return callbacks by id and case, in the order given."""
        cases = sorted({case_id for _, case_id in pairs})
        by_id: dict[str, Callback] = {}
        for at in range(0, len(cases), 500):
            for callbacks in callbacks_of(self._db, cases[at : at + 500]).values():
                by_id.update((callback.id, callback) for callback in callbacks)
        return tuple(by_id[callback_id] for callback_id, _ in pairs)
