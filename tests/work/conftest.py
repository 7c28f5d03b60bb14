"""A real Redis for the tests of the queue, and a desk and its workers that meet there."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import NoReturn

import pytest
from crawls import wait_for
from desk_and_workers import Desk
from forked_workers import Worker, serving_workers

_numbers = count()


@pytest.fixture(scope="session")
def redis_program(missing: Callable[[str], NoReturn]) -> str:
    """Where the program of Redis is."""
    program = shutil.which("redis-server")
    if program is None:
        missing("redis-server")
    if find_spec("redis") is None:
        missing("redis-py")
    return program


@pytest.fixture(scope="session")
def redis_folder(redis_program: str) -> Iterator[Path]:
    """The folder of a Redis that listens at `socket` there, and nowhere else."""
    with tempfile.TemporaryDirectory() as folder:  # the path of a socket must be short
        path = Path(folder)
        command = [redis_program, "--port", "0", "--unixsocket", f"{path}/socket", "--dir", folder,
                   "--save", "", "--databases", "64"]  # fmt: skip
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            wait_for((path / "socket").exists)
            yield path
            server.terminate()


@pytest.fixture
def address(redis_folder: Path) -> str:
    """The address of an empty queue."""
    return f"unix://{redis_folder}/socket?db={next(_numbers) % 64}"


@pytest.fixture
def desk(tmp_path: Path, address: str) -> Desk:
    """A desk whose sources workers crawl."""
    return Desk(tmp_path, address)


@pytest.fixture(scope="session")
def start_worker() -> Iterator[Callable[[Path], Worker]]:
    """Start a worker; a lease passes on after two seconds without a sign of life."""
    with serving_workers(idle=2.0) as start:
        yield start
