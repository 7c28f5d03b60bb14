"""The page follows the clock and the entries, tells what is new, and asks before it is too late."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from agent_page import AgentPage
from staged_day import NOW, add_case, call, reading_of, settings_in, stage

from monitor import digest
from monitor.callback import demands, noted_now, record
from monitor.store import Store
from monitor.types import KnownContact

Opener = Callable[..., AgentPage]
NURSE = "13800138001"


def one_case(store: Store, goods: tuple[str, str, str | None] = ("护手霜", "40", "支")) -> int:
    """Write a case with one number to call."""
    name, amount, unit = goods
    text = f"青禾县人民医院急需{name}{amount}{unit or ''}，联系{NURSE}"
    reading = reading_of(
        text, goods=[goods], facility="青禾县人民医院", numbers=[("mobile", NURSE)]
    )
    return add_case(store, text, reading)


def test_the_order_moves_and_what_is_being_read_stays_where_it_is(
    store: Store, open_page: Opener
) -> None:
    cases = stage(store, 36)
    agent = open_page(viewport={"width": 1280, "height": 600})
    agent.open_case(cases[20])
    order = "globalThis.distressPage.order()"
    before, place = agent.page.evaluate(order), agent.row(cases[20]).bounding_box()
    agent.pass_time(hours=22)
    after = agent.page.evaluate(order)
    assert after != before and after.index(cases[20]) != before.index(cases[20])
    assert agent.current() == cases[20]
    moved = agent.row(cases[20]).bounding_box()
    assert place and moved and abs(moved["y"] - place["y"]) < 2


def test_what_came_since_the_last_look_is_told_until_it_was_looked_at(
    store: Store, open_page: Opener, tmp_path: Path
) -> None:
    one = one_case(store)
    call(store, one, "no_answer", hours_ago=1, contact=("mobile", NURSE))
    agent = open_page()
    assert agent.page.is_hidden("#fresh")
    text = "白鹭医院急需面膜，联系13800138002"
    other = add_case(store, text, reading_of(text, numbers=[("mobile", "13800138002")]))
    digest.write(store, settings_in(tmp_path), now=NOW)
    agent.page.reload()
    # The new one stands first, and is open: it is looked at.
    assert (agent.current(), agent.page.is_hidden("#fresh")) == (other, True)
    agent.pass_time(hours=8)
    assert "到时间 1 个" in agent.page.inner_text("#fresh")
    assert agent.row(one).get_attribute("data-fresh") == "到时间"
    agent.page.click("#looked")
    assert agent.page.is_hidden("#fresh")


def test_after_the_last_due_case_none_is_open_until_the_next_is_due(
    store: Store, open_page: Opener
) -> None:
    case_id = one_case(store)
    agent = open_page()
    agent.note(case_id, "no_answer")
    assert "现在能拨的都拨完了。下一个 今天 18:00 后可拨。" in agent.page.inner_text("#rest")
    assert agent.page.locator(".row[aria-current]").count() == 0
    agent.page.keyboard.press("3")
    agent.page.keyboard.press("Enter")
    assert agent.count("unsaved") == 1, "no key notes anything while none is open"
    agent.pass_time(hours=8)
    assert "又有到时间的了" in agent.page.inner_text("#rest")
    agent.page.keyboard.press("j")
    assert agent.current() == case_id


@pytest.mark.parametrize("done", [False, True], ids=["no unit", "a case that is done"])
def test_what_is_asked_once_is_noted_when_it_is_said_again(
    store: Store, open_page: Opener, done: bool
) -> None:
    case_id = one_case(store, ("橡皮筋", "12", "根" if done else None))
    if done:
        call(store, case_id, "already_supplied", contact=("mobile", NURSE))
    agent = open_page()
    agent.open_case(case_id)
    agent.page.keyboard.press("1")
    agent.page.keyboard.press("Enter")
    agent.asked("已经办结" if done else "单位是什么")
    assert agent.count("unsaved") == 0
    agent.page.keyboard.press("Enter")
    assert agent.count("unsaved") == 1


def test_a_message_is_never_unanswered_and_what_was_noted_so_is_kept_as_odd(
    store: Store, open_page: Opener
) -> None:
    text = "青禾县人民医院急需护手霜，微信 ward_8000"
    case_id = add_case(store, text, reading_of(text, numbers=[("wechat", "ward_8000")]))
    wechat = KnownContact(kind="wechat", value="ward_8000")
    odd = noted_now(case_id=case_id, agent="云落", disposition="no_answer", contact=wechat)
    with pytest.raises(demands.UnmetError, match="message_sent, not_opened"):
        record(store, odd, origin="desk", complete=True)
    assert record(store, odd, origin="a file of a page of old", complete=True, fitting=False)
    agent = open_page()
    agent.open_case(case_id)
    assert "发消息不会这样" in agent.page.inner_text(".case.open .history")
    offered = agent.page.locator(".way:visible span").all_inner_texts()
    assert offered == ["需求确认", "约时间", "已发消息", "打不开", "婉拒"]
