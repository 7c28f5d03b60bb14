"""Three workers, killed again and again: every post served is in the store once, every mark true.

A worker is killed alone or with the process of its crawl, as when its machine goes off, while what
it was given is being read; another one takes its place. All services stand on one host, which all
workers together ask no more often than its budget lets them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawls import assert_whole, wait_for
from desk_and_workers import Desk
from forked_workers import Worker
from replay import Replay, replaying
from replayed import logins, told
from served import Served, some_posts

from monitor.crawl.budget import host_of
from monitor.work import desk_side

NAMES = ("mastodon", "weibo", "bluesky")
DELAY = 0.05  # seconds between two requests of the host, over all workers
FIRST, MORE = 137, 45  # of no service a number of full pages, behind which it might have more
Start = Callable[[Path], Worker]


@pytest.fixture(autouse=True)
def logged_in() -> Iterator[None]:
    """Give the sources their logins."""
    with logins():
        yield


class Days:
    """Posts of a source that grow, each newer than all before."""

    def __init__(self) -> None:
        self._newest = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=12)
        self._count = 0

    def more(self, posts: list[Served], count: int) -> list[Served]:
        """Return posts with newer ones before them."""
        self._newest += timedelta(minutes=1) * count
        newer = some_posts(count, newest=self._newest)
        self._count += count
        first = 100_000 + self._count
        newer = [replace(post, id=f"{first - number}") for number, post in enumerate(newer)]
        return [*newer, *posts]


def host(replay: Replay) -> str:
    return host_of(replay.address)


def newest(served: dict[str, list[Served]]) -> dict[str, datetime]:
    """Return the time of each source's newest post."""
    return {name: posts[0].posted_at for name, posts in served.items()}


def holds(desk: Desk, worker: Worker) -> bool:
    """Tell whether a worker has a walk."""
    rows = desk.queue()._redis.xpending_range("distress:leases", "workers", "-", "+", 10)
    return any(f"-{worker.pid}-" in row["consumer"].decode() for row in rows)


def killed(desk: Desk, start: Start, kills: int, *, seed: int) -> None:
    """Let three workers crawl what grows, and kill one of them again and again."""
    rng, days = random.Random(seed), {name: Days() for name in NAMES}
    served: dict[str, list[Served]] = {name: days[name].more([], FIRST) for name in NAMES}
    with replaying(dict(served)) as replay:
        settings = desk.write(*(told(replay, name, delay=DELAY) for name in NAMES))
        begun_at = time.monotonic()
        workers = [start(desk.workers) for _ in range(3)]
        passed_on = 0
        for _ in range(kills):
            enough = replay.asked.total() + rng.randint(2, 12)

            def is_busy(enough: int = enough) -> bool:
                """Check what is kept, let there be more to read, and tell whether it is read."""
                desk.check_marks(served)
                if not desk.open_runs():
                    for name in NAMES:
                        replay.posts[name] = served[name] = days[name].more(served[name], MORE)
                    desk.give()
                return replay.asked.total() >= enough

            desk.work_until(is_busy)
            victim = rng.randrange(3)
            passed_on += holds(desk, workers[victim])
            workers[victim].kill(machine=rng.random() < 0.5)
            workers[victim] = start(desk.workers)

        def is_read() -> bool:
            """Tell whether all is read; what a run that was cut short left, the next one reads."""
            if not desk.open_runs() and desk.check_marks(served) != newest(served):
                desk.give()
            return not desk.open_runs()

        desk.work_until(is_read)
        took = time.monotonic() - begun_at
        counted = desk.queue().asked(datetime.now(settings.zone).date())[host(replay)]
    assert desk.posts() == {name: {post.id for post in served[name]} for name in NAMES}
    assert desk.check_marks(served) == newest(served)
    assert_whole(desk.folder)
    requests = replay.asked.total()
    # A worker may die between its slots and the requests, two at once. No clock is asked how long
    # it may take, but so many requests cannot have been sooner.
    assert requests <= counted <= requests + 2 * kills
    assert took >= (requests - 1) * DELAY
    assert not desk.queue().results(), "all was taken in"
    assert passed_on, "none of them was killed at work"


def test_workers_that_are_killed_lose_nothing_and_double_nothing(
    desk: Desk, start_worker: Start
) -> None:
    killed(desk, start_worker, 10, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 7))
def test_ten_kills_each_in_another_order_lose_nothing(
    seed: int, desk: Desk, start_worker: Start
) -> None:
    killed(desk, start_worker, 10, seed=seed)


def test_the_days_budget_of_a_host_holds_over_all_workers(desk: Desk, start_worker: Start) -> None:
    posts = some_posts(FIRST)
    with replaying(dict.fromkeys(NAMES, posts)) as replay:
        tables = (told(replay, name) for name in NAMES)
        desk.write(*tables, more="daily = 9\n")
        for _ in range(3):
            start_worker(desk.workers)
        desk.give()
        ended = desk.work_until(lambda: not desk.open_runs())
        assert replay.asked.total() == 9
    assert "cut short" in {run.outcome for run in ended}
    assert any("budget of 9 requests a day" in (run.message or "") for run in ended)


def test_a_command_of_the_desk_waits_for_the_workers_and_reads_files_itself(
    desk: Desk, start_worker: Start
) -> None:
    (desk.folder / "posts.jsonl").write_text('{"id": 1, "text": "急需口罩"}\n', "utf-8")
    with replaying({"mastodon": some_posts(30)}) as replay:
        table = '[[sources]]\nname = "day"\nspider = "archive"\npath = "posts.jsonl"\n'
        settings = desk.write(told(replay, "mastodon"), table)
        start_worker(desk.workers)
        runs = desk_side.crawl(settings)
    assert [(run.source, run.outcome, run.posts_new) for run in runs] == [
        ("day", "ok", 1),
        ("mastodon", "ok", 30),
    ]


def test_a_worker_that_is_stopped_passes_its_walk_on_where_it_was(
    desk: Desk, start_worker: Start
) -> None:
    posts = some_posts(FIRST)
    with replaying({"weibo": posts}) as replay:
        desk.write(told(replay, "weibo", delay=0.05))
        first = start_worker(desk.workers)
        desk.give()
        wait_for(lambda: replay.asked.total() >= 5)
        first.stop()
        wait_for(first.is_gone)
        start_worker(desk.workers)
        ended = desk.work_until(lambda: not desk.open_runs())
    assert [(run.outcome, run.message) for run in ended] == [("ok", None)]
    assert desk.posts() == {"weibo": {post.id for post in posts}}


def test_a_command_of_the_desk_waits_no_longer_than_a_crawl_may_take(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(desk_side, "_UNTAKEN", 0.0)
    monkeypatch.setattr(desk_side, "PATIENCE", -59.0)  # of a time_limit of a minute
    table = '[[sources]]\nname = "news"\nspider = "feed"\nurls = ["https://e.org/feed.xml"]\n'
    [run] = desk_side.crawl(desk.write(table + 'time_limit = "1m"\n'))
    assert run.outcome == "cut short" and "no worker handed it in" in (run.message or "")
    assert "no worker has taken it; start one: distress work" in caplog.text
    assert desk.queue().take(wait=0.001) is None, "nobody is to crawl it any more"
