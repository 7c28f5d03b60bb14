"""Toutiao searched again: whatever was posted, edited or deleted since, no post is missed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawls import crawled
from replay import Replay, replaying
from replayed import logins, stored, told
from served import Served, some_posts

from monitor.store import Store

pytestmark = pytest.mark.usefixtures("quick_crawls")

NOW = datetime.now(UTC).replace(microsecond=0)
MARK = "complete keyword 口罩"


@pytest.fixture
def replay() -> Iterator[Replay]:
    with logins(), replaying({}) as replay:
        yield replay


class Pages(dict[str, Sequence[Served]]):
    """Posts of the first page asked for, and others from the second on."""

    def __init__(self, first: Sequence[Served], then: Sequence[Served]) -> None:
        super().__init__(toutiao=first)
        self._next = iter([first])
        self._then = then

    def get(self, name: str, default: object = None) -> Sequence[Served]:  # type: ignore[override]
        return next(self._next, self._then)


def bookmarks(folder: Path) -> dict[str, str]:
    """Return what is remembered of the search, but when it was first asked for."""
    with Store(folder / "distress.db") as store:
        kept = store.posts.marks("toutiao")
    return {name: value for name, value in kept.items() if name != "begun keyword 口罩"}


def test_new_posts_are_found_wherever_they_stand_and_edits_too(
    replay: Replay, tmp_path: Path
) -> None:
    posts = some_posts(70, newest=NOW - timedelta(days=30), apart=timedelta(days=1))
    replay.posts["toutiao"] = posts
    [first] = crawled(tmp_path, told(replay, "toutiao"))
    assert (first.outcome, first.posts_new, first.pages) == ("ok", 70, 4)
    late = [
        replace(post, id=f"{700_000 + number}")
        for number, post in enumerate(some_posts(9, newest=NOW, apart=timedelta(days=20)))
    ]
    edited = replace(posts[-1], text="晴川市改过的求助：急需护目镜", long=None, reposted=None)
    # One late post behind every seventh of the old; those and one more are gone.
    mixed = [*posts[1:-1], edited]
    for number, post in enumerate(late):
        mixed[number * 7] = post
    gone = {post.id for post in posts} - {post.id for post in mixed}
    replay.posts["toutiao"] = mixed
    [second] = crawled(tmp_path, told(replay, "toutiao"))
    assert (second.outcome, second.posts_new) == ("ok", len(late))
    found = stored(tmp_path)
    assert found.keys() == {post.id for post in mixed} | gone
    assert "改过的求助" in found[edited.id][0]
    [third] = crawled(tmp_path, told(replay, "toutiao"))
    assert (third.outcome, third.posts_known) == ("empty", len(mixed))


def test_a_post_that_slips_by_between_two_pages_comes_with_the_next_run(
    replay: Replay, tmp_path: Path
) -> None:
    posts = some_posts(60, newest=NOW)
    # Posts of the first page are deleted, so the others move up while the second is asked for.
    left = [post for number, post in enumerate(posts) if number not in {0, 3, 6, 9}]
    replay.posts = Pages(posts, left)
    crawled(tmp_path, told(replay, "toutiao"))
    missed = {post.id for post in left} - stored(tmp_path).keys()
    assert missed, "nothing slipped by, so this test tells nothing"
    [second] = crawled(tmp_path, told(replay, "toutiao"))
    assert second.posts_new == len(missed)
    assert {post.id for post in left} <= stored(tmp_path).keys()


def test_a_search_read_to_its_end_is_remembered_by_its_newest_post(
    replay: Replay, tmp_path: Path
) -> None:
    posts = some_posts(45, newest=NOW)
    ahead = replace(posts[7], posted_at=NOW + timedelta(days=1))  # a clock that is ahead
    replay.posts["toutiao"] = [*posts[:7], ahead, *posts[8:]]
    crawled(tmp_path, told(replay, "toutiao"))
    assert bookmarks(tmp_path) == {MARK: NOW.isoformat()}


@pytest.mark.parametrize("failing", ["login", "no-rows", "cut"])
def test_a_search_that_fails_remembers_nothing(
    failing: str, replay: Replay, tmp_path: Path
) -> None:
    replay.posts["toutiao"] = some_posts(45, newest=NOW)
    crawled(tmp_path, told(replay, "toutiao", failing))
    assert bookmarks(tmp_path) == {}


def test_too_few_pages_are_told_truly_and_not_taken_for_all(replay: Replay, tmp_path: Path) -> None:
    replay.posts["toutiao"] = some_posts(45, newest=NOW)
    [short] = crawled(tmp_path, told(replay, "toutiao", pages=2))
    assert (short.outcome, short.posts_new) == ("cut short", 40)
    assert short.message is not None
    assert "keyword 口罩: 2 pages were read and there are more" in short.message
    assert bookmarks(tmp_path) == {}
    [whole] = crawled(tmp_path, told(replay, "toutiao", pages=3))
    assert (whole.outcome, whole.posts_new) == ("ok", 5)
    assert bookmarks(tmp_path) == {MARK: NOW.isoformat()}
