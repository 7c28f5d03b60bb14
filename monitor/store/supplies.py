"""Supply lines: confirmed goods and the steps they take to the ward."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from monitor.store.connection import Connection, id_of
from monitor.store.times import now, required, to_column
from monitor.types import SupplyLine


@dataclass(frozen=True, slots=True)
class ConfirmedGoods:
    """A confirmed item that has no supply line yet."""

    callback_item_id: int
    case_id: int
    name: str
    quantity: str | None
    unit: str | None


def _line_from(row: sqlite3.Row) -> SupplyLine:
    return SupplyLine(
        id=row["id"],
        case_id=row["case_id"],
        callback_id=row["callback_id"],
        facility=row["facility"],
        name=row["name"],
        quantity=row["quantity"],
        unit=row["unit"],
        status=row["status"],
        changed_at=required(row["at"]),
    )


_LINES = (
    "SELECT supply_lines.*, callback_id, status, at FROM supply_lines "
    "JOIN callback_items ON callback_items.id = supply_lines.callback_item_id "
    "JOIN supply_steps ON supply_steps.id = (SELECT max(id) FROM supply_steps "
    "WHERE supply_line_id = supply_lines.id) "
)


class Supplies:
    """The supply lines of the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def without_line(self) -> list[ConfirmedGoods]:
        """Return the confirmed goods that have no supply line yet, oldest first."""
        rows = self._db.execute(
            "SELECT callback_items.*, case_id FROM callback_items "
            "JOIN callbacks ON callbacks.id = callback_id WHERE NOT EXISTS "
            "(SELECT 1 FROM supply_lines WHERE callback_item_id = callback_items.id) "
            "ORDER BY callback_items.id"
        )
        return [
            ConfirmedGoods(row["id"], row["case_id"], row["name"], row["quantity"], row["unit"])
            for row in rows
        ]

    def add(self, goods: ConfirmedGoods, facility: str | None, status: str) -> int:
        """Open a supply line for confirmed goods and return its id."""
        with self._connection.write() as db:
            made = db.execute(
                "INSERT INTO supply_lines (callback_item_id, case_id, facility, name, quantity, "
                "unit) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    goods.callback_item_id,
                    goods.case_id,
                    facility,
                    goods.name,
                    goods.quantity,
                    goods.unit,
                ],
            )
            line_id = id_of(made)
            self.step(line_id, status)
            return line_id

    def step(self, line_id: int, status: str, note: str = "") -> None:
        """Append the next step of a line."""
        with self._connection.write() as db:
            db.table("supply_steps").insert(
                {
                    "supply_line_id": line_id,
                    "status": status,
                    "note": note,
                    "at": to_column(now()),
                }
            )

    def lines(self) -> list[SupplyLine]:
        """Return all supply lines with their last step, oldest first."""
        return [_line_from(row) for row in self._db.execute(_LINES + "ORDER BY supply_lines.id")]

    def line(self, line_id: int) -> SupplyLine | None:
        """Return one supply line, None where there is none."""
        row = self._db.execute(_LINES + "WHERE supply_lines.id = ?", [line_id]).fetchone()
        return _line_from(row) if row else None
