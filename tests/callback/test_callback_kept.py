"""Nothing is lost or doubled: files twice, two doors, a power cut, hostile values."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk_folder import Folder, lines, outcome

from monitor.callback import Imported, import_outcomes, record
from monitor.callback.outcomes_file import callback_of
from monitor.types import KnownContact

NUMBER = "13800138000"
FULL = outcome(
    "aaaaaaaa",
    disposition="passed_on",
    note="转给王老师",
    contact={"kind": "mobile", "value": NUMBER},
    new_contact={"value": "１３８ ００１３ ８２２２", "person": "王老师"},
    after_id="",
)
KILLED = """
import os, signal, sys
from pathlib import Path
from monitor.callback import import_outcomes
from monitor.store import Store

seen = set()
def count(statement):  # also called for the triggers of a statement, in its words
    if statement.startswith("INSERT OR IGNORE INTO callbacks"):
        seen.add(statement)
    if len(seen) > int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

with Store(Path(sys.argv[1])) as store:
    store.connection.db.conn.set_trace_callback(count)
    import_outcomes(store, [Path(file) for file in sys.argv[3:]])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Settings and two cases."""
    made = Folder(tmp_path)
    made.add(NUMBER)
    made.add("13800138111")
    return made


def take_in(folder: Folder, *files: Path) -> Imported:
    with folder.store() as store:
        return import_outcomes(store, files)


def marks(folder: Folder) -> list[tuple[str, str]]:
    with folder.store() as store:
        return [(mark.contact.value, mark.mark) for mark in store.marks.all()]


def test_an_outcome_arrives_with_its_contacts(folder: Folder) -> None:
    assert take_in(folder, folder.save(FULL)).added == 1
    [noted] = folder.case(1).callbacks
    assert noted.contact == KnownContact(kind="mobile", value=NUMBER)
    assert noted.new_contact == KnownContact(kind="mobile", value="13800138222", person="王老师")
    assert noted.after_id == ""


def test_the_same_outcome_from_the_desk_and_from_a_file_is_one(folder: Folder) -> None:
    entry = {**FULL, "disposition": "wrong_number", "new_contact": None}
    with folder.store() as store:
        assert record(store, callback_of(entry), origin="desk")
    assert take_in(folder, folder.save(entry)) == Imported(known=1)
    assert len(folder.case(1).callbacks) == 1
    assert marks(folder) == [(NUMBER, "wrong")]


@pytest.mark.parametrize(
    "change",
    [
        {"contact": {"kind": "mobile", "value": "13800138333"}},
        {"contact": None},
        {"new_contact": {"value": "13800138333"}},
        {"new_contact": {"value": "13800138222", "person": "李老师"}},
        {"barred_until": "2020-03-01T00:00:00+08:00"},
        {"after_id": "zzzzzzzz-0000"},
        {"agent": "望舒"},
        {"case": 2},
    ],
)
def test_another_content_under_a_known_id_is_refused_and_told(
    folder: Folder, change: dict[str, object]
) -> None:
    take_in(folder, folder.save(FULL))
    before = folder.case(1).callbacks
    done = take_in(folder, folder.save({**FULL, **change}))
    [refusal] = done.refused
    assert (done.added, done.known) == (0, 0)
    assert "was recorded before with other content; the first was kept" in refusal.reason
    assert (folder.case(1).callbacks, folder.case(2).callbacks) == (before, ())


def test_a_power_cut_in_the_midst_of_a_file_loses_and_doubles_nothing(folder: Folder) -> None:
    many = [
        outcome(f"{number:08}", disposition="wrong_number", case=1 + number % 2)
        for number in range(40)
    ]
    one, two = folder.save(*many[:20], name="1.json"), folder.save(*many[20:], name="2.json")
    code = [sys.executable, "-c", KILLED, folder.path / "distress.db", "29", one, two]
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.run([str(word) for word in code], env=here)
    assert killed.returncode == -signal.SIGKILL
    assert len(folder.case(1).callbacks + folder.case(2).callbacks) == 20
    assert len(marks(folder)) == 20
    again = take_in(folder, one, two)
    assert (again.added, again.known, again.refused) == (20, 20, ())
    assert len(folder.case(1).callbacks + folder.case(2).callbacks) == 40
    assert len(marks(folder)) == 40


def deep(levels: int) -> object:
    made: object = "x"
    for _ in range(levels):
        made = [made]
    return made


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"contact": NUMBER}, "contact: "),
        ({"contact": {"kind": "mobile"}}, "contact.value: "),
        ({"contact": {"value": ""}}, "contact.value: "),
        ({"contact": {"value": ["x"]}}, "contact.value: "),
        ({"contact": {"value": "1" * 2001}}, "contact.value: "),
        ({"contact": {"value": "\x1b\u202e"}}, "'\\x1b\\u202e' is not a valid contact"),
        ({"contact": {"value": "half \ud83d"}}, "contact.value: "),
        ({"contact": {"value": NUMBER, "kind": {}}}, "contact.kind: "),
        ({"new_contact": {"value": NUMBER, "person": "长" * 2001}}, "new_contact.person: "),
        ({"new_contact": [NUMBER]}, "new_contact: "),
        ({"new_contact": deep(80)}, "new_contact: "),
        ({"barred_until": "for ever"}, "barred_until: "),
        ({"barred_until": "2020-03-01"}, "barred_until: "),
        ({"barred_until": "2200-01-01T00:00:00Z"}, "barred_until: "),
        ({"after_id": 7}, "after_id: "),
        ({"after_id": "x" * 81}, "after_id: "),
        ({"note": "长" * 20_001}, "note: "),
    ],
)
def test_what_is_wrong_in_a_new_field_is_refused_by_name_while_the_rest_goes_in(
    folder: Folder, fields: dict[str, object], told: str
) -> None:
    file = folder.save({**FULL, **fields}, outcome("bbbbbbbb"))
    done = take_in(folder, file)
    [refusal] = done.refused
    assert (done.added, refusal.entry) == (1, "outcome 1")
    assert refusal.reason.startswith(told)


def test_a_contact_loses_what_cannot_be_seen_and_matches(folder: Folder) -> None:
    hidden = {"kind": "mobile", "value": "138\u200b0013\u202e8000\x07"}
    take_in(folder, folder.save(outcome("aaaaaaaa", disposition="number_dead", contact=hidden)))
    with folder.store() as store:
        assert KnownContact(kind="phs", value=NUMBER).key in store.marks.standing(datetime.now(UTC))


def test_a_note_as_long_as_one_may_be_is_kept_whole(folder: Folder) -> None:
    note = "长" * 19_990 + "\x1b[2J\u202e😷"
    take_in(folder, folder.save(outcome("aaaaaaaa", note=note)))
    assert folder.case(1).callbacks[0].note == note


def test_a_refusal_steers_no_terminal(folder: Folder) -> None:
    entry = outcome("aaaaaaaa", disposition="gone\x1b[2J\u202e[red]", case=1)
    done = folder.run("callback", "import", folder.save(entry, outcome("bbbbbbbb")), exit_code=1)
    assert not set(done.output) & set("\x1b\u202e")
    assert lines(done, "outcome 1: no disposition")
    assert "1 outcomes added" in done.output


def test_json_deeper_than_any_page_writes_is_refused_and_the_next_file_goes_in(
    folder: Folder,
) -> None:
    wrong = folder.path / "deep.json"
    start = '{"format": "distress-outcomes", "version": 2, "outcomes": '
    wrong.write_text(start + "[" * 100_000 + "]" * 100_000 + "}", encoding="utf-8")
    done = take_in(folder, wrong, folder.save(outcome("bbbbbbbb")))
    assert (done.added, len(done.refused)) == (1, 1)
    assert "is not an outcomes file" in done.refused[0].reason
