"""The loop of the schedule: jobs are done at their times, until somebody stops it.

APScheduler does the jobs; it knows the wall clock alone, so it is told anew whenever that was set.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from monitor.errors import DistressError, SettingsError
from monitor.schedule import lock
from monitor.schedule.jobs import RESULTS, plans
from monitor.schedule.service_manager import ServiceManager
from monitor.schedule.turns import ScheduledJob, elapsed
from monitor.settings import Settings
from monitor.store import Store

log = logging.getLogger(__name__)

Tell = Callable[[str], None]
_AT_ONCE = 2  # jobs that run beside each other
_LOOK = 1.0  # seconds between looks at the clocks
_SET = 5.0  # seconds by which the wall clock leaves the other one where somebody set it


def run(
    settings: Settings,
    *,
    tell: Tell,
    reread: Callable[[], Settings] | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Run the jobs of the settings until SIGTERM, Ctrl-C or `stop`; crawls are then cut short.

    tell: called with a line for people whenever a job ends.
    reread: returns the settings of now, upon SIGHUP; where it raises, those of before stay.
    Raises SettingsError where no enabled source has `every` or `at`, StoreBusyError where another
    schedule runs on the same store.
    """
    stop, changed = stop or threading.Event(), threading.Event()
    plans(settings, stop)
    handlers = {signal.SIGTERM: stop, signal.SIGINT: stop}
    if reread:
        handlers[signal.SIGHUP] = changed
    with _on_signals(handlers), lock.alone(settings.store_path) as beat:
        with Store(settings.store_path) as store:
            if count := store.runs.close_dead():
                tell(
                    f"{count} runs were killed before they ended; they are cut short, and read "
                    "again"
                )
        manager = ServiceManager()
        schedule = _Schedule(settings, tell, stop, manager)
        schedule.start()
        life = _Life(schedule, beat, manager)
        while not stop.wait(_LOOK):
            schedule.mind_the_clock()
            if reread and changed.is_set():
                changed.clear()
                schedule.read_again(reread)
            life.look()
        schedule.end()


class _Schedule:
    """The jobs and the scheduler that does them."""

    def __init__(
        self, settings: Settings, tell: Tell, stop: threading.Event, manager: ServiceManager
    ) -> None:
        self._settings = settings
        self._stop = stop
        self._tell_people = tell
        self._manager = manager
        self._apart = _apart()
        self.jobs: dict[str, ScheduledJob] = {}
        self._scheduler = BackgroundScheduler(
            timezone=settings.zone,
            executors={"default": ThreadPoolExecutor(_AT_ONCE)},
            # A wake-up that comes late, however late, is made up for once.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.add_listener(_note_left_out, EVENT_JOB_MAX_INSTANCES)

    def start(self) -> None:
        """Begin to do the jobs."""
        self._take(self._settings)
        self._scheduler.start()
        self._manager.notify(READY="1")

    def read_again(self, reread: Callable[[], Settings]) -> None:
        """Go by the settings of now; where they are wrong, those of before stay."""
        clock = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self._manager.notify(RELOADING="1", MONOTONIC_USEC=str(clock))
        try:
            settings = reread()
            if settings.store_path != self._settings.store_path:
                raise SettingsError("for another [store], stop `distress run` and start it again")
            if settings.model_folder != self._settings.model_folder:
                raise SettingsError("for another [model], stop `distress run` and start it again")
            self._take(settings)
        except DistressError as error:
            self.tell(f"the settings from before stay: {error}")
        else:
            self.tell("the settings were read again")
        self._manager.notify(READY="1")

    def mind_the_clock(self) -> None:
        """Tell the scheduler of the turns by the new time where the clock was set."""
        if abs(_apart() - self._apart) > _SET:
            self._apart = _apart()
            log.warning("the clock was set; the schedule goes by the new time")
            for job in self.jobs.values():
                self._set_next(job)

    def end(self) -> None:
        """Wait for the jobs at work, and do no others."""
        self._manager.notify(STOPPING="1")
        self.tell("stopping; a crawl writes what it has, a digest is finished")
        self._scheduler.shutdown(wait=True)

    def tell(self, what: str) -> None:
        """Tell people, and the manager, in a line."""
        self._tell_people(what)
        self._manager.notify(STATUS=what)

    def _take(self, settings: Settings) -> None:
        by_name = {plan.name: plan for plan in plans(settings, self._stop)}
        self._settings = settings
        for name in self.jobs.keys() - by_name.keys():
            del self.jobs[name]
            self._scheduler.remove_job(name)
        for name, plan in by_name.items():
            job = self.jobs.setdefault(name, ScheduledJob(plan=plan))
            job.change(plan)
            due_at = self._next_at(job)
            self.tell(f"{name}: next {due_at:%Y-%m-%d %H:%M:%S}")
            self._scheduler.add_job(
                self._work,
                plan.trigger(settings.zone),
                [job],
                id=name,
                next_run_time=due_at,
                replace_existing=True,
            )

    def _work(self, job: ScheduledJob) -> None:
        """Do a job and tell how it ended, where it tells; that one fails must not stop others."""
        job.begin(datetime.now(self._settings.zone))
        name, failed = job.plan.name, True
        try:
            told = job.plan.work()
            failed = False
        except DistressError as error:
            told = f"failed: {error}"
        except Exception as error:
            log.exception("%s failed", name)
            told = f"failed: {error}"
        job.end(failed=failed)
        if failed and not self._stop.is_set():
            again = self._set_next(job)
            told += f". Tried again at {again:%H:%M:%S}"
        if told:
            self.tell(f"{name}: {told}")

    def _set_next(self, job: ScheduledJob) -> datetime:
        due_at = self._next_at(job)
        try:
            self._scheduler.modify_job(job.plan.name, next_run_time=due_at)
        except JobLookupError:
            log.info("%s is in the settings no longer", job.plan.name)
        return due_at

    def _next_at(self, job: ScheduledJob) -> datetime:
        """Return when a job's next turn is; one of which the store cannot tell is tried at once."""
        now = datetime.now(self._settings.zone)
        try:
            return job.next_at(now)
        except Exception as error:  # a store that is gone for a while must not end the schedule
            log.warning("%s: cannot tell whether it is due: %s", job.plan.name, error)
            return now


class _Life:
    """Signs of life, beside the store and to the manager, for as long as no job hangs."""

    def __init__(self, schedule: _Schedule, beat: Callable[[], None], manager: ServiceManager):
        self._schedule = schedule
        self._beat = beat
        self._manager = manager
        self._every = min(lock.BEAT, (manager.watchdog or lock.BEAT * 4) / 4)
        self._next = 0.0
        self._hanging: set[str] = set()

    def look(self) -> None:
        """Give a sign where it is time; tell once of each job that hangs."""
        hanging = {name for name, job in self._schedule.jobs.items() if job.hangs()}
        for name in sorted(hanging - self._hanging):
            log.error("%s hangs: it has been at work for longer than it may take", name)
            self._manager.notify(STATUS=f"{name} hangs")
        self._hanging = hanging
        if not hanging and elapsed() >= self._next:
            self._next = elapsed() + self._every
            self._beat()
            if self._manager.watchdog:
                self._manager.notify(WATCHDOG="1")


def _apart() -> float:
    """Return the seconds between the wall clock and the one that nobody sets."""
    return time.time() - elapsed()


def _note_left_out(event: JobEvent) -> None:
    often = event.job_id == RESULTS  # which looks every two seconds, and may read for minutes
    level = logging.INFO if often else logging.WARNING
    log.log(level, "%s is still running, so this turn is left out", event.job_id)


@contextmanager
def _on_signals(events: dict[signal.Signals, threading.Event]) -> Iterator[None]:
    """Set the event of a signal when it comes; the earlier handling is put back at the end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def on_signal(number: int, _frame: FrameType | None) -> None:
        events[signal.Signals(number)].set()

    before = {number: signal.signal(number, on_signal) for number in events}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
