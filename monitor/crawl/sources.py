"""Crawl sources: each spider runs in a process of its own; posts and a run go to the store."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from scrapy.crawler import CrawlerProcess

from monitor import logs
from monitor.crawl.budget import Budget
from monitor.crawl.collector import Collector
from monitor.crawl.fence import named_hosts
from monitor.crawl.health import rest_of
from monitor.crawl.keeping import Keeper
from monitor.crawl.politeness import scrapy_settings
from monitor.errors import UnknownNameError
from monitor.settings import CrawlSettings, Settings, SourceSettings
from monitor.store import Store
from monitor.types import Run
from spiders.base import spider_named

Progress = Callable[[str, Run], None]
log = logging.getLogger(__name__)

STAGE = "crawl"
GRACE = 5.0  # seconds a stopped crawl has to write its last batch
_LOOK = 0.1  # seconds between looks at a run's row


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the process of one crawl is told."""

    run_id: int
    store: str
    source: str
    spider: str
    options: dict[str, Any]
    crawl: dict[str, Any]
    delay: float
    obey_robots: bool
    allow_private: bool
    timezone: str
    log_level: int
    log_json: bool


def crawl(
    settings: Settings,
    names: Sequence[str] | None = None,
    *,
    let_rest: bool = False,
    on_progress: Progress | None = None,
    stop: threading.Event | None = None,
    create: bool = True,
) -> list[Run]:
    """Crawl the named sources, or all that are enabled, one after the other.

    A source that fails ends with an outcome of its own and stops no other. One that failed again
    and again rests a while, unless it is named; `let_rest` lets a named one rest, too.
    on_progress: called with a source's name and run whenever a batch was written.
    stop: once set, the crawl in work writes what it has and the rest is left out.
    create: whether a store is made where there is none.
    Raises UnknownNameError for a name that no source has.
    """
    with Store(settings.store_path, create=create) as store:
        store.examine(large=False)
        store.runs.close_dead()
        return [
            _crawl_one(settings, source, store, on_progress, stop or threading.Event())
            for source in due(settings, names, store, let_rest=let_rest)
            if not (stop and stop.is_set())
        ]


def due(
    settings: Settings, names: Sequence[str] | None, store: Store, *, let_rest: bool = False
) -> Iterator[SourceSettings]:
    """Yield the named sources, or all that are enabled, less those that rest, as crawl() has it."""
    for source in _chosen(settings, names):
        if not ((names is None or let_rest) and _rests(settings, source, store)):
            yield source


def _chosen(settings: Settings, names: Sequence[str] | None) -> list[SourceSettings]:
    if names is None:
        return [source for source in settings.sources if source.enabled]
    configured = [source.name for source in settings.sources]
    for name in names:
        if name not in configured:
            raise UnknownNameError("source", name, configured, "distress sources")
    return [source for source in settings.sources if source.name in names]


def _rests(settings: Settings, source: SourceSettings, store: Store) -> bool:
    """Tell, also in the log, whether a source rests: its last runs found a shut door only."""
    rest = rest_of(source, settings, store, now=datetime.now(UTC))
    if rest is None:
        return False
    log.warning("%s %s", source.name, rest[1])
    return True


def _obeys_robots(source: SourceSettings) -> bool:
    """Tell whether robots.txt has its say: the operator decides, else not over a documented API."""
    if source.obey_robots is not None:
        return source.obey_robots
    return not spider_named(source.spider).by_api


def job_of(settings: Settings, source: SourceSettings, run_id: int) -> Job:
    """Return what the process of a source's crawl is told."""
    return Job(
        run_id=run_id,
        store=str(settings.store_path.absolute()),
        source=source.name,
        spider=source.spider,
        options=source.options.model_dump(mode="json"),
        crawl=settings.crawl.model_dump(mode="json", exclude={"queue", "queue_password"}),
        delay=source.delay,
        obey_robots=_obeys_robots(source),
        allow_private=source.allow_private,
        timezone=settings.timezone,
        log_level=logging.getLogger().level or logging.WARNING,
        log_json=logs.are_json(),
    )


def _crawl_one(
    settings: Settings,
    source: SourceSettings,
    store: Store,
    on_progress: Progress | None,
    stop: threading.Event,
) -> Run:
    store.runs.close_stale(STAGE, source.name)
    run_id = store.runs.start(STAGE, source.name)
    job = job_of(settings, source, run_id)
    last = store.runs.get(run_id)

    def look() -> Run:
        nonlocal last
        run = store.runs.get(run_id)
        if on_progress and run != last:
            on_progress(source.name, run)
        last = run
        return run

    try:
        child = Child(asdict(job), lambda pipe: _start(pipe, settings.folder))
    except OSError as error:
        store.runs.end(run_id, "cut short", f"its process could not be started: {error}")
        return look()
    message = "it was stopped"
    try:
        message = child.wait(source.time_limit, look, stop)
    finally:
        child.stop()
        if store.runs.get(run_id).outcome is None or child.overdue:
            store.runs.end(run_id, "cut short", message)
    return look()


class Child:
    """The process of one crawl; it ends when this one does, for then its pipe closes.

    told: what it is told, a line of JSON. start: starts it, given the pipe it is told through.
    """

    def __init__(
        self, told: Mapping[str, Any], start: Callable[[int], subprocess.Popen[bytes]]
    ) -> None:
        self.overdue = False
        theirs, self._pipe = os.pipe()
        try:
            self._process = start(theirs)
        finally:
            os.close(theirs)
        # A child that is gone already is noticed when it is waited for.
        with suppress(BrokenPipeError), open(self._pipe, "w", closefd=False) as pipe:
            pipe.write(json.dumps(told) + "\n")

    def wait(self, limit: timedelta, look: Callable[[], object], stop: threading.Event) -> str:
        """Wait for the end, the limit or `stop`; return how it ended, if the child cannot tell."""
        deadline = time.monotonic() + limit.total_seconds()
        while time.monotonic() < deadline:
            if stop.is_set():
                return "it was stopped"
            try:
                status = self._process.wait(_LOOK)
            except subprocess.TimeoutExpired:
                look()
                continue
            if status < 0:
                return f"its process was killed ({signal.Signals(-status).name})"
            return f"its process ended with status {status}; the log says why"
        self.overdue = True
        return f"it reached its time_limit of {limit}"

    def stop(self) -> None:
        """End the process: let it write its last batch, then kill it."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        os.close(self._pipe)


def _start(pipe: int, folder: os.PathLike[str]) -> subprocess.Popen[bytes]:
    return start(pipe, folder, "monitor.crawl.sources")


def start(pipe: int, folder: os.PathLike[str], module: str) -> subprocess.Popen[bytes]:
    """Start a process of a module, which runs the crawl that it is told of through the pipe."""
    # Our own import path, so that the child runs this very code, wherever it starts.
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, str(pipe)],
        pass_fds=[pipe],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,  # Ctrl-C reaches this process only, which ends the child
    )


def _main(pipe: int) -> None:
    run(pipe, _scrape)


def run(pipe: int, scrape: Callable[[Mapping[str, Any]], None]) -> None:
    """Run one crawl in this process: what it is told is the first line that comes by the pipe."""
    lines = open(pipe)  # noqa: SIM115 - never closed: that would wait for the thread that reads it
    told = json.loads(lines.readline())
    logs.begin(told["log_level"], as_json=told["log_json"])
    threading.Thread(target=_end_with_parent, args=(lines,), daemon=True).start()
    status = 1
    try:
        scrape(told)
        status = 0
    except Exception:
        log.exception("the crawl of %s failed", told["source"])
    finally:
        sys.stderr.flush()
        # A thread may still wait for standard input; nothing is left to save.
        os._exit(status)


def _scrape(told: Mapping[str, Any]) -> None:
    job = Job(**told)
    with Store(Path(job.store), create=False) as store:
        walk(job, lambda process: add_to(process, job, store))


def walk(job: Job, add_to: Callable[[CrawlerProcess], Collector]) -> None:
    """Crawl in this process what `add_to` adds, to its end."""
    process = CrawlerProcess(settings_of(job))
    collector = add_to(process)
    process.start(install_signal_handlers=False)  # the pipeline has its own
    collector.end()


def settings_of(job: Job) -> dict[str, Any]:
    """Return the Scrapy settings of a crawl."""
    return scrapy_settings(
        CrawlSettings.model_validate(job.crawl),
        delay=job.delay,
        obey_robots=job.obey_robots,
        allowed=named_hosts(job.options) if job.allow_private else (),
    )


def add_to(process: CrawlerProcess, job: Job, store: Store) -> Collector:
    """Add a crawl into a store to a process that is not yet started; return what ends its run."""
    collector = Collector(Keeper(store, job.source, job.run_id))
    budget = Budget(store.requests, **bounds_of(job))
    return add(process, job, store.posts.marks(job.source), collector, budget)


def add(
    process: CrawlerProcess,
    job: Job,
    bookmarks: Mapping[str, str],
    collector: Collector,
    budget: Budget,
) -> Collector:
    """Add a crawl to a process that is not yet started; bookmarks: what its source remembers."""
    spider = spider_named(job.spider)
    process.crawl(
        spider,
        source=job.source,
        options=spider.Options.model_validate(job.options),
        bookmarks=bookmarks,
        collector=collector,
        budget=budget,
    )
    return collector


def bounds_of(job: Job) -> dict[str, Any]:
    """Return what bounds the requests of a crawl, as Budget has it."""
    crawl = CrawlSettings.model_validate(job.crawl)
    return {"daily": crawl.daily, "failures": crawl.failures, "zone": ZoneInfo(job.timezone)}


def _end_with_parent(pipe: Any) -> None:
    pipe.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)


if __name__ == "__main__":
    _main(int(sys.argv[1]))
