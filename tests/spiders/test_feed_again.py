"""A feed read again: it holds only the newest posts, so what came between may be missing."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from crawls import crawled
from feeds import URL, rss
from replay import replaying
from replayed import logins, told
from scrapy.http import Request, Response
from served import some_posts

from spiders.base.post import Bookmark
from spiders.base.trouble import Trouble
from spiders.feed import FeedOptions, FeedSpider

pytestmark = pytest.mark.usefixtures("quick_crawls")

COMPLETE = f"complete {URL}"


def again(before: str | None, *times: str, body: str = "") -> tuple[list[str], str | None]:
    """Return the troubles of a feed with posts of these times, and up to when it is then read."""
    items = (
        f"<guid>https://e.org/{n}</guid><description>缺口罩{n}</description>"
        f"<pubDate>Wed, 11 Feb 2026 {time}:00 GMT</pubDate>"
        for n, time in enumerate(times)
    )
    bookmarks = {COMPLETE: f"2026-02-11T{before}:00+00:00"} if before else {}
    answer = Response(
        URL, body=(body or rss(*items)).encode(), request=Request(URL, meta={"feed": URL})
    )
    spider = FeedSpider(source="f", options=FeedOptions(urls=(URL,)), bookmarks=bookmarks)
    found = list(spider.parse(answer))
    troubles = [one.outcome for one in found if isinstance(one, Trouble)]
    done = [one.value for one in found if isinstance(one, Bookmark) and one.name == COMPLETE]
    return troubles, done[0][11:16] if done else None


def test_a_feed_whose_posts_are_all_newer_than_what_was_read_is_cut_short() -> None:
    assert again("08:00", "10:00", "09:00") == (["cut short"], "10:00")


def test_a_feed_that_reaches_back_to_what_was_read_is_whole() -> None:
    assert again("08:00", "10:00", "08:00") == ([], "10:00")
    assert again("08:00", "10:00", "07:00") == ([], "10:00")


def test_the_first_time_nothing_can_be_missing() -> None:
    assert again(None, "10:00", "09:00") == ([], "10:00")


def test_a_feed_without_news_is_remembered_as_it_was() -> None:
    assert again("10:00", "10:00", "09:00") == ([], None)
    assert again("10:00") == ([], None)


def test_a_post_without_a_time_tells_that_nothing_is_known_to_be_missing() -> None:
    assert again("08:00", "10:00", "no") == ([], "10:00")


def test_a_busy_feed_says_what_may_be_missing_and_the_next_run_is_well(tmp_path: Path) -> None:
    # Past for whoever reads it, whatever part of a second clocks differ by.
    late = datetime.now().astimezone().replace(microsecond=0) - timedelta(seconds=1)
    few = some_posts(20, newest=late - timedelta(hours=9))
    many = some_posts(80, newest=late, apart=timedelta(minutes=2))
    with logins(), replaying({"feed": few}) as replay:
        feed = told(replay, "feed")
        [first] = crawled(tmp_path, feed)
        replay.posts["feed"] = [*many, *few]
        [second] = crawled(tmp_path, feed)
        [third] = crawled(tmp_path, feed)
    assert [run.outcome for run in (first, second, third)] == ["ok", "cut short", "empty"]
    assert "Read it more often" in (second.message or "") and second.posts_new == 50 - 20
