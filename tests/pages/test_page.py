"""The agent's page in a real Chromium, opened from its file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from agent_page import AgentPage, choose
from desk_seats import KEPT
from playwright.sync_api import expect
from staged_day import AGENT, NOW, add_case, reading_of, settings_in, stage

from monitor import digest
from monitor.calling.dispositions import dispositions
from monitor.store import Store
from monitor.types import Callback

Opener = Callable[..., AgentPage]


def test_three_outcomes_survive_closing_and_are_saved_to_a_file(
    store: Store, open_page: Opener, tmp_path: Path
) -> None:
    cases = stage(store)
    agent = open_page()
    agent.open_case(cases[0])
    agent.page.keyboard.press("3")
    agent.page.keyboard.press("Enter")
    agent.pass_time(seconds=1)
    agent.note(cases[14], "call_later", note="下夜班后打", again="2199-02-12T16:30")
    agent.pass_time(seconds=1)
    agent.open_case(cases[15])
    agent.page.keyboard.press("1")
    [name] = agent.page.locator(".case.open .good-name").all_inner_texts()[:1]
    agent.tick(name, "45")
    agent.page.locator(".case.open .unit").first.fill("箱")
    agent.page.click("#next")
    assert agent.count("unsaved") == 3

    agent.page.reload()
    assert agent.count("unsaved") == 3
    file = agent.save_file(tmp_path)

    content = json.loads(file.read_text(encoding="utf-8"))
    assert file.name == f"outcomes-{AGENT}-{NOW:%Y-%m-%d}.json"
    assert (content["format"], content["version"]) == ("distress-outcomes", 3)
    assert content["agent"] == AGENT
    no_answer, later, confirmed = content["outcomes"]
    assert (no_answer["case"], no_answer["disposition"]) == (cases[0], "no_answer")
    assert later["note"] == "下夜班后打"
    # 16:30 in the settings' zone, whatever the zone of the computer.
    assert later["call_again_at"] == "2199-02-12T08:30:00Z"
    assert confirmed["items"][0] == {"name": name, "quantity": "45", "unit": "箱"}
    assert len(confirmed["items"]) == 4
    assert {outcome["agent"] for outcome in content["outcomes"]} == {AGENT}
    assert len({outcome["id"] for outcome in content["outcomes"]}) == 3
    assert not agent.troubles


def test_keys_in_the_very_moment_of_a_click_are_for_the_case_clicked(
    store: Store, open_page: Opener, tmp_path: Path
) -> None:
    cases = stage(store, 16)
    agent = open_page()
    agent.page.evaluate(
        """(id) => {
          document.querySelector(`.row[data-case="${id}"]`).click();
          const press = (key) => new KeyboardEvent("keydown", { key, bubbles: true });
          for (const key of ["3", "Enter"]) document.activeElement.dispatchEvent(press(key));
        }""",
        cases[15],
    )
    [outcome] = json.loads(agent.save_file(tmp_path).read_text(encoding="utf-8"))["outcomes"]
    assert (outcome["case"], outcome["disposition"]) == (cases[15], "message_sent")
    agent.open_case(cases[14])
    agent.open_case(cases[15])
    agent.page.go_back()
    expect(agent.row(cases[14])).to_have_attribute("aria-current", "true")


def test_saving_again_gives_the_same_ids_and_nothing_is_unsaved(
    store: Store, open_page: Opener, tmp_path: Path
) -> None:
    cases = stage(store, 16)
    agent = open_page()
    agent.note(cases[0], "no_answer")
    first = json.loads(agent.save_file(tmp_path).read_text(encoding="utf-8"))
    assert agent.count("unsaved") == 0
    assert "1 条已存进文件" in agent.page.inner_text("#filed")
    agent.note(cases[14], "busy")
    second = json.loads(agent.save_file(tmp_path).read_text(encoding="utf-8"))
    ids = [[outcome["id"] for outcome in content["outcomes"]] for content in (first, second)]
    assert ids[1][:1] == ids[0]
    assert len(ids[1]) == 2


def test_what_the_store_knows_leaves_the_browser(
    store: Store, open_page: Opener, tmp_path: Path
) -> None:
    cases = stage(store, 16)
    agent = open_page()
    agent.note(cases[0], "already_supplied")
    [outcome] = json.loads(agent.save_file(tmp_path).read_text(encoding="utf-8"))["outcomes"]
    store.callbacks.add(
        Callback(
            id=outcome["id"],
            case_id=outcome["case"],
            agent=outcome["agent"],
            disposition=outcome["disposition"],
            attempted_at=datetime.fromisoformat(outcome["attempted_at"]),
        ),
        ends_case=True,
        origin="test",
    )
    digest.write(store, settings_in(tmp_path), now=NOW)
    agent.page.reload()
    assert agent.page.is_hidden("#filed")
    assert agent.page.evaluate(KEPT) == []
    assert "已解决" in agent.row(cases[0]).inner_text()


def test_a_draft_survives_closing(store: Store, open_page: Opener) -> None:
    cases = stage(store, 16)
    agent = open_page()
    agent.open_case(cases[0])
    agent.page.keyboard.press("0")
    agent.page.keyboard.press("3")
    agent.page.fill("#note", "转给总务科")
    agent.page.reload()
    assert agent.page.input_value("#note") == "转给总务科"
    assert agent.page.is_checked("input[value=passed_on]")
    assert agent.count("unsaved") == 0


def test_nothing_is_lost_when_pages_are_written_fifty_times_while_an_agent_notes(
    store: Store, open_page: Opener, tmp_path: Path
) -> None:
    cases = stage(store, 3)
    agent = open_page()
    agent.note(cases[0], "no_answer", note="占线两次")
    agent.open_case(cases[1])
    agent.page.fill("#note", "问到一半")
    for turn in range(50):
        add_case(store, f"白鹭医院急需面膜{turn}", reading_of("白鹭医院急需面膜"))
        assert digest.write_changed(store, settings_in(tmp_path), now=NOW) == 3
    assert agent.page.input_value("#note") == "问到一半", "an open page stays as it is"
    agent.page.reload()
    assert agent.page.locator(".row").count() == 53
    assert agent.count("unsaved") == 1
    agent.open_case(cases[1])
    assert agent.page.input_value("#note") == "问到一半"
    [outcome] = json.loads(agent.save_file(tmp_path).read_text(encoding="utf-8"))["outcomes"]
    assert (outcome["case"], outcome["note"]) == (cases[0], "占线两次")


def test_undo_takes_back_the_last_outcome_and_leaves_it_as_a_draft(
    store: Store, open_page: Opener
) -> None:
    cases = stage(store, 16)
    agent = open_page()
    agent.note(cases[0], "no_answer", note="响了很久")
    agent.page.keyboard.press("u")
    assert agent.count("unsaved") == 0
    assert agent.page.input_value("#note") == "响了很久"
    assert agent.page.is_checked("input[value=no_answer]")


@pytest.mark.parametrize(
    ("disposition", "words"),
    [
        (None, "先选一个结果"),
        ("call_later", "几点再拨合适"),
        ("passed_on", "请写新的联系方式"),
        ("do_not_call", "请写原因"),
        ("need_confirmed", "还没勾物资"),
    ],
)
def test_an_outcome_that_lacks_something_is_not_noted(
    store: Store, open_page: Opener, disposition: str | None, words: str
) -> None:
    cases = stage(store, 2)
    agent = open_page()
    agent.open_case(cases[0])
    if disposition:
        choose(agent.page, disposition)
    agent.page.click("#next")
    assert words in agent.page.inner_text("#problem")
    assert agent.count("unsaved") == 0


def test_the_keyboard_alone_is_enough(store: Store, open_page: Opener) -> None:
    stage(store, 16)
    agent = open_page()
    press = agent.page.keyboard.press
    first = agent.page.get_attribute(".row[aria-current]", "data-case")
    press("j")
    assert agent.page.get_attribute(".row[aria-current]", "data-case") != first
    press("k")
    assert agent.page.get_attribute(".row[aria-current]", "data-case") == first
    press("n")
    agent.page.keyboard.type("j 3 ?")
    press("Escape")
    assert agent.page.input_value("#note") == "j 3 ?"
    press("3")
    press("Enter")
    assert agent.count("unsaved") == 1
    press("/")
    agent.page.keyboard.type("紫荆")
    assert agent.page.locator(".row:visible").count() == 1
    press("Escape")
    press("?")
    assert agent.page.is_visible("#help")
    press("Escape")
    assert not agent.page.is_visible("#help")


def test_enter_while_composing_a_word_saves_nothing(store: Store, open_page: Opener) -> None:
    stage(store, 2)
    agent = open_page()
    agent.page.keyboard.press("3")
    agent.page.focus("#note")
    agent.page.evaluate(
        "document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    assert agent.count("unsaved") == 0


def test_filters_and_search_find_a_case_by_number_and_by_goods(
    store: Store, open_page: Opener
) -> None:
    stage(store)
    agent = open_page()
    agent.page.click("[data-filter=silent]")
    reach = agent.page.locator(".row:visible .reach").all_inner_texts()
    assert reach
    assert all("没留电话" in words for words in reach)
    agent.page.click("[data-filter=all]")
    agent.page.fill("#search", "027-8572 0000")
    assert agent.page.locator(".row:visible").count() == 1
    agent.page.fill("#search", "没有这样的东西")
    assert "没有找到" in agent.page.inner_text("#empty")


def test_search_finds_a_case_by_what_its_row_says_since_the_outcome(
    store: Store, open_page: Opener
) -> None:
    cases = stage(store, 3)
    agent = open_page()
    why = agent.page.locator(f'.row[data-case="{cases[0]}"] .reason')
    before = why.inner_text()
    agent.page.fill("#search", before)
    agent.page.fill("#search", "")
    agent.note(cases[0], "no_answer")
    assert why.inner_text() != before
    agent.page.fill("#search", why.inner_text())
    assert agent.page.locator(f'.row[data-case="{cases[0]}"]').is_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_search_leaves_the_list_where_it_was_scrolled_to(
    store: Store, open_page: Opener, width: int
) -> None:
    stage(store, 120)
    agent = open_page(viewport={"width": width, "height": 800})
    before, after, left_out = agent.page.evaluate(
        """() => {
          const list = document.getElementById("rows");
          const isOwn = list.scrollHeight > list.clientHeight;
          const scroller = isOwn ? list : document.scrollingElement;
          scroller.scrollTop = 300;
          const field = document.getElementById("search");
          const [before, rows] = [scroller.scrollTop, list.children.length];
          field.value = "护手霜";
          field.dispatchEvent(new Event("input", { bubbles: true }));
          return [before, scroller.scrollTop, rows - list.children.length];
        }"""
    )
    assert before == after == 300
    assert left_out > 0


def test_the_script_speaks_of_the_open_case(store: Store, open_page: Opener) -> None:
    cases = stage(store, 3)
    agent = open_page()
    agent.open_case(cases[0])
    said = agent.page.inner_text("[role=tabpanel]:visible")
    assert "晴川市紫荆医院" in said
    assert "护手霜" in said
    choose(agent.page, "bereaved")
    assert "节哀" in agent.page.inner_text("[role=tabpanel]:visible")
    assert agent.page.is_hidden(".case.open .wants")


def test_the_number_is_copied_as_it_is_dialled(store: Store, open_page: Opener) -> None:
    cases = stage(store, 2)
    agent = open_page(permissions=["clipboard-read", "clipboard-write"])
    agent.open_case(cases[0])
    agent.page.keyboard.press("c")
    agent.told("已复制")
    assert agent.page.evaluate("navigator.clipboard.readText()") == "13800138000"


def test_out_of_calling_hours_and_old_copies_are_told(store: Store, open_page: Opener) -> None:
    stage(store, 2)
    night = open_page(now=NOW + timedelta(hours=10, minutes=10))
    assert "现在 22:10" in night.page.inner_text("#hours")
    assert night.page.is_hidden("#stale")
    assert night.page.inner_text(".made") == "生成于 12:00 · 10 小时前"
    old = open_page(now=NOW + timedelta(days=2))
    assert old.page.is_hidden("#hours")
    assert "2 天前" in old.page.inner_text("#stale")


def test_on_a_telephone_the_list_comes_first_and_a_case_on_tap(
    store: Store, open_page: Opener
) -> None:
    cases = stage(store, 3)
    agent = open_page(viewport={"width": 390, "height": 844})
    assert agent.page.is_visible("#rows")
    assert agent.page.is_hidden("#outcome")
    agent.open_case(cases[0])
    assert agent.page.is_hidden("#rows")
    assert agent.page.is_visible(f"#c{cases[0]}")
    agent.page.go_back()
    assert agent.page.is_visible("#rows")


def test_every_disposition_has_a_button(store: Store, open_page: Opener) -> None:
    stage(store, 2)
    agent = open_page()
    assert sorted(agent.page.locator(".way span").all_text_contents()) == sorted(
        entry.zh for entry in dispositions().values()
    )


def test_what_a_full_browser_cannot_keep_stays_on_the_page(store: Store, open_page: Opener) -> None:
    cases = stage(store, 3)
    agent = open_page()
    agent.page.evaluate("void (Storage.prototype.setItem = () => { throw new Error('full'); })")
    agent.note(cases[0], "no_answer")
    assert agent.page.is_visible("#no-memory")
    # Another window of this page writes something: what is kept is read anew.
    agent.page.evaluate("dispatchEvent(new StorageEvent('storage'))")
    assert agent.count("unsaved") == 1
