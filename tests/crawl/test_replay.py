"""Every spider against the replay server: all posts come, late ones and edits too, and once each.

A source that is killed or late begins again where it has everything, so in the end exactly what
was served is in the store. The crawls of a kind go side by side, once for all tests that read how
they ended.
"""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawls import assert_whole, crawled, wait_for
from forked_crawls import Start
from replay import replaying, services
from replayed import NAMES, Stored, crawled_at_once, logins, side_by_side, stored, told
from served import Served, some_posts

from monitor.crawl import reparse
from monitor.settings import load
from monitor.store import Store
from monitor.types import Run
from spiders.base import available

NOW = datetime.now(UTC).replace(microsecond=0)
MANY = 215  # more than a page of any service, and of none a number of full pages
COUNT = 45  # a few pages of most services; a feed has the newest fifty
# Services that end every walk where they know no more, so that a second run may end sooner.
BY_TIME = [name for name in NAMES if name not in {"feed", "toutiao"}]


@pytest.fixture(scope="module", autouse=True)
def logged_in(quick_crawls: None) -> Iterator[None]:
    """Give the sources their logins."""
    with logins():
        yield


def test_there_is_a_service_for_every_spider_of_the_web() -> None:
    assert set(NAMES) == set(services()) == available().keys() - {"archive"}


# What comes, what comes late, what was edited


@dataclass(frozen=True)
class Followed:
    """A service that was crawled, then had newer posts, an edit and two posts fewer.

    runs: of before, after that, and once more. before, after: what the store held then.
    folder: where the store and its settings are.
    """

    posts: list[Served]
    newer: list[Served]
    edited: Served
    runs: tuple[Run, Run, Run]
    before: Stored
    after: Stored
    folder: Path


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Followed]:
    """Crawl each service three times."""

    base = tmp_path_factory.mktemp("followed")

    def follow(name: str) -> Followed:
        folder = base / name
        folder.mkdir()
        posts = some_posts(COUNT, newest=NOW - timedelta(minutes=30), apart=timedelta(seconds=10))
        late = some_posts(25, newest=NOW, apart=timedelta(seconds=60))
        newer = [replace(post, id=f"{700_000 + number}") for number, post in enumerate(late)]
        edited = replace(posts[2], text="晴川市改过的求助：急需护目镜", long=None, reposted=None)
        with replaying({name: posts}) as replay:
            [first] = crawled(folder, told(replay, name))
            before = stored(folder)
            replay.posts[name] = [*newer, posts[0], edited, *posts[4:]]  # 1 and 3 are gone
            [second] = crawled(folder, told(replay, name))
            after = stored(folder)
            [third] = crawled(folder, told(replay, name))
        return Followed(posts, newer, edited, (first, second, third), before, after, folder)

    return side_by_side(follow, NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_post_served_comes_once_and_whole(name: str, followed: dict[str, Followed]) -> None:
    run, found = followed[name].runs[0], followed[name].before
    assert (run.outcome, run.posts_new, run.message) == ("ok", COUNT, None)
    assert len(found) == COUNT
    for post in followed[name].posts:
        words, author, at = found[post.id]
        assert "".join((post.long or post.text).split()) in "".join(words.split())
        if post.reposted:
            assert post.reposted.text in words
        assert author and post.author in author
        assert at is not None
        assert abs(datetime.fromisoformat(at) - post.posted_at) <= timedelta(minutes=1)


@pytest.mark.parametrize("name", NAMES)
def test_a_late_run_catches_up_and_edits_are_read_again(
    name: str, followed: dict[str, Followed]
) -> None:
    was = followed[name]
    assert (was.runs[1].outcome, was.runs[1].posts_new) == ("ok", len(was.newer))
    assert len(was.after) == COUNT + len(was.newer)
    assert "改过的求助" in was.after[was.edited.id][0]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_known_is_not_new_again(name: str, followed: dict[str, Followed]) -> None:
    again = followed[name].runs[2]
    assert (again.outcome, again.posts_new) == ("empty", 0)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_kept_of_an_answer_is_parsed_again_as_it_was(
    name: str, followed: dict[str, Followed]
) -> None:
    folder = followed[name].folder
    with Store(folder / "distress.db") as store:
        planned = reparse.plan(store, load(folder / "distress.toml"))
    assert (planned.failed, planned.untold, planned.corrections) == (0, {}, ())
    assert planned.posts == len(followed[name].after)


@pytest.fixture(scope="module")
def twice(
    tmp_path_factory: pytest.TempPathFactory, forked_crawl: Start
) -> dict[str, tuple[Run, Run]]:
    """Crawl twice what has many pages, the last of which is not full."""

    folder = tmp_path_factory.mktemp("twice")
    posts = some_posts(MANY, newest=NOW, apart=timedelta(minutes=3))
    with replaying(dict.fromkeys(BY_TIME, posts)) as replay:
        tables = [told(replay, name, first="2d", overlap="30m") for name in BY_TIME]
        first = crawled_at_once(forked_crawl, folder, *tables)
        second = crawled_at_once(forked_crawl, folder, *tables)
    return {name: (first[name], second[name]) for name in BY_TIME}


@pytest.mark.parametrize("name", BY_TIME)
def test_a_second_run_reads_no_further_back_than_it_has_to(
    name: str, twice: dict[str, tuple[Run, Run]]
) -> None:
    first, second = twice[name]
    assert (first.posts_new, second.outcome) == (MANY, "empty")
    assert second.pages < first.pages


# A post whose clock is ahead


@pytest.fixture(scope="module")
def ahead(
    tmp_path_factory: pytest.TempPathFactory, forked_crawl: Start
) -> dict[str, tuple[Run, Run]]:
    """Crawl each service while a post's time is yet to come, and again with a newer post."""

    folder = tmp_path_factory.mktemp("ahead")
    posts = some_posts(3, newest=NOW - timedelta(hours=3))
    odd = replace(posts[0], id="800000", posted_at=NOW + timedelta(hours=20))
    newer = replace(posts[0], id="800001", posted_at=NOW - timedelta(hours=2))
    with replaying(dict.fromkeys(BY_TIME, [odd, *posts])) as replay:
        tables = [told(replay, name, overlap="1m") for name in BY_TIME]
        first = crawled_at_once(forked_crawl, folder, *tables)
        replay.posts = dict.fromkeys(BY_TIME, [odd, newer, *posts])
        second = crawled_at_once(forked_crawl, folder, *tables)
    return {name: (first[name], second[name]) for name in BY_TIME}


@pytest.mark.parametrize("name", BY_TIME)
def test_a_post_from_the_future_hides_none_that_comes_after_it(
    name: str, ahead: dict[str, tuple[Run, Run]]
) -> None:
    first, second = ahead[name]
    assert (first.outcome, second.posts_new) == ("ok", 1)


# When a crawl is killed: after how many pages of which service.
KILLS = (("mastodon", 3), ("weibo", 8), ("mastodon", 2), ("bluesky", 3))


@pytest.mark.parametrize("kills", [KILLS[:2], pytest.param(KILLS, marks=pytest.mark.long)], ids=len)
def test_killed_again_and_again_all_that_is_served_is_there_once(
    tmp_path: Path,
    started: Callable[..., subprocess.Popen[bytes]],
    kills: tuple[tuple[str, int], ...],
) -> None:
    names = ["mastodon", "weibo", "bluesky"]
    posts: dict[str, list[Served]] = {name: some_posts(295, newest=NOW) for name in names}
    with replaying(posts) as replay:
        tables = [told(replay, name, delay=0.1) for name in names]
        for name, pages in kills:
            enough = replay.asked[name] + pages
            running = started(*tables)
            wait_for(lambda name=name, enough=enough: replay.asked[name] >= enough)
            running.kill()
            running.wait()
        runs = crawled(tmp_path, *tables)
    assert {run.outcome for run in runs} <= {"ok", "empty"}
    assert_whole(tmp_path)
    with closing(sqlite3.connect(tmp_path / "distress.db")) as db:
        counts = dict(db.execute("SELECT source, count(*) FROM posts GROUP BY source"))
        [cut] = db.execute("SELECT count(*) FROM runs WHERE outcome = 'cut short'").fetchone()
    assert counts == dict.fromkeys(names, 295)
    assert cut, "no kill came while a source was read"
