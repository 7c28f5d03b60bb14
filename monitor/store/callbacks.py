"""Callbacks: every attempt to reach someone, appended once by its id."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from sqlite_utils import Database

from monitor.store.connection import Connection
from monitor.store.times import from_column, now, required, to_column
from monitor.types import Callback, ConfirmedItem


def _callback_from(row: sqlite3.Row, items: Sequence[ConfirmedItem]) -> Callback:
    return Callback(
        id=row["id"],
        case_id=row["case_id"],
        agent=row["agent"],
        disposition=row["disposition"],
        attempted_at=required(row["attempted_at"]),
        note=row["note"],
        call_again_at=from_column(row["call_again_at"]),
        items=tuple(items),
    )


def callbacks_of(db: Database, case_ids: Sequence[int]) -> dict[int, list[Callback]]:
    """Return the callbacks of each case, oldest attempt first."""
    holes = ", ".join("?" * len(case_ids))
    items: dict[str, list[ConfirmedItem]] = defaultdict(list)
    for row in db.execute(
        "SELECT callback_items.* FROM callback_items JOIN callbacks "
        f"ON callbacks.id = callback_id WHERE case_id IN ({holes}) ORDER BY callback_items.id",
        case_ids,
    ):
        items[row["callback_id"]].append(
            ConfirmedItem(name=row["name"], quantity=row["quantity"], unit=row["unit"])
        )
    found: dict[int, list[Callback]] = defaultdict(list)
    for row in db.execute(
        f"SELECT * FROM callbacks WHERE case_id IN ({holes}) ORDER BY attempted_at, id", case_ids
    ):
        found[row["case_id"]].append(_callback_from(row, items[row["id"]]))
    return found


class Callbacks:
    """The callbacks of the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def add(self, callback: Callback, *, ends_case: bool, origin: str) -> bool:
        """Append a callback; return False where its id is in the store already."""
        with self._connection.write() as db:
            made = db.execute(
                "INSERT OR IGNORE INTO callbacks (id, case_id, agent, disposition, ends_case, "
                "note, attempted_at, call_again_at, recorded_at, origin) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    callback.id,
                    callback.case_id,
                    callback.agent,
                    callback.disposition,
                    int(ends_case),
                    callback.note,
                    to_column(callback.attempted_at),
                    to_column(callback.call_again_at),
                    to_column(now()),
                    origin,
                ],
            )
            if not made.rowcount:
                return False
            for item in callback.items:
                db.table("callback_items").insert(
                    {
                        "callback_id": callback.id,
                        "name": item.name,
                        "quantity": item.quantity,
                        "unit": item.unit,
                    }
                )
            return True

    def get(self, callback_id: str) -> Callback | None:
        """Return the callback with this id, None where there is none."""
        row = self._db.execute(
            "SELECT case_id FROM callbacks WHERE id = ?", [callback_id]
        ).fetchone()
        if row is None:
            return None
        found = callbacks_of(self._db, [row["case_id"]])[row["case_id"]]
        return next(callback for callback in found if callback.id == callback_id)
