"""What the lead's page and the supplies page show; no number that could be dialled gets through."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.advice import WORDS, to_do
from monitor.health import Health
from monitor.pages import utc
from monitor.pages.plain import masked
from monitor.pages.views import CaseView
from monitor.settings import Settings, SourceSettings
from monitor.store.figures import DayFigures
from monitor.types import SupplyLine

NO_FACILITY = "未写明单位"
UNASSIGNED_SHOWN = 200
WANTED_SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source; silent_after: seconds without a post after which it counts as silent, or None.

    spider: "" where the settings name it no longer.
    word: how its last run ended, "" where it never ran.
    field: which the answer lacks. advice: what to do, "" where there is nothing to do.
    """

    name: str
    spider: str
    enabled: bool
    failed: bool
    newest_at: datetime | None
    silent_after: int | None
    word: str
    field: str
    advice: str
    message: str
    set_aside: int


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


def source_views(settings: Settings, found: Sequence[Health]) -> tuple[SourceView, ...]:
    """Return what a page says of each source that changes only when its content does."""
    configured = {source.name: source for source in settings.sources if source.enabled}
    return tuple(_source_view(health, configured.get(health.source)) for health in found)


def _source_view(health: Health, source: SourceSettings | None) -> SourceView:
    advice = to_do(health) if health.failed else None
    return SourceView(
        name=masked(health.source),
        spider=health.spider,
        enabled=health.enabled,
        failed=health.failed,
        newest_at=health.newest_at,
        silent_after=_silent_after(source),
        word=_word(health),
        field=masked(health.field),
        advice=masked(advice.zh) if advice else "",
        # What a good run says may change with each run, and a page only with its content.
        message=masked(health.message)[:300] if health.failed else "",
        set_aside=health.set_aside,
    )


def _word(health: Health) -> str:
    """Return the word of an outcome; that nothing was new differs from run to run."""
    return WORDS.get("ok" if health.outcome == "empty" else health.outcome, health.outcome)


def source_figures(found: Sequence[Health]) -> dict[str, dict[str, Any]]:
    """Return by name what a page says of each source that changes with every run and hour."""
    return {
        masked(health.source): {
            "ended": _utc(health.run.ended_at if health.run else None),
            "empty": health.outcome == "empty",
            "running": health.running,
            "good": _utc(health.last_good_at),
            "next": _utc(health.next_at),
            "new": health.run.posts_new if health.run else 0,
            "known": health.run.posts_known if health.run else 0,
            "aside": health.run.posts_set_aside if health.run else 0,
            "hour": health.hour,
            "day": health.day,
            "window": health.volume.now,
            "usual": health.volume.usual,
            "low": health.low,
        }
        for health in sorted(found, key=lambda health: health.source)
    }


def _utc(time: datetime | None) -> str | None:
    return utc(time) if time else None


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
