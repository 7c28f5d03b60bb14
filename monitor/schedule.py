"""Keep the line going: sources in their rhythm, flagging after each crawl, the daily digest."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import FrameType

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from monitor import line
from monitor.crawl.sources import crawl
from monitor.errors import SettingsError
from monitor.settings import Settings, SourceSettings

log = logging.getLogger(__name__)

Tell = Callable[[str], None]
_flag_lock = threading.Lock()  # two sources that end together need not read the same posts twice


def run(settings: Settings, *, tell: Tell, stop: threading.Event | None = None) -> None:
    """Run the jobs of the settings until SIGTERM, Ctrl-C or `stop`; crawls are then cut short.

    tell: called with a line for people whenever a job ends.
    Raises SettingsError where no enabled source has `every` or `at`.
    """
    sources = [s for s in settings.sources if s.enabled and (s.every or s.at)]
    if not sources:
        raise SettingsError(
            "no source has `every` or `at`, so nothing would ever run. Give one to a source in "
            "distress.toml, or walk the line by hand: distress once"
        )
    stop = stop or threading.Event()
    scheduler = _scheduler(settings)
    for source in sources:
        _add(scheduler, f"crawl {source.name}", _rhythm(source, settings), _crawl_job, tell,
             settings, source, stop)  # fmt: skip
    daily = CronTrigger(
        hour=settings.digest.at.hour, minute=settings.digest.at.minute, timezone=settings.zone
    )
    _add(scheduler, "digest", daily, _digest_job, tell, settings)
    restore = _stop_on_signals(stop)
    scheduler.start()
    for job in scheduler.get_jobs():
        tell(f"{job.id}: next {job.next_run_time.astimezone(settings.zone):%Y-%m-%d %H:%M:%S}")
    try:
        stop.wait()
    finally:
        tell("stopping; a crawl writes what it has, a digest is finished")
        scheduler.shutdown(wait=True)
        restore()


def _scheduler(settings: Settings) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(
        timezone=settings.zone,
        executors={"default": ThreadPoolExecutor(2)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
    )
    scheduler.add_listener(_note, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES | EVENT_JOB_ERROR)
    return scheduler


def _note(event: JobEvent) -> None:
    if event.code == EVENT_JOB_MAX_INSTANCES:
        log.warning("%s is still running, so this turn is left out", event.job_id)
    elif event.code == EVENT_JOB_MISSED:
        log.warning("%s missed its time by over an hour and waits for the next", event.job_id)
    else:
        log.error("%s failed: %s", event.job_id, getattr(event, "exception", "unknown"))


def _rhythm(source: SourceSettings, settings: Settings) -> IntervalTrigger | OrTrigger:
    if source.every:
        return IntervalTrigger(seconds=int(source.every.total_seconds()), timezone=settings.zone)
    return OrTrigger(
        [CronTrigger(hour=at.hour, minute=at.minute, timezone=settings.zone) for at in source.at]
    )


def _add(
    scheduler: BackgroundScheduler,
    name: str,
    trigger: object,
    job: Callable[..., str],
    tell: Tell,
    *arguments: object,
) -> None:
    """Add a job that tells how it ended; one with an interval has its first turn at once."""

    def work() -> None:
        try:
            tell(f"{name}: {job(*arguments)}")
        except Exception as error:  # one failing job must not stop the others
            log.exception("%s failed", name)
            tell(f"{name}: failed: {error}")

    at_once = {"next_run_time": datetime.now(UTC)} if isinstance(trigger, IntervalTrigger) else {}
    scheduler.add_job(work, trigger, id=name, **at_once)


def _crawl_job(settings: Settings, source: SourceSettings, stop: threading.Event) -> str:
    runs = crawl(settings, [source.name], let_rest=True, stop=stop)
    if stop.is_set():
        return "stopped; its posts are read when the line goes on"
    if not runs:
        return "rests; it was asked in vain too often"
    run = runs[0]
    with _flag_lock:
        flag_counts, merge_counts = line.flag(settings)
    return (
        f"{run.outcome}, {run.posts_new} new posts; "
        f"{flag_counts.needs} needs, {merge_counts.opened} cases opened"
    )


def _digest_job(settings: Settings) -> str:
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
