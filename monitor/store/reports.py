"""What a report counts: two days go in, rows of the views of that time come out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.store.connection import Connection

_OPENED = "date(opened_local) BETWEEN :since AND :until"
_DEMAND = "day BETWEEN :since AND :until"
QUERIES = {
    "goods": (
        "SELECT goods, count(*) AS cases, sum(quantity) AS asked, unit, "
        "count(confirmed_at) AS confirmed, count(received_at) AS received "
        f"FROM v_goods_demand WHERE {_DEMAND} GROUP BY goods ORDER BY cases DESC, goods LIMIT 200"
    ),
    "places": (
        "SELECT province, city, county, place_code, count(*) AS cases, "
        "count(first_call_at) AS called, count(reached_at) AS reached, "
        f"count(received_at) AS received FROM v_cases WHERE {_OPENED} "
        "GROUP BY place_code ORDER BY cases DESC, place_code LIMIT 500"
    ),
    "days": f"SELECT * FROM v_funnel_daily WHERE {_DEMAND} ORDER BY day",
    "cases": (
        "SELECT case_id, facility, place_code, province, city, county, goods, urgency, source, "
        "posts, calls, first_post_at, opened_local, first_call_at, reached_at, confirmed_at, "
        f"received_at, closed_at, why FROM v_cases WHERE {_OPENED} ORDER BY case_id"
    ),
    "sources": (
        "SELECT source, count(*) AS cases, sum(posts) AS posts, count(reached_at) AS reached, "
        f"count(confirmed_at) AS confirmed FROM v_cases WHERE {_OPENED} "
        "GROUP BY source ORDER BY cases DESC"
    ),
    "precision": (
        "SELECT week, source, sum(confirmed) AS confirmed, sum(no_need) AS no_need, "
        "sum(unreachable) AS unreachable FROM v_precision_weekly "
        "WHERE week BETWEEN date(:since, '-6 days') AND :until "
        "GROUP BY week, source ORDER BY week, source"
    ),
    "agents": (
        "SELECT agent, count(*) AS attempts, sum(reached) AS reached, "
        "count(DISTINCT case_id) AS cases, count(DISTINCT day) AS days, "
        "round(sum(seconds) / 60.0) AS minutes "
        f"FROM v_callbacks WHERE {_DEMAND} GROUP BY agent ORDER BY agent"
    ),
}


class Reports:
    """The rows of a report."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection.db

    def rows(self, name: str, since: date, until: date) -> list[dict[str, Any]]:
        """Return the rows of one of QUERIES for the days from `since` to `until`, both in."""
        values = {"since": str(since), "until": str(until)}
        return [dict(row) for row in self._db.execute(QUERIES[name], values)]
