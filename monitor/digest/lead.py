"""What the lead's page shows; no number that could be dialled gets through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.calling.clashes import Clash, clashes
from monitor.calling.dispositions import dispositions
from monitor.digest.case_view import LEVELS, CaseView
from monitor.digest.charts import Chart, charts
from monitor.digest.source_views import SourceView
from monitor.masking import masked
from monitor.settings import Settings
from monitor.store.figures import DayFigures
from monitor.types import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentView:
    """An agent's load; known: whether the settings still name him.

    called, done: cases he called and ended today.
    agreed: the agreed times of his open cases. ageing: when those nobody called become ageing.
    Both are sorted; which of them are past is for the page to tell, as the day goes on.
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
        """Whether he has more cases than he can take."""
        return self.load > self.capacity


def loads(
    settings: Settings, cases: Sequence[Case], *, files: Mapping[str, str], since: datetime
) -> tuple[AgentView, ...]:
    """Return the agents' loads: first who has too much, then by the share of the capacity used.

    files: the page of each agent. since: when the day began.
    """
    found = [_load(name, file, settings, cases, since) for name, file in files.items()]
    return tuple(
        sorted(found, key=lambda a: (not a.over, -a.load / max(a.capacity, 1), not a.known))
    )


def _load(
    name: str, file: str, settings: Settings, cases: Sequence[Case], since: datetime
) -> AgentView:
    known = next((agent for agent in settings.agents if agent.name == name), None)
    held = [case for case in cases if case.agent == name and not case.closed]
    last = [case.callbacks[-1] for case in held if case.callbacks]
    first = settings.calling.first
    return AgentView(
        name=masked(name),
        file=file,
        load=len(held),
        capacity=known.capacity if known else 0,
        called=sum(_acted(case, name, since) for case in cases),
        done=sum(case.closed and _acted(case, name, since, ending=True) for case in cases),
        known=known is not None,
        agreed=tuple(sorted(call.call_again_at for call in last if call.call_again_at)),
        ageing=tuple(sorted(case.opened_at + first for case in held if not case.callbacks)),
    )


def _acted(case: Case, agent: str, since: datetime, *, ending: bool = False) -> bool:
    """Tell whether an agent has tried since then; ending: whether a try of his ends a case."""
    known = dispositions()
    return any(
        call.agent == agent
        and call.counted_at >= since
        and (not ending or (call.disposition in known and known[call.disposition].ends_case))
        for call in case.callbacks
    )


SHOWN = 200
WANTED_SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCaseView:
    """A case on the lead's page: who needs what where, without a way to reach them.

    ageing_at: when it becomes ageing, unless somebody calls. agent: "" for nobody.
    quiet: the disposition for which the lead is needed. clash: the gravest open one.
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
class LeadView:
    """All that the lead's page shows.

    first: how long a case may wait for its first call. uncalled: open cases that nobody called
    yet, the longest wait first; ageing: when all of these become ageing. urgent: those of them
    that are. handed: cases that need the lead more than a call. clashed: with outcomes that were
    noted without knowing each other, those that contradict each other first.
    """

    first: timedelta
    uncalled: tuple[OpenCaseView, ...]
    ageing: tuple[datetime, ...]
    urgent: tuple[OpenCaseView, ...]
    handed: tuple[OpenCaseView, ...]
    clashed: tuple[OpenCaseView, ...]
    unassigned: tuple[OpenCaseView, ...]
    unassigned_count: int
    sources: tuple[SourceView, ...]
    agents: tuple[AgentView, ...]
    wanted: tuple[tuple[str, int], ...]
    days: tuple[DayFigures, ...]
    charts: tuple[Chart, ...]
    open_cases: int


def lead_view(
    settings: Settings,
    cases: Mapping[int, Case],
    views: Sequence[CaseView],
    *,
    files: Mapping[str, str],
    sources: Sequence[SourceView],
    days: Sequence[DayFigures],
    since: datetime,
) -> LeadView:
    """Return what the lead's page shows of the day that began at `since`.

    cases: by id, with a view of each. files: the page of each agent. days: as `charts` takes them.
    """
    first = settings.calling.first
    leads = [agent.name for agent in settings.agents if agent.lead]
    shown = {
        view.id: _case(view, cases[view.id], first=first, files=files, leads=leads)
        for view in sorted(views, key=lambda view: view.id)
    }
    still_open = [case for case_id, case in shown.items() if not cases[case_id].closed]
    uncalled = sorted(
        (case for case in still_open if not cases[case.id].callbacks),
        key=lambda case: (case.ageing_at, case.id),
    )
    unassigned = sorted((case for case in still_open if not case.agent), key=_pressing)
    return LeadView(
        first=first,
        uncalled=tuple(uncalled),
        ageing=tuple(case.ageing_at for case in uncalled),
        urgent=tuple(case for case in uncalled if case.level == LEVELS[0]),
        handed=tuple(case for case in still_open if case.quiet),
        clashed=tuple(
            sorted(
                (case for case in shown.values() if case.clash),
                key=lambda case: case.clash is None or case.clash.kind != "contradict",
            )
        ),
        unassigned=tuple(unassigned[:SHOWN]),
        unassigned_count=len(unassigned),
        sources=tuple(sources),
        agents=loads(settings, list(cases.values()), files=files, since=since),
        wanted=wanted(views),
        days=tuple(days),
        charts=charts(days),
        open_cases=len(still_open),
    )


def _case(
    view: CaseView,
    case: Case,
    *,
    first: timedelta,
    files: Mapping[str, str],
    leads: Collection[str],
) -> OpenCaseView:
    """Return a case with every number masked."""
    return OpenCaseView(
        id=view.id,
        facility=masked(view.facility or "")[:60],
        place=masked(view.place)[:60],
        goods=masked(view.goods_words)[:120],
        posts=len(case.joined),
        level=view.level,
        urgency=masked(view.urgency)[:40],
        first_at=view.first_at,
        opened_at=case.opened_at,
        ageing_at=case.opened_at + first,
        agent=masked(case.agent or ""),
        file=files.get(case.agent or "", ""),
        quiet=_quiet(case, leads),
        clash=next(iter(clashes(case)), None),
    )


def _quiet(case: Case, leads: Collection[str]) -> str | None:
    """Return for which disposition the lead is needed, until a lead (or anybody) notes another."""
    known = dispositions()
    found = None
    for call in case.callbacks:
        if call.disposition in known and known[call.disposition].is_quiet:
            found = call.disposition
        elif not leads or call.agent in leads:
            found = None
    return found


def _pressing(case: OpenCaseView) -> tuple[int, datetime, int]:
    level = LEVELS.index(case.level) if case.level in LEVELS else len(LEVELS)
    return level, case.first_at, case.id


def wanted(views: Sequence[CaseView]) -> tuple[tuple[str, int], ...]:
    """Return the goods most cases ask for, with the number of those cases."""
    counts = Counter(goods.name for view in views for goods in view.goods if not view.closed)
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple((masked(name)[:40], count) for name, count in most[:WANTED_SHOWN])
