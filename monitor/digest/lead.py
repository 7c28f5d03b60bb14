"""The lead's page: a day in, the page out; no number that could be dialled gets through."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import quote

from classifiers.need import LEVELS
from monitor.calling.clashes import Clash
from monitor.calling.dispositions import dispositions
from monitor.calling.standing import Standing
from monitor.digest.case_view import CaseView
from monitor.digest.charts import Chart, charts
from monitor.digest.day import Day
from monitor.digest.page_data import to_json
from monitor.digest.precision import REASONS, Precision, falls
from monitor.digest.source_views import SourceView, source_views
from monitor.digest.templates import day_templates
from monitor.digest.tidings import Arrival, arrivals
from monitor.masking import masked
from monitor.messages import STATES
from monitor.pages import Rendering
from monitor.store.figures import DayFigures
from monitor.store.outbox import GIVEN_UP, UNSURE
from monitor.types import Case, HandOver

SHOWN = 200
WANTED_SHOWN = 30
_LONGEST_NOTE = 300
_masked = lru_cache(maxsize=10_000)(masked)  # the same few names stand in thousands of cases


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInView:
    """A session at the live desk; name: what it is called by. here: whether it is this one."""

    agent: str
    name: str
    since: datetime
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GivingView:
    """What the live desk's form needs that gives cases to agents.

    csrf: what its requests carry. lead: whether it is shown. agents: whom cases can be given to.
    given: the case that was given just now, with its agent. sessions: who is signed in.
    """

    csrf: str
    lead: bool
    agents: tuple[str, ...]
    given: tuple[int, str] | None
    sessions: tuple[SignedInView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCaseView:
    """A case on the lead's page: who needs what where, without a way to reach them.

    ageing_at: when it becomes ageing, unless somebody calls. agent: "" for nobody.
    quiet: the disposition for which nobody calls of their own accord and the lead is needed.
    clash: the gravest open one.
    """

    id: int
    facility: str
    place: str
    goods: str
    posts: int
    level: str | None
    urgency: str
    first_at: datetime
    opened_at: datetime
    ageing_at: datetime
    agent: str
    file: str
    quiet: str | None
    clash: Clash | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    """Two open cases that may be one; reason: what they share; against: what speaks against it."""

    one: OpenCaseView
    other: OpenCaseView
    reason: str
    against: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfCase:
    """What a later post says of an open case, with every number masked.

    own, effect, reason, url, at: as UpdateView has them.
    """

    case: OpenCaseView
    own: bool
    effect: str
    reason: str
    statement: str
    author: str
    url: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentView:
    """An agent's load.

    file: of the agent's page, as an address. known: whether the settings still name the agent.
    load, capacity: open cases, and how many are enough. called, done: cases that the agent called
        and ended today.
    agreed: the agreed times that stand for these cases. ageing: when those nobody called become
        ageing. Both are sorted; which are past is for the page to tell, as the day goes on.
    """

    name: str
    file: str
    load: int
    capacity: int
    called: int
    done: int
    known: bool
    agreed: tuple[datetime, ...]
    ageing: tuple[datetime, ...]

    @property
    def over(self) -> bool:
        """Whether there are more cases than the agent can take."""
        return self.load > self.capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A message to a channel; state: words for the catalog. receipt: what the channel answered.

    good: whether there is nothing to see to.
    """

    at: datetime
    channel: str
    words: str
    state: str
    receipt: str
    good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadView:
    """All that the lead's page shows.

    first: how long a case may wait for its first call. uncalled: open cases that nobody called
    yet, the longest wait first; ageing: when all of these become ageing. urgent: those of them
    that are. handed: cases that need the lead more than a call. clashed: with outcomes that were
    noted without knowing each other, those that contradict each other first. pairs: cases that may
    be one, for a person to decide. said: what later posts say for a person to look at, newest
    first: what stops calls, and what others say.
    precision: how good flagging is, the newest week first. falls: of these what fell.
    heavy: agents with calls of today with somebody who breaks down or grieves, in the settings'
    order, with how many; resting: those who had so many that they are told to rest.
    hand_overs: of today. arrivals: goods that came, the newest first.
    messages: the newest first. lost: how many were given up, or may not have arrived.
    """

    first: timedelta
    uncalled: tuple[OpenCaseView, ...]
    ageing: tuple[datetime, ...]
    urgent: tuple[OpenCaseView, ...]
    handed: tuple[OpenCaseView, ...]
    clashed: tuple[OpenCaseView, ...]
    pairs: tuple[PairView, ...]
    said: tuple[SaidOfCase, ...]
    unassigned: tuple[OpenCaseView, ...]
    unassigned_count: int
    sources: tuple[SourceView, ...]
    agents: tuple[AgentView, ...]
    wanted: tuple[tuple[str, int], ...]
    days: tuple[DayFigures, ...]
    charts: tuple[Chart, ...]
    open_cases: int
    precision: tuple[Precision, ...]
    falls: tuple[Precision, ...]
    heavy: tuple[tuple[str, int], ...]
    resting: tuple[tuple[str, int], ...]
    hand_overs: tuple[HandOver, ...]
    arrivals: tuple[Arrival, ...]
    messages: tuple[MessageView, ...]
    lost: int


def lead_page(day: Day, desk: GivingView | None = None) -> Rendering:
    """Return the lead's page; desk: what its form to give cases away needs, None for a file."""
    return Rendering(
        templates=day_templates(day.settings, day.since, day.settings.language),
        template="index.html",
        script="lead.js",
        styles=("lead.css", "live.css") if desk else ("lead.css",),
        connect=desk is not None,
        generated=to_json(day.generated()),
        view={"desk": desk, "lead": lead_view(day), "reasons": REASONS},
    )


def lead_view(day: Day) -> LeadView:
    """Return what the lead's page shows of a day."""
    files = {agent: quote(file) for agent, file in day.files.items()}
    first = day.settings.calling.first
    in_order = sorted(day.standings, key=lambda one: one.case.id)
    views = [_case(one.case, day.views[one.case.id], files, first) for one in in_order]
    called_ids = {one.case.id for one in in_order if one.case.callbacks}
    closed_ids = {one.case.id for one in in_order if one.case.closed}
    view_of = {view.id: view for view in views}
    still_open = [case for case in views if case.id not in closed_ids]
    uncalled = sorted(
        (case for case in still_open if case.id not in called_ids),
        key=lambda case: (case.ageing_at, case.id),
    )
    heavy = [(name, len(day.heavy[name])) for name in files if day.heavy.get(name)]
    heavy_limit = day.settings.calling.heavy
    unassigned = sorted((case for case in still_open if not case.agent), key=_pressing)
    return LeadView(
        first=first,
        uncalled=tuple(uncalled),
        ageing=tuple(case.ageing_at for case in uncalled),
        urgent=tuple(case for case in uncalled if case.level == LEVELS[0]),
        handed=tuple(case for case in still_open if case.quiet),
        clashed=tuple(
            sorted(
                (case for case in views if case.clash),
                key=lambda case: case.clash is None or case.clash.kind != "contradict",
            )
        ),
        pairs=tuple(
            PairView(
                one=view_of[pair.case_id],
                other=view_of[pair.other_id],
                reason=pair.reason,
                against=pair.against,
            )
            for pair in day.suggestions
        ),
        said=_said([(case, day.views[case.id]) for case in still_open]),
        unassigned=tuple(unassigned[:SHOWN]),
        unassigned_count=len(unassigned),
        sources=source_views(day.settings, day.sources),
        agents=_loads(day, files),
        wanted=_top_goods(list(day.views.values())),
        days=day.figures,
        charts=charts(day.figures),
        open_cases=len(still_open),
        precision=day.precision,
        falls=tuple(falls(day.precision)),
        heavy=tuple((masked(name), calls) for name, calls in heavy),
        resting=tuple((masked(name), calls) for name, calls in heavy if calls >= heavy_limit),
        hand_overs=_hand_overs(day),
        arrivals=_arrivals(day),
        messages=_messages(day),
        lost=day.lost,
    )


def _messages(day: Day) -> tuple[MessageView, ...]:
    """Return what was told to whom, with what came of it."""
    return tuple(
        MessageView(
            at=one.made_at,
            channel=masked(one.channel),
            words=masked(one.words),
            state=STATES[one.state],
            receipt=masked(one.receipt),
            good=one.state not in (GIVEN_UP, UNSURE),
        )
        for one in day.messages[::-1]
    )


def _hand_overs(day: Day) -> tuple[HandOver, ...]:
    """Return what was handed over today, with every number masked."""
    return tuple(
        replace(one, by=masked(one.by), to=masked(one.to), note=masked(one.note)[:_LONGEST_NOTE])
        for one in day.hand_overs
        if one.at >= day.since
    )


def _arrivals(day: Day) -> tuple[Arrival, ...]:
    """Return the goods that came, with every number masked."""
    return tuple(
        replace(
            one,
            agent=masked(one.agent),
            facility=masked(one.facility)[:60],
            goods=masked(one.goods)[:60],
        )
        for one in arrivals(day)
    )


def _said(cases: Sequence[tuple[OpenCaseView, CaseView]]) -> tuple[SaidOfCase, ...]:
    """Return what later posts say of cases that a person has to look at, until one has called."""
    said = [
        SaidOfCase(
            case=case,
            own=update.own,
            effect=update.effect,
            reason=update.reason,
            statement=masked(update.statement),
            author=masked(update.author)[:60],
            url=update.url,
            at=update.at,
        )
        for case, view in cases
        for update in (view.stop, view.hearsay)
        if update
    ]
    return tuple(sorted(said, key=lambda one: one.at, reverse=True)[:SHOWN])


def _case(case: Case, view: CaseView, files: Mapping[str, str], first: timedelta) -> OpenCaseView:
    """Return a case with every number masked."""
    return OpenCaseView(
        id=view.id,
        facility=_masked(view.facility or "")[:60],
        place=_masked(view.place)[:60],
        goods=_masked(view.goods_words)[:120],
        posts=len(case.joined),
        level=view.level,
        urgency=_masked(view.urgency)[:40],
        first_at=view.first_at,
        opened_at=case.opened_at,
        ageing_at=case.opened_at + first,
        agent=_masked(case.agent or ""),
        file=files.get(case.agent or "", ""),
        quiet=view.quiet,
        clash=next(iter(view.clashes), None),
    )


def _pressing(case: OpenCaseView) -> tuple[int, datetime, int]:
    level = LEVELS.index(case.level) if case.level in LEVELS else len(LEVELS)
    return level, case.first_at, case.id


def _loads(day: Day, files: Mapping[str, str]) -> tuple[AgentView, ...]:
    """Return the agents' loads: first who has too much, then by the share of the capacity used."""
    open_of: dict[str, list[Standing]] = defaultdict(list)
    called: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for one in day.standings:
        if not one.case.closed:
            open_of[one.case.agent or ""].append(one)
        if one.case.callbacks:
            called.update(_acted(one.case, day.since))
            done.update(_acted(one.case, day.since, ending=True) if one.case.closed else ())
    loads = [
        _load(day, name, file, open_of[name], called=called[name], done=done[name])
        for name, file in files.items()
    ]
    return tuple(
        sorted(loads, key=lambda a: (not a.over, -a.load / max(a.capacity, 1), not a.known))
    )


def _load(
    day: Day, name: str, file: str, standings: Sequence[Standing], *, called: int, done: int
) -> AgentView:
    agent = day.settings.agent(name)
    return AgentView(
        name=masked(name),
        file=file,
        load=len(standings),
        capacity=agent.capacity if agent else 0,
        called=called,
        done=done,
        known=agent is not None,
        agreed=tuple(sorted(one.promised_at for one in standings if one.promised_at)),
        ageing=tuple(
            sorted(
                one.case.opened_at + day.settings.calling.first
                for one in standings
                if not one.case.callbacks
            )
        ),
    )


def _acted(case: Case, since: datetime, *, ending: bool = False) -> set[str]:
    """Return the agents that have tried since then; ending: those with a try that ends a case."""
    by_code = dispositions()
    return {
        call.agent
        for call in case.callbacks
        if call.counted_at >= since
        and (not ending or (call.disposition in by_code and by_code[call.disposition].ends_case))
    }


def _top_goods(views: Sequence[CaseView]) -> tuple[tuple[str, int], ...]:
    """Return the goods most cases ask for, with the number of those cases."""
    counts = Counter(
        goods.name for view in views for goods in view.goods if not view.closed and not goods.struck
    )
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple((masked(name)[:40], count) for name, count in most[:WANTED_SHOWN])
