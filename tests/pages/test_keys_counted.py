"""The table of docs/agents-day.md counts the keys of each outcome; here they are pressed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from agent_page import AgentPage
from campaigns_begun import begun
from confirmed import HANDS, confirm
from documents import cells
from staged_day import AGENT, NOW, add_case, reading_of, settings_in

from monitor import supply
from monitor.calling.dispositions import dispositions
from monitor.intake import campaigns
from monitor.store import Store

ROWS = {row[0]: row for row in cells("docs/agents-day.md", "outcome")}
TYPED = {"*number*": "13800138111", "*reason*": "家属要求"}
NAMED = {"⏎": "Enter"}
MOST = {"need confirmed, all as written": 3, "call later, at four": 4, "no answer": 2}
OF_CASE = {
    "could not be opened, of what was written to": "write",
    "called back, all arrived": "back",
    "notice given, to somebody on a list": "list",
}


@pytest.fixture
def cases(store: Store, tmp_path: Path) -> dict[str, int]:
    """Cases: one with a number to call, one whose author is written to, one whose goods came,
    and one of a list.
    """
    text = "求助！青禾县人民医院急需护手霜40支、秋衣秋裤20套，联系{reach}，谢谢大家"
    goods = [("护手霜", "40", "支"), ("秋衣秋裤", "20", "套")]
    called = text.format(reach="13800138001")
    reading = reading_of(
        called, goods=goods, facility="青禾县人民医院", numbers=[("mobile", "13800138001")]
    )
    written = text.format(reach="我的私信").replace("青禾", "白鹭")
    came = text.format(reach="13800138002").replace("青禾", "红枫")
    told = reading_of(
        came, goods=goods, facility="红枫县人民医院", numbers=[("mobile", "13800138002")]
    )
    back = add_case(store, came, told)
    confirm(store, HANDS, case_id=back, hours_ago=30)
    [line] = store.supplies.lines()
    supply.step(store, line.id, "received", now=NOW - timedelta(hours=6))
    settings = settings_in(tmp_path, AGENT)
    begun(store, settings, tmp_path)
    campaigns.walk(store, settings, now=NOW)
    listed = max(store.cases.open_ids())
    return {
        "list": listed,
        "back": back,
        "call": add_case(store, called, reading),
        "write": add_case(
            store, written, reading_of(written, goods=goods, facility="白鹭县人民医院")
        ),
    }


def test_each_outcome_takes_the_keys_that_the_table_counts(
    cases: dict[str, int], open_page: Callable[..., AgentPage], tmp_path: Path
) -> None:
    agent = open_page()
    agent.page.evaluate("navigator.clipboard.writeText = async () => {}")
    for name, (_, keys, count) in ROWS.items():
        pressed = [part.strip("`") for part in keys.split()]
        assert int(count) == len([one for one in pressed if one not in TYPED]), name
        assert int(count) <= MOST.get(name, 9), name
        agent.open_case(cases[OF_CASE.get(name, "call")])
        for key in pressed:
            if key in TYPED:
                agent.page.keyboard.type(TYPED[key])
            else:
                agent.page.keyboard.press(NAMED.get(key, key))
        assert agent.count("unsaved") == 1, name
        [outcome] = json.loads(agent.save_file(tmp_path).read_text(encoding="utf-8"))["outcomes"]
        code = outcome["disposition"]
        assert name.split(",")[0] == dispositions()[code].en, name
        amounts = {item["name"]: item["quantity"] for item in outcome["items"]}
        if code == "need_confirmed":
            first = {"45": "45", "without": None}
            wanted = next((first[word] for word in first if word in name), "40")
            assert amounts.get("护手霜") == wanted and amounts["秋衣秋裤"] == "20", name
        if code == "call_later":
            hours = 2 if "two" in name else 4
            assert outcome["call_again_at"].startswith(f"2027-03-10T{NOW.hour - 8 + hours:02}:0")
        agent.page.evaluate("localStorage.clear()")
        agent.page.reload()
    assert {name.split(",")[0] for name in ROWS} == {one.en for one in dispositions().values()}
