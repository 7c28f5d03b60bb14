"""Read the table of next calls: a row's words in, what next_call() takes and gives out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from monitor.calling.back import case_story
from monitor.calling.ladder import Rung
from monitor.calling.next_call import NextCall, next_call_of
from monitor.digest.page_data import (
    callback_data,
    elsewhere_data,
    news_data,
    rules_data,
    rung_data,
    to_json,
)
from monitor.settings.calling import CallingSettings
from monitor.types import Callback, GoodsNews, KnownContact, Mark

TABLE = Path(__file__).parent / "cases" / "next_call.jsonl"
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()
]


@dataclass(frozen=True)
class Row:
    """A row of the table; its times are on the clock of `clock`, in the year 2026."""

    words: dict[str, Any]

    @property
    def expected(self) -> dict[str, Any]:
        """What is expected, as answer() words it; a row that tells no offer expects none."""
        return {"offer": None} | self.words["expected"]

    @property
    def clock(self) -> ZoneInfo:
        """The zone in which the row tells times."""
        return ZoneInfo(self.words.get("clock", "Asia/Shanghai"))

    @property
    def zone(self) -> ZoneInfo:
        """The callee's zone."""
        return ZoneInfo(self.words.get("zone", self.clock.key))

    @property
    def rules(self) -> CallingSettings:
        """The settings, with what the row changes."""
        return CallingSettings(**self.words.get("rules", {}))

    @property
    def now(self) -> datetime:
        """The moment of the question."""
        return self.time(self.words["now"])

    def time(self, words: str) -> datetime:
        """Return the moment of words such as 02-12 09:30."""
        return datetime.fromisoformat(f"2026-{words}").replace(tzinfo=self.clock).astimezone(UTC)

    def rungs(self) -> list[Rung]:
        """Return the ladder."""
        return [
            self._rung({"contact": r} if isinstance(r, str) else r) for r in self.words["rungs"]
        ]

    def _rung(self, words: dict[str, str]) -> Rung:
        contact = contact_of(words["contact"])
        until = self.time(words["until"]) if "until" in words else None
        mark = words.get("barred")
        barred = (
            Mark(contact=contact, mark=mark, reason="", until=until, actor="", at=self.now)
            if mark
            else None
        )
        return Rung(contact=contact, barred=barred, zone=words.get("zone"))

    def history(self) -> list[Callback]:
        """Return the callbacks."""
        return [
            Callback(
                id=words.get("id", f"callback-{number}"),
                case_id=1,
                agent=words.get("by", "云落"),
                disposition=words["how"],
                attempted_at=self.time(words["at"]),
                contact=contact_of(words["to"]) if "to" in words else None,
                new_contact=contact_of(words["named"]) if "named" in words else None,
                call_again_at=self.time(words["again"]) if "again" in words else None,
                after_id=words.get("after"),
                next_need_at=self.time(words["next need"]) if "next need" in words else None,
            )
            for number, words in enumerate(self.words["history"])
        ]

    def elsewhere(self) -> dict[tuple[str, str], list[datetime]]:
        """Return the calls for other cases."""
        found = self.words.get("elsewhere", {})
        return {contact_of(c).key: [self.time(at) for at in times] for c, times in found.items()}

    def stopped_at(self) -> datetime | None:
        """Return when a later post said that nobody needs to be called."""
        return self.time(self.words["stopped"]) if "stopped" in self.words else None

    def news(self) -> GoodsNews | None:
        """Return what became of the goods, by the row's words: received, waiting, asked."""
        told = self.words.get("news")
        if told is None:
            return None
        names = {"received": "received_at", "waiting": "waiting_since", "asked": "asked_at"}
        return GoodsNews(**{names[word]: self.time(at) for word, at in told.items()})

    def asked(self) -> NextCall:
        """Return what next_call() proposes."""
        rungs = self.rungs()
        closed, leads = self.words.get("closed", False), self.words.get("leads", ())
        return next_call_of(
            case_story(
                self.history(),
                rungs,
                self.rules,
                self.now,
                closed=closed,
                news=self.news(),
                leads=leads,
            ),
            rungs,
            self.rules,
            self.zone,
            self.now,
            elsewhere=self.elsewhere(),
            stopped_at=self.stopped_at(),
        )

    def answer(self) -> dict[str, Any]:
        """Return what next_call() proposes, in the row's words."""
        found = self.asked()
        return {
            "action": found.action,
            "at": self.told(found.at),
            "contact": words_of(found.contact) if found.contact else None,
            "reason": found.reason,
            "round": found.round,
            "offer": (
                f"{words_of(found.offer.contact)} from {self.told(found.offer.at)}"
                if found.offer
                else None
            ),
        }

    def page_data(self) -> dict[str, Any]:
        """Return what nextCall() of the page takes."""
        told: dict[str, Any] = {
            "history": [callback_data(callback) for callback in self.history()],
            "rungs": [rung_data(rung) for rung in self.rungs()],
            "rules": rules_data(self.rules),
            "zone": self.zone.key,
            "now": int(self.now.timestamp() * 1000),
            "closed": self.words.get("closed", False),
            "elsewhere": elsewhere_data(self.elsewhere()),
            "leads": self.words.get("leads", []),
            "stopped_at": self.stopped_at(),
            "news": news_data(self.news()),
        }
        return {key: to_json(value) for key, value in told.items()}

    def told(self, moment: datetime | None) -> str | None:
        """Return a moment in the row's words, to the minute."""
        return f"{moment.astimezone(self.clock):%m-%d %H:%M}" if moment else None


def words_of(contact: KnownContact) -> str:
    """Return a contact in words such as `mobile 13800130011`."""
    return f"{contact.kind} {contact.value}"


def contact_of(words: str) -> KnownContact:
    """Return the contact of words such as `mobile 13800130011`."""
    kind, _, value = words.partition(" ")
    return KnownContact(kind=kind, value=value)
