"""Inside a crawl's process: what a spider yields goes to what keeps it, then how it ended."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, Self

from scrapy import signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from monitor.crawl.endings import gravity, of_spider_error
from monitor.crawl.keeping import Ending, Item, RunPart
from monitor.errors import DistressError
from monitor.store.answers import KEPT, MOST_BYTES
from spiders.base.masking import cleaned
from spiders.base.trouble import Remark, Trouble

log = logging.getLogger(__name__)

BATCH = 500
BATCH_SECONDS = 2.0


class Keeps(Protocol):
    """What keeps the parts that a collector makes, here or on another machine."""

    def keep(self, part: RunPart) -> None:
        """Keep a part whole; where this raises, nothing of it is kept."""

    def fault(self, error: Exception) -> DistressError | None:
        """Return what an error says of where parts are kept; None for what nobody foresaw."""


class Collector:
    """Makes parts of what a spider yields: a batch, with the bookmarks behind it and the counts.

    goes_on: whether somebody else goes on with this run where it is stopped, so that it has no end
        yet.
    """

    def __init__(self, keeper: Keeps, *, goes_on: bool = False) -> None:
        self._keeper = keeper
        self._goes_on = goes_on
        self._batch: list[Item] = []
        self._since = 0.0
        self.pages = 0
        self._pages_kept = 0
        self.troubles: list[Trouble] = []
        self._answered: list[Trouble] = []
        self._remarks: dict[str, None] = {}  # a set in order

    def add(self, item: Item | Trouble | Remark) -> None:
        """Take what a spider yielded, less its secrets; write once there are enough."""
        item = cleaned(item)
        if isinstance(item, Trouble):
            self._note(item)
            return
        if isinstance(item, Remark):
            self._remarks[item.message] = None
            return
        if not self._batch:
            self._since = time.monotonic()
        self._batch.append(item)
        if len(self._batch) >= BATCH:
            self.write()

    def _note(self, trouble: Trouble) -> None:
        """Keep a trouble, and of the answers a few: those of the gravest that came first."""
        self.troubles.append(replace(trouble, answer=b""))
        if trouble.answer:
            excerpt = replace(trouble, answer=trouble.answer[:MOST_BYTES])
            self._answered = sorted([*self._answered, excerpt], key=gravity)[:KEPT]

    def write_if_due(self) -> None:
        """Write what has waited long enough."""
        if self._batch and time.monotonic() - self._since >= BATCH_SECONDS:
            self.write()

    def write(self, ending: Ending | None = None) -> None:
        """Write everything taken so far."""
        batch, self._batch = self._batch, []
        pages = self.pages
        self._keeper.keep(
            RunPart(items=tuple(batch), pages=pages - self._pages_kept, ending=ending)
        )
        self._pages_kept = pages

    def end(self) -> None:
        """Write the rest and how the run ended."""
        self.write(
            Ending(
                troubles=tuple(self.troubles),
                answered=tuple(reversed(self._answered)),  # the one that the run tells of last
                remarks=tuple(self._remarks),
            )
        )

    def stop(self) -> None:
        """Write the rest; the run ends so, unless somebody else goes on with it."""
        if self._goes_on:
            self.write()
        else:
            self.add(Trouble(outcome="cut short", message="it was stopped"))
            self.end()

    def fail(self, error: Exception) -> None:
        """Give up what could not be written."""
        self._batch = []
        message = f"cannot write to the store: {self.fault(error) or error}"
        self.troubles.insert(0, Trouble(outcome="cut short", message=message))

    def fault(self, error: Exception) -> DistressError | None:
        """Return what an error says of where parts are kept; None for what nobody foresaw."""
        return self._keeper.fault(error)


def collector_of(crawler: Crawler) -> Collector:
    """Return the collector given to a crawl's spider; Scrapy's settings cannot hold one.

    Raises TypeError where the spider was started by another way.
    """
    collector = getattr(crawler.spider, "collector", None)
    if not isinstance(collector, Collector):
        raise TypeError("start spiders through monitor.crawl")
    return collector


class StorePipeline:
    """The one item pipeline: hands every item to the collector."""

    def __init__(self, crawler: Crawler) -> None:
        self._collector = collector_of(crawler)
        self._ticking: asyncio.Task[None] | None = None
        crawler.signals.connect(self._spider_error, signals.spider_error)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the pipeline of a crawl."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Start writing on time also where items are few, and stop when told."""
        loop = asyncio.get_running_loop()
        self._ticking = loop.create_task(self._tick())
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)

    def close_spider(self) -> None:
        """Stop writing on time."""
        if self._ticking:
            self._ticking.cancel()

    async def process_item(self, item: Any) -> Any:
        """Hand an item on."""
        self._leave_on_error(lambda: self._collector.add(item))
        return item

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(BATCH_SECONDS / 4)
            self._leave_on_error(self._collector.write_if_due)

    def _leave_on_error(self, write: Callable[[], None]) -> None:
        try:
            write()
        except Exception as error:
            self._collector.fail(error)
            self._leave(self._collector.end)

    def _stop(self) -> None:
        self._leave(self._collector.stop)

    def _leave(self, write: Callable[[], None]) -> None:
        """Write the rest and how it ended, and leave at once.

        Scrapy's own way of stopping waits for downloads, and (in 2.19) for ever where items
        of a spider's start are on their way: its scraper does not look again once they are done.
        """
        status = 1
        try:
            write()
            status = 0
        except Exception as error:
            if fault := self._collector.fault(error):
                log.error("%s", fault)
            else:
                log.exception("cannot write how the crawl ended")
        finally:
            sys.stderr.flush()
            os._exit(status)

    def _spider_error(self, failure: Failure, response: Any) -> None:
        if failure.value:
            self._collector.add(of_spider_error(failure.value, getattr(response, "url", None)))
