"""Outcomes from the agents' pages: entries in, each recorded once, what happened to each out."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import uuid4

from monitor import callback, supply
from monitor.callback.demands import UnmetError
from monitor.callback.outcomes_file import callback_of, decision_of
from monitor.calling.clashes import clashes
from monitor.desk.reading import sound
from monitor.errors import DistressError, StoreBusyError
from monitor.store import Store
from monitor.store.desk import Session
from monitor.types import Hand

MOST_AT_ONCE = 500
log = logging.getLogger(__name__)


def take(
    store: Store,
    session: Session,
    entries: Sequence[Any],
    decisions: Sequence[Any] = (),
    *,
    agents: Collection[str] | None = None,
) -> dict[str, Any]:
    """Record entries, each in a transaction of its own; return {results, clashes}.

    Sent again, an entry is told as "known"; "ahead": seconds by which a new one is dated ahead.
    decisions: as outcomes_file.decision_of() takes them; "known", too, where another came first.
    agents: to whom cases can be handed, None for anybody.
    Raises DistressError where there are too many.
    """
    if (count := len(entries) + len(decisions)) > MOST_AT_ONCE:
        raise DistressError(f"{count} outcomes at once; at most {MOST_AT_ONCE}")
    results, cases = [], set()
    for entry in entries:
        result, case_id = _take_one(store, session, entry)
        results.append(result)
        if case_id is not None:
            cases.add(case_id)
    results += [_decide(store, session, entry, agents) for entry in decisions]
    if cases:
        supply.open_lines(store)
    return {"results": results, "clashes": clashing(store, cases)}


def _take_one(store: Store, session: Session, entry: Any) -> tuple[dict[str, Any], int | None]:
    """Record one entry; return what happened, and its case where it is in the store now.

    A refusal's reason is for the operator; the page has words of its own for its `why`.
    """
    result = _result_of(entry)
    why = "unreadable"
    try:
        outcome = callback_of(entry)
        why = "agent"
        _check_agent(session, outcome.agent)
        why = "other"
        is_new = callback.record(store, outcome, origin="desk", complete=True)
    except StoreBusyError:
        raise
    except UnmetError as error:
        return {**result, "status": "refused", "why": "unmet", "reason": str(error)}, None
    except DistressError as error:
        if isinstance(error, callback.UnknownCaseError):
            why = "case"
        elif why == "other" and store.callbacks.get(outcome.id):
            why = "changed"
        return {**result, "status": "refused", "why": why, "reason": str(error)}, None
    if is_new and (ahead := callback.dated_ahead(outcome)):
        result["ahead"] = int(ahead.total_seconds())
        log.warning("the clock of %s's computer is wrong: %s ahead", outcome.agent, ahead)
    return {**result, "status": "added" if is_new else "known"}, outcome.case_id


def decide(store: Store, session: Session, case_id: int, other_id: int, decision: str) -> None:
    """Merge two cases or keep them apart, as the signed-in agent says: "merged" or "apart"."""
    entry = {"id": str(uuid4()), "case": case_id, "other": other_id, "decision": decision}
    callback.decide(store, decision_of({**entry, "agent": session.agent}))


def _decide(
    store: Store, session: Session, entry: Any, agents: Collection[str] | None
) -> dict[str, Any]:
    """Do what one entry decides of two cases or of a contact; return what happened."""
    result = _result_of(entry)
    why = "unreadable"
    try:
        decision = decision_of(entry)
        why = "agent"
        _check_agent(session, decision.agent)
        why = "other"
        if isinstance(decision, Hand):
            callback.check_colleague(decision.to, agents)
        why = "case"
        is_new = callback.decide(store, decision)
    except StoreBusyError:
        raise
    except DistressError as error:
        return {**result, "status": "refused", "why": why, "reason": str(error)}
    return {**result, "status": "added" if is_new else "known"}


def _result_of(entry: Any) -> dict[str, Any]:
    entry_id = entry.get("id") if isinstance(entry, dict) else None
    return {"id": sound(entry_id) if isinstance(entry_id, str) else None}


def _check_agent(session: Session, agent: str) -> None:
    if agent != session.agent:
        raise DistressError(f"the outcome is of '{agent}', and '{session.agent}' is signed in")


def clashing(store: Store, case_ids: Iterable[int]) -> list[int]:
    """Return which of the cases have outcomes that were noted without knowing each other."""
    cases = store.cases.get(sorted(case_ids))
    return [case.id for case in cases if clashes(case)]
