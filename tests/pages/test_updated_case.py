"""A case that later posts changed, on the page and at the desk: seen, and decided by keyboard."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from agent_page import AgentPage
from desk_drive import Desk
from desk_seats import Seat, serving, sitting
from staged_day import AGENT, add_case, reading_of
from updated_day import STOP, stage_updates

from monitor.callback import import_outcomes
from monitor.store import Store


@pytest.fixture
def served(store: Store, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Start a desk of the store in a process of its own."""
    yield from serving(tmp_path)


@pytest.fixture
def sit(chromium: Any) -> Iterator[Callable[..., Seat]]:
    """Sign an agent in, in a browser profile of its own."""
    yield from sitting(chromium)


def sees_what_changed(page: Any) -> None:
    """Look at the open case for the struck good, the thread, the facts and the suggestion."""
    shown = page.locator(".case.open")
    struck = shown.locator(".good.struck")
    assert "后来说 够了 · 第 3 条" in struck.inner_text()
    line = struck.locator(".good-name").evaluate("one => getComputedStyle(one).textDecorationLine")
    assert (struck.locator(".good-name").inner_text(), line) == ("橡皮筋", "line-through")
    part = shown.locator(".good", has_text="护手霜")
    assert part.locator(".amount").input_value() == "60"
    assert "后来说 收到 40支，还差 60支" in part.inner_text()
    by = [" ".join(words.split()) for words in shown.locator(".post > .by").all_inner_texts()]
    assert "第 4 条" in by[0]
    assert "与第 1 条同一人" in by[0]
    assert "先问这个：护手霜 收到 40支，还差 60支" in shown.locator(".ask").inner_text()
    assert "路人甲" in shown.locator(".someone").inner_text()
    assert "号码 138****8001 是北京市的，不是湖北省的" in shown.locator(".trust").inner_text()
    assert "拨这个" in shown.locator('.rung[data-value="13800138002"]').inner_text()
    script = page.inner_text(".script [role=tabpanel]:not([hidden])")
    assert "护手霜、面膜" in script
    assert "橡皮筋" not in script


def test_on_the_page_it_is_seen_decided_undone_and_saved(
    store: Store, open_page: Callable[..., AgentPage], tmp_path: Path
) -> None:
    case_id = stage_updates(store)
    agent = open_page()
    agent.open_case(case_id)
    sees_what_changed(agent.page)
    box = agent.page.locator(".case.open .suggestion")
    assert "单位相同，但物资不同" in box.inner_text()
    agent.page.keyboard.press("y")
    assert "是同一件事，合到求助 1" in box.inner_text()
    assert agent.count("unsaved") == 1
    agent.page.keyboard.press("u")
    assert agent.count("unsaved") == 0
    agent.page.keyboard.press("x")
    agent.page.reload()
    assert "是两件事，以后不再问" in box.inner_text(), "kept by the browser"
    agent.open_case(case_id + 1)
    assert box.locator(".decide").is_hidden(), "on both cards"
    file = agent.save_file(tmp_path)
    told = json.loads(file.read_text(encoding="utf-8"))
    assert [(one["other"], one["decision"]) for one in told["decisions"]] == [(2, "apart")]
    assert import_outcomes(store, [file]).decided == 1
    assert store.suggestions.open() == []
    again = open_page()
    again.open_case(case_id)
    assert again.page.locator(".suggestion").count() == 0


def test_at_the_desk_a_key_merges_two_cases_and_another_bars_a_number_at_once(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    case_id = stage_updates(store)
    needs = [need.id for case in store.cases.get([case_id, case_id + 1]) for need in case.needs]
    seat = sit(served(), AGENT)
    seat.open(case_id)
    sees_what_changed(seat.page)
    seat.press("dy")
    seat.settle()
    assert "是同一件事，合到求助 1" in seat.page.inner_text(".case.open .suggestion")
    [kept, gone] = store.cases.get([case_id, case_id + 1])
    assert sorted(need.id for need in kept.needs) == sorted(needs)
    assert gone.needs == ()
    assert [mark.contact.value for mark in store.marks.all()] == ["13800138001"]
    line = seat.page.locator('.case.open .rung[data-value="13800138001"]')
    assert "已记入免打扰名单" in line.inner_text(), "also once the desk has it"
    seat.press("04\n")
    seat.settle()
    seat.open(case_id)
    wrong = seat.page.locator('.case.open .rung[data-value="13800138002"]')
    assert "号码不对" in wrong.locator(".barred-words").inner_text(), "once the desk has it, too"
    assert seat.troubles == []


def test_the_number_that_a_post_asks_not_to_call_is_barred_by_one_key_and_undone(
    store: Store, open_page: Callable[..., AgentPage], tmp_path: Path
) -> None:
    case_id = stage_updates(store)
    words = "白鹭医院急需监护仪5台，联系李护士13800138001"
    reading = reading_of(words, goods=[("监护仪", "5", "台")], numbers=[("mobile", "13800138001")])
    other_id = add_case(store, words, reading)
    agent = open_page()
    line = agent.page.locator('.case.open .rung[data-value="13800138001"]')
    agent.open_case(other_id)
    assert "拨这个" in line.inner_text(), "until a person says so, it is barred in one case alone"
    agent.open_case(case_id)
    agent.page.fill("#note", "半句话")
    agent.page.locator("#note").blur()
    agent.page.keyboard.press("d")
    assert "已记入免打扰名单" in line.inner_text()
    assert "138****8001 记入免打扰名单" in agent.page.inner_text("#toast")
    assert agent.page.input_value("#note") == "半句话"
    agent.page.keyboard.press("u")
    assert "只对这个求助算数" in line.inner_text()
    assert (agent.count("unsaved"), agent.page.input_value("#note")) == (0, "半句话")
    line.locator(".bar-number").click()
    agent.open_case(other_id)
    assert "请勿再拨" in line.inner_text()
    assert store.marks.all() == [], "a page writes nothing"
    assert import_outcomes(store, [agent.save_file(tmp_path)]).barred == 1
    [mark] = store.marks.all()
    assert (mark.contact.value, mark.mark, mark.actor) == ("13800138001", "barred", AGENT)
    open_page()
    agent.page.reload()
    agent.open_case(case_id)
    assert line.locator(".bar-number").count() == 0
    assert agent.page.locator("#filed").is_hidden(), "the page with the mark clears it away"


def test_a_stopped_case_shows_the_stop_and_what_it_struck_and_offers_no_call(
    store: Store, open_page: Callable[..., AgentPage]
) -> None:
    case_id = stage_updates(store, STOP)
    agent = open_page()
    agent.open_case(case_id)
    shown = agent.page.locator(".case.open")
    assert (
        "后来说不用了，先别打：“武汉梧桐山医院呼吸科物资都收到了"
        in shown.locator(".stop").inner_text()
    )
    assert shown.locator(".stop a").get_attribute("href") == "https://example.org/u6"
    assert shown.locator(".good.struck:visible").count() == 3
    assert not shown.locator(".ladder").is_visible()
    assert "后来的帖子说不用打了" in agent.row(case_id).inner_text()
