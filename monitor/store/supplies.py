"""Supply lines: confirmed goods and the steps they take to the ward; steps are only appended."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from monitor.store.callbacks import callbacks_of
from monitor.store.connection import Connection
from monitor.store.numbers import next_number
from monitor.store.times import from_column, now, required, to_column
from monitor.store.updates import updates_of
from monitor.types import (
    SUPPLY_STATUSES,
    BackOrder,
    Callback,
    CaseUpdate,
    Substitute,
    SubstituteAnswer,
    SupplyLine,
    SupplyStep,
)

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
class LineProgress:
    """How far a line is, in numbers for analysts; None where that is not known in numbers.

    step_id: its last step. goods, facility, unit: with numbers of people masked.
    status: the furthest of SUPPLY_STATUSES, or "withdrawn". complete: whether all was received.
    """

    line_id: int
    step_id: int
    goods: str
    facility: str | None
    unit: str | None
    asked: float | None
    committed: float
    in_transit: float
    received: float
    missing: float | None
    status: str
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOfCase(SupplyLine):
    """A supply line with what was noted of its case.

    kept_case_id: the case itself, or the one that it was put into. closed: whether that is.
    callbacks: all of that case, oldest attempt first. ended_by: the last of them that ends the case
        and was not undone by opening it again, None where there is none.
    updates: what later posts say of the case, oldest first.
    """

    kept_case_id: int = 0
    closed: bool = False
    callbacks: tuple[Callback, ...] = ()
    ended_by: Callback | None = None
    updates: tuple[CaseUpdate, ...] = ()


_LINES = (
    "SELECT supply_lines.*, callback_id, agent, attempted_at, kept.id AS kept_case_id, "
    "kept.closed AS closed FROM supply_lines "
    "JOIN callback_items ON callback_items.id = supply_lines.callback_item_id "
    "JOIN callbacks ON callbacks.id = callback_id "
    "JOIN cases ON cases.id = supply_lines.case_id "
    "JOIN cases AS kept ON kept.id = coalesce(cases.merged_into, cases.id)"
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
        kept_case_id=row["kept_case_id"],
        closed=bool(row["closed"]),
        callbacks=tuple(callbacks),
        ended_by=next((call for call in callbacks[::-1] if call.id in endings), None),
    )


def _substitute_from(row: sqlite3.Row) -> Substitute:
    return Substitute(
        id=row["id"],
        line_id=row["supply_line_id"],
        name=row["name"],
        reason=row["reason"],
        actor=row["actor"],
        asked_at=required(row["asked_at"]),
        accepted=None if row["accepted"] is None else bool(row["accepted"]),
        answered_by=row["answered_by"] or "",
        answered_at=from_column(row["answered_at"]),
    )


def _back_order_from(row: sqlite3.Row) -> BackOrder:
    return BackOrder(
        line_id=row["supply_line_id"],
        expected_at=required(row["expected_at"]),
        note=row["note"],
        actor=row["actor"],
        at=required(row["at"]),
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
            line_id = next_number(self._connection, "supply_lines")
            row = {
                "id": line_id,
                "callback_item_id": goods.callback_item_id,
                "case_id": goods.case_id,
                "facility": facility,
                "team": team,
                "name": goods.name,
                "quantity": goods.quantity,
                "unit": goods.unit,
            }
            db.execute(
                f"INSERT INTO supply_lines ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                list(row.values()),
            )
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

    def ask_substitute(
        self, line_id: int, name: str, *, reason: str, actor: str, at: datetime
    ) -> None:
        """Append other goods that the ward is asked about."""
        with self._connection.write() as db:
            db.execute(
                "INSERT INTO substitutes (id, supply_line_id, name, reason, actor, asked_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                [
                    next_number(self._connection, "substitutes"),
                    *(line_id, name, reason, actor, to_column(at)),
                ],
            )

    def answer_substitute(self, answer: SubstituteAnswer) -> bool:
        """Note what the ward said; return False where that was known, or nobody asked."""
        with self._connection.write() as db:
            cursor = db.execute(
                "UPDATE substitutes SET accepted = ?, answered_by = ?, answered_at = ? "
                "WHERE id = ? AND accepted IS NULL",
                [int(answer.accepted), answer.agent, to_column(now()), answer.substitute_id],
            )
            return cursor.rowcount > 0

    def promise(
        self, line_id: int, expected_at: datetime, *, note: str, actor: str, at: datetime
    ) -> None:
        """Append for when what is missing is promised."""
        with self._connection.write() as db:
            db.execute(
                "INSERT INTO back_orders (supply_line_id, expected_at, note, actor, at) "
                "VALUES (?, ?, ?, ?, ?)",
                [line_id, to_column(expected_at), note, actor, to_column(at)],
            )

    def changed(self) -> list[int]:
        """Return the ids of the lines with steps that `note_progress` was not told of."""
        rows = self._db.execute(
            "SELECT supply_line_id FROM supply_steps LEFT JOIN supply_progress "
            "ON line_id = supply_line_id GROUP BY supply_line_id "
            "HAVING max(supply_steps.id) > coalesce(step_id, 0)"
        )
        return [row["supply_line_id"] for row in rows]

    def note_progress(self, progress: Iterable[LineProgress]) -> None:
        """Write for analysts how far lines are."""
        with self._connection.write() as db:
            for row in progress:
                db.table("supply_progress").insert(asdict(row), pk="line_id", replace=True)

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

    def lines_of(self, line_ids: Collection[int]) -> list[LineOfCase]:
        """Return the supply lines with these ids, oldest first."""
        rows = self._db.execute(
            f"{_LINES} WHERE supply_lines.id IN (SELECT value FROM json_each(?)) "
            "ORDER BY supply_lines.id",
            [json.dumps(list(line_ids))],
        )
        return self._lines(rows)

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
        for ids in _batches({row[name] for row in rows for name in ("case_id", "kept_case_id")}):
            callbacks.update(callbacks_of(self._db, ids))
            updates.update(updates_of(self._db, ids))
            query = f"{_ENDINGS} AND case_id IN ({_holes(ids)})"
            endings.update(row["id"] for row in self._db.execute(query, ids))
        substitutes: dict[int, list[Substitute]] = defaultdict(list)
        back_orders: dict[int, BackOrder] = {}
        for ids in _batches({row["id"] for row in rows}):
            where = f"WHERE supply_line_id IN ({_holes(ids)}) ORDER BY id"
            for asked in self._db.execute(f"SELECT * FROM substitutes {where}", ids):
                substitutes[asked["supply_line_id"]].append(_substitute_from(asked))
            for order in self._db.execute(f"SELECT * FROM back_orders {where}", ids):
                back_orders[order["supply_line_id"]] = _back_order_from(order)
        return [
            replace(
                _line_from(row, steps[row["id"]], callbacks[row["kept_case_id"]], endings),
                updates=tuple(updates.get(row["case_id"], ())),
                substitutes=tuple(substitutes[row["id"]]),
                back_order=back_orders.get(row["id"]),
            )
            for row in rows
        ]


def _batches(ids: set[int]) -> Iterator[list[int]]:
    """Yield ids in order, so many at a time as one query takes."""
    in_order = sorted(ids)
    return (in_order[at : at + _BATCH] for at in range(0, len(in_order), _BATCH))


def _holes(ids: Sequence[int]) -> str:
    return ", ".join("?" * len(ids))
