"""Goods that are no longer wanted: the line is withdrawn, its history and what is underway stay."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from confirmed import HANDS, MASKS, confirm
from staged_day import NOW, settings_in

from monitor.cli import main
from monitor.errors import DistressError
from monitor.store import Store
from monitor.store.supplies import LineOfCase
from monitor.supply import step, undo
from monitor.supply.checks import checks
from monitor.supply.progress import progress, withdrawal
from monitor.supply.repeats import repeats
from monitor.supply.spreadsheet import as_csv, step_rows
from monitor.supply.totals import by_facility, by_goods
from monitor.types import ConfirmedItem

Run = Callable[..., Result]


def withdraw(store: Store, line_id: int = 1) -> LineOfCase:
    """Withdraw a line, as the supply group does."""
    return step(store, line_id, "requested", amount="0", by="望舒", note="够用了", now=NOW)


def underway(store: Store) -> dict[str, str]:
    """Return what the one line warns of: how much stopped at which stage."""
    [found] = checks(store.supplies.lines()).values()
    return {stage.status: str(stage.amount) for check in found for stage in check.underway}


def test_a_line_is_withdrawn_with_who_when_and_why(store: Store) -> None:
    confirm(store, HANDS)
    said = withdrawal(withdraw(store))
    assert said and (said.actor, said.at, said.note) == ("望舒", NOW, "够用了")
    done = progress(store.supplies.lines()[0])
    assert (done.is_withdrawn, done.is_done, done.is_open) == (True, False, False)
    assert done.asked_before == "40"


def test_withdrawn_lines_of_which_nothing_was_received_are_not_in_the_totals(store: Store) -> None:
    confirm(store, HANDS, MASKS)
    withdraw(store)
    lines = store.supplies.lines()
    assert [total.name for total in by_goods(lines)] == ["面膜"]
    assert [total.counts[0] for total in by_facility(lines)] == [1]


def test_what_was_received_of_a_withdrawn_line_stays_in_the_totals(store: Store) -> None:
    confirm(store, HANDS)
    step(store, 1, "received", amount="25")
    withdraw(store)
    lines = store.supplies.lines()
    [total] = by_goods(lines)
    assert [str(amount) for amount in total.amounts or ()] == ["25", "25", "25", "25", "0"]
    assert [(total.counts[0], total.lines_open) for total in by_facility(lines)] == [(1, 0)]


def test_words_received_of_a_withdrawn_line_stay_in_the_totals(store: Store) -> None:
    confirm(store, MASKS)
    step(store, 1, "received", amount="两箱")
    withdraw(store)
    assert [total.words for total in by_goods(store.supplies.lines())] == [("两箱",)]


def test_asking_again_brings_a_line_back(store: Store) -> None:
    confirm(store, HANDS)
    step(store, 1, "committed", amount="10")
    withdraw(store)
    done = progress(step(store, 1, "requested", amount="30", now=NOW + timedelta(hours=1)))
    assert (done.is_open, str(done.stages[0].amount), str(done.asked)) == (True, "10", "30")


def test_undo_brings_a_line_back_as_it_was(store: Store) -> None:
    confirm(store, MASKS)
    step(store, 1, "in transit")
    withdraw(store)
    done = progress(undo(store, 1))
    assert done.is_open and done.at("in transit").full


@pytest.mark.parametrize("again", [HANDS, ConfirmedItem(name="护手霜")])
def test_goods_confirmed_again_on_the_phone_bring_their_line_back(
    store: Store, again: ConfirmedItem
) -> None:
    case_id = confirm(store, HANDS)
    withdraw(store)
    confirm(store, again, case_id=case_id, hours_ago=-1)
    [line] = store.supplies.lines()
    assert (progress(line).is_withdrawn, progress(line).asked_words) == (False, "40")


@pytest.mark.parametrize(("received", "again"), [("40", "40"), ("25", "20")])
def test_goods_confirmed_after_some_were_received_and_the_rest_withdrawn_are_sent_anew(
    store: Store, received: str, again: str
) -> None:
    case_id = confirm(store, HANDS)
    step(store, 1, "received", amount=received)
    withdraw(store)
    confirm(store, replace(HANDS, quantity=again), case_id=case_id, hours_ago=-1)
    old, new = (progress(line) for line in store.supplies.lines())
    assert (old.is_withdrawn, new.is_open, new.asked_words) == (True, True, again)
    assert new.furthest is None


def test_a_confirmation_heard_before_does_not_bring_it_back(store: Store) -> None:
    case_id = confirm(store, HANDS, hours_ago=2)
    withdraw(store)
    confirm(store, HANDS, case_id=case_id, hours_ago=1)
    assert progress(store.supplies.lines()[0]).is_withdrawn


def test_what_is_underway_of_a_withdrawn_line_is_told(store: Store) -> None:
    confirm(store, HANDS)
    step(store, 1, "committed")
    step(store, 1, "in transit", amount="25")
    step(store, 1, "received", amount="20")
    withdraw(store)
    assert underway(store) == {"committed": "15", "in transit": "5"}


def test_an_amount_nobody_told_is_underway_all_the_same(store: Store) -> None:
    confirm(store, MASKS)
    step(store, 1, "in transit")
    withdraw(store)
    assert list(underway(store)) == ["in transit"]
    step(store, 1, "received")
    assert checks(store.supplies.lines()) == {}


def test_nothing_is_told_where_nothing_is_underway(store: Store) -> None:
    confirm(store, HANDS)
    withdraw(store)
    assert checks(store.supplies.lines()) == {}


def test_what_was_sent_before_can_be_received(store: Store) -> None:
    confirm(store, HANDS)
    step(store, 1, "committed")
    step(store, 1, "in transit", amount="25")
    withdraw(store)
    line = step(store, 1, "received")
    assert (line.steps[-1].quantity, line.steps[-1].note) == ("25", "")
    assert underway(store) == {"committed": "15"}


def test_what_was_sent_in_words_is_received_in_these_words(store: Store) -> None:
    confirm(store, HANDS)
    step(store, 1, "in transit", amount="若干")
    withdraw(store)
    assert progress(step(store, 1, "received")).at("received").in_words == "若干"
    assert checks(store.supplies.lines()) == {}


@pytest.mark.parametrize("amounts", [("25", "若干"), ("若干", "两箱")])
def test_what_was_sent_in_several_amounts_is_received_one_by_one(
    store: Store, amounts: tuple[str, str]
) -> None:
    confirm(store, HANDS)
    for amount in amounts:
        step(store, 1, "in transit", amount=amount)
    withdraw(store)
    with pytest.raises(DistressError, match="say which one it is with --amount"):
        step(store, 1, "received")
    step(store, 1, "received", amount=amounts[0])
    step(store, 1, "received")
    assert checks(store.supplies.lines()) == {}


@pytest.mark.parametrize(
    ("status", "amount"), [("committed", "5"), ("in transit", None), ("received", "26")]
)
def test_sending_what_is_withdrawn_is_refused_until_someone_says_so(
    store: Store, status: str, amount: str | None
) -> None:
    confirm(store, HANDS)
    step(store, 1, "committed")
    step(store, 1, "in transit", amount="25")
    withdraw(store)
    with pytest.raises(DistressError, match="line 1 is withdrawn by 望舒") as refused:
        step(store, 1, status, amount=amount)
    assert "distress supplies step 1 requested --amount TOTAL" in str(refused.value)
    line = step(store, 1, status, amount=amount, anyway=True)
    assert line.steps[-1].note == "(anyway: withdrawn)"


def test_a_line_is_withdrawn_once(store: Store) -> None:
    confirm(store, HANDS)
    withdraw(store)
    with pytest.raises(DistressError, match="line 1 is withdrawn already"):
        withdraw(store)


def test_a_withdrawn_line_does_not_compete_for_goods_on_another(store: Store) -> None:
    confirm(store, HANDS)
    confirm(store, HANDS)
    withdraw(store)
    step(store, 2, "committed", now=NOW)
    assert repeats(store.supplies.lines(), now=NOW) == {}


def test_csv_and_history_keep_a_withdrawn_line_and_say_so(store: Store, tmp_path: Path) -> None:
    confirm(store, HANDS)
    step(store, 1, "committed", amount="10")
    withdraw(store)
    lines = store.supplies.lines()
    [row] = csv.DictReader(io.StringIO(as_csv(lines, settings_in(tmp_path).zone)))
    assert [row[column] for column in ("requested", "committed", "missing", "status")] == [
        "0", "10", "0", "withdrawn",
    ]  # fmt: skip
    assert [(row[2], row[3], row[5]) for row in step_rows(lines)][-1] == ("requested", "0", "望舒")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Run `distress supplies` with a store of two lines, confirmed the day before."""
    config = tmp_path / "distress.toml"
    config.write_text('language = "en"\n[store]\npath = "distress.db"\n', encoding="utf-8")
    with Store(tmp_path / "distress.db") as store:
        confirm(store, HANDS, MASKS, hours_ago=30)
    runner = CliRunner(env={"COLUMNS": "140"})
    yield lambda *words: runner.invoke(main, ["--config", str(config), "supplies", *words])


def test_a_line_is_withdrawn_from_the_terminal_and_listed_so(run: Run) -> None:
    given = ("--by", "望舒", "--note", "够用了")
    done = run("step", "1", "requested", "--amount", "0", *given)
    assert done.output == (
        "line 1: asked 40 pcs · committed 0 · in transit 0 · received 0 · withdrawn by 望舒\n"
    )
    assert "withdrawn" in run().output
    shown = run("show", "1").output
    assert "够用了" in shown and "withdrawn" in shown
    assert "hand cream" not in run("--totals").output


def test_the_terminal_warns_of_goods_on_their_way_though_withdrawn(run: Run) -> None:
    run("step", "1", "in transit", "--amount", "25")
    done = run("step", "1", "requested", "--amount", "0")
    told = "! line 1, hand cream: on its way though withdrawn: 25 in transit."
    for output in (done.output, run().output, run("show", "1").output):
        assert told in output
    assert "!1" in run().output.split()
