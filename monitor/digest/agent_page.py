"""The agents' pages: the cases of a day in, what each page shows and what its script knows out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.calling.dispositions import dispositions
from monitor.digest.case_view import ShownCase
from monitor.digest.page_data import elsewhere_data, noted_data, rules_data, rung_data
from monitor.language import PageLanguage
from monitor.masking import plain
from monitor.pages import utc
from monitor.settings import Settings

STYLES = ("agent.css", "case.css")


def agent_data(
    settings: Settings,
    agent: str,
    found: Sequence[ShownCase],
    spoken: PageLanguage,
    *,
    store: str,
    date: datetime,
    known: Sequence[str],
) -> dict[str, Any]:
    """Return what the page's script has to know.

    store: the identity of the store. known: ids of outcomes that need not be kept any longer.
    """
    calling = settings.calling
    leads = [entry.name for entry in settings.agents if entry.lead]
    return {
        "agent": agent,
        "store": store,
        "date": f"{date:%Y-%m-%d}",
        "zone": settings.timezone,
        "calling": [f"{calling.start:%H:%M}", f"{calling.end:%H:%M}"],
        "rules": rules_data(calling),
        "leads": leads,
        "lead": agent in leads,
        "leads_words": "" if agent in leads else leads_words(leads, spoken),
        "known": known,
        "dispositions": [
            {
                "code": entry.code,
                "words": spoken.of(entry.zh, entry.en),
                "then": spoken.of(entry.then, entry.then_en),
                "next": entry.next,
                "number": entry.number,
                "asks": entry.asks,
                "ends": entry.ends_case,
                "confirms": entry.confirms_goods,
                "quiet": entry.is_quiet,
            }
            for entry in dispositions().values()
        ],
        "cases": [_plain(_case_data(one)) for one in found],
    }


def leads_words(leads: Sequence[str], spoken: PageLanguage) -> str:
    """Return whom to tell of a case that needs more than a call."""
    if not leads:
        return spoken.say("请告诉组长。")
    return spoken.say("请告诉组长 %(names)s。", names=spoken.say("、").join(leads))


def _case_data(one: ShownCase) -> dict[str, Any]:
    """Return a case: what next.js has to know of it, and what makes it urgent."""
    return {
        "id": one.case.id,
        "closed": one.case.closed,
        "level": one.view.level,
        "urgency": one.view.urgency,
        "since": utc(one.view.first_at),
        "zone": one.standing.zone,
        "rungs": [rung_data(rung) for rung in one.standing.rungs],
        "history": [noted_data(callback) for callback in one.case.callbacks],
        "busy_elsewhere": elsewhere_data(one.standing.elsewhere),
    }


def _plain(value: Any) -> Any:
    """Return JSON values with every text made plain, for scripts put them on the page."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value
