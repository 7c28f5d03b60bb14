"""Crawling: real processes read real files and a real web server into a real store."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from scrapy.exceptions import DownloadConnectionRefusedError
from scrapy.http import Request, Response
from web import Answer, Web, serving

from monitor.crawl.endings import of_exception, of_status, outcome_of
from monitor.crawl.sources import crawl
from monitor.errors import UnknownNameError
from monitor.settings import load
from monitor.store import Store
from monitor.types import Run
from spiders.base.post import Post

RSS = """<rss version="2.0"><channel><title>t</title><item><guid>https://e.org/1</guid>
<description>急需口罩</description><pubDate>Wed, 12 Feb 2020 06:30:00 GMT</pubDate></item>
</channel></rss>""".encode()
HERE = Path(__file__).resolve().parents[2]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as web:
        yield web


def source(name: str, spider: str = "archive", **keys: object) -> str:
    """Return a source's table for distress.toml; the web waits for nobody in tests."""
    keys = {"name": name, "spider": spider, "delay": 0, "allow_private": True, **keys}
    return "[[sources]]\n" + "".join(f"{key} = {json.dumps(keys[key])}\n" for key in keys)


def crawled(folder: Path, *sources: str, names: list[str] | None = None) -> list[Run]:
    """Write a settings file with the sources, crawl, and return the runs."""
    (folder / "distress.toml").write_text("crawl.retries = 1\n" + "\n".join(sources), "utf-8")
    return crawl(load(folder / "distress.toml"), names)


def posts_file(path: Path, count: int) -> None:
    rows = ({"id": n, "text": f"急需口罩{n}", "time": 1581489000 + n} for n in range(count))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def texts(folder: Path) -> dict[str, str]:
    with Store(folder / "distress.db") as store:
        return {post.source_id: post.text for batch in store.posts.unread() for post in batch}


def assert_whole(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "distress.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not db.execute("PRAGMA foreign_key_check").fetchall()


def wait_for(true: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


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
        "bell\x07 nul\x00 end",
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
    assert messages["web"] == f"{forbidden} answered 403 (and 1 more)"


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
    assert (trouble.outcome, trouble.message) == ("unreachable", "https://e.org/feed: refused")


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


# What an operator's terminal runs: a process that crawls, and can be killed.
PROGRAM = f"""
import sys; sys.path.insert(0, {str(HERE)!r})
from pathlib import Path
from monitor.crawl.sources import crawl
from monitor.outcome import of_exception, of_status, outcome_of
from monitor.settings import load
crawl(load(Path(sys.argv[1])))
"""


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a crawl of tmp_path's settings in a process of its own."""
    processes = []

    def start(*sources: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        (tmp_path / "distress.toml").write_text("\n".join(sources), "utf-8")
        command = [sys.executable, "-c", PROGRAM, str(tmp_path / "distress.toml")]
        processes.append(subprocess.Popen(command, stdin=stdin, cwd="/"))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.wait()


def children(process: int) -> list[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in path.read_text().split()]


def count(folder: Path) -> int:
    if not (folder / "distress.db").exists():
        return 0
    try:
        with closing(sqlite3.connect(folder / "distress.db")) as db:
            return int(db.execute("SELECT count(*) FROM posts").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # the tables are being made


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
