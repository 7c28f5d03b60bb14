"""Pairs of cases that may be one need: asked of a person once, the answer remembered."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.store.connection import Connection
from monitor.store.times import now, to_column
from monitor.types import Suggestion

_PAIRS = (
    "SELECT suggestions.id, suggestions.reason, against, "
    "one.case_id AS case_id, other.case_id AS other_id "
    "FROM suggestions "
    "JOIN case_needs AS one ON one.need_id = suggestions.need_id AND one.left_at IS NULL "
    "JOIN case_needs AS other ON other.need_id = suggestions.matched_need_id "
    "AND other.left_at IS NULL "
    "WHERE {state} AND one.case_id != other.case_id"
)


class Suggestions:
    """The suggestions of the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def add(self, need_id: int, matched_need_id: int, *, reason: str, against: str) -> bool:
        """Ask a person about two needs; return False where it was asked of their cases before."""
        with self._connection.write() as db:
            case_ids = [
                row["case_id"]
                for row in db.execute(
                    "SELECT case_id FROM case_needs WHERE need_id IN (?, ?) AND left_at IS NULL",
                    [need_id, matched_need_id],
                )
            ]
            if len(case_ids) < 2 or self._between(*case_ids):
                return False
            db.execute(
                "INSERT OR IGNORE INTO suggestions "
                "(need_id, matched_need_id, reason, against, made_at) VALUES (?, ?, ?, ?, ?)",
                [need_id, matched_need_id, reason, against, to_column(now())],
            )
            return True

    def open(self, case_ids: Sequence[int] | None = None) -> list[Suggestion]:
        """Return what nobody has decided yet, oldest first; case_ids: only what concerns these."""
        query, ids = _PAIRS.format(state="decision IS NULL"), list(case_ids or ())
        if case_ids is not None:
            holes = ", ".join("?" * len(ids))
            query += f" AND (one.case_id IN ({holes}) OR other.case_id IN ({holes}))"
        rows = self._db.execute(f"{query} ORDER BY suggestions.id", ids + ids)
        return [
            Suggestion(
                case_id=row["case_id"],
                other_id=row["other_id"],
                reason=row["reason"],
                against=row["against"],
            )
            for row in rows
        ]

    def decide(self, case_id: int, other_id: int, *, decision: str, actor: str) -> None:
        """Note a person's decision about two cases: "merged" or "apart"; the first one stands.

        Where nobody was asked, the decision is kept all the same.
        """
        with self._connection.write() as db:
            ids = self._between(case_id, other_id)
            if not ids:
                db.execute(
                    "INSERT OR IGNORE INTO suggestions "
                    "(need_id, matched_need_id, reason, against, made_at) "
                    "SELECT min(one.need_id), min(other.need_id), '', '', ? "
                    "FROM case_needs AS one, case_needs AS other WHERE one.case_id = ? "
                    "AND other.case_id = ? AND one.left_at IS NULL AND other.left_at IS NULL "
                    "HAVING min(one.need_id) IS NOT NULL",
                    [to_column(now()), case_id, other_id],
                )
                ids = self._between(case_id, other_id)
            db.execute(
                "UPDATE suggestions SET decision = ?, actor = ?, decided_at = ? "
                f"WHERE decision IS NULL AND id IN ({', '.join('?' * len(ids))})",
                [decision, actor, to_column(now()), *ids],
            )

    def decided(self) -> set[int]:
        """Return the ids of the cases about which a person decided something."""
        return {
            case_id
            for row in self._db.execute(_PAIRS.format(state="decision IS NOT NULL"))
            for case_id in (row["case_id"], row["other_id"])
        }

    def _between(self, case_id: int, other_id: int) -> list[int]:
        """Return the ids of what was asked about two cases, decided or not."""
        rows = self._db.execute(
            _PAIRS.format(state="1") + " AND one.case_id IN (?, ?) AND other.case_id IN (?, ?)",
            [case_id, other_id] * 2,
        )
        return [row["id"] for row in rows]
