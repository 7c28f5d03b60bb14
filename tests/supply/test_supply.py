"""Supplies: all confirmed goods have one line that goes step by step to the ward, all or a part."""

from __future__ import annotations

from decimal import Decimal

import pytest
from confirmed import FACILITY, HANDS, MASKS, confirm
from staged_day import AGENT, NOW, add_case, add_need, call, reading_of

from monitor.errors import DistressError, UnknownNameError
from monitor.store import Store
from monitor.supply import STATUSES, open_lines, step, undo
from monitor.supply.progress import number, progress
from monitor.types import ConfirmedItem, SupplyLine


def amounts(line: SupplyLine) -> tuple[str, ...]:
    """Return what is asked for, committed, in transit, received and missing, as words."""
    done = progress(line)
    asked = done.asked if done.asked is not None else done.asked_words
    missing = done.stages[-1].missing
    return tuple(str(part) for part in (asked, *(s.amount for s in done.stages), missing))


def only(store: Store) -> SupplyLine:
    """Return the one line of the store."""
    [line] = store.supplies.lines()
    return line


def test_all_confirmed_goods_have_one_line_each(store: Store) -> None:
    case_id = confirm(store, HANDS, MASKS)
    found = store.supplies.lines()
    assert [(line.name, line.quantity, line.unit) for line in found] == [
        ("护手霜", "40", "支"),
        ("面膜", "若干", None),
    ]
    assert {(line.case_id, line.facility, line.status, line.agent) for line in found} == {
        (case_id, FACILITY, "requested", AGENT)
    }


def test_lines_are_opened_once(store: Store) -> None:
    confirm(store, HANDS)
    assert open_lines(store) == 0
    confirm(store, MASKS, facility="白鹭市中医院")
    assert open_lines(store) == 0
    assert len(store.supplies.lines()) == 2


def test_a_callback_without_goods_opens_no_line(store: Store) -> None:
    confirm(store)
    assert store.supplies.lines() == []


def test_a_line_of_a_case_without_a_facility_has_none(store: Store) -> None:
    confirm(store, HANDS, facility=None)
    assert only(store).facility is None


def test_a_line_has_the_fullest_name_of_its_facility_and_the_team_that_helps(store: Store) -> None:
    case_id = add_case(store, "紫荆医院缺", reading_of("紫荆医院缺", facility="紫荆医院"))
    for text, name in (
        ("晴川市紫荆医院急诊科缺面膜", "晴川市紫荆医院急诊科"),
        ("湖北省外第一批支援医疗队缺面膜", "湖北省外第一批支援医疗队"),
    ):
        need_id = add_need(store, text, reading_of(text, facility=name))
        store.cases.join(case_id, need_id, reason="same contact", matched_need_id=None)
    confirm(store, HANDS, case_id=case_id)
    assert only(store).facility == "晴川市紫荆医院急诊科"
    assert only(store).team == "湖北省外第一批支援医疗队"


def test_a_line_goes_step_by_step_to_the_ward(store: Store) -> None:
    confirm(store, HANDS)
    for status in STATUSES[1:]:
        assert step(store, 1, status, by="红会", note="顺丰").status == status
    assert progress(only(store)).is_done
    assert [(s.status, s.actor, s.note) for s in only(store).steps[1:]] == [
        (status, "红会", "顺丰") for status in STATUSES[1:]
    ]


def test_goods_go_in_parts_and_what_is_missing_is_known(store: Store) -> None:
    confirm(store, HANDS)
    step(store, 1, "committed")
    step(store, 1, "in transit", amount="15")
    step(store, 1, "in transit", amount="10")
    step(store, 1, "received", amount="20")
    assert amounts(only(store)) == ("40", "40", "25", "20", "20")
    furthest = progress(only(store)).furthest
    assert furthest and (furthest.status, furthest.full) == ("received", False)


def test_a_later_stage_implies_the_earlier_ones(store: Store) -> None:
    confirm(store, HANDS)
    assert amounts(step(store, 1, "received", amount="20")) == ("40", "20", "20", "20", "20")
    assert amounts(step(store, 1, "in transit", amount="20")) == ("40", "40", "40", "20", "20")


def test_a_step_without_an_amount_is_all_that_is_missing(store: Store) -> None:
    confirm(store, HANDS)
    step(store, 1, "in transit", amount="12.5")
    step(store, 1, "in transit")
    assert amounts(only(store)) == ("40", "40.0", "40.0", "0", "40")


def test_an_amount_in_words_is_full_only_when_all_is_said_to_be_there(store: Store) -> None:
    confirm(store, MASKS)
    some = progress(step(store, 1, "in transit", amount="20"))
    assert (some.at("in transit").amount, some.at("in transit").full) == (Decimal(20), False)
    assert progress(step(store, 1, "in transit")).at("in transit").full
    with pytest.raises(DistressError, match="full at 'in transit' already"):
        step(store, 1, "in transit")


def test_words_are_kept_as_words(store: Store) -> None:
    confirm(store, HANDS)
    done = progress(step(store, 1, "in transit", amount=" 若干 "))
    assert done.at("in transit").words == ("若干",)
    assert done.at("in transit").missing == 40


@pytest.mark.parametrize(
    ("words", "amount"),
    [("40", "40"), ("４０", "40"), ("2.5", "2.5"), ("1,200", "1200"), (" 40 ", "40")],
)
def test_amounts_are_exact_numbers(words: str, amount: str) -> None:
    assert number(words) == Decimal(amount)


@pytest.mark.parametrize("words", ["若干", "40-60", "两百", "4,0", "1e3", "-5", "", None, "1" * 13])
def test_other_words_are_no_number(words: str | None) -> None:
    assert number(words) is None


@pytest.mark.parametrize("amount", ["0", "0 支", "0.0支", "-5", "+5", "", " ", "x" * 41])
def test_an_amount_that_cannot_be_on_its_way_is_refused(store: Store, amount: str) -> None:
    confirm(store, HANDS)
    with pytest.raises(DistressError, match="give a number such as 25"):
        step(store, 1, "committed", amount=amount)
    assert len(only(store).steps) == 1


def test_a_second_confirmation_corrects_the_line_and_keeps_its_history(store: Store) -> None:
    case_id = confirm(store, HANDS)
    step(store, 1, "in transit", amount="25")
    again = ConfirmedItem(name="护手霜", quantity="60")
    confirm(store, again, case_id=case_id, agent="望舒", hours_ago=0.5)
    assert amounts(only(store)) == ("60", "25", "25", "0", "60")
    assert only(store).unit == "支"
    assert [(s.status, s.quantity, s.actor) for s in only(store).requests] == [
        ("requested", "40", AGENT),
        ("requested", "60", "望舒"),
    ]
    assert open_lines(store) == 0


def test_a_confirmation_heard_earlier_but_imported_later_does_not_count(store: Store) -> None:
    case_id = confirm(store, HANDS, hours_ago=1)
    earlier = ConfirmedItem(name="护手霜", quantity="10", unit="支")
    confirm(store, earlier, case_id=case_id, hours_ago=5)
    assert only(store).quantity == "40"
    assert len(only(store).steps) == 2


def test_a_second_confirmation_without_an_amount_leaves_it(store: Store) -> None:
    case_id = confirm(store, HANDS)
    confirm(store, ConfirmedItem(name="护手霜"), case_id=case_id, hours_ago=0.5)
    assert (only(store).quantity, only(store).unit) == ("40", "支")


def test_goods_confirmed_again_after_all_was_received_are_a_new_request(store: Store) -> None:
    case_id = confirm(store, HANDS)
    step(store, 1, "received")
    confirm(store, HANDS, case_id=case_id, hours_ago=0.5)
    assert [line.status for line in store.supplies.lines()] == ["received", "requested"]


def test_another_unit_is_a_correction_only_while_nothing_is_on_its_way(store: Store) -> None:
    case_id = confirm(store, HANDS)
    boxes = ConfirmedItem(name="护手霜", quantity="2", unit="箱")
    confirm(store, boxes, case_id=case_id, hours_ago=0.5)
    assert (only(store).quantity, only(store).unit) == ("2", "箱")
    step(store, 1, "committed")
    confirm(store, HANDS, case_id=case_id, hours_ago=0.2)
    assert [line.unit for line in store.supplies.lines()] == ["箱", "支"]


def test_one_callback_may_name_the_same_goods_twice(store: Store) -> None:
    large = ConfirmedItem(name="防护服", quantity="20", unit="套")
    small = ConfirmedItem(name="防护服", quantity="30", unit="套")
    case_id = confirm(store, large, small)
    assert [line.quantity for line in store.supplies.lines()] == ["20", "30"]
    confirm(store, small, large, case_id=case_id, hours_ago=0.5)
    assert [line.quantity for line in store.supplies.lines()] == ["30", "20"]


def test_what_is_asked_for_can_be_corrected_by_hand(store: Store) -> None:
    confirm(store, HANDS)
    step(store, 1, "in transit")
    assert amounts(step(store, 1, "requested", amount="50", by="望舒", now=NOW))[0] == "50"
    assert only(store).agent == AGENT
    with pytest.raises(DistressError, match="say how much is asked for now"):
        step(store, 1, "requested")


def test_a_wrong_step_is_undone_and_the_history_shows_both(store: Store) -> None:
    confirm(store, HANDS)
    step(store, 1, "committed")
    step(store, 1, "received")
    line = undo(store, 1, by="望舒", note="记错行了")
    assert amounts(line) == ("40", "40", "0", "0", "40")
    assert [s.status for s in line.steps] == ["requested", "committed", "received", "undone"]
    assert (line.steps[-1].actor, line.steps[-1].note) == ("望舒", "记错行了")
    assert amounts(undo(store, 1)) == ("40", "0", "0", "0", "40")


def test_what_an_agent_confirmed_is_not_undone(store: Store) -> None:
    case_id = confirm(store, HANDS)
    step(store, 1, "committed", amount="10")
    more = ConfirmedItem(name="护手霜", quantity="60")
    confirm(store, more, case_id=case_id, hours_ago=0.5)
    assert amounts(undo(store, 1)) == ("60", "0", "0", "0", "60")
    with pytest.raises(DistressError, match="no step of supply line 1 is left to undo"):
        undo(store, 1)


def test_an_unknown_line_is_told_with_those_there_are(store: Store) -> None:
    confirm(store, HANDS)
    for command in (lambda: step(store, 99, "received"), lambda: undo(store, 99)):
        with pytest.raises(UnknownNameError, match="no supply line '99'; there are: 1. See: dist"):
            command()


def test_an_unknown_status_is_told_with_those_there_are(store: Store) -> None:
    confirm(store, HANDS)
    with pytest.raises(UnknownNameError, match="no status 'lost'; there are: requested, committed"):
        step(store, 1, "lost")


def test_steps_of_an_older_release_had_no_amount_and_meant_all(store: Store) -> None:
    confirm(store, HANDS)
    store.supplies.step(1, "in transit")
    assert amounts(only(store)) == ("40", "40", "40", "0", "40")


def _steps_under_the_lock(store: Store) -> int:
    """Confirm goods and return how many steps of SQLite's machine opening their line takes there.

    Steps are counted while a transaction holds the store.
    """
    case_id = confirm(store)
    call(store, case_id, "need_confirmed", items=[HANDS], hours_ago=0.5)
    raw = store.connection.db.conn
    steps: list[bool] = []
    raw.set_progress_handler(lambda: steps.append(raw.in_transaction), 1)
    assert open_lines(store) == 1
    raw.set_progress_handler(None, 0)
    return sum(steps)


def test_to_open_a_line_holds_the_store_no_longer_where_there_are_many(store: Store) -> None:
    few = _steps_under_the_lock(store)
    for _ in range(30):
        confirm(store, HANDS, MASKS)
    assert few <= _steps_under_the_lock(store) <= few * 1.1
