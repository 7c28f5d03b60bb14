"""Processes of a desk that begin at once and can be killed: one that has all loaded forks them.

It forks what an operator's machine runs: `schedule`, which does the jobs of `distress run` for each
moment that it is told; `desk`, `distress desk` at a socket; `command`, any other command; and the
crawls that these start. Each goes by the clock that it is told. One that is told a number of
statements dies by SIGKILL as it comes to give SQLite that one.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import staged_clock
from begun_schedule import PLEA
from forked_crawls import Forked, load_crawls
from staged_day import settings_in

from monitor import line
from monitor.cli import main
from monitor.crawl import sources
from monitor.desk.current import CurrentSettings
from monitor.desk.doors import Doors
from monitor.desk.server import config_of
from monitor.errors import DistressError
from monitor.schedule import jobs, lock, turns
from monitor.schedule.turns import ScheduledJob
from monitor.settings import load
from monitor.store import Store
from monitor.store.connection import Connection
from spiders.base.post import Post

_DIES = "WEEKS_DIES_AT_STATEMENT"
_AT_ONCE = 2  # jobs beside each other, as in the loop of the schedule
_LARGEST = 1 << 18


class Forks:
    """What asks for processes; `ours` is its end of a socket to the one that forks."""

    def __init__(self, ours: socket.socket) -> None:
        self._ours = ours
        self._one_at_a_time = threading.Lock()

    def start(self, kind: str, told: Sequence[Any], *fds: int, statements: int = 0) -> Forked:
        """Begin a process; fds: files that it gets."""
        status, tell = os.pipe()
        environment = {**os.environ, _DIES: str(statements)}
        job = json.dumps([kind, list(told), environment]).encode()
        with self._one_at_a_time:
            socket.send_fds(self._ours, [job], [*fds, tell])
        os.close(tell)
        return Forked(status)

    def begin(self, config: Path, *, statements: int = 0) -> Schedule:
        """Begin to do the jobs of the settings."""
        orders, ours = os.pipe()
        answers, theirs = os.pipe()
        fds = (orders, theirs, self._ours.fileno())
        process = self.start("schedule", [str(config)], *fds, statements=statements)
        os.close(orders)
        os.close(theirs)
        return Schedule(process, ours, answers)

    def command(self, config: Path, *words: object, statements: int = 0) -> tuple[int, str]:
        """Give a command to its end; return its exit status, negative for a kill, and output."""
        output, theirs = os.pipe()
        told = [str(config.parent), "--config", str(config), *map(str, words)]
        process = self.start("command", told, theirs, statements=statements)
        os.close(theirs)
        with os.fdopen(output, encoding="utf-8", errors="replace") as file:
            said = file.read()
        return process.wait(), said


class Schedule:
    """A schedule at work, which goes from moment to moment as it is told."""

    def __init__(self, process: Forked, orders: int, answers: int) -> None:
        self.process = process
        self._orders = os.fdopen(orders, "w")
        self._answers = os.fdopen(answers, encoding="utf-8")

    def turn(self, moment: float, elapsed: float, **orders: int) -> dict[str, Any] | None:
        """Do what is due at a moment; return what it tells, None where it was killed.

        orders: dies, at which statement from now on; crawl_dies, the next crawl at which.
        """
        try:
            self._orders.write(json.dumps({"moment": moment, "elapsed": elapsed, **orders}) + "\n")
            self._orders.flush()
            said = self._answers.readline()
        except BrokenPipeError:
            said = ""
        return dict(json.loads(said)) if said.endswith("\n") else None

    def kill(self) -> None:
        """Kill it, and wait until it is gone."""
        with suppress(ProcessLookupError):
            self.process.kill()
        self.end()

    def end(self) -> int:
        """Tell it to end, where it has not; return its exit status."""
        with suppress(BrokenPipeError):
            self._orders.close()
        self._answers.close()
        return self.process.wait()


@contextmanager
def forking() -> Iterator[Forks]:
    """Yield what asks for processes, until the end of the block."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
    with subprocess.Popen(
        [sys.executable, "-P", __file__, str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        env={**os.environ, "PYTHONPATH": path},
    ) as server:
        theirs.close()
        try:
            yield Forks(ours)
        finally:
            ours.close()
            server.wait()


def _serve(theirs: socket.socket) -> None:
    """Fork a process for each message, until nobody is left to send one."""
    load_crawls()
    _walk_once()
    while True:
        job, fds, _, _ = socket.recv_fds(theirs, _LARGEST, 4)
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


def _walk_once() -> None:
    """Walk the line, so that all that it loads is there; no store is open when one is forked."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        with Store(settings.store_path) as store:
            store.posts.save("day", [Post(source_id="1", text=PLEA)], run_id=None)
        line.flag(settings)
        line.digest(settings)


def _watch(kind: str, told: list[Any], environment: dict[str, str], *fds: int) -> None:
    """Fork the process, tell its number, and at its end how it ended."""
    *own, tell = fds
    pid = os.fork()
    if pid == 0:
        os.close(tell)
        os.setsid()
        os.environ.clear()
        os.environ.update(environment)
        staged_clock.follow()
        random.seed()
        _Dying.begin(int(os.environ.pop(_DIES, "0")))
        try:
            _KINDS[kind](told, *own)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(70)
        os._exit(0)
    for fd in own:
        os.close(fd)
    os.write(tell, b"%d\n" % pid)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.write(tell, b"%d\n" % status)
    os._exit(0)


class _Dying:
    """Counts what is given to SQLite down to the statement at which this process dies."""

    left = 0

    @classmethod
    def begin(cls, statements: int) -> None:
        cls.left = statements
        set_up = Connection._set_up

        def counting(connection: Connection) -> None:
            connection.db.conn.set_trace_callback(cls._step)
            set_up(connection)

        Connection._set_up = counting  # type: ignore[method-assign]

    @classmethod
    def _step(cls, _statement: str) -> None:
        if cls.left > 0:
            cls.left -= 1
            if cls.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def _command(told: list[str], output: int) -> None:
    """Give a command, as somebody at a terminal that is a pipe does."""
    folder, *words = told
    os.chdir(folder)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.environ.update(COLUMNS="300", TERM="dumb")
    status = 0
    try:
        main(words)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _desk(told: list[str], listening: int) -> None:
    """Serve the desk at a socket that listens already."""
    import uvicorn

    own = socket.socket(fileno=listening)
    doors = Doors(host="127.0.0.1", port=own.getsockname()[1], tls=False, address=None)
    uvicorn.Server(config_of(CurrentSettings(Path(told[0])), doors)).run(sockets=[own])


def _crawl(told: list[str], pipe: int) -> None:
    os.chdir(told[0])
    sources._main(pipe)


def _schedule(told: list[str], orders: int, answers: int, forks: int) -> None:
    """Do what the loop of the schedule does, but by the moments that it is told."""
    settings = load(Path(told[0]))
    crawls = _Crawls(Forks(socket.socket(fileno=forks)))
    sources._start = crawls.start  # type: ignore[assignment]
    elapsed = _Elapsed()
    turns.elapsed = elapsed  # type: ignore[assignment]
    with (
        open(orders, encoding="utf-8") as lines,
        open(answers, "w", encoding="utf-8") as out,
        lock.alone(settings.store_path) as beat,
        ThreadPoolExecutor(_AT_ONCE) as pool,
    ):
        with Store(settings.store_path) as store:
            store.runs.close_dead()
        todo = [ScheduledJob(plan=plan) for plan in jobs.plans(settings, threading.Event())]
        for said in lines:
            order = json.loads(said)
            elapsed.seconds = order["elapsed"]
            staged_clock.set_to(order["moment"])
            _Dying.left = order.get("dies", 0) or _Dying.left
            crawls.dies = order.get("crawl_dies", 0) or crawls.dies
            now = datetime.now(settings.zone)
            due = [job for job in todo if job.is_due(now)]
            work = pool.map(lambda job: _work(job, settings.zone), due)
            beat()
            told_of = {"jobs": list(work), "memory": _memory(), "crawls_killed": crawls.killed()}
            out.write(json.dumps(told_of) + "\n")
            out.flush()


def _work(job: ScheduledJob, zone: Any) -> tuple[str, str, str]:
    """Do a job as the schedule does; return its name, how it ended, and in words."""
    job.begin(datetime.now(zone))
    ended = "failed"
    try:
        told, ended = job.plan.work(), "done"
    except DistressError as error:
        told = str(error)
    except Exception as error:
        told, ended = f"{type(error).__name__}: {error}", "crashed"
        sys.excepthook(*sys.exc_info())
    job.end(failed=ended != "done")
    return job.plan.name, ended, told


def _memory() -> int:
    """Return how many kilobytes of memory are this process's own and in use."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0])


class _Crawls:
    """Starts crawls; dies: at which statement the next one does."""

    def __init__(self, forks: Forks) -> None:
        self._forks = forks
        self._begun: list[Forked] = []
        self.dies = 0

    def start(self, pipe: int, folder: os.PathLike[str]) -> Forked:
        dies, self.dies = self.dies, 0
        begun = self._forks.start("crawl", [os.fspath(folder)], pipe, statements=dies)
        self._begun.append(begun)
        return begun

    def killed(self) -> int:
        """Return how many were killed since this was asked last."""
        begun, self._begun = self._begun, []
        return sum(one.wait() == -signal.SIGKILL for one in begun)


class _Elapsed:
    """The clock that nobody sets, as far as it is told."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


_KINDS = {"command": _command, "desk": _desk, "crawl": _crawl, "schedule": _schedule}

if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
