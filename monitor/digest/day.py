"""A day: the store at one moment goes in, one frozen value that all its pages are made of out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock_time
from functools import cached_property

from monitor.calling.dispositions import dispositions
from monitor.calling.ladder import numbers_of
from monitor.calling.standing import Standing, calling_order, last_change, standings
from monitor.crawl import health
from monitor.digest.case_view import CaseView, SuggestedView, case_view
from monitor.digest.charts import DAYS
from monitor.digest.page_data import GeneratedData
from monitor.digest.precision import Precision, precision
from monitor.digest.source_views import source_figures
from monitor.digest.trust import Facilities
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.figures import DayFigures, Figures
from monitor.store.supplies import LineOfCase
from monitor.types import Case, Mark, Suggestion

KNOWN_FOR = timedelta(days=30)  # how long an agent's browser may hold outcomes it saved to a file
_RESERVED = re.compile(r"(?i)(index|supplies|packing|con|prn|aux|nul|com\d|lpt\d)(\..*)?")


@dataclass(frozen=True, kw_only=True)
class Day:
    """What the pages of a day are made of; the digest and the desk show the same.

    now: when it was read. since: when the day began.
    standings: the cases as the rules had them when anything was last noted, in the order in which
        to call then: so a page is the same however often it is written from the same store.
    marks: of contacts, by key, as they stood at `now`.
    sources: how they do. figures: of this day and of those before, as charts() takes them.
    lines: all supply lines. suggestions: pairs of open cases that may be one, not decided yet.
    named_for: of each number of the cases, by its key, the facilities that posts gave it for.
    precision: how good flagging is by how callbacks ended.
    store: the identity of the store. known: by agent, ids of outcomes that it has.
    """

    settings: Settings
    now: datetime
    since: datetime
    standings: tuple[Standing, ...]
    marks: Mapping[tuple[str, str], Mark]
    sources: tuple[health.Health, ...]
    figures: tuple[DayFigures, ...]
    lines: tuple[LineOfCase, ...]
    suggestions: tuple[Suggestion, ...]
    named_for: Facilities
    precision: tuple[Precision, ...]
    store: str
    known: Mapping[str, Sequence[str]]

    @cached_property
    def views(self) -> Mapping[int, CaseView]:
        """What the pages show of each case, by its id; made once for all of them."""
        return {one.case.id: case_view(one, self.named_for) for one in self.standings}

    @cached_property
    def suggested(self) -> Mapping[int, Sequence[SuggestedView]]:
        """What each case may be one with, by the case's id."""
        pairs: dict[int, list[SuggestedView]] = defaultdict(list)
        for one in self.suggestions:
            for case_id, other_id in ((one.case_id, one.other_id), (one.other_id, one.case_id)):
                other = self.views[other_id]
                pairs[case_id].append(
                    SuggestedView(other=other, reason=one.reason, against=one.against)
                )
        return pairs

    @cached_property
    def order(self) -> Sequence[int]:
        """The ids of the cases in the order in which to call at `now`."""
        cases = [one.case for one in self.standings]
        at_now = standings(cases, self.settings, self.marks, self.now)
        return calling_order(at_now, self.now, self.settings)

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The file of each agent's page: the agents of the settings, then others with cases."""
        names = [agent.name for agent in self.settings.agents]
        others = {owner_of(one.case) for one in self.standings} - {*names, ""}
        return agent_files([*names, *sorted(others)])

    def generated(self, order: Sequence[int] = ()) -> GeneratedData:
        """Return what a page says of the moment it was made; order: of its cases, for agents."""
        return GeneratedData(at=self.now, runs=source_figures(self.sources), order=order)


def read_day(store: Store, settings: Settings, *, now: datetime) -> Day:
    """Return the day of `now` as the store has it."""
    since = datetime.combine(now.astimezone(settings.zone).date(), clock_time(), settings.zone)
    cases_of_day = store.cases.get(store.cases.touched_since(since))
    cases = [case for case in cases_of_day if case.joined]
    marks = store.marks.standing(now)
    opening = datetime.combine(since.date(), settings.calling.start, settings.zone)
    last_change_at = last_change(cases, opening)
    by_id = {one.case.id: one for one in standings(cases, settings, marks, last_change_at)}
    open_ids = {case.id for case in cases if not case.closed}
    figures = Figures(store.connection)
    return Day(
        settings=settings,
        now=now,
        since=since,
        standings=tuple(
            by_id[case_id] for case_id in calling_order([*by_id.values()], last_change_at, settings)
        ),
        marks=marks,
        sources=tuple(health.of_sources(settings, store, now=now)),
        figures=_figures(figures, settings, since),
        lines=tuple(store.supplies.lines()),
        named_for=store.needs.facilities_by_contact(
            {number.key for case in cases for number in numbers_of(case)}
        ),
        suggestions=tuple(
            one for one in store.suggestions.open() if {one.case_id, one.other_id} <= open_ids
        ),
        precision=precision(store, now=now, zone=settings.zone),
        store=figures.identity(),
        known=figures.callback_ids(since - KNOWN_FOR),
    )


def _figures(figures: Figures, settings: Settings, since: datetime) -> tuple[DayFigures, ...]:
    """Return the figures of the day that began at `since` and of the days before, oldest first."""
    entries = dispositions().values()
    # Who is not to be called, or grieves, was told by a person, too.
    answered = [one.code for one in entries if one.number in ("reached", "barred")]
    tried = [one.code for one in entries if one.number != "-" or one.next == "message"]
    return figures.days(since.date(), DAYS, zone=settings.zone, answered=answered, tried=tried)


def owner_of(case: Case) -> str:
    """Return whose page a case is on, "" for nobody's.

    That is its agent's, or where it has ended, of who ended it.
    """
    by_code = dispositions()
    endings = [
        callback.agent
        for callback in case.callbacks
        if callback.disposition in by_code and by_code[callback.disposition].ends_case
    ]
    return endings[-1] if case.closed and endings else case.agent or ""


def agent_files(agents: Sequence[str]) -> dict[str, str]:
    """Return a safe file name for each agent's page, no two alike on any file system."""
    files: dict[str, str] = {}
    names: set[str] = set()
    for agent in agents:
        stem = re.sub(r"[^\w\-.·]+", "_", agent)[:60].strip("._") or "agent"
        stem = f"agent-{stem}" if _RESERVED.fullmatch(stem) else stem
        name, number = stem, 1
        while name.casefold() in names:
            number += 1
            name = f"{stem}-{number}"
        names.add(name.casefold())
        files[agent] = f"{name}.html"
    return files
