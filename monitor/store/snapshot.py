"""A copy of the views for other programs: a store goes in, a file with a table a view comes out.

Whoever reads the copy cannot reach the store, and each cell went through the hand of who made it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from monitor.store.exports import QUERIES as _EXPORTED
from monitor.store.views import LOOKUPS, VIEWS

Hand = Callable[[str, Any], Any]
_INDEXED = ("case_id", "goods", "province", "facility_key", "source", "day", "disposition")
# By name: what it answers, and how. They read the views, so the store answers them as well. What is
# counted is read before: SQLite finds what a view looks up anew for each aggregate, and leaves out
# only joins of a query without one.
CANNED: dict[str, tuple[str, str]] = {
    "goods_by_place": (
        "What is asked for, by goods and place",
        "WITH asked AS MATERIALIZED (SELECT goods, province, city, county, place_code, quantity, "
        "unit FROM v_goods_demand WHERE :goods = '' OR goods = :goods) "
        "SELECT goods, province, city, county, count(*) AS cases, sum(quantity) AS asked, unit "
        "FROM asked GROUP BY goods, place_code, unit "
        "ORDER BY cases DESC, goods, place_code, unit LIMIT 500",
    ),
    "goods_by_day": (
        "What was asked for, day by day",
        "WITH asked AS MATERIALIZED (SELECT day, goods FROM v_goods_demand) "
        "SELECT day, goods, count(*) AS cases FROM asked GROUP BY day, goods "
        "ORDER BY day DESC, cases DESC, goods LIMIT 500",
    ),
    "waits": (
        "Post to call to confirmation to receipt: median and 90 % in hours",
        "SELECT step, round(avg(CASE WHEN 2 * rank BETWEEN among AND among + 2 THEN minutes END) "
        "/ 60, 1) AS median_hours, round(min(CASE WHEN rank >= 0.9 * among THEN minutes END) "
        "/ 60, 1) AS p90_hours, max(among) AS cases FROM v_waits GROUP BY step "
        "ORDER BY instr('post call confirmation', substr(step, 1, 4))",
    ),
    "precision": (
        "Precision by source and reason",
        "SELECT source, reason, sum(confirmed) AS confirmed, sum(no_need) AS no_need, "
        "sum(unreachable) AS unreachable, "
        "round(1.0 * sum(confirmed) / sum(confirmed + no_need), 3) AS precision "
        "FROM v_precision_weekly GROUP BY source, reason ORDER BY source, reason",
    ),
    "duplicates": (
        "How many posts tell one case",
        "WITH told AS MATERIALIZED (SELECT posts FROM v_cases) "
        "SELECT posts, count(*) AS cases FROM told GROUP BY posts ORDER BY posts",
    ),
    "unanswered": (
        "At which hours nobody answers",
        "SELECT hour, sum(called) AS calls, sum(unanswered) AS unanswered FROM v_callbacks "
        "GROUP BY hour ORDER BY hour",
    ),
    "asked_twice": (
        "Facilities that asked twice or more",
        "WITH asked AS MATERIALIZED (SELECT facility_key, facility, first_post_local FROM v_cases "
        "WHERE facility_key IS NOT NULL) "
        "SELECT facility_key, min(facility) AS facility, count(*) AS cases, "
        "min(first_post_local) AS first, max(first_post_local) AS last FROM asked "
        "GROUP BY facility_key HAVING count(*) > 1 "
        "ORDER BY cases DESC, facility_key LIMIT 500",
    ),
    "good_news": (
        "Goods that arrived, the latest first",
        "SELECT received_local, facility, goods, received, unit, complete FROM v_supply "
        "WHERE received_at IS NOT NULL ORDER BY received_at DESC, line_id LIMIT 500",
    ),
    "never_reached": (
        "Open cases in which nobody was ever reached, the longest waiting first",
        "SELECT case_id, first_post_local, facility, goods, urgency, calls FROM v_cases "
        "WHERE closed_at IS NULL AND reached_at IS NULL "
        "ORDER BY first_post_at, case_id LIMIT 500",
    ),
}


def write_snapshot(db: Database, path: Path, hand: Hand, *, notes: bool = False) -> int:
    """Write the views and the tables of codes to a new file; return the number of rows.

    hand: what becomes of each cell, by its column. notes: whether callbacks come with theirs, and
    with the contacts.
    """
    queries = {view.name: f"SELECT * FROM {view.name}" for view in VIEWS}
    queries |= {lookup.name: f"SELECT * FROM {lookup.name}" for lookup in LOOKUPS}
    if notes:
        queries["v_callbacks"] = _EXPORTED["callbacks"]
    count = 0
    with closing(sqlite3.connect(path)) as copy:
        for name, query in queries.items():
            count += _copy(db, copy, name, query, hand)
        copy.commit()
        copy.execute("ANALYZE")
        copy.commit()
    return count


def _copy(db: Database, copy: sqlite3.Connection, name: str, query: str, hand: Hand) -> int:
    cursor = db.execute(query)
    columns = [column[0] for column in cursor.description]
    copy.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
    rows = (
        [hand(column, cell) for column, cell in zip(columns, row, strict=True)] for row in cursor
    )
    holes = ", ".join("?" * len(columns))
    made = copy.executemany(f"INSERT INTO {name} VALUES ({holes})", rows).rowcount
    for column in _INDEXED:
        if column in columns:
            copy.execute(f"CREATE INDEX {name}_{column} ON {name} ({column})")
    return max(made, 0)
