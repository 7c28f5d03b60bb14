"""What became of confirmed goods, for those who call: lines in, news of each case out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from monitor.calling.back import call_back
from monitor.settings import CallingSettings
from monitor.store import Store
from monitor.store.supplies import LineOfCase
from monitor.supply.progress import progress
from monitor.types import SUPPLY_STATUSES, GoodsNews


def goods_news(lines: Iterable[LineOfCase]) -> dict[int, GoodsNews]:
    """Return by case what became of its goods; a merged case counts as the one it is in."""
    by_case: dict[int, list[LineOfCase]] = defaultdict(list)
    for line in lines:
        by_case[line.kept_case_id].append(line)
    return {case_id: _news_of(lines) for case_id, lines in by_case.items()}


def due_back(
    store: Store, lines: Iterable[LineOfCase], rules: CallingSettings, *, until: datetime
) -> list[int]:
    """Return the ids of closed cases whose ward is to be called back before `until`.

    lines: all there are.
    """
    lines = list(lines)
    callbacks = {line.kept_case_id: line.callbacks for line in lines if line.closed}
    news = goods_news(line for line in lines if line.closed)
    ids = set(store.callbacks.next_needs(until))
    for case_id, goods in news.items():
        back = call_back(callbacks[case_id], goods, rules, until)
        if back and back.at < until:
            ids.add(case_id)
    return sorted(ids)


def _news_of(lines: Iterable[LineOfCase]) -> GoodsNews:
    received = [
        step.at for line in lines for step in line.standing if step.status == SUPPLY_STATUSES[-1]
    ]
    waiting = [_last_word(line) for line in lines if progress(line).is_open]
    asked = [one.asked_at for line in lines for one in line.substitutes if one.accepted is None]
    return GoodsNews(
        received_at=max(received, default=None),
        waiting_since=max(waiting, default=None),
        asked_at=max(asked, default=None),
    )


def _last_word(line: LineOfCase) -> datetime:
    """Return when something was last said of a line; a promise covers the time until its day."""
    promised = [line.back_order.expected_at] if line.back_order else []
    return max([line.changed_at, *promised])
