"""Supply lines: confirmed goods and the steps they take to the ward; steps are only appended."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.store.callbacks import callbacks_of
from monitor.store.connection import Connection, id_of
from monitor.store.times import from_column, now, required, to_column
from monitor.store.updates import updates_of
from monitor.types import SUPPLY_STATUSES, Callback, CaseUpdate, SupplyLine, SupplyStep

_BATCH = 500  # SQLite may take no more than 999 values at once


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOfCase(SupplyLine):
    """A supply line with what was noted of its case.

    callbacks: all of the case, oldest attempt first. ended_by: the last of them that ends the case
        and was not undone by opening it again, None where there is none.
    updates: what later posts say of the case, oldest first.
    """

    callbacks: tuple[Callback, ...] = ()
    ended_by: Callback | None = None
    updates: tuple[CaseUpdate, ...] = ()


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
_ENDINGS = (
    "SELECT id FROM callbacks WHERE ends_case "
    "AND NOT EXISTS (SELECT 1 FROM reopenings WHERE callback_id = callbacks.id)"
)
_UNKNOWN = (
    "SELECT callback_items.*, case_id, agent FROM callback_items "
    "JOIN callbacks ON callbacks.id = callback_id "
    "WHERE NOT EXISTS (SELECT 1 FROM supply_lines WHERE callback_item_id = callback_items.id) "
    "AND NOT EXISTS (SELECT 1 FROM supply_steps WHERE callback_item_id = callback_items.id)"
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


def _line_from(
    row: sqlite3.Row, steps: list[SupplyStep], callbacks: list[Callback], endings: set[str]
) -> LineOfCase:
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
    return LineOfCase(
        id=row["id"],
        case_id=row["case_id"],
        callback_id=row["callback_id"],
        facility=row["facility"],
        team=row["team"],
        name=row["name"],
        steps=(opening, *steps[1:]),
        callbacks=tuple(callbacks),
        ended_by=next((call for call in callbacks[::-1] if call.id in endings), None),
    )


class Supplies:
    """The supply lines of the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def without_line(self, case_ids: Collection[int] | None = None) -> list[ConfirmedGoods]:
        """Return the confirmed goods that opened or restated no supply line yet, oldest first.

        case_ids: only of these cases.
        """
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
            for row in self._of_cases(_UNKNOWN, "AND", case_ids, "callback_items.id")
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
            cursor = db.execute(
                f"INSERT INTO supply_lines ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                list(row.values()),
            )
            line_id = id_of(cursor)
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

    def lines(self, case_ids: Collection[int] | None = None) -> list[LineOfCase]:
        """Return the supply lines with their steps, oldest first; case_ids: only of these cases."""
        return self._lines(self._of_cases(_LINES, "WHERE", case_ids, "supply_lines.id"))

    def _of_cases(
        self, query: str, joint: str, case_ids: Collection[int] | None, order: str
    ) -> sqlite3.Cursor:
        """Ask for rows, of some cases only where they are given."""
        if case_ids is None:
            return self._db.execute(f"{query} ORDER BY {order}")
        condition = "callbacks.case_id IN (SELECT value FROM json_each(?))"
        return self._db.execute(
            f"{query} {joint} {condition} ORDER BY {order}", [json.dumps(list(case_ids))]
        )

    def line(self, line_id: int) -> LineOfCase | None:
        """Return one supply line, None where there is none."""
        lines = self._lines(self._db.execute(f"{_LINES} WHERE supply_lines.id = ?", [line_id]))
        return lines[0] if lines else None

    def _lines(self, cursor: Iterable[sqlite3.Row]) -> list[LineOfCase]:
        """Return the lines of rows with what belongs to them."""
        rows = list(cursor)
        steps: dict[int, list[SupplyStep]] = defaultdict(list)
        for ids in _batches({row["id"] for row in rows}):
            query = f"{_STEPS} WHERE supply_line_id IN ({_holes(ids)}) ORDER BY supply_steps.id"
            for step in self._db.execute(query, ids):
                steps[step["supply_line_id"]].append(_step_from(step))
        callbacks: dict[int, list[Callback]] = defaultdict(list)
        updates: dict[int, list[CaseUpdate]] = {}
        endings: set[str] = set()
        for ids in _batches({row["case_id"] for row in rows}):
            callbacks.update(callbacks_of(self._db, ids))
            updates.update(updates_of(self._db, ids))
            query = f"{_ENDINGS} AND case_id IN ({_holes(ids)})"
            endings.update(row["id"] for row in self._db.execute(query, ids))
        return [
            replace(
                _line_from(row, steps[row["id"]], callbacks[row["case_id"]], endings),
                updates=tuple(updates.get(row["case_id"], ())),
            )
            for row in rows
        ]


def _batches(ids: set[int]) -> Iterator[list[int]]:
    """Yield ids in order, so many at a time as one query takes."""
    in_order = sorted(ids)
    return (in_order[at : at + _BATCH] for at in range(0, len(in_order), _BATCH))


def _holes(ids: Sequence[int]) -> str:
    return ", ".join("?" * len(ids))
