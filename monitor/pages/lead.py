"""What the lead's page and the supplies page show; no number that could be dialled gets through."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.pages.plain import masked
from monitor.pages.views import CaseView
from monitor.settings import Settings, SourceSettings
from monitor.store import Store
from monitor.store.figures import DayFigures
from monitor.types import Run, SupplyLine

GOOD = ("ok", "empty")
NO_FACILITY = "未写明单位"
UNASSIGNED_SHOWN = 200
WANTED_SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source; silent_after: seconds without a post after which it counts as silent, or None.

    outcome: how its last run ended, "" where it never ran, "running" where it has not ended.
    """

    name: str
    spider: str
    newest_at: datetime | None
    silent_after: int | None
    outcome: str
    message: str
    set_aside: int

    @property
    def failed(self) -> bool:
        """Whether the last run ended in a way that someone has to look at."""
        return self.outcome not in (*GOOD, "running", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentView:
    """An agent's load; known: whether the settings still name him."""

    name: str
    file: str
    load: int
    capacity: int
    called: int
    done: int
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCaseView:
    """A case on the lead's page: who needs what where, without a way to reach them."""

    id: int
    facility: str
    place: str
    goods: str
    posts: int
    level: str | None
    urgency: str
    first_at: datetime
    quiet: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadView:
    """All that the lead's page shows."""

    sources: tuple[SourceView, ...]
    handed: tuple[OpenCaseView, ...]
    agents: tuple[AgentView, ...]
    unassigned: tuple[OpenCaseView, ...]
    unassigned_count: int
    waiting: tuple[OpenCaseView, ...]
    wanted: tuple[tuple[str, int], ...]
    day: DayFigures
    open_cases: int


def open_case(view: CaseView) -> OpenCaseView:
    """Return a case with every number masked."""
    return OpenCaseView(
        id=view.id,
        facility=masked(view.facility or NO_FACILITY)[:60],
        place=masked(view.place)[:60],
        goods=masked(view.goods_words)[:120],
        posts=len(view.posts),
        level=view.level,
        urgency=masked(view.urgency)[:40],
        first_at=view.first_at,
        quiet=view.quiet,
    )


def handed_over(views: Sequence[CaseView]) -> tuple[OpenCaseView, ...]:
    """Return the cases in which the lead is needed more than a call."""
    return tuple(open_case(view) for view in sorted(views, key=lambda v: v.id) if view.quiet)


def waiting_longest(views: Sequence[CaseView]) -> tuple[OpenCaseView, ...]:
    """Return the urgent cases that nobody has called yet, the longest wait first."""
    untouched = [
        view
        for view in views
        if view.level == "critical" and not view.callbacks and not view.closed
    ]
    return tuple(open_case(view) for view in sorted(untouched, key=lambda v: v.first_at))


def wanted(views: Sequence[CaseView]) -> tuple[tuple[str, int], ...]:
    """Return the goods most cases ask for, with the number of those cases."""
    counts = Counter(goods.name for view in views for goods in view.goods if not view.closed)
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple((masked(name)[:40], count) for name, count in most[:WANTED_SHOWN])


def source_views(
    settings: Settings, store: Store, set_aside: dict[str, int]
) -> tuple[SourceView, ...]:
    """Return the configured sources and those that once had posts, the failing ones first."""
    newest = store.posts.newest()
    runs = store.runs.latest("crawl")
    configured = {source.name: source for source in settings.sources if source.enabled}
    names = dict.fromkeys([*configured, *sorted(newest)])
    views = [
        _source_view(name, configured.get(name), newest.get(name), runs.get(name), set_aside)
        for name in names
    ]
    return tuple(sorted(views, key=lambda view: not view.failed))


def _source_view(
    name: str,
    source: SourceSettings | None,
    newest_at: datetime | None,
    run: Run | None,
    set_aside: dict[str, int],
) -> SourceView:
    outcome = "" if run is None else run.outcome or "running"
    return SourceView(
        name=masked(name),
        spider=source.spider if source else "",
        newest_at=newest_at,
        silent_after=_silent_after(source),
        outcome=outcome,
        # What a good run says may change with each run, and a page only with its content.
        message="" if run is None or outcome in GOOD else masked(run.message or "")[:300],
        set_aside=set_aside.get(name, 0),
    )


def _silent_after(source: SourceSettings | None) -> int | None:
    """Return when silence is news: three turns of the source, at least 6 hours; a day for `at`."""
    if source is None or not (source.every or source.at):
        return None
    turn = source.every or timedelta(hours=8)
    return int(max(3 * turn, timedelta(hours=6)).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppliesView:
    """Confirmed goods: lines by facility, and totals as (goods, unit, sum, amounts without sum)."""

    facilities: tuple[tuple[str, tuple[SupplyLine, ...]], ...]
    totals: tuple[tuple[str, str, str, int, tuple[str, ...]], ...]
    statuses: tuple[tuple[str, int], ...]


def supplies_view(lines: Sequence[SupplyLine]) -> SuppliesView:
    """Return supply lines by facility and goods, with totals a kind of goods."""
    by_facility: dict[str, list[SupplyLine]] = defaultdict(list)
    by_goods: dict[tuple[str, str], list[SupplyLine]] = defaultdict(list)
    for line in lines:
        by_facility[masked(line.facility or NO_FACILITY)].append(line)
        by_goods[masked(line.name), masked(line.unit or "")].append(line)
    return SuppliesView(
        facilities=tuple(
            (facility, tuple(sorted(found, key=lambda line: (line.name, line.id))))
            for facility, found in sorted(by_facility.items())
        ),
        totals=tuple(
            (name, unit, *_total(found)) for (name, unit), found in sorted(by_goods.items())
        ),
        statuses=tuple(Counter(line.status for line in lines).items()),
    )


def _total(lines: Sequence[SupplyLine]) -> tuple[str, int, tuple[str, ...]]:
    """Return the sum of the plain amounts, the number of lines, and amounts that are no number."""
    plain_amount = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)
    amounts = [(line.quantity or "").strip() for line in lines]
    summed = [float(amount) for amount in amounts if plain_amount.fullmatch(amount)]
    rest = tuple(masked(a) or "未写数量" for a in amounts if not plain_amount.fullmatch(a))
    return f"{sum(summed):.10g}" if summed else "", len(lines), tuple(dict.fromkeys(rest))
