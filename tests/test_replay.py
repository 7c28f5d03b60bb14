"""Every spider against the replay server: all posts come, edits too, and each failing has its word.

A source that is killed, late or refused begins again where it has everything, so in the end
exactly what was served is in the store.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from replay import FAILINGS, Replay, replaying, services
from served import Served, some_posts
from test_crawl import HERE, assert_whole, crawled, source

from spiders.base import available

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
NOW = datetime.now(UTC).replace(microsecond=0)
COUNT = 45  # a few pages of most services; a feed has the newest fifty


@pytest.fixture
def replay(monkeypatch: pytest.MonkeyPatch) -> Iterator[Replay]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    with replaying({}) as replay:
        yield replay


def told(replay: Replay, name: str, failing: str | None = None, **keys: object) -> str:
    """Return a source's table that reads a service of the replay server."""
    base = replay.base_url(name, failing)
    where: dict[str, object] = {"base_url": base}
    if name == "feed":
        where = {"urls": [f"{base}/feed.xml"]}
    return source(name, name, **{"allow_private": True, "obey_robots": False, **TOLD[name],
                                 **where, **keys})  # fmt: skip


def stored(folder: Path) -> dict[str, tuple[str, str | None, str | None]]:
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


def test_there_is_a_service_for_every_spider_of_the_web() -> None:
    assert set(NAMES) == set(services()) == available().keys() - {"archive"}


@pytest.mark.parametrize("name", NAMES)
def test_every_post_served_comes_once_and_whole(name: str, replay: Replay, tmp_path: Path) -> None:
    posts = some_posts(COUNT, newest=NOW)
    replay.posts[name] = posts
    [run] = crawled(tmp_path, told(replay, name))
    assert (run.outcome, run.posts_new, run.message) == ("ok", COUNT, None)
    found = stored(tmp_path)
    assert len(found) == COUNT
    for post in posts:
        words, author, at = found[post.id]
        assert "".join((post.long or post.text).split()) in "".join(words.split())
        if post.reposted:
            assert post.reposted.text in words
        assert author and post.author in author
        assert at is not None
        assert abs(datetime.fromisoformat(at) - post.posted_at) <= timedelta(minutes=1)


@pytest.mark.parametrize("name", NAMES)
def test_a_late_run_catches_up_and_edits_are_read_again(
    name: str, replay: Replay, tmp_path: Path
) -> None:
    posts = some_posts(COUNT, newest=NOW - timedelta(minutes=30), apart=timedelta(seconds=10))
    replay.posts[name] = posts
    crawled(tmp_path, told(replay, name))
    newer = [
        replace(post, id=f"{700_000 + number}")
        for number, post in enumerate(some_posts(25, newest=NOW, apart=timedelta(seconds=60)))
    ]
    edited = replace(posts[2], text="晴川市改过的求助：急需护目镜", long=None, reposted=None)
    replay.posts[name] = [*newer, posts[0], edited, *posts[4:]]  # posts 1 and 3 are gone
    [run] = crawled(tmp_path, told(replay, name))
    assert run.outcome == "ok"
    assert run.posts_new == len(newer)
    found = stored(tmp_path)
    assert len(found) == COUNT + len(newer)
    assert "改过的求助" in found[edited.id][0]
    [again] = crawled(tmp_path, told(replay, name))
    assert (again.outcome, again.posts_new) == ("empty", 0)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"feed", "toutiao"}])
def test_a_second_run_reads_no_further_back_than_it_has_to(
    name: str, replay: Replay, tmp_path: Path
) -> None:
    replay.posts[name] = some_posts(400, newest=NOW, apart=timedelta(minutes=3))
    [first] = crawled(tmp_path, told(replay, name, first="2d", overlap="30m"))
    [second] = crawled(tmp_path, told(replay, name, first="2d", overlap="30m"))
    assert first.posts_new == 400
    assert second.outcome == "empty"
    assert second.pages < first.pages


@pytest.mark.parametrize("name", NAMES)
def test_each_way_of_failing_has_its_word_and_touches_no_other_source(
    name: str, replay: Replay, tmp_path: Path
) -> None:
    posts = some_posts(12, newest=NOW)
    replay.posts = dict.fromkeys(services(), posts)
    # What all share is tried on one service of each kind: data, pages, feeds.
    shared = FAILINGS if name in {"weibo", "telegram", "feed"} else {"403": "blocked"}
    ways = {**shared, "cut": FAILINGS["cut"], **services()[name].FAILINGS}
    tables = []
    for failing in ways:
        limit = {"time_limit": "4s"} if failing == "slow" else {}
        tables.append(told(replay, name, failing, **limit).replace(f'"{name}"', f'"{failing}"', 1))
    other = told(replay, "feed").replace('"feed"', '"other"', 1)
    ended = {run.source: run for run in crawled(tmp_path, *tables, other)}
    assert (ended["other"].outcome, ended["other"].posts_new) == ("ok", len(posts))
    wrong = {
        way: (ended[way].outcome, outcome, ended[way].message)
        for way, outcome in ways.items()
        if ended[way].outcome != outcome
    }
    assert wrong == {}
    # Once the service is well again, what a failing source had missed is there.
    well = [told(replay, name).replace(f'"{name}"', f'"{way}"', 1) for way in ("403", "cut")]
    for run in crawled(tmp_path, *well):
        assert run.posts_new + ended[str(run.source)].posts_new == len(posts)


def test_killed_ten_times_all_that_is_served_is_there_once(replay: Replay, tmp_path: Path) -> None:
    names = ["mastodon", "weibo", "bluesky"]
    posts: dict[str, list[Served]] = {name: some_posts(300, newest=NOW) for name in names}
    replay.posts.update(posts)
    tables = [told(replay, name, delay=0.02) for name in names]
    (tmp_path / "distress.toml").write_text("crawl.retries = 1\n" + "\n".join(tables), "utf-8")
    code = (
        f"import sys; sys.path[:0] = [{str(HERE)!r}]\n"
        "from pathlib import Path\n"
        "from monitor.crawl import crawl\n"
        "from monitor.settings import load\n"
        "crawl(load(Path(sys.argv[1])))\n"
    )
    chance = random.Random(4)
    for _ in range(10):
        running = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "distress.toml")])
        time.sleep(chance.uniform(1.0, 4.0))
        running.kill()
        running.wait()
    runs = crawled(tmp_path, *tables)
    assert {run.outcome for run in runs} <= {"ok", "empty"}
    assert_whole(tmp_path)
    with closing(sqlite3.connect(tmp_path / "distress.db")) as db:
        counts = dict(db.execute("SELECT source, count(*) FROM posts GROUP BY source"))
    assert counts == dict.fromkeys(names, 300)
