"""One budget a host over all workers: a request goes in, how long to wait before it comes out."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date
from zoneinfo import ZoneInfo

from scrapy.http import Request, Response

from monitor.crawl.budget import Budget, asked_pause, host_of, limit_key
from monitor.crawl.fence import Refused
from monitor.errors import QueueError
from monitor.work.queue import Queue


class SharedBudget(Budget):
    """How much each host may still be asked, by all workers together.

    The requests of the day, the time between two of them (the delay of who asks) and the pauses
    that a host asks for stand in the queue; how often it failed is of this run alone.
    """

    def __init__(
        self, queue: Queue, *, daily: int, failures: int, zone: ZoneInfo, delay: float
    ) -> None:
        super().__init__(_Elsewhere(), daily=daily, failures=failures, zone=zone)
        self._queue = queue
        self._delay = delay

    def wait(self, request: Request) -> float:
        """Take the host's next slot and return 0, or the seconds until there may be one.

        Raises Refused ("cut short") as Budget does, and where the queue does not answer.
        """
        host = host_of(request.url)
        self.check_failures(host)
        try:
            why, seconds = self._queue.slot(
                host,
                sorted({host, limit_key(request)}),
                self.today(),
                daily=self.daily,
                delay=self._delay,
            )
        except QueueError as error:
            raise Refused("cut short", f"nobody knows what {host} may be asked: {error}") from None
        if why == "budget":
            raise self.used_up(host)
        self.check_pause(host, time.time() + seconds)
        return seconds

    def count(self, request: Request) -> None:
        """Leave it as it is: who has a slot is counted."""

    def write(self) -> None:
        """Leave it as it is: the queue counts."""

    def note(self, request: Request, response: Response) -> None:
        """Note the pause that an answer asks for, for all workers."""
        pause = asked_pause(response)
        if pause is not None:
            with suppress(QueueError):  # the next request tells that it does not answer
                self._queue.pause(limit_key(request), pause)


class _Elsewhere:
    """Counts nothing, for the queue does."""

    def count(self, host: str, day: date) -> int:
        return 0

    def add(self, host: str, day: date, more: int) -> int:
        return 0
