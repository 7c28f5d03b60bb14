"""Rounds hold those whom nobody reached, each call at another part of the day, and no more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from monitor.intake.funnel import funnel_of, percent
from monitor.intake.rounds import (
    CallTale,
    Dial,
    Waiting,
    current_round,
    hand_out,
    parts_of,
    share,
    tale_of,
)
from monitor.settings import AgentSettings, CallingSettings

CHINA = ZoneInfo("Asia/Shanghai")
RULES = CallingSettings()
PARTS = (0, 1, 2)
DAY = date(2026, 2, 12)
MORNING, NOON, EVENING = (datetime(2026, 2, 12, hour, tzinfo=CHINA) for hour in (10, 14, 19))


def tale(*calls: tuple[datetime, str], rounds: int = 3) -> CallTale:
    """Return what calls say."""
    return tale_of([Dial(at, code) for at, code in calls], CHINA, RULES, rounds=rounds)


def waiting(number: int, *windows: tuple[date, int], **more: object) -> Waiting:
    """Return somebody whom nobody reached in these parts of days."""
    return Waiting(id=number, tale=CallTale(windows=windows), **more)  # type: ignore[arg-type]


def test_calls_of_one_part_of_a_day_are_one_round() -> None:
    told = tale(
        (MORNING, "busy"), (MORNING + timedelta(hours=1), "no_answer"), (NOON, "need_confirmed")
    )
    assert told.windows == ((DAY, 0), (DAY, 1))
    assert (told.reached_in, told.accepted, told.ended) == (2, True, True)


def test_what_comes_after_somebody_was_reached_is_no_further_round() -> None:
    told = tale((MORNING, "call_later"), (NOON, "no_answer"), (EVENING, "notice_given"))
    assert (told.windows, told.reached_in, told.accepted) == (((DAY, 0),), 1, True)


def test_a_message_and_an_unknown_word_ring_nowhere() -> None:
    assert tale((MORNING, "message_sent"), (NOON, "not_opened"), (NOON, "?")) == CallTale()


def test_calls_beyond_the_last_round_belong_to_it() -> None:
    told = tale((MORNING, "no_answer"), (NOON, "no_answer"), (EVENING, "no_need"), rounds=2)
    assert (len(told.windows), told.reached_in) == (2, 2)


def test_who_grieves_and_who_forbids_was_reached_and_has_not_accepted() -> None:
    for code in ("bereaved", "do_not_call", "declined", "in_distress", "passed_on"):
        assert (tale((MORNING, code)).reached_in, tale((MORNING, code)).accepted) == (1, False)
    for code in ("wrong_number", "number_dead", "no_answer", "busy"):
        assert tale((MORNING, code)).reached_in is None


def test_a_round_begins_once_nobody_of_the_round_before_is_left() -> None:
    people = [waiting(1), waiting(2, (DAY, 0)), waiting(3, (DAY, 0), out=True)]
    assert current_round(people, 3) == 1
    agents = [AgentSettings(name="云落", quota=30)]
    assert hand_out(people, agents, (DAY, 1), PARTS, {}, rounds=3) == [(1, "云落")]
    assert hand_out(people[1:], agents, (DAY, 1), PARTS, {}, rounds=3) == [(2, "云落")]


def test_each_round_calls_at_another_part_of_the_day() -> None:
    agents = [AgentSettings(name="云落", quota=30)]
    person = [waiting(1, (DAY, 0))]
    next_day = DAY + timedelta(days=1)
    assert hand_out(person, agents, (next_day, 0), PARTS, {}, rounds=3) == []
    assert hand_out(person, agents, (next_day, 2), PARTS, {}, rounds=3) == [(1, "云落")]
    third = [waiting(1, (DAY, 0), (DAY, 2))]
    assert [
        part for part in PARTS if hand_out(third, agents, (next_day, part), PARTS, {}, rounds=3)
    ] == [1]


def test_where_agents_call_in_the_mornings_only_another_day_will_do() -> None:
    agents = [AgentSettings(name="云落", quota=30, parts=(1,))]
    person = [waiting(1, (DAY, 0))]
    assert hand_out(person, agents, (DAY, 0), PARTS, {}, rounds=3) == []
    assert hand_out(person, agents, (DAY + timedelta(days=1), 0), PARTS, {}, rounds=3)


@pytest.mark.parametrize("quota", [0, 1, 5, 40, 41])
def test_the_quota_of_a_day_is_shared_by_its_parts_to_the_last_call(quota: int) -> None:
    for parts in ((), (1,), (2, 3), (3, 9)):
        agent = AgentSettings(name="云落", quota=quota, parts=parts)
        served = parts_of(agent, PARTS)
        assert sum(share(agent, PARTS, part) for part in PARTS) == (quota if served else 0)
        assert all(share(agent, PARTS, part) == 0 for part in PARTS if part not in served)


def test_nobody_gets_more_than_the_quota_and_regions_hold() -> None:
    agents = [
        AgentSettings(name="云落", quota=6, regions=("绵阳",)),
        AgentSettings(name="临江", quota=9),
    ]
    people = [waiting(n, address="四川省绵阳市") for n in range(4)]
    people += [waiting(n, address="四川省德阳市") for n in range(4, 12)]
    given = hand_out(people, agents, (DAY, 0), PARTS, {"临江": 1}, rounds=3)
    assert [name for _, name in given].count("云落") == 2
    assert [name for _, name in given].count("临江") == 2
    assert all(number < 4 for number, name in given if name == "云落")
    assert hand_out(people, agents, (DAY, 0), PARTS, {"临江": 3, "云落": 2}, rounds=3) == []


def test_whose_numbers_are_all_marked_waits_for_nothing() -> None:
    assert current_round([waiting(1, usable=False)], 3) is None
    assert not waiting(1, (DAY, 0), (DAY, 1), (DAY, 2)).is_waiting(3)


def test_the_banks_published_figures() -> None:
    assert percent(2262, 2330) == Decimal("97.08")
    assert percent(2330, 12004) == Decimal("19.41")
    assert percent(0, 0) is None
    heard = CallTale(windows=((DAY, 0),), reached_in=1)
    took = CallTale(windows=((DAY, 0),), reached_in=1, accepted=True)
    silent = CallTale(windows=((DAY, 0),))
    tales = [took] * 2262 + [heard] * 68 + [silent] * 9674
    total = funnel_of(tales, rounds=3, records=16_000, dialable=12_004).total
    assert total.rate("accepted") == (Decimal("97.08"), "reached", 2330)
    assert total.rate("reached") == (Decimal("19.41"), "dialled", 12004)


def test_the_funnel_adds_up_from_round_to_round() -> None:
    tales = [
        CallTale(),
        CallTale(windows=((DAY, 0),), reached_in=1, accepted=True),
        CallTale(windows=((DAY, 0), (DAY, 1)), reached_in=2),
        CallTale(windows=((DAY, 0), (DAY, 1), (DAY, 2))),
    ]
    funnel = funnel_of(tales, rounds=3, records=5, dialable=4)
    assert [(r.waiting, r.dialled, r.reached, r.accepted) for r in funnel.rows] == [
        (4, 3, 1, 1),
        (2, 2, 1, 0),
        (1, 1, 0, 0),
    ]
    assert (funnel.total.dialled, funnel.total.reached, funnel.total.accepted) == (3, 2, 1)


def test_no_call_at_any_hour_is_lost_between_parts() -> None:
    for hour in range(24):
        at = datetime(2026, 2, 12, hour, tzinfo=UTC)
        assert len(tale((at, "no_answer")).windows) == 1
