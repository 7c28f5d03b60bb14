"""The desk's machine: due sources go out as leases; parts come in and are kept, each at once.

It alone writes the store. A part is kept in one transaction with where its lease stands, and taken
off the queue after that: one that comes twice is known, one of a run that has ended is left out.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from monitor.crawl import sources
from monitor.crawl.keeping import Keeper, RunTally
from monitor.crawl.sources import STAGE, Progress, due, job_of
from monitor.errors import QueueError
from monitor.settings import Settings, SourceSettings
from monitor.store import Store, figures
from monitor.store.leases import OpenLease
from monitor.types import Run
from monitor.work import parts
from monitor.work.queue import Queue, Result
from spiders.base import spider_named

log = logging.getLogger(__name__)

_UNTAKEN = 10.0  # seconds after which it is told that no worker has taken a lease
PATIENCE = 300.0  # seconds beside a source's time_limit in which nothing at all comes of its lease
_LOOK = 0.2  # seconds between looks at what came
# What a worker knows better: its own process and log.
_OURS = ("run_id", "store", "log_level", "log_json")


def is_for_workers(settings: Settings, source: SourceSettings) -> bool:
    """Tell whether workers crawl a source: there is a queue, and it is not of this machine's files.

    Nothing of redis-py is loaded here.
    """
    return settings.crawl.queue is not None and not spider_named(source.spider).of_files


def crawl(
    settings: Settings,
    names: Sequence[str] | None = None,
    *,
    on_progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> list[Run]:
    """Crawl the named sources, or all, as monitor.crawl.sources does, by the workers; wait for it.

    Sources of this machine's files are crawled here meanwhile. A run of which nothing came for its
    time_limit and PATIENCE ends as "cut short". Raises as that crawl() does, and QueueError.
    """
    stop = stop or threading.Event()
    queue = Queue(settings.crawl)
    with Store(settings.store_path) as store:
        store.examine(large=False)
        store.runs.close_dead()
        chosen = list(due(settings, names, store))
        theirs = [source for source in chosen if is_for_workers(settings, source)]
        given = [give(store, queue, settings, source) for source in theirs]
        ours = [source.name for source in chosen if source not in theirs]
        runs = sources.crawl(settings, ours, on_progress=on_progress, stop=stop) if ours else []
        _wait(store, queue, settings.zone, given, on_progress, stop)
        return [*runs, *(store.runs.get(one.run_id) for one in given)]


def give_due(settings: Settings, source: SourceSettings) -> str:
    """Put a source on the queue, unless it rests or is there; return in words what was done."""
    queue = Queue(settings.crawl)
    with Store(settings.store_path, create=False) as store:
        if not list(due(settings, [source.name], store, let_rest=True)):
            return "rests; it was asked in vain too often"
        before = store.leases.of_source(source.name)
        given = give(store, queue, settings, source)
        if before is None or before.token != given.token:
            return "given to the workers"
        since = store.runs.get(given.run_id).started_at.astimezone(settings.zone)
        if queue.tries(before.token):
            return f"still at a worker, or on the way back, since {since:%Y-%m-%d %H:%M:%S}"
        return f"no worker has taken it since {since:%Y-%m-%d %H:%M:%S}; start one: distress work"


def give(store: Store, queue: Queue, settings: Settings, source: SourceSettings) -> _Given:
    """Put a source on the queue unless it is there; return what is to be waited for."""
    queue.begin(_name_of(store))
    for left in store.leases.ended():
        queue.close(left.token)
        store.leases.drop(left.token)
    lease = store.leases.of_source(source.name)
    if lease and queue.tries(lease.token) is not None:
        return _Given(source, lease.run_id, lease.token)
    today = datetime.now(settings.zone).date()
    queue.asked_at_least(today, store.requests.of_day(today))
    token = secrets.token_hex(16)
    with store.write():
        if lease:
            _end(store, lease, "the queue lost it before it was handed in")
        store.runs.close_stale(STAGE, source.name)
        run_id = store.runs.start(STAGE, source.name, elsewhere=True)
        store.leases.open(token, run_id)
        marks = store.posts.marks(source.name)
    # Only now: what is handed in of a lease that the store does not know is left out.
    queue.give(token, {"job": _told(settings, source), "marks": marks})
    return _Given(source, run_id, token)


def _told(settings: Settings, source: SourceSettings) -> dict[str, Any]:
    told = asdict(job_of(settings, source, 0))
    kept = {name: value for name, value in told.items() if name not in _OURS}
    return {**kept, "time_limit": source.time_limit.total_seconds()}


def _name_of(store: Store) -> str:
    name = figures.identity_of(store.path)
    if name is None:
        raise QueueError(f"the store {store.path} has no name of its own, so no queue can be its")
    return name


def take_waiting(settings: Settings) -> list[Run]:
    """Keep what workers handed in; return the runs that this ended."""
    queue = Queue(settings.crawl)
    with Store(settings.store_path, create=False) as store:
        return [store.runs.get(run_id) for run_id in take(store, queue, settings.zone)]


def take(store: Store, queue: Queue, zone: ZoneInfo) -> list[int]:
    """Keep the parts that wait, in order; return the runs that ended.

    Two that take at once do no harm: each part is kept once, and none before the one ahead of it.
    """
    ended = []
    while results := queue.results():
        for result in results:
            ended += _take_one(store, queue, result, zone)
            queue.drop(result)
    return ended


def _take_one(store: Store, queue: Queue, result: Result, zone: ZoneInfo) -> list[int]:
    """Keep a part; return its run where it ended."""
    with store.write():
        lease = store.leases.get(result.token)
        if lease is None:
            log.warning("a part was handed in for a run that has ended; it is left out")
        elif not _is_new(lease, result):
            return []
        else:
            _keep(store, lease, result)
            if store.leases.get(result.token):
                return []
    if lease:
        _note_requests(store, queue, zone)
    queue.close(result.token)
    return [lease.run_id] if lease else []


def _is_new(lease: OpenLease, result: Result) -> bool:
    """Tell whether a part was not kept before; those of a lease come in the order of the queue.

    It may have been kept and then not taken off the queue, or come twice for want of an answer.
    """
    came_twice = result.taker == lease.taker and 0 < result.number <= lease.parts
    return _order(result.entry) > _order(lease.entry) and not came_twice


def _order(entry: str) -> tuple[int, ...]:
    """Return the place of an entry in its stream: milliseconds, and a number among these."""
    return tuple(int(number) for number in entry.split("-")) if entry else ()


def _keep(store: Store, lease: OpenLease, result: Result) -> None:
    """Keep a new part, or end its run where the queue lost one before it, or it cannot be read."""
    expected = lease.parts + 1 if result.taker == lease.taker else 1
    if result.number not in (0, expected):
        _end(store, lease, "the queue lost a part of what a worker handed in")
        return
    try:
        part = parts.read(result.body)
    except QueueError as error:
        log.error("%s: %s", lease.source, error)
        _end(store, lease, "a part that was handed in cannot be read; the log says why")
        return
    run = store.runs.get(lease.run_id)
    tally = RunTally(
        pages=run.pages,
        new=run.posts_new,
        known=run.posts_known - lease.edited,
        edited=lease.edited,
        set_aside=run.posts_set_aside,
        shared=lease.shared,
        newest=run.newest_post_at,
    )
    keeper = Keeper(store, lease.source, lease.run_id, tally=tally)
    keeper.keep(part)
    if part.ending:
        store.leases.drop(lease.token)
        return
    store.leases.note(
        replace(
            lease,
            taker=result.taker,
            parts=result.number,
            entry=result.entry,
            edited=keeper.tally.edited,
            shared=keeper.tally.shared,
        )
    )


def _end(store: Store, lease: OpenLease, message: str) -> None:
    """End the run of a lease; what is still handed in of it is left out."""
    with store.write():
        store.runs.end(lease.run_id, "cut short", message)
        store.leases.drop(lease.token)


def _note_requests(store: Store, queue: Queue, zone: ZoneInfo) -> None:
    """Learn from the queue how often hosts were asked today and yesterday."""
    today = datetime.now(zone).date()
    for day in (today - timedelta(days=1), today):
        store.requests.at_least(day, queue.asked(day))


def _wait(
    store: Store,
    queue: Queue,
    zone: ZoneInfo,
    waiting: list[_Given],
    on_progress: Progress | None,
    stop: threading.Event,
) -> None:
    """Take parts in until these runs have ended, whoever else takes some."""
    while waiting and not stop.is_set():
        take(store, queue, zone)
        for given in waiting:
            run = store.runs.get(given.run_id)
            if given.is_news(run, queue) and on_progress:
                on_progress(given.source.name, run)
            lease = store.leases.of_source(given.source.name)
            if lease and given.is_given_up():
                _end(store, lease, "no worker handed it in; is one at work? distress work")
                queue.close(lease.token)
        waiting = [one for one in waiting if store.runs.get(one.run_id).outcome is None]
        stop.wait(_LOOK if waiting else 0)


@dataclass(slots=True)
class _Given:
    """A run that is waited for: what is known of it, and since when there is nothing new."""

    source: SourceSettings
    run_id: int
    token: str
    known: object = None
    since: float = 0.0
    is_told: bool = False

    def is_news(self, run: Run, queue: Queue) -> bool:
        """Tell whether anything came of it; tell people once where nobody takes it."""
        tries = queue.tries(self.token)
        if (run, tries) != self.known:
            self.known, self.since = (run, tries), time.monotonic()
            return True
        if tries == 0 and not self.is_told and time.monotonic() - self.since > _UNTAKEN:
            self.is_told = True
            log.warning("%s: no worker has taken it; start one: distress work", self.source.name)
        return False

    def is_given_up(self) -> bool:
        """Tell whether nothing came for longer than its crawl may take."""
        limit = self.source.time_limit.total_seconds() + PATIENCE
        return time.monotonic() - self.since > limit
