"""Cases, the needs they hold and the agents they are assigned to; nothing is overwritten."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from classifiers.doors import LISTS
from classifiers.need import CONCERNED
from monitor.store.callbacks import callbacks_of
from monitor.store.connection import Connection
from monitor.store.facility_keys import facility_key
from monitor.store.needs import Needs
from monitor.store.numbers import next_number
from monitor.store.signs import contact_sign
from monitor.store.times import now, required, to_column
from monitor.store.updates import updates_of
from monitor.types import Case, Hand, HandOver, Joined, KnownContact

CLOSED_LOOKED_AT = 10  # closed cases of a facility, the latest, that tell who cares for it
_AGENTS_OF_FACILITY = (
    "SELECT agent FROM case_facilities LEFT JOIN assignments "
    "ON assignments.case_id = case_facilities.case_id AND ended_at IS NULL "
    'WHERE "key" = ? ORDER BY case_facilities.case_id DESC LIMIT ?'
)
# As the pages' search squeezes words: lower case, without gaps, dots between words and dashes.
_SQUEEZED = "replace(replace(replace(replace(lower({}), ' ', ''), char(10), ''), '·', ''), '-', '')"
HANDED = "handed over"
RESTS = "rests until another round"


def hand_over_from(row: sqlite3.Row) -> HandOver:
    """Return the hand-over of a row of assignments."""
    return HandOver(
        case_id=row["case_id"],
        by=row["actor"],
        to=row["agent"],
        note=row["note"],
        at=required(row["assigned_at"]),
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
            case_id = next_number(self._connection, "cases")
            at = to_column(now())
            db.execute("INSERT INTO cases (id, opened_at) VALUES (?, ?)", [case_id, at])
            self.join(case_id, need_id, reason=reason, matched_need_id=matched_need_id)
            return case_id

    def join(self, case_id: int, need_id: int, *, reason: str, matched_need_id: int | None) -> None:
        """Put a need into a case, saying why."""
        with self._connection.write() as db:
            db.execute(
                "INSERT INTO case_needs (case_id, need_id, reason, matched_need_id, joined_at) "
                "VALUES (?, ?, ?, ?, ?)",
                [case_id, need_id, reason, matched_need_id, to_column(now())],
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

    def rest(self, case_id: int) -> bool:
        """Close a case that no callback ended until another round wakes it; False where it stays.

        It stays where it holds more than what lists and warnings told: somebody asked for goods.
        """
        with self._connection.write() as db:
            asks = db.execute(
                "SELECT 1 FROM case_needs JOIN needs ON needs.id = need_id "
                "JOIN posts ON posts.id = post_id WHERE case_id = ? AND left_at IS NULL "
                "AND (source NOT IN (SELECT value FROM json_each(?)) OR EXISTS "
                "(SELECT 1 FROM items WHERE items.need_id = needs.id)) LIMIT 1",
                [case_id, json.dumps(LISTS)],
            ).fetchone()
            if asks:
                return False
            self.unassign(case_id, RESTS)
            db.execute("UPDATE cases SET closed = 1 WHERE id = ?", [case_id])
            return True

    def wake(self, case_id: int) -> None:
        """Open a case again that rested."""
        self._db.execute("UPDATE cases SET closed = 0 WHERE id = ?", [case_id])

    def unassigned_of(self, source: str) -> list[int]:
        """Return the ids of open cases that nobody has, all of whose posts are of lists.

        source: of one of their posts.
        """
        rows = self._db.execute(
            "SELECT DISTINCT cases.id FROM posts JOIN needs ON needs.post_id = posts.id "
            "JOIN case_needs ON need_id = needs.id AND left_at IS NULL "
            "JOIN cases ON cases.id = case_id AND closed = 0 WHERE source = ? "
            "AND NOT EXISTS (SELECT 1 FROM assignments "
            "WHERE assignments.case_id = cases.id AND ended_at IS NULL) "
            "AND NOT EXISTS (SELECT 1 FROM case_needs AS held "
            "JOIN needs ON needs.id = held.need_id JOIN posts AS other ON other.id = needs.post_id "
            "WHERE held.case_id = cases.id "
            "AND held.left_at IS NULL AND other.source NOT IN (SELECT value FROM json_each(?))) "
            "ORDER BY cases.id",
            [source, json.dumps(LISTS)],
        )
        return [row["id"] for row in rows]

    def assigned_for(self, reason: str, since: datetime) -> Counter[str]:
        """Return how many cases each agent got for a reason since then."""
        rows = self._db.execute(
            "SELECT agent, count(*) AS count FROM assignments WHERE reason = ? "
            "AND assigned_at >= ? GROUP BY agent",
            [reason, to_column(since)],
        )
        return Counter({row["agent"]: row["count"] for row in rows})

    def agent_of(self, case_id: int) -> str | None:
        """Return who has a case, None for nobody."""
        row = self._db.execute(
            "SELECT agent FROM assignments WHERE case_id = ? AND ended_at IS NULL", [case_id]
        ).fetchone()
        return row["agent"] if row else None

    def open_with_contact(self, keys: Iterable[tuple[str, str]]) -> int | None:
        """Return the oldest open case with a need that gave one of the contacts, None for none.

        keys: of the contacts.
        """
        row = self._db.execute(
            "SELECT min(cases.id) AS case_id FROM need_signs "
            "JOIN case_needs ON case_needs.need_id = need_signs.need_id AND left_at IS NULL "
            "JOIN cases ON cases.id = case_needs.case_id AND closed = 0 "
            "WHERE kind = 'contact' AND \"key\" IN (SELECT value FROM json_each(?))",
            [json.dumps([contact_sign(key) for key in keys])],
        ).fetchone()
        return int(row["case_id"]) if row["case_id"] is not None else None

    def exists(self, case_id: int) -> bool:
        """Tell whether there is such a case."""
        return bool(self._db.execute("SELECT 1 FROM cases WHERE id = ?", [case_id]).fetchone())

    def kept_as(self, case_id: int) -> int:
        """Return the case that holds what a case held: itself, or the one it was merged into."""
        row = self._db.execute(
            "SELECT coalesce(merged_into, id) AS kept FROM cases WHERE id = ?", [case_id]
        ).fetchone()
        return int(row["kept"])

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

    def agents_of_open(self, awake: Collection[int] = ()) -> dict[int, str | None]:
        """Return the agent of each open case by the case's id, oldest first; None: nobody's.

        awake: ids of closed cases that count as open.
        """
        rows = self._db.execute(
            "SELECT cases.id, agent FROM cases LEFT JOIN assignments "
            "ON assignments.case_id = cases.id AND ended_at IS NULL "
            "WHERE cases.id IN (SELECT id FROM cases WHERE closed = 0 "
            "UNION SELECT value FROM json_each(?)) ORDER BY cases.id",
            [json.dumps(sorted(awake))],
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

    def concerning(
        self, agent: str, since: datetime, dispositions: Collection[str] = ()
    ) -> list[int]:
        """Return the ids of the cases that may concern an agent.

        The agent's open ones, those ended by a callback recorded since then in which the agent had
        a part, and the open ones with a callback that ended in one of the dispositions.
        """
        holes = ", ".join("?" * len(dispositions))
        rows = self._db.execute(
            "SELECT id FROM cases WHERE closed = 0 AND id IN "
            "(SELECT case_id FROM assignments WHERE agent = ? AND ended_at IS NULL) "
            "UNION SELECT id FROM cases WHERE closed AND id IN "
            "(SELECT case_id FROM callbacks WHERE recorded_at >= ?) AND ("
            "id IN (SELECT case_id FROM callbacks WHERE agent = ?) OR id IN "
            "(SELECT case_id FROM assignments WHERE agent = ? AND ended_at IS NULL)) "
            "UNION SELECT id FROM cases WHERE closed = 0 AND id IN "
            f"(SELECT case_id FROM callbacks WHERE disposition IN ({holes})) ORDER BY id",
            [agent, to_column(since), agent, agent, *dispositions],
        )
        return [row["id"] for row in rows]

    def dialled(self, since: datetime) -> dict[int, list[KnownContact]]:
        """Return what was called for each open case and each called since then."""
        rows = self._db.execute(
            "SELECT DISTINCT case_id, contact_kind, contact_value FROM callbacks "
            "WHERE contact_value IS NOT NULL AND id IN (SELECT id FROM callbacks "
            "WHERE recorded_at >= ? UNION SELECT id FROM callbacks WHERE case_id IN "
            "(SELECT id FROM cases WHERE closed = 0))",
            [to_column(since)],
        )
        contacts: dict[int, list[KnownContact]] = defaultdict(list)
        for row in rows:
            contacts[row["case_id"]].append(
                KnownContact(kind=row["contact_kind"], value=row["contact_value"])
            )
        return contacts

    def versions_of_open(self) -> dict[int, tuple[object, ...]]:
        """Return of each open case, by its id, what changes when its needs or its agent do."""
        rows = self._db.execute(
            "SELECT cases.id, agent, max(case_needs.id), count(*), "
            "(SELECT count(*) FROM callbacks WHERE callbacks.case_id = cases.id) AS calls, "
            "(SELECT count(*) FROM need_updates JOIN case_needs AS held USING (need_id) "
            "WHERE held.case_id = cases.id AND undone_at IS NULL) "
            "FROM cases JOIN case_needs ON case_needs.case_id = cases.id AND left_at IS NULL "
            "LEFT JOIN assignments ON assignments.case_id = cases.id AND ended_at IS NULL "
            "WHERE closed = 0 GROUP BY cases.id"
        )
        return {row["id"]: tuple(row)[1:] for row in rows}

    def open_of_facility(self, key: str) -> list[int]:
        """Return the ids of the open cases that are about a facility; key: its facility_key."""
        rows = self._db.execute(
            "SELECT cases.id FROM case_facilities JOIN cases ON cases.id = case_id "
            'WHERE "key" = ? AND closed = 0 ORDER BY cases.id',
            [key],
        )
        return [row["id"] for row in rows]

    def open_of_contact(self, contact: KnownContact) -> list[int]:
        """Return the ids of the open cases in which a contact was told, by index: keys wait for it.

        Told by a post, tried, or named on the phone.
        """
        rows = self._db.execute(
            "SELECT id FROM cases WHERE closed = 0 AND id IN ("
            "SELECT case_id FROM need_signs JOIN case_needs USING (need_id) "
            "WHERE kind = 'contact' AND \"key\" = ?1 AND left_at IS NULL "
            "UNION SELECT case_id FROM callbacks WHERE contact_value = ?2 "
            "UNION SELECT case_id FROM callbacks WHERE new_value = ?2) ORDER BY id",
            [contact_sign(contact.key), contact.value],
        )
        return [row["id"] for row in rows]

    def open_with_words(self, words: str, most: int) -> list[int]:
        """Return the ids of open cases with a post or a contact that has the words in it.

        words: in lower case, without gaps and dashes. most: how many at most.
        """
        rows = self._db.execute(
            "SELECT DISTINCT cases.id FROM cases "
            "JOIN case_needs ON case_needs.case_id = cases.id AND left_at IS NULL "
            "JOIN needs ON needs.id = case_needs.need_id WHERE closed = 0 AND ("
            f"instr({_SQUEEZED.format('needs.words')}, ?) OR EXISTS (SELECT 1 FROM contacts "
            f"WHERE contacts.need_id = needs.id AND instr({_SQUEEZED.format('value')}, ?))) "
            "ORDER BY cases.id LIMIT ?",
            [words, words, most],
        )
        return [row["id"] for row in rows]

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
        agents, handed = {}, {}
        for row in self._db.execute(
            "SELECT case_id, agent, actor, note, hand_id, assigned_at FROM assignments "
            f"WHERE ended_at IS NULL AND case_id IN ({holes})",
            ids,
        ):
            agents[row["case_id"]] = row["agent"]
            if row["hand_id"]:
                handed[row["case_id"]] = hand_over_from(row)
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
                handed=handed.get(row["id"]),
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

    def hand(self, hand: Hand) -> bool:
        """Give a case to a colleague, with a note; return False where that was done before."""
        with self._connection.write() as db:
            if db.execute("SELECT 1 FROM assignments WHERE hand_id = ?", [hand.id]).fetchone():
                return False
            self.assign(hand.case_id, hand.to, HANDED, actor=hand.agent)
            db.execute(
                "UPDATE assignments SET note = ?, hand_id = ? "
                "WHERE case_id = ? AND ended_at IS NULL",
                [hand.note, hand.id, hand.case_id],
            )
            return True

    def unassign(self, case_id: int, reason: str) -> None:
        """End a case's assignment, if it has one."""
        with self._connection.write() as db:
            db.execute(
                "UPDATE assignments SET ended_at = ?, ended_reason = ? "
                "WHERE case_id = ? AND ended_at IS NULL",
                [to_column(now()), reason, case_id],
            )
