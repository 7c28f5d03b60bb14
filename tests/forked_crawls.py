"""Crawls that begin at once: one process has Scrapy loaded and forks a process for each of them.

To load Scrapy takes longer than a short crawl. What a crawl's process is by itself, and how it
ends, is shown in test_crawl.py and test_line.py by programs that are started, and killed.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scrapy.crawler import CrawlerProcess
from scrapy.settings.default_settings import (
    DOWNLOADER_MIDDLEWARES_BASE,
    EXTENSIONS_BASE,
    SPIDER_MIDDLEWARES_BASE,
)
from scrapy.utils.misc import load_object

from monitor.crawl import sources
from monitor.settings import Settings, load
from monitor.store import Store
from spiders.base import available


class Forked:
    """A forked crawl, with what the crawl stage asks of a subprocess.Popen."""

    def __init__(self, status: int) -> None:
        self._lines = os.fdopen(status, "rb", buffering=0)
        self.pid = int(self._lines.readline())
        self._status: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        if self._status is None:
            if not select.select([self._lines], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a forked crawl", timeout or 0)
            self._status = int(self._lines.readline())
            self._lines.close()
        return self._status

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


Start = Callable[..., Forked]


@contextmanager
def serving_crawls() -> Iterator[Start]:
    """Yield what forks a crawl, as `sources._start` starts one.

    Given a settings file as well, its process crawls all sources of that at once.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
    server = subprocess.Popen(
        [sys.executable, "-P", __file__, str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        env={**os.environ, "PYTHONPATH": path},
    )
    theirs.close()
    one_at_a_time = threading.Lock()

    def start(pipe: int, folder: os.PathLike[str], file: os.PathLike[str] | str = "") -> Forked:
        status, told = os.pipe()
        job = json.dumps([os.fspath(folder), os.fspath(file), dict(os.environ)]).encode()
        with one_at_a_time:
            socket.send_fds(ours, [job], [pipe, told])
        os.close(told)
        return Forked(status)

    try:
        yield start
    finally:
        ours.close()
        server.wait()


def load_crawls() -> None:
    """Load what every crawl needs, spiders and parts of Scrapy."""
    available()
    for part in (*EXTENSIONS_BASE, *DOWNLOADER_MIDDLEWARES_BASE, *SPIDER_MIDDLEWARES_BASE):
        load_object(part)


def _serve(theirs: socket.socket) -> None:
    """Fork a crawl for each message, until nobody is left to send one."""
    load_crawls()
    while True:
        job, fds, _, _ = socket.recv_fds(theirs, 1 << 18, 2)
        with suppress(ChildProcessError):
            while not job or os.waitpid(-1, os.WNOHANG)[0]:
                if not job:
                    os.waitpid(-1, 0)
        if not job:
            return
        if os.fork() == 0:
            theirs.close()
            _watch(*json.loads(job), *fds)
        for fd in fds:
            os.close(fd)


def _watch(folder: str, file: str, environment: dict[str, str], pipe: int, told: int) -> None:
    """Fork the crawl, tell its number, and at its end how it ended."""
    pid = os.fork()
    if pid == 0:
        os.close(told)
        os.setsid()
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        random.seed()
        if file:
            _crawl_at_once(load(Path(file)))
            os._exit(0)
        sources._main(pipe)
    os.close(pipe)
    os.write(told, b"%d\n" % pid)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.write(told, b"%d\n" % status)
    os._exit(0)


def _crawl_at_once(settings: Settings) -> None:
    """Crawl all sources in this one process, which does for each what a crawl's own does."""
    with Store(settings.store_path) as store:
        jobs = [
            sources.job_of(settings, source, store.runs.start(sources.STAGE, source.name))
            for source in settings.sources
        ]
        # So many at once are slow to begin, which AutoThrottle would take for a slow service.
        process = CrawlerProcess({**sources.settings_of(jobs[0]), "AUTOTHROTTLE_ENABLED": False})
        collectors = [sources.add_to(process, job, store) for job in jobs]
        process.start()
        for collector in collectors:
            collector.end()


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
