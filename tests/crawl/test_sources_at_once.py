"""Sources are crawled side by side, but those of one spider, which ask the same hosts, are not."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import pytest
from crawls import RSS, crawled, source
from web import Answer, listening

pytestmark = pytest.mark.usefixtures("quick_crawls")
OUTBOX = b"[]"


class Hosts:
    """Answers of a feed and of a Mastodon; `most`: how many of one were asked for at once.

    The first request of each waits until the other is there, too.
    """

    def __init__(self) -> None:
        self.met = threading.Barrier(2)
        self.here: dict[str, int] = {"feed": 0, "mastodon": 0}
        self.most = 0
        self._lock = threading.Lock()
        self._waited: set[str] = set()

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        kind = "mastodon" if "/api/" in target else "feed"
        with self._lock:
            self.here[kind] += 1
            self.most = max(self.most, self.here[kind])
            first = kind not in self._waited
            self._waited.add(kind)
        if first:
            self.met.wait(60)
        with self._lock:
            self.here[kind] -= 1
        if kind == "mastodon":
            return Answer(OUTBOX, headers={"Content-Type": "application/json"})
        return Answer(RSS, headers={"Content-Type": "application/rss+xml"})


def tables(address: str) -> list[str]:
    return [
        source("one", "feed", urls=[f"{address}/1.xml"], obey_robots=False),
        source("two", "feed", urls=[f"{address}/2.xml"], obey_robots=False),
        source("three", "mastodon", base_url=address, hashtags=["口罩"], obey_robots=False),
    ]


def test_hosts_are_asked_side_by_side_and_each_by_one_source(tmp_path: Path) -> None:
    hosts = Hosts()
    with listening(hosts.answer) as address:
        runs = crawled(tmp_path, *tables(address))
    assert [run.source for run in runs] == ["one", "two", "three"]
    assert not hosts.met.broken, "one waited for the other to end"
    assert hosts.most == 1
    assert [run.posts_new for run in runs] == [1, 1, 0]


def test_one_at_a_time_where_the_settings_say_so(tmp_path: Path) -> None:
    hosts = Hosts()
    hosts.met = threading.Barrier(1)
    with listening(hosts.answer) as address:
        runs = crawled(tmp_path, "crawl.at_once = 1", *tables(address))
    assert [run.source for run in runs] == ["one", "two", "three"]
    assert all(run.ended_at <= later.started_at for run, later in itertools.pairwise(runs))
