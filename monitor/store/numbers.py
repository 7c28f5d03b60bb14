"""Numbers that people have on their pages and papers: of cases, goods and questions to wards.

A store that is put back does not know which ones were given out since. None of these is given
again, or an outcome that comes late would stand with another ward's case.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from monitor.store.connection import Connection

NUMBERED = ("cases", "supply_lines", "substitutes")
_MANY = 10_000  # of each in the weeks since a backup, where nobody can tell


def next_number(connection: Connection, table: str) -> int:
    """Return the number that the next row of a table gets; ask within the transaction."""
    rows = connection.db.execute(
        f"SELECT max(coalesce((SELECT max(id) FROM {table}), 0), "
        "coalesce((SELECT number FROM numbers_given WHERE of = ?), 0))",
        [table],
    )
    return int(rows.fetchone()[0]) + 1


def given(store: Path) -> dict[str, int] | None:
    """Return the highest number of each that a store gave out; None where it cannot tell.

    It may be of any release, and damaged.
    """
    highest = {}
    try:
        with closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True)) as db:
            tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
            for table in NUMBERED:
                if table in tables:
                    [last] = db.execute(f"SELECT max(id) FROM {table}").fetchone()
                    highest[table] = int(last or 0)
            if "numbers_given" in tables:
                for of, number in db.execute("SELECT of, number FROM numbers_given"):
                    highest[of] = max(highest.get(of, 0), int(number))
    except sqlite3.Error:
        return None
    return highest if "cases" in highest else None


def give_no_more(connection: Connection, numbers: Mapping[str, int] | None) -> None:
    """Have the store go on behind these numbers; None: far behind its own."""
    with connection.write() as db:
        for table in NUMBERED:
            own = next_number(connection, table) - 1
            last = own + _MANY if numbers is None else max(own, numbers.get(table, 0))
            db.execute(
                "INSERT INTO numbers_given (of, number) VALUES (?1, ?2) "
                "ON CONFLICT (of) DO UPDATE SET number = ?2",
                [table, last],
            )
