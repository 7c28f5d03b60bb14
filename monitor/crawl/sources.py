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
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
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
    """Crawl the named sources, or all that are enabled, some side by side; return their runs.

    Sources of one spider, which ask the same hosts, go one after the other. A source that fails
    ends with an outcome of its own and stops no other. One that failed again and again rests a
    while, unless it is named; `let_rest` lets a named one rest, too.
    on_progress: called with a source's name and run whenever a batch was written, by one thread
        at a time.
    stop: once set, the crawl in work writes what it has and the rest is left out.
    create: whether a store is made where there is none.
    Raises UnknownNameError for a name that no source has.
    """
    sources = _chosen(settings, names)
    with Store(settings.store_path, create=create) as store:
        store.examine(large=False)
        store.runs.close_dead()
    stop = stop or threading.Event()
    tell = _one_at_a_time(on_progress) if on_progress else None
    rest = names is None or let_rest

    def crawl_all(lane: Sequence[SourceSettings]) -> list[Run]:
        with Store(settings.store_path, create=False) as store:
            return [
                _crawl_one(settings, source, store, tell, stop)
                for source in lane
                if not stop.is_set() and not (rest and _rests(settings, source, store))
            ]

    with ThreadPoolExecutor(settings.crawl.at_once) as pool:
        try:
            runs = [run for lane in list(pool.map(crawl_all, _lanes(sources))) for run in lane]
        except BaseException:
            stop.set()  # else those beside it would be waited for
            raise
    order = {source.name: at for at, source in enumerate(sources)}
    return sorted(runs, key=lambda run: order[run.source or ""])


def _lanes(sources: Sequence[SourceSettings]) -> list[list[SourceSettings]]:
    """Return the sources that go one after the other: each host is asked by one at a time."""
    lanes: dict[str, list[SourceSettings]] = {}
    for source in sources:
        lanes.setdefault(source.spider, []).append(source)
    return list(lanes.values())


def _one_at_a_time(on_progress: Progress) -> Progress:
    lock = threading.Lock()

    def tell(name: str, run: Run) -> None:
        with lock:
            on_progress(name, run)

    return tell


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
        crawl=settings.crawl.model_dump(mode="json"),
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
        child = _Child(job, settings.folder)
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


class _Child:
    """The process of one crawl; it ends when this one does, for then its pipe closes."""

    def __init__(self, job: Job, folder: os.PathLike[str]) -> None:
        self.overdue = False
        theirs, self._pipe = os.pipe()
        try:
            self._process = _start(theirs, folder)
        finally:
            os.close(theirs)
        # A child that is gone already is noticed when it is waited for.
        with suppress(BrokenPipeError), open(self._pipe, "w", closefd=False) as pipe:
            pipe.write(json.dumps(asdict(job)) + "\n")

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
    """Start a process that runs the crawl which it is told of through the pipe."""
    # Our own import path, so that the child runs this very code, wherever it starts.
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "monitor.crawl.sources", str(pipe)],
        pass_fds=[pipe],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,  # Ctrl-C reaches this process only, which ends the child
    )


def _main(pipe: int) -> None:
    """Run one crawl in this process: the job is the first line that comes through the pipe."""
    lines = open(pipe)  # noqa: SIM115 - never closed: that would wait for the thread that reads it
    job = Job(**json.loads(lines.readline()))
    logs.begin(job.log_level, as_json=job.log_json)
    threading.Thread(target=_end_with_parent, args=(lines,), daemon=True).start()
    status = 1
    try:
        _scrape(job)
        status = 0
    except Exception:
        log.exception("the crawl of %s failed", job.source)
    finally:
        sys.stderr.flush()
        # A thread may still wait for standard input; nothing is left to save.
        os._exit(status)


def _scrape(job: Job) -> None:
    with Store(Path(job.store), create=False) as store:
        process = CrawlerProcess(settings_of(job))
        collector = add_to(process, job, store)
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
    """Add a crawl to a process that is not yet started; return what ends its run."""
    spider = spider_named(job.spider)
    crawl = CrawlSettings.model_validate(job.crawl)
    collector = Collector(store, job.source, job.run_id)
    process.crawl(
        spider,
        source=job.source,
        options=spider.Options.model_validate(job.options),
        bookmarks=store.posts.marks(job.source),
        collector=collector,
        budget=Budget(
            store.requests,
            daily=crawl.daily,
            failures=crawl.failures,
            zone=ZoneInfo(job.timezone),
        ),
    )
    return collector


def _end_with_parent(pipe: Any) -> None:
    pipe.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)


if __name__ == "__main__":
    _main(int(sys.argv[1]))
