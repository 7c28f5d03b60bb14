"""Sources that read the replay server, and what a crawl of them left in the store."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from crawls import source
from forked_crawls import Start
from replay import Replay

from monitor.store import Store
from monitor.types import Run

# What a source of each spider is told to find all posts of the replay server.
TOLD: dict[str, dict[str, object]] = {
    "weibo": {"keywords": ["口罩"]},
    "weibo_html": {"keywords": ["口罩"]},
    "toutiao": {"keywords": ["口罩"]},
    "mastodon": {"hashtags": ["口罩"]},
    "bluesky": {"words": ["口罩"]},
    "telegram": {"channels": ["qingwen"]},
    "feed": {},
}
NAMES = sorted(TOLD)
SECRETS = {
    "WEIBO_COOKIE": "SUB=replay",
    "TOUTIAO_COOKIE": "tt_webid=1",
    "BLUESKY_HANDLE": "qingwen.test",
    "BLUESKY_APP_PASSWORD": "abcd-efgh-ijkl-mnop",
    "MASTODON_TOKEN": "replay",
}
Key = TypeVar("Key")
Made = TypeVar("Made")
Stored = dict[str, tuple[str, str | None, str | None]]


@contextmanager
def logins() -> Iterator[None]:
    """Set the cookies, tokens and passwords that the services ask for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        for name, value in SECRETS.items():
            patch.setenv(name, value)
        yield


def side_by_side(make: Callable[[Key], Made], keys: Iterable[Key]) -> dict[Key, Made]:
    """Return what is made of each key; crawls mostly wait, for answers or for their process."""
    keys = list(keys)
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(keys, pool.map(make, keys), strict=True))


def told(
    replay: Replay, name: str, failing: str | None = None, *, called: str = "", **keys: object
) -> str:
    """Return a source's table that reads a service of the replay server.

    called: the source's name, where it is not the service's.
    """
    base = replay.base_url(name, failing)
    where: dict[str, object] = {"base_url": base}
    if name == "feed":
        where = {"urls": [f"{base}/feed.xml"]}
    return source(called or name, name, **{"obey_robots": False, **TOLD[name], **where, **keys})


def stored(folder: Path) -> Stored:
    """Return words, author and time of every post in the store by the last part of its id."""
    with closing(sqlite3.connect(folder / "distress.db")) as db:
        rows = db.execute(
            "SELECT source_id, text, coalesce(reposted_text, ''), author, posted_at FROM posts"
        ).fetchall()
    found = {
        row[0].split(":")[-1].split("/")[-1]: ("".join((row[1], row[2])), row[3], row[4])
        for row in rows
    }
    assert len(found) == len(rows)
    return found


def crawled_at_once(start: Start, folder: Path, *tables: str) -> dict[str, Run]:
    """Crawl sources at once in one process, for tests of what answers mean; return the runs.

    start: the fixture forked_crawl.
    """
    file = folder / "distress.toml"
    file.write_text("crawl.retries = 1\n" + "\n".join(tables), "utf-8")
    with open(os.devnull, "rb") as nothing:
        assert start(nothing.fileno(), folder, file).wait() == 0
    with Store(folder / "distress.db") as store:
        return store.runs.latest("crawl")
