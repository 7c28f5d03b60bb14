"""Crawl invented posts of five sources from the replay server: how fast, with how much memory.

usage: python benchmarks/crawl.py [POSTS]

Crawls POSTS (100,000 where left out) over five sources, then twice as many, each into a new store.
Prints JSON: posts a second, requests, peak memory of a crawl's process in MB, and how many times
longer twice as many posts took.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from monitor.crawl.sources import crawl
from monitor.settings import load
from monitor.store import Store

HERE = Path(__file__).resolve().parents[1]
PORT = 8799
# A source's name, its spider, and what it is told besides.
SOURCES = (
    ("one", "mastodon", 'hashtags = ["口罩"]'),
    ("two", "mastodon", 'timelines = ["public"]'),
    ("three", "bluesky", 'words = ["口罩"]'),
    ("four", "telegram", 'channels = ["qingwen"]'),
    ("five", "toutiao", 'keywords = ["口罩"]'),
)
SECRETS = {
    "BLUESKY_HANDLE": "qingwen.test",
    "BLUESKY_APP_PASSWORD": "abcd-efgh-ijkl-mnop",
    "TOUTIAO_COOKIE": "tt_webid=1",
    "MASTODON_TOKEN": "replay",
    "NO_PROXY": "127.0.0.1",
}


def settings(folder: Path) -> Path:
    """Write a settings file for the five sources; return its path."""
    tables = "".join(
        f'[[sources]]\nname = "{name}"\nspider = "{spider}"\n{told}\ndelay = 0\nfirst = "4000d"\n'
        f'base_url = "http://127.0.0.1:{PORT}/{spider}"\nallow_private = true\n'
        'obey_robots = false\ntime_limit = "2h"\n'
        for name, spider, told in SOURCES
    )
    path = folder / "distress.toml"
    path.write_text("crawl.daily = 10000000\n" + tables, encoding="utf-8")
    return path


def crawled(posts: int) -> dict[str, float]:
    """Crawl `posts` posts in all from a server of their own."""
    of_each = posts // len(SOURCES)
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.replay", str(of_each), str(PORT)],
        cwd=HERE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        server.stdout.readline()  # it serves now
        with tempfile.TemporaryDirectory() as folder:
            loaded = load(settings(Path(folder)))
            started = time.monotonic()
            runs = crawl(loaded)
            seconds = time.monotonic() - started
            with Store(loaded.store_path) as store:
                kept = store.posts.count()
    finally:
        server.kill()
        server.wait()
    wrong = [f"{run.source}: {run.outcome} {run.message}" for run in runs if run.outcome != "ok"]
    if wrong or kept != of_each * len(SOURCES):
        raise SystemExit(f"{kept} posts in the store; {wrong}")
    return {
        "posts": kept,
        "seconds": round(seconds, 1),
        "posts a second": round(kept / seconds),
        "requests": sum(run.pages for run in runs),
        "peak MB": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1),
    }


def main(posts: int) -> dict[str, object]:
    """Return both measurements and their ratio."""
    os.environ.update(SECRETS)
    once, twice = crawled(posts), crawled(2 * posts)
    return {
        "once": once,
        "twice": twice,
        "times longer": round(twice["seconds"] / once["seconds"], 2),
    }


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) == 2 else 100_000), indent=2))
