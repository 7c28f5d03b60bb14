"""The agent's page at the live desk, in real browsers with a real server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from desk_client import OTHER
from desk_drive import Desk
from desk_seats import KEPT, Seat, serving, sitting
from staged_day import AGENT, add_case, reading_of, stage

from monitor.store import Store


@pytest.fixture
def served(store: Store, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Start a desk of the store in a process of its own."""
    yield from serving(tmp_path)


@pytest.fixture
def sit(chromium: Any) -> Iterator[Callable[..., Seat]]:
    """Sign an agent in, in a browser profile of its own."""
    yield from sitting(chromium)


def test_an_outcome_reaches_the_store_by_itself(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    cases = stage(store, 16)
    seat = sit(served(), AGENT)
    seat.open(cases[14])
    seat.press("3\n")
    [noted] = seat.witness.noted()
    seat.settle()
    found = store.callbacks.get(noted)
    assert found is not None
    assert (found.case_id, found.agent, found.disposition) == (cases[14], AGENT, "no_answer")
    assert seat.page.evaluate(KEPT) == []
    seat.open(cases[14])
    assert "未接" in seat.page.inner_text(".case.open .history")
    assert not seat.troubles


def test_an_outcome_taken_back_at_once_is_never_sent(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    cases = stage(store, 16)
    seat = sit(served(), AGENT)
    seat.open(cases[14])
    seat.press("3\nu")
    [noted] = seat.witness.noted()
    seat.open(cases[15])
    seat.press("4\n")
    seat.settle()
    assert len(seat.witness.noted()) == 2
    assert store.callbacks.get(noted) is None


def test_new_cases_are_told_by_themselves_and_move_nothing_that_is_read(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    cases = stage(store, 16)
    seat = sit(served(), AGENT)
    seat.open(cases[14])
    seat.page.fill("#note", "问到一半")
    places = "['.panel', '.row[aria-current]', '#note'].map((one) => JSON.stringify("
    places += "document.querySelector(one).getBoundingClientRect()))"
    before = seat.page.evaluate(places)
    for number in range(3):
        add_case(store, f"白鹭医院急需面膜{number}", reading_of("白鹭医院急需面膜"))
    seat.until("!document.querySelector('#new-cases').hidden")
    assert "来了 3 个新求助" in seat.page.inner_text("#new-cases")
    assert seat.page.evaluate(places) == before
    assert seat.page.input_value("#note") == "问到一半"
    seat.page.click("#new-cases button")
    seat.until(f"document.querySelectorAll('.row').length >= {len(cases) + 3}")
    assert seat.page.input_value("#note") == "问到一半"
    assert not seat.troubles


def test_a_case_that_another_has_open_is_shown_so_and_closed_until_it_is_free(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    cases = stage(store, 16)
    desk = served()
    first, second = sit(desk, AGENT), sit(desk, OTHER)
    first.open(cases[14])
    first.until("document.querySelector('#held').hidden")
    second.everyones()
    second.open(cases[14])
    second.until("!document.querySelector('#held').hidden")
    assert f"{AGENT} 正在看 · 至 " in second.page.inner_text("#held")
    assert "正在看" in second.page.inner_text(f'.row[data-case="{cases[14]}"]')
    second.press("3\n")
    assert not second.witness.noted()
    first.open(cases[15])
    second.until("document.querySelector('#held').hidden")
    second.press("3\n")
    assert len(second.witness.noted()) == 1
    assert not first.troubles + second.troubles


def test_without_the_desk_the_page_works_on_and_sends_when_it_is_back(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat], tmp_path: Path
) -> None:
    cases = stage(store, 16)
    desk = served()
    seat = sit(desk, AGENT)
    desk.kill()
    seat.open(cases[14])
    seat.press("3\n")
    seat.until("!document.querySelector('#link').hidden")
    assert "连不上；记下的都在这个浏览器里" in seat.page.inner_text("#link")
    with seat.page.expect_download() as waiting:
        seat.page.click("#save")
    waiting.value.save_as(tmp_path / "outcomes.json")
    [saved] = json.loads((tmp_path / "outcomes.json").read_text(encoding="utf-8"))["outcomes"]
    desk.start()
    seat.page.reload()
    seat.until("document.querySelector('#filed').hidden")
    assert store.callbacks.get(saved["id"]) is not None
    assert seat.page.is_hidden("#link")


def test_an_answer_lost_on_the_way_is_asked_for_again_and_nothing_is_doubled(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    cases = stage(store, 16)
    seat = sit(served(), AGENT)

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    seat.page.route("**/outcomes", lose)
    seat.open(cases[14])
    seat.press("3\n")
    seat.until("!document.querySelector('#link').hidden")
    [noted] = seat.witness.noted()
    assert store.callbacks.get(noted) is not None
    seat.page.unroute("**/outcomes")
    seat.settle()
    [told] = seat.witness.of("results")
    assert [result["status"] for result in told["results"]] == ["known"]


def test_two_outcomes_of_one_case_are_told_to_both(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    cases = stage(store, 16)
    desk = served(claim="1s")
    first, second = sit(desk, AGENT), sit(desk, OTHER)
    second.everyones()
    second.open(cases[14])
    second.context.set_offline(True)
    second.press("5\n")
    first.page.wait_for_timeout(1500)  # until the claim of the one who is cut off has ended
    first.open(cases[14])
    first.until("document.querySelector('#held').hidden")
    first.press("02\n")
    first.settle()
    second.context.set_offline(False)
    second.settle()
    first.settle()
    for seat in (first, second):
        seat.until(f"document.querySelector('#c{cases[14]} .clashed') !== null")
        [noted] = seat.witness.noted()
        assert store.callbacks.get(noted) is not None


def test_whoever_is_signed_out_is_told_and_keeps_what_was_noted(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    cases = stage(store, 16)
    desk = served()
    seat = sit(desk, AGENT)
    seat.open(cases[14])
    desk.sign_out(AGENT)
    seat.press("3\n")
    seat.until("!document.querySelector('#link').hidden")
    assert "登录过期了" in seat.page.inner_text("#link")
    seat.page.goto(desk.link(AGENT))
    seat.page.click("button")
    seat.page.wait_for_selector(".row[aria-current]")
    seat.settle()
    [noted] = seat.witness.noted()
    assert store.callbacks.get(noted) is not None


def test_the_secret_of_a_link_is_in_no_log(
    store: Store, tmp_path: Path, sit: Callable[..., Seat]
) -> None:
    stage(store, 2)
    for desk in serving(tmp_path):
        running = desk(log=tmp_path / "log")
        address = running.link(AGENT)
        seat = sit(running, AGENT)
        seat.page.goto(address)
        running.kill()
    said = (tmp_path / "log").read_text(encoding="utf-8")
    assert "an agent signed in" in said and AGENT not in said
    assert address.rpartition("/")[2] not in said
    assert "/sign-in/" not in said


def test_search_finds_cases_of_others_by_words_of_their_posts_in_either_script(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    stage(store, 16)
    text = "求助！白鷺醫院感染科缺少護目鏡，門衛代收"
    wanted = add_case(store, text, reading_of(text), agent=OTHER)
    while store.search.take_in():
        pass
    seat = sit(served(), AGENT)
    seat.everyones()
    shown = "[...document.querySelectorAll('.row')].map((row) => row.dataset.case).join()"
    seat.press("/")
    assert seat.page.evaluate("document.activeElement.id") == "search"
    for words in ("护目镜 门卫", "門衛 護目鏡", "感染科缺少"):
        seat.page.fill("#search", words)
        seat.until(f"{shown} === '{wanted}'")
    seat.open(wanted)
    assert text in seat.page.inner_text(f"#c{wanted}")
    assert not seat.troubles


def test_a_search_that_finds_nothing_says_so_and_escape_brings_the_list_back(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    stage(store, 16)
    seat = sit(served(), AGENT)
    shown = "document.querySelectorAll('.row').length"
    before = seat.page.evaluate(shown)
    seat.press("/")
    seat.page.keyboard.type("没有这样")
    seat.until(f"{shown} === 0")
    assert "没有找到" in seat.page.inner_text("#empty")
    seat.page.keyboard.press("Escape")
    seat.until(f"{shown} === {before}")
    assert seat.page.input_value("#search") == ""
    assert not seat.troubles
