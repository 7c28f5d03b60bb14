"""An agent's page: a day and an agent in, the page with what its script knows out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from monitor.calling.order import attention, largest_amount
from monitor.calling.standing import Standing
from monitor.digest.day import Day
from monitor.digest.page_data import (
    CaseData,
    LiveData,
    PageData,
    callback_data,
    dispositions_data,
    elsewhere_data,
    levels_data,
    news_data,
    rules_data,
    rung_data,
    to_json,
)
from monitor.digest.rungs import BLANK
from monitor.digest.script import Script, call_script, parse
from monitor.digest.templates import day_templates
from monitor.digest.tidings import tidings_of
from monitor.language import PageLanguage, language
from monitor.pages import Rendering
from monitor.types import KnownContact

STYLES = ("agent.css", "case.css", "calls.css")


def agent_page(day: Day, agent: str, live: LiveData | None = None) -> Rendering:
    """Return the page of one agent.

    live: the desk that serves it; None for a file.
    """
    settings = day.settings
    code = settings.language_of(agent)
    standings = day.shown.get(agent, ())
    ids = {one.case.id for one in standings}
    return Rendering(
        templates=day_templates(settings, day.since, code),
        template="agent.html",
        script="live.js" if live else "agent.js",
        styles=(*STYLES, "live.css") if live else STYLES,
        connect=live is not None,
        generated=to_json(day.generated()),
        view={
            "page": agent_data(day, agent, standings, language(code), live),
            "cases": [day.views[one.case.id] for one in standings],
            "suggested": {
                case_id: day.suggested[case_id] for case_id in sorted(ids & {*day.suggested})
            },
            "awake": sorted(ids & day.awake),
            "facility_past_of": {
                case_id: day.facility_past[case_id]
                for case_id in sorted(ids & {*day.facility_past})
            },
            "shown_ids": sorted(ids),
            "blank": BLANK,
            "scripts": _scripts(day, ids, code, live=live is not None),
        },
    )


def _scripts(day: Day, ids: Collection[int], code: str, *, live: bool) -> dict[str, Script]:
    """Return the scripts that a page needs by name, that of pleas first.

    A page at the desk has all of them, for cases that come to it later.
    """
    names = {day.views[case_id].script for case_id in ids}
    if live:
        names.update(("campaign", "warnings", *day.own_scripts))
    folder = day.settings.scripts_folder
    scripts = {"call": call_script(code, folder)}
    for name in sorted(names - {"call"}):
        if name in day.own_scripts:
            scripts[name] = parse(day.own_scripts[name], code, "campaign")
        else:
            scripts[name] = call_script(code, folder, name)
    return scripts


def panel_of(day: Day, agent: str, one: Standing) -> str:
    """Return the panel of a case that an agent's page at the desk did not come with, as HTML."""
    code = day.settings.language_of(agent)
    view = day.views[one.case.id]
    return (
        day_templates(day.settings, day.since, code)
        .get_template("panel.html")
        .render(
            page=agent_data(day, agent, (), language(code)),
            case=view,
            suggested={view.id: day.suggested.get(view.id, ())},
            awake=sorted({view.id} & day.awake),
            facility_past_of={view.id: day.facility_past.get(view.id, ())},
            shown_ids=[view.id],
        )
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
        colleagues=[entry.name for entry in day.settings.agents if entry.name != agent],
        heavy=day.heavy.get(agent, ()),
        tidings=tidings_of(day, agent),
        dispositions=dispositions_data(spoken),
        levels=levels_data(spoken),
        cases=[case_data(day, one, spoken) for one in standings],
        live=live,
    )


def _leads_words(leads: Sequence[str], spoken: PageLanguage) -> str:
    """Return whom to tell of a case that needs more than a call."""
    if not leads:
        return spoken.say("请告诉组长。")
    return spoken.say("请告诉组长 %(names)s。", names=spoken.say("、").join(leads))


def case_data(day: Day, one: Standing, spoken: PageLanguage) -> CaseData:
    """Return what the script of a page knows of a case."""
    view = day.views[one.case.id]
    return CaseData(
        id=view.id,
        closed=view.closed,
        level=view.level,
        urgency=spoken.named(view.urgency),
        since=view.first_at,
        posts=attention(one.case)[1],
        most=largest_amount(one.case),
        zone=one.zone.key,
        rungs=[rung_data(rung) for rung in one.rungs],
        history=[callback_data(callback) for callback in one.case.callbacks],
        due_by=one.case.due_by,
        stopped_at=one.stop.counted_at if one.stop else None,
        news=news_data(one.news),
        busy_elsewhere=elsewhere_data(one.elsewhere),
        suggested=[entry.other.id for entry in day.suggested.get(view.id, ())],
        substitutes=[one.id for one in view.substitutes],
        unwanted=[
            ":".join(KnownContact(kind=rung.kind, value=rung.value).key)
            for rung in view.rungs
            if rung.asked_by
        ],
    )
