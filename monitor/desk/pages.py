"""The pages as the desk serves them: those of the digest, made at the moment they are asked for."""

from __future__ import annotations

from datetime import datetime

from monitor.desk.live import POLL_SECONDS, words_of
from monitor.digest.agent_page import agent_page
from monitor.digest.day import read_cases, read_day
from monitor.digest.lead import GivingView, SignedInView, lead_page
from monitor.digest.page_data import LiveData
from monitor.digest.supplies import supply_page
from monitor.pages import Rendering, environment
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.desk import Session


def page_of_agent(store: Store, settings: Settings, session: Session, *, now: datetime) -> str:
    """Return the page of a session's agent; what others have it asks for."""
    # Before anything is read: what comes in meanwhile is told again rather than not at all.
    cursor = store.desk.cursor()
    live = LiveData(
        csrf=session.csrf,
        cursor=words_of(cursor),
        poll_seconds=POLL_SECONDS,
        claim_seconds=int(settings.desk.claim.total_seconds()),
    )
    day = read_cases(store, settings, now=now, agent=session.agent)
    return str(agent_page(day, session.agent, live))


def page_of_lead(
    store: Store, settings: Settings, session: Session, *, now: datetime, number: str
) -> str:
    """Return the lead's page; number: the case that was given to somebody just now, or ""."""
    case_id = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
    case = store.cases.get([case_id])[0] if store.cases.exists(case_id) else None
    desk = GivingView(
        csrf=session.csrf,
        lead=session.agent in settings.leads,
        agents=tuple(agent.name for agent in settings.agents),
        given=(case.id, case.agent) if case and case.agent else None,
        sessions=tuple(
            SignedInView(
                agent=one.agent,
                name=one.name,
                since=one.made_at,
                here=one.hash == session.hash,
            )
            for one in store.desk.sessions(at=now)
        ),
    )
    return str(lead_page(read_day(store, settings, now=now), desk))


def page_of_supplies(name: str, store: Store, settings: Settings, *, now: datetime) -> str:
    """Return the page of supply lines, or the packing list, by its file's name."""
    return str(supply_page(read_day(store, settings, now=now), name))


def door(settings: Settings, state: str, *, agent: str, secret: str) -> str:
    """Return the page before the desk; state: welcome, spent, out, left or wait."""
    code = settings.language_of(agent)
    now = datetime.now(settings.zone)
    templates = environment(settings.zone, now, code)
    templates.globals["zone"] = settings.timezone
    page = Rendering(
        templates=templates,
        template="door.html",
        script="",
        styles=("door.css",),
        connect=True,
        generated={},
        view={"state": state, "agent": agent, "secret": secret},
    )
    return str(page)
