"""What happened to a case besides its callbacks: who joined and left, who had it, what was undone.

Everything here is read from rows that other modules of the store append.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.store.cases import hand_over_from
from monitor.store.connection import Connection
from monitor.store.times import from_column, required, to_column
from monitor.types import HandOver, KnownContact


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
    """A case with an agent; actor: who gave it, "" for routing; ended_at None while it holds.

    note: of a colleague who handed it over.
    """

    agent: str
    reason: str
    actor: str
    assigned_at: datetime
    ended_at: datetime | None
    ended_reason: str | None
    note: str = ""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCase:
    """Another case of a facility that somebody called for.

    disposition: how its last callback ended. goods: what was confirmed.
    """

    case_id: int
    opened_at: datetime
    agent: str | None
    disposition: str
    goods: tuple[str, ...]


PAST_SHOWN = 5
_LATEST_OF_FACILITY = (
    'SELECT "key", case_id FROM (SELECT "key", case_id, '
    'row_number() OVER (PARTITION BY "key" ORDER BY case_id DESC) AS place '
    'FROM case_facilities WHERE "key" IN (SELECT value FROM json_each(?)) '
    "AND EXISTS (SELECT 1 FROM callbacks WHERE callbacks.case_id = case_facilities.case_id)) "
    "WHERE place <= ?"
)
_PAST = (
    "SELECT cases.id, opened_at, (SELECT agent FROM assignments WHERE case_id = cases.id "
    "ORDER BY id DESC LIMIT 1) AS agent, (SELECT disposition FROM callbacks "
    "WHERE case_id = cases.id ORDER BY attempted_at DESC, rowid DESC LIMIT 1) AS disposition, "
    "(SELECT json_group_array(name || coalesce(quantity, '') || coalesce(unit, '')) "
    "FROM callback_items JOIN callbacks ON callbacks.id = callback_id WHERE case_id = cases.id) "
    "AS goods FROM cases WHERE id IN (SELECT value FROM json_each(?))"
)


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
                    note=row["note"],
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

    def hand_overs(self, since: datetime) -> tuple[HandOver, ...]:
        """Return what agents gave to colleagues since then, oldest first."""
        rows = self._db.execute(
            "SELECT * FROM assignments WHERE hand_id IS NOT NULL AND assigned_at >= ? ORDER BY id",
            [to_column(since)],
        )
        return tuple(hand_over_from(row) for row in rows)

    def hand_ids(self, since: datetime) -> dict[str, list[str]]:
        """Return by agent the ids of what was handed over since then, whosever it is by now."""
        ids: dict[str, list[str]] = {}
        for row in self._db.execute(
            "SELECT actor, hand_id FROM assignments WHERE hand_id IS NOT NULL "
            "AND assigned_at >= ? ORDER BY hand_id",
            [to_column(since)],
        ):
            ids.setdefault(row["actor"], []).append(row["hand_id"])
        return ids

    def same_facility(self, case_ids: Sequence[int]) -> dict[int, tuple[PastCase, ...]]:
        """Return by case the latest PAST_SHOWN other called cases of its facilities.

        Of each facility only so many are read, however many cases it has.
        """
        keys_of: dict[int, list[str]] = {}
        for row in self._db.execute(
            'SELECT case_id, "key" FROM case_facilities '
            "WHERE case_id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(case_ids))],
        ):
            keys_of.setdefault(row["case_id"], []).append(row["key"])
        latest: dict[str, list[int]] = {}
        keys = sorted({key for keys in keys_of.values() for key in keys})
        for row in self._db.execute(_LATEST_OF_FACILITY, [json.dumps(keys), PAST_SHOWN + 1]):
            latest.setdefault(row["key"], []).append(row["case_id"])
        others = {
            case_id: sorted(
                {o for key in keys for o in latest.get(key, ())} - {case_id}, reverse=True
            )
            for case_id, keys in keys_of.items()
        }
        wanted = sorted({other for ids in others.values() for other in ids[:PAST_SHOWN]})
        past = {
            row["id"]: PastCase(
                case_id=row["id"],
                opened_at=required(row["opened_at"]),
                agent=row["agent"],
                disposition=row["disposition"],
                goods=tuple(dict.fromkeys(json.loads(row["goods"]))),
            )
            for row in self._db.execute(_PAST, [json.dumps(wanted)])
        }
        return {
            case_id: tuple(past[other] for other in ids[:PAST_SHOWN])
            for case_id, ids in others.items()
            if ids
        }

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
