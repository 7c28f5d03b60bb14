"""A store of before the one rule for typed contacts opens, is read again by it, and goes on."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk_folder import Folder, outcome

from monitor.calling.ladder import ladder, numbers_of
from monitor.store import Store

# Written by the release before: outcomes whose contacts the page had guessed, a number barred at
# the terminal in numerals. Cases 1 to 9 have a number or an id each, 2 has two.
DUMP = Path(__file__).parents[1] / "golden" / "store_of_guessed_contacts.sql"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder with the old store."""
    made = Folder(tmp_path)
    raw = sqlite3.connect(tmp_path / "distress.db")
    raw.executescript(DUMP.read_text(encoding="utf-8"))
    raw.close()
    return made


def marked(folder: Folder) -> dict[int, list[tuple[str, str]]]:
    """Return by case the contacts that stand struck out, and why."""
    with folder.store() as store:
        marks = store.marks.standing(datetime.now(UTC))
        cases = store.cases.get(list(range(1, 10)))
    found: dict[int, list[tuple[str, str]]] = {}
    for case in cases:
        for rung in ladder(case, marks):
            if rung.barred:
                found.setdefault(case.id, []).append((rung.contact.value, rung.barred.mark))
    return found


def test_what_was_barred_in_a_bad_spelling_is_barred_in_every_case(folder: Folder) -> None:
    assert marked(folder) == {
        1: [("13800138000", "barred")],
        2: [("13800138000", "barred")],
        3: [("027-85720000-8001", "barred")],
        4: [("4008001234", "barred")],
        7: [("13800138444", "barred")],
        8: [("027-85720001", "wrong")],
    }


def test_calls_to_a_number_in_a_bad_spelling_count_for_it(folder: Folder) -> None:
    tries = {rung.contact.value: len(rung.tried) for rung in ladder(folder.case(2), {})}
    assert (tries["13800138111"], tries["13800138333"]) == (2, 1)


def test_ids_stay_and_the_words_as_typed_are_kept(folder: Folder) -> None:
    with folder.store() as store:
        [ids] = store.cases.get([6])
        [case] = store.cases.get([2])
        marks = [mark.contact for mark in store.marks.all()]
    assert [c.contact and (c.contact.kind, c.contact.value) for c in ids.callbacks] == [
        ("wechat", "li_hushi2020"),
        ("qq", "123456789"),
        None,
    ]
    [named] = [c.new_contact for c in case.callbacks if c.new_contact]
    assert (named.kind, named.value, named.person) == ("mobile", "13800138333", "王老师")
    assert named.typed == "王老师一三八零零一三八三三三"
    assert [mark.typed for mark in marks] == [
        "李护士13800138000",
        "027-85720000转8001",
        "400.800.1234",
        "862785720001",
        "幺三八〇〇幺三八四四四",
    ]


def test_the_outcomes_of_then_are_known_when_they_come_again(folder: Folder) -> None:
    entries = [
        outcome("00000001", case=5, disposition="do_not_call", note="家属要求",
                contact={"kind": "wechat", "value": "李护士13800138000"},
                attempted_at="2020-02-12T14:01:00+08:00"),
        outcome("00000010", case=6, disposition="passed_on",
                new_contact={"value": "李护士13800138555", "person": None},
                attempted_at="2020-02-12T14:10:00+08:00"),
    ]  # fmt: skip
    assert (
        "0 outcomes added, 2 known already"
        in folder.run("callback", "import", folder.save(*entries)).output
    )
    changed = entries[1] | {"new_contact": {"value": "李护士13800138556", "person": None}}
    refused = folder.run("callback", "import", folder.save(changed), exit_code=None)
    assert "was recorded before with other content" in refused.output


def test_the_store_goes_on(folder: Folder) -> None:
    folder.run("contact", "lift", "李护士138-0013-8000", "--reason", "本人来电", "--by", "组长")
    folder.run("callback", "record", 9, "do_not_call", "--note", "家属要求", "--contact",
               "+86 27 8572 0000 转 8002")  # fmt: skip
    folder.run("callback", "record", 6, "passed_on", "--new-contact", "王老师13800138666")
    now_marked = marked(folder)
    assert 1 not in now_marked and now_marked[9] == [("027-85720000-8002", "barred")]
    assert [number.value for number in numbers_of(folder.case(6))] == ["13800138666", "13800138555"]
    folder.run("digest")


def test_opening_it_twice_changes_nothing_more(folder: Folder) -> None:
    def rows() -> list[str]:
        with Store(folder.path / "distress.db") as store:
            return [line for line in store.connection.db.conn.iterdump() if "INSERT" in line]

    assert rows() == rows()
