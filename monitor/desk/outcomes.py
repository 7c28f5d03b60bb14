"""Outcomes from the agents' pages: entries in, each recorded once, what happened to each out."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from monitor import callback, supply
from monitor.callback.demands import UnmetError
from monitor.callback.outcomes_file import callback_of
from monitor.calling.clashes import clashes
from monitor.desk.reading import sound
from monitor.errors import DistressError, StoreBusyError
from monitor.store import Store
from monitor.store.desk import Session

MOST_AT_ONCE = 500
log = logging.getLogger(__name__)


def take(store: Store, session: Session, entries: Sequence[Any]) -> dict[str, Any]:
    """Record entries, each in a transaction of its own; return {results, clashes}.

    Sent again, an entry is told as "known"; "ahead": seconds by which a new one is dated ahead.
    Raises DistressError where there are too many.
    """
    if len(entries) > MOST_AT_ONCE:
        raise DistressError(f"{len(entries)} outcomes at once; at most {MOST_AT_ONCE}")
    results, cases = [], set()
    for entry in entries:
        result, case_id = _take_one(store, session, entry)
        results.append(result)
        if case_id is not None:
            cases.add(case_id)
    if cases:
        supply.open_lines(store)
    return {"results": results, "clashes": clashing(store, cases)}


def _take_one(store: Store, session: Session, entry: Any) -> tuple[dict[str, Any], int | None]:
    """Record one entry; return what happened, and its case where it is in the store now.

    A refusal's reason is for the operator; the page has words of its own for its `why`.
    """
    entry_id = entry.get("id") if isinstance(entry, dict) else None
    result: dict[str, Any] = {"id": sound(entry_id) if isinstance(entry_id, str) else None}
    why = "unreadable"
    try:
        outcome = callback_of(entry)
        why = "agent"
        if outcome.agent != session.agent:
            raise DistressError(
                f"the outcome is of '{outcome.agent}', and '{session.agent}' is signed in"
            )
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


def clashing(store: Store, case_ids: Iterable[int]) -> list[int]:
    """Return which of the cases have outcomes that were noted without knowing each other."""
    cases = store.cases.get(sorted(case_ids))
    return [case.id for case in cases if clashes(case)]
