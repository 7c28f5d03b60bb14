"""One server's manner is not the protocol: every dialect of Mastodon's API comes once and whole.

Where a server does not show all of it, the run says `cut short` and the next reads it again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from forked_crawls import Start
from replay import Replay, replaying
from replayed import crawled_at_once, logins, stored, told
from served import Served, some_posts

from monitor.types import Run

NOW = datetime.now(UTC).replace(microsecond=0)
COUNT = 405
ASKED: dict[str, dict[str, object]] = {
    "hashtag": {},
    "search": {"hashtags": [], "words": ["口罩"]},
    "timeline": {"hashtags": [], "timelines": ["public"]},
}
WHOLE = [(asked, way) for asked in ASKED for way in ("offset", "max-id", "same-again", "new-ids")]
PART = [(asked, "first-page") for asked in ASKED]


@pytest.fixture(scope="module", autouse=True)
def logged_in(quick_crawls: None) -> Iterator[None]:
    """Give the sources their logins."""
    with logins():
        yield


def posts() -> list[Served]:
    return some_posts(COUNT, newest=NOW, apart=timedelta(seconds=30))


def table(replay: Replay, asked: str, way: str) -> str:
    dialect = None if way == "offset" else way  # which is how the server speaks by itself
    return told(replay, "mastodon", dialect, called=f"{asked} {way}", **ASKED[asked])


@pytest.fixture(scope="module")
def crawls(
    tmp_path_factory: pytest.TempPathFactory, forked_crawl: Start
) -> tuple[dict[str, Run], dict[str, Run], Path]:
    """Crawl each dialect twice, each of its lists by a source of its own."""
    folder = tmp_path_factory.mktemp("dialects")
    with replaying({"mastodon": posts()}) as replay:
        tables = [table(replay, asked, way) for asked, way in [*WHOLE, *PART]]
        return (
            crawled_at_once(forked_crawl, folder, *tables),
            crawled_at_once(forked_crawl, folder, *tables),
            folder,
        )


def rows(folder: Path, source: str) -> list[tuple[str, str, str]]:
    query = "SELECT source_id, text, coalesce(reposted_text, '') FROM posts WHERE source = ?"
    with closing(sqlite3.connect(folder / "distress.db")) as db:
        return db.execute(query, [source]).fetchall()


@pytest.mark.parametrize(("asked", "way"), WHOLE)
def test_every_served_post_comes_once_and_whole(
    asked: str, way: str, crawls: tuple[dict[str, Run], dict[str, Run], Path]
) -> None:
    first, second, folder = crawls
    run = first[f"{asked} {way}"]
    assert (run.outcome, run.posts_new, run.message) == ("ok", COUNT, None)
    again = second[f"{asked} {way}"]
    assert (again.outcome, again.posts_new, again.message) == ("empty", 0, None)
    there = {row[0].rpartition("/")[2]: row[1:] for row in rows(folder, f"{asked} {way}")}
    for post in posts():
        own, reposted = there[post.id]
        assert "".join((post.long or post.text).split()) in "".join(own.split())
        assert reposted == (post.reposted.text if post.reposted else "")


@pytest.mark.parametrize(("asked", "way"), PART)
def test_a_server_that_shows_its_first_page_alone_is_cut_short_and_stays_so(
    asked: str, way: str, crawls: tuple[dict[str, Run], dict[str, Run], Path]
) -> None:
    first, second, _ = crawls
    for run in (first[f"{asked} {way}"], second[f"{asked} {way}"]):
        assert run.outcome == "cut short" and "full page of 40" in (run.message or "")
    assert first[f"{asked} {way}"].posts_new == 40


def test_an_id_that_changes_with_an_edit_makes_no_second_post(
    tmp_path: Path, forked_crawl: Start
) -> None:
    few = some_posts(5, newest=NOW)
    edited = replace(few[1], text="晴川市改过的求助：急需护目镜")
    with replaying({"mastodon": few}) as replay:
        table = told(replay, "mastodon", "new-ids")
        crawled_at_once(forked_crawl, tmp_path, table)
        replay.posts["mastodon"] = [few[0], edited, *few[2:]]
        again = crawled_at_once(forked_crawl, tmp_path, table)["mastodon"]
    assert again.posts_new == 0
    kept = stored(tmp_path)
    assert len(kept) == 5 and "改过的求助" in kept[edited.id][0]


def test_an_unused_hashtag_leaves_the_others_their_posts(
    tmp_path: Path, forked_crawl: Start
) -> None:
    """Errors come as web pages to who asks for web pages; a spider of data asks for data."""
    with replaying({"mastodon": some_posts(5, newest=NOW)}) as replay:
        run = crawled_at_once(forked_crawl, tmp_path, told(replay, "mastodon", "unknown-tag"))[
            "mastodon"
        ]
    assert (run.outcome, run.message) == ("empty", None)


@pytest.mark.parametrize(
    ("way", "outcome", "words"),
    [("no-chinese", "changed", "#求助, which stands in its public timeline"),
     ("no-tags", "empty", "answers [] and nothing else")],
)  # fmt: skip
def test_a_server_that_answers_nothing_to_chinese_hashtags_is_told_as_such(
    tmp_path: Path, forked_crawl: Start, way: str, outcome: str, words: str
) -> None:
    with replaying({"mastodon": some_posts(5, newest=NOW)}) as replay:
        run = crawled_at_once(forked_crawl, tmp_path, told(replay, "mastodon", way))["mastodon"]
    assert run.outcome == outcome and words in (run.message or "")
