"""Cases that a page did not come with: a line of each open one, and one whole on request."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.calling.goods import live_needs
from monitor.calling.order import urgency
from monitor.digest.agent_page import case_data, panel_of
from monitor.digest.case_view import goods_of, names_of
from monitor.digest.day import read_cases
from monitor.digest.page_data import LineData, MatchesData, to_json
from monitor.errors import DistressError
from monitor.language import language
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.desk import Session
from monitor.types import Case

_MOST = 500  # cases that a search tells
_LONGEST = 100  # signs of a search


class Lines:
    """The lines of the open cases; each is kept until its case's needs, agent or calls change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: Mapping[int, tuple[tuple[object, ...], dict[str, Any]]] = {}

    def told(self, store: Store) -> dict[str, Any]:
        """Return the lines as JSON of LinesData."""
        with self._lock, store.read():
            versions = store.cases.versions_of_open()
            stale = [
                case_id
                for case_id, version in versions.items()
                if case_id not in self._kept or self._kept[case_id][0] != version
            ]
            made = {case.id: line_of(case) for case in store.cases.get(stale)}
            self._kept = {
                case_id: (version, made[case_id] if case_id in made else self._kept[case_id][1])
                for case_id, version in versions.items()
            }
            lines = [line for _, line in self._kept.values()]
        return {"lines": lines}


def line_of(case: Case) -> dict[str, Any]:
    """Return the line of a case as JSON of LineData."""
    level, words = urgency(live_needs(case))
    names, _ = names_of(case)
    goods = goods_of(case)
    wanted = [one for one in goods if not one.struck] or goods
    line: dict[str, Any] = to_json(
        LineData(
            id=case.id,
            agent=case.agent or "",
            name=next(iter(names), ""),
            goods="、".join(one.name for one in wanted),
            level=level,
            urgency=words,
            called=bool(case.callbacks),
        )
    )
    return line


def whole(store: Store, settings: Settings, session: Session, case_id: int) -> dict[str, Any]:
    """Return all that a page shows of a case, as JSON of WholeData.

    Raises DistressError where there is no such case, or none that a page shows.
    """
    if not store.cases.exists(case_id):
        raise DistressError(f"no case {case_id}")
    day = read_cases(store, settings, now=datetime.now(UTC), agent=session.agent, more=[case_id])
    one = next((one for one in day.standings if one.case.id == case_id), None)
    if one is None:
        raise DistressError(f"case {case_id} has no post any longer")
    told: dict[str, Any] = {
        "line": line_of(one.case),
        "data": to_json(case_data(day, one, language(settings.language_of(session.agent)))),
        "panel": panel_of(day, session.agent, one),
    }
    return told


def matches(store: Store, words: str) -> dict[str, Any]:
    """Return which open cases have the words in a post or a number, as JSON of MatchesData."""
    squeezed = re.sub(r"[\s·-]+", "", words[:_LONGEST].lower())
    found = store.cases.open_with_words(squeezed, _MOST) if squeezed else []
    # Both scripts, words apart, and notes; what nobody took in yet is found by the line above.
    found = sorted({*found, *store.search.open_cases(words[:_LONGEST].split(), _MOST)})
    told: dict[str, Any] = to_json(MatchesData(cases=found))
    return told
