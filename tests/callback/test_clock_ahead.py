"""A computer whose clock runs ahead: what was noted there is kept as given, and moves no call."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from desk_client import Browser, desks
from desk_client import outcome as sent_outcome
from desk_folder import Folder, lines, outcome
from staged_day import AGENT, add_case, reading_of, settings_in
from test_next_call import _asked_in_browser

from monitor.calling.ladder import Rung
from monitor.calling.next_call import NextCall, next_call
from monitor.calling.standing import standings
from monitor.digest.page_data import callback_data, rules_data, rung_data, to_json
from monitor.settings.calling import CallingSettings
from monitor.store import Store
from monitor.types import Callback, KnownContact

ZONE = ZoneInfo("Asia/Shanghai")
MOBILE = KnownContact(kind="mobile", value="13800138000")
RULES = CallingSettings()


def moment(words: str) -> datetime:
    """Return the moment of words such as 12 09:30, in a February."""
    return datetime.strptime(f"2020-02-{words}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


def noted(at: str, came_in: str | None, how: str = "no_answer", **more: Any) -> Callback:
    """Return a callback dated `at` that the store took in at another time."""
    return Callback(
        id=f"{at} {how}",
        case_id=1,
        agent=AGENT,
        disposition=how,
        attempted_at=moment(at).astimezone(UTC),
        recorded_at=moment(came_in).astimezone(UTC) if came_in else None,
        contact=MOBILE,
        **more,
    )


def asked(history: list[Callback], now: str) -> NextCall:
    """Return what the line proposes."""
    return next_call(history, [Rung(contact=MOBILE)], RULES, ZONE, moment(now))


# Dated, and taken in; what is proposed then is what would be if it were dated when it came in.
AHEAD: list[tuple[list[Callback], str]] = [
    ([noted("12 15:00", "12 10:00")], "12 10:30"),
    ([noted("12 15:00", "12 10:00")], "12 14:59"),
    ([noted("12 15:00", "12 10:00")], "12 15:01"),
    ([noted("13 10:00", "12 10:00")], "12 17:00"),
    ([noted("13 10:00", "12 10:00")], "13 10:30"),
    ([noted(f"13 1{hour}:00", f"12 1{hour}:00", "busy") for hour in (0, 3)], "13 09:30"),
    ([noted("12 15:00", "12 10:00", "message_sent")], "12 11:00"),
    ([noted("12 15:00", "12 10:00", "passed_on"), noted("12 11:00", "12 11:00")], "12 12:00"),
    (
        [
            noted("12 09:30", "12 09:30", "call_later", call_again_at=moment("12 16:00")),
            noted("12 18:00", "12 10:00"),
        ],
        "12 11:00",
    ),
]


def as_it_came_in(history: list[Callback]) -> list[Callback]:
    """Return the callbacks as a clock that is right would have dated them."""
    return [
        dataclasses.replace(one, attempted_at=one.recorded_at or one.attempted_at)
        for one in history
    ]


@pytest.mark.parametrize(("history", "now"), AHEAD)
def test_the_next_call_is_as_if_the_clock_were_right(history: list[Callback], now: str) -> None:
    assert asked(history, now) == asked(as_it_came_in(history), now)


def test_a_call_dated_for_tonight_lets_the_next_be_made_today() -> None:
    found = asked([noted("12 21:00", "12 09:30")], "12 10:00")
    assert found.at is not None
    assert f"{found.at.astimezone(ZONE):%d %H:%M}" == "12 12:00"


def test_a_call_dated_for_tomorrow_is_none_of_tomorrows() -> None:
    history = [noted(f"13 {at}", f"12 {at}", "busy") for at in ("10:00", "13:00", "16:00")]
    found = asked(history[:2], "13 09:30")
    assert found.at == moment("13 09:30")


def test_what_no_store_has_taken_in_yet_is_not_yet_to_come_either() -> None:
    found = asked([noted("12 21:00", None, "busy")], "12 10:00")
    assert found.at == moment("12 12:00")


def test_the_page_takes_it_as_the_line_does(chromium: Any) -> None:
    more = [([noted("12 21:00", None, "busy")], "12 10:00")]
    rows = [*AHEAD, *more]
    answers = _asked_in_browser(
        chromium,
        [
            {
                "history": to_json([callback_data(one) for one in history]),
                "rungs": [to_json(rung_data(Rung(contact=MOBILE)))],
                "rules": to_json(rules_data(RULES)),
                "zone": ZONE.key,
                "now": int(moment(now).timestamp() * 1000),
                "closed": False,
                "elsewhere": {},
                "leads": [],
            }
            for history, now in rows
        ],
    )
    told = [(one["action"], one["at"], one["reason"], one["unanswered"]) for one in answers]
    line = [asked(history, now) for history, now in rows]
    assert told == [
        (one.action, one.at and one.at.timestamp() * 1000, one.reason, one.unanswered)
        for one in line
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Settings and a case with a number."""
    made = Folder(tmp_path)
    made.add(MOBILE.value)
    return made


def dated(ahead: timedelta) -> str:
    """Return a moment to come as the page writes it."""
    return (datetime.now(UTC) + ahead).isoformat(timespec="seconds")


def test_an_import_tells_of_it_in_one_line_and_keeps_what_was_given(folder: Folder) -> None:
    given = [dated(timedelta(hours=hours, seconds=30)) for hours in (3, 26)]
    file = folder.save(
        outcome("aaaaaaaa", attempted_at=given[0]),
        outcome("bbbbbbbb", attempted_at=given[1]),
        outcome("cccccccc"),
    )
    [line] = lines(folder.run("callback", "import", file), "dated ahead")
    assert line.startswith("2 outcomes are dated ahead, by 1 d 2 h at most: their computer's clock")
    kept = {made.id[:8]: made.attempted_at for made in folder.case(1).callbacks}
    assert kept["aaaaaaaa"] == datetime.fromisoformat(given[0])
    assert kept["bbbbbbbb"] == datetime.fromisoformat(given[1])
    again = folder.run("callback", "import", file)
    assert "0 outcomes added, 3 known already" in again.output
    assert "ahead" not in again.output


def test_clocks_that_differ_by_little_are_not_worth_a_word(folder: Folder) -> None:
    file = folder.save(outcome("aaaaaaaa", attempted_at=dated(timedelta(minutes=4))))
    assert "ahead" not in folder.run("callback", "import", file).output


def test_what_was_imported_from_such_a_computer_moves_no_call_in_the_store(
    folder: Folder, tmp_path: Path
) -> None:
    contact = {"kind": "mobile", "value": MOBILE.value}
    other = folder.add(MOBILE.value)
    entry = outcome("aaaaaaaa", attempted_at=dated(timedelta(days=3)), contact=contact)
    folder.run("callback", "import", folder.save(entry))
    now = datetime.now(UTC)
    with folder.store() as store:
        found = standings(store.cases.get([1, other]), settings_in(tmp_path), {}, now)
    soon = now + timedelta(days=2)
    assert all(one.proposal.at and one.proposal.at < soon for one in found)


def test_the_last_outcome_is_the_one_that_came_in_last_whatever_it_is_dated(folder: Folder) -> None:
    ahead = outcome("aaaaaaaa", disposition="busy", attempted_at=dated(timedelta(days=1)))
    folder.run("callback", "import", folder.save(ahead))
    with folder.store() as store:
        stamp = datetime.now(UTC) - timedelta(hours=1)
        with store.connection.write() as db:
            db.execute("UPDATE callbacks SET recorded_at = ?", [f"{stamp:%Y-%m-%dT%H:%M:%SZ}"])
    folder.run("callback", "record", 1, "no_answer")
    assert [made.disposition for made in folder.case(1).callbacks] == ["busy", "no_answer"]


@pytest.fixture
def desk(tmp_path: Path, store: Store) -> Iterator[Callable[..., Browser]]:
    """Return what opens a browser at a desk."""
    yield from desks(store, tmp_path)


def test_the_desk_tells_of_it_and_shows_others_when_it_came_in(
    desk: Callable[..., Browser], store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    text = f"急诊科急需护手霜40支，联系{MOBILE.value}"
    case_id = add_case(store, text, reading_of(text, numbers=[("mobile", MOBILE.value)]))
    late = sent_outcome(case_id, attempted_at=dated(timedelta(hours=3, seconds=30)))
    right = sent_outcome(case_id, attempted_at=dated(timedelta(minutes=1)))
    browser = desk(AGENT)
    with caplog.at_level(logging.WARNING):
        answer = browser.post("/outcomes", {"outcomes": [late, right, late]}).json()
    first, *others = answer["results"]
    assert 3 * 3600 <= first["ahead"] <= 3 * 3600 + 30
    assert not any("ahead" in other for other in others)
    [record] = [record for record in caplog.records if "clock" in record.msg]
    assert record.getMessage().startswith(f"the clock of {AGENT}'s computer is wrong: 3:00:")
    told = browser.get("/live", after="0.0.0").json()["callbacks"]
    assert len(told) == 2
    for one in told:
        assert datetime.fromisoformat(one["attempted_at"]) <= datetime.now(UTC)
    kept = store.callbacks.get(late["id"])
    assert kept is not None
    assert kept.attempted_at == datetime.fromisoformat(late["attempted_at"])
