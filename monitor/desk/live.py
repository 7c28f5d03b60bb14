"""What changed since a page last asked: a cursor in; callbacks, claims and new cases out."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime
from typing import Any

from monitor.desk.claims import told
from monitor.desk.outcomes import clashing
from monitor.pages import utc
from monitor.store import Store
from monitor.store.desk import Cursor
from monitor.types import Callback, KnownContact

POLL_SECONDS = 5


def changes(store: Store, after: str) -> dict[str, Any]:
    """Return what came in after a cursor, with the next cursor."""
    found = store.desk.changes(cursor_of(after))
    return {
        "cursor": words_of(found.cursor),
        "callbacks": [
            {
                **entry_of(made),
                "attempted_at": utc(made.counted_at),
                "recorded": utc(found.recorded[made.id]),
            }
            for made in found.callbacks
        ],
        "clashes": clashing(store, {made.case_id for made in found.callbacks}),
        "assigned": [{"case": case_id, "agent": agent} for case_id, agent in found.assigned],
        "claims": [told(held) for held in store.desk.claims(at=datetime.now(UTC))],
        "cases_new": found.cases_new,
    }


def words_of(cursor: Cursor) -> str:
    """Return a cursor as pages hand it back."""
    return ".".join(str(part) for part in dataclasses.astuple(cursor))


def cursor_of(words: str) -> Cursor:
    """Return the cursor of its words; what is none is the very beginning."""
    found = re.fullmatch(r"(\d{1,15})\.(\d{1,15})\.(\d{1,15})", words, re.ASCII)
    return Cursor(*map(int, found.groups())) if found else Cursor()


def entry_of(made: Callback) -> dict[str, Any]:
    """Return a callback in the fields of an outcomes file."""
    return {
        "id": made.id,
        "case": made.case_id,
        "agent": made.agent,
        "disposition": made.disposition,
        "attempted_at": utc(made.attempted_at),
        "note": made.note,
        "call_again_at": utc(made.call_again_at) if made.call_again_at else None,
        "items": [dataclasses.asdict(item) for item in made.items],
        "contact": _contact(made.contact),
        "new_contact": _contact(made.new_contact),
        "barred_until": utc(made.barred_until) if made.barred_until else None,
        "after_id": made.after_id,
    }


def _contact(known: KnownContact | None) -> dict[str, Any] | None:
    return dataclasses.asdict(known) if known else None
