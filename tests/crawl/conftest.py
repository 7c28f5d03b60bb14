"""A crawl in a process of its own, for tests that end it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crawls import PROGRAM


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a crawl of tmp_path's settings in a process of its own."""
    processes = []

    def start(*sources: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        (tmp_path / "distress.toml").write_text("\n".join(sources), "utf-8")
        command = [sys.executable, "-c", PROGRAM, str(tmp_path / "distress.toml")]
        processes.append(subprocess.Popen(command, stdin=stdin, cwd="/"))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.wait()
