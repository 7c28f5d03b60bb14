"""The story this was built for: three calls in vain, a message, a call the next day, the goods."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from agent_page import AgentPage, choose
from click.testing import CliRunner
from playwright.sync_api import expect
from staged_day import AGENT, add_case, reading_of, settings_in

from monitor import callback, digest, settings, supply
from monitor.calling.dispositions import dispositions
from monitor.cli import main
from monitor.crawl.sources import crawl
from monitor.line import digest as write_digest
from monitor.line import flag
from monitor.store import Store

ZONE = ZoneInfo("Asia/Shanghai")
DAY = datetime(2020, 2, 11, 9, 30, tzinfo=ZONE)
TOML = """
[[sources]]
name = "weibo"
spider = "archive"
path = "posts.jsonl"

[[agents]]
name = "云落"

[[agents]]
name = "望舒"
lead = true
capacity = 0
"""
PLEA = (
    "支援晴川市紫荆医院的医疗队，手都裂了，急需护手霜40支、面膜若干、秋衣秋裤40套，"
    "外面买不到，求好心人支援。李护士 13800138000"
)


class Desk:
    """The folder of one desk: its settings, the store, the pages of a moment."""

    def __init__(self, folder: Path, chromium: Any) -> None:
        self.folder = folder
        self.chromium = chromium
        (folder / "distress.toml").write_text(TOML, encoding="utf-8")
        post = {"id": "1", "text": PLEA, "posted_at": (DAY - timedelta(hours=2)).isoformat()}
        (folder / "posts.jsonl").write_text(json.dumps(post) + "\n", encoding="utf-8")
        self.settings = settings.load(folder / "distress.toml")
        self.opened: list[AgentPage] = []

    def page(self, now: datetime) -> AgentPage:
        """Write the digest of a moment and open the agent's page in it."""
        file = write_digest(self.settings, now=now).folder / f"{AGENT}.html"
        self.opened.append(
            AgentPage(self.chromium, file, now, permissions=["clipboard-read", "clipboard-write"])
        )
        return self.opened[-1]

    def run(self, *words: str) -> str:
        """Run a command in the folder and return what it says; it must go well."""
        config = str(self.folder / "distress.toml")
        done = CliRunner().invoke(main, ["--config", config, *words])
        assert done.exit_code == 0, done.output
        return done.output


@pytest.fixture
def desk(tmp_path: Path, chromium: Any) -> Iterator[Desk]:
    """A desk on the morning of the plea, crawled and flagged."""
    made = Desk(tmp_path, chromium)
    crawl(made.settings)
    flag(made.settings)
    yield made
    for page in made.opened:
        page.close()


def row_words(page: AgentPage) -> str:
    """Return what the only row says."""
    return " ".join(page.page.locator(".row").inner_text().split())


def call_in_vain(page: AgentPage) -> None:
    """Note with the keyboard that nobody answered."""
    noted = page.count("unsaved")
    if not page.page.locator(".row[aria-current]").count():
        page.page.keyboard.press("j")
    page.page.keyboard.press("3")
    page.page.keyboard.press("Enter")
    assert page.count("unsaved") == noted + 1


def test_from_the_plea_to_the_goods_in_the_ward(desk: Desk, tmp_path: Path) -> None:
    page = desk.page(DAY)
    page.page.locator(".row").click()
    assert page.page.locator(".case.open .rung.proposed .value").inner_text() == "138 0013 8000"
    assert "紫荆医院" in page.page.locator(".script [role=tabpanel]:visible").inner_text()

    call_in_vain(page)
    assert "12:00 后可再拨" in row_words(page)
    page.pass_time(hours=3)
    call_in_vain(page)
    assert "18:00 后可再拨" in row_words(page)
    page.pass_time(hours=6)
    assert page.page.is_hidden("#offer")
    call_in_vain(page)

    assert "没人接，发条消息" in page.page.inner_text("#offer")
    page.page.keyboard.press("m")
    expect(page.page.locator("#toast")).to_contain_text("复制")
    sent = page.page.evaluate("navigator.clipboard.readText()")
    assert "截图" in sent
    assert "紫荆医院" in sent
    page.page.keyboard.press("Enter")
    assert page.count("unsaved") == 4
    assert "等回复" in row_words(page)
    assert "明天" in row_words(page)
    first = page.save_file(tmp_path)
    assert "收下结果 4 条" in desk.run("callback", "import", str(first))

    morning = DAY + timedelta(days=1)
    page = desk.page(morning)
    page.page.locator(".row").click()
    assert "等回复" in row_words(page)
    choose(page.page, "call_later")
    page.page.fill("#again", "2020-02-12T14:30")
    page.page.fill("#note", "微信回了：下夜班，两点半打")
    page.page.click("#next")
    assert "约定 14:30" in row_words(page)
    assert page.count("agreed") == 1

    page.pass_time(hours=5, minutes=1)
    assert "到时间了" in row_words(page) or "过了" in row_words(page)
    page.page.locator(".row").click()
    for name, amount in (("护手霜", "40"), ("面膜", "45"), ("秋衣秋裤", "40")):
        page.tick(name, amount)
    page.page.locator(".case.open .good", has_text="面膜").locator(".unit").fill("盒")
    choose(page.page, "need_confirmed")
    page.page.fill("#note", "送到急诊西门，李护士收")
    page.page.click("#next")
    second = page.save_file(tmp_path)
    assert page.troubles == []
    told = desk.run("callback", "import", str(second))
    assert "收下结果 2 条" in told
    assert "新的物资 3 行" in told

    for line_id in ("1", "2", "3"):
        for status in ("committed", "in transit", "received"):
            desk.run("supplies", "step", line_id, status, "--by", "供应组")
    supplies = desk.page(morning + timedelta(days=1)).path.with_name("supplies.html")
    text = supplies.read_text(encoding="utf-8")
    assert all(name in text for name in ("护手霜", "面膜", "秋衣秋裤", "已收到"))
    with Store(desk.settings.store_path) as store:
        lines = store.supplies.lines()
        assert store.cases.open_ids() == []
    assert {(line.name, line.status) for line in lines} == {
        (name, "received") for name in ("护手霜", "面膜", "秋衣秋裤")
    }
    history = desk.run("case", "show", "1")
    for words in ("未接", "已发消息", "约时间", "需求确认", "已收到"):
        assert words in history
    assert "13800138000" not in history


# What the row says right after an outcome was noted, what it says on the next morning's page,
# whether the case is open then, and what becomes of the number tried.
CONSEQUENCES = {
    "need_confirmed": ("需求确认", "", False, None),
    "call_later": ("约定", "约定 10:00", True, None),
    "no_answer": ("12:00 后可再拨", "可再拨", True, None),
    "busy": ("11:30 后可再拨", "可再拨", True, None),
    "message_sent": ("等回复", "等回复", True, None),
    "already_supplied": ("已解决", "", False, None),
    "no_need": ("不需要", "", False, None),
    "passed_on": ("拨新的联系人", "拨新的联系人", True, None),
    "wrong_number": ("换个号码拨", "换个号码拨", True, "wrong"),
    "number_dead": ("换个号码拨", "换个号码拨", True, "dead"),
    "declined": ("婉拒", "", False, None),
    "do_not_call": ("请勿再拨", "", False, "barred"),
    "in_distress": ("组长处理", "组长处理", True, None),
    "bereaved": ("不再拨", "不再拨", True, "barred"),
}
FILLED = {
    "call_later": {"again": "2020-02-12T10:00"},
    "passed_on": {"new_value": "13800138222", "new_person": "王老师"},
    "do_not_call": {"note": "不愿再接电话"},
}


# Walked elsewhere: what no number can be, what is noted after goods were received, and of lists.
ELSEWHERE = {
    "not_opened": "test_what_could_not_be_opened_is_never_offered_again",
    "called_back": "tests/pages/test_second_day.py",
    "notice_given": "tests/pages/test_campaign_pages.py",
}


def test_each_disposition_has_a_consequence_here() -> None:
    assert CONSEQUENCES.keys() | ELSEWHERE.keys() == dispositions().keys()


@pytest.fixture
def staged(tmp_path: Path) -> Iterator[tuple[Store, Callable[[datetime], Path]]]:
    """A store with one case that has a mobile and a landline, and what writes its pages."""
    text = "求助！晴川市紫荆医院急需护手霜40支，李护士 13800138000，科室座机 027-85720000"
    reading = reading_of(
        text,
        goods=[("护手霜", "40", "支")],
        facility="晴川市紫荆医院",
        numbers=[("mobile", "13800138000"), ("landline", "027-85720000")],
    )
    loaded = settings_in(tmp_path)
    with Store(loaded.store_path) as store:
        add_case(store, text, reading)
        yield store, lambda now: digest.write(store, loaded, now=now) / f"{AGENT}.html"


@pytest.mark.parametrize("code", CONSEQUENCES)
def test_a_disposition_leads_to_what_it_promises(
    code: str, staged: tuple[Store, Callable[[datetime], Path]], chromium: Any, tmp_path: Path
) -> None:
    store, written = staged
    at_once, next_morning, stays_open, mark = CONSEQUENCES[code]
    page = AgentPage(chromium, written(DAY), DAY)
    page.open_case(1)
    if code == "need_confirmed":
        page.tick("护手霜", "45")
    page.note(1, code, **FILLED.get(code, {}))
    assert at_once in row_words(page)
    file = page.save_file(tmp_path)
    assert page.troubles == []
    page.close()

    assert callback.import_outcomes(store, [file]).added == 1
    assert supply.open_lines(store) == (1 if code == "need_confirmed" else 0)
    assert bool(store.cases.open_ids()) is stays_open
    marks = store.marks.standing(DAY)
    assert (
        marks.get(("number", "13800138000")) is None
        if mark is None
        else (marks["number", "13800138000"].mark == mark)
    )
    morning = DAY + timedelta(hours=23, minutes=45)
    after = AgentPage(chromium, written(morning), morning)
    if stays_open:
        assert next_morning in row_words(after)
    else:
        assert row_words(after).startswith("✓")
    if mark:
        barred = after.page.locator('.rung[data-value="13800138000"]')
        assert "barred" in (barred.get_attribute("class") or "")
    after.close()


def test_what_could_not_be_opened_is_never_offered_again(
    store: Store, chromium: Any, tmp_path: Path
) -> None:
    loaded = settings_in(tmp_path)
    text = "求助！晴川市紫荆医院急需护手霜40支，微信 qingchuan_01 或 13800138000"
    add_case(store, text, reading_of(text, numbers=[("wechat", "qingchuan_01")]))
    page = AgentPage(chromium, digest.write(store, loaded, now=DAY) / f"{AGENT}.html", DAY)
    page.note(1, "not_opened")
    file = page.save_file(tmp_path)
    assert page.troubles == []
    page.close()
    assert callback.import_outcomes(store, [file]).added == 1
    assert store.marks.standing(DAY)["wechat", "qingchuan_01"].mark == "dead"
    after = AgentPage(chromium, digest.write(store, loaded, now=DAY) / f"{AGENT}.html", DAY)
    after.open_case(1)
    barred = after.rung("qingchuan_01")
    assert "barred" in (barred.get_attribute("class") or "")
    proposed = after.page.locator(".case.open .rung.proposed")
    assert proposed.get_attribute("data-value") != "qingchuan_01"
    after.close()


def test_what_was_noted_within_one_second_stays_in_the_order_of_noting(
    staged: tuple[Store, Callable[[datetime], Path]],
) -> None:
    store, _ = staged
    for number in range(9, 0, -1):
        noted = callback.noted_now(case_id=1, agent=AGENT, disposition="no_answer")
        noted = dataclasses.replace(
            noted, id=f"{number}0000000", attempted_at=DAY, note=str(10 - number)
        )
        callback.record(store, noted, origin="test")
    [case] = store.cases.get([1])
    assert [one.note for one in case.callbacks] == [str(number) for number in range(1, 10)]
