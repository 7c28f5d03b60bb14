"""Routing beside others: it blocks nobody, undoes nothing, and costs what the open cases cost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from many_cases import FORMER, add_closed, add_open
from staged_day import call, settings_in

from monitor.route import Routed, agents, route
from monitor.settings import AgentSettings, Settings
from monitor.store import Store

AGENTS = ("云落", "望舒")


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Return what sets a thing to be done once, after the first case was written by itself."""
    waiting: list[Callable[[], object]] = []

    def pause(_seconds: float) -> None:
        if waiting:
            waiting.pop()()

    monkeypatch.setattr(agents, "_AT_ONCE", 1)
    monkeypatch.setattr(agents.time, "sleep", pause)
    return waiting.append


def agents_of(store: Store) -> dict[int, str | None]:
    return {case.id: case.agent for case in store.cases.get(store.cases.all_ids())}


def with_capacity(settings: Settings, capacity: int) -> Settings:
    made = tuple(AgentSettings(name=agent.name, capacity=capacity) for agent in settings.agents)
    return settings.model_copy(update={"agents": made})


def test_an_outcome_is_recorded_at_once_while_routing_reads_and_writes(
    store: Store,
    tmp_path: Path,
    between: Callable[[Callable[[], object]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = add_open(store, 4)
    who_cares = store.cases.who_cares
    with Store(store.path, write_wait=0) as desk:

        def while_it_reads(*given: object) -> dict[str, str]:
            call(desk, ids[0], "no_answer")
            return who_cares(*given)

        monkeypatch.setattr(store.cases, "who_cares", while_it_reads)
        between(lambda: call(desk, ids[1], "no_answer"))
        assert route(store, settings_in(tmp_path, *AGENTS)) == Routed(assigned=4)
    noted = [case.id for case in store.cases.get(ids) if case.callbacks]
    assert noted == ids[:2]


def test_what_a_person_gave_away_meanwhile_stays_with_the_agent_it_was_given_to(
    store: Store, tmp_path: Path, between: Callable[[Callable[[], object]], None]
) -> None:
    first, second, third = add_open(store, 3)
    with Store(store.path) as desk:
        between(lambda: desk.cases.assign(second, "望舒", "会说方言", actor="青岚"))
        done = route(store, settings_in(tmp_path, *AGENTS))
    assert done == Routed(assigned=2, kept=1)
    assert agents_of(store) == {first: "云落", second: "望舒", third: "云落"}


def test_a_case_that_was_closed_meanwhile_is_given_to_nobody(
    store: Store, tmp_path: Path, between: Callable[[Callable[[], object]], None]
) -> None:
    first, second, third = add_open(store, 3)
    with Store(store.path) as desk:
        between(lambda: call(desk, second, "no_need"))
        done = route(store, settings_in(tmp_path, *AGENTS))
    assert done == Routed(assigned=2)
    assert agents_of(store)[second] is None
    assert store.cases.open_ids() == [first, third]


def test_room_that_was_taken_meanwhile_is_not_given_again(
    store: Store, tmp_path: Path, between: Callable[[Callable[[], object]], None]
) -> None:
    settings = with_capacity(settings_in(tmp_path, "云落"), 2)
    first, second = add_open(store, 2)
    with Store(store.path) as desk:
        between(lambda: desk.cases.assign(add_open(desk, 1)[0], "云落", "会说方言"))
        done = route(store, settings)
    assert done == Routed(assigned=1, unassigned=1)
    assert agents_of(store)[first] == "云落"
    assert agents_of(store)[second] is None


def test_many_that_route_at_once_give_each_case_to_one_agent(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agents, "_AT_ONCE", 3)
    settings = with_capacity(settings_in(tmp_path, *AGENTS), 12)
    ids = add_open(store, 30)
    start = Barrier(3)

    def routed(_turn: int) -> Routed:
        with Store(store.path) as mine:
            start.wait()
            return route(mine, settings)

    with ThreadPoolExecutor(3) as threads:
        done = list(threads.map(routed, range(3)))
    assert sum(one.assigned for one in done) == 24
    held = list(agents_of(store).values())
    assert [held.count(name) for name in (*AGENTS, None)] == [12, 12, 6]
    with store.read():
        gone = store.connection.db.execute(
            "SELECT count(*) FROM assignments WHERE ended_at IS NOT NULL"
        ).fetchone()
    assert (gone[0], len(ids)) == (0, 30)


def _steps_of_routing(path: Path, closed: int, holders: tuple[str, ...]) -> int:
    """Return how many steps of SQLite's machine it takes to route 20 open cases.

    holders: whose the closed cases were.
    """
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    with Store(path) as store:
        add_closed(store, closed, holders, hospitals=24)
        add_open(store, 20)
        store.connection.db.conn.set_progress_handler(count, 1)
        done = route(store, settings_in(path.parent, *AGENTS))
        store.connection.db.conn.set_progress_handler(None, 0)
    assert done == Routed(assigned=20)
    return steps


@pytest.mark.parametrize("holders", [AGENTS, (FORMER,)])
def test_what_routing_reads_grows_with_the_open_cases_only(
    tmp_path: Path, holders: tuple[str, ...]
) -> None:
    few, many = (_steps_of_routing(tmp_path / f"{n}.db", n, holders) for n in (1_200, 3_600))
    assert many <= few * 1.02
