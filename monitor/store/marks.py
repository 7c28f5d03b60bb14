"""What is known of contacts for all cases: wrong, dead, barred, or lifted again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from monitor.store.connection import Connection
from monitor.store.times import from_column, now, required, to_column
from monitor.store.tombstones import Tombstones
from monitor.types import KnownContact, Mark


def _mark_from(row: sqlite3.Row) -> Mark:
    return Mark(
        contact=KnownContact(kind=row["kind"], value=row["value"], typed=row["typed"]),
        mark=row["mark"],
        reason=row["reason"],
        until=from_column(row["until"]),
        actor=row["actor"],
        at=required(row["at"]),
    )


def _outlasts(mark: Mark, before: Mark) -> bool:
    """Tell whether a mark stands at least as long as one before it."""
    return mark.until is None or (before.until is not None and mark.until >= before.until)


class Marks:
    """The marks of contacts; rows are only ever added.

    Of a contact's marks since it was last lifted, the one that ends last counts, of those without
    end the last: one that is to end takes nothing from one that stands longer.
    """

    def __init__(self, connection: Connection, tombstones: Tombstones) -> None:
        self._connection = connection
        self._tombstones = tombstones
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
        """Mark a contact "wrong", "dead", "barred" or "lifted".

        One that was forgotten is not noted: it is proposed for no case anyway.
        """
        if self._tombstones.bars_contact(contact):
            return
        key_kind, key = contact.key
        with self._connection.write() as db:
            db.table("contact_marks").insert(
                {
                    "kind": contact.kind,
                    "value": contact.value,
                    "typed": contact.typed,
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

    def standing(
        self, at: datetime, contacts: Iterable[KnownContact] | None = None
    ) -> dict[tuple[str, str], Mark]:
        """Return by key the mark of each contact that holds at a time; contacts: only of these."""
        marks_by_key: dict[tuple[str, str], Mark] = {}
        for mark in self.all() if contacts is None else self.of(contacts):
            if mark.mark == "lifted":
                marks_by_key.pop(mark.contact.key, None)
            elif mark.until is None or mark.until > at:
                before = marks_by_key.get(mark.contact.key)
                if before is None or _outlasts(mark, before):
                    marks_by_key[mark.contact.key] = mark
        return marks_by_key

    def all(self) -> list[Mark]:
        """Return every mark of every contact, oldest first."""
        rows = self._db.execute("SELECT * FROM contact_marks ORDER BY id")
        return [_mark_from(row) for row in rows]

    def of_callback(self, callback_id: str) -> list[Mark]:
        """Return the marks that one callback made."""
        rows = self._db.execute(
            "SELECT * FROM contact_marks WHERE callback_id = ? ORDER BY id", [callback_id]
        )
        return [_mark_from(row) for row in rows]

    def of(self, contacts: Iterable[KnownContact]) -> list[Mark]:
        """Return every mark that these contacts ever had, oldest first."""
        marks: list[tuple[int, Mark]] = []
        for key_kind, key in {contact.key for contact in contacts}:
            rows = self._db.execute(
                'SELECT * FROM contact_marks WHERE key_kind = ? AND "key" = ?', [key_kind, key]
            )
            marks += [(row["id"], _mark_from(row)) for row in rows]
        return [mark for _, mark in sorted(marks, key=lambda pair: pair[0])]
