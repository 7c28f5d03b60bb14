"""Whom to call next on the agent's page: reasons in words, agreed times, rounds, quiet cases."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from agent_page import AgentPage, choose
from staged_day import NOW, add_case, call, reading_of, stage

from monitor.store import Store

Opener = Callable[..., AgentPage]
NURSE = "13800130001"


def one_case(store: Store, number: str = NURSE, **read: object) -> int:
    """Open a case with a mobile, its post nine hours old."""
    text = f"晴川医院急需口罩，只够一天，{number}"
    reading = reading_of(text, facility="晴川医院", numbers=[("mobile", number)], **read)  # type: ignore[arg-type]
    return add_case(store, text, reading, hours_ago=9)


def test_an_urgent_case_says_why_and_for_how_long_it_waits(store: Store, open_page: Opener) -> None:
    case_id = one_case(store, urgent=("critical", "只够一天"))
    agent = open_page()
    row = agent.row(case_id).inner_text()
    assert "紧急：只够一天" in row
    assert "等了 9 小时 · 只有一帖" in row
    assert "紧急：只够一天 · 等了 9 小时 · 只有一帖" in agent.page.inner_text(".case.open .reason")


def test_after_an_unanswered_call_the_row_says_at_once_when_to_call_again(
    store: Store, open_page: Opener
) -> None:
    case_id = one_case(store)
    agent = open_page()
    agent.note(case_id, "no_answer")
    row = agent.row(case_id).inner_text()
    assert "今天 18:00 后可再拨" in row
    assert "1 次没打通" in row
    assert "只有一帖" not in row
    assert "未保存" in agent.page.locator(f'.row[data-case="{case_id}"]').get_attribute("data-flag")


def test_a_busy_line_may_be_called_after_two_hours(store: Store, open_page: Opener) -> None:
    case_id = one_case(store)
    agent = open_page()
    agent.note(case_id, "busy")
    assert "今天 14:00 后可再拨" in agent.row(case_id).inner_text()
    agent.pass_time(hours=2, minutes=1)
    assert "上次占线，可再拨" in agent.row(case_id).inner_text()


def test_the_page_tells_at_its_door_what_it_proposes(store: Store, open_page: Opener) -> None:
    case_id = one_case(store)
    agent = open_page()
    agent.note(case_id, "busy")
    (proposal,) = agent.page.evaluate("distressPage.proposals()")
    gap, before = 7_200_000, NOW.timestamp() * 1000
    assert before + gap <= proposal.pop("at") <= agent.page.evaluate("Date.now()") + gap
    assert proposal == {
        "case": case_id,
        "action": "call",
        "contact": {"kind": "mobile", "value": NURSE},
        "reason": "busy",
        "round": 1,
        "unanswered": 1,
        "agreed_at": None,
        "back": None,
        "offer": None,
    }


def test_after_a_round_a_message_is_offered_and_one_press_notes_it(
    store: Store, open_page: Opener, tmp_path: Path
) -> None:
    case_id = one_case(store)
    one_case(store, "13800130002")
    for hours in (26, 21):
        call(store, case_id, "no_answer", hours_ago=hours, contact=("mobile", NURSE))
    agent = open_page(permissions=["clipboard-read", "clipboard-write"])
    agent.note(case_id, "no_answer")
    assert agent.current() == case_id
    assert "没人接，发条消息" in agent.page.inner_text("#offer")
    agent.page.keyboard.press("m")
    agent.told("消息已复制")
    assert "截图" in agent.page.evaluate("navigator.clipboard.readText()")
    agent.page.click("#next")
    assert "等回复" in agent.row(case_id).inner_text()
    assert "明天 12:00 后再拨" in agent.row(case_id).inner_text()
    outcomes = json.loads(agent.save_file(tmp_path).read_text(encoding="utf-8"))["outcomes"]
    assert [one["disposition"] for one in outcomes] == ["no_answer", "message_sent"]
    assert outcomes[1]["after_id"] == outcomes[0]["id"]


def test_enter_goes_to_whom_an_agreed_time_has_come_for(store: Store, open_page: Opener) -> None:
    first = one_case(store, urgent=("critical", "只够一天"))
    one_case(store, "13800130002")
    agreed = one_case(store, "13800130003")
    call(store, agreed, "call_later", hours_ago=3, again_in=-0.05)
    agent = open_page()
    agent.open_case(first)
    agent.page.keyboard.press("3")
    agent.page.keyboard.press("Enter")
    assert agent.current() == agreed


def test_enter_passes_over_who_may_not_be_called_now(store: Store, open_page: Opener) -> None:
    first, tried, free = (one_case(store, f"1380013000{turn}") for turn in (1, 2, 3))
    call(store, tried, "busy", hours_ago=0.5, contact=("mobile", "13800130002"))
    agent = open_page()
    agent.note(first, "no_answer")
    assert agent.current() == free
    agent.note(free, "already_supplied")
    assert "现在能拨的都拨完了" in agent.page.inner_text("#toast")
    assert "下一个 今天 13:30 后可拨" in agent.page.inner_text("#toast")


def test_an_agreed_call_counts_down_and_is_told_when_it_is_due(
    store: Store, open_page: Opener
) -> None:
    one_case(store, urgent=("critical", "只够一天"))
    agreed = one_case(store, "13800130003")
    call(store, agreed, "call_later", hours_ago=3, again_in=0.2)
    agent = open_page()
    assert "约定 12:12" in agent.row(agreed).inner_text()
    # On a busy machine a while passes until the row is read.
    left = re.search(r"还有 (\d+) 分钟", agent.row(agreed).inner_text())
    assert left and int(left[1]) in range(1, 13)
    assert agent.page.is_hidden("#due")
    agent.pass_time(minutes=13)
    assert "晴川医院" in agent.page.inner_text("#due")
    titles = set()
    for _ in range(2):
        agent.pass_time(seconds=1.5)
        titles.add(agent.page.title().startswith("● 约定的时间到了"))
    assert titles == {True, False}
    agent.page.click("#due a")
    assert agent.page.is_hidden("#due")


def test_a_case_of_grief_is_left_alone_and_names_the_lead(store: Store, open_page: Opener) -> None:
    cases = stage(store, 16)
    agent = open_page()
    agent.open_case(cases[13])
    told = agent.page.inner_text(".case.open")
    assert "丧亲" in told
    assert "请告诉组长 望舒" in told
    for part in ("#next", ".case.open .ladder", ".case.open .wants", ".script"):
        assert agent.page.is_hidden(part), part
    agent.page.click("#note-anyway")
    assert agent.page.inner_text("#next-words") == "保存"


def test_noting_grief_does_not_hurry_to_the_next_case(store: Store, open_page: Opener) -> None:
    case_id = one_case(store)
    other = one_case(store, "13800130002")
    agent = open_page()
    agent.note(case_id, "bereaved")
    assert agent.current() == case_id
    assert "不再拨" in agent.row(case_id).inner_text()
    agent.open_case(other)
    agent.open_case(case_id)
    assert agent.page.is_hidden("#outcome .ways")


@pytest.mark.parametrize(
    ("disposition", "field"),
    [
        ("call_later", "#again"),
        ("passed_on", "#new-value"),
        ("do_not_call", "#until"),
        ("need_confirmed", "#ticked"),
    ],
)
def test_what_an_outcome_asks_for_is_shown_and_the_rest_is_not(
    store: Store, open_page: Opener, disposition: str, field: str
) -> None:
    one_case(store)
    agent = open_page()
    choose(agent.page, disposition)
    asked = {"#new-value", "#until", "#ticked"} - {field}
    assert agent.page.is_visible(field)
    assert not any(agent.page.is_visible(other) for other in asked)


def test_a_do_not_call_is_noted_with_reason_and_end(
    store: Store, open_page: Opener, tmp_path: Path
) -> None:
    case_id = one_case(store)
    agent = open_page()
    agent.note(case_id, "do_not_call", note="夜班要睡", until="2199-03-01")
    [outcome] = json.loads(agent.save_file(tmp_path).read_text(encoding="utf-8"))["outcomes"]
    assert outcome["note"] == "夜班要睡"
    assert outcome["barred_until"] == "2199-03-01T15:59:00Z"
    assert outcome["contact"] == {"kind": "mobile", "value": NURSE}


def test_leaving_with_unsaved_outcomes_asks_first(store: Store, open_page: Opener) -> None:
    case_id = one_case(store)
    agent = open_page()
    agent.page.reload()
    assert agent.warnings == 0
    agent.note(case_id, "no_answer")
    assert agent.page.title().startswith("(未保存 1)")
    agent.page.reload()
    assert agent.warnings == 1


def test_local_time_of_the_callee_counts(store: Store, open_page: Opener) -> None:
    text = f"喀什医院急需口罩 {NURSE}"
    place = ("喀什", "新疆", "喀什")
    reading = reading_of(text, facility="喀什医院", numbers=[("mobile", NURSE)], place=place)
    case_id = add_case(store, text, reading)
    agent = open_page(now=NOW - timedelta(hours=2, minutes=30))
    assert "今天 11:00 后可拨" in agent.row(case_id).inner_text()
    agent.open_case(case_id)
    assert "当地 07:30" in agent.page.inner_text(".case.open .where")


def test_on_a_telephone_the_outcomes_lie_at_the_foot_of_the_screen(
    store: Store, open_page: Opener
) -> None:
    case_id = one_case(store)
    agent = open_page(viewport={"width": 390, "height": 844})
    agent.open_case(case_id)
    box = agent.page.locator("#outcome").bounding_box()
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)
    assert box["y"] > 844 / 2
    assert agent.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_case_that_was_called_again_after_its_end_says_what_ended_it(
    store: Store, open_page: Opener
) -> None:
    cases = stage(store, 3)
    call(store, cases[1], "no_need", hours_ago=2)
    call(store, cases[1], "no_answer", hours_ago=1)
    agent = open_page()
    agent.open_case(cases[1])
    notice = agent.page.locator(".case.open .notice", has_text="已办结").inner_text()
    assert "不需要" in notice
    assert "未接" not in notice


def test_a_case_of_distress_stands_on_the_leads_own_page_and_waits_for_her(
    store: Store, open_page: Opener
) -> None:
    cases = stage(store, 3)
    call(store, cases[1], "in_distress")
    lead = open_page("望舒.html")
    lead.open_case(cases[1])
    notice = lead.page.locator(".case.open .notice.calm").inner_text()
    assert "等您决定" in notice
    assert "请告诉组长" not in notice
    assert lead.page.is_visible("#outcome .ways")


def test_who_was_contradicted_sees_the_case_that_another_ended(
    store: Store, open_page: Opener
) -> None:
    cases = stage(store, 3)
    call(store, cases[1], "need_confirmed", hours_ago=2, agent="望舒", after_id="")
    call(store, cases[1], "no_need", hours_ago=1, after_id="")
    other = open_page("望舒.html")
    other.open_case(cases[1])
    assert "不需要" in other.page.locator(".case.open .clash").inner_text()


def test_an_open_case_that_two_noted_is_work_for_one_of_them(
    store: Store, open_page: Opener
) -> None:
    case_id = one_case(store)
    one_case(store, "13800130002")
    call(store, case_id, "call_later", hours_ago=3, again_in=2, after_id="")
    call(store, case_id, "call_later", hours_ago=2, again_in=4, agent="望舒", after_id="")
    assert open_page().page.locator(".row .name").count() == 2
    assert open_page("望舒.html").row(case_id).count() == 0
