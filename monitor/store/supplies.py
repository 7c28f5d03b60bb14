"""Supply lines: confirmed goods and the steps they take to the ward; steps are only appended."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from monitor.store.connection import Connection, id_of
from monitor.store.times import from_column, now, required, to_column
from monitor.types import SUPPLY_STATUSES, SupplyLine, SupplyStep


@dataclass(frozen=True, slots=True)
class ConfirmedGoods:
    """A confirmed item that no supply line knows of yet; agent: who confirmed it."""

    callback_item_id: int
    callback_id: str
    case_id: int
    agent: str
    name: str
    quantity: str | None
    unit: str | None


_LINES = (
    "SELECT supply_lines.*, callback_id, agent, attempted_at FROM supply_lines "
    "JOIN callback_items ON callback_items.id = supply_lines.callback_item_id "
    "JOIN callbacks ON callbacks.id = callback_id"
)
_STEPS = (
    "SELECT supply_steps.*, callback_items.unit AS unit, callback_id, attempted_at "
    "FROM supply_steps LEFT JOIN callback_items "
    "ON callback_items.id = supply_steps.callback_item_id "
    "LEFT JOIN callbacks ON callbacks.id = callback_id"
)
_UNKNOWN = (
    "SELECT callback_items.*, case_id, agent FROM callback_items "
    "JOIN callbacks ON callbacks.id = callback_id "
    "WHERE callback_items.id NOT IN (SELECT callback_item_id FROM supply_lines) "
    "AND callback_items.id NOT IN (SELECT callback_item_id FROM supply_steps "
    "WHERE callback_item_id IS NOT NULL) ORDER BY callback_items.id"
)


def _step_from(row: sqlite3.Row) -> SupplyStep:
    return SupplyStep(
        id=row["id"],
        status=row["status"],
        quantity=row["quantity"],
        unit=row["unit"],
        actor=row["actor"],
        note=row["note"],
        at=required(row["at"]),
        told_at=from_column(row["attempted_at"]) or required(row["at"]),
        callback_id=row["callback_id"],
    )


def _line_from(row: sqlite3.Row, steps: list[SupplyStep]) -> SupplyLine:
    opening = SupplyStep(
        id=steps[0].id,
        status=SUPPLY_STATUSES[0],
        quantity=row["quantity"],
        unit=row["unit"],
        actor=row["agent"],
        note=steps[0].note,
        at=steps[0].at,
        told_at=required(row["attempted_at"]),
        callback_id=row["callback_id"],
    )
    return SupplyLine(
        id=row["id"],
        case_id=row["case_id"],
        callback_id=row["callback_id"],
        facility=row["facility"],
        team=row["team"],
        name=row["name"],
        steps=(opening, *steps[1:]),
    )


class Supplies:
    """The supply lines of the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def without_line(self) -> list[ConfirmedGoods]:
        """Return the confirmed goods that opened or restated no supply line yet, oldest first."""
        return [
            ConfirmedGoods(
                callback_item_id=row["id"],
                callback_id=row["callback_id"],
                case_id=row["case_id"],
                agent=row["agent"],
                name=row["name"],
                quantity=row["quantity"],
                unit=row["unit"],
            )
            for row in self._db.execute(_UNKNOWN)
        ]

    def add(self, goods: ConfirmedGoods, facility: str | None, team: str | None = None) -> int:
        """Open a supply line for confirmed goods and return its id."""
        with self._connection.write() as db:
            row = {
                "callback_item_id": goods.callback_item_id,
                "case_id": goods.case_id,
                "facility": facility,
                "team": team,
                "name": goods.name,
                "quantity": goods.quantity,
                "unit": goods.unit,
            }
            made = db.execute(
                f"INSERT INTO supply_lines ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                list(row.values()),
            )
            line_id = id_of(made)
            self.step(line_id, SUPPLY_STATUSES[0], actor=goods.agent)
            return line_id

    def restate(self, line_id: int, goods: ConfirmedGoods) -> None:
        """Append that goods of a line were confirmed again, with what is asked for now."""
        self.step(
            line_id,
            SUPPLY_STATUSES[0],
            quantity=goods.quantity,
            actor=goods.agent,
            callback_item_id=goods.callback_item_id,
        )

    def step(
        self,
        line_id: int,
        status: str,
        *,
        quantity: str | None = None,
        actor: str = "",
        note: str = "",
        callback_item_id: int | None = None,
        at: datetime | None = None,
    ) -> None:
        """Append the next step of a line."""
        with self._connection.write() as db:
            db.table("supply_steps").insert(
                {
                    "supply_line_id": line_id,
                    "status": status,
                    "quantity": quantity,
                    "actor": actor,
                    "note": note,
                    "callback_item_id": callback_item_id,
                    "at": to_column(at or now()),
                }
            )

    def lines(self) -> list[SupplyLine]:
        """Return all supply lines with their steps, oldest first."""
        steps: dict[int, list[SupplyStep]] = defaultdict(list)
        for row in self._db.execute(f"{_STEPS} ORDER BY supply_steps.id"):
            steps[row["supply_line_id"]].append(_step_from(row))
        rows = self._db.execute(f"{_LINES} ORDER BY supply_lines.id")
        return [_line_from(row, steps[row["id"]]) for row in rows]

    def line(self, line_id: int) -> SupplyLine | None:
        """Return one supply line, None where there is none."""
        row = self._db.execute(f"{_LINES} WHERE supply_lines.id = ?", [line_id]).fetchone()
        if row is None:
            return None
        steps = self._db.execute(
            f"{_STEPS} WHERE supply_line_id = ? ORDER BY supply_steps.id", [line_id]
        )
        return _line_from(row, [_step_from(step) for step in steps])
