"""What is known of contacts for all cases: wrong, dead, barred, or lifted again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from monitor.store.connection import Connection
from monitor.store.times import from_column, now, required, to_column
from monitor.types import KnownContact, Mark


def _mark_from(row: sqlite3.Row) -> Mark:
    return Mark(
        contact=KnownContact(kind=row["kind"], value=row["value"]),
        mark=row["mark"],
        reason=row["reason"],
        until=from_column(row["until"]),
        actor=row["actor"],
        at=required(row["at"]),
    )


class Marks:
    """The marks of contacts; rows are only ever added, and the last of a contact counts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def add(
        self,
        contact: KnownContact,
        mark: str,
        *,
        actor: str,
        reason: str = "",
        until: datetime | None = None,
        callback_id: str | None = None,
    ) -> None:
        """Mark a contact "wrong", "dead", "barred" or "lifted"."""
        key_kind, key = contact.key
        with self._connection.write() as db:
            db.table("contact_marks").insert(
                {
                    "kind": contact.kind,
                    "value": contact.value,
                    "key_kind": key_kind,
                    "key": key,
                    "mark": mark,
                    "reason": reason,
                    "until": to_column(until),
                    "callback_id": callback_id,
                    "actor": actor,
                    "at": to_column(now()),
                }
            )

    def standing(self, at: datetime) -> dict[tuple[str, str], Mark]:
        """Return by key the marks that hold at a time: the last of each contact, if not ended."""
        rows = self._db.execute(
            "SELECT * FROM contact_marks WHERE id IN (SELECT max(id) FROM contact_marks "
            'GROUP BY key_kind, "key") ORDER BY id'
        )
        found = (_mark_from(row) for row in rows)
        return {
            mark.contact.key: mark
            for mark in found
            if mark.mark != "lifted" and (mark.until is None or mark.until > at)
        }

    def of(self, contacts: Iterable[KnownContact]) -> list[Mark]:
        """Return every mark that these contacts ever had, oldest first."""
        found: list[tuple[int, Mark]] = []
        for key_kind, key in {contact.key for contact in contacts}:
            rows = self._db.execute(
                'SELECT * FROM contact_marks WHERE key_kind = ? AND "key" = ?', [key_kind, key]
            )
            found += [(row["id"], _mark_from(row)) for row in rows]
        return [mark for _, mark in sorted(found, key=lambda pair: pair[0])]
