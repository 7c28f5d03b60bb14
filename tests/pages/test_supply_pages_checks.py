"""What to look at before goods go on, on the pages of the supply group, in a real Chromium."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from confirmed import FACILITY, HANDS, MASKS, confirm
from staged_day import AGENT, NOW, call, settings_in
from supply_page import SUITS, Opener, row_of, words

from monitor import digest
from monitor.language import LANGUAGES
from monitor.settings import Settings
from monitor.store import Store
from monitor.supply import step

CLINIC = "白鹭市中医院"


@pytest.fixture
def doubtful(store: Store) -> Store:
    """A store with a line withdrawn on its way, an ending that says otherwise, and a clash."""
    confirm(store, HANDS, MASKS, hours_ago=3)
    step(store, 1, "committed", by="红会")
    step(store, 1, "in transit", amount="25", by="红会")
    step(store, 1, "requested", amount="0", by="望舒", note="够用了，问 13800138000", now=NOW)
    ended = confirm(store, SUITS, facility=CLINIC, hours_ago=3)
    [case] = store.cases.get([ended])
    call(store, ended, "no_need", agent="望舒", after_id=case.callbacks[-1].id)
    clashing = confirm(store, HANDS, facility="云溪区第一医院", hours_ago=3)
    call(store, clashing, "already_supplied", agent="望舒", hours_ago=2)
    return store


def told(page: Any, facility: str, goods: str) -> list[str]:
    """Return what is told at a line of supplies.html."""
    return [
        words(text) for text in row_of(page, facility, goods).locator(".again").all_inner_texts()
    ]


def test_each_line_says_what_to_look_at_and_names_the_case(
    doubtful: Store, open_page: Opener
) -> None:
    page = open_page("supplies.html").page
    assert told(page, FACILITY, "护手霜") == ["不再需要，但已经安排了：已落实 15 支、已发出 25 支"]
    [ended] = told(page, CLINIC, "防护服")
    assert ended.startswith("求助 2 后来另有结果：望舒") and "不需要。先核对，再发。" in ended
    [clash] = told(page, "云溪区第一医院", "护手霜")
    assert clash.startswith("求助 3 的两个结果对不上：")
    assert "需求确认；" in clash and "已解决。" in clash
    assert told(page, FACILITY, "面膜") == []


def test_a_withdrawn_line_says_by_whom_and_why_and_keeps_what_was_asked_for(
    doubtful: Store, open_page: Opener
) -> None:
    page = open_page("supplies.html").page
    row = row_of(page)
    cells = [words(text) for text in row.locator("td.num").all_inner_texts()]
    assert cells == ["40 支", "40", "25", "0", "不再需要", "1 / 1"]
    assert "✕ 不再需要 " in words(row.inner_text())
    assert words(row.locator("summary").inner_text()).endswith("望舒 · 够用了，问 〔号码〕")
    assert page.locator(".totals").first.locator("tbody tr").count() == 3
    assert "不再需要的 1 行，没收到的不算在合计里" in page.inner_text("main")


@pytest.mark.parametrize(
    ("show", "shown"),
    [
        ("check", ["护手霜", "护手霜", "防护服"]),
        ("withdrawn", ["护手霜"]),
        ("missing", ["护手霜", "面膜", "防护服"]),
        ("in-transit", []),
    ],
)
def test_lines_to_look_at_and_withdrawn_ones_are_filtered(
    doubtful: Store, open_page: Opener, show: str, shown: list[str]
) -> None:
    page = open_page("supplies.html", java_script_enabled=False).page
    page.check(f"#show-{show}", force=True)
    assert page.locator(".lines tbody tr:visible th > bdi").all_inner_texts() == shown
    assert page.locator(f"label:has(#show-{show}) b").inner_text() == str(len(shown))


def test_a_withdrawn_line_leaves_the_packing_list_but_not_unseen(
    doubtful: Store, open_page: Opener
) -> None:
    page = open_page("packing.html").page
    slip = page.locator(".slip", has=page.locator("h2", has_text=FACILITY))
    assert slip.locator("tbody th").all_inner_texts() == ["面膜"]
    assert words(slip.locator(".stop").inner_text()) == (
        "! 别再装：护手霜，不再需要，但已经安排了：已落实 15 支、已发出 25 支 · 求助 / 行 1 / 1"
    )
    listed = [words(text) for text in page.locator("#stop + ul li").all_inner_texts()]
    assert listed == [f"{FACILITY} · 护手霜 · 已落实 15 支、已发出 25 支 · 求助 / 行 1 / 1"]


def test_the_packing_list_keeps_doubtful_goods_and_warns_at_their_line(
    doubtful: Store, open_page: Opener
) -> None:
    page = open_page("packing.html").page
    slip = page.locator(".slip", has=page.locator("h2", has_text=CLINIC))
    assert slip.locator("tbody th").all_inner_texts() == ["防护服"]
    assert "求助 2 后来另有结果" in slip.locator("tr:has(th) + tr").inner_text()
    assert "有 2 行要先核对再装" in page.inner_text("main")


def test_the_warnings_are_printed_with_the_goods(doubtful: Store, open_page: Opener) -> None:
    page = open_page("packing.html").page
    page.emulate_media(media="print")
    assert page.locator(".slip .again:visible").count() == 2
    assert page.locator(".slip .stop").is_visible()
    assert not page.locator("#stop").is_visible()


@pytest.mark.parametrize("name", ["supplies.html", "packing.html"])
def test_the_warnings_fit_a_phone(doubtful: Store, open_page: Opener, name: str) -> None:
    page = open_page(name, viewport={"width": 360, "height": 700}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator(".again:visible").count() == page.locator(".again").count() > 1


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_warnings_are_in_the_language_of_the_pages(
    doubtful: Store, tmp_path: Path, code: str
) -> None:
    loaded = Settings.model_validate({**dict(settings_in(tmp_path)), "language": code})
    text = (digest.write(doubtful, loaded, now=NOW) / "packing.html").read_text(encoding="utf-8")
    assert ("case 2 later ended otherwise" in text) == (code == "en")
    assert ("求助 2 后来另有结果" in text) == (code != "en")


def test_hostile_names_in_warnings_stay_words(store: Store, open_page: Opener) -> None:
    hostile = "<b>13800138000\u202e"
    ended = confirm(store, HANDS, agent=AGENT, hours_ago=3)
    [case] = store.cases.get([ended])
    call(store, ended, "no_need", agent=hostile, after_id=case.callbacks[-1].id)
    page = open_page("supplies.html").page
    assert "<b>〔号码〕" in page.locator(".again").inner_text()
    assert "13800138000" not in page.content()
