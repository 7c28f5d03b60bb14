"""Callbacks: every attempt to reach someone, appended once by its id."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from monitor.store.connection import Connection
from monitor.store.times import from_column, now, required, to_column
from monitor.store.tombstones import Tombstones
from monitor.types import Callback, ConfirmedItem, KnownContact


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
        contact=_contact_from(row, "contact"),
        new_contact=_contact_from(row, "new"),
        barred_until=from_column(row["barred_until"]),
        after_id=row["after_id"],
        arrived=row["arrived"],
        fits=None if row["fits"] is None else bool(row["fits"]),
        next_need_at=from_column(row["next_need_at"]),
        seconds=row["seconds"],
        recorded_at=required(row["recorded_at"]),
        origin=row["origin"],
    )


def _contact_from(row: sqlite3.Row, name: str) -> KnownContact | None:
    if row[f"{name}_value"] is None:
        return None
    new = name == "new"
    return KnownContact(
        kind=row[f"{name}_kind"],
        value=row[f"{name}_value"],
        person=row["new_person"] if new else None,
        role=row["new_role"] if new else None,
        typed=row[f"{name}_typed"],
    )


def callbacks_of(db: Database, case_ids: Sequence[int]) -> dict[int, list[Callback]]:
    """Return the callbacks of each case and of those put into it, oldest attempt first.

    One dated later than it came in, by a clock that ran ahead, stands where it came in.
    """
    holes = ", ".join("?" * len(case_ids))
    kept = {
        row["id"]: row["merged_into"]
        for row in db.execute(
            f"SELECT id, merged_into FROM cases WHERE merged_into IN ({holes})", case_ids
        )
    }
    ids = list({*case_ids, *kept})
    holes = ", ".join("?" * len(ids))
    items: dict[str, list[ConfirmedItem]] = defaultdict(list)
    for row in db.execute(
        "SELECT callback_items.* FROM callback_items JOIN callbacks "
        f"ON callbacks.id = callback_id WHERE case_id IN ({holes}) ORDER BY callback_items.id",
        ids,
    ):
        items[row["callback_id"]].append(
            ConfirmedItem(name=row["name"], quantity=row["quantity"], unit=row["unit"])
        )
    callbacks: dict[int, list[Callback]] = defaultdict(list)
    for row in db.execute(
        f"SELECT * FROM callbacks WHERE case_id IN ({holes}) "
        "ORDER BY min(attempted_at, recorded_at), attempted_at, rowid",
        ids,
    ):
        callback = _callback_from(row, items[row["id"]])
        callbacks[callback.case_id].append(callback)
        if callback.case_id in kept:
            callbacks[kept[callback.case_id]].append(callback)
    return callbacks


class Callbacks:
    """The callbacks of the store."""

    def __init__(self, connection: Connection, tombstones: Tombstones) -> None:
        self._connection = connection
        self._tombstones = tombstones
        self._db = connection.db

    def add(self, callback: Callback, *, ends_case: bool, origin: str) -> bool:
        """Append a callback; return False where its id is in the store already.

        A contact that was forgotten is left out, and so is what the note says of it.
        """
        barred = self._tombstones.bars_contact
        with self._connection.write() as db:
            contact = None if barred(callback.contact) else callback.contact
            new = None if barred(callback.new_contact) else callback.new_contact
            row = {
                "id": callback.id,
                "case_id": callback.case_id,
                "agent": callback.agent,
                "disposition": callback.disposition,
                "ends_case": int(ends_case),
                "note": self._tombstones.blanked(callback.note),
                "attempted_at": to_column(callback.attempted_at),
                "call_again_at": to_column(callback.call_again_at),
                "recorded_at": to_column(now()),
                "origin": origin,
                "contact_kind": contact.kind if contact else None,
                "contact_value": contact.value if contact else None,
                "new_kind": new.kind if new else None,
                "new_value": new.value if new else None,
                "new_person": new.person if new else None,
                "new_role": new.role if new else None,
                "contact_typed": contact.typed if contact else None,
                "new_typed": new.typed if new else None,
                "barred_until": to_column(callback.barred_until),
                "after_id": callback.after_id,
                "arrived": callback.arrived,
                "fits": None if callback.fits is None else int(callback.fits),
                "next_need_at": to_column(callback.next_need_at),
                "seconds": callback.seconds,
            }
            cursor = db.execute(
                f"INSERT OR IGNORE INTO callbacks ({', '.join(row)}) "
                f"VALUES ({', '.join('?' * len(row))})",
                list(row.values()),
            )
            if not cursor.rowcount:
                return False
            if ends_case:
                db.execute("UPDATE cases SET closed = 1 WHERE id = ?", [callback.case_id])
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

    def next_needs(self, until: datetime) -> list[int]:
        """Return the ids of closed cases whose last ending tells a next need before `until`."""
        rows = self._db.execute(
            "SELECT DISTINCT coalesce(merged_into, cases.id) AS case_id FROM callbacks AS told "
            "JOIN cases ON cases.id = told.case_id WHERE next_need_at < ? AND ends_case "
            "AND NOT EXISTS (SELECT 1 FROM callbacks AS later WHERE later.case_id = told.case_id "
            "AND later.ends_case AND min(later.attempted_at, later.recorded_at) > "
            "min(told.attempted_at, told.recorded_at))",
            [to_column(until)],
        )
        return [row["case_id"] for row in rows]

    def get(self, callback_id: str) -> Callback | None:
        """Return the callback with this id, None where there is none."""
        row = self._db.execute(
            "SELECT case_id FROM callbacks WHERE id = ?", [callback_id]
        ).fetchone()
        if row is None:
            return None
        callbacks = callbacks_of(self._db, [row["case_id"]])[row["case_id"]]
        return next(callback for callback in callbacks if callback.id == callback_id)
