"""A day: the store at one moment goes in, one frozen value that all its pages are made of out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from datetime import time as clock_time
from functools import cached_property

from classifiers.doors import LISTS
from monitor.calling.dispositions import dispositions
from monitor.calling.ladder import numbers_of
from monitor.calling.standing import Standing, calling_order, last_change, standings
from monitor.crawl import health
from monitor.digest.case_view import CaseView, Listed, SubstituteView, SuggestedView, case_view
from monitor.digest.charts import DAYS
from monitor.digest.page_data import GeneratedData
from monitor.digest.precision import Precision, precision
from monitor.digest.source_views import source_figures
from monitor.digest.trust import Facilities
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.campaigns import Campaign
from monitor.store.figures import DayFigures, Figures
from monitor.store.history import PastCase
from monitor.store.outbox import GIVEN_UP, UNSURE, Message
from monitor.store.supplies import LineOfCase
from monitor.supply.news import due_back, goods_news
from monitor.types import Case, GoodsNews, HandOver, Suggestion

TOLD_FOR = timedelta(days=7)  # so long agents hear of what came and was handed to them
KNOWN_FOR = timedelta(days=30)  # how long an agent's browser may hold outcomes it saved to a file
MESSAGES_SHOWN = 20
_RESERVED = re.compile(r"(?i)(index|supplies|packing|calls|con|prn|aux|nul|com\d|lpt\d)(\..*)?")


@dataclass(frozen=True, kw_only=True)
class Day:
    """What the pages of a day are made of; the digest and the desk show the same.

    now: when it was read. since: when the day began.
    standings: the cases as the rules had them when anything was last noted, in the order in which
        to call then: so a page is the same however often it is written from the same store.
    sources: how they do. figures: of this day and of those before, as charts() takes them.
    lines: all supply lines. news: what became of the goods, by case. awake: cases that have ended
        and whose ward is called back within the day.
    suggestions: pairs of open cases that may be one, not decided yet.
    named_for: of each number of the cases, by its key, the facilities that posts gave it for.
    precision: how good flagging is by how callbacks ended.
    store: the identity of the store. known: by agent, ids of outcomes and hand-overs that it has.
    heavy: by agent, ids of the day's calls with somebody who breaks down or grieves.
    hand_overs: of the last days. facility_past: other cases of the same facility, by case.
    listed: by case, the list that it came by. own_scripts: texts of lists with one of their own, by
        the script's name.
    messages: those made last. lost: how many were given up, or may not have arrived.
    """

    settings: Settings
    now: datetime
    since: datetime
    standings: tuple[Standing, ...]
    sources: tuple[health.Health, ...]
    figures: tuple[DayFigures, ...]
    lines: tuple[LineOfCase, ...]
    news: Mapping[int, GoodsNews]
    awake: frozenset[int]
    suggestions: tuple[Suggestion, ...]
    named_for: Facilities
    precision: tuple[Precision, ...]
    store: str
    known: Mapping[str, Sequence[str]]
    heavy: Mapping[str, Sequence[str]]
    hand_overs: tuple[HandOver, ...]
    facility_past: Mapping[int, Sequence[PastCase]]
    listed: Mapping[int, Listed]
    own_scripts: Mapping[str, str]
    messages: tuple[Message, ...] = ()
    lost: int = 0

    @cached_property
    def views(self) -> Mapping[int, CaseView]:
        """What the pages show of each case, by its id; made once for all of them."""
        asked: dict[int, list[SubstituteView]] = defaultdict(list)
        for line in self.lines:
            for one in line.substitutes:
                if one.accepted is None:
                    asked[line.kept_case_id].append(
                        SubstituteView(id=one.id, goods=line.name, name=one.name, reason=one.reason)
                    )
        return {
            one.case.id: case_view(
                one,
                self.named_for,
                asked.get(one.case.id, ()),
                self.listed.get(one.case.id),
            )
            for one in self.standings
        }

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
    def shown(self) -> Mapping[str, Sequence[Standing]]:
        """The cases on each agent's page: the agent's own, and those that ask for the agent.

        They do where they are the lead's to decide, and where they are closed though the agent's
        outcome and another's, noted without knowing each other, contradict.
        """
        pages: dict[str, list[Standing]] = defaultdict(list)
        leads = self.settings.leads
        for one in self.standings:
            agents = [self.owner_of(one.case)]
            if not one.case.closed or one.case.id in self.awake:
                agents += leads if one.quiet else ()
            else:
                for clash in self.views[one.case.id].clashes:
                    if clash.kind == "contradict":
                        agents += [clash.first.agent, clash.second.agent]
            for agent in dict.fromkeys(agents):
                pages[agent].append(one)
        return pages

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The file of each agent's page: the agents of the settings, then others with cases."""
        names = [agent.name for agent in self.settings.agents]
        others = {self.owner_of(one.case) for one in self.standings} - {*names, ""}
        return agent_files([*names, *sorted(others)])

    def owner_of(self, case: Case) -> str:
        """Return whose page a case is on, "" for nobody's.

        That is its agent's, or where it has ended and sleeps, of who ended it.
        """
        by_code = dispositions()
        endings = [
            callback.agent
            for callback in case.callbacks
            if callback.disposition in by_code and by_code[callback.disposition].ends_case
        ]
        agent = case.agent or ""
        if case.closed and endings and not (agent and case.id in self.awake):
            return endings[-1]
        return agent

    def generated(self) -> GeneratedData:
        """Return what a page says of the moment it was made."""
        return GeneratedData(at=self.now, runs=source_figures(self.sources))


def read_day(store: Store, settings: Settings, *, now: datetime) -> Day:
    """Return the day of `now` as the store has it."""
    since = _begin(settings, now)
    return replace(
        _read_cases(store, settings, store.cases.touched_since(since), now=now),
        figures=_figures(Figures(store.connection), settings, since),
        precision=precision(store, now=now, zone=settings.zone),
        messages=tuple(store.outbox.latest(MESSAGES_SHOWN)),
        lost=len(store.outbox.of_state(GIVEN_UP, UNSURE)),
    )


def read_cases(
    store: Store, settings: Settings, *, now: datetime, agent: str, more: Collection[int] = ()
) -> Day:
    """Return the day of `now` with what an agent's page is made of and no more.

    It has the cases that may concern the agent, `more`, and those that either depend on.
    """
    since = _begin(settings, now)
    quiet = [entry.code for entry in dispositions().values() if entry.is_quiet]
    leads = settings.leads
    ids = {*store.cases.concerning(agent, since, quiet if agent in leads else ()), *more}
    pairs = [(one.case_id, one.other_id) for one in store.suggestions.open()]
    ids.update(case_id for pair in pairs if ids & {*pair} for case_id in pair)
    # A number that was dialled for another case is not dialled again at once.
    dialled = store.cases.dialled(since)
    keys = {number.key for case in store.cases.get(sorted(ids)) for number in numbers_of(case)}
    keys.update(contact.key for case_id in ids for contact in dialled.get(case_id, ()))
    ids.update(case_id for case_id, calls in dialled.items() if keys & {c.key for c in calls})
    return _read_cases(store, settings, sorted(ids), now=now)


def _begin(settings: Settings, now: datetime) -> datetime:
    return datetime.combine(now.astimezone(settings.zone).date(), clock_time(), settings.zone)


def _read_cases(store: Store, settings: Settings, ids: Sequence[int], *, now: datetime) -> Day:
    since = _begin(settings, now)
    lines = tuple(store.supplies.lines())
    awake = due_back(store, lines, settings.calling, until=since + timedelta(days=1))
    cases = [case for case in store.cases.get(sorted({*ids, *awake})) if case.joined]
    marks = store.marks.standing(now)
    opening = datetime.combine(since.date(), settings.calling.start, settings.zone)
    last_change_at = last_change(cases, opening)
    news = goods_news(lines)
    at_change = standings(cases, settings, marks, last_change_at, news)
    by_id = {one.case.id: one for one in at_change}
    open_ids = {case.id for case in cases if not case.closed}
    figures = Figures(store.connection)
    campaigns = {one.id: one for one in store.campaigns.all()}
    return Day(
        settings=settings,
        now=now,
        since=since,
        standings=tuple(
            by_id[case_id] for case_id in calling_order([*by_id.values()], last_change_at, settings)
        ),
        sources=tuple(health.of_sources(settings, store, now=now)),
        figures=(),
        lines=lines,
        news=news,
        awake=frozenset(awake),
        named_for=store.needs.facilities_by_contact(
            {number.key for one in at_change for number in one.numbers}
        ),
        suggestions=tuple(
            one for one in store.suggestions.open() if {one.case_id, one.other_id} <= open_ids
        ),
        precision=(),
        store=figures.identity(),
        known=_known(store, figures, since - KNOWN_FOR),
        heavy=figures.heavy(
            since,
            since + timedelta(days=1),
            [one.code for one in dispositions().values() if one.is_quiet],
        ),
        hand_overs=store.history.hand_overs(since - TOLD_FOR),
        facility_past=store.history.same_facility([case.id for case in cases]),
        listed=_listed(cases, campaigns, store.campaigns.of_cases([case.id for case in cases])),
        own_scripts={
            _script_of(one): one.script for one in campaigns.values() if one.script is not None
        },
    )


def _listed(
    cases: Sequence[Case], campaigns: Mapping[int, Campaign], campaign_of: Mapping[int, int]
) -> dict[int, Listed]:
    """Return the list that each case came by, of those where nobody asked for goods."""
    listed = {}
    for case in cases:
        sources = {need.post.source for need in case.needs}
        if not sources or not sources <= {*LISTS}:
            continue
        campaign = campaigns.get(campaign_of.get(case.id, 0))
        if "warnings" in sources:
            events = (str(need.reading.details.get("event", "")) for need in case.needs)
            event = next(filter(None, events), "")
            listed[case.id] = Listed(name="", script="warnings", event=event)
        elif campaign:
            listed[case.id] = Listed(
                name=campaign.name, script=_script_of(campaign), notice=campaign.notice
            )
    return listed


def _script_of(campaign: Campaign) -> str:
    """Return the name of a campaign's script on the pages."""
    return f"campaign-{campaign.id}" if campaign.script is not None else "campaign"


def _known(store: Store, figures: Figures, since: datetime) -> dict[str, list[str]]:
    """Return by agent the ids of outcomes and hand-overs recorded since then."""
    known = figures.callback_ids(since)
    for agent, ids in store.history.hand_ids(since).items():
        known[agent] = [*known.get(agent, ()), *ids]
    return known


def _figures(figures: Figures, settings: Settings, since: datetime) -> tuple[DayFigures, ...]:
    """Return the figures of the day that began at `since` and of the days before, oldest first."""
    entries = dispositions().values()
    # Who is not to be called, or grieves, was told by a person, too.
    answered = [one.code for one in entries if one.number in ("reached", "barred")]
    tried = [one.code for one in entries if one.number != "-" or one.next == "message"]
    return figures.days(since.date(), DAYS, zone=settings.zone, answered=answered, tried=tried)


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
