"""The schedule: a real `distress run` crawls a real web server in rhythm until told to stop."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from begun_schedule import (
    PLEA,
    archive_of_a_plea,
    free_port,
    minutes_from_now,
    running,
    settings_file,
    wait_for,
)
from staged_day import AGENT
from web import Answer, serving

from monitor import schedule
from monitor.errors import DistressError, SettingsError, StoreError
from monitor.schedule import turns
from monitor.schedule.turns import JobPlan, ScheduledJob
from monitor.settings import load
from monitor.store import Store
from monitor.types import Run

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
    page: str = ""
    read: int = 0
    cases: int = 0


def feed(name: str, url: str) -> str:
    return f'name = "{name}"\nspider = "feed"\nurls = ["{url}"]\nevery = "1s"'


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
            more=f'digest.at = "{minutes_from_now(30)}"\n[[agents]]\nname = "{AGENT}"\n',
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
    *_, page = sorted(folder.glob(f"digest/*/{AGENT}.html"))
    result.page = page.read_text(encoding="utf-8")
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
def test_a_plea_is_on_its_agents_page_right_after_it_was_crawled(ran: Ran) -> None:
    assert "晴川市紫荆医院" in ran.page
    told = [line for line in ran.told.splitlines() if "pages written" in line]
    assert len(told) == 1, "pages that show nothing new are not written again"
    assert "crawl good: ok, 1 new posts; 1 needs, 1 cases opened" in told[0]


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


def test_pages_that_cannot_be_written_stop_no_crawl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise DistressError("cannot write the pages")

    monkeypatch.setattr("monitor.line.show_new", full)
    config = settings_file(tmp_path, archive_of_a_plea(tmp_path, 'every = "1h"'))
    with scheduled(config) as told:
        wait_for(has_told(told, "crawl day: ok, 1 new posts; 1 needs, 1 cases opened; pages: fai"))


def in_thread(config: Path, stop: threading.Event) -> tuple[threading.Thread, list[str]]:
    """Run the schedule in a thread; return it and what it tells."""
    told: list[str] = []
    thread = threading.Thread(
        target=schedule.run, args=(load(config),), kwargs={"tell": told.append, "stop": stop}
    )
    thread.start()
    return thread, told


@contextmanager
def scheduled(config: Path) -> Iterator[list[str]]:
    """Run the schedule beside the block; yield what it tells."""
    stop = threading.Event()
    thread, told = in_thread(config, stop)
    try:
        yield told
    finally:
        stop.set()
        thread.join(120)


def has_told(told: list[str], beginning: str) -> Callable[[], bool]:
    return lambda: any(line.startswith(beginning) for line in told)


def test_what_was_due_before_the_start_is_made_up_for_at_once(tmp_path: Path) -> None:
    past = minutes_from_now(-3)
    archive = archive_of_a_plea(tmp_path, f'at = ["{past}"]')
    more = f'digest.at = "{past}"\n[[agents]]\nname = "{AGENT}"\n'
    config = settings_file(tmp_path, archive, more=more)
    with scheduled(config) as told:
        wait_for(has_told(told, "crawl day: ok, 1 new posts"))
        wait_for(has_told(told, "digest: written to"))
    assert list((tmp_path / "digest").glob("*/index.html"))
    with scheduled(config) as told:
        wait_for(lambda: len(told) >= 2)
        time.sleep(1.5)
    done = [line for line in told if ": next" not in line and not line.startswith("housekeeping")]
    assert done == ["stopping; a crawl writes what it has, a digest is finished"], (
        "all were kept today; they wait for tomorrow"
    )
    [due] = [line for line in told if line.startswith("crawl day: next")]
    assert due.endswith(f" {past}:00")


def test_a_turn_of_the_day_before_yesterday_is_made_up_for_once(tmp_path: Path) -> None:
    """Started in the morning, a source of the evening that was left out yesterday is crawled."""
    later = minutes_from_now(30)
    config = settings_file(tmp_path, archive_of_a_plea(tmp_path, f'at = ["{later}"]'))
    with Store(tmp_path / "distress.db") as store:
        run_id = store.runs.start("crawl", "day")
        store.runs.end(run_id, "ok")
        store.connection.db.execute(
            "UPDATE runs SET started_at = ?", [f"{datetime.now(UTC) - timedelta(days=3):%FT%TZ}"]
        )
        store.connection.db.conn.commit()
    with scheduled(config) as told:
        wait_for(has_told(told, "crawl day: ok"))


NOON = datetime(2027, 3, 10, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def job(
    kept_at: datetime | None = None, *, at: Sequence[clock_time] = (), every: float | None = None
) -> ScheduledJob:
    return ScheduledJob(
        plan=JobPlan(
            name="job", work=str, kept_at=lambda: kept_at, limit=3600.0, at=at, every=every
        )
    )


def daily(kept_at: datetime | None, at: int = 8) -> ScheduledJob:
    return job(kept_at, at=(clock_time(at),))


@pytest.mark.parametrize(
    ("kept_at", "at", "due"),
    [
        (None, 8, True),
        (None, 20, False),
        (NOON.replace(hour=8, second=2), 8, False),
        (NOON.replace(hour=7), 8, True),
        (NOON - timedelta(days=1), 20, True),
        (NOON - timedelta(days=1) + timedelta(hours=9), 20, False),
        (NOON + timedelta(days=1), 8, True),
        (NOON + timedelta(days=1), 20, False),
        (NOON - timedelta(days=400), 8, True),
    ],
    ids=["never, past", "never, to come", "kept", "before its time", "yesterday's left out",
         "yesterday's kept", "clock set back", "clock set back, to come", "after a year"],
)  # fmt: skip
def test_a_time_of_day_is_due_until_it_was_kept(
    kept_at: datetime | None, at: int, due: bool
) -> None:
    assert daily(kept_at, at).is_due(NOON) is due


class Ticks:
    """A clock that nobody sets, moved by the test."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> Ticks:
    clock = Ticks()
    monkeypatch.setattr(turns, "elapsed", clock)
    return clock


def test_a_time_of_day_that_fails_is_tried_again_ever_later_until_it_is_kept(ticks: Ticks) -> None:
    digest = daily(None)
    begun = ticks.now
    tries = []
    while len(tries) < 8:
        now = NOON + timedelta(seconds=ticks.now - begun)
        if digest.is_due(now):
            tries.append(int(ticks.now - begun) // 60)
            digest.begin(now)
            digest.end(failed=True)
        ticks.now = begun + (digest.next_at(now) - NOON).total_seconds()
    assert tries == [0, 2, 6, 14, 30, 62, 122, 182]
    digest.begin(now)
    digest.end(failed=False)
    assert not digest.is_due(NOON + timedelta(hours=11))
    assert digest.is_due(NOON + timedelta(days=1))


@pytest.mark.parametrize(
    ("every", "pauses"),
    [(60.0, [120, 240, 480, 960, 1920, 3600, 3600]), (86400.0, [86400, 86400])],
    ids=["a minute", "a day"],
)
def test_an_interval_that_fails_comes_ever_later(
    every: float, pauses: list[int], ticks: Ticks
) -> None:
    crawl = job(every=every)
    for pause in pauses:
        assert crawl.is_due(NOON)
        crawl.begin(NOON)
        crawl.end(failed=True)
        assert crawl.next_at(NOON) == NOON + timedelta(seconds=pause)
        ticks.now += pause
    crawl.begin(NOON)
    crawl.end(failed=False)
    assert crawl.next_at(NOON) == NOON + timedelta(seconds=every)


def test_failing_for_a_year_does_not_overflow(ticks: Ticks) -> None:
    crawl = job(every=1.0)
    for _ in range(10_000):
        crawl.end(failed=True)
    assert crawl.next_at(NOON) == NOON + timedelta(hours=1)


def test_a_job_hangs_once_it_is_at_work_for_longer_than_it_may_be(ticks: Ticks) -> None:
    crawl = job(every=60.0)
    crawl.begin(NOON)
    ticks.now += crawl.plan.limit
    assert not crawl.hangs()
    ticks.now += 1
    assert crawl.hangs()
    crawl.end(failed=False)
    assert not crawl.hangs()


def test_a_source_comes_a_little_later_by_chance_but_never_earlier() -> None:
    plan = replace(job(every=900.0).plan, jitter=30.0)
    trigger = plan.trigger(ZoneInfo("Asia/Shanghai"))
    late = [
        (trigger.get_next_fire_time(NOON, NOON) - NOON).total_seconds() - 900 for _ in range(50)
    ]
    assert 0 <= min(late) < max(late) <= 30
    often = replace(plan, every=10.0).trigger(ZoneInfo("Asia/Shanghai"))
    assert (
        max((often.get_next_fire_time(NOON, NOON) - NOON).total_seconds() for _ in range(50)) <= 11
    )


def test_another_rhythm_holds_at_once(ticks: Ticks) -> None:
    crawl = job(every=86400.0)
    crawl.begin(NOON)
    crawl.end(failed=False)
    crawl.change(replace(crawl.plan, every=600.0))
    assert crawl.next_at(NOON) == NOON + timedelta(minutes=10)
    crawl.change(replace(crawl.plan, every=1200.0))
    assert crawl.next_at(NOON) == NOON + timedelta(minutes=10), "it was promised already"


@pytest.mark.parametrize("hours", [1.5, 9, 30], ids=["late", "a night", "more than a day"])
def test_a_late_wake_up_still_runs(hours: float) -> None:
    digest = daily(NOON - timedelta(days=1, hours=4))
    assert digest.is_due(NOON.replace(hour=8) + timedelta(hours=hours))


@pytest.mark.parametrize("days", [-365, -1, 1], ids=["a year back", "a day back", "a day ahead"])
def test_an_interval_does_not_mind_the_clock_of_the_wall(days: int, ticks: Ticks) -> None:
    crawl = job(NOON, every=60.0)
    assert crawl.is_due(NOON)
    crawl.begin(NOON)
    there = NOON + timedelta(days=days)
    assert not crawl.is_due(there)
    ticks.now += 61.0
    assert crawl.is_due(there)


def test_a_day_whose_clock_leaps_has_each_turn_once() -> None:
    """In Berlin there is no 02:30 on 2027-03-28, and two of them on 2027-10-31."""
    berlin = ZoneInfo("Europe/Berlin")
    for month, day in ((3, 28), (10, 31)):
        digest = job(at=(clock_time(2, 30),))
        begun = 0
        for minute in range(0, 24 * 60, 10):
            moment = datetime(2027, month, day, tzinfo=berlin).astimezone(UTC)
            now = (moment + timedelta(minutes=minute)).astimezone(berlin)
            if now.day == day and digest.is_due(now):
                digest.begin(now)
                begun += 1
        assert begun == 1


@pytest.mark.true_clock
def test_a_second_schedule_on_one_store_is_refused(tmp_path: Path) -> None:
    config = settings_file(tmp_path, archive_of_a_plea(tmp_path, 'every = "1h"'))
    other = tmp_path / "other.toml"
    (tmp_path / "link.db").symlink_to(tmp_path / "distress.db")
    other.write_text(f'store.path = "link.db"\n{config.read_text(encoding="utf-8")}', "utf-8")
    with running(config) as process:
        wait_for(lambda: bool(ended(tmp_path / "distress.db", "day")))
        for second in (config, other):
            with running(second) as refused:
                _, told = refused.communicate(timeout=120)
            assert refused.returncode == 3, told
            assert f"another `distress run` (process {process.pid}) is at work" in told
            assert "Traceback" not in told and len(told.splitlines()) == 1
        process.kill()
        process.wait()
    with running(config) as again:
        assert again.stderr
        assert "next" in again.stderr.readline(), "a kill leaves the store free"


def test_a_run_that_was_killed_is_closed_at_the_next_start(tmp_path: Path) -> None:
    config = settings_file(tmp_path, archive_of_a_plea(tmp_path, 'every = "1h"'))
    with Store(tmp_path / "distress.db") as store:
        gone = store.runs.start("crawl", "elsewhere")
        alive = store.runs.start("crawl", "beside")
        with subprocess.Popen(["true"]) as process:
            process.wait()
        store.connection.db.execute(
            "UPDATE runs SET process_id = ? WHERE id = ?", [process.pid, gone]
        )
        store.connection.db.conn.commit()
    with scheduled(config) as told:
        wait_for(has_told(told, "crawl day: ok"))
    with Store(tmp_path / "distress.db") as store:
        assert store.runs.get(gone).outcome == "cut short"
        assert "killed" in (store.runs.get(gone).message or "")
        assert store.runs.get(alive).outcome is None, "its process is there"


def test_a_source_with_clock_times_is_due_at_the_next_of_them(tmp_path: Path) -> None:
    later = minutes_from_now(40)
    archive = f'name = "day"\nspider = "archive"\npath = "p.jsonl"\nat = ["00:00", "{later}"]'
    config = settings_file(tmp_path, archive)
    with Store(tmp_path / "distress.db") as store:
        store.runs.end(store.runs.start("crawl", "day"), "ok")
    with scheduled(config) as told:
        wait_for(lambda: len(told) >= 2)
    [due] = [line for line in told if line.startswith("crawl day: next")]
    assert due.endswith((" 00:00:00", f" {later}:00"))


def test_without_any_rhythm_it_says_so_instead_of_waiting_for_ever(tmp_path: Path) -> None:
    config = settings_file(tmp_path, 'name = "day"\nspider = "archive"\npath = "p.jsonl"')
    with pytest.raises(SettingsError, match="no source has `every` or `at`"):
        schedule.run(load(config), tell=print)


def test_a_disabled_source_is_not_crawled(tmp_path: Path) -> None:
    off = 'name = "day"\nspider = "archive"\npath = "p.jsonl"\nevery = "1s"\nenabled = false'
    with pytest.raises(SettingsError, match="no source has `every` or `at`"):
        schedule.run(load(settings_file(tmp_path, off)), tell=print)


@pytest.mark.true_clock
def test_a_job_that_fails_is_told_and_comes_again(tmp_path: Path) -> None:
    config = settings_file(tmp_path, archive_of_a_plea(tmp_path, 'every = "1s"'))
    with scheduled(config) as told:
        wait_for(has_told(told, "crawl day: ok"))
        for file in tmp_path.glob("distress.db*"):
            file.rename(file.with_name(f"away-{file.name}"))
        wait_for(lambda: sum("failed: there is no store" in line for line in told) >= 2)
    assert not (tmp_path / "distress.db").exists(), "no empty one takes its place"


def test_what_is_no_store_is_refused_at_the_start(tmp_path: Path) -> None:
    config = settings_file(tmp_path, archive_of_a_plea(tmp_path, 'every = "1s"'))
    (tmp_path / "distress.db").write_bytes(b"no database at all " * 100)
    with pytest.raises(StoreError, match="cannot open the store"):
        schedule.run(load(config), tell=print)


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
