"""What a disposition asks for is asked for at every door, and never more than the page asks."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from agent_page import AgentPage
from desk_client import Browser, desks
from desk_client import outcome as sent_outcome
from desk_folder import Folder, outcome
from staged_day import AGENT, NOW, add_case, reading_of, settings_in

from monitor import digest
from monitor.callback import import_outcomes
from monitor.calling.dispositions import dispositions
from monitor.store import Store

NUMBERS = ("13800138111", "13800138222")
AGAIN = "2098-02-13T09:00:00+08:00"
GOODS = [{"name": "护手霜", "quantity": "40", "unit": "支"}]
OTHER = {"value": "13800138333", "person": "王老师"}
# What is amiss, and what each door says of it; case 1 has two numbers.
AMISS: list[tuple[str, dict[str, object], str]] = [
    ("call_later", {}, "call_later needs the agreed time, and call_again_at is empty"),
    ("passed_on", {}, "passed_on needs whom to call instead, and new_contact is empty"),
    ("do_not_call", {}, "do_not_call needs the reason in a note, and note is empty"),
    ("do_not_call", {"note": " \n"}, "do_not_call needs the reason in a note, and note is empty"),
    ("need_confirmed", {}, "need_confirmed needs the goods confirmed, and items is empty"),
    ("need_confirmed", {"items": [{"name": " "}]}, "need_confirmed needs the goods confirmed"),
    ("wrong_number", {}, "wrong_number needs the number that was tried, and contact is empty"),
    ("number_dead", {}, "number_dead needs the number that was tried, and contact is empty"),
    ("called_back", {}, "called_back needs whether the goods arrived, and arrived is empty"),
]
# What says nothing with its outcome, and is kept with it: information is never lost.
BEYOND: list[tuple[str, dict[str, object]]] = [
    ("no_need", {"call_again_at": AGAIN}),
    ("busy", {"new_contact": OTHER}),
    ("busy", {"barred_until": AGAIN}),
]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Settings and a case with two numbers."""
    made = Folder(tmp_path)
    made.add(*NUMBERS)
    return made


@pytest.fixture
def desk(tmp_path: Path, store: Store) -> Iterator[Callable[..., Browser]]:
    """Return what opens a browser at a desk."""
    yield from desks(store, tmp_path)


@pytest.mark.parametrize(("code", "fields", "told"), AMISS)
def test_a_file_with_an_outcome_that_lacks_something_tells_it_and_the_rest_goes_in(
    folder: Folder, code: str, fields: dict[str, object], told: str
) -> None:
    file = folder.save(outcome("aaaaaaaa", disposition=code, **fields), outcome("bbbbbbbb"))
    before = file.read_bytes()
    done = folder.run("callback", "import", file, exit_code=1)
    assert f"outcome 1: {told}" in done.output
    assert f"ask {AGENT}, then: distress callback record 1 " in done.output
    assert "1 outcomes added" in done.output
    assert [made.disposition for made in folder.case(1).callbacks] == ["no_answer"]
    assert file.read_bytes() == before


@pytest.mark.parametrize(("code", "fields", "told"), AMISS)
def test_the_desk_refuses_what_a_file_is_refused_for(
    desk: Callable[..., Browser], store: Store, code: str, fields: dict[str, object], told: str
) -> None:
    text = f"急诊科急需护手霜40支，联系{'，'.join(NUMBERS)}"
    reading = reading_of(text, numbers=[("mobile", number) for number in NUMBERS])
    case_id = add_case(store, text, reading)
    entries = [sent_outcome(case_id, code, **fields), sent_outcome(case_id)]
    results = desk(AGENT).post("/outcomes", {"outcomes": entries}).json()["results"]
    assert [result["status"] for result in results] == ["refused", "added"]
    assert results[0]["why"] == "unmet"
    assert results[0]["reason"].startswith(told)
    assert [made.disposition for made in store.cases.get([case_id])[0].callbacks] == ["no_answer"]


@pytest.mark.parametrize(("code", "fields"), BEYOND)
def test_what_an_outcome_tells_beyond_what_is_asked_is_kept(
    folder: Folder, code: str, fields: dict[str, object]
) -> None:
    folder.run("callback", "import", folder.save(outcome("aaaaaaaa", disposition=code, **fields)))
    [noted] = folder.case(1).callbacks
    assert all(getattr(noted, field) for field in fields)


@pytest.mark.parametrize(("code", "fields", "told"), AMISS)
def test_a_page_of_an_older_release_that_did_not_ask_is_taken_as_before(
    folder: Folder, code: str, fields: dict[str, object], told: str
) -> None:
    file = folder.save(outcome("aaaaaaaa", disposition=code, **fields), version=1)
    folder.run("callback", "import", file)
    assert [made.disposition for made in folder.case(1).callbacks] == [code]


def test_what_the_store_took_before_it_asked_is_known_and_not_refused(folder: Folder) -> None:
    lacking = outcome("aaaaaaaa", disposition="call_later")
    folder.run("callback", "import", folder.save(lacking, version=1))
    again = folder.run("callback", "import", folder.save(lacking))
    assert "0 outcomes added, 1 known already" in again.output


def test_the_command_that_a_refusal_names_takes_the_outcome(folder: Folder) -> None:
    with folder.store() as store:
        store.cases.assign(1, "o'neil; x", "test")
    entry = outcome("aaaaaaaa", disposition="passed_on", agent="o'neil; x")
    done = folder.run("callback", "import", folder.save(entry), exit_code=1)
    [line] = [line for line in done.output.splitlines() if "distress callback record" in line]
    command = line.partition("distress ")[2]
    folder.run(*shlex.split(command))
    [noted] = folder.case(1).callbacks
    assert (noted.disposition, noted.agent) == ("passed_on", "o'neil; x")


@pytest.mark.parametrize("code", ["wrong_number", "number_dead"])
def test_which_number_is_asked_only_where_several_may_be_meant(folder: Folder, code: str) -> None:
    without = folder.add("quiet_8000", kind="wechat")
    first = outcome("aaaaaaaa", disposition=code, contact={"kind": "mobile", "value": NUMBERS[0]})
    file = folder.save(
        first,
        outcome("bbbbbbbb", disposition=code, after_id=first["id"]),
        outcome("cccccccc", disposition=code, case=without),
    )
    assert "3 outcomes added" in folder.run("callback", "import", file).output


KINDS: dict[str, list[tuple[str, str]]] = {
    "two numbers": [("mobile", "13800138{:03}"), ("landline", "027-85720{:03}")],
    "a WeChat id": [("wechat", "quiet_8{:03}")],
    "a post alone": [],
}
FILLED = {
    "time": {"again": f"{NOW + timedelta(days=1):%Y-%m-%dT10:00}"},
    "contact": {"new_value": "13800138999"},
    "reason": {"note": "不愿再接电话"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_the_page_saves_with_the_least_filled_in_is_imported_without_refusal(
    tmp_path: Path, chromium: Any, kind: str
) -> None:
    loaded = settings_in(tmp_path)
    with Store(loaded.store_path) as store:
        of_code = {}
        way = "call" if kind == "two numbers" else "write"
        fitting = [
            c for c, one in dispositions().items() if way in one.fits and one.likely != "back"
        ]
        for at, code in enumerate(fitting):
            ways = [(each, words.format(at)) for each, words in KINDS[kind]]
            text = f"{at}号病区急需护手霜40支，{'，'.join(words for _, words in ways)}"
            reading = reading_of(text, goods=[("护手霜", "40", "支")], numbers=ways)
            of_code[code] = add_case(store, text, reading)
        page = AgentPage(chromium, digest.write(store, loaded, now=NOW) / f"{AGENT}.html", NOW)
        for count, (code, case_id) in enumerate(of_code.items(), 1):
            asked = dispositions()[code].asks
            page.open_case(case_id)
            if page.page.is_visible("#note-anyway"):
                page.page.click("#note-anyway")
            if asked == "goods":
                page.tick("护手霜")
            page.note(case_id, code, **FILLED.get(asked, {}))
            assert page.count("unsaved") == count, f"{code} asks for more"
        file = page.save_file(tmp_path)
        assert page.troubles == []
        page.close()
        done = import_outcomes(store, [file])
        assert (done.added, done.refused) == (len(fitting), ())


def test_the_page_saves_nothing_that_lacks_what_a_file_is_refused_for(
    tmp_path: Path, chromium: Any
) -> None:
    loaded = settings_in(tmp_path)
    with Store(loaded.store_path) as store:
        text = "急诊科急需护手霜40支，联系13800138111"
        case_id = add_case(store, text, reading_of(text, goods=[("护手霜", "40", "支")]))
        page = AgentPage(chromium, digest.write(store, loaded, now=NOW) / f"{AGENT}.html", NOW)
    for code in (c for c, one in dispositions().items() if one.asks not in ("-", "back")):
        page.note(case_id, code)
        assert page.count("unsaved") == 0, f"{code} was saved"
    page.close()
