"""That nothing comes is no proof that nothing is there; what is gone at its source is marked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from forked_crawls import Start
from replay import replaying
from replayed import NAMES, crawled_at_once, logins, told
from served import Served, some_posts

from monitor.store import Store
from monitor.types import Run
from spiders.base.post import Post, Reread

NOW = datetime.now(UTC).replace(microsecond=0)
BY_TIME = [name for name in NAMES if name not in {"feed", "toutiao"}]
# Whose pages end by themselves where they know no more: s.weibo.com is asked for hours.
ENDLESS = [name for name in BY_TIME if name != "weibo_html"]


@pytest.fixture(scope="module", autouse=True)
def logged_in(quick_crawls: None) -> Iterator[None]:
    """Give the sources their logins."""
    with logins():
        yield


def gone(folder: Path, source: str) -> dict[str, str]:
    """Return by the last part of their ids the posts that are gone, with when that was seen."""
    query = "SELECT source_id, gone_at FROM posts WHERE source = ? AND gone_at IS NOT NULL"
    with closing(sqlite3.connect(folder / "distress.db")) as db:
        rows = db.execute(query, [source]).fetchall()
    return {row[0].split(":")[-1].split("/")[-1]: row[1] for row in rows}


@dataclass(frozen=True)
class Watched:
    """Services whose posts went and came: the runs, and what was gone after each."""

    posts: list[Served]
    runs: tuple[dict[str, Run], ...]
    after: tuple[dict[str, dict[str, str]], ...]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, forked_crawl: Start) -> Watched:
    """Crawl each service; take posts away; give one back; show nothing of what is known."""
    folder = tmp_path_factory.mktemp("absence")
    posts = some_posts(45, newest=NOW - timedelta(minutes=30), apart=timedelta(minutes=1))
    far = some_posts(3, newest=NOW, apart=timedelta(minutes=1))
    fresh = [Served(f"{800_000 + n}", p.text, p.author, p.posted_at) for n, p in enumerate(far)]
    served = [
        posts,
        [posts[1], *posts[3:6], *posts[7:]],  # the newest, the third and the seventh went
        [posts[1], *posts[2:6], *posts[7:]],  # the third is back
        fresh,
    ]
    runs, after = [], []
    with replaying({}) as replay:
        tables = [told(replay, name, overlap="20m") for name in BY_TIME]
        for now in served:
            replay.posts = dict.fromkeys(BY_TIME, now)
            runs.append(crawled_at_once(forked_crawl, folder, *tables))
            after.append({name: gone(folder, name) for name in BY_TIME})
    return Watched(posts, tuple(runs), tuple(after))


@pytest.mark.parametrize("name", BY_TIME)
def test_a_post_that_is_gone_on_a_re_read_is_marked_with_when(name: str, watched: Watched) -> None:
    first, second = (now[name] for now in watched.after[:2])
    assert not first
    assert set(second) == {watched.posts[number].id for number in (0, 2, 6)}
    assert all(datetime.fromisoformat(at) >= NOW for at in second.values())


@pytest.mark.parametrize("name", BY_TIME)
def test_one_that_comes_again_is_not_gone(name: str, watched: Watched) -> None:
    third = watched.after[2][name]
    assert set(third) == {watched.posts[number].id for number in (0, 6)}


@pytest.mark.parametrize("name", ENDLESS)
def test_pages_that_end_before_what_is_known_are_cut_short_and_nothing_is_gone(
    name: str, watched: Watched
) -> None:
    run = watched.runs[3][name]
    assert run.outcome == "cut short" and "are known" in (run.message or "")
    assert run.posts_new == 3
    assert watched.after[3][name].keys() == watched.after[2][name].keys()


@pytest.mark.parametrize(
    ("name", "full"), [("mastodon", 40), ("bluesky", 100), ("telegram", 20), ("weibo", 10)]
)
def test_a_full_page_with_an_empty_one_behind_it_is_suspect_on_a_first_run_too(
    name: str, full: int, tmp_path: Path, forked_crawl: Start
) -> None:
    posts = some_posts(full, newest=NOW, apart=timedelta(minutes=1))
    with replaying({name: posts}) as replay:
        # These tell the end by an empty page, as the others always do.
        manner = {"mastodon": "no-link", "bluesky": "further"}.get(name)
        run = crawled_at_once(forked_crawl, tmp_path, told(replay, name, manner))
    assert run[name].outcome == "cut short", run[name].message
    assert run[name].posts_new == full
    with Store(tmp_path / "distress.db") as store:
        assert store.posts.complete() == []


def test_only_the_walk_and_time_that_were_read_again_are_judged(tmp_path: Path) -> None:
    def post(number: int, walk: str, hour: int) -> Post:
        at = datetime(2020, 2, 12, hour, tzinfo=UTC)
        return Post(source_id=f"{number}", text="缺口罩", posted_at=at, walk=walk)

    with Store(tmp_path / "distress.db") as store:
        posts = [
            post(1, "a", 3),
            post(2, "a", 5),
            post(3, "a", 6),
            post(4, "b", 5),
            post(5, "a", 9),
        ]
        store.posts.save("s", posts, run_id=None)
        since, until = (datetime(2020, 2, 12, hour, tzinfo=UTC) for hour in (4, 8))
        reread = Reread(walk="a", since=since, until=until, ids=frozenset({"3"}))
        assert store.posts.mark_gone("s", reread) == 1
        assert store.posts.mark_gone("s", reread) == 0
        missing = {one.source_id: one.gone_at for one in next(iter(store.posts.unread()))}
        assert [number for number, at in missing.items() if at] == ["2"]
        store.posts.save("s", [post(2, "b", 5)], run_id=None)
        assert store.posts.mark_gone("s", reread) == 0, "another walk gives it"
