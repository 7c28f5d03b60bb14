"""Workers that begin at once: one process has Scrapy loaded and forks a process for each of them.

A worker is `distress work` but for how it comes to be; its crawls are forked, too. Each is a group
of processes of its own, so that a whole machine can be switched off.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from scrapy.settings.default_settings import (
    DOWNLOADER_MIDDLEWARES_BASE,
    EXTENSIONS_BASE,
    SPIDER_MIDDLEWARES_BASE,
)
from scrapy.utils.misc import load_object

from monitor.crawl import sources
from monitor.settings import load
from monitor.work import child, queue, worker
from spiders.base import available


@dataclass(frozen=True)
class Worker:
    """A worker that was started: its process, which leads a group."""

    pid: int

    def kill(self, *, machine: bool = False) -> None:
        """Kill it; machine: with the process of its crawl, as when its machine goes off."""
        with suppress(ProcessLookupError):
            (os.killpg if machine else os.kill)(self.pid, signal.SIGKILL)

    def stop(self) -> None:
        """Tell it to stop."""
        os.kill(self.pid, signal.SIGTERM)

    def is_gone(self) -> bool:
        """Tell whether it has ended."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        return False


@contextmanager
def serving_workers(*, idle: float) -> Iterator[Callable[[Path], Worker]]:
    """Yield what starts a worker with a settings file; all are gone at the end.

    idle: seconds without a sign of life after which a lease passes on.
    """
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
    server = subprocess.Popen(
        [sys.executable, "-P", __file__, str(idle)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    one_at_a_time = threading.Lock()
    assert server.stdin and server.stdout

    def start(config: Path) -> Worker:
        with one_at_a_time:
            server.stdin.write(json.dumps([str(config), dict(os.environ)]) + "\n")
            server.stdin.flush()
            return Worker(int(server.stdout.readline()))

    try:
        yield start
    finally:
        server.stdin.close()
        server.wait()
        server.stdout.close()


class _Forked:
    """A crawl that a worker forked, with what it asks of a subprocess.Popen."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._status: int | None = None

    def poll(self) -> int | None:
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if pid else None
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        until = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired("a forked crawl", timeout or 0)
            time.sleep(0.01)
        return status

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def _fork_crawl(pipe: int, folder: os.PathLike[str]) -> _Forked:
    pid = os.fork()
    if pid == 0:
        # A program that is started has none of its parent's files; the end of its pipe above all.
        os.closerange(3, pipe)
        os.closerange(pipe + 1, 256)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        random.seed()
        sources.run(pipe, child._scrape)
    return _Forked(pid)


def _serve() -> None:
    """Fork a worker for each line, until nobody is left to write one."""
    available()
    for part in (*EXTENSIONS_BASE, *DOWNLOADER_MIDDLEWARES_BASE, *SPIDER_MIDDLEWARES_BASE):
        load_object(part)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody has to wait for a worker
    begun = []
    for line in sys.stdin:
        config, environment = json.loads(line)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setpgid(0, 0)
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            os.dup2(2, 1)
            os.environ.clear()
            os.environ.update(environment)
            _work(Path(config))
        with suppress(OSError):  # both do it, so that it is done by now
            os.setpgid(pid, pid)
        begun.append(Worker(pid))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for one in begun:  # also where the tests were killed
        one.kill(machine=True)


def _work(config: Path) -> None:
    status = 1
    try:
        worker._start = _fork_crawl  # type: ignore[assignment]
        worker.work(load(config), tell=lambda words: sys.stderr.write(words + "\n"), wait=0.1)
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    queue.IDLE = float(sys.argv[1])
    _serve()
