"""Who is told what happens: each kind of news once, to those who are to have it, no numbers."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from receivers import Feishu, WeCom
from staged_day import AGENT, LEAD, add_case, call, reading_of
from told_desk import ToldDesk
from web import Answer

from monitor import files, line, messages, supply
from monitor.callback import confirmed
from monitor.store import Store
from monitor.store.times import at
from monitor.types import KnownContact
from spiders.base.post import Post

NUMBER = "13800138000"
SOURCE = '[[sources]]\nname = "day"\nspider = "feed"\nurls = ["http://e.org/"]\nevery = "1h"\n'


def ward(
    store: Store, *, facility: str = "晴川市紫荆医院", urgent: bool = True, **more: Any
) -> int:
    """Open a case of a ward in Hubei."""
    number = store.posts.count()
    text = f"{number} {facility}急需N95口罩500个，湖北，库存只够一天，联系{NUMBER}，别说是我说的"
    reading = reading_of(
        text,
        goods=[("N95口罩", "500", "个")],
        facility=facility,
        numbers=[("mobile", NUMBER)],
        place=("湖北", "湖北省", ""),
        urgent=("critical", "只够一天") if urgent else None,
    )
    return add_case(store, text, reading, **more)


def told(desk: ToldDesk, after: timedelta = timedelta(0)) -> list[str]:
    """Let time pass and the line tell; return what was put into the outbox by that."""
    before = {message.id for message in desk.outbox()}
    desk.now += after
    line.send_messages(desk.settings, now=desk.now)
    return [message.words for message in desk.outbox() if message.id not in before]


@pytest.fixture
def group(desk: ToldDesk, start: Callable[..., Any]) -> WeCom:
    """A group that is told everything."""
    there: WeCom = start("wecom", WeCom())
    desk.store().close()
    return there


def test_an_urgent_case_is_told_once_by_facility_and_goods_alone(
    desk: ToldDesk, group: WeCom
) -> None:
    with desk.store() as store:
        ward(store)
        ward(store, urgent=False)
    assert told(desk) == ["Urgent: Case 1 · 晴川市紫荆医院 · N95 masks"]
    assert told(desk, timedelta(minutes=30)) == []
    [text] = group.texts
    assert "8000" not in text and "别说是我" not in text


def test_an_urgent_plea_that_joins_a_case_is_told(desk: ToldDesk, group: WeCom) -> None:
    with desk.store() as store:
        case_id = ward(store, urgent=False)
        assert told(desk) == []
        other = ward(store)
        store.cases.absorb(case_id, other)
    assert told(desk) == ["Urgent: Case 1 · 晴川市紫荆医院 · N95 masks"]


def test_hostile_names_stay_words_and_numbers_are_masked(
    desk: ToldDesk, start: Callable[..., Any]
) -> None:
    there = start("feishu", Feishu())
    with desk.store() as store:
        ward(store, facility=f'<at user_id="all">所有人</at>\n\n@all {NUMBER} 医院')
    told(desk)
    [text] = there.texts
    assert "<" not in text and "@" not in text and "8000" not in text
    assert len(text.splitlines()) == 2


def test_a_case_that_nobody_called_in_time_is_told_once(desk: ToldDesk, group: WeCom) -> None:
    with desk.store() as store:
        ward(store, urgent=False)
        called = ward(store, urgent=False)
        call(store, called, "no_answer", hours_ago=0)
    assert told(desk, timedelta(hours=3, minutes=55)) == []
    [words] = told(desk, timedelta(minutes=10))
    assert words.startswith("Nobody has called for 4 hours: Case 1 ")
    assert told(desk, timedelta(hours=1)) == []


def test_calls_that_are_due_are_told(desk: ToldDesk, group: WeCom) -> None:
    with desk.store() as store:
        case_id = ward(store, urgent=False)
        call(store, case_id, "call_later", hours_ago=0, again_in=1)
        for _ in range(3):
            store.cases.assign(ward(store, urgent=False), AGENT, "campaign 回访")
    assert told(desk) == [f"Calls of lists to make: {AGENT}, 3"]
    [words] = told(desk, timedelta(hours=1, minutes=1))
    assert words.startswith("The agreed time has come: Case 1 ")


def test_two_outcomes_that_contradict_each_other_are_told(desk: ToldDesk, group: WeCom) -> None:
    with desk.store() as store:
        case_id = ward(store, urgent=False)
        call(store, case_id, "need_confirmed", hours_ago=0.2, after_id="",
             items=[confirmed("N95口罩=500个")])  # fmt: skip
        call(store, case_id, "already_supplied", hours_ago=0.1, agent=LEAD, after_id="")
    [words] = told(desk)
    assert words.startswith("Outcomes contradict each other: Case 1 ") and " / " in words
    assert told(desk) == []


def test_a_number_that_is_barred_is_told_without_the_number(desk: ToldDesk, group: WeCom) -> None:
    with desk.store() as store:
        case_id = ward(store, urgent=False)
        call(store, case_id, "do_not_call", hours_ago=0, contact=("mobile", NUMBER))
        store.marks.add(KnownContact(kind="mobile", value="13800138009"), "barred", actor="x")
    assert told(desk) == [
        "One more number may not be called again: Case 1 · 晴川市紫荆医院 · N95 masks",
        "One more number may not be called again: not from a case",
    ]


def test_goods_on_their_way_that_nobody_needs_any_more_are_told(
    desk: ToldDesk, group: WeCom
) -> None:
    with desk.store() as store:
        for _ in range(2):
            case_id = ward(store, urgent=False)
            call(store, case_id, "need_confirmed", hours_ago=0, items=[confirmed("N95口罩=500个")])
        supply.open_lines(store)
        first, second = (one.id for one in store.supplies.lines())
        supply.step(store, first, "committed", amount="100")
        assert told(desk) == []
        for one in (first, second):
            store.supplies.step(one, "requested", quantity="0")
    [words] = told(desk)
    assert words.startswith("Hold the goods: line 1 (case 1) · 晴川市紫荆医院 · N95")
    assert told(desk) == []


def test_a_digest_is_told_and_an_empty_one_says_that_it_is(desk: ToldDesk, group: WeCom) -> None:
    line.digest(desk.settings, now=desk.now)
    line.digest(desk.settings, now=desk.now + timedelta(minutes=5))
    [one] = desk.outbox()
    assert one.words == "The pages of the day are written: they are empty, no case is open"
    with desk.store() as store:
        ward(store, urgent=False)
    line.digest(desk.settings, now=desk.now + timedelta(days=1))
    assert "1 open cases" in desk.outbox()[-1].words


def ran(desk: ToldDesk, outcome: str, posted_at: datetime | None = None) -> None:
    with at(desk.now), desk.store() as store:
        run = store.runs.start("crawl", "day")
        if posted_at:
            post = Post(source_id="1", text="x", posted_at=posted_at)
            store.posts.save("day", [post], run_id=run)
        store.runs.end(run, outcome)


def test_a_source_that_is_blocked_is_told_each_day_and_again_after_it_was_well(
    desk: ToldDesk, group: WeCom
) -> None:
    desk.written += SOURCE
    ran(desk, "blocked")
    assert told(desk) == ["A source fails: day, refused"]
    assert told(desk, timedelta(hours=20)) == []
    assert told(desk, timedelta(hours=5)) == ["A source fails: day, refused"]
    ran(desk, "empty")
    assert told(desk) == []
    ran(desk, "blocked")
    assert told(desk) == ["A source fails: day, refused"]


def test_a_source_that_cannot_be_reached_for_a_moment_is_not_told(
    desk: ToldDesk, group: WeCom
) -> None:
    desk.written += SOURCE
    ran(desk, "unreachable")
    assert told(desk) == []
    assert told(desk, timedelta(minutes=29)) == []
    assert told(desk, timedelta(minutes=1)) == ["A source fails: day, unreachable"]


def test_a_source_without_a_new_post_for_long_is_told(desk: ToldDesk, group: WeCom) -> None:
    desk.written += SOURCE
    ran(desk, "ok", desk.now - timedelta(hours=5))
    assert told(desk) == []
    desk.now += timedelta(hours=2)
    ran(desk, "empty")
    assert told(desk) == ["A source is silent: day, its newest post is 7 hours old"]


def test_a_source_with_far_fewer_posts_than_usual_is_told(desk: ToldDesk, group: WeCom) -> None:
    desk.written += SOURCE
    with desk.store() as store:
        for day in range(1, 6):
            with at(desk.now - timedelta(days=day, hours=1)):
                run = store.runs.start("crawl", "day")
                posts = [
                    Post(source_id=f"{day} {n}", text="x", posted_at=desk.now) for n in range(20)
                ]
                store.posts.save("day", posts, run_id=run)
                store.runs.end(run, "ok")
    assert told(desk) == ["Far fewer posts than usual: day, 0 in 6 hours, usually 20"]


def test_a_disk_that_is_nearly_full_is_told(
    desk: ToldDesk, group: WeCom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_LITTLE", shutil.disk_usage(desk.folder).free * 2)
    [words] = told(desk)
    assert words.startswith("The disk is nearly full: ")
    assert told(desk, timedelta(hours=2)) == []


def test_a_backup_that_fails_is_told(desk: ToldDesk, group: WeCom) -> None:
    messages.backup_failed(desk.settings, f"cannot write: {NUMBER}")
    assert "The backup failed: cannot write: 〔号码〕" in group.texts[0]


def test_a_desk_that_does_not_answer_is_told_once_it_had_time_to_start_again(
    desk: ToldDesk, group: WeCom
) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    desk.rules += "watch_desk = true\n"
    desk.written += f"[desk]\nport = {port}\n"
    assert told(desk) == []
    assert told(desk, timedelta(minutes=2)) == ["The live desk does not answer"]


def test_a_desk_that_answers_is_well(desk: ToldDesk, group: WeCom) -> None:
    desk.rules += "watch_desk = true\n"
    desk.written += f"[desk]\nport = {group.address.rpartition(':')[2]}\n"
    assert told(desk) == told(desk, timedelta(hours=1)) == []


def test_who_gets_what_is_settings(desk: ToldDesk, start: Callable[..., Any]) -> None:
    start("wecom", WeCom(), "his", f'agents = ["{AGENT}"]\nlanguage = "zh-CN"')
    start("wecom", WeCom(), "hers", 'agents = ["望舒"]')
    start("wecom", WeCom(), "hubei", 'regions = ["湖北"]\nkinds = ["urgent", "backup"]')
    start("wecom", WeCom(), "hunan", 'regions = ["湖南"]')
    start("wecom", WeCom(), "machine", 'kinds = ["backup"]')
    start("wecom", WeCom(), "night", 'hours = ["22:00", "06:00"]')
    start("wecom", WeCom(), "day", 'hours = ["06:00", "22:00"]')
    with desk.store() as store:
        ward(store)
    told(desk)
    messages.backup_failed(desk.settings, "full")
    got = {(message.channel, message.kind) for message in desk.outbox()}
    assert got == {("his", "urgent"), ("hubei", "urgent"), ("hubei", "backup"),
                   ("machine", "backup"), ("day", "urgent"), ("day", "backup")}  # fmt: skip
    [his] = [one.words for one in desk.outbox() if one.channel == "his"]
    assert his == "紧急：求助 1 · 晴川市紫荆医院 · N95口罩"


def test_in_quiet_hours_only_what_may_is_sent_and_the_rest_comes_after(
    desk: ToldDesk, start: Callable[..., Any]
) -> None:
    there = start("wecom", WeCom())
    desk.rules += 'quiet = ["22:00", "07:00"]\n'
    desk.now = datetime(2027, 3, 10, 15, 30, tzinfo=UTC)  # half past eleven at night there
    desk.add("calm", kind="ageing")
    desk.add("urgent", kind="urgent")
    assert desk.send().sent == 1
    assert not desk.send(timedelta(hours=7))
    assert desk.send(timedelta(hours=1)).sent == 1
    assert [text.splitlines()[1:] for text in there.texts] == [["· urgent"], ["· calm"]]


def test_what_is_not_urgent_waits_for_more(desk: ToldDesk, start: Callable[..., Any]) -> None:
    there = start("wecom", WeCom())
    desk.rules += 'group = "10m"\n'
    desk.add("one", kind="ageing")
    assert not desk.send(timedelta(minutes=5))
    desk.add("two", kind="ageing")
    assert desk.send(timedelta(minutes=5)).sent == 2
    desk.add("now", kind="urgent")
    assert desk.send().sent == 1
    assert len(there.texts) == 2


def test_a_new_channel_is_not_told_what_is_long_past(desk: ToldDesk, group: WeCom) -> None:
    with at(desk.now - timedelta(hours=2)), desk.store() as store:
        ward(store)
    assert told(desk) == []


def test_what_a_channel_that_is_gone_waited_for_is_given_up(desk: ToldDesk, group: WeCom) -> None:
    group.otherwise = [Answer(status=500)]
    desk.add()
    desk.send()
    desk.written = 'language = "en"\n'
    assert desk.send(timedelta(hours=1)).given_up == 1
    assert desk.outbox()[0].receipt == "no such channel in the settings"


def test_old_messages_go(desk: ToldDesk, group: WeCom, tmp_path: Path) -> None:
    desk.add()
    desk.send()
    told(desk, timedelta(days=31))
    assert desk.outbox() == []
