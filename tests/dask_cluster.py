"""A real scheduler of dask and its workers, each a process of its own, for a block of a test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE = 240.0  # seconds that a process may take until it is there, on a busy machine
_LOOK = """
import sys, time
from distributed import Client
with Client(sys.argv[1]) as client:
    client.wait_for_workers(int(sys.argv[2]), timeout=200)
    while not all(len(keys) >= int(sys.argv[3]) for keys in client.processing().values()):
        time.sleep(0.05)
"""


class Cluster:
    """A scheduler; address: where it is."""

    def __init__(self, folder: Path, failures: int) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self._log = (folder / "cluster.log").open("ab")
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(failures),
            # a machine that is busy with other tests may hold a process up for a minute
            "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": f"{_PATIENCE}s",
            "DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": f"{_PATIENCE}s",
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        self._start("scheduler", "--port", "0", "--host", "127.0.0.1")
        until = time.monotonic() + _PATIENCE
        while not (self._file.exists() and self._file.read_text(encoding="utf-8").strip()):
            assert time.monotonic() < until and self.processes[0].poll() is None, self.told()
            time.sleep(0.05)
        self.address = json.loads(self._file.read_text(encoding="utf-8"))["address"]

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        common = ["--scheduler-file", str(self._file), "--no-dashboard"]
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words, *common],
            env=self._environment, cwd=self._folder, stdout=self._log, stderr=self._log,
        )  # fmt: skip
        self.processes.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        """Start a worker, which dies for good when it is killed."""
        return self._start(
            "worker", "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1",
            "--local-directory", str(self._folder),
        )  # fmt: skip

    def wait(self, workers: int, tasks: int = 0) -> None:
        """Wait until so many workers are there, and each has so many tasks."""
        words = [sys.executable, "-c", _LOOK, self.address, str(workers), str(tasks)]
        subprocess.run(words, check=True, timeout=_PATIENCE, env=self._environment)

    def classify(self, *words: object) -> subprocess.Popen[str]:
        """Begin `distress classify` on this cluster."""
        return subprocess.Popen(
            [sys.executable, "-m", "monitor.cli", "classify", "--dask", self.address,
             *map(str, words)],
            env=self._environment, cwd=self._folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def told(self) -> str:
        """Return what the processes wrote."""
        return (self._folder / "cluster.log").read_text(encoding="utf-8")

    def end(self) -> None:
        """End what was started."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        self._log.close()


@contextmanager
def cluster(folder: Path, *, workers: int, failures: int = 5) -> Iterator[Cluster]:
    """Yield a scheduler with workers, which are its processes behind the first; end them all.

    failures: how many workers may die over a partition.
    """
    started = Cluster(folder, failures)
    try:
        for _ in range(workers):
            started.worker()
        started.wait(workers)
        yield started
    finally:
        started.end()
