"""The figures of a day: what was taken back is not counted, and each word counts what it says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from lead_page import case, days, page_of, put
from staged_day import NOW, call

from monitor import supply
from monitor.store import Store
from monitor.types import ConfirmedItem


def line_of(store: Store) -> int:
    """Confirm goods and return their supply line."""
    goods = [ConfirmedItem(name="口罩", quantity="40")]
    call(store, case(store, "晴川医院"), "need_confirmed", items=goods)
    return store.supplies.add(store.supplies.without_line()[0], None)


def test_a_receipt_that_was_undone_supplied_nobody(store: Store) -> None:
    line = line_of(store)
    supply.step(store, line, "received", now=NOW)
    assert days(store)[-1].supplied == 1
    supply.undo(store, line)
    assert days(store)[-1].supplied == 0


def test_a_line_is_supplied_on_the_day_of_the_first_receipt_that_stands(store: Store) -> None:
    line = line_of(store)
    supply.step(store, line, "received", amount="10", now=NOW - timedelta(days=1))
    supply.step(store, line, "received", amount="5", now=NOW - timedelta(days=1))
    supply.undo(store, line)
    assert [day.supplied for day in days(store)] == [1, 0]
    supply.undo(store, line)
    supply.step(store, line, "received", now=NOW)
    assert [day.supplied for day in days(store)] == [0, 1]


def test_only_what_was_noted_by_hand_is_undone_not_a_receipt_before_it(store: Store) -> None:
    line = line_of(store)
    supply.step(store, line, "received", amount="10", now=NOW)
    supply.step(store, line, "requested", amount="60", now=NOW)
    supply.undo(store, line)
    assert days(store)[-1].supplied == 1


def test_goods_confirmed_again_do_not_take_the_place_of_what_is_undone(store: Store) -> None:
    line = line_of(store)
    supply.step(store, line, "received", amount="10", now=NOW)
    again = [ConfirmedItem(name="口罩", quantity="60")]
    call(store, 1, "need_confirmed", items=again, hours_ago=0.5)
    supply.open_lines(store)
    assert len(store.supplies.lines()) == 1
    supply.undo(store, line)
    assert days(store)[-1].supplied == 0


def test_what_is_no_call_in_the_closed_list_is_not_counted_as_called(store: Store) -> None:
    made = call(store, case(store, "晴川医院"), "busy")
    assert days(store)[-1].called == 1
    put(store, "UPDATE callbacks SET disposition = 'remark' WHERE id = ?", made.id)
    assert (days(store)[-1].callbacks, days(store)[-1].called) == (1, 0)


def test_a_case_that_was_opened_again_has_not_ended(store: Store) -> None:
    case_id = case(store, "晴川医院")
    call(store, case_id, "no_need")
    assert days(store)[-1].closed == 1
    store.cases.reopen(case_id, actor="青岚", reason="说的是另一家")
    assert days(store)[-1].closed == 0


@pytest.mark.parametrize(
    ("disposition", "called", "reached"),
    [
        ("message_sent", 1, 0),
        ("wrong_number", 1, 0),
        ("no_answer", 1, 0),
        ("declined", 1, 1),
        ("bereaved", 1, 1),
        ("do_not_call", 1, 1),
    ],
)
def test_a_message_is_a_call_and_whoever_says_something_is_reached(
    store: Store, tmp_path: Path, disposition: str, called: int, reached: int
) -> None:
    call(store, case(store, "晴川医院"), disposition)
    page = page_of(store, tmp_path)
    for name, count in (("拨过", called), ("接通", reached)):
        assert f"{name}：今天 {count}，昨天 0" in page
