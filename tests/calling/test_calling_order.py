"""The calling order: whom to call first, and the reason that is shown for it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from made_cases import MORNING, callback_of, case_of, item_of, need_of

from monitor.calling.next_call import NextCall
from monitor.calling.order import Placed, order
from monitor.types import Case, KnownContact

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = MORNING + timedelta(hours=5)  # 14:00
MOBILE = KnownContact(kind="mobile", value="13800130011")


def _due(action: str = "call", at: datetime | None = NOW, **more: Any) -> NextCall:
    contact = more.pop("contact", MOBILE if action == "call" else None)
    return NextCall(action=action, at=at, contact=contact, reason="new", **more)


def _agreed(at: datetime) -> NextCall:
    return _due(at=max(at, NOW), agreed_at=at)


def _ids(*entries: tuple[Case, NextCall]) -> list[int]:
    """Return the ids in calling order; whichever way they come in, the order is the same."""
    orders = []
    for seed in range(5):
        mixed = random.Random(seed).sample(entries, len(entries))
        orders.append([placed.case.id for placed in order(mixed, NOW, SHANGHAI)])
    assert all(ids == orders[0] for ids in orders)
    return orders[0]


def _one(case: Case, due: NextCall) -> Placed:
    (placed,) = order([(case, due)], NOW, SHANGHAI)
    return placed


def _plain(number: int, **more: Any) -> Case:
    return case_of(number, need_of(number, **more))


def test_a_missed_appointment_comes_before_everything_and_the_older_one_first() -> None:
    critical = (_plain(1, urgency=("critical", "只够一天")), _due())
    late = (_plain(2), _agreed(NOW - timedelta(minutes=20)))
    later = (_plain(3), _agreed(NOW - timedelta(minutes=5)))
    assert _ids(critical, late, later) == [2, 3, 1]


def test_an_appointment_in_five_minutes_counts_as_now_so_that_no_call_begins_before_it() -> None:
    soon = (_plain(1), _agreed(NOW + timedelta(minutes=5)))
    assert _ids(soon, (_plain(2), _due())) == [1, 2]
    assert _one(*soon).group == "now"


def test_what_presses_most_comes_first() -> None:
    calm = (_plain(1, at=MORNING - timedelta(days=2)), _due())
    high = (_plain(2, urgency=("high", "告急")), _due())
    critical = (_plain(3, urgency=("critical", "只够一天")), _due())
    assert _ids(calm, high, critical) == [3, 2, 1]


def test_one_pressing_post_of_five_makes_the_case_pressing() -> None:
    case = case_of(1, need_of(1), need_of(2, urgency=("critical", "用完了")))
    assert _ids((_plain(3, urgency=("high", "告急")), _due()), (case, _due())) == [1, 3]


def test_a_number_to_call_comes_before_other_ways() -> None:
    ways = ("unreachable", "switchboard", "message", "call")
    entries = [(_plain(number), _due(way)) for number, way in enumerate(ways, 1)]
    assert _ids(*entries) == [4, 3, 2, 1]


def test_urgency_weighs_more_than_a_number() -> None:
    urgent = (_plain(1, urgency=("high", "告急")), _due("message"))
    assert _ids((_plain(2), _due()), urgent) == [1, 2]


def test_of_cases_that_press_alike_the_one_with_the_least_attention_comes_first() -> None:
    """However long the others wait: pleas that everybody passes on are called anyway."""
    called = replace(_plain(1), callbacks=(callback_of("no_answer"),))
    passed_on = case_of(2, *(need_of(number) for number in (2, 3, 4)))
    twice = case_of(5, need_of(5), need_of(6))
    unseen = _plain(7, at=MORNING + timedelta(hours=4))
    high = case_of(8, need_of(8, urgency=("high", "告急")), need_of(9))
    cases = [called, passed_on, twice, unseen, high]
    assert _ids(*((case, _due()) for case in cases)) == [8, 7, 5, 2, 1]
    assert [case.id for case in cases if "unseen" in dict(_one(case, _due()).why)] == [7]


def test_a_post_that_was_edited_is_one_post() -> None:
    first, again = need_of(1), replace(need_of(1), id=2)
    assert "unseen" in dict(_one(case_of(1, first, again), _due()).why)


def test_who_waited_longest_comes_first() -> None:
    assert _ids(
        (_plain(1, at=MORNING), _due()),
        (_plain(2, at=MORNING - timedelta(hours=3)), _due()),
    ) == [2, 1]


def test_within_the_same_hour_the_larger_amount_comes_first() -> None:
    few = _plain(1, at=MORNING, items=[item_of("口罩", 40)])
    many = _plain(2, at=MORNING + timedelta(minutes=50), items=[item_of("口罩", 4600)])
    assert _ids((few, _due()), (many, _due())) == [2, 1]


def test_an_hour_of_waiting_weighs_more_than_the_amount() -> None:
    few = _plain(1, at=MORNING, items=[item_of("口罩", 40)])
    many = _plain(2, at=MORNING + timedelta(minutes=70), items=[item_of("口罩", 4600)])
    assert _ids((few, _due()), (many, _due())) == [1, 2]


def test_what_alike_cases_are_ordered_by_is_their_number() -> None:
    assert _ids(*[(_plain(number), _due()) for number in (3, 1, 2)]) == [1, 2, 3]


@pytest.mark.parametrize(
    ("due", "group"),
    [
        (_due(), "now"),
        (_due("message"), "now"),
        (_due("unreachable"), "now"),
        (_due(at=NOW + timedelta(minutes=1)), "later today"),
        (_due(at=MORNING.replace(hour=15, minute=59)), "later today"),
        (_due(at=MORNING.replace(hour=16)), "another day"),
        (_due("wait", at=NOW), "later today"),
        (_due("lead", at=None), "lead"),
        (_due("never", at=None), "lead"),
        (_due("ended", at=None), "done"),
    ],
)
def test_a_case_stands_in_the_group_of_its_time(due: NextCall, group: str) -> None:
    assert _one(_plain(1), due).group == group


def test_the_groups_follow_each_other() -> None:
    entries = [
        (_plain(1), _due("ended", at=None)),
        (_plain(2), _due("lead", at=None)),
        (_plain(3), _due(at=NOW + timedelta(days=1))),
        (_plain(4), _due(at=NOW + timedelta(hours=2))),
        (_plain(5), _due()),
    ]
    assert _ids(*entries) == [5, 4, 3, 2, 1]


def test_what_is_due_later_goes_by_its_time_however_urgent() -> None:
    urgent = _plain(1, urgency=("critical", "只够一天"))
    assert _ids(
        (urgent, _due(at=NOW + timedelta(hours=3))),
        (_plain(2), _due(at=NOW + timedelta(hours=2))),
    ) == [2, 1]


def test_the_reason_tells_all_that_put_a_case_there_the_weightiest_first() -> None:
    case = _plain(
        1,
        urgency=("critical", "只够一天"),
        items=[item_of("N95口罩", 4600), item_of("防护服", 270, "套")],
    )
    due = _due(agreed_at=NOW, round=2)
    assert _one(case, due).why == (
        ("agreed", NOW),
        ("critical", "只够一天"),
        ("unseen", 1),
        ("waiting", MORNING),
        ("amount", "N95口罩 4,600只"),
        ("number", "mobile"),
        ("round", 2),
    )


def test_a_plain_case_says_only_since_when_it_waits() -> None:
    passed_on = case_of(1, need_of(1), need_of(2))
    assert _one(passed_on, _due("message")).why == (("waiting", MORNING),)


def test_so_much_a_day_is_no_amount_to_compare() -> None:
    case = _plain(1, items=[item_of("隔离衣", 3000, "套", per="day"), item_of("口罩", 40)])
    assert "amount" not in dict(_one(case, _due()).why)


def test_no_post_gives_way_to_when_the_case_was_opened() -> None:
    assert dict(_one(case_of(1), _due()).why)["waiting"] == MORNING


def test_the_order_among_now_does_not_change_while_the_page_lies_open() -> None:
    entries = [
        (_plain(1, at=MORNING, items=[item_of("口罩", 40)]), _due()),
        (_plain(2, at=MORNING + timedelta(minutes=50), items=[item_of("口罩", 4600)]), _due()),
    ]
    at_once = [placed.case.id for placed in order(entries, NOW, SHANGHAI)]
    later = order(entries, NOW + timedelta(minutes=15), SHANGHAI)
    assert [placed.case.id for placed in later] == at_once
