"""Agents by random walk: pages go in, outcomes come out, at the desk or in files as pages save."""

from __future__ import annotations

import json
import random
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any

from desk_client import Browser

from monitor.calling.dispositions import dispositions
from monitor.types import KnownContact

NAMES = ("云落", "望舒", "青岚")
_HOW = {
    "need_confirmed": 30,
    "no_answer": 14,
    "busy": 4,
    "already_supplied": 16,
    "no_need": 8,
    "declined": 8,
    "call_later": 6,
    "message_sent": 4,
    "wrong_number": 4,
    "passed_on": 3,
    "do_not_call": 3,
}
_PAGE = re.compile(r'<script type="application/json" id="page-data">(.*?)</script>', re.S)


@dataclass(frozen=True)
class Noted:
    """An outcome that was noted: of which case, about which number, by which door, and when."""

    id: str
    case: int
    number: str
    door: str
    at: datetime


@dataclass
class Agents:
    """Who calls; noted: what the desk or an import confirmed to have."""

    chance: random.Random
    noted: dict[str, Noted] = field(default_factory=dict)

    def outcomes(self, page: dict[str, Any], agent: str, most: int) -> list[dict[str, Any]]:
        """Return what an agent notes of cases of a page."""
        cases = [case for case in page["cases"] if not case["closed"] and case["rungs"]]
        self.chance.shuffle(cases)
        return [self._outcome(case, agent) for case in cases[:most]]

    def _outcome(self, case: dict[str, Any], agent: str) -> dict[str, Any]:
        now = datetime.now(UTC).replace(microsecond=0)
        usable = [rung for rung in case["rungs"] if not rung["barred"]]
        rung = (usable or case["rungs"])[0]
        fitting = {
            code: weight
            for code, weight in _HOW.items()
            if dispositions()[code].fits_contact(
                KnownContact(kind=rung["kind"], value=rung["value"])
            )
        }
        [how] = self.chance.choices([*fitting], [*fitting.values()])
        more: dict[str, Any] = {}
        if how == "need_confirmed":
            amount = str(self.chance.randint(1, 90))
            more["items"] = [{"name": "N95口罩", "quantity": amount, "unit": "只"}]
        if how == "call_later":
            more["call_again_at"] = (now + timedelta(hours=self.chance.randint(1, 20))).isoformat()
        if how == "passed_on":
            more["new_contact"] = {"value": f"1390013{self.chance.randrange(10_000):04}"}
        if how == "do_not_call":
            more["note"] = "对方要求不再打"
        return {
            "id": str(uuid.UUID(int=self.chance.getrandbits(128), version=4)),
            "case": case["id"],
            "agent": agent,
            "disposition": how,
            "attempted_at": now.isoformat(),
            "contact": {"kind": rung["kind"], "value": rung["value"]},
            "after_id": case["history"][-1]["id"] if case["history"] else "",
            **more,
        }

    def confirm(self, outcomes: list[dict[str, Any]], door: str) -> None:
        """Keep that the store was said to have these."""
        for one in outcomes:
            at = datetime.fromisoformat(one["attempted_at"])
            self.noted[one["id"]] = Noted(one["id"], one["case"], one["contact"]["value"], door, at)


def page_of(text: str) -> dict[str, Any]:
    """Return what an agent's page knows; raises ValueError where there is none in the text."""
    match = _PAGE.search(text)
    if match is None:
        raise ValueError(f"no page of an agent: {text[:200]}")
    return dict(json.loads(match[1]))


def save(folder: Path, agent: str, store: str, outcomes: list[dict[str, Any]]) -> Path:
    """Write an outcomes file as an agent's page does."""
    content = {"format": "distress-outcomes", "version": 3, "store": store, "outcomes": outcomes}
    number = len(list(folder.glob(f"outcomes-{agent}*.json")))
    file = folder / f"outcomes-{agent}-{number:03}.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


class Stubborn:
    """A browser at a desk that may be killed: what failed is asked again of the next one."""

    def __init__(self, port: int, again: Callable[[], bool]) -> None:
        self._browser = Browser(port, f"http://127.0.0.1:{port}")
        self._again = again

    def sign_in(self, link: Callable[[], str]) -> dict[str, Any]:
        """Sign in by a link and return the agent's page."""
        while True:
            with suppress(OSError, HTTPException):
                if self._browser.submit("/sign-in", secret=link()).status_code == 303:
                    break
            self._again()
        page = page_of(self._ask(lambda: self._browser.get("/").text))
        self._browser.headers["X-CSRF"] = page["live"]["csrf"]
        return page

    def note(self, outcomes: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str]]:
        """Send outcomes, one after the other as they are noted; yield what became of each."""
        for one in outcomes:
            said = self._ask(lambda one=one: self._browser.post("/outcomes", {"outcomes": [one]}))
            if said.status_code != 200:
                raise AssertionError(f"the desk answered {said.status_code}: {said.text}")
            [result] = said.json()["results"]
            yield one, result["status"] + (f": {result['reason']}" if "reason" in result else "")

    def _ask(self, ask: Callable[[], Any]) -> Any:
        while True:
            try:
                return ask()
            except (OSError, HTTPException):
                self._again()
