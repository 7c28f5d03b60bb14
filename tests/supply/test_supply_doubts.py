"""Nothing is sent twice for one request unless someone says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from confirmed import HANDS, MASKS, confirm
from staged_day import NOW

from monitor.errors import DistressError
from monitor.store import Store
from monitor.supply import step
from monitor.supply.progress import progress
from monitor.supply.repeats import repeats
from monitor.types import ConfirmedItem


@pytest.mark.parametrize("status", ["committed", "in transit", "received"])
def test_a_stage_that_is_full_takes_no_more(store: Store, status: str) -> None:
    confirm(store, HANDS)
    step(store, 1, "received")
    with pytest.raises(DistressError, match=f"line 1 is full at '{status}' already: all 40支"):
        step(store, 1, status, amount="1")
    assert len(store.supplies.lines()[0].steps) == 2


def test_more_than_is_asked_for_is_refused_with_what_is_left(store: Store) -> None:
    confirm(store, HANDS)
    step(store, 1, "in transit", amount="25")
    with pytest.raises(DistressError) as refused:
        step(store, 1, "in transit", amount="30")
    assert "30支 is more than is missing" in str(refused.value)
    assert "--amount 15." in str(refused.value)


def test_an_amount_in_another_unit_is_refused_as_it_cannot_be_compared(store: Store) -> None:
    confirm(store, HANDS)
    with pytest.raises(DistressError, match="30箱 cannot be compared with the 40支"):
        step(store, 1, "in transit", amount="30箱")
    assert step(store, 1, "committed", amount="若干").steps[-1].quantity == "若干"


def test_anyway_notes_it_and_the_history_tells_why(store: Store) -> None:
    confirm(store, HANDS)
    line = step(store, 1, "committed", amount="50", note="红会多给的", anyway=True)
    assert line.steps[-1].note == "红会多给的 (anyway: 10 more than asked for)"
    assert progress(line).at("committed").amount == 50


def test_without_a_doubt_anyway_leaves_no_trace(store: Store) -> None:
    confirm(store, HANDS)
    assert step(store, 1, "committed", note="红会", anyway=True).steps[-1].note == "红会"


def test_the_same_goods_for_the_same_facility_are_named(store: Store) -> None:
    confirm(store, HANDS)
    confirm(store, ConfirmedItem(name="护手 霜", quantity="20"), facility="晴川紫荆医院")
    step(store, 1, "committed")
    with pytest.raises(DistressError) as refused:
        step(store, 2, "committed", amount="5")
    assert "line 1 (case 1) has 护手霜 for 晴川市紫荆医院, 40 committed" in str(refused.value)
    assert "distress supplies step 2 'committed' --amount 5 --anyway" in str(refused.value)
    line = step(store, 2, "committed", anyway=True)
    assert line.steps[-1].note == "(anyway: besides line 1)"


def test_who_has_said_so_once_is_not_asked_at_every_stage(store: Store) -> None:
    confirm(store, HANDS)
    confirm(store, HANDS)
    step(store, 1, "in transit")
    step(store, 2, "committed", anyway=True)
    assert step(store, 2, "in transit").status == "in transit"
    assert step(store, 1, "received").status == "received"


def test_goods_only_asked_for_elsewhere_are_no_reason_to_wait(store: Store) -> None:
    confirm(store, HANDS)
    confirm(store, HANDS)
    assert step(store, 1, "committed").status == "committed"


@pytest.mark.parametrize(
    ("facility", "item"),
    [
        ("白鹭市中医院", HANDS),
        ("晴川市紫荆医院", MASKS),
        (None, HANDS),
    ],
)
def test_other_goods_and_other_facilities_do_not_matter(
    store: Store, facility: str | None, item: ConfirmedItem
) -> None:
    confirm(store, HANDS)
    confirm(store, item, facility=facility)
    step(store, 1, "received")
    assert step(store, 2, "committed").status == "committed"


def test_a_name_that_every_town_has_is_not_one_facility(store: Store) -> None:
    confirm(store, HANDS, facility="人民医院")
    confirm(store, HANDS, facility="人民医院")
    step(store, 1, "received")
    assert step(store, 2, "committed").status == "committed"


def test_a_new_request_of_one_case_is_told_of_the_old_one(store: Store) -> None:
    case_id = confirm(store, HANDS, facility=None)
    step(store, 1, "received")
    confirm(store, HANDS, case_id=case_id, hours_ago=0.5)
    with pytest.raises(DistressError, match="line 1 "):
        step(store, 2, "committed")


def test_what_went_there_two_weeks_ago_may_be_used_up(store: Store) -> None:
    confirm(store, HANDS)
    confirm(store, HANDS)
    step(store, 1, "received", now=NOW - timedelta(days=14, hours=1))
    assert step(store, 2, "committed", now=NOW).status == "committed"


def test_lines_to_be_compared_are_known_before_anything_is_sent(store: Store) -> None:
    confirm(store, HANDS)
    confirm(store, HANDS)
    assert repeats(store.supplies.lines(), now=NOW) == {}
    step(store, 1, "committed", now=NOW)
    assert repeats(store.supplies.lines(), now=NOW) == {2: [1]}


def test_no_name_steers_the_terminal_or_shows_a_number(store: Store) -> None:
    hostile = ConfirmedItem(name="护手霜\x1b[2J\u202e 13800138000", quantity="4", unit="\x07支")
    confirm(store, hostile)
    confirm(store, hostile)
    step(store, 1, "committed")
    with pytest.raises(DistressError) as refused:
        step(store, 2, "committed", amount="9")
    assert str(refused.value).isprintable()
    assert "13800138000" not in str(refused.value)


def test_a_facility_is_known_by_the_end_of_its_name_in_either_order(store: Store) -> None:
    for facility in ("紫荆中心医院", "晴川市紫荆中心医院", "白鹭市中医院"):
        confirm(store, HANDS, facility=facility)
    step(store, 1, "committed", now=NOW)
    step(store, 2, "committed", now=NOW, anyway=True)
    assert repeats(store.supplies.lines(), now=NOW) == {1: [2], 2: [1]}
