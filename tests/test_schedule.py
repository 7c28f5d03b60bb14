"""The schedule: a real `distress run` crawls a real web server in rhythm until told to stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.date import DateTrigger
from staged_day import AGENT, add_case, reading_of
from web import Answer, serving

from monitor import schedule
from monitor.errors import SettingsError
from monitor.settings import load
from monitor.store import Store
from monitor.types import Run

HERE = Path(__file__).resolve().parents[1]
PLEA = "求助！晴川市紫荆医院急需N95口罩500个、防护服200套，库存只够一天，联系李护士13800138000"
FEED = f"""<rss version="2.0"><channel><title>t</title><item><guid>https://e.org/1</guid>
<description>{PLEA}</description><pubDate>Wed, 12 Feb 2020 06:30:00 GMT</pubDate></item>
</channel></rss>""".encode()


@dataclass
class Ran:
    """What a `distress run` process left behind."""

    store: Path
    told: str = ""
    status: int | None = None
    asked: list[str] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    read: int = 0
    cases: int = 0


def settings_file(folder: Path, *sources: str, more: str = "") -> Path:
    """Write a settings file; every source is crawled every second."""
    path = folder / "distress.toml"
    tables = [f"[[sources]]\n{source}\ndelay = 0\nallow_private = true\n" for source in sources]
    path.write_text(f"crawl.retries = 0\n{more}\n" + "\n".join(tables), encoding="utf-8")
    return path


def feed(name: str, url: str) -> str:
    return f'name = "{name}"\nspider = "feed"\nurls = ["{url}"]\nevery = "1s"'


@contextmanager
def running(config: Path) -> Iterator[subprocess.Popen[str]]:
    """Start `distress run`; whatever it started is gone at the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "monitor.cli", "--config", str(config), "run"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=HERE,
        env={**os.environ, "NO_PROXY": "127.0.0.1", "COLUMNS": "500"},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(true: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def runs_in(path: Path) -> list[Run]:
    """Return every crawl of a store, oldest first."""
    with Store(path) as store:
        ids = [row["id"] for row in store.connection.db.query("SELECT id FROM runs ORDER BY id")]
        return [run for run in map(store.runs.get, ids) if run.stage == "crawl"]


def ended(path: Path, source: str) -> list[Run]:
    """Return a source's crawls that have come to their end, oldest first."""
    if not path.exists():
        return []
    return [run for run in runs_in(path) if run.source == source and run.outcome]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A `distress run` of a feed and of a source that always fails, ended by SIGTERM."""
    folder = tmp_path_factory.mktemp("run")
    with serving() as web:
        config = settings_file(
            folder,
            feed("down", f"http://127.0.0.1:{free_port()}/rss"),
            feed("good", web.serve("/rss", Answer(FEED))),
        )
        result = Ran(folder / "distress.db")
        with running(config) as process:
            wait_for(lambda: len(ended(result.store, "good")) >= 2)
            wait_for(lambda: len(ended(result.store, "down")) >= 2)
            process.send_signal(signal.SIGTERM)
            _, result.told = process.communicate(timeout=120)
            result.status = process.returncode
        result.asked = [asked.path for asked in web.asked_for("/rss")]
    result.runs = runs_in(result.store)
    with Store(result.store) as store:
        result.read = store.posts.count() - store.posts.count_unread()
        result.cases = len(store.cases.all_ids())
    return result


@pytest.mark.true_clock
def test_a_source_is_crawled_again_and_again(ran: Ran) -> None:
    assert len(ran.asked) >= 2
    good = [run for run in ran.runs if run.source == "good"]
    assert [run.outcome for run in good[:2]] == ["ok", "empty"]
    assert sum(run.posts_new for run in good) == 1


@pytest.mark.true_clock
def test_a_source_that_fails_stops_neither_itself_nor_the_others(ran: Ran) -> None:
    down = [run for run in ran.runs if run.source == "down"]
    assert len(down) >= 2
    assert {run.outcome for run in down[:-1]} == {"unreachable"}


@pytest.mark.true_clock
def test_posts_are_flagged_and_merged_right_after_a_crawl(ran: Ran) -> None:
    assert (ran.read, ran.cases) == (1, 1)


@pytest.mark.true_clock
def test_sigterm_ends_it_cleanly(ran: Ran) -> None:
    assert ran.status == 0
    assert "stopping" in ran.told
    assert all(run.outcome for run in ran.runs), "a run was left without its end"


@pytest.mark.true_clock
def test_the_operator_is_told_what_comes_next_and_how_each_job_ended(ran: Ran) -> None:
    assert "crawl good: next 20" in ran.told
    assert "digest: next 20" in ran.told
    assert "crawl good: ok, 1 new posts; 1 needs, 1 cases opened" in ran.told
    assert "crawl down: unreachable, 0 new posts" in ran.told
    assert "Traceback" not in ran.told


def in_thread(config: Path, stop: threading.Event) -> tuple[threading.Thread, list[str]]:
    """Run the schedule in a thread; return it and what it tells."""
    told: list[str] = []
    thread = threading.Thread(
        target=schedule.run, args=(load(config),), kwargs={"tell": told.append, "stop": stop}
    )
    thread.start()
    return thread, told


@pytest.mark.true_clock
def test_the_digest_is_written_at_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for = {}

    def at_once(**clock: object) -> DateTrigger:
        asked_for.update(clock)
        return DateTrigger(datetime.now() + timedelta(seconds=0.2))

    monkeypatch.setattr(schedule, "CronTrigger", at_once)
    more = f'digest.at = "07:45"\n[[agents]]\nname = "{AGENT}"\n'
    (tmp_path / "posts.jsonl").write_text("")
    archive = 'name = "day"\nspider = "archive"\npath = "posts.jsonl"\nevery = "1h"\nenabled = true'
    config = settings_file(tmp_path, archive, more=more)
    with Store(tmp_path / "distress.db") as store:
        add_case(store, "紫荆医院急需口罩", reading_of("紫荆医院急需口罩"), agent=None)
    stop = threading.Event()
    thread, told = in_thread(config, stop)
    try:
        wait_for(lambda: any(line.startswith("digest: written to") for line in told))
    finally:
        stop.set()
        thread.join(120)
    assert (asked_for["hour"], asked_for["minute"]) == (7, 45)
    assert str(asked_for["timezone"]) == "Asia/Shanghai"
    [page] = (tmp_path / "digest").glob("*/index.html")
    assert AGENT in page.read_text(encoding="utf-8")
    with Store(tmp_path / "distress.db") as store:
        assert store.cases.get([1])[0].agent == AGENT


def test_a_source_with_clock_times_is_due_at_the_next_of_them(tmp_path: Path) -> None:
    archive = 'name = "day"\nspider = "archive"\npath = "p.jsonl"\nat = ["00:00", "12:00"]'
    config = settings_file(tmp_path, archive)
    stop = threading.Event()
    thread, told = in_thread(config, stop)
    wait_for(lambda: len(told) >= 2)
    stop.set()
    thread.join(120)
    [due] = [line for line in told if line.startswith("crawl day: next")]
    assert due.endswith((" 00:00:00", " 12:00:00"))


def test_without_any_rhythm_it_says_so_instead_of_waiting_for_ever(tmp_path: Path) -> None:
    config = settings_file(tmp_path, 'name = "day"\nspider = "archive"\npath = "p.jsonl"')
    with pytest.raises(SettingsError, match="no source has `every` or `at`"):
        schedule.run(load(config), tell=print)


def test_a_disabled_source_is_not_crawled(tmp_path: Path) -> None:
    off = 'name = "day"\nspider = "archive"\npath = "p.jsonl"\nevery = "1s"\nenabled = false'
    with pytest.raises(SettingsError, match="no source has `every` or `at`"):
        schedule.run(load(settings_file(tmp_path, off)), tell=print)


@pytest.mark.true_clock
def test_a_job_that_fails_is_told_and_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "posts.jsonl").write_text("")
    archive = 'name = "day"\nspider = "archive"\npath = "posts.jsonl"\nevery = "1s"'
    config = settings_file(tmp_path, archive)
    (tmp_path / "distress.db").write_bytes(b"no database at all " * 100)
    stop = threading.Event()
    thread, told = in_thread(config, stop)
    try:
        wait_for(lambda: sum("failed: cannot open the store" in line for line in told) >= 2)
    finally:
        stop.set()
        thread.join(120)


def test_stopping_does_not_wait_for_a_crawl_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    stop = threading.Event()
    with serving() as web:
        slow = web.serve("/slow", Answer(FEED, wait=600))
        thread, _ = in_thread(settings_file(tmp_path, feed("slow", slow)), stop)
        try:
            wait_for(lambda: bool(web.asked_for("/slow")))
        finally:
            stop.set()
            thread.join(120)
        assert not thread.is_alive()
    [run] = runs_in(tmp_path / "distress.db")
    assert run.outcome == "cut short"
