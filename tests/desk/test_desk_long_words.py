"""A post and a run's message of a million letters: the desk answers everybody all the same."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_client import OTHER, Desk, desks
from staged_day import AGENT, NOW, add_case, reading_of, settings_in

from monitor import digest
from monitor.store import Store

MILLION = 1_000_000


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Iterator[Desk]:
    yield from desks(store, tmp_path)


def fill(store: Store, letters: int) -> None:
    """Keep a flagged post and a failed run of so many letters, as older releases did."""
    text = "紫荆医院急需口罩500个，联系李护士13800138000。" + "a" * letters
    add_case(store, text, reading_of(text, goods=[("口罩", "500", "个")]))
    run = store.runs.start("crawl", "day")
    store.runs.end(run, "changed", "x")
    with store.write():
        store.connection.db.execute("UPDATE runs SET message = ?", ["a" * letters])


def test_others_are_answered_while_long_words_are_shown(store: Store, desk: Desk) -> None:
    fill(store, MILLION)
    lead, other = desk(AGENT), desk(OTHER)
    statuses: list[int] = []

    def ask() -> None:
        statuses.extend(lead.get(path).status_code for path in ("/index.html", "/"))

    asking = threading.Thread(target=ask)
    asking.start()
    answered = 0
    while asking.is_alive() or not answered:
        assert other.get("/live", after="0.0.0").status_code == 200
        answered += 1
    asking.join()
    assert statuses == [200, 200]
    assert len(lead.get("/index.html").text) < 400_000


def test_a_digest_of_long_words_costs_little_more(tmp_path: Path) -> None:
    costs = []
    for letters in (1_000, MILLION):
        folder = tmp_path / str(letters)
        with Store(folder / "distress.db") as store:
            fill(store, letters)
            settings = settings_in(folder)
            digest.write(store, settings, now=NOW)
            start = time.thread_time()
            digest.write(store, settings, now=NOW)
            costs.append(time.thread_time() - start)
    assert costs[1] < 5 * costs[0] + 2, costs
