"""What goes wrong at the desk's page in an agent's day, in real browsers with a real server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from desk_client import OTHER
from desk_drive import Desk
from desk_seats import KEPT, Seat, serving, sitting
from staged_day import AGENT, stage

from monitor.store import Store


@pytest.fixture
def served(store: Store, tmp_path: Any) -> Iterator[Callable[..., Desk]]:
    """Start a desk of the store in a process of its own."""
    yield from serving(tmp_path)


@pytest.fixture
def sit(chromium: Any) -> Iterator[Callable[..., Seat]]:
    """Sign an agent in, in a browser profile of its own."""
    yield from sitting(chromium)


def keep(seat: Seat, *fields: dict[str, Any]) -> list[str]:
    """Put outcomes into the browser as if noted here before, and load the page anew."""
    entry = """([at, fields]) => {
      const { store, agent } = JSON.parse(document.getElementById("page-data").textContent);
      const id = `kept-${String(at).padStart(6, "0")}`;
      const outcome = { id, case: 1, agent, disposition: "busy",
        attempted_at: "2026-02-12T06:30:00Z", note: "", items: [], after_id: "", ...fields };
      outcome.note = outcome.note.repeat(fields.times ?? 1);
      localStorage.setItem(`distress:${store}:${agent}:outcome:${id}`,
        JSON.stringify({ outcome, noted: at, saved: null }));
      return id;
    }"""
    ids = [seat.page.evaluate(entry, [at, given]) for at, given in enumerate(fields)]
    seat.page.reload()
    return ids


def test_what_is_too_large_to_send_does_not_hold_up_the_rest(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    [case_id, *_] = stage(store, 3)
    seat = sit(served(), AGENT)
    given = [{"case": case_id, "note": f"第{at}次"} for at in range(5)]
    given[2] |= {"note": "长", "times": 900_000}
    ids = keep(seat, *given)
    seat.until("!document.querySelector('#refused').hidden")
    assert "有 1 条没能收下（太长了）" in seat.page.inner_text("#refused")
    seat.until("document.querySelector('#count-unsaved').textContent === '1'")
    there = [store.callbacks.get(noted) is not None for noted in ids]
    assert there == [True, True, False, True, True]


def test_a_refusal_is_told_in_the_agents_words_until_it_is_taken_back(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    [case_id, *_] = stage(store, 3)
    seat = sit(served(), AGENT)
    keep(seat, {"case": case_id, "attempted_at": "2026"})
    seat.until("!document.querySelector('#refused').hidden")
    assert "有 1 条没能收下（这条读不懂）" in seat.page.inner_text("#refused")
    seat.press("u")
    seat.until("document.querySelector('#refused').hidden")


def test_what_is_refused_for_what_it_lacks_stays_unsaved_and_goes_into_the_file(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    [case_id, *_] = stage(store, 3)
    seat = sit(served(), AGENT)
    lacking, whole = keep(seat, {"case": case_id, "disposition": "call_later"}, {"case": case_id})
    for _ in range(2):
        seat.until("!document.querySelector('#refused').hidden")
        assert "有 1 条没能收下" in seat.page.inner_text("#refused")
        seat.until("document.querySelector('#count-unsaved').textContent === '1'")
        seat.page.reload()
    assert store.callbacks.get(lacking) is None
    assert store.callbacks.get(whole) is not None
    with seat.page.expect_download() as waiting:
        seat.page.click("#save")
    saved = json.loads(waiting.value.path().read_text(encoding="utf-8"))
    assert [entry["id"] for entry in saved["outcomes"]] == [lacking]


def test_what_was_noted_while_another_was_on_its_way_is_sent_before_signing_out(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    cases = stage(store, 16)
    seat = sit(served(), AGENT)
    held: list[Any] = []
    seat.page.route("**/outcomes", lambda route: route.continue_() if held else held.append(route))
    seat.open(cases[14])
    seat.press("3\n")
    while not held:
        seat.page.wait_for_timeout(50)
    seat.open(cases[15])
    seat.press("4\n")
    seat.page.click(".sign-out button", no_wait_after=True)
    held[0].continue_()
    seat.page.wait_for_selector(".door")
    noted = seat.witness.noted()
    assert len(noted) == 2
    assert all(store.callbacks.get(one) is not None for one in noted)


def test_a_case_that_was_left_open_for_hours_is_free_for_others(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    cases = stage(store, 16)
    desk = served(claim="8s")
    first, second = sit(desk, AGENT), sit(desk, OTHER)
    first.open(cases[14])
    second.everyones()
    second.open(cases[14])
    second.until("!document.querySelector('#held').hidden")
    first.page.clock.fast_forward("02:00:00")
    second.until("document.querySelector('#held').hidden")
    first.press("n")
    first.until("!document.querySelector('#held').hidden")


def test_a_page_whose_browser_was_signed_in_anew_says_so_until_it_is_loaded(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    cases = stage(store, 16)
    desk = served()
    seat = sit(desk, AGENT)
    anew = seat.context.new_page()
    anew.goto(desk.link(OTHER))
    anew.click("button")
    anew.wait_for_selector(".row[aria-current]")
    seat.open(cases[14])
    seat.until("!document.querySelector('#link').hidden")
    with seat.page.expect_response("**/live?*"):
        seat.page.evaluate("dispatchEvent(new Event('online'))")
    seat.page.wait_for_timeout(200)
    assert "登录过期了" in seat.page.inner_text("#link")
    seat.page.reload()
    assert OTHER in seat.page.inner_text("h1")
    assert seat.page.is_hidden("#link")


def test_an_entry_that_arrives_while_another_window_writes_is_not_called_taken_back(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    cases = stage(store, 16)
    seat = sit(served(), AGENT)
    held: list[Any] = []
    seat.page.route("**/outcomes", lambda route: held.append(route))
    seat.open(cases[14])
    seat.press("3\n")
    while not held:
        seat.page.wait_for_timeout(50)
    seat.page.evaluate("dispatchEvent(new StorageEvent('storage'))")
    with seat.page.expect_response("**/outcomes"):
        held[0].continue_()
    seat.until("document.querySelector('#count-unsaved').textContent === '0'")
    assert "撤不回" not in seat.page.inner_text("#toast")
    assert seat.page.evaluate(KEPT) == []


def test_an_error_nobody_foresaw_is_told_with_its_number_and_nothing_is_lost(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    cases = stage(store, 16)
    seat = sit(served(), AGENT)
    seat.open(cases[14])
    db = store.connection.db
    db.execute("ALTER TABLE callbacks RENAME TO callbacks_away")
    seat.press("3\n")
    seat.until("/E-[A-Z]{4}/.test(document.querySelector('#link').textContent)")
    assert "请把编号 E-" in seat.page.inner_text("#link")
    db.execute("ALTER TABLE callbacks_away RENAME TO callbacks")
    seat.until("document.querySelector('#link').hidden")
    kept = db.execute("SELECT count(*) FROM callbacks WHERE case_id = ?", [cases[14]])
    assert kept.fetchone()[0] == 1
