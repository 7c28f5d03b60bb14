"""Measure routing: stores with 50 open cases and ever more closed ones go in, seconds come out.

usage: python benchmarks/route.py [CLOSED…]

For each number of closed cases (0, 5,000 and 50,000 where left out), prints as JSON: the median of
the CPU-seconds that opening the store and routing takes, how many times that is of the first, and
the longest time for which the write lock was held, in milliseconds.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from sqlite_utils import Database

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE), str(HERE / "tests")]

from many_cases import add_closed, add_open  # noqa: E402
from staged_day import settings_in  # noqa: E402

from monitor.route import route  # noqa: E402
from monitor.store import Store  # noqa: E402
from monitor.store.connection import Connection  # noqa: E402

OPEN, ROUNDS = 50, 15
AGENTS = ("云落", "望舒", "子衡")
_write = Connection.write


@contextmanager
def held_for(spans: list[float]) -> Iterator[None]:
    """Append for how many seconds each transaction inside holds the write lock."""

    @contextmanager
    def timed(connection: Connection) -> Iterator[Database]:
        outermost = not connection.db.conn.in_transaction
        began = 0.0
        with _write(connection) as db:
            began = time.perf_counter()
            yield db
        if outermost:
            spans.append(time.perf_counter() - began)

    with patch.object(Connection, "write", timed):
        yield


def measured(path: Path, closed: int) -> dict[str, float]:
    """Make a store of so many closed cases and return the figures of routing its open ones."""
    settings = settings_in(path.parent, *AGENTS)
    with Store(path) as store:
        add_closed(store, closed, AGENTS)
        with store.write():
            add_open(store, OPEN)
    seconds, spans = [], list[float]()
    for _ in range(ROUNDS):
        began = time.process_time()
        with Store(path) as store, held_for(spans):
            done = route(store, settings)
        seconds.append(time.process_time() - began)
        if done.assigned != OPEN:
            raise ValueError(f"{OPEN} cases wait, and {done} came of it")
        with Store(path) as store, store.connection.write() as db:
            db.execute("DELETE FROM assignments WHERE case_id IN "
                       "(SELECT id FROM cases WHERE closed = 0)")  # fmt: skip
    return {
        "open": OPEN,
        "closed": closed,
        "cpu_seconds": round(statistics.median(seconds), 4),
        "lock_held_ms": round(max(spans) * 1000, 1),
    }


def main(counts: list[int]) -> None:
    """Measure and print."""
    rows: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        measured(Path(folder) / "warm.db", 0)
        for closed in counts:
            row = measured(Path(folder) / f"{closed}.db", closed)
            rows.append(row)
            row["times_the_first"] = round(row["cpu_seconds"] / rows[0]["cpu_seconds"], 2)
    print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]] or [0, 5_000, 50_000])
