"""The live desk at work: outcomes in, claims, what changed, pages, cases given away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from desk_client import OTHER, Desk, desks, outcome, send
from staged_day import AGENT, NOW, add_case, call, reading_of, stage

from monitor.desk.live import cursor_of, words_of
from monitor.digest import SUPPLY_PAGES
from monitor.store import Store


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Iterator[Desk]:
    """Return a browser at the desk of the store, signed in as an agent where one is named."""
    yield from desks(store, tmp_path)


def test_an_outcome_is_in_the_store_once_however_often_it_is_sent(desk: Desk, store: Store) -> None:
    [case_id] = stage(store, 1)
    browser = desk(AGENT)
    goods = [{"name": "护手霜", "quantity": "40", "unit": "支"}]
    noted = outcome(case_id, "need_confirmed", items=goods, note="送到急诊西门")
    assert [send(browser, noted) for _ in range(3)] == [["added"], ["known"], ["known"]]
    found = [made for made in store.cases.get([case_id])[0].callbacks if made.id == noted["id"]]
    assert [(made.agent, made.note, made.items[0].quantity) for made in found] == [
        (AGENT, "送到急诊西门", "40")
    ]
    assert [line.name for line in store.supplies.lines()] == ["护手霜"]


def test_what_is_wrong_is_refused_and_the_rest_is_taken(desk: Desk, store: Store) -> None:
    [case_id] = stage(store, 1)
    browser = desk(AGENT)
    good = outcome(case_id)
    wrong = [
        outcome(case_id, agent=OTHER),
        outcome(case_id, "shrugged"),
        outcome(9999),
        {**good, "note": "另一句"},
        outcome(case_id, attempted_at="昨天"),
        "沙子",
    ]
    assert send(browser, good, *wrong) == ["added", *["refused"] * len(wrong)]
    assert store.callbacks.get(good["id"]) is not None
    ids = [made.id for made in store.cases.get([case_id])[0].callbacks]
    assert ids.count(good["id"]) == 1
    assert not {noted["id"] for noted in wrong[:3] + wrong[4:5]} & set(ids)


def test_a_refusal_says_which_it_is(desk: Desk, store: Store) -> None:
    [case_id] = stage(store, 1)
    browser = desk(AGENT)
    good = outcome(case_id)
    assert send(browser, good) == ["added"]
    wrong = {
        "agent": outcome(case_id, agent=OTHER),
        "other": outcome(case_id, "shrugged"),
        "case": outcome(9999),
        "changed": {**good, "note": "另一句"},
        "unreadable": outcome(case_id, attempted_at="昨天"),
    }
    told = browser.post("/outcomes", {"outcomes": list(wrong.values())}).json()["results"]
    assert [result["why"] for result in told] == list(wrong)


def test_half_a_sign_in_one_entry_does_not_hold_up_the_others(desk: Desk, store: Store) -> None:
    [case_id] = stage(store, 1)
    browser = desk(AGENT)
    halves = [outcome(case_id, id="\ud800 halved"), outcome(case_id, note="\ud800")]
    assert send(browser, *halves, outcome(case_id)) == ["refused", "refused", "added"]
    assert browser.post("/claims", {"case": case_id, "window": "\ud800"}).json()["granted"]


def test_many_at_once_lose_nothing(desk: Desk, store: Store) -> None:
    cases = stage(store, 12)
    browsers = [desk(AGENT), desk(OTHER)]
    sent = [
        (browser, outcome(case_id, agent=agent))
        for case_id in cases
        for browser, agent in zip(browsers, (AGENT, OTHER), strict=True)
    ]
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda pair: send(*pair), sent))
    assert told == [["added"]] * len(sent)
    assert all(store.callbacks.get(noted["id"]) for _, noted in sent)


def test_two_outcomes_noted_without_knowing_each_other_are_both_kept_and_told(
    desk: Desk, store: Store
) -> None:
    case_id = stage(store, 14)[5]
    first, second = desk(AGENT), desk(OTHER)
    before = first.get("/live").json()["cursor"]
    assert send(first, outcome(case_id, "already_supplied")) == ["added"]
    answer = second.post("/outcomes", {"outcomes": [outcome(case_id, "declined", agent=OTHER)]})
    assert answer.json()["clashes"] == [case_id]
    told = first.get("/live", after=before).json()
    assert told["clashes"] == [case_id]
    assert [made["agent"] for made in told["callbacks"]] == [AGENT, OTHER]
    assert len(store.cases.get([case_id])[0].callbacks) == 2


def test_one_agent_at_a_time_has_a_case_open(desk: Desk, store: Store) -> None:
    [case_id] = stage(store, 1)
    first, second = desk(AGENT), desk(OTHER)
    assert first.post("/claims", {"case": case_id}).json()["granted"]
    refused = second.post("/claims", {"case": case_id}).json()
    assert (refused["granted"], refused["agent"]) == (False, AGENT)
    assert [held["agent"] for held in second.get("/live").json()["claims"]] == [AGENT]
    assert not second.post("/claims/release", {"case": case_id}).json()["released"]
    assert first.post("/claims", {"case": case_id}).json()["granted"]
    assert first.post("/claims/release", {"case": case_id}).json()["released"]
    assert second.post("/claims", {"case": case_id}).json()["granted"]


def test_a_claim_that_nobody_renews_ends(desk: Desk, store: Store) -> None:
    [case_id] = stage(store, 1)
    at = NOW
    store.desk.claim(case_id, AGENT, "s1", at=at, until=at + timedelta(minutes=10))
    early = at + timedelta(minutes=9)
    held = store.desk.claim(case_id, OTHER, "s2", at=early, until=early + timedelta(minutes=10))
    assert held.agent == AGENT
    late = at + timedelta(minutes=10)
    held = store.desk.claim(case_id, OTHER, "s2", at=late, until=late + timedelta(minutes=10))
    assert (held.agent, held.claimed_at) == (OTHER, late)


def test_of_many_who_ask_at_once_one_gets_the_case(desk: Desk, store: Store) -> None:
    [case_id] = stage(store, 1)
    browsers = [desk(AGENT), desk(OTHER)] * 8
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda b: b.post("/claims", {"case": case_id}).json(), browsers))
    assert len({answer["agent"] for answer in told}) == 1
    assert sum(answer["granted"] for answer in told) == 8


@pytest.mark.parametrize("case_id", [9999, 0, -1, "x", True, 2**70, None])
def test_a_case_that_does_not_exist_cannot_be_claimed(desk: Desk, case_id: Any) -> None:
    assert desk(AGENT).post("/claims", {"case": case_id}).status_code == 400


def test_a_page_is_told_each_callback_once(desk: Desk, store: Store) -> None:
    cases = stage(store, 3)
    first, second = desk(AGENT), desk(OTHER)
    cursor = first.get("/live").json()["cursor"]
    noted = outcome(cases[1], "call_later", agent=OTHER, call_again_at="2099-02-12T16:30:00Z")
    assert send(second, noted) == ["added"]
    told = first.get("/live", after=cursor).json()
    assert [made["id"] for made in told["callbacks"]] == [noted["id"]]
    assert told["callbacks"][0]["call_again_at"] == "2099-02-12T16:30:00Z"
    again = first.get("/live", after=told["cursor"]).json()
    assert again["callbacks"] == []


def test_a_page_is_told_of_cases_that_came_in_and_that_changed_hands(
    desk: Desk, store: Store
) -> None:
    [case_id] = stage(store, 1)
    cursor = words_of(store.desk.cursor())
    browser = desk(AGENT)
    store.cases.assign(case_id, OTHER, "test")
    new_case = store.cases.split(case_id, [store.cases.get([case_id])[0].needs[-1].id])
    told = browser.get("/live", after=cursor).json()
    assert told["assigned"] == [{"case": case_id, "agent": OTHER}]
    assert told["cases_new"] == 1
    later = browser.get("/live", after=told["cursor"]).json()
    assert (later["assigned"], later["cases_new"]) == ([], 1), new_case


@pytest.mark.parametrize("words", ["", "x", "1.2", "1.2.3.4", "-1.2.3", "9" * 99 + ".1.1"])
def test_a_cursor_that_is_none_begins_at_the_beginning(words: str) -> None:
    assert words_of(cursor_of(words)) == "0.0.0"


def test_a_page_of_a_store_that_was_set_back_is_told_everything(desk: Desk, store: Store) -> None:
    [case_id] = stage(store, 1)
    made = call(store, case_id, "busy")
    told = desk(AGENT).get("/live", after="99999.1.1").json()
    assert made.id in [callback["id"] for callback in told["callbacks"]]


def test_a_lead_gives_a_case_to_another_and_others_cannot(desk: Desk, store: Store) -> None:
    [case_id] = stage(store, 1)
    lead, other = desk(AGENT), desk(OTHER)
    asked = {"case": str(case_id), "agent": OTHER}
    refused = other.submit("/assign", **asked, csrf=other.headers["X-CSRF"])
    assert refused.status_code == 403
    assert store.cases.get([case_id])[0].agent == AGENT
    assert lead.submit("/assign", **asked).status_code == 403
    done = lead.submit("/assign", **asked, csrf=lead.headers["X-CSRF"])
    assert done.status_code == 303
    assert store.cases.get([case_id])[0].agent == OTHER
    nobody = {**asked, "agent": "云洛", "csrf": lead.headers["X-CSRF"]}
    assert lead.submit("/assign", **nobody).status_code == 400


def shown_in(page: str) -> set[int]:
    """Return the cases whose panels a page has."""
    return {int(found) for found in re.findall(r'<article class="case" id="c(\d+)"', page)}


def test_of_others_cases_a_page_has_a_line_each_and_the_rest_on_request(
    desk: Desk, store: Store
) -> None:
    cases = stage(store, 14)
    browser = desk(OTHER)
    [case] = store.cases.get([cases[6]])
    plea = case.needs[0].post.text
    own = {number for number, agent in store.cases.agents_of_open().items() if agent == OTHER}
    page = browser.get("/").text
    # Two outcomes of this one contradict each other, and one is the agent's.
    assert shown_in(page) == own | {cases[11]}
    assert plea not in page
    answer = browser.get("/others")
    lines = {line["id"]: line for line in answer.json()["lines"]}
    assert lines.keys() == set(store.cases.open_ids())
    assert lines[cases[6]]["agent"] == AGENT
    assert plea not in answer.text
    assert "1380013" not in answer.text
    whole = browser.get("/case", id=str(cases[6])).json()
    assert whole["line"] == lines[cases[6]]
    assert whole["data"]["id"] == cases[6]
    assert shown_in(whole["panel"]) == {cases[6]}
    assert "1380013" in whole["panel"]
    assert browser.get("/case", id="99999").status_code == 400
    assert browser.get("/case", id="x").status_code == 400


def test_search_looks_through_the_posts_of_all_open_cases(desk: Desk, store: Store) -> None:
    cases = stage(store, 14)
    browser = desk(OTHER)
    for words in ("1380013 8006", "先发一点也好", "护士138-0013-8001"):
        found = browser.get("/find", words=words).json()["cases"]
        assert set(found) & {cases[1], cases[6]}, words
        assert set(found) <= set(store.cases.open_ids())
    assert browser.get("/find", words="没有这个词").json() == {"cases": []}
    assert browser.get("/find", words=" - ").json() == {"cases": []}


def test_a_line_follows_its_case(desk: Desk, store: Store) -> None:
    [first, other, *_] = stage(store, 3)
    browser = desk(OTHER)

    def lines() -> dict[int, Any]:
        return {line["id"]: line for line in browser.get("/others").json()["lines"]}

    before = lines()
    assert before[other]["agent"] == AGENT
    assert not before[other]["called"]
    call(store, other, "no_answer")
    store.cases.assign(other, OTHER, "test")
    call(store, first, "declined")
    add_case(store, "禾溪医院急需面膜", reading_of("禾溪医院急需面膜", facility="禾溪医院"))
    after = lines()
    assert (after[other]["agent"], after[other]["called"]) == (OTHER, True)
    assert first not in after
    assert [after[number]["name"] for number in after.keys() - before.keys()] == ["禾溪医院"]


def test_a_page_knows_that_its_number_was_dialled_for_anothers_case(
    desk: Desk, store: Store
) -> None:
    stage(store, 2)
    text = "求助！禾溪医院急需面膜，联系 13800138555"
    reading = reading_of(text, numbers=[("mobile", "13800138555")])
    own, others = (add_case(store, text, reading, agent=agent) for agent in (OTHER, AGENT))
    call(store, others, "busy", hours_ago=0.1, contact=("mobile", "13800138555"))
    [data] = re.findall(r'id="page-data">(.+?)</script>', desk(OTHER).get("/").text)
    [case] = [case for case in json.loads(data)["cases"] if case["id"] == own]
    assert [len(times) for times in case["busy_elsewhere"].values()] == [1]


def test_a_page_may_speak_with_the_desk_only(desk: Desk, store: Store) -> None:
    stage(store, 2)
    answer = desk(OTHER).get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "connect-src 'self'" in policy
    assert "script-src 'sha256-" in policy
    assert "default-src 'none'" in policy


def test_a_callback_between_reading_the_page_and_asking_again_is_told(
    desk: Desk, store: Store
) -> None:
    [case_id] = stage(store, 1)
    browser = desk(AGENT)
    [data] = re.findall(r'id="page-data">(.+?)</script>', browser.get("/").text)
    made = call(store, case_id, "busy")
    told = browser.get("/live", after=json.loads(data)["live"]["cursor"]).json()
    assert [callback["id"] for callback in told["callbacks"]] == [made.id]


def test_the_other_pages_tell_what_was_noted_a_moment_ago(desk: Desk, store: Store) -> None:
    case_id = stage(store, 14)[5]
    browser = desk(OTHER)

    def figures() -> list[int]:
        pages = [browser.get(f"/{name}").text for name in SUPPLY_PAGES]
        called = re.search(r"回拨 (\d+) 次", browser.get("/index.html").text)
        return [page.count("电热毯") for page in pages] + [int(called[1]) if called else 0]

    before = figures()
    goods = [{"name": "电热毯", "quantity": "12", "unit": "条"}]
    noted = outcome(case_id, "need_confirmed", agent=OTHER, items=goods)
    assert send(browser, noted) == ["added"]
    assert all(now > then for now, then in zip(figures(), before, strict=True))


def test_only_leads_have_the_form_to_give_cases_away(desk: Desk, store: Store) -> None:
    stage(store, 1)
    assert 'action="/assign"' in desk(AGENT).get("/index.html").text
    assert 'action="/assign"' not in desk(OTHER).get("/index.html").text


def test_a_link_of_the_static_pages_leads_to_the_case_on_ones_own_page(desk: Desk) -> None:
    answer = desk(AGENT).get("/%E4%BA%91%E8%90%BD.html")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_agents_see_the_desk_in_their_language(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "distress.toml"
    file.write_text(file.read_text() + 'language = "en"\n', encoding="utf-8")
    assert '<html lang="en">' in desk(OTHER).get("/").text
    assert '<html lang="zh-CN">' in desk(AGENT).get("/").text
