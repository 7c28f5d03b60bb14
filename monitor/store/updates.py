"""Updates: posts that may change a need told before, and what each says of which need.

A row of `need_updates` goes with its need into whatever case holds that; what a person undid stays
on record, and is not found again.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from classifiers.need import Reading
from monitor.store.connection import Connection, id_of
from monitor.store.posts import POST_COLUMNS, post_from
from monitor.store.signs import WIDE, update_signs
from monitor.store.times import now, required, to_column
from monitor.types import CaseUpdate, KnownContact, StoredPost, UpdateCandidate, UpdatedGoods

LOOKED_AT = 100  # needs or updates of one sign, the latest
GOODS_SHARED = 2  # by so many a post may be known that names nobody
_LOOSER = {"facility": "short form", "person": "surname"}  # of one case, where nothing closer is
_UPDATES = f"""
SELECT need_updates.id AS row_id, update_id, need_updates.need_id, effect, goods,
  need_updates."start", need_updates."end", unwanted, new_contacts, own, need_updates.reason,
  matched_at, undone_at, undone_by, case_id, updates.words, said_at, {POST_COLUMNS}
FROM need_updates JOIN updates ON updates.id = update_id JOIN posts ON posts.id = updates.post_id
JOIN case_needs ON case_needs.need_id = need_updates.need_id AND left_at IS NULL
"""
_CANDIDATES = (
    f"SELECT updates.id AS update_id, updates.words, said_at, needs.id AS need_id, {POST_COLUMNS} "
    "FROM updates JOIN posts ON posts.id = updates.post_id "
    "LEFT JOIN needs ON needs.post_id = updates.post_id AND needs.digest = updates.digest"
)
# Goods that were confirmed may still be on their way once the case is closed.
_FOLLOWED = (
    "(closed = 0 OR EXISTS (SELECT 1 FROM supply_lines WHERE supply_lines.case_id = cases.id))"
)
_NEEDS_BY_SIGN = f"""
SELECT DISTINCT case_needs.case_id FROM (
  SELECT need_id FROM need_signs WHERE kind = ? AND "key" = ? ORDER BY need_id DESC LIMIT ?
) AS latest
JOIN case_needs ON case_needs.need_id = latest.need_id AND left_at IS NULL
  AND latest.need_id IS NOT ?
JOIN cases ON cases.id = case_needs.case_id AND {_FOLLOWED}
"""


class Updates:
    """The updates of the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def keep(self, post: StoredPost, reading: Reading) -> bool:
        """Keep a post for the cases it may speak of; False where its present words are kept."""
        with self._connection.write() as db:
            [edited_at] = db.execute(
                "SELECT edited_at FROM posts WHERE id = ?", [post.id]
            ).fetchone()
            cursor = db.execute(
                "INSERT OR IGNORE INTO updates (post_id, digest, words, said_at, found_at) "
                "VALUES (?, ?, ?, ?, ?)",
                [
                    post.id,
                    post.digest,
                    post.words,
                    max(filter(None, [to_column(post.at), edited_at])),
                    to_column(now()),
                ],
            )
            if not cursor.rowcount:
                return False
            update_id = id_of(cursor)
            db.conn.executemany(
                'INSERT INTO update_signs (kind, "key", update_id) VALUES (?, ?, ?)',
                [(kind, key, update_id) for kind, key in sorted(update_signs(post, reading))],
            )
            return True

    def last_joins(self) -> tuple[int, int]:
        """Return up to which entry of a need into a case updates were matched, and the last one."""
        [cursor] = self._db.execute("SELECT join_id FROM update_cursor").fetchone()
        [last] = self._db.execute("SELECT coalesce(max(id), 0) FROM case_needs").fetchone()
        return int(cursor), int(last)

    def waiting(self, since_join: int) -> list[UpdateCandidate]:
        """Return the updates nobody looked at, and those that may speak of needs joined since."""
        ids = {
            row["id"] for row in self._db.execute("SELECT id FROM updates WHERE looked_at IS NULL")
        }
        joined = self._db.execute(
            "SELECT case_needs.need_id, post_id FROM case_needs JOIN needs ON needs.id = need_id "
            "WHERE case_needs.id > ? AND left_at IS NULL",
            [since_join],
        ).fetchall()
        for need in joined:
            ids.update(
                row["id"]
                for row in self._db.execute(
                    "SELECT id FROM updates WHERE post_id = ?", [need["post_id"]]
                )
            )
            for sign in self._db.execute(
                'SELECT kind, "key" FROM need_signs WHERE need_id = ?', [need["need_id"]]
            ).fetchall():
                if sign["kind"] in WIDE:
                    continue
                ids.update(
                    row["update_id"]
                    for row in self._db.execute(
                        'SELECT update_id FROM update_signs WHERE kind = ? AND "key" = ? '
                        "ORDER BY update_id DESC LIMIT ?",
                        [sign["kind"], sign["key"], LOOKED_AT],
                    )
                )
        return self._candidates(sorted(ids))

    def _candidates(self, ids: Sequence[int]) -> list[UpdateCandidate]:
        rows = self._db.execute(
            f"{_CANDIDATES} WHERE updates.id IN (SELECT value FROM json_each(?)) "
            "ORDER BY said_at, updates.id",
            [json.dumps(list(ids))],
        )
        return [
            UpdateCandidate(
                id=row["update_id"],
                post=post_from(row),
                words=row["words"],
                said_at=required(row["said_at"]),
                need_id=row["need_id"],
            )
            for row in rows
        ]

    def cases_by_sign(
        self, update_id: int, own_need: int | None = None
    ) -> Mapping[str, frozenset[int]]:
        """Return by kind of sign the cases with a need that shares one with an update.

        own_need: what the post itself asks for, which tells nothing of others.

        Those are told that are open, or whose goods may be on their way.
        "post": the case whose need was read in earlier words of the same post. "goods": those with
        most goods in common, two at least.
        """
        cases: dict[str, set[int]] = defaultdict(set)
        goods = Counter[int]()
        for sign in self._db.execute(
            'SELECT kind, "key" FROM update_signs WHERE update_id = ?', [update_id]
        ).fetchall():
            rows = self._db.execute(
                _NEEDS_BY_SIGN, [sign["kind"], sign["key"], LOOKED_AT, own_need]
            )
            kind = sign["kind"] if sign["kind"] != "ending" else "facility"
            ids = [row["case_id"] for row in rows]
            if kind == "goods":
                goods.update(ids)
            else:
                cases[kind].update(ids)
        most = max(goods.values(), default=0)
        if most >= GOODS_SHARED:
            cases["goods"].update(case_id for case_id in goods if goods[case_id] == most)
        rows = self._db.execute(
            "SELECT case_needs.case_id FROM updates JOIN needs ON needs.post_id = updates.post_id "
            "JOIN case_needs ON case_needs.need_id = needs.id AND left_at IS NULL "
            f"JOIN cases ON cases.id = case_needs.case_id AND {_FOLLOWED} WHERE updates.id = ?",
            [update_id],
        )
        cases["post"].update(row["case_id"] for row in rows)
        for kind, looser in _LOOSER.items():
            alone = cases.pop(looser, set())
            if not cases[kind] and len(alone) == 1:
                cases[kind] = alone
        return {kind: frozenset(ids) for kind, ids in cases.items() if ids}

    def note(self, update_id: int, update: CaseUpdate) -> bool:
        """Note what a post says of a need; False where its case has it, or had it undone.

        False too where the case has ended since, and no goods are on their way.
        """
        with self._connection.write() as db:
            followed = db.execute(
                "SELECT 1 FROM case_needs JOIN cases ON cases.id = case_needs.case_id "
                f"WHERE need_id = ? AND left_at IS NULL AND {_FOLLOWED}",
                [update.need_id],
            ).fetchone()
            known = db.execute(
                "SELECT 1 FROM need_updates JOIN case_needs AS of_update "
                "ON of_update.need_id = need_updates.need_id AND of_update.left_at IS NULL "
                "JOIN case_needs AS of_need ON of_need.case_id = of_update.case_id "
                "AND of_need.left_at IS NULL WHERE update_id = ? AND of_need.need_id = ?",
                [update_id, update.need_id],
            ).fetchone()
            if known or not followed:
                return False
            row = {
                "update_id": update_id,
                "need_id": update.need_id,
                "effect": update.effect,
                "goods": _to_json(update.goods),
                '"start"': update.start,
                '"end"': update.end,
                "unwanted": _to_json(update.unwanted),
                "new_contacts": _to_json(update.new_contacts),
                "own": int(update.own),
                "reason": update.reason,
                "matched_at": to_column(now()),
            }
            cursor = db.execute(
                f"INSERT OR IGNORE INTO need_updates ({', '.join(row)}) "
                f"VALUES ({', '.join('?' * len(row))})",
                list(row.values()),
            )
            return bool(cursor.rowcount)

    def mark_looked_at(self, update_ids: Iterable[int], join_id: int | None = None) -> None:
        """Note that updates were looked at; join_id: up to which entry of needs into cases."""
        with self._connection.write() as db:
            db.execute(
                "UPDATE updates SET looked_at = ? WHERE looked_at IS NULL "
                "AND id IN (SELECT value FROM json_each(?))",
                [to_column(now()), json.dumps(list(update_ids))],
            )
            if join_id is not None:
                db.execute("UPDATE update_cursor SET join_id = max(join_id, ?)", [join_id])

    def undo(self, update_id: int, *, actor: str) -> int | None:
        """Take an update from its case; return the case, None where no such update stands."""
        with self._connection.write() as db:
            row = db.execute(
                f"{_UPDATES} WHERE need_updates.id = ? AND undone_at IS NULL", [update_id]
            ).fetchone()
            if row is None:
                return None
            # A merged case may have it by two needs.
            db.execute(
                "UPDATE need_updates SET undone_at = ?, undone_by = ? WHERE update_id = ? "
                "AND undone_at IS NULL AND need_id IN "
                "(SELECT need_id FROM case_needs WHERE case_id = ? AND left_at IS NULL)",
                [to_column(now()), actor, row["update_id"], row["case_id"]],
            )
            return int(row["case_id"])

    def of_case(self, case_id: int) -> list[tuple[CaseUpdate, datetime | None, str]]:
        """Return all updates of a case, oldest first, with when and by whom each was undone."""
        rows = self._db.execute(f"{_UPDATES} WHERE case_id = ? ORDER BY said_at, row_id", [case_id])
        return [
            (
                _update_from(row),
                required(row["undone_at"]) if row["undone_at"] else None,
                row["undone_by"] or "",
            )
            for row in rows
        ]


def updates_of(db: Database, case_ids: Sequence[int]) -> dict[int, list[CaseUpdate]]:
    """Return what posts say of cases, oldest first, each post once a case, an own voice first."""
    updates: dict[int, dict[int, CaseUpdate]] = defaultdict(dict)
    rows = db.execute(
        f"{_UPDATES} WHERE undone_at IS NULL AND case_id IN ({', '.join('?' * len(case_ids))}) "
        "ORDER BY said_at, own DESC, row_id",
        list(case_ids),
    )
    for row in rows:
        updates[row["case_id"]].setdefault(row["update_id"], _update_from(row))
    return {case_id: list(by_post.values()) for case_id, by_post in updates.items()}


def _update_from(row: sqlite3.Row) -> CaseUpdate:
    return CaseUpdate(
        id=row["row_id"],
        need_id=row["need_id"],
        post=post_from(row),
        words=row["words"],
        start=row["start"],
        end=row["end"],
        effect=row["effect"],
        goods=tuple(UpdatedGoods(**entry) for entry in json.loads(row["goods"])),
        unwanted=_contacts(row["unwanted"]),
        new_contacts=_contacts(row["new_contacts"]),
        own=bool(row["own"]),
        reason=row["reason"],
        said_at=required(row["said_at"]),
        matched_at=required(row["matched_at"]),
    )


def _contacts(text: str) -> tuple[KnownContact, ...]:
    return tuple(KnownContact(**entry) for entry in json.loads(text))


def _to_json(values: Sequence[Any]) -> str:
    return json.dumps([dataclasses.asdict(value) for value in values], ensure_ascii=False)
