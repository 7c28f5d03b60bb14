"""Inside a crawl's process: what a spider yields goes into the store, then how it ended."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from monitor.crawl.endings import gravity, of_spider_error, outcome_of
from monitor.store import Store
from monitor.store.answers import KEPT, MOST_BYTES
from monitor.store.faults import fault_of, is_fault
from spiders.base.masking import cleaned
from spiders.base.post import Bookmark, Post, Reread, SetAside, Several
from spiders.base.trouble import Remark, Trouble

log = logging.getLogger(__name__)

BATCH = 500
BATCH_SECONDS = 2.0


class Collector:
    """Writes batches, each in one transaction with the bookmarks behind it and the run's counts."""

    def __init__(self, store: Store, source: str, run_id: int) -> None:
        self._store = store
        self._source = source
        self._run_id = run_id
        self._batch: list[Post | SetAside | Bookmark | Reread] = []
        self._since = 0.0
        self._newest: datetime | None = None
        self._new = self._known = self._edited = self._set_aside = 0
        self.pages = 0
        self.troubles: list[Trouble] = []
        self._answered: list[Trouble] = []
        self._shared = 0
        self._remarks: dict[str, None] = {}  # a set in order

    @property
    def store_path(self) -> Path:
        """Where the store's file is."""
        return self._store.path

    def add(self, item: Post | SetAside | Bookmark | Reread | Trouble | Remark) -> None:
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

    def write(self) -> None:
        """Write everything taken so far."""
        batch, self._batch = self._batch, []
        posts = [item for item in batch if isinstance(item, Post)]
        set_aside = self._set_aside + sum(isinstance(item, SetAside) for item in batch)
        times = [post.posted_at for post in posts if post.posted_at]
        newest = max([*times, self._newest] if self._newest else times, default=None)
        with self._store.write():
            saved = self._store.posts.save(self._source, posts, run_id=self._run_id)
            for item in batch:
                if isinstance(item, SetAside):
                    self._store.posts.set_aside(self._source, item, run_id=self._run_id)
                elif isinstance(item, Reread):
                    self._store.posts.mark_gone(self._source, item)
                elif isinstance(item, Bookmark):
                    self._store.posts.remember(self._source, item.name, item.value)
            new, known = self._new + saved.new, self._known + saved.known
            edited = self._edited + saved.edited
            self._store.runs.progress(
                self._run_id,
                pages=self.pages,
                new=new,
                known=known + edited,
                set_aside=set_aside,
                newest_post_at=newest,
            )
        self._shared += saved.shared
        # Only now is it in the store: a full disk shows when the transaction ends.
        self._new, self._known, self._edited = new, known, edited
        self._set_aside, self._newest = set_aside, newest

    def end(self) -> None:
        """Write the rest and how the run ended."""
        with self._store.write():
            self.write()
            for trouble in reversed(self._answered):  # the one that the run tells of comes last
                self._store.answers.keep(self._source, trouble, run_id=self._run_id)
            outcome, message = outcome_of(
                self.troubles,
                read=self._new + self._known + self._edited,
                changes=self._new + self._edited,
                set_aside=self._set_aside,
                shared=self._shared,
                remarks=tuple(self._remarks),
            )
            self._store.runs.end(self._run_id, outcome, message)

    def fail(self, error: Exception) -> None:
        """Give up what could not be written."""
        self._batch = []
        why = (
            fault_of(error, self._store.path)
            if isinstance(error, sqlite3.Error) and is_fault(error)
            else error
        )
        message = f"cannot write to the store: {why}"
        self.troubles.insert(0, Trouble(outcome="cut short", message=message))


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
        """Hand an item on, or several."""
        for one in item.items if isinstance(item, Several) else (item,):
            self._leave_on_error(partial(self._collector.add, one))
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
            self._leave()

    def _stop(self) -> None:
        self._collector.add(Trouble(outcome="cut short", message="it was stopped"))
        self._leave()

    def _leave(self) -> None:
        """Write the rest and how it ended, and leave at once.

        Scrapy's own way of stopping waits for downloads, and (in 2.19) for ever where items
        of a spider's start are on their way: its scraper does not look again once they are done.
        """
        status = 1
        try:
            self._collector.end()
            status = 0
        except Exception as error:
            if isinstance(error, sqlite3.Error) and is_fault(error):
                log.error("%s", fault_of(error, self._collector.store_path))
            else:
                log.exception("cannot write how the crawl ended")
        finally:
            sys.stderr.flush()
            os._exit(status)

    def _spider_error(self, failure: Failure, response: Any) -> None:
        if failure.value:
            self._collector.add(of_spider_error(failure.value, getattr(response, "url", None)))
