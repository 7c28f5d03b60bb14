"""The form for calls, in a real browser: at the desk with its cases, offline into a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from agent_page import AgentPage
from desk_drive import Desk
from desk_seats import Seat, serving, sitting
from playwright.sync_api import expect
from sheets import run
from staged_day import AGENT, NOW, settings_in, stage

from monitor import digest
from monitor.store import Store


@pytest.fixture
def served(store: Store, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Start a desk of the store in a process of its own."""
    yield from serving(tmp_path)


@pytest.fixture
def sit(chromium: Any) -> Iterator[Callable[..., Seat]]:
    """Sign an agent in, in a browser profile of its own."""
    yield from sitting(chromium)


def fill(page: Any, **fields: str) -> None:
    for name, words in fields.items():
        page.fill(f"[name={name}]", words)


def test_a_call_at_the_desk_is_taken_in_and_the_next_of_its_team_finds_the_case(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    stage(store, 16)
    seat = sit(served(), AGENT)
    page = seat.page
    page.click("a[href='calls.html']")
    fill(page, caller="李护士", number="13800138111", facility="绿水市第九医院ICU")
    page.check("[name=pass_on]")
    fill(page, words="缺N95口罩500个，护手霜40支")
    page.locator("[name=words]").blur()
    expect(page.locator("[name=goods]")).to_have_value("N95口罩=500个、护手霜=40支")
    fill(page, goods="N95口罩=600个")
    page.click("button.primary")
    expect(page.locator("#done")).to_contain_text("已记下：新求助")
    case_id = max(store.cases.open_ids())
    [case] = store.cases.get([case_id])
    [need] = case.needs
    assert [(i.name, i.quantity) for i in need.reading.items] == [("N95口罩", 600)]
    assert need.post.source == "hotline"

    page.check("[name=kind][value=relay]")
    fill(page, caller="志愿者小林", number="13800138222", facility="绿水市第九")
    page.locator(f"#choices input[value='{case_id}']").check()
    fill(page, words="<img src=x onerror=alert(1)> 护士说还差呼吸机2台")
    page.click("button.primary")
    expect(page.locator("#done")).to_have_text(f"已记下：加进求助 {case_id}。")
    [case] = store.cases.get([case_id])
    assert sorted(one.post.source for one in case.needs) == ["hotline", "relay"]
    assert not any("13800138222" in one.post.text for one in case.needs)

    fill(page, caller="王主任", facility="绿水市第九医院ICU", words="都要", goods="呼吸机=2台")
    page.locator(f"#choices input[value='{case_id}']").check()
    page.check("[name=confirm]")
    page.click("button.primary")
    expect(page.locator("[name=caller]")).to_have_value("")
    [line] = [one for one in store.supplies.lines() if one.case_id == case_id]
    assert (line.name, line.quantity, line.unit) == ("呼吸机", "2", "台")
    assert not seat.troubles


def test_a_call_that_cannot_be_taken_in_stays_in_the_form_with_the_reason(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    stage(store, 16)
    seat = sit(served(), AGENT)
    before = store.posts.count()
    page = seat.page
    page.click("a[href='calls.html']")
    fill(page, caller="李护士", number="120", facility="绿水市第九医院", words="缺口罩")
    page.click("button.primary")
    expect(page.locator("#problem")).to_contain_text("120 is a public service's")
    assert page.input_value("[name=words]") == "缺口罩"
    assert store.posts.count() == before
    fill(page, number="13800138111")
    page.click("button.primary")
    expect(page.locator("#done")).to_contain_text("已记下")
    assert store.posts.count() == before + 1


def test_a_call_offline_goes_into_an_outcomes_file_and_comes_in_once(
    store: Store, tmp_path: Path, chromium: Any
) -> None:
    settings = settings_in(tmp_path)
    stage(store)
    folder = digest.write(store, settings, now=NOW)
    opened = AgentPage(chromium, folder / "calls.html", NOW, accept_downloads=True)
    page = opened.page
    assert "1380013" not in page.content()
    known = store.cases.get(store.cases.open_ids())[0]
    name = known.needs[0].reading.facilities[0].text
    page.select_option("[name=agent]", AGENT)
    fill(page, caller="李护士", number="13800138111", facility=name, words="还差面膜 13800138111")
    page.locator(f"#choices input[value='{known.id}']").check()
    page.click("button.primary")
    expect(page.locator("#problem")).to_contain_text("不能转的号码写在了原话里")
    fill(page, words="还差面膜", goods="面膜=30片")
    page.click("button.primary")
    expect(page.locator("#count")).to_have_text("1")
    page.reload()
    expect(page.locator("#count")).to_have_text("1")
    with page.expect_download() as saved:
        page.click("#save")
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    expect(page.locator("#count")).to_have_text("0")
    config = tmp_path / "distress.toml"
    config.write_text(
        f'[store]\npath = "{store.path}"\n[[agents]]\nname = "{AGENT}"\n', encoding="utf-8"
    )
    for told in ("收下来电和转告 1 条", "收下结果 0 条"):
        done = run(config, "callback", "import", str(file))
        assert done.exit_code == 0, done.output
        assert told in done.output
    [case] = store.cases.get([known.id])
    [need] = [need for need in case.needs if need.post.source == "hotline"]
    assert [(item.name, item.quantity) for item in need.reading.items] == [("面膜", 30)]
    assert "13800138111" not in need.post.text
    assert not opened.troubles


def test_a_broken_call_in_a_file_is_refused_by_name_and_the_rest_goes_in(
    store: Store, tmp_path: Path
) -> None:
    config = tmp_path / "distress.toml"
    config.write_text(
        f'[store]\npath = "{store.path}"\n[[agents]]\nname = "{AGENT}"\n', encoding="utf-8"
    )
    good = {
        "id": "12345678-1", "agent": AGENT, "kind": "hotline", "caller": "李护士",
        "facility": "绿水市第九医院", "words": "缺口罩", "at": "2020-02-12T06:00:00Z",
    }  # fmt: skip
    bad = [
        {**good, "id": "12345678-2", "agent": "路人"},
        {**good, "id": "12345678-3", "number": "119"},
        {**good, "id": "12345678-4", "at": "昨天"},
        {**good, "id": "12345678-5", "case": 99},
        "x",
    ]
    file = tmp_path / "outcomes.json"
    content = {"format": "distress-outcomes", "version": 3, "outcomes": [], "needs": [*bad, good]}
    file.write_text(json.dumps(content), encoding="utf-8")
    done = run(config, "callback", "import", str(file))
    assert done.exit_code == 1
    words = " ".join(done.output.split())
    for reason in (
        "call 1: no agent '路人'",
        "call 2: number: 119 is a public service's",
        "call 3: at: ",
        "call 4: case 99 is not open",
        "call 5: the need: ",
        "5 条没能收下，别的都收下了",
    ):
        assert reason in words, reason
    assert store.posts.count() == 1
