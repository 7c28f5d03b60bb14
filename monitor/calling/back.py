"""Calls back to a ward whose goods were confirmed: its history and its goods in, the next one out.

A case that ended by confirming goods wakes by itself: when goods came, when no word of them came,
when the ward has to answer about a substitute, and on the day it said that they would run out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.calling.dispositions import dispositions
from monitor.calling.ladder import Rung
from monitor.calling.story import Back, Story, story
from monitor.settings import CallingSettings
from monitor.types import Callback, GoodsNews


def call_back(
    history: Sequence[Callback], news: GoodsNews | None, rules: CallingSettings, now: datetime
) -> Back | None:
    """Return the next call back of a case that ended, None where nothing leads to one.

    It may be due already; the outcome that ends the case again settles it.
    """
    table = dispositions()
    endings = [
        (min(callback.counted_at, now), callback)
        for callback in history
        if callback.disposition in table and table[callback.disposition].ends_case
    ]
    if not endings:
        return None
    ended_at, ending = sorted(endings, key=lambda pair: pair[0])[-1]
    if not table[ending.disposition].keeps_goods:
        return None
    news = news or GoodsNews()
    backs = []
    if news.received_at and news.received_at > ended_at:
        backs.append(Back("received", news.received_at + rules.after_goods))
    if news.asked_at and news.asked_at > ended_at:
        backs.append(Back("substitute", news.asked_at))
    if news.waiting_since:
        backs.append(Back("no news", max(news.waiting_since, ended_at) + rules.no_news))
    if ending.next_need_at:
        backs.append(Back("next need", ending.next_need_at))
    return min(backs, key=lambda back: back.at, default=None)


def case_story(
    history: Sequence[Callback],
    rungs: Sequence[Rung],
    rules: CallingSettings,
    now: datetime,
    *,
    closed: bool,
    news: GoodsNews | None = None,
    leads: Collection[str] = (),
) -> Story | None:
    """Return the facts of a case, with its call back where that is due; None for one that sleeps.

    closed: whether the case is ended; where it is not, callbacks that ended it were undone.
    """
    if not closed:
        return story(history, rungs, now, leads)
    back = call_back(history, news, rules, now)
    if back is None or back.at > now:
        return None
    return replace(story(history, rungs, now, leads), back=back)
