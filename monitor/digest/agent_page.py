"""An agent's page: a day and an agent in, the page with what its script knows out."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.calling.order import is_unseen
from monitor.calling.standing import Standing
from monitor.digest.day import Day, owner_of
from monitor.digest.page_data import (
    CaseData,
    LiveData,
    PageData,
    callback_data,
    dispositions_data,
    elsewhere_data,
    levels_data,
    rules_data,
    rung_data,
    to_json,
)
from monitor.digest.rungs import BLANK
from monitor.digest.script import call_script
from monitor.digest.templates import day_templates
from monitor.language import PageLanguage, language
from monitor.pages import render
from monitor.types import KnownContact

STYLES = ("agent.css", "case.css")


def agent_page(day: Day, agent: str, live: LiveData | None = None) -> str:
    """Return the page of one agent.

    live: the desk that serves it, with everybody's open cases on it; None for a file.
    """
    settings = day.settings
    code = settings.language_of(agent)
    standings = [one for one in day.standings if _is_shown(day, one, agent, live=live is not None)]
    ids = {one.case.id for one in standings}
    page = agent_data(day, agent, standings, language(code), live)
    return render(
        day_templates(settings, day.since, code),
        "agent.html",
        "live.js" if live else "agent.js",
        [*STYLES, "live.css"] if live else STYLES,
        connect=live is not None,
        generated=to_json(day.generated([case_id for case_id in day.order if case_id in ids])),
        page=page,
        data=to_json(page),
        cases=[day.views[one.case.id] for one in standings],
        suggested=day.suggested,
        shown_ids=ids,
        blank=BLANK,
        script_steps=call_script(code, settings.scripts_folder),
    )


def _is_shown(day: Day, one: Standing, agent: str, *, live: bool) -> bool:
    """Tell whether a case is on an agent's page: it is the agent's, or it asks for the agent.

    It does where it is the lead's to decide, and where it is closed though the agent's outcome and
    another's, noted without knowing each other, contradict.
    """
    if owner_of(one.case) == agent:
        return True
    if not one.case.closed:
        return live or (agent in day.settings.leads and one.quiet is not None)
    return any(
        clash.kind == "contradict" and agent in (clash.first.agent, clash.second.agent)
        for clash in day.views[one.case.id].clashes
    )


def agent_data(
    day: Day,
    agent: str,
    standings: Sequence[Standing],
    spoken: PageLanguage,
    live: LiveData | None = None,
) -> PageData:
    """Return what the script of an agent's page knows; standings: of the cases on it."""
    calling, leads = day.settings.calling, day.settings.leads
    return PageData(
        agent=agent,
        store=day.store,
        date=f"{day.since:%Y-%m-%d}",
        calling=(calling.start, calling.end),
        rules=rules_data(calling),
        leads=leads,
        lead=agent in leads,
        leads_words="" if agent in leads else _leads_words(leads, spoken),
        known=day.known.get(agent, ()),
        dispositions=dispositions_data(spoken),
        levels=levels_data(spoken),
        cases=[_case_data(day, one) for one in standings],
        live=live,
    )


def _leads_words(leads: Sequence[str], spoken: PageLanguage) -> str:
    """Return whom to tell of a case that needs more than a call."""
    if not leads:
        return spoken.say("请告诉组长。")
    return spoken.say("请告诉组长 %(names)s。", names=spoken.say("、").join(leads))


def _case_data(day: Day, one: Standing) -> CaseData:
    view = day.views[one.case.id]
    return CaseData(
        id=view.id,
        closed=view.closed,
        level=view.level,
        urgency=view.urgency,
        since=view.first_at,
        unseen=is_unseen(one.case),
        zone=one.zone,
        rungs=[rung_data(rung) for rung in one.rungs],
        history=[callback_data(callback) for callback in one.case.callbacks],
        stopped_at=one.stop.counted_at if one.stop else None,
        busy_elsewhere=elsewhere_data(one.elsewhere),
        suggested=[entry.other.id for entry in day.suggested.get(view.id, ())],
        unwanted=[
            ":".join(KnownContact(kind=rung.kind, value=rung.value).key)
            for rung in view.rungs
            if rung.asked_by
        ],
    )
