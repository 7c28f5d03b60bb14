"""The lead's page: what is on fire, how today and the last two weeks go, and who has too much."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from agent_page import AgentPage
from click.testing import CliRunner
from lead_page import ANSWERED, TODAY, TRIED, case, column, days, page_of, put, settings
from page_words import words_of
from staged_day import AGENT, NOW, call

from monitor import digest
from monitor.cli import main
from monitor.cli.standing import warnings_and_next_words
from monitor.digest.charts import DAYS, HEIGHT, SERIES, STEP, Chart, charts
from monitor.digest.day import read_day
from monitor.digest.lead import lead_view
from monitor.settings import AgentSettings, Settings
from monitor.store import Store
from monitor.store.figures import _DAY, DayFigures, Figures
from monitor.types import ConfirmedItem
from spiders.base.post import Post

BERLIN = ZoneInfo("Europe/Berlin")


def seen(store: Store, *times: datetime) -> None:
    """Write posts that were first seen at these times."""
    for number, time in enumerate(times):
        store.posts.save("day", [Post(source_id=f"{number}", text="口罩")], run_id=None)
        sql = "UPDATE posts SET first_seen_at = ? WHERE source_id = ?"
        put(store, sql, column(time), str(number))


# Figures a day


def test_a_day_of_25_hours_holds_what_came_in_its_last_hour(store: Store) -> None:
    # On 2026-10-25 clocks in Berlin go back from 3 to 2; the day ends at 23:00 UTC.
    seen(store, datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 22, 59, tzinfo=UTC))
    figures = Figures(store.connection)
    found = figures.days(date(2026, 10, 26), 3, zone=BERLIN, answered=ANSWERED, tried=TRIED)
    assert [(day.day.day, day.posts) for day in found] == [(24, 0), (25, 2), (26, 0)]


def test_a_day_of_23_hours_takes_nothing_of_the_next(store: Store) -> None:
    seen(store, datetime(2026, 3, 29, 21, 59, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))
    figures = Figures(store.connection)
    found = figures.days(date(2026, 3, 30), 2, zone=BERLIN, answered=ANSWERED, tried=TRIED)
    assert [day.posts for day in found] == [1, 1]


def test_what_happened_today_is_counted_along_the_line(store: Store) -> None:
    goods = [ConfirmedItem(name="口罩", quantity="4"), ConfirmedItem(name="护目镜")]
    confirmed, silent, _, solved = (case(store, f"第{n}医院") for n in range(4))
    call(store, confirmed, "call_later", hours_ago=3)
    call(store, confirmed, "need_confirmed", hours_ago=1, items=goods)
    for hours in (1, 2):
        call(store, silent, "no_answer", hours_ago=hours)
    call(store, solved, "already_supplied")
    for wanted in store.supplies.without_line():
        line = store.supplies.add(wanted, None, "requested")
        put(
            store,
            "INSERT INTO supply_steps (supply_line_id, status, at) VALUES (?, 'received', ?)",
            line,
            column(NOW),
        )
    yesterday, today = days(store)
    assert today == DayFigures(
        day=TODAY,
        posts=4,
        needs=4,
        cases=4,
        callbacks=5,
        called=3,
        reached=2,
        confirmed=1,
        closed=2,
        supplied=2,
    )
    assert yesterday == DayFigures(day=TODAY - timedelta(days=1), **dict.fromkeys(_DAY, 0))


def test_a_call_counts_on_the_day_it_was_made_not_when_its_file_was_imported(
    store: Store,
) -> None:
    call(store, case(store, "晴川医院"), "declined", hours_ago=20)
    yesterday, today = days(store)
    assert (yesterday.called, today.called) == (1, 0)


def test_a_supply_line_that_arrives_in_two_parts_counts_once(store: Store) -> None:
    goods = [ConfirmedItem(name="口罩", quantity="40")]
    call(store, case(store, "晴川医院"), "need_confirmed", items=goods)
    line = store.supplies.add(store.supplies.without_line()[0], None, "requested")
    for at in (NOW - timedelta(days=1), NOW):
        sql = "INSERT INTO supply_steps (supply_line_id, status, at) VALUES (?, 'received', ?)"
        put(store, sql, line, column(at))
    assert [day.supplied for day in days(store)] == [1, 0]


@pytest.mark.parametrize("name", _DAY)
def test_a_count_of_a_day_reads_no_table_from_end_to_end(store: Store, name: str) -> None:
    values = {"since": "a", "until": "b", "noted": "a", "answered": "[]", "tried": "[]"}
    plan = store.connection.db.execute(f"EXPLAIN QUERY PLAN {_DAY[name]}", values).fetchall()
    read = [row["detail"] for row in plan if not row["detail"].startswith("SCAN json_each")]
    assert any(line.startswith("SEARCH") for line in read)
    assert not any(re.match(r"SCAN (?!.*VIRTUAL)", line) for line in read), read


# Charts


def figures_of(posts: Sequence[int]) -> list[DayFigures]:
    """Return days with these posts and nothing else, the last of them TODAY."""
    nothing = dict.fromkeys(_DAY, 0)
    return [
        DayFigures(day=TODAY - timedelta(days=len(posts) - 1 - n), **{**nothing, "posts": count})
        for n, count in enumerate(posts)
    ]


def posts_chart(*posts: int) -> Chart:
    """Return the chart of the posts of these days."""
    return charts(figures_of(posts))[0]


def test_the_charts_follow_the_line_from_post_to_supply() -> None:
    assert [chart.name for chart in charts(figures_of([0] * DAYS))] == [name for _, name in SERIES]


def test_a_chart_shows_today_beside_yesterday_and_the_mean_of_the_days_before() -> None:
    chart = posts_chart(*[10] * 7, *[20] * 6, 29, 4)
    assert (chart.today, chart.yesterday, chart.usual) == (4, 29, "16")


def test_days_before_the_store_knew_anything_do_not_lower_the_mean() -> None:
    assert posts_chart(*[0] * 12, 3, 6, 9).usual == "4.5"


def test_a_first_day_has_no_mean() -> None:
    assert posts_chart(*[0] * 14, 9).usual == ""


def test_the_highest_bar_fills_the_chart_and_one_of_a_thousand_can_be_seen() -> None:
    *_, one, none, most = posts_chart(*[0] * 12, 1, 0, 1000).bars
    assert (most.y, most.height) == (0, HEIGHT)
    assert one.height > 1
    assert none.height == 0


def test_only_todays_bar_is_marked_and_no_bar_leaves_the_chart() -> None:
    chart = posts_chart(*range(DAYS))
    assert [bar.today for bar in chart.bars] == [False] * (DAYS - 1) + [True]
    assert all(bar.x >= 0 and bar.x + bar.width <= chart.width for bar in chart.bars)
    assert chart.width == STEP * DAYS


def test_the_weeks_are_compared_without_today() -> None:
    chart = posts_chart(*[2] * 7, *[3] * 7, 99)
    assert (chart.before, chart.week, chart.change) == (14, 21, 50)


def test_weeks_are_not_compared_where_the_store_is_younger() -> None:
    assert posts_chart(*[0] * 4, *[3] * 10, 1).change is None


# The page


@pytest.fixture
def opened(chromium: Any, store: Store, tmp_path: Path) -> Iterator[Any]:
    """Open the lead's page in a browser, at NOW or later."""
    pages: list[AgentPage] = []

    def opener(loaded: Settings | None = None, *, hours: float = 0, **context: Any) -> AgentPage:
        folder = digest.write(store, loaded or settings(tmp_path), now=NOW)
        at = NOW + timedelta(hours=hours)
        pages.append(AgentPage(chromium, folder / "index.html", at, **context))
        return pages[-1]

    yield opener
    for page in pages:
        page.close()


def ageing_rows(page: AgentPage) -> list[str]:
    """Return the facilities of the ageing cases that are shown."""
    return list(page.page.locator(".ageing tbody tr:visible th").all_inner_texts())


def test_the_page_answers_the_leads_questions_in_their_order(store: Store, tmp_path: Path) -> None:
    case(store, "晴川医院")
    heads = re.findall(r'<h2 id="(\w+)"', page_of(store, tmp_path))
    assert heads[:5] == ["fire", "today", "people", "wanted", "weeks"]
    assert heads[-1] == "sources"


def test_ageing_cases_come_first_with_their_agent_the_longest_wait_first(
    store: Store, opened: Any
) -> None:
    case(store, "新医院", opened=3)
    case(store, "旧医院", opened=9)
    case(store, "老医院", opened=30, agent=None)
    call(store, case(store, "拨过的医院", opened=40), "no_answer")
    page = opened()
    assert ageing_rows(page) == ["老医院", "旧医院"]
    assert page.page.locator(".fires li:visible").first.inner_text().startswith("▲ 久等未拨 2 个")
    assert page.page.locator(".ageing tr:visible .who").all_inner_texts()[1:] == [
        "◦ 还没分派",
        AGENT,
    ]
    assert not page.troubles


def test_a_case_becomes_ageing_while_the_page_lies_open(store: Store, opened: Any) -> None:
    case(store, "晴川医院", opened=3)
    page = opened()
    assert page.page.locator(".waiting").is_hidden()
    page.pass_time(hours=1, minutes=1)
    assert ageing_rows(page) == ["晴川医院"]
    assert page.page.locator('.agents td[data-label="久等未拨"]').first.inner_text() == "▲ 1"


def test_the_rest_of_the_ageing_cases_is_folded_and_counted(store: Store, opened: Any) -> None:
    for number in range(7):
        case(store, f"{number}号医院", opened=20 - number)
    page = opened()
    assert ageing_rows(page) == [f"{number}号医院" for number in range(3)]
    page.page.get_by_text("其余 4 个").click()
    assert ageing_rows(page)[5:] == ["5号医院", "6号医院"]


def test_urgent_cases_that_nobody_called_are_named_apart(store: Store, tmp_path: Path) -> None:
    case(store, "晴川医院", urgent=True)
    call(store, case(store, "白鹭医院", urgent=True), "busy")
    words = words_of(page_of(store, tmp_path))
    assert "▲ 紧急未拨 1 个 等得最久：晴川医院" in words


CALM = AgentSettings(name=AGENT), AgentSettings(name="青岚", lead=True)


def who_decides(store: Store, folder: Path, case_id: int, loaded: Settings) -> dict[str, bool]:
    """Return whether the lead's page, the agent's and the terminal leave a case to the lead."""
    written = digest.write(store, loaded, now=NOW)
    own = words_of((written / f"{AGENT}.html").read_text(encoding="utf-8"))
    [case] = store.cases.get([case_id])
    said = warnings_and_next_words(store, loaded, case, case.callbacks[-1])
    return {
        "lead": "! 交给组长" in words_of((written / "index.html").read_text(encoding="utf-8")),
        "agent": "组长同意之前，谁都不要再拨。" in own,
        "terminal": any("组长来定" in line or "不再主动打电话" in line for line in said),
    }


@pytest.mark.parametrize("leads", [True, False])
@pytest.mark.parametrize("grief", ["bereaved", "in_distress"])
def test_a_later_call_that_nobody_answered_takes_no_case_from_the_lead(
    store: Store, tmp_path: Path, grief: str, leads: bool
) -> None:
    loaded = settings(tmp_path, *(CALM if leads else CALM[:1]))
    case_id = case(store, "晴川医院")
    call(store, case_id, grief, hours_ago=3)
    # On a page from before: whoever noted it did not know of the grief.
    call(store, case_id, "no_answer", hours_ago=2, after_id="")
    assert set(who_decides(store, tmp_path, case_id, loaded).values()) == {True}
    if grief == "bereaved":  # knowing of it, and by a lead, still nobody named anyone to call
        call(store, case_id, "no_answer", hours_ago=1, agent="青岚")
        assert set(who_decides(store, tmp_path, case_id, loaded).values()) == {True}


@pytest.mark.parametrize("grief", ["bereaved", "in_distress"])
def test_what_a_lead_decides_ends_the_quiet_everywhere(
    store: Store, tmp_path: Path, grief: str
) -> None:
    loaded = settings(tmp_path, *CALM)
    case_id = case(store, "晴川医院")
    grieved = call(store, case_id, grief, hours_ago=3)
    named = ("mobile", "13800138222")
    call(store, case_id, "passed_on", hours_ago=2, new_contact=named, after_id=grieved.id)
    assert set(who_decides(store, tmp_path, case_id, loaded).values()) == {True}
    call(
        store,
        case_id,
        "passed_on",
        hours_ago=1,
        agent="青岚",
        new_contact=named,
        after_id=grieved.id,
    )
    assert set(who_decides(store, tmp_path, case_id, loaded).values()) == {False}


def test_outcomes_that_contradict_each_other_are_told_with_who_noted_them(
    store: Store, tmp_path: Path
) -> None:
    case_id = case(store, "晴川医院")
    for disposition, agent, hours in (("need_confirmed", AGENT, 2), ("no_need", "望舒", 1)):
        made = call(store, case_id, disposition, agent=agent, hours_ago=hours)
        put(store, "UPDATE callbacks SET after_id = '' WHERE id = ?", made.id)
    words = words_of(page_of(store, tmp_path))
    assert "! 结果对不上 晴川医院 · 云落 需求确认 / 望舒 不需要 · 求助 1" in words


def test_an_agent_with_too_many_cases_stands_first_and_it_is_said_in_words(
    store: Store, tmp_path: Path
) -> None:
    for number in range(3):
        case(store, f"{number}号医院", agent="望舒")
    case(store, "晴川医院")
    agents = (AgentSettings(name=AGENT, capacity=2), AgentSettings(name="望舒", capacity=2))
    page = page_of(store, tmp_path, settings(tmp_path, *agents))
    rows = re.findall(r'<tr><th scope="row"><a href="[^"]+"><bdi>(.*?)</tr>', page, re.S)
    assert [words_of(row).split()[0] for row in rows] == ["望舒", "云落"]
    assert "3 / 2" in rows[0] and "▲ 超了 1" in words_of(rows[0])
    assert "超了" not in rows[1]


def test_an_agent_has_called_what_he_called_whoever_holds_the_case_now(
    store: Store, tmp_path: Path
) -> None:
    given = case(store, "晴川医院")
    call(store, given, "no_answer", hours_ago=2)
    call(store, given, "busy", hours_ago=1)
    store.cases.assign(given, "望舒", "test", actor="青岚")
    call(store, case(store, "白鹭医院"), "declined")
    rows = re.findall(
        r'<tr><th scope="row"><a href="[^"]+"><bdi>(.*?)</tr>', page_of(store, tmp_path), re.S
    )
    numbers = {words_of(row).split()[0]: re.findall(r'"今天..">(\d+)<', row) for row in rows}
    assert numbers == {AGENT: ["2", "1"], "望舒": ["0", "0"]}


def test_an_agreed_time_that_has_passed_is_flagged_when_it_has(store: Store, opened: Any) -> None:
    call(store, case(store, "晴川医院"), "call_later", again_in=2)
    call(store, case(store, "白鹭医院"), "call_later", again_in=26)
    cell = opened().page.locator('.agents td[data-label="约定已过"]').first
    assert cell.inner_text() == "0"
    cell = opened(hours=3).page.locator('.agents td[data-label="约定已过"]').first
    assert cell.inner_text() == "▲ 1"


def test_a_promise_that_is_overdue_is_seen_though_somebody_tried_in_between(
    store: Store, tmp_path: Path
) -> None:
    case_id = case(store, "晴川医院")
    promised = call(store, case_id, "call_later", hours_ago=4, again_in=-2)
    call(store, case_id, "no_answer", hours_ago=3)
    assert agreed_now(store, tmp_path) == (promised.call_again_at,)
    call(store, case_id, "no_answer", hours_ago=2)  # at the agreed time
    assert agreed_now(store, tmp_path) == ()


def agreed_now(store: Store, folder: Path) -> tuple[datetime, ...]:
    """Return the agreed times that the lead's page has for the agent."""
    day = read_day(store, settings(folder), now=NOW)
    return next(one.agreed for one in lead_view(day).agents if one.name == AGENT)


def test_each_chart_is_told_in_words_and_in_a_table(store: Store, opened: Any) -> None:
    for number in range(3):
        case(store, f"{number}号医院")
    page = opened().page
    assert page.get_by_role("img", name="求助帖：今天 3，昨天 0", exact=True).is_visible()
    assert page.locator("svg.bars").count() == len(SERIES)
    page.get_by_text("每天的数").click()
    rows = page.locator(".days tbody tr")
    assert rows.count() == DAYS
    assert rows.first.inner_text().split("\t")[1:4] == ["3", "3", "3"]


@pytest.mark.parametrize("width", [390, 800, 1360])
def test_nothing_of_the_page_is_wider_than_the_window(
    store: Store, opened: Any, width: int
) -> None:
    for number in range(7):
        case(store, f"晴川市第{number}人民医院支援医疗队重症医学科", opened=20, urgent=True)
    page = opened(viewport={"width": width, "height": 844}).page
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bars_can_be_told_from_the_paper(store: Store, opened: Any, scheme: str) -> None:
    case(store, "晴川医院")
    seen(store, NOW - timedelta(days=2))
    page = opened(color_scheme=scheme).page
    colours = page.evaluate(
        "[document.body, document.querySelector('.bars rect:not(.now)')].map((e, n) => "
        "getComputedStyle(e)[n ? 'fill' : 'backgroundColor'].match(/[\\d.]+/g).map(Number))"
    )
    paper, bar = (luminance(colour) for colour in colours)
    assert (max(paper, bar) + 0.05) / (min(paper, bar) + 0.05) >= 3  # WCAG 2.2, 1.4.11


def luminance(colour: Sequence[float]) -> float:
    """Return the relative luminance of a colour as WCAG 2.2 defines it."""
    parts = [part / 255 for part in colour[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_number_in_the_name_of_an_agent_does_not_reach_the_page(
    store: Store, tmp_path: Path
) -> None:
    case_id = case(store, "晴川医院", agent="李 13800138000", opened=9)
    call(store, case_id, "in_distress", agent="李 13800138000")
    words = words_of(page_of(store, tmp_path))
    assert "13800138000" not in words
    assert "李 〔号码〕" in words


# Giving cases to agents, and opening them again


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with settings of two agents and a store with one case."""
    words = "".join(f'[[agents]]\nname = "{name}"\n' for name in (AGENT, "望舒"))
    (tmp_path / "distress.toml").write_text(words, encoding="utf-8")
    with Store(tmp_path / "distress.db") as store:
        case(store, "晴川医院")
    return tmp_path


def run(folder: Path, *given: str) -> Any:
    """Run a command of `distress case` in the folder."""
    return CliRunner().invoke(main, ["--config", str(folder / "distress.toml"), "case", *given])


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    db = sqlite3.connect(folder / "distress.db")
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def test_a_case_is_given_to_another_agent_with_who_did_and_why(desk: Path) -> None:
    done = run(desk, "assign", "1", "望舒", "--by", "青岚", "--reason", "会说方言")
    assert done.output == "求助 1：云落 → 望舒\n"
    assert rows(desk, "SELECT agent, actor, reason, ended_reason FROM assignments ORDER BY id") == [
        (AGENT, "", "test", "reassigned"),
        ("望舒", "青岚", "会说方言", None),
    ]


def test_giving_a_case_twice_is_once(desk: Path) -> None:
    assert "已经在 云落 手上" in run(desk, "assign", "1", AGENT).output
    assert len(rows(desk, "SELECT 1 FROM assignments")) == 1


def test_an_agent_who_is_not_in_the_settings_is_refused_with_the_choices(desk: Path) -> None:
    done = run(desk, "assign", "1", "王舒")
    assert done.exit_code != 0
    assert "no agent '王舒'; there are: 云落, 望舒" in done.stderr
    assert len(rows(desk, "SELECT 1 FROM assignments")) == 1


def test_a_case_that_has_ended_is_opened_before_it_is_given_away(desk: Path) -> None:
    with Store(desk / "distress.db") as store:
        ended = call(store, 1, "no_need")
    refused = run(desk, "assign", "1", "望舒")
    assert refused.exit_code != 0 and "distress case reopen 1" in refused.stderr
    done = run(desk, "reopen", "1", "--by", "青岚", "--reason", "说的是另一家")
    assert done.output == "求助 1 重新打开了，谁在跟：云落\n"
    assert rows(desk, "SELECT callback_id, actor, reason FROM reopenings") == [
        (ended.id, "青岚", "说的是另一家")
    ]
    assert run(desk, "assign", "1", "望舒").exit_code == 0


def test_an_open_case_cannot_be_opened(desk: Path) -> None:
    done = run(desk, "reopen", "1", "--by", "青岚", "--reason", "x")
    assert done.exit_code != 0
    assert "case 1 is open" in done.stderr
