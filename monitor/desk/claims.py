"""Claims: one agent at a time has a case open; asking again renews, and nothing lasts for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.digest.page_data import ClaimData, ClaimedData, to_json
from monitor.errors import DistressError
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.audit import OPENED
from monitor.store.desk import Claim, Session

_LOOK = timedelta(hours=12)  # in which a case that an agent opens again is one look at it


def claim(
    store: Store,
    settings: Settings,
    session: Session,
    case_id: int,
    window: str = "",
    *,
    dialled: bool = False,
) -> dict[str, Any]:
    """Claim a case for the session's agent; tell who has it until when, as JSON of ClaimedData.

    window: which of the agent's windows has it open; the last that asked gives it back.
    dialled: whether a number of it was dialled there.

    Raises DistressError where there is no such case.
    """
    with store.write():
        if not store.cases.exists(case_id):
            raise DistressError(f"no case {case_id}")
        at = datetime.now(UTC)
        claim = store.desk.claim(
            case_id,
            session.agent,
            session.hash,
            at=at,
            until=at + settings.desk.claim,
            window=window,
            dialled=dialled,
        )
        if claim.agent == session.agent:
            since = at - _LOOK
            store.audit.note(OPENED, f"case {case_id}", actor=session.agent, once_since=since)
    answer: dict[str, Any] = to_json(
        ClaimedData(
            case=claim.case_id,
            agent=claim.agent,
            until=claim.expires_at,
            dialled=claim.dialled,
            granted=claim.agent == session.agent,
        )
    )
    return answer


def release(store: Store, session: Session, case_id: int, window: str = "") -> dict[str, Any]:
    """Give a case back."""
    return {"released": store.desk.release(case_id, session.hash, window)}


def claim_data(claim: Claim) -> ClaimData:
    """Return a claim as pages are told it."""
    return ClaimData(
        case=claim.case_id, agent=claim.agent, until=claim.expires_at, dialled=claim.dialled
    )
