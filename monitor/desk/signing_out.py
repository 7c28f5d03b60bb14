"""A lead signs an agent out of one session from the page."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.desk.reception import ForbiddenError
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.desk import Session


def sign_out(store: Store, settings: Settings, session: Session, *, agent: str, name: str) -> None:
    """Sign an agent out of the session of this name; one that has ended stays so.

    Raises ForbiddenError for whoever is not a lead.
    """
    if session.agent not in settings.leads:
        raise ForbiddenError("only a lead signs others out")
    store.desk.end_named(name, agent, at=datetime.now(UTC))
