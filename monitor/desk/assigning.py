"""A lead gives a case to an agent from the page."""

from __future__ import annotations

from monitor.desk.reception import ForbiddenError
from monitor.errors import DistressError, UnknownNameError
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.desk import Session


def assign(store: Store, settings: Settings, session: Session, *, case_id: int, agent: str) -> None:
    """Give a case to an agent; what is this agent's already stays as it is.

    Raises ForbiddenError for whoever is not a lead, UnknownNameError for an unknown agent,
    DistressError for an unknown case.
    """
    if session.agent not in settings.leads:
        raise ForbiddenError("only a lead gives cases to others")
    if settings.agent(agent) is None:
        names = [entry.name for entry in settings.agents]
        raise UnknownNameError("agent", agent, names, "[[agents]] in distress.toml")
    with store.write():
        if not store.cases.exists(case_id):
            raise DistressError(f"no case {case_id}")
        if store.cases.get([case_id])[0].agent != agent:
            store.cases.assign(case_id, agent, "by the lead", actor=session.agent)
