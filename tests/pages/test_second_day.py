"""The second day of a case on real pages: called back, handed over, good news, a word to rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from agent_page import AgentPage, choose
from confirmed import HANDS, confirm
from staged_day import AGENT, LEAD, NOW, add_case, reading_of, settings_in, stage

from monitor import digest, supply
from monitor.callback import import_outcomes
from monitor.store import Store
from monitor.types import ConfirmedItem

BEGIN = NOW - timedelta(days=30)  # so that nothing is taken in before it happens
NURSE = ("mobile", "13800130001")
# This machine has no program for numbers: nothing would ever come of the tap.
NO_TELEPHONE = """document.addEventListener("click", (event) => {
    if (event.target.matches("a.dial")) event.preventDefault();
})"""
At = Callable[..., AgentPage]


@pytest.fixture
def at(chromium: Any, store: Store, tmp_path: Path) -> Iterator[At]:
    """Write the digest of a moment and open an agent's page then."""
    opened = []

    def opener(now: datetime, name: str = AGENT, **context: Any) -> AgentPage:
        folder = digest.write(store, settings_in(tmp_path), now=now)
        opened.append(AgentPage(chromium, folder / f"{name}.html", now, **context))
        return opened[-1]

    yield opener
    for page in opened:
        assert page.troubles == []
        page.close()


def taken_in(store: Store, page: AgentPage, folder: Path) -> dict[str, Any]:
    """Save the page's file, import it and return what it holds."""
    file = page.save_file(folder)
    assert import_outcomes(store, [file], {AGENT, LEAD}).refused == ()
    supply.open_lines(store)
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def one_case(store: Store, *goods: str, agent: str = AGENT) -> int:
    """Open a case of a month ago that asks for goods."""
    text = f"晴川市紫荆医院急需{'、'.join(goods)}，李护士{NURSE[1]} {store.posts.count()}"
    reading = reading_of(
        text,
        goods=[(name, None, None) for name in goods],
        facility="晴川市紫荆医院",
        numbers=[NURSE],
    )
    return add_case(store, text, reading, agent=agent, hours_ago=31 * 24)


def test_goods_are_confirmed_received_asked_about_and_asked_for_again_when_they_run_out(
    store: Store, at: At, tmp_path: Path
) -> None:
    case_id = one_case(store, "秋衣秋裤")
    agent = at(BEGIN)
    agent.open_case(case_id)
    agent.tick("秋衣秋裤", "40")
    agent.page.fill(".case.open .good .unit", "套")
    agent.page.keyboard.press("Escape")
    agent.page.evaluate(NO_TELEPHONE)
    agent.page.keyboard.press("b")
    agent.page.locator("#timer:not([hidden])").wait_for()
    agent.pass_time(seconds=95)
    agent.note(case_id, "need_confirmed")
    [confirmation] = taken_in(store, agent, tmp_path)["outcomes"]
    assert 95 <= confirmation["seconds"] < 120

    [line] = store.supplies.lines()
    supply.step(store, line.id, "received", now=BEGIN + timedelta(hours=1))
    agent = at(BEGIN + timedelta(hours=3))
    assert "您今天确认的秋衣秋裤40套，今天送到了。" in agent.page.inner_text("#tidings")
    agent.page.click("#tidings .away")
    assert agent.page.is_hidden("#tidings")
    assert "需求确认" in agent.row(case_id).inner_text()
    agent.pass_time(hours=3)
    assert "物资到了，回访" in agent.row(case_id).inner_text()
    agent.open_case(case_id)
    assert "东西送到了吗" in agent.page.inner_text(".script")
    choose(agent.page, "called_back")
    agent.page.click("#next")
    agent.asked("先问物资到了没有。")
    agent.page.check("input[name=arrived][value=all]")
    agent.page.check("input[name=fits][value=no]")
    runs_out = BEGIN + timedelta(days=20)
    agent.page.fill("#next-need", f"{runs_out:%Y-%m-%d}")
    agent.page.click("#next")
    assert "回访过" in agent.row(case_id).inner_text()
    agent.open_case(case_id)
    assert "物资都到了 · 不合用" in agent.page.inner_text(".case.open .history")
    told = taken_in(store, agent, tmp_path)["outcomes"][-1]
    assert (told["arrived"], told["fits"]) == ("all", False)

    assert agent.page.evaluate("distressPage.proposals()")[0]["action"] == "ended"
    agent = at(runs_out.replace(hour=8))
    assert "回访过" in agent.row(case_id).inner_text()
    agent.pass_time(minutes=61)
    assert "快用完了，再问一次" in agent.row(case_id).inner_text()
    agent.open_case(case_id)
    assert "今天要回访" in agent.page.inner_text(".case.open")


def test_a_ward_takes_one_substitute_and_refuses_another(
    store: Store, at: At, tmp_path: Path
) -> None:
    case_id = one_case(store, "N95口罩", "防护服")
    goods = [ConfirmedItem(name=name, quantity="40") for name in ("N95口罩", "防护服")]
    confirm(store, *goods, case_id=case_id, hours_ago=30 * 24)
    masks, suits = store.supplies.lines()
    asked_at = BEGIN + timedelta(hours=1)
    supply.offer_substitute(store, masks.id, "KN95口罩", reason="N95断货", now=asked_at)
    supply.offer_substitute(store, suits.id, "雨衣", reason="防护服断货", now=asked_at)
    agent = at(BEGIN + timedelta(hours=2))
    assert "换一种行不行" in agent.row(case_id).inner_text()
    agent.open_case(case_id)
    box = agent.page.locator(".case.open .substitute")
    assert "没有N95口罩，给KN95口罩行不行？ 因为N95断货" in box.first.inner_text()
    box.first.locator("[data-answer=accepted]").click()
    box.last.locator("[data-answer=refused]").click()
    assert "需求确认" in agent.row(case_id).inner_text()
    taken_in(store, agent, tmp_path)
    masks, suits = store.supplies.lines()
    assert masks.substitute and masks.substitute.name == "KN95口罩"
    assert [one.accepted for one in suits.substitutes] == [False]
    agent = at(BEGIN + timedelta(hours=3), "packing")
    assert "N95口罩 → KN95口罩" in agent.page.inner_text(".packing")


def test_a_case_goes_to_a_colleague_with_a_note_that_stands_first(
    store: Store, at: At, tmp_path: Path
) -> None:
    case_id = one_case(store, "护手霜")
    agent = at(BEGIN)
    agent.open_case(case_id)
    agent.page.keyboard.press("h")
    agent.page.select_option("#hand-to", LEAD)
    agent.page.fill("#hand-note", "李护士四点下班前接，别打座机")
    agent.page.click("#hand .primary")
    assert f"交给 {LEAD}" in agent.row(case_id).inner_text()
    assert agent.count("todo") == 0
    taken_in(store, agent, tmp_path)
    assert store.cases.get([case_id])[0].agent == LEAD
    assert at(BEGIN).row(case_id).count() == 0
    colleague = at(BEGIN, LEAD)
    assert "李护士四点下班前接，别打座机" in colleague.page.inner_text("#tidings")
    colleague.open_case(case_id)
    first = colleague.page.locator(".case.open .notice").first
    assert f"{AGENT} 交给您的" in first.inner_text()


def test_after_the_third_heavy_call_the_page_suggests_a_rest_and_the_lead_sees_it(
    store: Store, at: At, tmp_path: Path
) -> None:
    made = stage(store)  # with two such calls
    confirm(store, HANDS, hours_ago=24)
    supply.step(store, store.supplies.lines()[-1].id, "received", anyway=True)
    agent = at(NOW)
    assert agent.page.is_hidden("#breather")
    agent.note(made[15], "in_distress")
    assert "今天您接了 3 通沉重的电话" in agent.page.inner_text("#breather")
    agent.page.click("#breather-away")
    assert agent.page.is_hidden("#breather")
    taken_in(store, agent, tmp_path)
    lead = at(NOW, "index", viewport={"width": 390, "height": 844})
    assert f"该歇一歇了 {AGENT} · 今天 3 通沉重的电话" in lead.page.inner_text(".fires")
    assert "护手霜" in lead.page.inner_text(".good-part")
    parts = ["#fire", "#today", "#people", "#wanted", "#good-news", ".charts"]
    places = [lead.page.locator(part).bounding_box()["y"] for part in parts]
    assert places == sorted(places)
    assert places[3] < 2 * 844, "who and what are seen within two screens"
    width = lead.page.evaluate("document.documentElement.scrollWidth")
    assert width == 390
    pages = lead.page.pdf(format="A4").count(b"/Type /Page\n")
    assert pages == 1
