"""The pages as the desk serves them: those of the digest, made at the moment they are asked for."""

from __future__ import annotations

from datetime import datetime

from monitor.desk.current import agent_of, is_lead
from monitor.desk.live import POLL_SECONDS, words_of
from monitor.digest import Day
from monitor.pages import environment, render
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.desk import Session


def agent_page(store: Store, settings: Settings, session: Session, *, now: datetime) -> str:
    """Return the page of a session's agent, with everybody's open cases."""
    # Before anything is read: what comes in meanwhile is told again rather than not at all.
    cursor = store.desk.cursor()
    live = {
        "csrf": session.csrf,
        "agent": session.agent,
        "lead": is_lead(settings, session.agent),
        "cursor": words_of(cursor),
        "poll_seconds": POLL_SECONDS,
        "claim_seconds": int(settings.desk.claim.total_seconds()),
    }
    return Day(store, settings, now=now).agent(session.agent, live)


def lead_page(
    store: Store, settings: Settings, session: Session, *, now: datetime, given: str
) -> str:
    """Return the lead's page; given: the case that was given to somebody just now, or ""."""
    case_id = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0
    case = store.cases.get([case_id])[0] if store.cases.exists(case_id) else None
    desk = {
        "csrf": session.csrf,
        "lead": is_lead(settings, session.agent),
        "agents": [agent.name for agent in settings.agents],
        "given": (case.id, case.agent) if case and case.agent else None,
    }
    return Day(store, settings, now=now).index(desk)


def supply_page(name: str, store: Store, settings: Settings, *, now: datetime) -> str:
    """Return the page of supply lines, or the packing list, by its file's name."""
    return Day(store, settings, now=now).supplies(name)


def door(settings: Settings, state: str, *, agent: str, secret: str) -> str:
    """Return the page before the desk; state: "welcome", "spent", "out" or "left"."""
    known = agent_of(settings, agent)
    code = (known.language if known else None) or settings.language
    now = datetime.now(settings.zone)
    templates = environment(settings.zone, now, code)
    templates.globals["zone"] = settings.timezone
    return render(
        templates,
        "door.html",
        None,
        ["door.css"],
        connect=True,
        generated={},
        state=state,
        agent=agent,
        secret=secret,
    )
