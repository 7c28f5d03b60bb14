"""Cases, the needs they hold and the agents they are assigned to; nothing is overwritten."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from classifiers.need import CONCERNED
from monitor.store.callbacks import callbacks_of
from monitor.store.connection import Connection, id_of
from monitor.store.facility_keys import facility_key
from monitor.store.needs import Needs
from monitor.store.times import now, required, to_column
from monitor.store.updates import updates_of
from monitor.types import Case, Joined

CLOSED_LOOKED_AT = 10  # closed cases of a facility, the latest, that tell who cares for it
_AGENTS_OF_FACILITY = (
    "SELECT agent FROM case_facilities LEFT JOIN assignments "
    "ON assignments.case_id = case_facilities.case_id AND ended_at IS NULL "
    'WHERE "key" = ? ORDER BY case_facilities.case_id DESC LIMIT ?'
)


class Cases:
    """The cases of the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db
        self._needs = Needs(connection)

    def open(
        self, need_id: int, *, reason: str = "first", matched_need_id: int | None = None
    ) -> int:
        """Open a case with its first need and return the case's id."""
        with self._connection.write() as db:
            cursor = db.execute("INSERT INTO cases (opened_at) VALUES (?)", [to_column(now())])
            case_id = id_of(cursor)
            self.join(case_id, need_id, reason=reason, matched_need_id=matched_need_id)
            return case_id

    def join(self, case_id: int, need_id: int, *, reason: str, matched_need_id: int | None) -> None:
        """Put a need into a case, saying why."""
        with self._connection.write() as db:
            db.table("case_needs").insert(
                {
                    "case_id": case_id,
                    "need_id": need_id,
                    "reason": reason,
                    "matched_need_id": matched_need_id,
                    "joined_at": to_column(now()),
                    "left_at": None,
                }
            )
            self._note_facilities(case_id, need_id)

    def _note_facilities(self, case_id: int, need_id: int) -> None:
        """Note which facilities a need of a case is about."""
        rows = self._db.execute(
            "SELECT text FROM facilities WHERE need_id = ? AND role IN (?, ?)",
            [need_id, *CONCERNED],
        )
        for key in {facility_key(row["text"]) for row in rows}:
            self._db.execute(
                'INSERT OR IGNORE INTO case_facilities ("key", case_id) VALUES (?, ?)',
                [key, case_id],
            )

    def split(self, case_id: int, need_ids: Sequence[int]) -> int:
        """Take needs out of a case into a new one of their own and return its id."""
        with self._connection.write() as db:
            for need_id in need_ids:
                db.execute(
                    "UPDATE case_needs SET left_at = ? "
                    "WHERE case_id = ? AND need_id = ? AND left_at IS NULL",
                    [to_column(now()), case_id, need_id],
                )
            first, *others = need_ids
            new_case = self.open(first, reason="split")
            for need_id in others:
                self.join(new_case, need_id, reason="split", matched_need_id=first)
            self.note_facilities_again(case_id)
            return new_case

    def note_facilities_again(self, case_id: int) -> None:
        """Note which facilities a case is about by the needs that it holds now."""
        with self._connection.write() as db:
            db.execute("DELETE FROM case_facilities WHERE case_id = ?", [case_id])
            for row in db.execute(
                "SELECT need_id FROM case_needs WHERE case_id = ? AND left_at IS NULL", [case_id]
            ).fetchall():
                self._note_facilities(case_id, row["need_id"])

    def leave(self, case_id: int, need_id: int) -> None:
        """Take a need out of a case; one that holds none any longer is closed."""
        with self._connection.write() as db:
            db.execute(
                "UPDATE case_needs SET left_at = ? "
                "WHERE case_id = ? AND need_id = ? AND left_at IS NULL",
                [to_column(now()), case_id, need_id],
            )
            self.note_facilities_again(case_id)
            is_empty = not db.execute(
                "SELECT 1 FROM case_needs WHERE case_id = ? AND left_at IS NULL", [case_id]
            ).fetchone()
            if is_empty:
                self.unassign(case_id, "no need is left")
                db.execute("UPDATE cases SET closed = 1 WHERE id = ?", [case_id])

    def absorb(self, case_id: int, other_id: int) -> None:
        """Put all needs of another case into this one; its callbacks count here from then on.

        The other case stays on record, closed, and says where it went.
        """
        with self._connection.write() as db:
            moved = [
                row["need_id"]
                for row in db.execute(
                    "UPDATE case_needs SET left_at = ? WHERE case_id = ? AND left_at IS NULL "
                    "RETURNING need_id",
                    [to_column(now()), other_id],
                )
            ]
            for need_id in moved:
                self.join(case_id, need_id, reason="merged", matched_need_id=None)
            db.execute("DELETE FROM case_facilities WHERE case_id = ?", [other_id])
            self.unassign(other_id, "merged")
            db.execute(
                "UPDATE cases SET merged_into = ? WHERE merged_into = ?", [case_id, other_id]
            )
            db.execute(
                "UPDATE cases SET closed = 1, merged_into = ? WHERE id = ?", [case_id, other_id]
            )

    def last_join(self) -> int:
        """Return the number of the last entry of a need into a case, 0 before the first."""
        [last] = self._db.execute("SELECT coalesce(max(id), 0) FROM case_needs").fetchone()
        return int(last)

    def joined_since(self, last_join: int) -> list[int]:
        """Return the ids of the cases that a need joined after the entry `last_join`."""
        rows = self._db.execute(
            "SELECT DISTINCT case_id FROM case_needs WHERE id > ? AND left_at IS NULL", [last_join]
        )
        return [row["case_id"] for row in rows]

    def of_need(self, need_id: int) -> tuple[int, bool] | None:
        """Return the id of the case that holds a need and whether it is closed; None for none."""
        row = self._db.execute(
            "SELECT cases.id, closed FROM case_needs JOIN cases ON cases.id = case_id "
            "WHERE need_id = ? AND left_at IS NULL",
            [need_id],
        ).fetchone()
        return (row["id"], bool(row["closed"])) if row else None

    def reopen(self, case_id: int, *, actor: str, reason: str) -> None:
        """Open a case again: what ended it so far ends it no longer, and stays on record."""
        with self._connection.write() as db:
            db.execute(
                "INSERT OR IGNORE INTO reopenings (callback_id, actor, reason, at) "
                "SELECT id, ?, ?, ? FROM callbacks WHERE case_id = ? AND ends_case",
                [actor, reason, to_column(now()), case_id],
            )
            db.execute("UPDATE cases SET closed = 0 WHERE id = ?", [case_id])

    def exists(self, case_id: int) -> bool:
        """Tell whether there is such a case."""
        return bool(self._db.execute("SELECT 1 FROM cases WHERE id = ?", [case_id]).fetchone())

    def all_ids(self) -> list[int]:
        """Return the ids of all cases, oldest first."""
        return [row["id"] for row in self._db.execute("SELECT id FROM cases ORDER BY id")]

    def open_ids(self) -> list[int]:
        """Return the ids of the cases that no callback has ended, oldest first."""
        return list(self.agents_of_open())

    def had_agent(self, name: str) -> bool:
        """Tell whether somebody of this name ever had a case."""
        row = self._db.execute("SELECT 1 FROM assignments WHERE agent = ? LIMIT 1", [name])
        return row.fetchone() is not None

    def agents_of_open(self) -> dict[int, str | None]:
        """Return the agent of each open case by the case's id, oldest first; None: nobody's."""
        rows = self._db.execute(
            "SELECT cases.id, agent FROM cases LEFT JOIN assignments "
            "ON assignments.case_id = cases.id AND ended_at IS NULL "
            "WHERE closed = 0 ORDER BY cases.id"
        )
        return {row["id"]: row["agent"] for row in rows}

    def who_cares(self, facility_keys: Iterable[str], agents: Collection[str]) -> dict[str, str]:
        """Return by a facility's key which of the agents has its latest case, closed ones included.

        A facility of which none of them has a case is left out, and so is one whose latest
        CLOSED_LOOKED_AT closed cases were all of others: what is read must not grow with these.
        """
        [count] = self._db.execute("SELECT count(*) FROM cases WHERE closed = 0").fetchone()
        cares: dict[str, str] = {}
        for key in facility_keys:
            rows = self._db.execute(_AGENTS_OF_FACILITY, [key, CLOSED_LOOKED_AT + count])
            agent = next((row["agent"] for row in rows if row["agent"] in agents), None)
            if agent:
                cares[key] = agent
        return cares

    def touched_since(self, since: datetime) -> list[int]:
        """Return the ids of open cases and of those ended by a callback recorded since then."""
        rows = self._db.execute(
            "SELECT id FROM cases WHERE closed = 0 "
            "UNION SELECT case_id FROM callbacks WHERE recorded_at >= ? ORDER BY id",
            [to_column(since)],
        )
        return [row["id"] for row in rows]

    def of_posts_since(self, since: datetime) -> list[int]:
        """Return the ids of cases with a need whose post was posted, or first seen, since then."""
        rows = self._db.execute(
            "SELECT DISTINCT case_id FROM case_needs JOIN needs ON needs.id = need_id "
            "JOIN posts ON posts.id = post_id WHERE left_at IS NULL "
            "AND coalesce(posted_at, first_seen_at) >= ? ORDER BY case_id",
            [to_column(since)],
        )
        return [row["case_id"] for row in rows]

    def called_with(self, dispositions: Collection[str]) -> list[Case]:
        """Return the cases with a callback that ended so, the one called last first."""
        holes = ", ".join("?" * len(dispositions))
        rows = self._db.execute(
            f"SELECT case_id FROM callbacks WHERE disposition IN ({holes}) "
            "GROUP BY case_id ORDER BY max(attempted_at) DESC, case_id",
            list(dispositions),
        )
        return self.get([row["case_id"] for row in rows])

    def get(self, ids: Sequence[int]) -> list[Case]:
        """Return cases with their needs, agent and callbacks, in the order of `ids`."""
        cases: dict[int, Case] = {}
        for at in range(0, len(ids), 500):
            cases.update(self._get_batch(ids[at : at + 500]))
        return [cases[case_id] for case_id in ids]

    def _get_batch(self, ids: Sequence[int]) -> dict[int, Case]:
        holes = ", ".join("?" * len(ids))
        members: dict[int, list[sqlite3.Row]] = defaultdict(list)
        for row in self._db.execute(
            f"SELECT * FROM case_needs WHERE left_at IS NULL AND case_id IN ({holes}) ORDER BY id",
            ids,
        ):
            members[row["case_id"]].append(row)
        need_ids = [row["need_id"] for rows in members.values() for row in rows]
        needs = {need.id: need for need in self._needs.get(need_ids)}
        agents = {
            row["case_id"]: row["agent"]
            for row in self._db.execute(
                "SELECT case_id, agent FROM assignments "
                f"WHERE ended_at IS NULL AND case_id IN ({holes})",
                ids,
            )
        }
        callbacks = callbacks_of(self._db, ids)
        updates = updates_of(self._db, ids)
        rows = self._db.execute(
            f"SELECT id, opened_at, closed FROM cases WHERE id IN ({holes})", ids
        )
        return {
            row["id"]: Case(
                id=row["id"],
                opened_at=required(row["opened_at"]),
                joined=tuple(
                    Joined(
                        need=needs[member["need_id"]],
                        reason=member["reason"],
                        matched_need_id=member["matched_need_id"],
                        joined_at=required(member["joined_at"]),
                    )
                    for member in members[row["id"]]
                ),
                agent=agents.get(row["id"]),
                callbacks=tuple(callbacks[row["id"]]),
                closed=bool(row["closed"]),
                updates=tuple(updates.get(row["id"], ())),
            )
            for row in rows
        }

    def assign(self, case_id: int, agent: str, reason: str, *, actor: str = "") -> None:
        """Give a case to an agent, ending an earlier assignment; actor: who did, "" for routing."""
        with self._connection.write() as db:
            self.unassign(case_id, "reassigned")
            db.execute(
                "INSERT INTO assignments (case_id, agent, reason, actor, assigned_at) "
                "VALUES (?, ?, ?, ?, ?)",
                [case_id, agent, reason, actor, to_column(now())],
            )

    def unassign(self, case_id: int, reason: str) -> None:
        """End a case's assignment, if it has one."""
        with self._connection.write() as db:
            db.execute(
                "UPDATE assignments SET ended_at = ?, ended_reason = ? "
                "WHERE case_id = ? AND ended_at IS NULL",
                [to_column(now()), reason, case_id],
            )
