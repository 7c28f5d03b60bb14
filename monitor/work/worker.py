"""A worker: leases come from the queue, one after the other, each for a process that crawls it.

What that finds goes back over the queue. It has no store, and what it may ask of a host is in the
queue, too.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from types import FrameType
from typing import Any

from monitor import logs
from monitor.crawl.keeping import Ending, RunPart
from monitor.crawl.sources import Child, Job, start
from monitor.errors import QueueError
from monitor.settings import Settings
from monitor.work import parts, queue
from monitor.work.queue import Lease, PassedOnError, Queue
from spiders.base import spider_named
from spiders.base.trouble import Trouble

log = logging.getLogger(__name__)

MOST_TRIES = 5  # a walk that ended so many workers ends itself
_PAUSE = 5.0  # seconds before a queue that does not answer is asked again
Tell = Callable[[str], None]


def work(
    settings: Settings,
    *,
    tell: Tell,
    stop: threading.Event | None = None,
    once: bool = False,
    wait: float = 2.0,
) -> int:
    """Crawl what the queue has until `stop`, or SIGTERM or SIGINT; return how many walks it were.

    tell: called with a line for people. once: end as soon as nothing waits.
    wait: seconds to wait for a walk before looking for those of dead workers.
    A walk that is stopped passes on to another worker at once. Raises SettingsError where the
    settings name no queue, and QueueError with `once` where it does not answer.
    """
    stop = stop or threading.Event()
    leases, walks, told = Queue(settings.crawl), 0, ""
    with _on_signals(stop):
        tell(f"waits for walks of {leases.name}")
        while not stop.is_set():
            try:
                lease = leases.take(wait=wait)
                told = ""
            except QueueError as error:
                if once:
                    raise
                if str(error) != told:
                    told = str(error)
                    tell(told)
                stop.wait(_PAUSE)
                continue
            if lease:
                walks += 1
                tell(f"{lease.told['source']}: {_crawl(settings, leases, lease, stop)}")
            elif once:
                break
    return walks


def _crawl(settings: Settings, leases: Queue, lease: Lease, stop: threading.Event) -> str:
    """Crawl what a lease tells of; return in words what became of it."""
    try:
        if lease.tries > MOST_TRIES:
            raise ValueError(f"{MOST_TRIES} workers died of it; their logs may say why")
        told, limit = _told(settings, lease)
        child = Child(told, lambda pipe: _start(pipe, settings.folder))
    except (KeyError, TypeError, ValueError, OSError) as error:
        return _end(leases, lease, f"no worker can crawl it: {error}")
    heart = _Heart(leases, lease)
    try:
        message = child.wait(limit, heart.beat, stop)
    except PassedOnError as error:
        return str(error)
    finally:
        child.stop()
    try:
        if leases.has_ended(lease):
            return "handed in"
        if stop.is_set():
            leases.give_back(lease)
            return "stopped; it passes on"
    except QueueError as error:
        return f"left as it is: {error}"
    return _end(leases, lease, message)


def _told(settings: Settings, lease: Lease) -> tuple[dict[str, Any], timedelta]:
    """Return what the process is told, and how long it may take.

    Raises KeyError, TypeError or ValueError where it is not what this release crawls: the desk's
    machine may have another one.
    """
    job = dict(lease.told)
    limit = timedelta(seconds=float(job.pop("time_limit")))
    spider = spider_named(job["spider"])
    if spider.of_files:
        raise ValueError(f"{spider.name} reads files, and this machine's are not the desk's")
    spider.Options.model_validate(job["options"])
    level = logging.getLogger().level or logging.WARNING
    made = Job(run_id=0, store="", log_level=level, log_json=logs.are_json(), **job)
    return {
        **asdict(made),
        "lease": asdict(replace(lease, told=asdict(made))),
        "queue": settings.crawl.model_dump(mode="json"),
    }, limit


def _start(pipe: int, folder: os.PathLike[str]) -> subprocess.Popen[bytes]:
    return start(pipe, folder, "monitor.work.child")


def _end(leases: Queue, lease: Lease, message: str) -> str:
    """Hand in that a run ended otherwise than its process could tell."""
    ending = Ending(troubles=(Trouble(outcome="cut short", message=message),))
    [(part, _)] = parts.messages(RunPart(ending=ending))
    try:
        leases.hand_in(lease, 0, part, [], last=True)
    except QueueError as error:
        return f"{message}; {error}"
    return message


class _Heart:
    """Gives a sign of life now and then, while a crawl's process is waited for."""

    def __init__(self, leases: Queue, lease: Lease) -> None:
        self._leases = leases
        self._lease = lease
        self._beaten_at = time.monotonic()

    def beat(self) -> None:
        """Give a sign of life where it is time; raises PassedOnError where the lease is lost."""
        if time.monotonic() - self._beaten_at < queue.IDLE / 4:
            return
        self._beaten_at = time.monotonic()
        try:
            self._leases.beat(self._lease)
        except PassedOnError:
            raise
        except QueueError as error:
            log.warning("no sign of life could be given: %s", error)


@contextmanager
def _on_signals(stop: threading.Event) -> Iterator[None]:
    """Set `stop` upon SIGTERM and SIGINT; the earlier handling is put back at the end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {
        number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
