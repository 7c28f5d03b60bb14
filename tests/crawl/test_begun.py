"""A first run that fails loses nothing: how far back the next one reads counts from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from coroutines import result_of
from crawls import crawled
from replay import replaying
from replayed import told
from scrapy.http import Request
from served import some_posts

from monitor.store import Store
from spiders.base.post import Bookmark
from spiders.mastodon import MastodonOptions, MastodonSpider

pytestmark = pytest.mark.usefixtures("quick_crawls")

NOW = datetime.now(UTC).replace(microsecond=0)
BEGUN = "begun #口罩"


def test_what_grew_old_while_the_first_runs_failed_is_read_by_the_first_that_does_not(
    tmp_path: Path,
) -> None:
    posts = some_posts(90, newest=NOW, apart=timedelta(hours=1))
    with replaying({"mastodon": posts}) as replay:
        [failed] = crawled(tmp_path, told(replay, "mastodon", "403", called="m"))
        with Store(tmp_path / "distress.db") as store:
            began = datetime.fromisoformat(store.posts.marks("m")[BEGUN])
            assert began >= NOW
            store.posts.remember("m", BEGUN, (NOW - timedelta(days=2)).isoformat())
        [run] = crawled(tmp_path, told(replay, "mastodon", called="m", first="1d"))
    assert (failed.outcome, failed.posts_new) == ("blocked", 0)
    assert run.outcome == "ok" and run.posts_new >= 72, "two days since, and one before"


def started(bookmarks: dict[str, str], **keys: object) -> tuple[list[str], datetime]:
    """Return the bookmarks that a start leaves, and back to when its walk reads."""
    options = MastodonOptions.model_validate(
        {"base_url": "https://social.example", "hashtags": "口罩", "first": "1d", **keys}
    )
    spider = MastodonSpider(source="m", options=options, bookmarks=bookmarks)

    async def start() -> list[object]:
        return [one async for one in spider.start()]

    found = result_of(start())
    [walk] = [one.cb_kwargs["walk"] for one in found if isinstance(one, Request)]
    return [one.name for one in found if isinstance(one, Bookmark)], walk.until


def test_only_the_very_first_run_is_remembered_as_such() -> None:
    began = NOW - timedelta(days=3)
    assert started({})[0] == [BEGUN]
    assert started({BEGUN: began.isoformat()}) == ([], began - timedelta(days=1))
    done = {BEGUN: began.isoformat(), "complete #口罩": NOW.isoformat()}
    assert started(done, overlap="1h") == ([], NOW - timedelta(hours=1))


def test_the_operator_may_still_change_how_far_back_it_reads() -> None:
    began = {BEGUN: NOW.isoformat()}
    assert started(began, first="7d")[1] == NOW - timedelta(days=7)


def test_a_begin_that_lies_ahead_is_taken_for_now() -> None:
    ahead = {BEGUN: (NOW + timedelta(days=9)).isoformat()}
    assert started(ahead)[1] <= datetime.now(UTC) - timedelta(days=1)
