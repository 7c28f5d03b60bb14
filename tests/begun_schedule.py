"""A schedule that is begun: its settings, the process of `distress run`, and waiting for it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parents[1]
PLEA = "求助！晴川市紫荆医院急需N95口罩500个、防护服200套，库存只够一天，联系李护士13800138000"


def settings_file(folder: Path, *sources: str, more: str = "") -> Path:
    """Write a settings file; every source is crawled every second."""
    path = folder / "distress.toml"
    tables = [f"[[sources]]\n{source}\ndelay = 0\nallow_private = true\n" for source in sources]
    path.write_text(f"crawl.retries = 0\n{more}\n" + "\n".join(tables), encoding="utf-8")
    return path


@contextmanager
def running(config: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Start `distress run`; whatever it started is gone at the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "monitor.cli", "--config", str(config), "run"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=HERE,
        env={**os.environ, "NO_PROXY": "127.0.0.1", "COLUMNS": "500", **environment},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(true: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def archive_of_a_plea(folder: Path, rhythm: str) -> str:
    """Write an archive of one plea; return the table of its source."""
    (folder / "posts.jsonl").write_text(json.dumps({"id": "1", "text": PLEA}), encoding="utf-8")
    return f'name = "day"\nspider = "archive"\npath = "posts.jsonl"\n{rhythm}'


def minutes_from_now(minutes: float) -> str:
    """Return a time of the day as the settings write it, in their zone."""
    return f"{datetime.now(ZoneInfo('Asia/Shanghai')) + timedelta(minutes=minutes):%H:%M}"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
