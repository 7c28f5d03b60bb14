"""Campaigns: contact lists with their records and people, and to whom each call was given."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.store.connection import Connection, id_of
from monitor.store.times import now, required, storable, to_column
from monitor.types import KnownContact

_STATE = (
    "(SELECT state FROM campaign_steps WHERE campaign_id = campaigns.id ORDER BY id DESC LIMIT 1)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A contact list that is called in rounds.

    run_id: of its import, which tells who began it, for what and until when it is kept.
    file, columns: what it was read from. script: its text, None for the bundled one.
    notice: what everybody is told, "" for nothing.
    state: "running", "paused" or "ended".
    """

    id: int
    name: str
    run_id: int
    file: str
    columns: str
    script: str | None
    notice: str
    rounds: int
    state: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecord:
    """A row of the list; person_id: whose it is, None where `reason` says why nobody is called.

    joined: why it is that person's. cells: by column, empty once the list was forgotten.
    """

    place: str
    cells: Mapping[str, str]
    reason: str
    detail: str
    person_id: int | None
    joined: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPerson:
    """Whom a call is for; case_id: None before the first round came to them.

    waiting: whether a round may still come; closed: whether their case is ended, or rests between
    two rounds. agent: who has the call now. given_at: when it was first given to anybody.
    """

    id: int
    campaign_id: int
    name: str
    address: str
    contacts: tuple[KnownContact, ...]
    case_id: int | None
    waiting: bool
    closed: bool
    agent: str | None
    window: tuple[date, int] | None
    given_at: datetime | None


@dataclass(frozen=True, slots=True)
class CampaignCall:
    """A callback to a person of a campaign, for its figures."""

    callback_id: str
    at: datetime
    disposition: str
    agent: str


class Campaigns:
    """The campaigns of the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def add(
        self,
        *,
        name: str,
        run_id: int,
        file: str,
        columns: str,
        script: str | None,
        notice: str,
        rounds: int,
        actor: str,
    ) -> int:
        """Keep a new campaign, running, and return its id; its name must be new."""
        with self._connection.write() as db:
            cursor = db.execute(
                "INSERT INTO campaigns "
                '(name, run_id, file, "columns", script, notice, rounds, made_at) '
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [name, run_id, file, columns, script, notice, rounds, to_column(now())],
            )
            campaign_id = id_of(cursor)
            self.step(campaign_id, "running", actor=actor)
            return campaign_id

    def add_people(
        self, campaign_id: int, people: Iterable[tuple[str, str, Sequence[KnownContact]]]
    ) -> list[int]:
        """Keep people by name, address and numbers, and return their ids in order."""
        ids = []
        with self._connection.write() as db:
            for name, address, contacts in people:
                numbers = json.dumps([[c.kind, c.value] for c in contacts], ensure_ascii=False)
                cursor = db.execute(
                    "INSERT INTO campaign_people (campaign_id, name, address, numbers) "
                    "VALUES (?, ?, ?, ?)",
                    [campaign_id, storable(name), storable(address), numbers],
                )
                ids.append(id_of(cursor))
        return ids

    def add_records(self, campaign_id: int, records: Iterable[KeptRecord]) -> None:
        """Keep the rows of a campaign's list."""
        with self._connection.write() as db:
            db.conn.executemany(
                "INSERT INTO campaign_records "
                "(campaign_id, place, cells, reason, detail, person_id, joined) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    [
                        campaign_id,
                        one.place,
                        storable(json.dumps(one.cells, ensure_ascii=False)),
                        one.reason,
                        storable(one.detail),
                        one.person_id,
                        one.joined,
                    ]
                    for one in records
                ),
            )

    def step(self, campaign_id: int, state: str, *, actor: str) -> None:
        """Note that a campaign is running, paused or ended from now on."""
        with self._connection.write() as db:
            db.execute(
                "INSERT INTO campaign_steps (campaign_id, state, actor, at) VALUES (?, ?, ?, ?)",
                [campaign_id, state, actor, to_column(now())],
            )

    def all(self) -> list[Campaign]:
        """Return every campaign, oldest first."""
        rows = self._db.execute(f"SELECT *, {_STATE} AS state FROM campaigns ORDER BY id")
        return [_campaign_from(row) for row in rows]

    def named(self, name: str) -> Campaign | None:
        """Return the campaign of a name, None where there is none."""
        return next((one for one in self.all() if one.name == name), None)

    def records(self, campaign_id: int) -> list[KeptRecord]:
        """Return the rows of a campaign's list, in its order."""
        rows = self._db.execute(
            "SELECT * FROM campaign_records WHERE campaign_id = ? ORDER BY id", [campaign_id]
        )
        return [_record_from(row) for row in rows]

    def records_of(self, person_id: int) -> list[KeptRecord]:
        """Return the rows that are one person's."""
        rows = self._db.execute(
            "SELECT * FROM campaign_records WHERE person_id = ? ORDER BY id", [person_id]
        )
        return [_record_from(row) for row in rows]

    def record_counts(self, campaign_id: int) -> dict[str, int]:
        """Return how many records there are by the reason they cannot be called, "" for those."""
        rows = self._db.execute(
            "SELECT reason, count(*) AS count FROM campaign_records WHERE campaign_id = ? "
            "GROUP BY reason ORDER BY count DESC, reason",
            [campaign_id],
        )
        return {row["reason"]: row["count"] for row in rows}

    def people(self, campaign_id: int, *, waiting: bool = False) -> list[CampaignPerson]:
        """Return whom a campaign is for, in the order of its list; waiting: only who may be due."""
        only = "AND waiting " if waiting else ""
        rows = self._db.execute(
            "SELECT p.*, cases.closed, t.agent, t.day, t.part, "
            "(SELECT min(given_at) FROM campaign_turns WHERE person_id = p.id) AS first_given "
            "FROM campaign_people AS p LEFT JOIN cases ON cases.id = p.case_id "
            "LEFT JOIN campaign_turns AS t ON t.person_id = p.id AND t.ended_at IS NULL "
            f"WHERE p.campaign_id = ? {only}ORDER BY p.id",
            [campaign_id],
        )
        return [_person_from(row) for row in rows]

    def calls(self, campaign_id: int, *, waiting: bool = False) -> dict[int, list[CampaignCall]]:
        """Return the callbacks of each person's case since it was first given, by the person."""
        only = "AND p.waiting " if waiting else ""
        calls: dict[int, list[CampaignCall]] = defaultdict(list)
        for row in self._db.execute(
            "SELECT p.id AS person_id, c.id, c.disposition, c.agent, "
            "min(c.attempted_at, c.recorded_at) AS at FROM campaign_people AS p "
            "JOIN cases ON cases.id = p.case_id "
            "JOIN callbacks AS c ON c.case_id IN (cases.id, cases.merged_into) "
            f"WHERE p.campaign_id = ? {only}AND c.recorded_at >= "
            "(SELECT min(given_at) FROM campaign_turns WHERE person_id = p.id) "
            "ORDER BY at, c.rowid",
            [campaign_id],
        ):
            calls[row["person_id"]].append(
                CampaignCall(row["id"], required(row["at"]), row["disposition"], row["agent"])
            )
        return calls

    def set_case(self, person_id: int, case_id: int) -> None:
        """Note which case a person's calls are noted with."""
        self._db.execute(
            "UPDATE campaign_people SET case_id = ? WHERE id = ?", [case_id, person_id]
        )

    def settle(self, person_ids: Iterable[int]) -> None:
        """Note that no round comes to these people any longer."""
        with self._connection.write() as db:
            db.conn.executemany(
                "UPDATE campaign_people SET waiting = 0 WHERE id = ?",
                ([one] for one in person_ids),
            )

    def give(self, person_id: int, agent: str, window: tuple[date, int]) -> None:
        """Note that an agent has the call to a person for a part of a day."""
        self._db.execute(
            "INSERT INTO campaign_turns (person_id, agent, day, part, given_at) "
            "VALUES (?, ?, ?, ?, ?)",
            [person_id, agent, window[0].isoformat(), window[1], to_column(now())],
        )

    def take_back(self, person_id: int) -> None:
        """Note that the call to a person is nobody's until another round."""
        self._db.execute(
            "UPDATE campaign_turns SET ended_at = ? WHERE person_id = ? AND ended_at IS NULL",
            [to_column(now()), person_id],
        )

    def given_in(self, window: tuple[date, int]) -> Counter[str]:
        """Return how many calls of campaigns each agent was given for a part of a day."""
        rows = self._db.execute(
            "SELECT agent, count(*) AS count FROM campaign_turns WHERE day = ? AND part = ? "
            "GROUP BY agent",
            [window[0].isoformat(), window[1]],
        )
        return Counter({row["agent"]: row["count"] for row in rows})

    def of_cases(self, case_ids: Iterable[int]) -> dict[int, int]:
        """Return the latest campaign of each of these cases that has one, by the case."""
        rows = self._db.execute(
            "SELECT case_id, campaign_id FROM campaign_people "
            "WHERE case_id IN (SELECT value FROM json_each(?)) ORDER BY id",
            [json.dumps(sorted(case_ids))],
        )
        return {row["case_id"]: row["campaign_id"] for row in rows}

    def unheard(self) -> list[tuple[str, int]]:
        """Return callbacks to a campaign's people with notes or goods not looked at yet.

        Each with the run of the campaign's import. What was called before is no news of it.
        """
        rows = self._db.execute(
            "SELECT c.id, max(run_id) AS run_id FROM campaign_people AS p "
            "JOIN campaigns ON campaigns.id = p.campaign_id "
            "JOIN callbacks AS c ON c.case_id = p.case_id AND c.recorded_at >= "
            "(SELECT min(given_at) FROM campaign_turns WHERE person_id = p.id) "
            "WHERE (trim(note) != '' OR c.id IN (SELECT callback_id FROM callback_items)) "
            "AND NOT EXISTS (SELECT 1 FROM campaign_heard WHERE callback_id = c.id) "
            "GROUP BY c.id ORDER BY c.rowid"
        )
        return [(row["id"], row["run_id"]) for row in rows]

    def heard(self, callback_id: str, post_id: int | None) -> None:
        """Note that a callback's note was looked at, and the post that it became."""
        self._db.execute(
            "INSERT OR IGNORE INTO campaign_heard (callback_id, post_id, at) VALUES (?, ?, ?)",
            [callback_id, post_id, to_column(now())],
        )


def _campaign_from(row: sqlite3.Row) -> Campaign:
    names = ("id", "name", "run_id", "file", "columns", "script", "notice", "rounds")
    return Campaign(
        **{name: row[name] for name in names},
        state=row["state"],
        made_at=required(row["made_at"]),
    )


def _record_from(row: sqlite3.Row) -> KeptRecord:
    return KeptRecord(
        place=row["place"],
        cells=json.loads(row["cells"]),
        reason=row["reason"],
        detail=row["detail"],
        person_id=row["person_id"],
        joined=row["joined"],
    )


def _person_from(row: sqlite3.Row) -> CampaignPerson:
    given = row["first_given"]
    return CampaignPerson(
        id=row["id"],
        campaign_id=row["campaign_id"],
        name=row["name"],
        address=row["address"],
        contacts=tuple(
            KnownContact(kind=kind, value=value) for kind, value in json.loads(row["numbers"])
        ),
        case_id=row["case_id"],
        waiting=bool(row["waiting"]),
        closed=bool(row["closed"]),
        agent=row["agent"],
        window=(date.fromisoformat(row["day"]), row["part"]) if row["agent"] else None,
        given_at=required(given) if given else None,
    )
