"""Needs and the spans that were read in their posts."""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from classifiers.need import Contact, Evidence, Facility, Item, Place, Reading, Span, Urgency
from monitor.store.connection import Connection, id_of
from monitor.store.facts import note_facts
from monitor.store.posts import POST_COLUMNS, post_from
from monitor.store.signs import contact_sign, need_signs
from monitor.store.times import now, to_column
from monitor.types import Need, StoredPost

_SPANS: dict[str, type[Span]] = {
    "items": Item,
    "facilities": Facility,
    "contacts": Contact,
    "places": Place,
    "evidence": Evidence,
}


LOOKED_AT = 50
_FACILITIES_OF_CONTACT = """
SELECT text FROM facilities WHERE role = 'needing' AND need_id IN
(SELECT need_id FROM need_signs WHERE kind = 'contact' AND "key" = ? ORDER BY need_id DESC LIMIT ?)
ORDER BY need_id DESC, id
"""


class Needs:
    """The needs of the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def add(self, post: StoredPost, reading: Reading) -> int | None:
        """Write the need of a flagged post; None where its present words have one already.

        One that was withdrawn stands again.
        """
        with self._connection.write() as db:
            cursor = db.execute(
                "INSERT OR IGNORE INTO needs "
                "(post_id, digest, words, score, label, found_at) VALUES (?, ?, ?, 0, '', ?)",
                [post.id, post.digest, post.words, to_column(now())],
            )
            if cursor.rowcount:
                need_id = id_of(cursor)
                self._write(need_id, post, reading)
                return need_id
            row = db.execute(
                "UPDATE needs SET withdrawn_at = NULL WHERE post_id = ? AND digest = ? "
                "AND withdrawn_at IS NOT NULL RETURNING id",
                [post.id, post.digest],
            ).fetchone()
            if row is None:
                return None
            self.replace(row["id"], post, reading)
            return int(row["id"])

    def replace(self, need_id: int, post: StoredPost, reading: Reading) -> None:
        """Write what the readers read now in place of what they read before."""
        with self._connection.write() as db:
            for table in (*_SPANS, "need_details", "need_signs"):
                db.execute(f"DELETE FROM {table} WHERE need_id = ?", [need_id])
            self._write(need_id, post, reading)

    def withdraw(self, need_id: int) -> None:
        """Note that the readers find no need here any longer; it stays on record."""
        with self._connection.write() as db:
            db.execute(
                "UPDATE needs SET withdrawn_at = ? WHERE id = ?", [to_column(now()), need_id]
            )

    def of_posts(self, post_ids: Sequence[int]) -> dict[int, Need]:
        """Return the needs of the present words of posts, by post, without those withdrawn."""
        rows = self._db.execute(
            "SELECT needs.id FROM needs JOIN posts ON posts.id = post_id "
            "AND posts.digest = needs.digest "
            "WHERE withdrawn_at IS NULL AND post_id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(post_ids))],
        )
        return {need.post.id: need for need in self.get([row["id"] for row in rows])}

    def _write(self, need_id: int, post: StoredPost, reading: Reading) -> None:
        db, urgency = self._db, reading.urgency
        db.execute(
            "UPDATE needs SET score = ?, label = ?, voice = ?, urgency = ? WHERE id = ?",
            [
                reading.score,
                reading.label,
                reading.voice,
                json.dumps(dataclasses.asdict(urgency)) if urgency else None,
                need_id,
            ],
        )
        for table in _SPANS:
            spans = [dataclasses.asdict(span) for span in getattr(reading, table)]
            if spans:
                # Plain statements: sqlite-utils asks for the table's columns at every insert.
                columns = ", ".join(f'"{name}"' for name in spans[0])
                holes = ", ".join("?" * len(spans[0]))
                db.conn.executemany(
                    f"INSERT INTO {table} (need_id, {columns}) VALUES (?, {holes})",
                    [[need_id, *row.values()] for row in spans],
                )
        for field, value in reading.details.items():
            if not value:
                continue
            text = json.dumps(value, ensure_ascii=False, default=dataclasses.asdict)
            db.execute(
                "INSERT INTO need_details (need_id, field, value) VALUES (?, ?, ?)",
                [need_id, field, text],
            )
        db.conn.executemany(
            'INSERT INTO need_signs (kind, "key", need_id) VALUES (?, ?, ?)',
            [(kind, key, need_id) for kind, key in sorted(need_signs(post, reading))],
        )
        note_facts(db, need_id, reading)

    def without_case(self) -> list[Need]:
        """Return the needs that no case holds yet, oldest first."""
        ids = self._db.execute(
            "SELECT id FROM needs WHERE withdrawn_at IS NULL AND NOT EXISTS "
            "(SELECT 1 FROM case_needs WHERE case_needs.need_id = needs.id AND left_at IS NULL) "
            "ORDER BY id"
        )
        return self.get([row["id"] for row in ids])

    def facilities_by_contact(
        self, keys: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], list[str]]:
        """Return which facilities in need posts gave contacts for, in any case, the latest first.

        keys: of the contacts. Of each the latest LOOKED_AT needs are looked at.
        """
        names: dict[tuple[str, str], list[str]] = {}
        for key in keys:
            rows = self._db.execute(_FACILITIES_OF_CONTACT, [contact_sign(key), LOOKED_AT])
            names[key] = list(dict.fromkeys(row["text"] for row in rows))
        return names

    def get(self, ids: Sequence[int]) -> list[Need]:
        """Return needs with everything read in them, in the order of `ids`."""
        needs: dict[int, Need] = {}
        for at in range(0, len(ids), 500):
            needs.update(self._get_batch(ids[at : at + 500]))
        return [needs[need_id] for need_id in ids]

    def _get_batch(self, ids: Sequence[int]) -> dict[int, Need]:
        holes = ", ".join("?" * len(ids))
        spans = {table: self._spans(table, kind, ids, holes) for table, kind in _SPANS.items()}
        details: dict[int, dict[str, Any]] = defaultdict(dict)
        for row in self._db.execute(
            f"SELECT need_id, field, value FROM need_details WHERE need_id IN ({holes})", ids
        ):
            details[row["need_id"]][row["field"]] = json.loads(row["value"])
        rows = self._db.execute(
            f"SELECT needs.id AS need_id, score, label, voice, urgency, words, {POST_COLUMNS} "
            f" FROM needs JOIN posts ON posts.id = needs.post_id "
            f"WHERE needs.id IN ({holes})",
            ids,
        )
        return {
            row["need_id"]: Need(
                id=row["need_id"],
                post=post_from(row),
                words=row["words"],
                reading=Reading(
                    flagged=True,
                    score=row["score"],
                    label=row["label"],
                    voice=row["voice"],
                    urgency=_urgency_from(row["urgency"]),
                    details=details[row["need_id"]],
                    **{table: tuple(by_need[row["need_id"]]) for table, by_need in spans.items()},
                ),
            )
            for row in rows
        }

    def _spans(
        self, table: str, kind: type[Span], ids: Sequence[int], holes: str
    ) -> dict[int, list[Any]]:
        by_need: dict[int, list[Any]] = defaultdict(list)
        fields = [(f.name, f.type == "bool") for f in dataclasses.fields(kind)]
        for row in self._db.execute(
            f"SELECT * FROM {table} WHERE need_id IN ({holes}) ORDER BY id", ids
        ):
            values: dict[str, Any] = {
                name: bool(row[name]) if truth else row[name] for name, truth in fields
            }
            by_need[row["need_id"]].append(kind(**values))
        return by_need


def _urgency_from(text: str | None) -> Urgency | None:
    return Urgency(**json.loads(text)) if text else None
