"""What happened to a case besides its callbacks: who joined and left, who had it, what was undone.

Everything here is read from rows that other modules of the store append.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.store.connection import Connection
from monitor.store.times import from_column, required
from monitor.types import KnownContact


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A need in a case; left_at is None while it belongs. Reason as in `Joined`."""

    need_id: int
    reason: str
    matched_need_id: int | None
    joined_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A case with an agent; actor: who gave it, "" for routing; ended_at None while it holds."""

    agent: str
    reason: str
    actor: str
    assigned_at: datetime
    ended_at: datetime | None
    ended_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """A callback that ends its case no longer."""

    callback_id: str
    actor: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a post said before it was replaced."""

    post_id: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHistory:
    """All that happened to one case besides its callbacks, each part oldest first."""

    memberships: tuple[Membership, ...]
    assignments: tuple[Assignment, ...]
    reopenings: tuple[Reopening, ...]
    edits: tuple[Edit, ...]


class History:
    """The history of cases and contacts."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection.db

    def of_case(self, case_id: int) -> CaseHistory:
        """Return what happened to a case; needs that have left it are told too."""
        return CaseHistory(
            memberships=tuple(
                Membership(
                    need_id=row["need_id"],
                    reason=row["reason"],
                    matched_need_id=row["matched_need_id"],
                    joined_at=required(row["joined_at"]),
                    left_at=from_column(row["left_at"]),
                )
                for row in self._db.execute(
                    "SELECT * FROM case_needs WHERE case_id = ? ORDER BY id", [case_id]
                )
            ),
            assignments=tuple(
                Assignment(
                    agent=row["agent"],
                    reason=row["reason"],
                    actor=row["actor"],
                    assigned_at=required(row["assigned_at"]),
                    ended_at=from_column(row["ended_at"]),
                    ended_reason=row["ended_reason"],
                )
                for row in self._db.execute(
                    "SELECT * FROM assignments WHERE case_id = ? ORDER BY id", [case_id]
                )
            ),
            reopenings=tuple(
                Reopening(
                    callback_id=row["callback_id"],
                    actor=row["actor"],
                    reason=row["reason"],
                    at=required(row["at"]),
                )
                for row in self._db.execute(
                    "SELECT reopenings.* FROM reopenings JOIN callbacks "
                    "ON callbacks.id = callback_id WHERE case_id = ? ORDER BY at, callback_id",
                    [case_id],
                )
            ),
            edits=tuple(
                Edit(post_id=row["post_id"], text=row["text"], at=required(row["replaced_at"]))
                for row in self._db.execute(
                    "SELECT * FROM post_edits WHERE post_id IN (SELECT post_id FROM needs "
                    "JOIN case_needs ON needs.id = need_id WHERE case_id = ?) ORDER BY id",
                    [case_id],
                )
            ),
        )

    def called_more_than_once(self) -> list[int]:
        """Return the ids of the cases that have two callbacks or more, oldest case first."""
        rows = self._db.execute(
            "SELECT case_id FROM callbacks GROUP BY case_id HAVING count(*) > 1 ORDER BY case_id"
        )
        return [row["case_id"] for row in rows]

    def cases_of(self, contact: KnownContact) -> list[int]:
        """Return the ids of the cases in which a contact was given, tried or passed on to."""
        case_ids: set[int] = set()
        for query in _CASES_BY_CONTACT:
            for row in self._db.execute(query):
                if KnownContact(kind=row["kind"], value=row["value"]).key == contact.key:
                    case_ids.add(row["case_id"])
        return sorted(case_ids)


_CASES_BY_CONTACT = (
    "SELECT DISTINCT case_id, kind, coalesce(area || '-', '') || value AS value "
    "FROM contacts JOIN case_needs USING (need_id) "
    "WHERE left_at IS NULL",
    "SELECT DISTINCT case_id, contact_kind AS kind, contact_value AS value FROM callbacks "
    "WHERE contact_value IS NOT NULL",
    "SELECT DISTINCT case_id, new_kind AS kind, new_value AS value FROM callbacks "
    "WHERE new_value IS NOT NULL",
)
