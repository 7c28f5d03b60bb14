"""What changed since a page last asked: a cursor in; callbacks, claims and new cases out."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime
from typing import Any

from monitor.desk.claims import claim_data
from monitor.desk.outcomes import clashing
from monitor.digest.page_data import AssignedData, NewsData, callback_data, to_json
from monitor.store import Store
from monitor.store.desk import Cursor

POLL_SECONDS = 5


def changes(store: Store, after: str) -> dict[str, Any]:
    """Return what came in after a cursor, with the next cursor, as JSON of NewsData."""
    news = store.desk.changes(cursor_of(after))
    answer: dict[str, Any] = to_json(
        NewsData(
            cursor=words_of(news.cursor),
            callbacks=[callback_data(callback) for callback in news.callbacks],
            clashes=clashing(store, {callback.case_id for callback in news.callbacks}),
            assigned=[AssignedData(case=case_id, agent=agent) for case_id, agent in news.assigned],
            claims=[claim_data(claim) for claim in store.desk.claims(at=datetime.now(UTC))],
            cases_new=news.cases_new,
        )
    )
    return answer


def words_of(cursor: Cursor) -> str:
    """Return a cursor as pages hand it back."""
    return ".".join(str(part) for part in dataclasses.astuple(cursor))


def cursor_of(words: str) -> Cursor:
    """Return the cursor of its words; other words are the very beginning."""
    match = re.fullmatch(r"(\d{1,15})\.(\d{1,15})\.(\d{1,15})", words, re.ASCII)
    return Cursor(*map(int, match.groups())) if match else Cursor()
