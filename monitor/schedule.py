"""Keep the line going: sources in their rhythm, flagging after each crawl, the day's pages.

`every` is measured by a clock that nobody sets and that goes on while the machine sleeps; `at` is a
time of the wall clock, and due until the store or the pages show that it was kept. APScheduler does
the jobs at their times; it knows the wall clock alone, so it is told anew whenever that was set.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from monitor import line
from monitor.crawl.sources import crawl
from monitor.errors import DistressError, SettingsError, StoreBusyError
from monitor.files import make_file
from monitor.merge import MergeCounts
from monitor.settings import Settings, SourceSettings
from monitor.store import Store

log = logging.getLogger(__name__)

Tell = Callable[[str], None]
_AT_ONCE = 2  # jobs that run beside each other
_LOOK = 1.0  # seconds between looks at the clocks
_SET = 5.0  # seconds by which the wall clock leaves the other one where somebody set it
_line_lock = threading.Lock()  # two sources that end together read no post and write no page twice


def elapsed() -> float:
    """Return seconds of a clock that nobody sets; it goes on while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(kw_only=True)
class _Job:
    """What is done again and again: `every` so many seconds, or once for each time of day in `at`.

    kept_at: tells when it was last done, also by another process; None where it never was.
    """

    name: str
    work: Callable[[], str]
    kept_at: Callable[[], datetime | None]
    every: float | None = None
    at: Sequence[clock_time] = ()
    due_at: float = 0.0  # of elapsed(), for `every`
    tried: datetime | None = None  # the time of day that was tried last

    def trigger(self, zone: ZoneInfo) -> IntervalTrigger | OrTrigger:
        """Return what tells APScheduler the turns after the next."""
        if self.every is not None:
            return IntervalTrigger(seconds=max(1, int(self.every)), timezone=zone)
        times = [CronTrigger(hour=at.hour, minute=at.minute, timezone=zone) for at in self.at]
        return OrTrigger(times)

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is to be done now; now: of the wall clock, in its zone."""
        if self.every is not None:
            return elapsed() >= self.due_at
        turn = self._last_turn(now)
        if turn is None or turn == self.tried:
            return False
        kept_at = self.kept_at()
        if kept_at is None or kept_at > now:  # never, or by a clock that was ahead
            return turn.date() == now.date()
        return kept_at < turn

    def begin(self, now: datetime) -> None:
        """Note that this turn is being tried; one that fails waits for the next."""
        if self.every is not None:
            self.due_at = elapsed() + self.every
        self.tried = self._last_turn(now)

    def next_at(self, now: datetime) -> datetime:
        """Return when its next turn is, for people."""
        if self.is_due(now):
            return now
        if self.every is not None:
            return now + timedelta(seconds=self.due_at - elapsed())
        return min(turn for turn in self._turns(now) if turn > now)

    def _last_turn(self, now: datetime) -> datetime | None:
        return max((turn for turn in self._turns(now) if turn <= now), default=None)

    def _turns(self, now: datetime) -> Iterator[datetime]:
        for days in (-1, 0, 1):
            day = now.date() + timedelta(days=days)
            yield from (datetime.combine(day, at, now.tzinfo) for at in self.at)


def run(settings: Settings, *, tell: Tell, stop: threading.Event | None = None) -> None:
    """Run the jobs of the settings until SIGTERM, Ctrl-C or `stop`; crawls are then cut short.

    tell: called with a line for people whenever a job ends.
    Raises SettingsError where no enabled source has `every` or `at`, StoreBusyError where another
    schedule runs on the same store.
    """
    sources = [s for s in settings.sources if s.enabled and (s.every or s.at)]
    if not sources:
        raise SettingsError(
            "no source has `every` or `at`, so nothing would ever run. Give one to a source in "
            "distress.toml, or walk the line by hand: distress once"
        )
    stop = stop or threading.Event()
    with _alone(settings.store_path):
        _close_dead(settings, tell)
        jobs = [_crawling(settings, source, tell, stop) for source in sources]
        jobs.append(_digesting(settings))
        restore = _stop_on_signals(stop)
        try:
            _keep_going(jobs, settings.zone, tell, stop)
        finally:
            restore()


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    """Hold the schedule of a store; it is free again once this process ends, however it does."""
    Store(store).close()  # makes the folder, and refuses what is no store of ours
    resolved = store.resolve()
    path = resolved.with_name(f"{resolved.name}.run")
    make_file(path)
    with path.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreBusyError(
                f"another `distress run` (process {file.read().strip() or 'unknown'}) is at work "
                f"on {store}. Stop that one first, or give this one a store of its own: [store] "
                "path in distress.toml"
            ) from None
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _close_dead(settings: Settings, tell: Tell) -> None:
    with Store(settings.store_path) as store:
        if count := store.runs.close_dead():
            tell(f"{count} runs were killed before they ended; they are cut short, and read again")


def _crawling(
    settings: Settings, source: SourceSettings, tell: Tell, stop: threading.Event
) -> _Job:
    def kept_at() -> datetime | None:
        with Store(settings.store_path, create=False) as store:
            run = store.runs.latest("crawl").get(source.name)
            return run.started_at if run else None

    return _Job(
        name=f"crawl {source.name}",
        work=lambda: _crawl_job(settings, source, stop),
        kept_at=kept_at,
        every=source.every.total_seconds() if source.every else None,
        at=source.at,
    )


def _digesting(settings: Settings) -> _Job:
    def kept_at() -> datetime | None:
        pages = settings.digest_folder.glob("????-??-??/index.html")
        newest = max((page.stat().st_mtime for page in pages), default=None)
        return None if newest is None else datetime.fromtimestamp(newest, UTC)

    return _Job(
        name="digest", work=lambda: _digest_job(settings), kept_at=kept_at, at=settings.digest.at
    )


def _keep_going(jobs: Sequence[_Job], zone: ZoneInfo, tell: Tell, stop: threading.Event) -> None:
    """Do each job at its times, a turn at a time, until `stop`; then wait for what runs."""
    scheduler = BackgroundScheduler(
        timezone=zone,
        executors={"default": ThreadPoolExecutor(_AT_ONCE)},
        # A wake-up that comes late, however late, is made up for once.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_listener(_note_left_out, EVENT_JOB_MAX_INSTANCES)
    for job in jobs:
        due_at = _next_at(job, zone)
        tell(f"{job.name}: next {due_at:%Y-%m-%d %H:%M:%S}")
        scheduler.add_job(
            _work, job.trigger(zone), [job, zone, tell], id=job.name, next_run_time=due_at
        )
    apart = _apart()
    scheduler.start()
    while not stop.wait(_LOOK):
        if abs(_apart() - apart) > _SET:
            apart = _apart()
            log.warning("the clock was set; the schedule goes by the new time")
            for job in jobs:
                scheduler.modify_job(job.name, next_run_time=_next_at(job, zone))
    tell("stopping; a crawl writes what it has, a digest is finished")
    scheduler.shutdown(wait=True)


def _apart() -> float:
    """Return the seconds between the wall clock and the one that nobody sets."""
    return time.time() - elapsed()


def _note_left_out(event: JobEvent) -> None:
    log.warning("%s is still running, so this turn is left out", event.job_id)


def _next_at(job: _Job, zone: ZoneInfo) -> datetime:
    """Return when a job's next turn is; one of which the store cannot tell is tried at once."""
    now = datetime.now(zone)
    try:
        return job.next_at(now)
    except Exception as error:  # a store that is gone for a while must not end the schedule
        log.warning("%s: cannot tell whether it is due: %s", job.name, error)
        return now


def _work(job: _Job, zone: ZoneInfo, tell: Tell) -> None:
    """Do a job and tell how it ended; one that fails must not stop the others."""
    job.begin(datetime.now(zone))
    try:
        tell(f"{job.name}: {job.work()}")
    except DistressError as error:
        tell(f"{job.name}: failed: {error}")
    except Exception as error:
        log.exception("%s failed", job.name)
        tell(f"{job.name}: failed: {error}")


def _crawl_job(settings: Settings, source: SourceSettings, stop: threading.Event) -> str:
    runs = crawl(settings, [source.name], let_rest=True, stop=stop, create=False)
    if stop.is_set():
        return "stopped; its posts are read when the line goes on"
    if not runs:
        return "rests; it was asked in vain too often"
    run = runs[0]
    with _line_lock:
        flag_counts, merge_counts = line.flag(settings)
        told = (
            f"{run.outcome}, {run.posts_new} new posts; "
            f"{flag_counts.needs} needs, {merge_counts.opened} cases opened"
        )
        if flag_counts.needs or merge_counts != MergeCounts():
            told += f"; {_show_new(settings)}"
    return told


def _show_new(settings: Settings) -> str:
    """Bring what came in to the pages at once; that these cannot be written stops no crawl."""
    try:
        return f"{line.show_new(settings)} pages written"
    except DistressError as error:
        return f"pages: failed: {error}"


def _digest_job(settings: Settings) -> str:
    with _line_lock:
        return f"written to {line.digest(settings).folder}"


def _stop_on_signals(stop: threading.Event) -> Callable[[], None]:
    """Set `stop` on SIGTERM and Ctrl-C; return what puts the earlier handling back."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {
        number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)
    }

    def restore() -> None:
        for number, old in before.items():
            signal.signal(number, old)

    return restore
