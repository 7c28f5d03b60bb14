"""The queue of real Redis: a lease is one worker's, a part is kept once, a host has one budget."""

from __future__ import annotations

import logging
import subprocess
import tempfile
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from crawls import wait_for
from desk_and_workers import Desk

from monitor.crawl.keeping import Ending, RunPart
from monitor.errors import QueueError
from monitor.schedule.jobs import plans
from monitor.settings import CrawlSettings
from monitor.store import Store
from monitor.work import desk_side, parts
from monitor.work.queue import Lease, PassedOnError, Queue
from spiders.base.post import Bookmark, Post, Reread, SetAside
from spiders.base.trouble import Trouble

FEED = """
[[sources]]
name = "news"
spider = "feed"
urls = ["https://e.org/feed.xml"]
every = "1h"
"""
DEAD = 0.001  # seconds after which a worker counts as dead


def post(number: int) -> Post:
    return Post(source_id=f"{number}", text=f"急需口罩{number}")


def mark(value: int) -> Bookmark:
    return Bookmark(name="up to", value=f"{value}")


def given(desk: Desk) -> Queue:
    """Give out the only source."""
    desk.write(FEED)
    assert desk.give() == ["given to the workers"]
    return desk.queue()


def taken(queue: Queue, **keys: float) -> Lease:
    lease = queue.take(wait=0.001, **keys)
    assert lease is not None
    return lease


def passed_on(queue: Queue) -> Lease:
    """Take a lease whose worker has given no sign of life for a moment."""
    found: list[Lease] = []

    def is_there() -> bool:
        found.extend(filter(None, [queue.take(wait=0.001, idle=DEAD)]))
        return bool(found)

    wait_for(is_there)
    return found[0]


def hand_in(queue: Queue, lease: Lease, number: int, *items: Any, last: bool = False) -> None:
    part = RunPart(items=items, pages=1, ending=Ending() if last else None)
    [(message, marks)] = parts.messages(part)
    queue.hand_in(lease, number, message, marks, last=last)


def state(desk: Desk) -> tuple[str | None, int, int, Mapping[str, str]]:
    """Return outcome and counts of the last run, and the source's marks."""
    with Store(desk.folder / "distress.db") as store:
        run = store.runs.latest("crawl")["news"]
        return run.outcome, run.posts_new, run.posts_known, store.posts.marks("news")


# Whose lease it is


def test_a_walk_is_one_workers_alone(desk: Desk) -> None:
    queue = given(desk)
    lease = taken(queue)
    assert (lease.told["source"], lease.tries) == ("news", 1)
    assert desk.queue().take(wait=0.001) is None
    assert desk.give()[0].startswith("still at a worker")


def test_a_dead_workers_walk_passes_on_with_the_marks_that_it_handed_in(desk: Desk) -> None:
    dead = taken(given(desk))
    hand_in(desk.queue(), dead, 1, post(1), mark(1))
    lease = passed_on(desk.queue())
    assert (lease.token, lease.tries, lease.marks) == (dead.token, 2, {"up to": "1"})


def test_a_sign_of_life_keeps_a_lease_and_takes_none_from_its_holder(desk: Desk) -> None:
    dead = taken(given(desk))
    desk.queue().beat(dead)
    other = desk.queue()
    lease = passed_on(other)
    with pytest.raises(PassedOnError, match="news has passed on"):
        desk.queue().beat(dead)
    other.beat(lease)
    assert desk.queue().take(wait=0.001, idle=60) is None


def test_who_has_lost_a_lease_can_hand_nothing_in(desk: Desk) -> None:
    dead = taken(given(desk))
    lease = passed_on(desk.queue())
    for last in (False, True):
        with pytest.raises(PassedOnError):
            hand_in(desk.queue(), dead, 1, post(1), mark(1), last=last)
    hand_in(desk.queue(), lease, 1, post(2), last=True)
    desk.take()
    assert state(desk) == ("ok", 1, 0, {})


def test_what_was_handed_in_whole_waits_for_the_desk_and_passes_on_to_nobody(desk: Desk) -> None:
    queue = given(desk)
    hand_in(queue, taken(queue), 1, post(1), last=True)
    for _ in range(3):
        assert desk.queue().take(wait=0.001, idle=DEAD) is None
    assert [run.outcome for run in desk.take()] == ["ok"]
    assert desk.give() == ["given to the workers"], "it was acknowledged"


def test_a_worker_that_stops_gives_its_walk_back_at_once(desk: Desk) -> None:
    queue = given(desk)
    queue.give_back(taken(queue))
    assert taken(desk.queue()).tries == 1


# What the desk's machine keeps


def test_posts_and_their_mark_come_in_together_part_by_part(desk: Desk) -> None:
    queue = given(desk)
    lease = taken(queue)
    hand_in(queue, lease, 1, post(1), post(2), mark(2))
    assert desk.take() == []
    assert state(desk) == (None, 2, 0, {"up to": "2"})
    hand_in(queue, lease, 2, post(2), post(3), mark(3), last=True)
    [run] = desk.take()
    assert (run.pages, run.outcome) == (2, "ok")
    assert state(desk) == ("ok", 3, 1, {"up to": "3"})


def test_parts_wait_for_a_desk_that_is_away(desk: Desk) -> None:
    queue = given(desk)
    lease = taken(queue)
    for number in range(1, 51):
        hand_in(queue, lease, number, post(number), mark(number), last=number == 50)
    [run] = desk.take()
    assert run.pages == 50
    assert state(desk) == ("ok", 50, 0, {"up to": "50"})


def test_a_part_that_comes_twice_is_kept_once(desk: Desk) -> None:
    queue = given(desk)
    lease = taken(queue)
    hand_in(queue, lease, 1, post(1), mark(1))
    [first] = queue.results()
    desk.take()
    hand_in(queue, lease, 2, post(2), mark(2))
    desk.take()
    with Store(desk.folder / "distress.db") as store:  # as when it was kept, and then not dropped
        assert desk_side._take_one(store, queue, first, desk.settings.zone) == []
    assert state(desk) == (None, 2, 0, {"up to": "2"})
    hand_in(queue, lease, 2, post(2), mark(2))  # as when Redis took it, and the answer was lost
    hand_in(queue, lease, 3, post(3), last=True)
    desk.take()
    assert state(desk)[:3] == ("ok", 3, 0)


def test_the_walk_of_a_new_worker_counts_its_parts_from_one_again(desk: Desk) -> None:
    queue = given(desk)
    hand_in(queue, taken(queue), 1, post(1), mark(1))
    lease = passed_on(desk.queue())
    hand_in(queue, lease, 1, post(1), post(2), mark(2))
    hand_in(queue, lease, 2, last=True)
    desk.take()
    assert state(desk) == ("ok", 2, 1, {"up to": "2"})


def test_a_part_that_the_queue_lost_ends_the_run_and_moves_no_mark(desk: Desk) -> None:
    queue = given(desk)
    lease = taken(queue)
    hand_in(queue, lease, 1, post(1), mark(1))
    hand_in(queue, lease, 2, post(2), mark(2))
    queue.drop(queue.results()[1])
    hand_in(queue, lease, 3, post(3), mark(3), last=True)
    [run] = desk.take()
    assert run.outcome == "cut short" and "the queue lost a part" in (run.message or "")
    assert state(desk)[3] == {"up to": "1"}


def test_a_late_part_of_a_run_that_has_ended_is_left_out(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    queue = given(desk)
    lease = taken(queue)
    with Store(desk.folder / "distress.db") as store:
        store.posts.remember("news", "up to", "9")
        store.runs.close_stale("crawl", "news")
    hand_in(queue, lease, 1, post(1), mark(1), last=True)
    assert desk.take() == []
    assert "is left out" in caplog.text
    assert state(desk) == ("cut short", 0, 0, {"up to": "9"})


def test_a_store_that_was_put_back_takes_nothing_of_leases_that_it_never_gave(desk: Desk) -> None:
    queue = given(desk)
    lease = taken(queue)
    with Store(desk.folder / "distress.db") as store:
        store.leases.drop(lease.token)
    hand_in(queue, lease, 1, post(1), last=True)
    assert desk.take() == []
    assert state(desk)[1] == 0


@pytest.mark.parametrize("message", [b"", b"no zlib", zlib.compress(b'{"items": [7]}')])
def test_a_part_that_cannot_be_read_ends_its_run(
    message: bytes, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    queue = given(desk)
    queue.hand_in(taken(queue), 1, message, [], last=False)
    [run] = desk.take()
    assert run.outcome == "cut short" and "cannot be read" in (run.message or "")
    assert not queue.results()


def test_a_queue_that_was_emptied_keeps_no_source_from_being_given_again(desk: Desk) -> None:
    queue = given(desk)
    queue._redis.flushdb()
    assert desk.give() == ["given to the workers"]
    with Store(desk.folder / "distress.db") as store:
        runs = store.runs.recent("crawl", "news", 5)
    assert [run.message for run in runs] == ["the queue lost it before it was handed in"]


def test_a_run_elsewhere_is_not_closed_for_want_of_a_process_here(desk: Desk) -> None:
    given(desk)
    with Store(desk.folder / "distress.db") as store:
        assert store.runs.close_dead() == 0
    assert state(desk)[0] is None


def test_the_queue_of_another_desk_is_refused(desk: Desk) -> None:
    queue = given(desk)
    with pytest.raises(QueueError, match="another desk"):
        queue.begin("another")


def test_what_no_worker_takes_is_told(desk: Desk) -> None:
    given(desk)
    [words] = desk.give()
    assert words.startswith("no worker has taken it since") and "distress work" in words


# What travels


def test_a_part_comes_back_as_it_was_but_for_half_signs() -> None:
    now = datetime.now(UTC)
    whole = Post(source_id="1", text="急需<b>口罩", raw=b"\xff\x00\xfe", posted_at=now, cut=True,
                 pictures=("https://e.org/1.jpg",), reposted_text="x", walk="#口罩")  # fmt: skip
    items = (
        whole, SetAside(place="a:1", reason="b", excerpt="c"), mark(3),
        Reread(walk="#口罩", since=now - timedelta(days=1), until=now, ids=frozenset({"1", "2"})),
        Post(source_id="2", text="半个\ud83d字"),
    )  # fmt: skip
    trouble = Trouble(outcome="blocked", message="403", answer=b"<html>\xe9")
    ending = Ending(troubles=(trouble,), answered=(trouble,), remarks=("as GBK",))
    [(message, marks)] = parts.messages(RunPart(items=items, pages=3, ending=ending))
    last = Post(source_id="2", text="半个?字")
    assert parts.read(message) == RunPart(items=(*items[:-1], last), pages=3, ending=ending)
    assert marks == [("up to", "3")]


def test_a_long_part_travels_in_several_with_each_mark_behind_its_posts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parts, "MOST_BYTES", 2000)
    items = [item for n in range(20) for item in (post(n), mark(n))]
    waiting = list(parts.messages(RunPart(items=tuple(items), pages=2, ending=Ending())))
    read = [parts.read(message) for message, _ in waiting]
    assert len(read) > 2 and [item for part in read for item in part.items] == items
    assert [part.ending for part in read] == [None] * (len(read) - 1) + [Ending()]
    assert sum(part.pages for part in read) == 2
    assert [pair for _, marks in waiting for pair in marks] == [
        ("up to", f"{n}") for n in range(20)
    ]


def test_a_raw_answer_that_is_too_long_is_left_behind_and_the_post_is_not(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(parts, "MOST_BYTES", 2000)
    long = replace(post(1), raw=b"x" * 5000)
    [(message, _)] = parts.messages(RunPart(items=(long,)))
    assert parts.read(message).items == (post(1),)
    assert "without its raw answer" in caplog.text


def test_what_unpacks_to_more_than_a_part_may_be_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [(message, _)] = parts.messages(RunPart(items=(replace(post(1), raw=bytes(100_000)),)))
    monkeypatch.setattr(parts, "_LONGEST", 10_000)
    with pytest.raises(QueueError, match="too long"):
        parts.read(message)


# One budget a host


def test_the_day_of_a_host_is_counted_over_all_workers(desk: Desk) -> None:
    desk.write()
    day, workers = date(2020, 2, 12), [desk.queue() for _ in range(3)]
    for number in range(7):
        why, wait = workers[number % 3].slot("e.org", ["e.org"], day, daily=7, delay=0)
        assert (why, wait) == ("", 0)
    for worker in workers:
        assert worker.slot("e.org", ["e.org"], day, daily=7, delay=0)[0] == "budget"
        assert worker.slot("f.org", ["f.org"], day, daily=9, delay=0)[0] == ""
    assert workers[0].asked(day) == {"e.org": 7, "f.org": 3}


def test_the_next_slot_of_a_host_is_one_workers_and_the_others_wait(desk: Desk) -> None:
    desk.write()
    day, one, other = date(2020, 2, 12), desk.queue(), desk.queue()
    assert one.slot("e.org", ["e.org"], day, daily=9, delay=3600) == ("", 0)
    why, wait = other.slot("e.org", ["e.org"], day, daily=9, delay=0)
    assert why == "slot" and 0 < wait <= 3600
    assert one.asked(day) == {"e.org": 1}


def test_a_pause_that_a_host_asks_of_one_is_kept_by_all(desk: Desk) -> None:
    desk.write()
    day = date(2020, 2, 12)
    desk.queue().pause("e.org", 3600)
    why, wait = desk.queue().slot("e.org", ["e.org"], day, daily=9, delay=0)
    assert why == "pause" and 0 < wait <= 3600
    desk.queue().pause("e.org", 0)
    assert desk.queue().slot("e.org", ["e.org"], day, daily=9, delay=0)[0] == ""


def test_the_desk_and_the_queue_learn_from_each_other_what_was_asked(desk: Desk) -> None:
    desk.write(FEED)
    today = datetime.now(desk.settings.zone).date()
    with Store(desk.folder / "distress.db") as store:
        store.requests.at_least(today, {"e.org": 5})
    desk.give()
    queue = desk.queue()
    assert queue.asked(today)["e.org"] == 5
    queue.slot("e.org", ["e.org"], today, daily=9, delay=0)
    hand_in(queue, taken(queue), 1, last=True)
    desk.take()
    with Store(desk.folder / "distress.db") as store:
        assert store.requests.count("e.org", today) == 6


# What stands in its way


def test_a_redis_that_is_not_there_is_told_with_where_to_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("monitor.work.queue._RETRIES", 0)
    queue = Queue(CrawlSettings(queue="redis://127.0.0.1:1/0"))
    with pytest.raises(QueueError, match=r"redis://127.0.0.1:1/0 does not do it.*\[crawl\] queue"):
        queue.take(wait=0.001)


def test_a_redis_that_is_gone_for_a_while_is_told_once_and_gone_on_with(
    redis_program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.work.queue._RETRIES", 0)
    with tempfile.TemporaryDirectory() as short:
        desk = Desk(tmp_path, f"unix://{short}/socket?db=0")
        command = [redis_program, "--port", "0", "--unixsocket", f"{short}/socket", "--dir", short,
                   "--save", "", "--appendonly", "yes", "--appendfsync", "always"]  # fmt: skip

        def answers() -> bool:
            with suppress(QueueError):
                desk.queue().results()
                return True
            return False

        @contextmanager
        def redis() -> Iterator[None]:
            with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
                try:
                    wait_for(answers)
                    yield
                finally:
                    server.kill()

        desk.write(FEED)
        with redis():
            queue = given(desk)
            hand_in(queue, taken(queue), 1, post(1), mark(1))
        jobs = {plan.name: plan for plan in plans(desk.settings, threading.Event())}
        results = jobs["results"]
        assert "does not do it" in results.work() and results.work() == ""
        with pytest.raises(QueueError):
            desk.give()
        with redis():
            assert [results.work(), results.work()] == ["the queue answers again", ""]
            assert state(desk) == (None, 1, 0, {"up to": "1"})
            assert passed_on(desk.queue()).marks == {"up to": "1"}


def test_logs_and_errors_never_hold_the_password(
    address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("monitor.work.queue._RETRIES", 0)
    monkeypatch.setenv("QUEUE_PASSWORD", "paraffin")
    with caplog.at_level(logging.DEBUG):
        queue = Queue(CrawlSettings(queue=address, queue_password="QUEUE_PASSWORD"))
        with pytest.raises(QueueError) as refused:
            queue.take(wait=0.001)
    assert "paraffin" not in f"{refused.value}{caplog.text}"
