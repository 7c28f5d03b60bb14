"""`distress callback record` tells what is next for the case, and doubts a call too many."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from desk_folder import TOML, Folder, lines

from monitor import callback
from monitor.calling.contacts import typed_contact
from monitor.calling.next_call import ACTIONS, REASONS, NextCall, Offer
from monitor.cli import standing
from monitor.language import language
from monitor.types import KnownContact

NUMBER, OTHER = "13800138000", "13800138111"
SHANGHAI = ZoneInfo("Asia/Shanghai")
TOMORROW = datetime.now(SHANGHAI) + timedelta(days=1)
AGAIN = ("--again-at", f"{TOMORROW:%Y-%m-%d} 09:30")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Settings with a lead, a case with one number, and another with the same and one more."""
    made = Folder(tmp_path)
    toml = TOML.replace('name = "望舒"', 'name = "望舒"\nlead = true')
    (tmp_path / "distress.toml").write_text(toml, encoding="utf-8")
    made.add(NUMBER)
    made.add(NUMBER, OTHER)
    return made


def tried(folder: Folder, case_id: int, code: str, number: str, *, minutes: float) -> None:
    """Note a try of so many minutes ago."""
    noted = callback.noted_now(
        case_id=case_id, agent="云落", disposition=code, contact=typed_contact(number)
    )
    before = noted.attempted_at - timedelta(minutes=minutes)
    with folder.store() as store:
        callback.record(store, dataclasses.replace(noted, attempted_at=before), origin="test")


def said(folder: Folder, *given: object) -> str:
    """Record an outcome and return what was said."""
    return folder.run("callback", "record", *given).output


def test_the_next_call_is_told_with_its_time_and_the_number_masked(folder: Folder) -> None:
    told = said(folder, 1, "call_later", *AGAIN)
    assert "next: call mobile 138****8000 tomorrow 09:30, the time that was agreed" in told
    assert "warning" not in told
    assert NUMBER not in told


def test_a_dead_number_leads_to_the_next_contact(folder: Folder) -> None:
    told = said(folder, 2, "number_dead", "--contact", NUMBER)
    [line] = [line for line in told.splitlines() if line.startswith("next")]
    assert line.startswith("next: call mobile 138****8111 ")
    assert line.endswith(", the last number was wrong or dead")


def test_after_a_round_nobody_answered_the_message_is_told(folder: Folder) -> None:
    for hours in (30, 26):
        tried(folder, 1, "no_answer", NUMBER, minutes=hours * 60)
    told = said(folder, 1, "no_answer")
    assert "next: write to mobile 138****8000 " in told
    assert ", a round of calls went unanswered" in told


def test_after_the_end_there_is_nothing_to_do(folder: Folder) -> None:
    assert "next: nothing, the case is closed\n" in said(folder, 1, "no_need")


def test_a_case_that_was_closed_before_is_told_and_the_outcome_kept(folder: Folder) -> None:
    tried(folder, 1, "no_need", NUMBER, minutes=300)
    done = folder.run("callback", "record", 1, "no_answer")
    [told] = lines(done, "warning")
    assert told.startswith("warning: case 1 is closed since ")
    assert "云落: no need; to open it again: " in told
    assert "distress case reopen 1" in told
    assert len(folder.case(1).callbacks) == 2


def test_an_end_that_corrects_another_is_not_doubted(folder: Folder) -> None:
    tried(folder, 1, "no_need", NUMBER, minutes=5)
    assert "warning" not in said(folder, 1, "already_supplied")


def test_who_settles_what_two_noted_is_not_told_that_the_case_is_closed(folder: Folder) -> None:
    for agent, code, hours in (("望舒", "in_distress", 6), ("云落", "no_need", 5)):
        noted = callback.noted_now(
            case_id=1, agent=agent, disposition=code, contact=typed_contact(NUMBER)
        )
        then = noted.attempted_at - timedelta(hours=hours)
        noted = dataclasses.replace(noted, attempted_at=then, after_id="")
        with folder.store() as store:
            callback.record(store, noted, origin="test")
    assert "warning" not in said(folder, 1, "call_later", *AGAIN)


def test_where_no_lead_is_known_nobody_is_told_that_the_lead_has_the_case(folder: Folder) -> None:
    (folder.path / "distress.toml").write_text(TOML, encoding="utf-8")
    tried(folder, 1, "in_distress", NUMBER, minutes=300)
    assert "warning" not in said(folder, 1, "no_answer")


def test_who_rings_back_was_not_called_too_soon(folder: Folder) -> None:
    tried(folder, 1, "no_answer", NUMBER, minutes=25)
    assert "warning" not in said(folder, 1, "call_later", *AGAIN)


def test_whoever_calls_for_a_case_of_the_leads_is_told_so_and_she_is_not(folder: Folder) -> None:
    tried(folder, 1, "in_distress", NUMBER, minutes=300)
    told = said(folder, 1, "no_answer")
    assert "warning: case 1 is with the lead since " in told
    assert "next: the lead decides; nobody else calls\n" in told
    assert "warning" not in said(folder, 1, "message_sent", "--agent", "望舒")


def test_a_number_on_the_do_not_call_list_is_told_with_its_end(folder: Folder) -> None:
    said(folder, 1, "do_not_call", "--note", "家属要求", "--until", "2098-03-01")
    told = said(folder, 2, "no_answer", "--contact", NUMBER)
    words = "warning: mobile 138****8000 is not to be used: barred until 2098-03-01 23:59, by 云落"
    assert words in told


def test_the_outcome_that_bars_a_number_is_no_call_against_the_bar(folder: Folder) -> None:
    told = said(folder, 1, "do_not_call", "--note", "家属要求")
    assert "warning" not in told


def test_a_call_sooner_than_the_settings_have_it_is_told(folder: Folder) -> None:
    tried(folder, 1, "no_answer", NUMBER, minutes=25)
    told = said(folder, 1, "no_answer")
    assert "warning: the last call was 25 min ago, at " in told
    assert "at least 120 min between two calls" in told


def test_a_call_for_another_case_to_the_same_number_counts(folder: Folder) -> None:
    tried(folder, 2, "no_answer", NUMBER, minutes=25)
    assert "warning: the last call was 25 min ago" in said(folder, 1, "no_answer")


@pytest.mark.parametrize(
    ("code", "minutes", "given"),
    [
        ("no_answer", 121, ("no_answer",)),
        ("no_answer", 25, ("message_sent",)),
        ("wrong_number", 25, ("no_answer", "--contact", OTHER)),
        ("message_sent", 25, ("no_answer",)),
    ],
)
def test_what_rings_no_telephone_twice_is_not_doubted(
    folder: Folder, code: str, minutes: float, given: tuple[str, ...]
) -> None:
    tried(folder, 2, code, NUMBER, minutes=minutes)
    contact = () if "--contact" in given else ("--contact", NUMBER)
    assert "warning" not in said(folder, 2, *given, *contact)


def test_a_call_at_the_agreed_time_is_not_too_soon(folder: Folder) -> None:
    noted = callback.noted_now(
        case_id=1, agent="云落", disposition="call_later", contact=typed_contact(NUMBER)
    )
    at = noted.attempted_at
    noted = dataclasses.replace(
        noted, attempted_at=at - timedelta(minutes=30), call_again_at=at - timedelta(minutes=1)
    )
    with folder.store() as store:
        callback.record(store, noted, origin="test")
    assert "warning" not in said(folder, 1, "no_answer")


NOW = datetime(2026, 2, 12, 10, 0, tzinfo=UTC)  # 18:00 in Shanghai
MOBILE = KnownContact(kind="mobile", value=NUMBER)


@pytest.mark.parametrize(
    ("hours", "time"),
    [(0, "now"), (2.5, "today 20:30"), (15, "tomorrow 09:00"), (39, "2026-02-14 09:00")],
)
def test_times_are_told_on_the_clock_of_the_settings(hours: float, time: str) -> None:
    due = NextCall(action="call", at=NOW + timedelta(hours=hours), contact=MOBILE, reason="busy")
    told = standing.next_words(due, NOW, SHANGHAI, language("en"))
    assert told == [f"next: call mobile 138****8000 {time}, the line was busy"]


def test_the_message_of_a_round_stands_beside_a_call() -> None:
    offer = Offer(KnownContact(kind="wechat", value="ziheng_8000"), NOW)
    due = NextCall(action="call", at=NOW, contact=MOBILE, reason="next round", offer=offer)
    told = standing.next_words(due, NOW, SHANGHAI, language("en"))
    assert told[1].startswith("also: write to wechat zih****8000 now, no message followed")


def test_every_action_and_reason_has_its_words() -> None:
    assert standing.ACTIONS.keys() == set(ACTIONS)
    plain = {"lead", "never", "ended"}
    reasons = {(action, why) for action in set(ACTIONS) - plain for why in REASONS[action]}
    assert standing.REASONS.keys() == reasons
