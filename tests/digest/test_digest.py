"""The digest stage: what is written where, and that it is whole, stable and discreet."""

from __future__ import annotations

import errno
import gc
import html
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from page_words import words_of
from staged_day import AGENT, NOW, add_case, call, reading_of, settings_in, stage

from monitor import digest, supply
from monitor.digest import writing as digest_writing
from monitor.digest.case_view import CaseView
from monitor.digest.day import read_day
from monitor.errors import DistressError
from monitor.pages import Rendering, utc
from monitor.store import Store
from monitor.types import ConfirmedItem

NEXT = ("mobile", "13800138001")


def rows_of(page: str) -> list[int]:
    """Return the cases of a page's list, in order."""
    return [int(number) for number in re.findall(r'class="row [^>]*?data-case="(\d+)"', page)]


def view_of(store: Store, folder: Path, case_id: int) -> CaseView:
    """Return what the pages of the day show of a case."""
    return read_day(store, settings_in(folder), now=NOW).views[case_id]


def one_case(store: Store, text: str = "晴川医院急需口罩40个", agent: str | None = AGENT) -> int:
    """Open a simple case."""
    return add_case(
        store,
        text,
        reading_of(text, goods=[("口罩", "40", "个")], facility="晴川医院"),
        agent=agent,
    )


def test_a_page_for_the_lead_one_an_agent_and_the_supplies(store: Store, tmp_path: Path) -> None:
    stage(store)
    folder = digest.write(store, settings_in(tmp_path), now=NOW)
    assert folder == tmp_path / "digest" / f"{NOW:%Y-%m-%d}"
    assert {file.name for file in folder.iterdir()} == {
        "calls.html",
        "index.html",
        "packing.html",
        "supplies.html",
        "云落.html",
        "望舒.html",
    }


def test_an_empty_store_gives_pages_that_say_what_to_do(store: Store, tmp_path: Path) -> None:
    folder = digest.write(store, settings_in(tmp_path), now=NOW)
    assert "今天还没有分给您的求助" in words_of((folder / f"{AGENT}.html").read_text())
    assert "都分派了" in words_of((folder / "index.html").read_text())
    assert "还没有电话里确认过的物资" in words_of((folder / "supplies.html").read_text())


def test_a_page_holds_the_agents_open_cases_and_those_he_ended_today(
    store: Store, tmp_path: Path
) -> None:
    mine, ended, of_another, unassigned = (
        one_case(store, f"晴川医院急需口罩40个 {turn}", agent)
        for turn, agent in enumerate((AGENT, AGENT, "望舒", None))
    )
    call(store, ended, "already_supplied")
    folder = digest.write(store, settings_in(tmp_path), now=NOW)
    page = (folder / f"{AGENT}.html").read_text()
    assert rows_of(page) == [mine, ended]
    assert "✓ 已解决" in words_of(page)
    assert rows_of((folder / "望舒.html").read_text()) == [of_another]
    assert f'<td class="num">求助 {unassigned}</td>' in (folder / "index.html").read_text()


def test_a_case_ended_on_an_earlier_day_is_gone(store: Store, tmp_path: Path) -> None:
    call(store, one_case(store), "declined", hours_ago=30)
    tomorrow = digest.write(store, settings_in(tmp_path), now=NOW + timedelta(days=1))
    assert rows_of((tomorrow / f"{AGENT}.html").read_text()) == []


def test_an_agent_whom_the_settings_no_longer_name_keeps_a_page(
    store: Store, tmp_path: Path
) -> None:
    case_id = one_case(store, agent="旧同事")
    folder = digest.write(store, settings_in(tmp_path), now=NOW)
    assert rows_of((folder / "旧同事.html").read_text()) == [case_id]
    assert "设置里没有" in words_of((folder / "index.html").read_text())


def test_two_writes_differ_in_the_generated_line_alone(store: Store, tmp_path: Path) -> None:
    stage(store)
    settings = settings_in(tmp_path)
    folder = digest.write(store, settings, now=NOW)
    before = {file.name: file.read_text().splitlines() for file in folder.iterdir()}
    run = store.runs.start("crawl", "day")
    store.runs.progress(run, pages=1, new=0, known=9, set_aside=0, newest_post_at=None)
    store.runs.end(run, "empty")
    digest.write(store, settings, now=NOW + timedelta(hours=2, minutes=7))
    for name, lines in before.items():
        after = (folder / name).read_text().splitlines()
        changed = [new for old, new in zip(lines, after, strict=True) if old != new]
        assert len(changed) == 1, name
        assert 'id="generated"' in changed[0]


def test_no_number_reaches_the_leads_page(store: Store, tmp_path: Path) -> None:
    text = "求助！13800138000医院（027-85720000）急需口罩 138 0013 8001 四十个，只够 13800138002"
    reading = reading_of(
        text,
        goods=[("口罩 138 0013 8001", None, None)],
        facility="13800138000医院（027-85720000）",
        place=("13800138000医院", "", ""),
        urgent=("critical", "只够 13800138002"),
    )
    for agent in (None, AGENT):
        add_case(store, text + str(agent), reading, agent=agent)
    store.runs.end(store.runs.start("crawl", "day"), "blocked", "asked 13800138003 to log in")
    folder = digest.write(store, settings_in(tmp_path), now=NOW)
    page = (folder / "index.html").read_text()
    assert not re.search(r"(?<![\w+/])1[3-9]\d[ -]?\d{4}[ -]?\d{4}", page)
    assert not re.search(r"85720000|13800138", page)
    assert "〔号码〕医院" in words_of(page)
    assert "来源出了问题" in words_of(page)


def test_a_new_write_replaces_the_folder_of_the_day(store: Store, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    folder = digest.write(store, settings, now=NOW)
    (folder / "离职.html").write_text("old")
    digest.write(store, settings, now=NOW)
    assert not (folder / "离职.html").exists()
    assert [entry.name for entry in folder.parent.iterdir()] == [folder.name]


def test_between_two_writes_the_pages_that_changed_are_written_and_no_others(
    store: Store, tmp_path: Path
) -> None:
    settings, later = settings_in(tmp_path), NOW + timedelta(minutes=7)
    one_case(store, agent="望舒")
    folder = digest.write(store, settings, now=NOW)
    (folder / "离职.html").write_text("old")
    assert digest.write_changed(store, settings, now=later) == 0
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    case_id = one_case(store, "晴川医院急需口罩40个，谢谢")
    assert digest.write_changed(store, settings, now=later) == 3
    after = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert after.keys() == before.keys(), "nobody's page is gone, and no half of one is left"
    assert "离职.html" not in after
    assert {name for name in after if after[name] != before[name]} == {
        "calls.html",
        "index.html",
        f"{AGENT}.html",
    }
    assert rows_of((folder / f"{AGENT}.html").read_text()) == [case_id]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates of the pages whose text was made, in turn."""
    templates: list[str] = []
    make = Rendering.__str__

    def noted(page: Rendering) -> str:
        templates.append(page.template)
        return make(page)

    monkeypatch.setattr(Rendering, "__str__", noted)
    return templates


def test_a_page_that_stands_there_made_of_the_same_is_not_made_again(
    store: Store, tmp_path: Path, made: list[str]
) -> None:
    settings = settings_in(tmp_path)
    cases = stage(store)
    folder = digest.write(store, settings, now=NOW)
    others = sorted([*digest.SUPPLY_PAGES, "index.html", "intake.html"])
    assert sorted(made) == ["agent.html", "agent.html", *others]
    made.clear()
    digest.write(store, settings, now=NOW + timedelta(minutes=7))
    assert digest.write_changed(store, settings, now=NOW + timedelta(minutes=9)) == 0
    assert made == []
    assert f'"at": "{utc(NOW + timedelta(minutes=7))}"' in (folder / f"{AGENT}.html").read_text()
    store.cases.assign(cases[20], "旧同事", "test")
    assert digest.write_changed(store, settings, now=NOW + timedelta(minutes=9)) == 4
    assert made == ["agent.html", "agent.html", "index.html", "intake.html"]


def test_pages_made_again_and_pages_kept_have_the_same_bytes(store: Store, tmp_path: Path) -> None:
    settings, later = settings_in(tmp_path), NOW + timedelta(minutes=7)
    stage(store)
    digest.write(store, settings, now=NOW)
    folder = digest.write(store, settings, now=later)
    kept = {file.name: file.read_bytes() for file in folder.iterdir()}
    shutil.rmtree(folder)
    digest.write(store, settings, now=later)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == kept


def test_a_page_that_was_harmed_is_made_anew(store: Store, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    one_case(store)
    page = digest.write(store, settings, now=NOW) / f"{AGENT}.html"
    whole = page.read_bytes()
    for harm in (whole[: len(whole) // 2], whole.replace("口罩".encode(), "面罩".encode())):
        page.write_bytes(harm)
        assert digest.write_changed(store, settings, now=NOW) == 1
        assert page.read_bytes() == whole


def test_memory_is_looked_after_again_once_the_pages_are_written(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(store)
    settings = settings_in(tmp_path)
    digest.write(store, settings, now=NOW)
    assert (gc.isenabled(), gc.get_freeze_count()) == (True, 0)
    digest.write_changed(store, settings, now=NOW)
    assert (gc.isenabled(), gc.get_freeze_count()) == (True, 0)
    monkeypatch.setattr(digest_writing, "read_day", _no_day)
    with pytest.raises(DistressError, match="no day"):
        digest.write(store, settings, now=NOW)
    assert (gc.isenabled(), gc.get_freeze_count()) == (True, 0)


def _no_day(*given: object, **named: object) -> None:
    raise DistressError("no day")


def test_the_first_plea_of_a_day_has_all_pages_written(store: Store, tmp_path: Path) -> None:
    case_id = one_case(store)
    assert digest.write_changed(store, settings_in(tmp_path), now=NOW) == 6
    page = tmp_path / "digest" / f"{NOW:%Y-%m-%d}" / f"{AGENT}.html"
    assert rows_of(page.read_text()) == [case_id]


@pytest.fixture
def dead_process() -> int:
    """The id of a process that has ended."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_what_a_killed_writer_left_is_removed_and_a_living_ones_is_not(
    store: Store, tmp_path: Path, dead_process: int
) -> None:
    parent = tmp_path / "digest"
    left = parent / f".2026-02-12.{dead_process}.part"
    at_work = parent / f".2026-02-12.{os.getppid()}.part"
    for folder in (left, at_work):
        folder.mkdir(parents=True)
        (folder / "index.html").write_text("half")
    digest.write(store, settings_in(tmp_path), now=NOW)
    assert not left.exists()
    assert at_work.exists()


def test_a_page_that_a_killed_writer_left_half_written_is_removed(
    store: Store, tmp_path: Path, dead_process: int
) -> None:
    folder = digest.write(store, settings_in(tmp_path), now=NOW)
    left = folder / f".index.html.{dead_process}.part"
    at_work = folder / f".index.html.{os.getppid()}.part"
    for file in (left, at_work):
        file.write_text("half")
    digest.write_changed(store, settings_in(tmp_path), now=NOW)
    assert not left.exists()
    assert at_work.exists()


def test_a_failing_write_leaves_the_old_pages(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path)
    folder = digest.write(store, settings, now=NOW)
    before = (folder / "index.html").read_text()

    def full_disk(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr("monitor.digest.writing.write_file", full_disk)
    one_case(store)
    for write in (digest.write, digest.write_changed):
        with pytest.raises(DistressError, match="those of before stand"):
            write(store, settings, now=NOW)
        assert (folder / "index.html").read_text() == before
        assert not list(folder.rglob("*.part"))


def test_five_posts_of_one_case_give_one_list_of_goods(store: Store, tmp_path: Path) -> None:
    [rich, *_] = stage(store, 2)
    view = view_of(store, tmp_path, rich)
    assert [(goods.name, goods.amount, goods.others) for goods in view.goods] == [
        ("护手霜", "40", ("60支",)),
        ("秋衣秋裤", "40", ()),
        ("面膜", "若干", ()),
        ("成人尿不湿", "20", ()),
    ]
    assert [(c.kind, c.shown, c.passed_on) for c in view.rungs if not c.folded] == [
        ("mobile", "138 0013 8000", False),
        ("landline", "027-8572 0000", False),
        ("wechat", "ziheng_8000", False),
    ]
    assert [post.matched for post in view.posts] == [1, 1, 1, None], "the newest first"
    assert [post.number for post in view.posts if post.stands_open] == [1]


def test_who_answers_stands_beside_the_number(store: Store, tmp_path: Path) -> None:
    text = "晴川医院急需口罩，王13800138000，值班室<b>027-85720000"
    told = {"13800138000": ("王", "护士长"), "027-85720000": (None, "值班室<b>")}
    reading = reading_of(text, numbers=(("mobile", "13800138000"), ("landline", "027-85720000")))
    contacts = tuple(
        replace(contact, person=told[contact.value][0], role=told[contact.value][1])
        for contact in reading.contacts
    )
    add_case(store, text, replace(reading, contacts=contacts))
    digest.write(store, settings_in(tmp_path), now=NOW)
    [page] = [p for p in tmp_path.rglob("*.html") if "王护士长" in p.read_text(encoding="utf-8")]
    assert '<bdi class="who">值班室&lt;b&gt;</bdi>' in page.read_text(encoding="utf-8")


def test_outcomes_that_cannot_both_be_true_are_told(store: Store, tmp_path: Path) -> None:
    case_id = one_case(store)
    call(store, case_id, "need_confirmed", hours_ago=2)
    call(store, case_id, "no_need", hours_ago=1, agent="望舒")
    words = words_of(
        (digest.write(store, settings_in(tmp_path), now=NOW) / "望舒.html").read_text()
    )
    told = re.search(r"两个结果对不上，记的时候互相不知道：(.+?)。请先互相问清", words)
    assert told and re.findall("需求确认|不需要", told[1]) == ["需求确认", "不需要"]


@pytest.mark.parametrize(
    ("agents", "files"),
    [
        (["云落"], ["云落.html"]),
        (["index", "supplies"], ["agent-index.html", "agent-supplies.html"]),
        (["Ann", "ann"], ["Ann.html", "ann-2.html"]),
        (["../x", "a/b", "…"], ["x.html", "a_b.html", "agent.html"]),
        (["CON", "nul.txt"], ["agent-CON.html", "agent-nul.txt.html"]),
    ],
)
def test_file_names_are_safe_and_never_the_same(agents: list[str], files: list[str]) -> None:
    assert list(digest.agent_files(agents).values()) == files


def test_each_page_allows_its_own_style_and_script_and_nothing_else(
    store: Store, tmp_path: Path
) -> None:
    stage(store)
    for file in digest.write(store, settings_in(tmp_path), now=NOW).iterdir():
        page = file.read_text()
        [policy] = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
        assert html.unescape(policy).startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert not re.search(
            r"""<(link|img|iframe)\b|\bsrc=|@import|url\(|\sstyle=|\son\w+=""", page
        )


def test_confirmed_goods_show_on_the_supplies_page_and_are_to_be_packed(
    store: Store, tmp_path: Path
) -> None:
    case_id = one_case(store)
    call(store, case_id, "need_confirmed", items=[ConfirmedItem(name="护手霜", quantity="40")])
    supply.open_lines(store)
    folder = digest.write(store, settings_in(tmp_path), now=NOW)
    for name in ("supplies.html", "packing.html"):
        words = words_of((folder / name).read_text())
        assert "晴川医院" in words
        assert "护手霜" in words
