"""The pages of the supply group, in a real Chromium: where goods are, and what is to be packed."""

from __future__ import annotations

import re

import pytest
from confirmed import FACILITY, HANDS, MASKS, confirm
from staged_day import NOW
from supply_page import SUITS, Opener, row_of, words

from monitor.store import Store
from monitor.supply import step, undo
from monitor.types import ConfirmedItem


@pytest.fixture
def day(store: Store) -> Store:
    """A store with lines at every stage, for two facilities."""
    confirm(store, HANDS, MASKS)
    confirm(store, SUITS, HANDS, facility="白鹭市中医院", agent="望舒")
    step(store, 1, "committed", by="红会")
    step(store, 1, "in transit", amount="25", by="红会", note="顺丰，问 13800138000")
    step(store, 1, "received", amount="20", by="望舒")
    step(store, 3, "received", by="车队")
    step(store, 4, "committed", amount="10", by="红会")
    return store


def test_a_line_shows_what_is_at_each_stage_and_what_is_missing(
    day: Store, open_page: Opener
) -> None:
    page = open_page("supplies.html").page
    row = row_of(page)
    cells = [words(text) for text in row.locator("td.num").all_inner_texts()]
    assert cells == ["40 支", "40", "25", "20", "20", "1 / 1"]
    assert "已收到 一部分" in words(row.inner_text())
    heads = page.locator(".lines thead").first.inner_text().split()
    assert heads[:6] == ["物资", "已提出", "已落实", "已发出", "已收到", "还差"]


def test_the_history_of_a_line_says_who_when_and_how_much(day: Store, open_page: Opener) -> None:
    undo(day, 1, by="云落", note="没收到")
    page = open_page("supplies.html").page
    row = row_of(page)
    assert not row.locator("ol").is_visible()
    row.locator("summary").click()
    told = [re.sub(r"^\S+ \d\d:\d\d ", "", words(li)) for li in row.locator("li").all_inner_texts()]
    assert told == [
        "已提出 40 支 云落",
        "已落实 40 红会",
        "已发出 25 红会 · 顺丰，问 〔号码〕",
        "已收到 20 望舒 （已撤回）",
        "撤回上一步 云落 · 没收到",
    ]


@pytest.mark.parametrize(
    ("show", "shown"),
    [
        ("all", ["护手霜", "面膜", "护手霜", "防护服"]),
        ("check", []),
        ("withdrawn", []),
        ("missing", ["护手霜", "面膜", "护手霜"]),
        ("requested", ["面膜"]),
        ("committed", ["护手霜"]),
        ("in-transit", []),
        ("done", ["防护服"]),
    ],
)
def test_lines_are_filtered_without_any_script(
    day: Store, open_page: Opener, show: str, shown: list[str]
) -> None:
    page = open_page("supplies.html", java_script_enabled=False).page
    page.check(f"#show-{show}", force=True)
    rows = page.locator(".lines tbody tr:visible th bdi").all_inner_texts()
    assert rows == shown
    counts = page.locator(f"label:has(#show-{show}) b").inner_text()
    assert int(counts) == len(shown)
    assert page.locator(".nothing").is_visible() == (not shown)
    assert page.locator(".receiver:visible").count() == (
        page.locator(".receiver:visible:has(tbody tr:visible)").count()
    )


def test_totals_are_by_goods_facility_and_team(day: Store, open_page: Opener) -> None:
    confirm(day, HANDS, facility="湖北省外第二批支援医疗队")
    page = open_page("supplies.html").page
    goods, facilities, teams = (
        [words(row) for row in table.locator("tbody tr").all_inner_texts()]
        for table in page.locator(".totals").all()
    )
    assert "护手霜 120 50 25 20 100 支 3" in goods
    assert "面膜 – – – – – – 若干 1" in goods
    assert "白鹭市中医院 2 1 1 1 1" in facilities
    assert teams == ["湖北省外第二批支援医疗队 1 0 0 0 1"]


def test_lines_for_the_same_goods_of_one_facility_are_pointed_out(
    store: Store, open_page: Opener
) -> None:
    confirm(store, HANDS)
    confirm(store, HANDS)
    step(store, 1, "committed", now=NOW)
    for name in ("supplies.html", "packing.html"):
        page = open_page(name).page
        assert page.locator(".again").all_inner_texts() == ["同样的物资也在第 1 行，先核对"]


def test_the_bar_is_not_told_by_colour_alone(day: Store, open_page: Opener) -> None:
    page = open_page("supplies.html").page
    bar = row_of(page).locator("svg")
    sizes = {
        name: [
            float(bar.locator(f".{name}").get_attribute(part) or 0) for part in ("width", "height")
        ]
        for name in ("committed", "in-transit", "received")
    }
    assert sizes == {"committed": [100, 3], "in-transit": [62, 7], "received": [50, 12]}


def test_the_packing_list_has_what_is_still_to_be_sent(day: Store, open_page: Opener) -> None:
    page = open_page("packing.html").page
    slips = {
        words(slip.locator("h2").inner_text()): [
            words(row) for row in slip.locator("tbody tr").all_inner_texts()
        ]
        for slip in page.locator(".slip").all()
    }
    assert slips == {
        "晴川市紫荆医院": [
            "护手霜 15 支 要 40，已发出 25 1 / 1",
            "面膜 若干 还没落实 1 / 2",
        ],
        "白鹭市中医院": ["护手霜 40 支 2 / 4"],
    }
    assert page.locator(".slip").first.locator(".tickbox").count() == 2


def test_the_packing_list_names_whom_to_ask_and_has_lines_to_write_on(
    day: Store, open_page: Opener
) -> None:
    slip = open_page("packing.html").page.locator(".slip").last
    assert "发货前问：望舒（求助 2）" in words(slip.inner_text())
    assert slip.locator(".fill dt").all_inner_texts() == [
        "收件人", "电话", "地址", "装箱人", "运单号", "发出日期",
    ]  # fmt: skip


def test_each_facility_is_a_sheet_of_its_own_when_printed(day: Store, open_page: Opener) -> None:
    page = open_page("packing.html").page
    content = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == page.locator(".slip").count() == 2
    page.emulate_media(media="print")
    assert not page.locator(".bar").is_visible()


def test_names_that_every_town_has_are_packed_apart(store: Store, open_page: Opener) -> None:
    for facility in ("人民医院", "人民医院", None, None, FACILITY, FACILITY):
        confirm(store, SUITS, facility=facility)
    heads = open_page("packing.html").page.locator(".slip h2").all_inner_texts()
    assert [words(head) for head in heads] == [
        "人民医院 求助 1", "人民医院 求助 2", FACILITY, "没写单位 求助 3", "没写单位 求助 4",
    ]  # fmt: skip


def test_where_nothing_is_to_be_sent_the_pages_say_so(store: Store, open_page: Opener) -> None:
    assert "没有要发的物资" in open_page("packing.html").page.inner_text("main")
    assert "还没有电话里确认过的物资" in open_page("supplies.html").page.inner_text("main")
    confirm(store, HANDS)
    step(store, 1, "in transit")
    assert "没有要发的物资" in open_page("packing.html").page.inner_text("main")


@pytest.mark.parametrize("name", ["supplies.html", "packing.html"])
def test_hostile_words_stay_words(store: Store, open_page: Opener, name: str) -> None:
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\u202e\x00 13800138000'
    item = ConfirmedItem(name=hostile, quantity=hostile, unit=hostile)
    confirm(store, item, HANDS, facility=hostile, agent=hostile)
    amount = "若干" + hostile[:20]
    step(store, 2, "committed", amount=amount, by=hostile, note=hostile, anyway=True)
    page = open_page(name).page
    text = page.inner_text("main")
    assert "<script>alert(1)</script>" in text
    assert "13800138000" not in page.content()
    assert page.locator("img, iframe, main script").count() == 0
    assert not set(text) & {"\u202e", "\x00"}


@pytest.mark.parametrize("name", ["supplies.html", "packing.html"])
def test_the_pages_fit_a_phone(day: Store, open_page: Opener, name: str) -> None:
    long = ConfirmedItem(name="一次性医用防护服连体带帽" * 5, quantity="40", unit="套")
    confirm(day, long, facility="晴川市紫荆医院" * 6)
    page = open_page(name, viewport={"width": 360, "height": 700}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for table in page.locator("table").all():
        assert table.evaluate("table => table.scrollWidth <= table.clientWidth + 1")
