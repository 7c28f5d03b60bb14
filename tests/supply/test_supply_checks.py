"""Goods of a case that ended otherwise later, or whose outcomes clash, are not sent unlooked at."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from confirmed import HANDS, confirm
from staged_day import AGENT, NOW, call

from monitor.cli import main
from monitor.store import Store
from monitor.supply import open_lines, step
from monitor.supply.checks import checks
from monitor.types import Callback

Run = Callable[..., Result]


def later(
    store: Store, case_id: int, disposition: str, *, hours_ago: float = 0.5, **more: Any
) -> Callback:
    """Note an outcome of a case in knowledge of what was noted before."""
    [case] = store.cases.get([case_id])
    more = {"agent": "望舒", "after_id": case.callbacks[-1].id, **more}
    return call(store, case_id, disposition, hours_ago=hours_ago, **more)


def told(store: Store) -> list[tuple[str, ...]]:
    """Return by line which outcomes are to be looked at."""
    return [
        tuple(
            said.disposition
            for said in (
                (check.clash.first, check.clash.second) if check.clash else (check.ended_by,)
            )
            if said
        )
        for found in checks(store.supplies.lines()).values()
        for check in found
    ]


@pytest.mark.parametrize("disposition", ["no_need", "already_supplied", "declined"])
def test_a_case_that_ended_otherwise_later_is_told_at_its_goods(
    store: Store, disposition: str
) -> None:
    case_id = confirm(store, HANDS)
    assert told(store) == []
    later(store, case_id, disposition)
    assert told(store) == [(disposition,)]


@pytest.mark.parametrize("disposition", ["no_answer", "call_later", "passed_on", "need_confirmed"])
def test_what_ends_no_case_or_confirms_it_once_more_is_no_reason(
    store: Store, disposition: str
) -> None:
    later(store, confirm(store, HANDS), disposition)
    assert told(store) == []


def test_goods_confirmed_after_the_case_had_ended_otherwise_are_wanted(store: Store) -> None:
    case_id = confirm(store, HANDS, hours_ago=3)
    later(store, case_id, "no_need", hours_ago=2)
    later(store, case_id, "need_confirmed", items=[HANDS], hours_ago=1)
    open_lines(store)
    assert told(store) == []


def test_an_ending_that_was_a_mistake_no_longer_counts(store: Store) -> None:
    case_id = confirm(store, HANDS)
    later(store, case_id, "no_need")
    store.cases.reopen(case_id, actor="青岚", reason="说的是另一家")
    assert told(store) == []


def test_who_asks_for_the_goods_again_has_decided(store: Store) -> None:
    later(store, confirm(store, HANDS), "already_supplied")
    step(store, 1, "requested", amount="20", now=NOW + timedelta(days=1))
    assert told(store) == []


def test_who_asked_before_it_was_known_has_not(store: Store) -> None:
    case_id = confirm(store, HANDS)
    step(store, 1, "requested", amount="20", now=NOW - timedelta(days=1))
    later(store, case_id, "already_supplied")
    assert told(store) == [("already_supplied",)]


def test_outcomes_that_contradict_each_other_are_told_until_one_settles_them(
    store: Store,
) -> None:
    case_id = confirm(store, HANDS)
    with store.connection.write() as db:
        db.execute("UPDATE callbacks SET after_id = ''")
    later(store, case_id, "already_supplied", hours_ago=2, after_id="")
    assert told(store) == [("already_supplied", "need_confirmed")]
    later(store, case_id, "already_supplied", hours_ago=-24)
    assert told(store) == [("already_supplied",)]


def test_goods_that_were_received_are_not_asked_about(store: Store) -> None:
    case_id = confirm(store, HANDS)
    step(store, 1, "received")
    later(store, case_id, "already_supplied")
    assert told(store) == []


def test_only_the_lines_of_that_case_are_told(store: Store) -> None:
    confirm(store, HANDS)
    later(store, confirm(store, HANDS, facility="白鹭市中医院"), "no_need")
    assert list(checks(store.supplies.lines())) == [2]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Run `distress supplies` with a case that ended otherwise after its goods were confirmed."""
    config = tmp_path / "distress.toml"
    config.write_text('language = "en"\n[store]\npath = "distress.db"\n', encoding="utf-8")
    with Store(tmp_path / "distress.db") as store:
        confirm(store, HANDS)
        later(store, confirm(store, HANDS, agent=f"{AGENT}\x1b[2J 13800138000"), "no_need")
    runner = CliRunner(env={"COLUMNS": "140"})
    yield lambda *words: runner.invoke(main, ["--config", str(config), "supplies", *words])


def test_the_list_names_the_line_its_case_and_what_to_do(run: Run) -> None:
    listed = run().output
    assert "! line 2, hand cream: case 2 ended otherwise later: 望舒: no need" in listed
    assert "distress case show 2" in listed
    assert "distress supplies step 2 requested --amount 40" in listed
    assert "! line 1" not in listed


def test_csv_says_at_the_line_what_to_look_at(run: Run) -> None:
    first, second = csv.DictReader(io.StringIO(run("--csv").output))
    assert first["check"] == ""
    assert second["check"].startswith("case 2 ended otherwise later: 望舒: no need, 20")


def test_a_step_is_taken_and_warned_of(run: Run) -> None:
    done = run("step", "2", "committed")
    assert done.exit_code == 0
    assert "case 2 ended otherwise later" in done.output
    assert "case" not in run("step", "1", "committed", "--anyway").output


def test_no_words_of_strangers_steer_the_terminal(run: Run) -> None:
    listed = run().output
    assert "\x1b[2J" not in listed
    assert "13800138000" not in listed
