"""Claims: one agent at a time has a case open; asking again renews, and nothing lasts for ever."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from monitor.errors import DistressError
from monitor.pages import utc
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.desk import Claim, Session


def claim(
    store: Store, settings: Settings, session: Session, case_id: int, window: str = ""
) -> dict[str, Any]:
    """Claim a case for the session's agent; tell who has it and until when.

    window: which of the agent's windows has it open; the last that asked gives it back.

    Raises DistressError where there is no such case.
    """
    with store.write():
        if not store.cases.exists(case_id):
            raise DistressError(f"no case {case_id}")
        at = datetime.now(UTC)
        held = store.desk.claim(
            case_id,
            session.agent,
            session.hash,
            at=at,
            until=at + settings.desk.claim,
            window=window,
        )
    return {"granted": held.agent == session.agent, **told(held)}


def release(store: Store, session: Session, case_id: int, window: str = "") -> dict[str, Any]:
    """Give a case back."""
    return {"released": store.desk.release(case_id, session.hash, window)}


def told(held: Claim) -> dict[str, Any]:
    """Return a claim as pages are told it."""
    return {"case": held.case_id, "agent": held.agent, "until": utc(held.expires_at)}
