"""A campaign in a real browser: two rounds on pages with outcomes files, the third at the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from agent_page import AgentPage, choose
from campaigns_begun import NAMES, NOTICE, begun
from desk_drive import Desk
from desk_seats import Seat, serving, sitting
from staged_day import AGENT, settings_in

from monitor import digest
from monitor.callback import import_outcomes
from monitor.digest.campaign_page import campaign_page
from monitor.intake import campaigns
from monitor.store import Store, times

PARTS = (time(10), time(14), time(19))


@pytest.fixture
def served(store: Store, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Start a desk of the store in a process of its own."""
    yield from serving(tmp_path)


@pytest.fixture
def sit(chromium: Any) -> Iterator[Callable[..., Seat]]:
    """Sign an agent in, in a browser profile of its own."""
    yield from sitting(chromium)


def cases_by_name(store: Store) -> dict[str, int]:
    """Return the open cases by whom they call."""
    cases = store.cases.get(store.cases.open_ids())
    return {str(case.needs[0].reading.contacts[0].person): case.id for case in cases}


def test_three_rounds_on_pages_and_at_the_desk_add_up_in_every_cell(
    store: Store,
    chromium: Any,
    tmp_path: Path,
    served: Callable[..., Desk],
    sit: Callable[..., Seat],
) -> None:
    settings = settings_in(tmp_path, AGENT)
    campaign = begun(store, settings, tmp_path)
    now = datetime.now(UTC)
    _, part_now = campaigns.window_of(now, settings)
    others = [part for part in range(3) if part != part_now]
    today = now.astimezone(settings.zone).date()
    said = [
        {"赵一": "notice_given", "钱二": "declined"},
        {"孙三": "notice_given"},
        {"李四": "notice_given", "周五": "declined"},
    ]
    for turn, part in enumerate(others):
        day = today - timedelta(days=3 - turn)
        at = datetime.combine(day, PARTS[part], settings.zone).astimezone(UTC)
        with times.at(at):
            campaigns.walk(store, settings, now=at)
            page = AgentPage(chromium, digest.write(store, settings, now=at) / f"{AGENT}.html", at)
        held = cases_by_name(store)
        assert set(held) == set(NAMES[2 * turn :] if turn == 0 else NAMES[2:])
        for name, case_id in held.items():
            page.note(case_id, said[turn].get(name, "no_answer"))
        file = page.save_file(tmp_path)
        assert page.troubles == []
        page.close()
        assert import_outcomes(store, [file]).added == len(held)

    campaigns.walk(store, settings, now=now)
    held = cases_by_name(store)
    assert set(held) == set(NAMES[3:])
    seat = sit(served(), AGENT)
    for name, case_id in held.items():
        seat.open(case_id)
        choose(seat.page, said[2].get(name, "no_answer"))
        seat.page.click("#next")
    seat.settle()
    assert seat.troubles == []

    campaigns.walk(store, settings, now=now + timedelta(days=1))
    state = campaigns.state_of(store, campaign, settings)
    rows = [(r.waiting, r.dialled, r.reached, r.accepted) for r in state.funnel.rows]
    assert rows == [(6, 6, 2, 1), (4, 4, 1, 1), (3, 3, 2, 1)]
    assert (state.round, store.cases.open_ids()) == (None, [])

    report = tmp_path / "report.html"
    report.write_text(str(campaign_page(state, settings, "zh-CN", now=now)), encoding="utf-8")
    shown = AgentPage(chromium, report, now)
    table = shown.page.locator(".rounds tbody tr")
    cells = [row.locator("td").all_inner_texts() for row in table.all()]
    assert cells == [
        ["6", "6", "100.00%", "2", "33.33%", "1", "50.00%"],
        ["4", "4", "100.00%", "1", "25.00%", "1", "100.00%"],
        ["3", "3", "100.00%", "2", "66.67%", "1", "50.00%"],
        ["6", "6", "100.00%", "5", "83.33%", "3", "60.00%"],
    ]
    for column in (3, 5):
        assert sum(int(row[column]) for row in cells[:3]) == int(cells[3][column])
    assert shown.page.locator(".funnel rect").count() == 6
    assert "85.71%" in shown.page.inner_text(".sheet")  # six of seven rows can be called
    assert shown.troubles == []
    shown.close()


def test_the_page_reads_the_lists_script_and_offers_the_notice(
    store: Store, chromium: Any, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path, AGENT)
    begun(store, settings, tmp_path)
    at = datetime(2026, 2, 12, 2, 0, tzinfo=UTC)
    with times.at(at):
        campaigns.walk(store, settings, now=at)
        page = AgentPage(chromium, digest.write(store, settings, now=at) / f"{AGENT}.html", at)
    held = cases_by_name(store)
    page.open_case(held["赵一"])
    assert page.page.inner_text(".case.open h2") == "赵一"
    assert NOTICE in page.page.inner_text(".case.open .notice.listed")
    script = page.page.locator(".script [role=tabpanel]:visible")
    assert "打来问一声平安" in script.inner_text()
    script.get_by_role("button", name="都平安").click()
    assert NOTICE in script.inner_text()
    likely = page.page.locator(".way:not(.rare):visible span").all_inner_texts()
    assert likely == ["需求确认", "约时间", "未接", "已告知", "婉拒"]
    choose(page.page, "bereaved")
    assert "请您节哀" in script.inner_text()
    page.note(held["赵一"], "notice_given")
    assert page.count("unsaved") == 1
    assert page.troubles == []
    page.close()
