"""Messages reach each kind of channel once, and whatever a channel does is told."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from receivers import SECRET, TOKEN, DingTalk, Feishu, Ntfy, Receiver, Webhook, WeCom, receiving
from told_desk import ToldDesk
from web import Answer

from monitor import messages

ROBOTS = [("dingtalk", DingTalk), ("feishu", Feishu), ("wecom", WeCom)]
ALL = [*ROBOTS, ("apprise", Webhook), ("apprise", Ntfy)]
NAMES = [made.__name__ for _, made in ALL]
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("service", "made"), ALL, ids=NAMES)
def test_a_message_arrives_once_and_its_receipt_is_kept(
    desk: ToldDesk, start: Callable[..., Any], service: str, made: type[Receiver]
) -> None:
    there = start(service, made())
    desk.add("ward in need")
    assert desk.send().sent == 1
    assert not desk.send(MINUTE * 60)
    [text] = there.texts
    assert text.splitlines() == ["【Distress desk】", "· ward in need"]
    [one] = desk.outbox()
    assert one.state == "sent"
    said = {"dingtalk": "errcode 0: ok", "wecom": "errcode 0: ok", "feishu": "code 0: success"}
    assert said.get(service, "whether it was shown to anybody is not known") in one.receipt


@pytest.mark.parametrize(("service", "made"), [("dingtalk", DingTalk), ("feishu", Feishu)])
def test_a_signed_request_is_taken_and_one_with_another_secret_is_not(
    desk: ToldDesk, start: Callable[..., Any], service: str, made: type[Receiver]
) -> None:
    desk.patch.setenv("ROBOT_SECRET", SECRET)
    there = start(service, made(secret=SECRET), more='secret = "ROBOT_SECRET"')
    desk.add()
    assert desk.send().sent == 1
    desk.patch.setenv("ROBOT_SECRET", "SECanother")
    desk.add()
    assert desk.send().refused == 1
    assert len(there.texts) == 1
    assert re.search("sign not match|sign match fail", desk.outbox()[-1].receipt)


@pytest.mark.parametrize(("service", "made"), [("dingtalk", DingTalk), ("feishu", Feishu)])
def test_a_robot_gets_its_keyword(
    desk: ToldDesk, start: Callable[..., Any], service: str, made: type[Receiver]
) -> None:
    there = start(service, made(keyword="监控报警"))
    desk.add()
    assert desk.send().refused == 1, "200 with a code that refuses is not sent"
    desk.written = desk.written.replace("address", 'keyword = "监控报警"\naddress')
    assert desk.send(MINUTE * 3).sent == 1
    assert "【监控报警】" in there.texts[0]


@pytest.mark.parametrize(("service", "made"), ALL, ids=NAMES)
def test_what_is_refused_is_tried_again_and_told(
    desk: ToldDesk, start: Callable[..., Any], service: str, made: type[Receiver]
) -> None:
    there = start(service, made())
    there.otherwise = [made.refused, made.refused]
    desk.add()
    assert desk.send().refused == 1
    [one] = desk.outbox()
    assert (one.state, one.tries) == ("waiting", 1)
    assert re.search("310000|19024|93000|403|500|[Ee]rror", one.receipt), one.receipt
    assert not desk.send(MINUTE / 2)
    assert desk.send(MINUTE / 2).refused == 1
    assert not desk.send(MINUTE), "each try waits longer than the one before"
    assert desk.send(MINUTE).sent == 1
    assert (len(there.texts), there.asked) == (1, 3)


@pytest.mark.parametrize(("service", "made"), ROBOTS)
def test_one_that_is_asked_too_often_is_left_alone_as_long_as_it_says(
    desk: ToldDesk, start: Callable[..., Any], service: str, made: type[Receiver]
) -> None:
    there = start(service, made())
    later = (desk.now + timedelta(hours=3)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    there.otherwise = [
        Answer(status=429, headers={"Retry-After": "1800"}),
        Answer(status=429, headers={"Retry-After": later}),
        made.fast,
    ]
    desk.add()
    assert desk.send().refused == 1
    assert "429" in desk.outbox()[0].receipt
    desk.add("later news")
    assert not desk.send(MINUTE * 29)
    assert desk.send(MINUTE).refused == 2, "what came meanwhile goes with it"
    assert not desk.send(MINUTE * 149)
    assert desk.send(MINUTE).refused == 2
    assert re.search("130101|11232|45009", desk.outbox()[0].receipt)
    assert desk.send(MINUTE * 10).sent == 2
    assert len(there.texts) == 1


def test_dingtalk_takes_nothing_for_ten_minutes_after_too_many(
    desk: ToldDesk, start: Callable[..., Any]
) -> None:
    there = start("dingtalk", DingTalk())
    there.otherwise = [DingTalk.fast]
    desk.add()
    desk.send()
    assert not desk.send(MINUTE * 9)
    assert desk.send(MINUTE).sent == 1


@pytest.mark.parametrize(("service", "made"), ALL, ids=NAMES)
def test_one_that_took_it_and_answers_too_late_gets_it_once_and_that_is_told(
    desk: ToldDesk, start: Callable[..., Any], service: str, made: type[Receiver]
) -> None:
    there = start(service, made())
    there.otherwise, there.takes_first = [Answer(wait=2.5)], True
    desk.add()
    assert desk.send().unsure == 1
    assert not desk.send(timedelta(days=2))
    assert len(there.texts) == 1
    [one] = desk.outbox()
    assert one.state == "unsure" and one.receipt


@pytest.mark.parametrize(("service", "made"), ALL, ids=NAMES)
def test_one_that_cuts_off_gets_it_again_only_where_somebody_says_so(
    desk: ToldDesk, start: Callable[..., Any], service: str, made: type[Receiver]
) -> None:
    there = start(service, made())
    there.otherwise = [Answer(wait=-1)]
    desk.add()
    assert desk.send().unsure == 1
    assert not desk.send(timedelta(days=2))
    with desk.store() as store:
        [done] = messages.retry(store, desk.settings, [1], now=desk.now)
    assert done.state == "sent"
    assert there.texts[0].endswith("news (may be a repeat)")


def test_settings_may_have_what_is_unsure_sent_again_once(
    desk: ToldDesk, start: Callable[..., Any]
) -> None:
    there = start("wecom", WeCom())
    desk.rules += "again = true\n"
    there.otherwise = [Answer(wait=-1), Answer(wait=-1)]
    desk.add()
    assert desk.send().unsure == 1
    assert desk.send(MINUTE * 2).unsure == 1
    assert not desk.send(timedelta(days=1))
    assert desk.outbox()[0].state == "unsure" and there.asked == 2


@pytest.mark.parametrize(("service", "made"), ALL, ids=NAMES)
def test_after_an_hour_away_all_arrives_once_in_one_message(
    desk: ToldDesk, service: str, made: type[Receiver]
) -> None:
    there = made()
    with receiving(there):
        port = int(there.address.rpartition(":")[2])
        desk.has("group", service, there.url)
    for minute in range(0, 60, 10):
        desk.add(f"news of minute {minute}")
        desk.send(MINUTE * 10)
    assert {one.state for one in desk.outbox()} == {"waiting"}
    assert desk.outbox()[0].receipt
    with receiving(there, port=port):
        assert desk.send(timedelta(hours=1)).sent == 6
        assert not desk.send(timedelta(hours=1))
    [text] = there.texts
    assert text.count("news of minute") == 6
    assert text.index("minute 0") < text.index("minute 50")


def test_what_is_given_up_is_told_by_another_channel_and_can_be_sent_again(
    desk: ToldDesk, start: Callable[..., Any]
) -> None:
    gone = start("dingtalk", DingTalk(keyword="no such"), "gone")
    other = start("wecom", WeCom(), "other")
    desk.add()
    for _ in range(40):
        desk.send(timedelta(hours=1))
    assert {one.channel: one.state for one in desk.outbox() if one.kind == "urgent"} == {
        "gone": "given up",
        "other": "sent",
    }
    desk.send(timedelta(hours=1))
    assert "Channel gone takes no messages, 1 are given up" in other.texts[-1]
    assert not gone.texts
    gone.keyword = ""
    with desk.store() as store:
        assert messages.retry(store, desk.settings, [1], now=desk.now)[0].state == "sent"


def test_one_channel_that_hangs_or_is_broken_stops_no_other(
    desk: ToldDesk, start: Callable[..., Any]
) -> None:
    slow = start("feishu", Feishu(), "slow")
    slow.otherwise = [Answer(wait=2.5)]
    desk.has("nowhere", "apprise", "nosuch://x")
    desk.has("bad", "wecom", "no address at all")
    good = start("wecom", WeCom(), "good")
    desk.add()
    counts = desk.send()
    assert (counts.sent, counts.unsure, counts.refused) == (1, 1, 2)
    assert len(good.texts) == 1


def test_a_secret_is_in_no_receipt(desk: ToldDesk, start: Callable[..., Any]) -> None:
    for number, (service, made) in enumerate(ALL):
        there = start(service, made(), f"group {number}")
        there.otherwise = [Answer(f"no: {there.url} {TOKEN}".encode(), status=500)]
    desk.add()
    desk.send()
    assert len(desk.outbox()) == len(ALL)
    assert not [one.receipt for one in desk.outbox() if TOKEN in one.receipt]


def test_an_answer_without_a_code_is_not_taken_for_sent(
    desk: ToldDesk, start: Callable[..., Any]
) -> None:
    there = start("dingtalk", DingTalk())
    there.otherwise = [
        Answer(b"<html>login</html>"),
        Answer(b"[]"),
        Answer(b'{"errcode": false}'),
        Answer(b'{"errmsg": "ok"}'),
        Answer(status=302, headers={"Location": "/elsewhere"}),
    ]
    desk.add()
    for _ in range(5):
        assert desk.send(timedelta(hours=1)).refused == 1
    assert desk.send(timedelta(hours=1)).sent == 1


_SENDING = """
import sys
from datetime import datetime
from pathlib import Path
from monitor import messages, settings
from monitor.store import Store
loaded = settings.load(Path(sys.argv[1]))
with Store(loaded.store_path) as store:
    messages.send_due(store, loaded, now=datetime.fromisoformat(sys.argv[2]))
"""


@pytest.mark.parametrize(("service", "made"), [("dingtalk", DingTalk), ("apprise", Webhook)])
def test_a_process_killed_between_sending_and_noting_sends_nothing_twice(
    desk: ToldDesk, start: Callable[..., Any], service: str, made: type[Receiver]
) -> None:
    there = start(service, made())
    desk.add()
    assert desk.settings
    process = subprocess.Popen(
        [sys.executable, "-c", _SENDING, desk.folder / "distress.toml", desk.now.isoformat()],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    there.before = lambda: os.kill(process.pid, signal.SIGKILL)
    assert process.wait(120) == -signal.SIGKILL
    there.before = None
    assert desk.outbox()[0].state == "sending"
    assert desk.send().unsure == 1
    assert not desk.send(timedelta(days=1))
    assert len(there.texts) == there.asked == 1
    [one] = desk.outbox()
    assert (one.state, one.receipt) == ("unsure", "the process that sent it was killed")


def test_two_processes_at_once_send_a_message_once(
    desk: ToldDesk, start: Callable[..., Any]
) -> None:
    there = start("feishu", Feishu())
    second: list[messages.SendCounts] = []
    desk.add()

    def meanwhile() -> None:
        second.append(desk.send())
        with desk.store() as store:
            messages.retry(store, desk.settings, [1], now=desk.now)

    there.before = meanwhile
    assert desk.send().sent == 1
    assert not second[0] and len(there.texts) == 1


def test_many_messages_go_in_few_requests_that_the_service_can_take(
    desk: ToldDesk, start: Callable[..., Any]
) -> None:
    there = start("wecom", WeCom())
    desk.rules += "per_minute = 3\n"
    for number in range(60):
        desk.add(f"第{number}号 {'求助' * 40}")
    desk.send()
    assert there.asked == 3, "no more in a minute"
    while desk.send(MINUTE):
        pass
    assert sum(text.count("号 ") for text in there.texts) == 60
    assert not [text for text in there.texts if len(text.encode()) > 2048]


@pytest.mark.parametrize("before", ["refused", "unsure", "never tried", "too many"])
def test_after_a_clock_that_was_ahead_is_set_right_messages_go_on(
    desk: ToldDesk, start: Callable[..., Any], before: str
) -> None:
    group = start("dingtalk", DingTalk())
    desk.rules += "per_minute = 2\n"
    desk.now += timedelta(hours=25)
    if before == "refused":
        group.otherwise = [DingTalk.refused]
    if before == "unsure":
        group.otherwise = [Answer(wait=-1.0)]
    for words in ("first", "second") if before == "too many" else ("first",):
        desk.add(words, kind="digest")
        if before != "never tried":
            desk.send()
    desk.now -= timedelta(hours=25)
    desk.add("last", kind="digest")
    desk.send()
    told = "\n".join(group.texts)
    assert "last" in told and ("first" in told) == (before != "unsure")
