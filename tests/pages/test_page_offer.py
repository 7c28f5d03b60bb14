"""Messages on the agent's page: on offer until they are sent, counted, and reached by Enter."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent_page import AgentPage
from staged_day import NOW, add_case, call, reading_of

from monitor.store import Store

Opener = Callable[..., AgentPage]
NURSE, DESK, WECHAT = "13800130001", "027-85720001", "ziheng_8001"
KINDS = {NURSE: "mobile", DESK: "landline", WECHAT: "wechat"}


def one_case(store: Store, *ways: str, **read: Any) -> int:
    """Open a case with these contacts; other numbers than those above are mobiles."""
    text = f"晴川医院急需口罩，只够一天，{'，'.join(ways)}"
    numbers = [(KINDS.get(way, "mobile"), way) for way in ways]
    return add_case(store, text, reading_of(text, facility="晴川医院", numbers=numbers, **read))


def round_over(store: Store, case_id: int, number: str = NURSE, rounds: int = 1) -> None:
    """Let calls go unanswered, the last of them two days ago."""
    for turn in range(3 * rounds):
        hours = 50 + 5 * turn
        call(store, case_id, "no_answer", hours_ago=hours, contact=(KINDS[number], number))


def outcomes(agent: AgentPage, folder: Path) -> list[dict[str, Any]]:
    """Return the outcomes that the page saves."""
    found: list[dict[str, Any]] = json.loads(agent.save_file(folder).read_text(encoding="utf-8"))[
        "outcomes"
    ]
    return found


def test_the_message_of_a_round_stays_on_offer_when_the_next_call_is_due(
    store: Store, open_page: Opener
) -> None:
    case_id = one_case(store, NURSE)
    round_over(store, case_id)
    agent = open_page()
    assert "新一轮，可再拨" in agent.row(case_id).inner_text()
    assert "拨这个" in agent.rung(NURSE).inner_text()
    assert "上一轮没人接，还没发消息 · 手机 138 0013 0001" in agent.page.inner_text("#offer")
    agent.note(case_id, "busy")
    agent.open_case(case_id)
    assert "还没发消息" in agent.page.inner_text("#offer")
    agent.page.keyboard.press("m")
    agent.page.keyboard.press("Enter")
    assert "等回复" in agent.row(case_id).inner_text()
    assert agent.page.is_hidden("#offer")


def test_the_message_goes_to_whom_it_is_offered_for_and_the_call_to_the_number(
    store: Store, open_page: Opener, tmp_path: Path
) -> None:
    case_id = one_case(store, DESK, WECHAT)
    round_over(store, case_id, DESK)
    agent = open_page()
    assert f"微信 {WECHAT}" in agent.page.inner_text("#offer")
    agent.page.keyboard.press("m")
    assert agent.rung(WECHAT).locator("input").is_checked()
    assert f"发给 {WECHAT}" in agent.page.inner_text("#about")
    agent.page.keyboard.press("t")
    agent.page.keyboard.press("3")
    assert agent.rung(DESK).locator("input").is_checked()
    agent.page.keyboard.press("m")
    agent.page.keyboard.press("Enter")
    [sent] = outcomes(agent, tmp_path)
    assert (sent["disposition"], sent["contact"]["value"]) == ("message_sent", WECHAT)


def test_a_contact_that_the_agent_chose_stays_chosen_whatever_the_outcome(
    store: Store, open_page: Opener
) -> None:
    case_id = one_case(store, NURSE, DESK, WECHAT)
    agent = open_page()
    agent.open_case(case_id)
    agent.page.keyboard.press("t")
    for key in ("3", "4"):
        agent.page.keyboard.press(key)
        assert agent.rung(DESK).locator("input").is_checked()


def test_in_the_evening_the_offer_says_from_when_on_a_telephone_may_hum(
    store: Store, open_page: Opener
) -> None:
    one = one_case(store, NURSE)
    round_over(store, one)
    agent = open_page(now=NOW.replace(hour=21, minute=30))
    assert "明天 09:00 后可发消息" in agent.page.inner_text("#offer")


def test_a_message_that_has_to_wait_for_the_morning_is_not_called_a_call(
    store: Store, open_page: Opener
) -> None:
    case_id = one_case(store, NURSE)
    for hours in (-8.5, 2, 3):
        call(store, case_id, "busy", hours_ago=hours, contact=("mobile", NURSE))
    agent = open_page(now=NOW.replace(hour=21, minute=30))
    assert "明天 09:00 后可发消息" in agent.row(case_id).inner_text()


def test_a_call_that_falls_due_while_the_case_is_open_takes_the_ladder_along(
    store: Store, open_page: Opener
) -> None:
    case_id = one_case(store, DESK, WECHAT)
    for hours in (13.5, 18.5, 23.5):
        call(store, case_id, "no_answer", hours_ago=hours, contact=("landline", DESK))
    agent = open_page()
    agent.open_case(case_id)
    assert agent.rung(WECHAT).locator("input").is_checked()
    agent.pass_time(hours=24, minutes=1)
    assert "拨这个" in agent.rung(DESK).inner_text()
    assert agent.rung(DESK).locator("input").is_checked()


def test_a_call_made_while_a_message_is_proposed_is_about_the_number(
    store: Store, open_page: Opener, tmp_path: Path
) -> None:
    case_id = one_case(store, DESK, WECHAT)
    round_over(store, case_id, DESK, rounds=3)
    agent = open_page()
    agent.open_case(case_id)
    assert agent.rung(WECHAT).locator("input").is_checked()
    assert agent.page.is_hidden(".way:has([value=no_answer])"), "a message is never unanswered"
    agent.page.keyboard.press("t")
    agent.page.keyboard.press("t")
    assert agent.rung(DESK).locator("input").is_checked()
    agent.page.keyboard.press("3")
    agent.page.keyboard.press("Enter")
    [noted] = outcomes(agent, tmp_path)
    assert (noted["disposition"], noted["contact"]["value"]) == ("no_answer", DESK)


def test_at_night_nobody_is_told_to_send_at_once_what_waits_for_the_morning(
    store: Store, open_page: Opener
) -> None:
    case_id = one_case(store, NURSE)
    for hours in (2, 6):
        call(store, case_id, "no_answer", hours_ago=hours, contact=("mobile", NURSE))
    agent = open_page(now=NOW.replace(hour=21, minute=30))
    agent.note(case_id, "no_answer")
    assert "现在能拨的都拨完了" in agent.page.inner_text("#rest")
    agent.open_case(case_id)
    assert "明天 09:00 后可发消息" in agent.page.inner_text("#offer")
    assert "发条消息再走" not in agent.page.inner_text("#toast")


def test_nothing_is_offered_where_no_call_was_made(store: Store, open_page: Opener) -> None:
    one_case(store, NURSE)
    assert open_page().page.is_hidden("#offer")


def test_enter_goes_on_to_the_message_when_the_calls_are_done(
    store: Store, open_page: Opener
) -> None:
    first, message, last = one_case(store, NURSE), one_case(store), one_case(store, "13800130003")
    agent = open_page()
    agent.note(first, "no_answer")
    assert agent.current() == last
    agent.note(last, "no_answer")
    assert agent.current() == message
    assert "没留电话，先私信" in agent.page.inner_text("#offer")
    agent.page.keyboard.press("m")
    agent.told("消息已复制")
    agent.page.keyboard.press("Enter")
    agent.told("现在能拨的都拨完了")


def test_enter_takes_a_pressing_message_before_an_ordinary_call(
    store: Store, open_page: Opener
) -> None:
    pressing = one_case(store, NURSE, urgent=("critical", "只够一天"))
    message = one_case(store, urgent=("critical", "只够一天"))
    one_case(store, "13800130003")
    agent = open_page()
    agent.note(pressing, "no_answer")
    assert agent.current() == message


def test_enter_reaches_who_was_called_in_vain_three_rounds_long(
    store: Store, open_page: Opener
) -> None:
    silent = one_case(store, NURSE, WECHAT)
    round_over(store, silent, rounds=3)
    first = one_case(store, "13800130003")
    agent = open_page()
    agent.note(first, "no_answer")
    assert agent.current() == silent
    assert f"换个办法：发消息 · 微信 {WECHAT}" in agent.page.inner_text("#offer")


def test_messages_to_write_are_counted_and_found_by_a_filter(
    store: Store, open_page: Opener
) -> None:
    one_case(store, NURSE)
    beside = one_case(store, NURSE.replace("0001", "0002"))
    for turn in range(3):
        told = ("mobile", "13800130002")
        call(store, beside, "no_answer", hours_ago=50 + turn * 5, contact=told)
    message = one_case(store)
    agent = open_page()
    assert (agent.count("todo"), agent.count("write")) == (2, 2)
    agent.page.click("[data-filter=write]")
    shown = agent.page.locator(".row:visible").evaluate_all("rows => rows.map(r => r.dataset.case)")
    assert {int(case_id) for case_id in shown} == {beside, message}


def test_who_can_only_be_asked_for_at_the_switchboard_is_a_call_to_make(
    store: Store, open_page: Opener
) -> None:
    text = f"晴川医院急需口罩，{DESK}"
    case_id = add_case(store, text, reading_of(text, numbers=[("landline", DESK)]), url=None)
    round_over(store, case_id, DESK, rounds=3)
    agent = open_page()
    assert "换个办法：查总机" in agent.row(case_id).inner_text()
    assert (agent.count("todo"), agent.count("write")) == (1, 0)
    assert agent.page.is_hidden("#offer")
