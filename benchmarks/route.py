"""Measure routing: stores with 50 open cases and ever more closed ones go in, seconds come out.

usage: python benchmarks/route.py [CLOSED…]

For each number of closed cases (0, 5,000 and 50,000 where left out), prints as JSON: the median of
the CPU-seconds that opening the store and routing takes, how many times that is of the first, and
the longest time for which the write lock was held, in milliseconds, by the clock and of CPU; on a
busy machine the clock's counts the turns of others.
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

OPEN, ROUNDS = 50, 31
AGENTS = ("云落", "望舒", "子衡")
Span = tuple[float, float]  # seconds by the clock, seconds of CPU
_write = Connection.write


@contextmanager
def held_for(spans: list[Span]) -> Iterator[None]:
    """Append for how long each transaction inside holds the write lock."""

    @contextmanager
    def timed(connection: Connection) -> Iterator[Database]:
        outermost = not connection.db.conn.in_transaction
        with _write(connection) as db:
            began = time.perf_counter(), time.process_time()
            yield db
        if outermost:
            spans.append((time.perf_counter() - began[0], time.process_time() - began[1]))

    with patch.object(Connection, "write", timed):
        yield


def fill(path: Path, closed: int) -> None:
    """Make a store of so many closed cases, and of open ones that nobody has."""
    with Store(path) as store:
        add_closed(store, closed, AGENTS)
        with store.write():
            add_open(store, OPEN)


def routed(path: Path, spans: list[Span]) -> float:
    """Route the open cases of a store, and take them away again; return the CPU-seconds.

    spans: takes for how long the write lock was held, each time.
    """
    settings = settings_in(path.parent, *AGENTS)
    began = time.process_time()
    with Store(path) as store, held_for(spans):
        done = route(store, settings)
    seconds = time.process_time() - began
    if done.assigned != OPEN:
        raise ValueError(f"{OPEN} cases wait, and {done} came of it")
    with Store(path) as store, store.write():
        for case_id in store.cases.open_ids():
            store.cases.unassign(case_id, "to be routed again")
    return seconds


def main(counts: list[int]) -> None:
    """Measure and print; the stores take turns, so that a busy machine is busy for all of them."""
    seconds: dict[int, list[float]] = {closed: [] for closed in counts}
    spans: dict[int, list[Span]] = {closed: [] for closed in counts}
    with tempfile.TemporaryDirectory() as folder:
        paths = {closed: Path(folder) / f"{closed}.db" for closed in counts}
        for closed, path in paths.items():
            fill(path, closed)
            routed(path, [])
        for _ in range(ROUNDS):
            for closed, path in paths.items():
                seconds[closed].append(routed(path, spans[closed]))
    median = {closed: statistics.median(seconds[closed]) for closed in counts}
    rows = [
        {
            "open": OPEN,
            "closed": closed,
            "cpu_seconds": round(median[closed], 4),
            "times_the_first": round(median[closed] / median[counts[0]], 2),
            "lock_held_ms": round(max(clock for clock, _ in spans[closed]) * 1000, 1),
            "lock_held_cpu_ms": round(max(cpu for _, cpu in spans[closed]) * 1000, 1),
        }
        for closed in counts
    ]
    print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]] or [0, 5_000, 50_000])
