"""An agent's day: posts, the line, the page in a real browser, its file, the next page."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from agent_page import AgentPage, choose

from monitor import line, settings
from monitor.callback import import_outcomes
from monitor.crawl.sources import crawl
from monitor.store import Store
from monitor.supply import open_lines

TOML = """
[[sources]]
name = "day"
spider = "archive"
path = "posts.jsonl"

[[agents]]
name = "云落"
"""
PLEAS = {
    "梧桐县人民医院": "梧桐县人民医院急需护手霜40支、面膜若干，求好心人支援，电话13800130011",
    "白露县中医院": "白露县中医院的防护服用完了，急需防护服200套，求支援，联系13800130012",
    "霜降县妇幼保健院": "霜降县妇幼保健院物资告急，N95口罩只够一天，求扩散，13800130013",
}


def test_outcomes_noted_in_the_browser_change_the_next_digest(
    chromium: Any, tmp_path: Path
) -> None:
    (tmp_path / "distress.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "posts.jsonl").write_text(
        "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in PLEAS.items()),
        encoding="utf-8",
    )
    loaded = settings.load(tmp_path / "distress.toml")
    crawl(loaded)
    line.flag(loaded)
    now = datetime.now(loaded.zone)
    page = line.digest(loaded, now=now).folder / "云落.html"
    with Store(loaded.store_path) as store:
        cases = {
            case.needs[0].post.source_id: case.id
            for case in store.cases.get(store.cases.open_ids())
        }
    assert cases.keys() == PLEAS.keys()

    agent = AgentPage(chromium, page, now)
    agent.open_case(cases["梧桐县人民医院"])
    choose(agent.page, "need_confirmed")
    agent.tick("护手霜", "45")
    agent.page.click("#next")
    agent.note(cases["白露县中医院"], "no_answer")
    agent.note(cases["霜降县妇幼保健院"], "no_need", note="已有厂家供货")
    agent.page.reload()
    assert agent.count("unsaved") == 3
    file = agent.save_file(tmp_path)
    assert agent.troubles == []
    agent.close()

    with Store(loaded.store_path) as store:
        assert import_outcomes(store, [file, file]).added == 3
        assert open_lines(store) == 1
        (supplies,) = store.supplies.lines()
    assert (supplies.facility, supplies.name) == ("梧桐县人民医院", "护手霜")
    assert (supplies.quantity, supplies.unit) == ("45", "支")

    after = AgentPage(chromium, line.digest(loaded, now=now).folder / "云落.html", now)
    assert after.count("unsaved") == 0
    assert after.count("confirmed") == 1
    rows = after.page.locator(f'.row[data-case="{cases["白露县中医院"]}"]')
    assert "1 次没打通" in rows.inner_text()
    with Store(loaded.store_path) as store:
        assert store.cases.open_ids() == [cases["白露县中医院"]]
    after.close()
    assert "护手霜" in (page.parent / "supplies.html").read_text(encoding="utf-8")
