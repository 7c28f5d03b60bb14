"""What a person is asked: decided once, on a page, at the desk or in a file.

Whether two cases are one need, and whether a number that a later post asks not to call is barred.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_client import Desk, desks
from desk_folder import Folder
from staged_day import AGENT, NOW
from updated_day import stage_updates

from monitor.callback import UnknownCaseError, decide
from monitor.errors import DistressError
from monitor.store import Store
from monitor.types import Ban, Decision, KnownContact


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder with two cases of which a person is asked whether they are one."""
    folder = Folder(tmp_path)
    folder.add("13800138000")
    folder.add("13800138001", agent="望舒")
    with folder.store() as store:
        assert store.suggestions.add(1, 2, reason="same facility", against="other goods")
    return folder


@pytest.fixture
def desk(folder: Folder) -> Iterator[Desk]:
    """Open browsers at a desk of that store."""
    with folder.store() as store:
        yield from desks(store, folder.path)


def entry(decision: object = "merged", **fields: object) -> dict[str, object]:
    """Return a decision as the page writes it."""
    made = {"id": "decision-0000", "case": 2, "other": 1, "agent": AGENT, "decision": decision}
    return {**made, **fields}


def saved(folder: Folder, *decisions: object) -> Path:
    """Write an outcomes file that holds decisions alone."""
    file = folder.save()
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**content, "decisions": decisions}), encoding="utf-8")
    return file


def decided(are_one: bool, **fields: int) -> Decision:
    return Decision(
        id="decision-0000", **{"case_id": 2, "other_id": 1, **fields}, are_one=are_one, agent=AGENT
    )


def needs_of(store: Store) -> list[int]:
    """Return how many needs each case holds."""
    return [len(case.needs) for case in store.cases.get([1, 2])]


def test_the_older_case_takes_in_the_other_and_nobody_is_asked_again(folder: Folder) -> None:
    with folder.store() as store:
        assert decide(store, decided(True))
        assert needs_of(store) == [2, 0]
        assert store.suggestions.open() == []
        assert not decide(store, decided(False))
        assert needs_of(store) == [2, 0], "the first decision stands"


def test_kept_apart_they_stay_two(folder: Folder) -> None:
    with folder.store() as store:
        assert decide(store, decided(False))
        assert store.suggestions.open() == []
        assert not decide(store, decided(True))
        assert needs_of(store) == [1, 1]


def test_nobody_merges_what_was_not_asked(folder: Folder) -> None:
    with folder.store() as store:
        third = folder.add("13800138002")
        assert not decide(store, decided(True, other_id=third))
        assert len(store.cases.get([third])[0].needs) == 1
        with pytest.raises(UnknownCaseError, match="no case 99"):
            decide(store, decided(True, other_id=99))


def test_a_case_that_nobody_has_goes_to_who_had_the_other(folder: Folder) -> None:
    with folder.store() as store:
        store.cases.unassign(1, "test")
        decide(store, decided(True))
        assert store.cases.get([1])[0].agent == "望舒"


def test_an_open_case_is_not_put_into_a_closed_one(folder: Folder) -> None:
    folder.run("callback", "record", 1, "no_need", "--agent", AGENT)
    with folder.store() as store:
        decide(store, decided(True))
        assert needs_of(store) == [0, 2]
        assert not store.cases.get([2])[0].closed


def test_an_outcomes_file_brings_decisions_once(folder: Folder) -> None:
    file = saved(folder, entry("apart"))
    assert "1 pairs of cases merged or kept apart" in folder.run("callback", "import", file).output
    assert "pairs" not in folder.run("callback", "import", file).output
    with folder.store() as store:
        assert store.suggestions.open() == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (entry("both"), "decision: Input should be 'merged' or 'apart'"),
        (entry(case=0), "case: "),
        (entry(agent="无名"), "no agent '无名'"),
        (entry(other=99), "no case 99"),
        ("merged", "the decision: "),
    ],
)
def test_a_decision_that_cannot_be_taken_is_refused_by_name(
    folder: Folder, wrong: object, words: str
) -> None:
    done = folder.run("callback", "import", saved(folder, wrong), exit_code=None)
    assert done.exit_code != 0
    assert "decision 1" in done.output
    assert words in done.output
    with folder.store() as store:
        assert needs_of(store) == [1, 1]


def test_the_desk_takes_a_decision_in_the_name_of_who_is_signed_in(
    folder: Folder, desk: Desk
) -> None:
    browser = desk(AGENT)
    sent = {"outcomes": [], "decisions": [entry(), entry("apart"), entry(agent="望舒")]}
    results = browser.post("/outcomes", sent).json()["results"]
    assert [one["status"] for one in results] == ["added", "known", "refused"]
    with folder.store() as store:
        assert needs_of(store) == [2, 0]


def test_the_leads_page_asks_and_takes_the_answer(folder: Folder, desk: Desk) -> None:
    browser = desk(AGENT)
    page = browser.get("/index.html").text
    assert "可能是同一件事" in page
    fields = {"csrf": browser.headers["X-CSRF"], "case": "1", "other": "2"}
    assert browser.submit("/decide", **fields, decision="perhaps").status_code == 400
    assert browser.submit("/decide", **{**fields, "csrf": "x"}, decision="apart").status_code == 403
    assert browser.submit("/decide", **fields, decision="apart").status_code == 303
    assert "可能是同一件事" not in browser.get("/index.html").text


def ban(value: str, case_id: int = 1, kind: str = "mobile") -> Ban:
    contact = KnownContact(kind=kind, value=value)
    return Ban(id="decision-0001", case_id=case_id, contact=contact, agent=AGENT)


def barred(store: Store) -> list[tuple[str, str, str]]:
    """Return number, who barred it and why, of what stands on the do-not-call list."""
    marks = store.marks.standing(NOW).values()
    return [(m.contact.value, m.actor, m.reason) for m in marks if m.mark == "barred"]


def test_a_number_that_a_post_asks_not_to_call_is_barred_by_a_person_once(store: Store) -> None:
    case_id = stage_updates(store)
    assert barred(store) == [], "no post writes the list"
    assert decide(store, ban("13800138001", case_id))
    [(number, actor, reason)] = barred(store)
    assert (number, actor) == ("13800138001", AGENT)
    assert "别再打李护士电话" in reason
    assert not decide(store, ban("13800138001", case_id))
    assert len(store.marks.all()) == 1
    assert not store.cases.get([case_id])[0].closed, "the need goes on"


def test_nobody_bars_so_what_no_post_of_the_cases_own_voice_asks_for(store: Store) -> None:
    case_id = stage_updates(store)
    assert not decide(store, ban("13800138002", case_id)), "the number to call instead"
    assert not decide(store, ban("13800138001", case_id + 1)), "another case"
    with pytest.raises(UnknownCaseError, match="no case 99"):
        decide(store, ban("13800138001", 99))
    with pytest.raises(DistressError, match="never marked"):
        decide(store, ban("120", case_id, "landline"))
    assert barred(store) == []


def test_an_outcomes_file_and_the_desk_bring_a_ban_once(folder: Folder, desk: Desk) -> None:
    with folder.store() as store:
        case_id = stage_updates(store)
    number = {"kind": "mobile", "value": "13800138001"}
    sent = entry("barred", case=case_id, contact=number)
    asked = {
        "outcomes": [],
        "decisions": [entry("barred", case=case_id), {**sent, "agent": "望舒"}],
    }
    results = desk(AGENT).post("/outcomes", asked).json()["results"]
    assert [(one["status"], one["why"]) for one in results] == [
        ("refused", "unreadable"),
        ("refused", "agent"),
    ]
    file = saved(folder, sent)
    words = "记入免打扰名单的号码 1 个"
    assert words in folder.run("callback", "import", file).output
    assert words not in folder.run("callback", "import", file).output
    [known] = desk(AGENT).post("/outcomes", {**asked, "decisions": [sent]}).json()["results"]
    assert known["status"] == "known"
