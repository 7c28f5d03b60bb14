"""Crawls of sources that a test writes down, and what they left in the store."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.crawl.budget import Budget
from monitor.crawl.sources import crawl
from monitor.settings import load
from monitor.store import Store
from monitor.types import Run

# The folder of the program, for processes that are started elsewhere.
HERE = Path(__file__).resolve().parents[1]


RSS = """<rss version="2.0"><channel><title>t</title><item><guid>https://e.org/1</guid>
<description>急需口罩</description><pubDate>Wed, 12 Feb 2020 06:30:00 GMT</pubDate></item>
</channel></rss>""".encode()


def source(name: str, spider: str = "archive", **keys: object) -> str:
    """Return a source's table for distress.toml; the web waits for nobody in tests."""
    keys = {"name": name, "spider": spider, "delay": 0, "allow_private": True, **keys}
    return "[[sources]]\n" + "".join(f"{key} = {json.dumps(keys[key])}\n" for key in keys)


def crawled(folder: Path, *sources: str, names: list[str] | None = None) -> list[Run]:
    """Write a settings file with the sources, crawl, and return the runs."""
    (folder / "distress.toml").write_text("crawl.retries = 1\n" + "\n".join(sources), "utf-8")
    return crawl(load(folder / "distress.toml"), names)


def run_with(folder: Path, crawl_keys: str, *sources: str, names: list[str] | None = None) -> Run:
    """Crawl with keys of [crawl], and return the only run."""
    path = folder / "distress.toml"
    path.write_text(f"[crawl]\nretries = 0\n{crawl_keys}\n" + "\n".join(sources), "utf-8")
    [run] = crawl(load(path), names)
    return run


def posts_file(path: Path, count: int) -> None:
    rows = ({"id": n, "text": f"急需口罩{n}", "time": 1581489000 + n} for n in range(count))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def texts(folder: Path) -> dict[str, str]:
    with Store(folder / "distress.db") as store:
        return {post.source_id: post.text for batch in store.posts.unread() for post in batch}


def assert_whole(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "distress.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not db.execute("PRAGMA foreign_key_check").fetchall()


def wait_for(true: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


# What an operator's terminal runs: a process that crawls, and can be killed.
# Whoever runs the tests in the background has Ctrl-C ignored, and each process of theirs with it.
PROGRAM = f"""
import signal, sys; sys.path.insert(0, {str(HERE)!r})
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
from monitor.crawl.sources import crawl
from monitor.settings import load
crawl(load(Path(sys.argv[1])))
"""


def children(process: int) -> list[int]:
    """Return the numbers of the processes that any thread of a process has started."""
    found: list[int] = []
    for thread in Path(f"/proc/{process}/task").iterdir():
        with suppress(FileNotFoundError):  # it has ended
            found += map(int, (thread / "children").read_text().split())
    return found


def count(folder: Path) -> int:
    if not (folder / "distress.db").exists():
        return 0
    try:
        with closing(sqlite3.connect(folder / "distress.db")) as db:
            return int(db.execute("SELECT count(*) FROM posts").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # the tables are being made


def a_budget(store: Store, *, daily: int = 100, failures: int = 5) -> Budget:
    zone = ZoneInfo("Asia/Shanghai")
    return Budget(store.requests, daily=daily, failures=failures, zone=zone)
