"""The process of one leased crawl: a lease goes in; parts go to the queue, the last says the end.

Started by `worker`, as monitor.crawl.sources starts a crawl of the desk's machine.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from monitor.crawl.collector import Collector
from monitor.crawl.keeping import RunPart
from monitor.crawl.sources import Job, add, bounds_of, run, walk
from monitor.errors import DistressError
from monitor.settings import CrawlSettings
from monitor.work import parts
from monitor.work.allowance import SharedBudget
from monitor.work.queue import Lease, Queue


class Handing:
    """Hands a run's parts in; the desk's machine keeps them."""

    def __init__(self, queue: Queue, lease: Lease) -> None:
        self._queue = queue
        self._lease = lease
        self._number = 0

    def keep(self, part: RunPart) -> None:
        """Hand a part in, in as many messages as it takes; the end comes with the last."""
        if not (part.items or part.ending):
            return
        waiting = list(parts.messages(part))
        for at, (message, marks) in enumerate(waiting, 1):
            self._number += 1
            last = part.ending is not None and at == len(waiting)
            self._queue.hand_in(self._lease, self._number, message, marks, last=last)

    def fault(self, error: Exception) -> DistressError | None:
        """Return what the queue said."""
        return error if isinstance(error, DistressError) else None


def _scrape(told: Mapping[str, Any]) -> None:
    lease = Lease(**told["lease"])
    job = Job(**lease.told)
    queue = Queue(CrawlSettings.model_validate(told["queue"]))
    collector = Collector(Handing(queue, lease), goes_on=True)
    budget = SharedBudget(queue, delay=job.delay, **bounds_of(job))
    walk(job, lambda process: add(process, job, lease.marks, collector, budget))


if __name__ == "__main__":
    run(int(sys.argv[1]), _scrape)
