"""What leaves the store: rows of views and of posts, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from monitor.store.views import columns_of

if TYPE_CHECKING:
    from monitor.store.connection import Connection

_POSTS = """
SELECT posts.id AS post_id, source, posted_at, first_seen_at, edited_at, gone_at, author, url,
  text, reposted_text, readings.label, readings.score, flagged, case_id
FROM posts
LEFT JOIN readings ON readings.post_id = posts.id AND readings.digest = posts.digest
LEFT JOIN needs ON needs.post_id = posts.id AND needs.digest = posts.digest
LEFT JOIN case_needs ON case_needs.need_id = needs.id AND left_at IS NULL
GROUP BY posts.id ORDER BY posts.id
"""
_CALLBACKS = """
SELECT v_callbacks.*, note, contact_value AS contact
FROM v_callbacks JOIN callbacks ON callbacks.id = callback_id ORDER BY callbacks.rowid
"""
_MAP = """
SELECT place_code, province, city, county, longitude, latitude, goods, unit, count(*) AS cases,
  sum(quantity) AS asked FROM v_goods_demand WHERE longitude IS NOT NULL
GROUP BY place_code, goods, unit
"""
QUERIES = {
    "cases": "SELECT * FROM v_cases ORDER BY case_id",
    "posts": _POSTS,
    "callbacks": _CALLBACKS,
    "supplies": "SELECT * FROM v_supply ORDER BY line_id",
    "updates": "SELECT * FROM v_updates ORDER BY update_id",
    "campaigns": "SELECT * FROM v_campaigns ORDER BY campaign_id",
    "demand": "SELECT * FROM v_goods_demand ORDER BY case_id, goods",
    "map": _MAP,
}


class Exports:
    """What can be taken out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def rows(self, what: str) -> tuple[tuple[str, ...], Iterator[tuple[Any, ...]]]:
        """Return the names of the columns of what is one of QUERIES, and its rows as they come."""
        cursor = self._db.execute(QUERIES[what])
        return tuple(column[0] for column in cursor.description), map(tuple, cursor)

    def view(self, name: str) -> tuple[tuple[str, ...], Iterator[tuple[Any, ...]]]:
        """Return the columns of a view and its rows as they come."""
        return tuple(columns_of(self._db, name)), map(
            tuple, self._db.execute(f'SELECT * FROM "{name}"')
        )
