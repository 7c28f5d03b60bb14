"""`distress contact` and the do-not-call list: one number, however it is typed, in every case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from desk_folder import Folder, lines, outcome

from monitor import settings
from monitor.calling.ladder import contacts_of, ladder
from monitor.route import route
from monitor.types import KnownContact

NUMBER = "13800138000"
BY = ("--reason", "家属要求", "--by", "组长")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Settings and two cases that give one number, and one that gives another."""
    made = Folder(tmp_path)
    made.add(NUMBER)
    made.add(NUMBER, "13800138111")
    made.add("13800138222")
    return made


def barred(folder: Folder, case_id: int = 1) -> list[str]:
    """Return the values of a case's contacts that stand struck out on its ladder."""
    with folder.store() as store:
        marks = store.marks.standing(datetime.now(UTC))
        rungs = ladder(store.cases.get([case_id])[0], marks)
    return [rung.contact.value for rung in rungs if rung.barred]


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 138 0013 8000",
        "+8613800138000",
        "0086 13800138000",
        "１３８００１３８０００",
        "＋８６　１３８００１３８０００",
        "1380013\u200b8000",
        " 13800138000 ",
        "李护士 13800138000",
        "电话：13800138000",
    ],
)
def test_a_number_is_barred_for_every_case_however_it_is_typed(folder: Folder, typed: str) -> None:
    folder.run("contact", "bar", typed, *BY)
    assert [barred(folder, case) for case in (1, 2, 3)] == [[NUMBER], [NUMBER], []]


@pytest.mark.parametrize(
    ("given", "kind", "typed"),
    [
        ("027-85720000", "landline", "027 8572 0000"),
        ("027-85720000", "landline", "(027)85720000"),
        ("027-85720000", "landline", "+86 27 8572 0000"),
        ("027-85720000", "landline", "+86 (0)27-85720000"),
        ("ziheng_8000", "wechat", "Ziheng_8000"),
        ("ziheng_8000", "wechat", "微信：ziheng_8000"),
        ("he@example.org", "email", "He@Example.org"),
        ("20200212", "qq", "QQ 20200212"),
    ],
)
def test_other_contacts_match_too(tmp_path: Path, given: str, kind: str, typed: str) -> None:
    folder = Folder(tmp_path)
    case = folder.add(given, kind=kind)
    folder.run("contact", "bar", typed, *BY)
    assert barred(folder, case) == [given]


def test_the_list_tells_reason_end_and_who_and_masks_numbers(folder: Folder) -> None:
    folder.run("contact", "bar", NUMBER, "--until", "2099-03-01", "--reason",
               f"别再打 {NUMBER}", "--by", "组长")  # fmt: skip
    [line] = lines(folder.run("contact", "list"), "barred")
    assert "138****8000" in line and "2099-03-01 23:59" in line and "组长" in line
    assert "别再打" in line and NUMBER not in line
    assert lines(folder.run("contact", "list", "--numbers"), "barred")[0].count(NUMBER) == 2


def test_an_empty_list_says_how_to_bar(folder: Folder) -> None:
    assert "distress contact bar NUMBER" in folder.run("contact", "list").output


def test_lifting_lets_a_number_be_called_and_keeps_what_was_said(folder: Folder) -> None:
    folder.run("contact", "bar", NUMBER, *BY)
    folder.run("contact", "lift", "+86 138 0013 8000", "--reason", "本人来电", "--by", "组长")
    assert barred(folder) == []
    assert lines(folder.run("contact", "list"), "barred") == []
    everything = folder.run("contact", "list", "--all").output
    assert "家属要求" in everything and "本人来电" in everything


def test_a_number_found_wrong_can_be_lifted_too(folder: Folder) -> None:
    folder.run("callback", "record", 1, "wrong_number")
    assert barred(folder, 2) == [NUMBER]
    folder.run("contact", "lift", NUMBER, "--reason", "打错了一位", "--by", "云落")
    assert barred(folder, 2) == []


def test_lifting_what_is_not_barred_is_told(folder: Folder) -> None:
    done = folder.run("contact", "lift", NUMBER, *BY, exit_code=1)
    assert "138****8000 may be called as it is. See: distress contact list --all" in done.output


def test_a_mark_that_has_ended_stands_in_the_whole_list_only(folder: Folder) -> None:
    with folder.store() as store:
        contact = KnownContact(kind="mobile", value=NUMBER)
        yesterday = datetime.now(UTC) - timedelta(days=1)
        store.marks.add(contact, "barred", actor="组长", reason="过一周再说", until=yesterday)
    assert barred(folder) == []
    assert "过一周再说" not in folder.run("contact", "list").output
    assert lines(folder.run("contact", "list", "--all"), "barred, ended")


def test_a_mark_that_is_to_end_takes_none_without_end_away(folder: Folder) -> None:
    folder.run("callback", "record", 1, "wrong_number")
    with folder.store() as store:
        contact = KnownContact(kind="mobile", value=NUMBER)
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        store.marks.add(contact, "barred", actor="望舒", until=tomorrow)
        before = store.marks.standing(tomorrow - timedelta(hours=1))
        after = store.marks.standing(tomorrow + timedelta(days=1))
    # A page written today lives on until after tomorrow.
    assert before[contact.key].mark == after[contact.key].mark == "wrong"


def test_a_ban_is_not_shortened_by_chance(folder: Folder) -> None:
    folder.run("contact", "bar", NUMBER, *BY)
    done = folder.run("contact", "bar", NUMBER, "--until", "2099-01-01", *BY, exit_code=1)
    assert "it is marked for longer" in done.output
    assert "distress contact lift NUMBER" in done.output


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("bar", NUMBER, "--by", "组长"), "Missing option '--reason'"),
        (("bar", NUMBER, "--reason", "家属要求"), "Missing option '--by'"),
        (("bar", NUMBER, "--reason", " ", "--by", "组长"), "'--reason': it is empty"),
        (("bar", " ", *BY), "'NUMBER': it is empty"),
        (("bar", "\u200b\x1b", *BY), "is not a valid contact; give a number or an id"),
        (
            ("bar", NUMBER, "--until", "2020-02-30", *BY),
            "'2020-02-30' is not a moment; write it as",
        ),
        (("bar", NUMBER, "--until", "2020-02-12", *BY), "'2020-02-12' is not a moment to come"),
        (("bar", NUMBER, "--reason", "长" * 20_001, "--by", "组长"), "at most 20000 fit"),
        (("bar", NUMBER, "--reason", "\udce4", "--by", "组长"), "bytes that are not text"),
    ],
)
def test_what_is_missing_or_wrong_is_told_by_its_name(
    folder: Folder, given: tuple[str, ...], told: str
) -> None:
    assert told in folder.run("contact", *given, exit_code=None).output
    assert barred(folder) == []


def test_showing_a_number_tells_its_marks_and_calls_over_all_cases(folder: Folder) -> None:
    folder.run("callback", "record", 2, "busy", "--contact", NUMBER, "--note", "占线三次")
    folder.run("callback", "record", 3, "passed_on", "--new-contact", f"王老师 {NUMBER}")
    folder.run("callback", "record", 1, "do_not_call", "--note", "家属要求")
    done = folder.run("contact", "show", "138-0013-8000")
    assert done.output.startswith("mobile 138****8000: barred; in case 1, 2, 3\n")
    assert [bool(lines(done, word)) for word in ("占线三次", "passed on", "do not call")] == [
        True
    ] * 3
    assert NUMBER not in done.output
    assert folder.run("contact", "show", NUMBER, "--numbers").output.startswith(f"mobile {NUMBER}")


def test_showing_a_number_nobody_noted_tells_that(folder: Folder) -> None:
    shown = folder.run("contact", "show", "13800138999").output
    assert shown == "mobile 138****8999: may be called; in no case\n"


def test_names_and_reasons_steer_no_terminal(folder: Folder) -> None:
    folder.run("contact", "bar", NUMBER, "--reason", "\x1b[2J\u202e[bold]", "--by", "组\x07长")
    for given in (("list",), ("show", NUMBER)):
        shown = folder.run("contact", *given).output
        assert not set(shown) & set("\x1b\x07\u202e")
        assert "[bold]" in shown


@pytest.mark.parametrize("disposition", ["do_not_call", "bereaved"])
def test_who_asked_for_peace_is_called_by_no_number_where_it_is_not_known_which(
    folder: Folder, disposition: str
) -> None:
    folder.run("callback", "record", 2, disposition, "--note", "请别再打")
    assert barred(folder, 2) == [NUMBER, "13800138111"]
    assert barred(folder, 1) == [NUMBER]


@pytest.mark.parametrize("disposition", ["do_not_call", "bereaved"])
def test_of_several_numbers_the_one_tried_last_asked_for_peace(
    folder: Folder, disposition: str
) -> None:
    folder.run("callback", "record", 2, "busy", "--contact", "13800138111")
    folder.run("callback", "record", 2, disposition, "--note", "请别再打")
    assert barred(folder, 2) == ["13800138111"]


def test_a_number_that_was_only_tried_afterwards_is_not_taken_for_the_one(folder: Folder) -> None:
    tried = {"kind": "mobile", "value": "13800138111"}
    later = outcome("aaaaaaaa", case=2, contact=tried, attempted_at="2020-02-12T15:00:00+08:00")
    folder.run("callback", "import", folder.save(later))
    folder.run(
        "callback", "import", folder.save(outcome("bbbbbbbb", case=2, disposition="bereaved"))
    )
    assert barred(folder, 2) == [NUMBER, "13800138111"]


def test_the_number_that_is_named_is_the_one_barred(folder: Folder) -> None:
    folder.run("callback", "record", 2, "busy", "--contact", "13800138111")
    folder.run("callback", "record", 2, "bereaved", "--contact", NUMBER)
    assert barred(folder, 2) == [NUMBER]


def test_a_case_with_an_id_only_is_barred_by_it(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    case = folder.add("ziheng_8000", kind="wechat")
    folder.run("callback", "record", case, "bereaved")
    assert barred(folder, case) == ["ziheng_8000"]


def test_a_wrong_number_of_an_old_file_is_marked_where_there_is_only_one(folder: Folder) -> None:
    entries = [outcome("aaaaaaaa", disposition="wrong_number", case=case) for case in (3,)]
    entries.append(outcome("bbbbbbbb", disposition="number_dead", case=2))
    folder.run("callback", "import", folder.save(*entries, version=1))
    assert barred(folder, 3) == ["13800138222"]
    assert barred(folder, 2) == []


def test_a_case_that_may_not_be_called_gets_an_agent_and_the_reason_tells_why(
    folder: Folder,
) -> None:
    folder.run("contact", "bar", "13800138333", *BY)
    case = folder.add("13800138333", agent=None)
    other = folder.add("13800138444", agent=None)
    with folder.store() as store:
        route(store, settings.load(folder.path / "distress.toml"))
        why = {
            number: store.history.of_case(number).assignments[-1].reason for number in (case, other)
        }
        agent = store.cases.get([case])[0].agent
    assert agent and why[case].endswith("; no contact of it may be called")
    assert "may be called" not in why[other]


def test_a_contact_passed_on_is_one_of_the_case(folder: Folder) -> None:
    folder.run("callback", "record", 1, "passed_on", "--new-contact", "王老师 138-0013-8555")
    found = contacts_of(folder.case(1))
    assert [(contact.value, contact.person) for contact in found] == [
        ("13800138555", "王老师"),
        (NUMBER, None),
    ]
