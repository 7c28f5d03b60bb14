"""Crawling: real processes read real files and a real web server into a real store."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from crawls import RSS, assert_whole, children, count, crawled, posts_file, source, texts, wait_for
from scrapy.exceptions import DownloadConnectionRefusedError
from scrapy.http import Request, Response
from web import Answer, Web

from monitor.crawl.endings import of_exception, of_status, outcome_of
from monitor.errors import UnknownNameError
from monitor.store import Store
from spiders.base.post import Post

# What a crawl's own process does by itself is shown by those that are `started`.
pytestmark = pytest.mark.usefixtures("quick_crawls")


def test_an_archive_is_read_once_and_the_second_time_nothing_is_new(tmp_path: Path) -> None:
    posts_file(tmp_path / "posts.jsonl", 1200)
    with (tmp_path / "posts.jsonl").open("a") as file:
        file.write('broken\n{"id": "x"}\n')
    [run] = crawled(tmp_path, source("day", path="posts.jsonl"))
    assert (run.outcome, run.posts_new, run.posts_set_aside, run.pages) == ("ok", 1200, 2, 0)
    assert run.newest_post_at is not None and run.newest_post_at.timestamp() == 1581489000 + 1199
    [again] = crawled(tmp_path, source("day", path="posts.jsonl"))
    assert (again.outcome, again.posts_new, again.posts_known) == ("empty", 0, 0)
    with Store(tmp_path / "distress.db") as store:
        assert [row.place for _, row in store.posts.list_set_aside()] == [
            "posts.jsonl:1201",
            "posts.jsonl:1202",
        ]


def test_hostile_words_reach_the_store_as_they_are(tmp_path: Path, store: Store) -> None:
    words = [
        "<script>alert(1)</script>",
        "=HYPERLINK(1)",
        "tab\t and line\n end",
        "\u202eright to left\u200f",
        "口罩😷👩‍⚕️",
        "口" * 100_000,
    ]
    # The spider's own tests show that they come so far.
    all_words = enumerate([*words, "half \ud83d pair"])
    store.posts.save("day", [Post(source_id=str(n), text=t) for n, t in all_words], run_id=None)
    *arrived, half = texts(tmp_path).values()
    assert arrived == words
    assert half == "half ? pair"  # SQLite holds UTF-8, which has no half pairs


def test_one_failing_source_stops_no_other(tmp_path: Path, web: Web) -> None:
    posts_file(tmp_path / "posts.jsonl", 3)
    gone = web.address.rsplit(":", 1)[0] + ":1/rss"
    forbidden = web.serve("/403", Answer(status=403))
    runs = crawled(
        tmp_path,
        source("missing", path="nowhere.jsonl"),
        source("web", "feed", urls=[forbidden, gone]),
        source("off", path="posts.jsonl", enabled=False),
        source("good", path="posts.jsonl"),
    )
    assert {run.source: run.outcome for run in runs} == {
        "missing": "unreachable",
        "web": "blocked",
        "good": "ok",
    }
    messages = {run.source: run.message or "" for run in runs}
    assert "nowhere.jsonl" in messages["missing"]
    assert messages["web"] == f"answered 403 ({forbidden}) (and 1 more)"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, None), (304, None), (401, "login needed"), (403, "blocked"), (404, "changed"),
     (418, "blocked"), (429, "blocked"), (432, "blocked"), (500, "unreachable")],
)  # fmt: skip
def test_a_status_is_told_in_one_word(status: int, outcome: str | None) -> None:
    trouble = of_status(Response("https://e.org/feed", status=status))
    assert (trouble and trouble.outcome) == outcome


def test_a_server_that_is_not_there_is_unreachable() -> None:
    request = Request("https://e.org/feed")
    trouble = of_exception(request, DownloadConnectionRefusedError("refused"))
    assert (trouble.outcome, trouble.message) == (
        "unreachable",
        "nobody answers there: the connection was refused (https://e.org/feed)",
    )


def test_an_archive_of_which_nothing_can_be_read_is_not_called_ok() -> None:
    outcome, message = outcome_of([], read=0, changes=0, set_aside=3)
    assert outcome == "changed" and "none of 3 rows" in (message or "")


def test_robots_txt_is_obeyed_unless_the_source_says_otherwise(tmp_path: Path, web: Web) -> None:
    web.serve("/robots.txt", Answer(b"User-agent: *\nDisallow: /private"))
    url = web.serve("/private/rss", Answer(RSS))
    [refused] = crawled(tmp_path, source("feed", "feed", urls=[url]))
    assert refused.outcome == "blocked" and "robots.txt" in (refused.message or "")
    assert not web.asked_for("/private/rss")
    [read] = crawled(tmp_path, source("feed", "feed", urls=[url], obey_robots=False))
    assert (read.outcome, read.posts_new) == ("ok", 1)
    assert "distress-signal-monitor" in web.asked_for("/private/rss")[0].headers["user-agent"]


def test_a_busy_server_is_asked_again_after_the_time_it_names(tmp_path: Path, web: Web) -> None:
    busy = Answer(status=503, headers={"Retry-After": "1"})
    url = web.serve("/rss", busy, Answer(RSS))
    [run] = crawled(tmp_path, source("feed", "feed", urls=[url]))
    assert (run.outcome, run.posts_new, run.pages) == ("ok", 1, 1)
    first, second = web.asked_for("/rss")
    assert second.at - first.at >= 1


def test_a_source_that_takes_too_long_is_cut_short(tmp_path: Path, web: Web) -> None:
    quick = web.serve("/quick", Answer(RSS))
    slow = web.serve("/slow", Answer(RSS, wait=300))
    [run] = crawled(tmp_path, source("feed", "feed", urls=[quick, slow], time_limit="15s"))
    assert run.outcome == "cut short" and "time_limit" in (run.message or "")
    assert run.posts_new == 1, "what came before is kept"


def test_an_unknown_source_is_named_with_the_choices(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="no source 'dya'; there are: day"):
        crawled(tmp_path, source("day", path="posts.jsonl"), names=["dya"])


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="/proc tells the child's number")
def test_a_killed_crawl_leaves_the_store_whole_and_the_next_completes(
    tmp_path: Path, started: Callable[..., subprocess.Popen[bytes]]
) -> None:
    posts_file(tmp_path / "posts.jsonl", 8_000)
    day = source("day", path="posts.jsonl")
    parent = started(day)
    wait_for(lambda: count(tmp_path) >= 1000)
    os.kill(children(parent.pid)[0], signal.SIGKILL)
    assert parent.wait(120) == 0
    assert_whole(tmp_path)
    kept = count(tmp_path)
    assert 1000 <= kept < 8_000
    with Store(tmp_path / "distress.db") as store:
        cut = store.runs.get(1)
    assert (cut.outcome, cut.posts_new) == ("cut short", kept), "the run tells how far it came"
    assert "SIGKILL" in (cut.message or "")
    [run] = crawled(tmp_path, day)
    assert (run.outcome, run.posts_new, run.posts_known) == ("ok", 8_000 - kept, kept)
    assert count(tmp_path) == 8_000


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="/proc tells the child's number")
def test_a_crawl_ends_with_the_program_that_started_it(
    tmp_path: Path, started: Callable[..., subprocess.Popen[bytes]]
) -> None:
    posts_file(tmp_path / "posts.jsonl", 100_000)
    parent = started(source("day", path="posts.jsonl"))
    wait_for(lambda: count(tmp_path) >= 500)
    [child] = children(parent.pid)
    parent.kill()
    wait_for(lambda: not Path(f"/proc/{child}").exists())
    assert_whole(tmp_path)
    with Store(tmp_path / "distress.db") as store:
        cut = store.runs.get(1)
    assert (cut.outcome, cut.posts_new) == ("cut short", count(tmp_path))


def test_ctrl_c_keeps_what_was_read(
    tmp_path: Path, started: Callable[..., subprocess.Popen[bytes]]
) -> None:
    posts_file(tmp_path / "posts.jsonl", 100_000)
    parent = started(source("day", path="posts.jsonl"))
    wait_for(lambda: count(tmp_path) >= 500)
    parent.send_signal(signal.SIGINT)
    assert parent.wait(120) != 0
    with Store(tmp_path / "distress.db") as store:
        run = store.runs.get(1)
        assert (run.outcome, run.message) == ("cut short", "it was stopped")
        assert run.posts_new == store.posts.count()
    assert_whole(tmp_path)


def test_posts_come_through_standard_input_as_they_are_written(
    tmp_path: Path, started: Callable[..., subprocess.Popen[bytes]]
) -> None:
    parent = started(source("pipe", path="-"), stdin=subprocess.PIPE)
    assert parent.stdin
    parent.stdin.write('{"id": 1, "text": "缺口罩"}\n'.encode())
    parent.stdin.flush()
    wait_for(lambda: count(tmp_path) == 1)
    parent.stdin.write('nope\n{"id": 2, "text": "缺手套"}\n'.encode())
    parent.stdin.close()
    assert parent.wait(120) == 0
    assert texts(tmp_path) == {"1": "缺口罩", "2": "缺手套"}
    with Store(tmp_path / "distress.db") as store:
        assert [row.place for _, row in store.posts.list_set_aside()] == ["standard input:2"]


def test_a_whole_real_day_is_read(tmp_path: Path, shared: Path) -> None:
    [run] = crawled(tmp_path, source("day", path=str(shared / "eval" / "stream.jsonl")))
    assert (run.outcome, run.posts_new, run.posts_set_aside) == ("ok", 12_198, 0)
