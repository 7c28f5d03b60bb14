"""`distress callback record`: what a disposition asks for has to be noted, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from desk_folder import Folder

from monitor.calling.dispositions import dispositions
from monitor.types import KnownContact

NUMBER = "13800138000"
TOMORROW = (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)).replace(
    hour=9, minute=30, second=0, microsecond=0
)
AGAIN = ("--again-at", f"{TOMORROW:%Y-%m-%d %H:%M}")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Settings, a case with one number, one with two, and one that nobody has."""
    made = Folder(tmp_path)
    made.add(NUMBER)
    made.add("13800138111", "13800138222")
    made.add("13800138333", agent=None)
    return made


def test_all_that_was_noted_is_in_the_store(folder: Folder) -> None:
    folder.run("callback", "record", 1, "call_later", *AGAIN, "--note", "下夜班",
               "--contact", "+86 138 0013 8000", "--agent", "望舒")  # fmt: skip
    [noted] = folder.case(1).callbacks
    assert (noted.agent, noted.disposition, noted.note) == ("望舒", "call_later", "下夜班")
    assert noted.contact == KnownContact(kind="mobile", value=NUMBER)
    assert noted.call_again_at == TOMORROW.astimezone(UTC)
    assert noted.after_id == ""


def test_the_only_number_of_a_case_is_the_one_that_was_tried(folder: Folder) -> None:
    folder.run("callback", "record", 1, "no_answer")
    folder.run("callback", "record", 2, "no_answer")
    folder.run("callback", "record", 1, "message_sent")
    tried = {
        (noted.case_id, noted.disposition): noted.contact
        for case in (1, 2)
        for noted in folder.case(case).callbacks
    }
    assert tried == {
        (1, "no_answer"): KnownContact(kind="mobile", value=NUMBER),
        (1, "message_sent"): None,
        (2, "no_answer"): None,
    }


def test_the_next_outcome_tells_that_it_knew_of_the_last(folder: Folder) -> None:
    folder.run("callback", "record", 1, "no_answer")
    folder.run("callback", "record", 1, "busy", "--agent", "望舒")
    first, second = sorted(folder.case(1).callbacks, key=lambda noted: noted.after_id or "")
    assert second.after_id == first.id
    assert "no clashes" in folder.run("callback", "clashes").output


@pytest.mark.parametrize(
    ("typed", "person", "kind", "value"),
    [
        ("王老师 13800138222", "王老师", "mobile", "13800138222"),
        ("王老师13800138222", "王老师", "mobile", "13800138222"),
        ("总务科王老师，电话：138-0013-8222", "总务科王老师", "mobile", "13800138222"),
        ("王老师　１３８００１３８２２２", "王老师", "mobile", "13800138222"),
        ("科室 027-85720000", "科室", "landline", "027-85720000"),
        ("王老师 微信 wangls_8222", "王老师", "wechat", "wangls_8222"),
        ("王老师 wang@example.org", "王老师", "email", "wang@example.org"),
        ("13800138222", None, "mobile", "13800138222"),
    ],
)
def test_whom_a_call_was_passed_on_to_is_read_as_it_is_said(
    folder: Folder, typed: str, person: str | None, kind: str, value: str
) -> None:
    folder.run("callback", "record", 1, "passed_on", "--new-contact", typed)
    assert folder.case(1).callbacks[0].new_contact == KnownContact(
        kind=kind, value=value, person=person
    )


def test_a_ban_with_an_end_holds_to_the_end_of_that_day(folder: Folder) -> None:
    told = folder.run("callback", "record", 1, "do_not_call", "--note", "家属要求",
                      "--until", "2098-03-01").output  # fmt: skip
    assert "mobile 138****8000: barred until 2098-03-01 23:59 by 云落" in told
    with folder.store() as store:
        [mark] = store.marks.standing(datetime.now(UTC)).values()
    assert (mark.reason, mark.until) == ("家属要求", datetime(2098, 3, 1, 15, 59, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((1, "call_later"), "call_later needs the agreed time: --again-at"),
        ((1, "passed_on"), "passed_on needs whom to call instead: --new-contact"),
        ((1, "do_not_call"), "do_not_call needs the reason in a note: --note"),
        ((1, "do_not_call", "--note", " "), "do_not_call needs the reason in a note: --note"),
        ((1, "need_confirmed"), "need_confirmed needs the goods confirmed: --goods"),
        ((1, "no_need", *AGAIN), "after no_need nobody calls again; leave out --again-at"),
        ((1, "bereaved", *AGAIN), "after bereaved nobody calls again; leave out --again-at"),
        ((1, "busy", "--goods", "护手霜=4支"), "takes no --goods; that goes with: need_confirmed"),
        ((1, "busy", "--new-contact", "王老师 13800138222"), "that goes with: passed_on"),
        ((1, "busy", "--until", "2099-01-01"), "busy takes no --until"),
        ((2, "wrong_number"), "wrong_number needs the number that was tried: --contact NUMBER"),
        ((2, "number_dead"), "(case 2 has 138****8111, 138****8222)"),
        ((3, "busy"), "case 3 has no agent; say who called: --agent NAME"),
        ((9, "busy"), "no case '9'; there are: 1, 2, 3"),
        ((1, "gone"), "no disposition 'gone'; there are: need_confirmed, call_later"),
        ((1, "call_later", "--again-at", "2020-02-13 09:00"), "is not a moment to come"),
        ((1, "call_later", "--again-at", "2099-02-13"), "is a day; give the time too"),
        ((1, "call_later", "--again-at", "morgen"), "'morgen' is not a moment; write it as"),
        ((1, "call_later", "--again-at", "9999-12-31 23:59"), "is not a moment to come"),
        ((1, "busy", "--note", "长" * 20_001), "at most 20000 fit"),
        ((1, "busy", "--note", "\udce4"), "bytes that are not text"),
        ((1, "busy", "--agent", "长" * 61), "at most 60 fit"),
        ((1, "busy", "--contact", "\u200b"), "is not a valid contact; give a number or an id"),
    ],
)
def test_what_is_missing_or_says_nothing_here_is_told_and_nothing_is_noted(
    folder: Folder, given: tuple[object, ...], told: str
) -> None:
    done = folder.run("callback", "record", *given, exit_code=None)
    assert done.exit_code != 0
    assert told in done.output.replace("\n", " ")
    assert [folder.case(case).callbacks for case in (1, 2, 3)] == [(), (), ()]


_ASKED = {
    "time": AGAIN,
    "contact": ("--new-contact", "王老师 13800138222"),
    "reason": ("--note", "家属要求"),
    "goods": ("--goods", "护手霜=40支"),
    "back": ("--arrived", "all"),
}


@pytest.mark.parametrize("code", list(dispositions()))
def test_each_disposition_goes_in_with_what_it_asks_for(folder: Folder, code: str) -> None:
    known = dispositions()[code]
    tried = () if "call" in known.fits else ("--contact", "微信 ward_8000")
    done = folder.run("callback", "record", 1, code, *_ASKED.get(known.asks, ()), *tried)
    assert done.output.startswith(f"case 1: {known.en} · {known.then_en}\n")
    assert [noted.disposition for noted in folder.case(1).callbacks] == [code]


def test_goods_without_a_name_are_refused(folder: Folder) -> None:
    told = folder.run("callback", "record", 1, "need_confirmed", "--goods", "=5个", exit_code=None)
    assert told.exit_code != 0
    assert "names no goods" in told.output
    assert folder.case(1).callbacks == ()
