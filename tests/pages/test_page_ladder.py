"""The contact ladder on the agent's page: which number is called, and which never again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from agent_page import AgentPage, choose
from playwright.sync_api import expect
from staged_day import NOW, add_case, add_need, call, edit_post, reading_of, stage

from monitor.store import Store

Opener = Callable[..., AgentPage]
NURSE, DESK = "13800130001", "027-85720001"


def two_numbers(store: Store, text: str = "晴川医院急需口罩") -> int:
    """Open a case with a mobile and a landline."""
    words = f"{text}，李护士{NURSE}，科室{DESK}"
    numbers = [("mobile", NURSE), ("landline", DESK)]
    return add_case(store, words, reading_of(words, facility="晴川医院", numbers=numbers))


def test_each_contact_tells_what_came_of_it_and_the_next_one_is_marked(
    store: Store, open_page: Opener
) -> None:
    case_id = two_numbers(store)
    call(store, case_id, "no_answer", hours_ago=3, contact=("mobile", NURSE))
    agent = open_page()
    assert "上次 未接 09:00" in agent.rung(NURSE).inner_text()
    assert "拨这个" in agent.rung(DESK).inner_text()
    assert "拨这个" not in agent.rung(NURSE).inner_text()
    assert agent.rung(DESK).locator("input").is_checked()


def test_a_wrong_number_is_struck_out_and_not_offered_in_any_case(
    store: Store, open_page: Opener
) -> None:
    first, second = two_numbers(store), two_numbers(store, "晴川医院急需手套")
    agent = open_page(permissions=["clipboard-read", "clipboard-write"])
    agent.note(first, "wrong_number")
    for case_id in (first, second):
        agent.open_case(case_id)
        assert "号码不对" in agent.rung(NURSE).inner_text()
        assert agent.rung(NURSE).locator("input").is_disabled()
        assert agent.rung(NURSE).locator("button:visible").count() == 0
        assert "拨这个" in agent.rung(DESK).inner_text()
    agent.page.keyboard.press("c")
    agent.told("已复制")
    assert agent.page.evaluate("navigator.clipboard.readText()") == DESK


def test_undo_gives_a_wrong_number_back(store: Store, open_page: Opener) -> None:
    case_id = two_numbers(store)
    agent = open_page()
    agent.note(case_id, "wrong_number")
    agent.page.keyboard.press("u")
    assert "拨这个" in agent.rung(NURSE).inner_text()
    assert agent.rung(NURSE).locator("button:visible").count() == 1


def test_a_number_on_the_do_not_call_list_tells_until_when(store: Store, open_page: Opener) -> None:
    case_id = two_numbers(store)
    other = two_numbers(store, "晴川医院急需手套")
    call(
        store,
        other,
        "do_not_call",
        note="夜班睡觉",
        contact=("mobile", NURSE),
        barred_until=NOW + timedelta(days=9),
    )
    agent = open_page()
    agent.open_case(case_id)
    until = NOW + timedelta(days=9)
    assert f"请勿再拨，至 {until.month}月{until.day}日" in agent.rung(NURSE).inner_text()
    assert "拨这个" in agent.rung(DESK).inner_text()


def test_the_outcome_is_about_the_contact_that_the_key_chose(
    store: Store, open_page: Opener, tmp_path: Path
) -> None:
    case_id = two_numbers(store)
    agent = open_page()
    agent.open_case(case_id)
    for key in ("t", "3", "Enter"):
        agent.page.keyboard.press(key)
    [outcome] = json.loads(agent.save_file(tmp_path).read_text(encoding="utf-8"))["outcomes"]
    assert outcome["contact"] == {"kind": "landline", "value": DESK}
    assert outcome["after_id"] == ""


def test_a_new_contact_heard_on_the_phone_comes_first(
    store: Store, open_page: Opener, tmp_path: Path
) -> None:
    case_id = two_numbers(store)
    agent = open_page()
    agent.note(case_id, "passed_on", new_value="138 0013 0009", new_person="王老师")
    agent.open_case(case_id)
    assert "拨新的联系人" in agent.row(case_id).inner_text()
    first = agent.page.locator(".case.open .rung").first.inner_text()
    assert "138 0013 0009" in first
    assert "王老师" in first
    assert "拨这个" in first
    [outcome] = json.loads(agent.save_file(tmp_path).read_text(encoding="utf-8"))["outcomes"]
    assert outcome["new_contact"] == {"value": "138 0013 0009", "person": "王老师"}


def test_a_case_without_a_number_offers_the_other_ways_in_order(
    store: Store, open_page: Opener
) -> None:
    text = "晴川医院急需口罩，微信 qingchuan_01"
    reading = reading_of(text, facility="晴川医院", numbers=[("wechat", "qingchuan_01")])
    case_id = add_case(store, text, reading)
    relayed = "转发：晴川医院急需口罩"
    need = add_need(store, relayed, reading_of(relayed, voice="passed on"), author="热心的邻居")
    store.cases.join(case_id, need, reason="same facility", matched_need_id=None)
    agent = open_page(permissions=["clipboard-read", "clipboard-write"])
    ways = agent.page.locator(".case.open .rung, .case.open .switchboard").all_inner_texts()
    kinds = [
        ("微信", "qingchuan_01"),
        ("私信", "护士小禾"),
        ("私信", "转发的人"),
        ("总机", "复制院名"),
    ]
    assert len(ways) == len(kinds)
    for way, (kind, words) in zip(ways, kinds, strict=True):
        assert kind in way
        assert words in way
        assert "复制" in way
    agent.page.click(".case.open .switchboard .copy")
    agent.told("已复制")
    assert agent.page.evaluate("navigator.clipboard.readText()") == "晴川医院"


def test_a_number_found_by_oneself_is_what_the_outcome_is_about(
    store: Store, open_page: Opener, tmp_path: Path
) -> None:
    text = "晴川医院急需口罩，私信"
    case_id = add_case(store, text, reading_of(text, facility="晴川医院"))
    agent = open_page()
    agent.page.fill(".case.open .other", "总机0714-6520000转8001")
    agent.note(case_id, "no_answer")
    [outcome] = json.loads(agent.save_file(tmp_path).read_text(encoding="utf-8"))["outcomes"]
    assert outcome["contact"] == {"value": "总机0714-6520000转8001"}, "as typed, no kind guessed"


def test_a_number_barred_as_it_was_typed_is_struck_out_in_other_cases_at_once(
    store: Store, open_page: Opener
) -> None:
    other = two_numbers(store, "二病区：晴川医院急需口罩")
    text = "晴川医院急需口罩，私信"
    case_id = add_case(store, text, reading_of(text, facility="晴川医院"))
    agent = open_page()
    agent.open_case(case_id)
    agent.page.fill(".case.open .other", f"李护士 {NURSE[:3]}–{NURSE[3:]}（微信同号）")
    agent.note(case_id, "do_not_call", note="家属要求")
    agent.open_case(other)
    assert "barred" in agent.rung(NURSE).get_attribute("class")
    assert agent.rung(DESK).locator("input").is_checked()


def test_what_nobody_can_see_is_no_contact(store: Store, open_page: Opener) -> None:
    case_id = two_numbers(store)
    agent = open_page()
    agent.note(case_id, "passed_on", new_value="\u200b")
    agent.asked("请写新的联系方式")
    assert agent.count("unsaved") == 0


def test_a_case_that_only_others_passed_on_says_so(store: Store, open_page: Opener) -> None:
    text = f"转发：晴川医院急需口罩 {NURSE}"
    numbers = [("mobile", NURSE)]
    add_case(store, text, reading_of(text, numbers=numbers, voice="passed on"))
    agent = open_page()
    assert "号码都是转发的人留的" in agent.page.inner_text(".case.open")


def test_a_post_that_later_says_it_is_settled_warns_before_the_call(
    store: Store, open_page: Opener
) -> None:
    case_id = two_numbers(store)
    edit_post(store, case_id, "（更新：物资已收到，谢谢大家）")
    agent = open_page()
    assert "可能已经解决" in agent.page.inner_text(".case.open .turned")
    assert "（更新：" in agent.page.inner_text(".case.open .edited")


def test_outcomes_of_two_who_did_not_know_each_other_stand_on_the_case(
    store: Store, open_page: Opener
) -> None:
    cases = stage(store, 16)
    agent = open_page()
    agent.open_case(cases[11])
    told = agent.page.inner_text(".case.open .clash")
    for words in ("对不上", "望舒", "已解决", "云落", "需求确认"):
        assert words in told


def test_a_wrong_number_is_not_noted_while_nobody_says_which_it_was(
    store: Store, open_page: Opener
) -> None:
    case_id = two_numbers(store)
    for turn in range(9):
        called = ("mobile", NURSE) if turn % 2 else ("landline", DESK)
        call(store, case_id, "no_answer", hours_ago=27 + turn * 24, contact=called)
    agent = open_page()
    agent.open_case(case_id)
    agent.page.check(".case.open .switchboard input[type=radio]")
    choose(agent.page, "wrong_number")
    agent.page.click("#next")
    agent.asked("请选是哪个号码")
    assert agent.count("unsaved") == 0
    agent.page.fill(".case.open .switchboard .other", "027-85720099")
    agent.page.click("#next")
    expect(agent.page.locator("#count-unsaved")).to_have_text("1")
