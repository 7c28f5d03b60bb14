"""What was sent is seen: by `distress notify`, on status, on the lead's page, after each round."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result
from documents import fenced, read
from receivers import DingTalk, Receiver, WeCom
from told_desk import ToldDesk
from web import Answer, Web

from monitor import line, schedule, settings
from monitor.cli import main
from monitor.errors import SettingsError

SOURCE = '[[sources]]\nname = "day"\nspider = "archive"\npath = "posts.jsonl"\n'
AGENT = '[[agents]]\nname = "云落"\n'
PLEA = "求助！晴川市紫荆医院急需N95口罩500个、防护服200套，库存只够一天，联系李护士13800138000"


def run(desk: ToldDesk, *words: str, status: int = 0) -> Result:
    """Run a command with the desk's settings."""
    assert desk.settings
    done = CliRunner().invoke(
        main,
        ["--config", str(desk.folder / "distress.toml"), *words],
        catch_exceptions=False,
        env={"COLUMNS": "400", "TERM": "dumb"},
    )
    assert done.exit_code == status, done.output
    return done


def test_a_channel_is_tried_and_its_receipt_shown(
    desk: ToldDesk, start: Callable[..., Any]
) -> None:
    desk.rules += 'quiet = ["00:00", "23:59"]\n'
    good = start("dingtalk", DingTalk(), "good")
    bad = start("wecom", WeCom(), "bad")
    assert "errcode 0: ok" in run(desk, "notify", "test", "good").output
    bad.otherwise = [WeCom.refused]
    done = run(desk, "notify", "test", status=1)
    assert "93000: invalid webhook url" in done.output and "not taken by: bad" in done.output
    assert good.texts == ["【Distress desk】\n· This is a test message"] * 2
    assert "given up" in run(desk, "notify", "list").output, "a test is not tried again"
    assert (
        "no channel 'x'; there are: good, bad" in run(desk, "notify", "test", "x", status=1).output
    )


def test_without_a_channel_the_way_to_one_is_told(desk: ToldDesk) -> None:
    assert "docs/messages.md" in run(desk, "notify", "test", status=2).output


def test_the_outbox_is_listed_and_sent_again(desk: ToldDesk, start: Callable[..., Any]) -> None:
    there = start("dingtalk", DingTalk())
    run(desk, "notify", "test")
    there.otherwise = [DingTalk.refused, Answer(wait=-1)]
    desk.add("refused news")
    desk.send()
    assert "310000" in run(desk, "notify", "list").output
    desk.add("broken news")
    assert "may not have arrived" in run(desk, "notify", "retry").output
    assert "broken news" in run(desk, "notify", "list").output
    assert "No message" in run(desk, "notify", "retry").output, "what may be there stays"
    assert "sent" in run(desk, "notify", "retry", "--unsure").output
    assert there.texts[-1].count("(may be a repeat)") == 2
    assert "No message" in run(desk, "notify", "list").output
    assert "broken news" in run(desk, "notify", "list", "--all").output
    assert "is sent: nothing to send again" in run(desk, "notify", "retry", "2", status=1).output
    assert "no message '99'" in run(desk, "notify", "retry", "99", status=1).output


def test_status_tells_of_channels_and_heartbeat(desk: ToldDesk, start: Callable[..., Any]) -> None:
    there = start("dingtalk", DingTalk())
    desk.rules += 'heartbeat = "NO_SUCH_VARIABLE"\n'
    desk.written += SOURCE
    run(desk, "notify", "test")
    there.otherwise = [Answer(wait=-1)]
    desk.add()
    desk.send(timedelta(minutes=5))
    told = json.loads(run(desk, "status", "--json").stdout)
    schema = json.loads(read("docs/json-schema.json"))["Status"]
    jsonschema.Draft202012Validator(schema).validate(told)
    [channel] = told["messages"]
    assert (channel["sent"], channel["unsure"]) == (1, 1)
    assert channel["receipt"].startswith("no answer")
    assert told["heartbeat"] == {"last_good_at": None, "failing_since": None, "message": ""}
    output = run(desk, "status").output
    assert "HEARTBEAT" in output.upper() and "no answer" in output


def test_the_leads_page_has_each_message_with_its_receipt(
    desk: ToldDesk, start: Callable[..., Any]
) -> None:
    there = start("dingtalk", DingTalk())
    desk.add("<b>news</b>")
    desk.send()
    there.otherwise = [Answer(wait=-1)]
    desk.add("other news")
    desk.send()
    page = (line.digest(desk.settings).folder / "index.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;news" in page and "errcode 0: ok" in page
    assert "1 message did not arrive" in page and "! may not have arrived" in page


def test_check_names_a_channel_whose_variable_is_not_set(desk: ToldDesk) -> None:
    desk.has("group", "wecom", "x", 'keyword = "x"')
    desk.patch.delenv("CHANNEL_16")
    done = run(desk, "check", status=1)
    assert "channel group will tell nobody" in done.output and "CHANNEL_16" in done.output


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ('service = "sms"', "service"),
        ('secret = "ROBOT_SECRET"', "only robots of dingtalk and feishu"),
        ('kinds = ["urgent", "urgnt"]', "kinds"),
        ('quiet = ["22:00"]', "when it begins and when it ends"),
        ('address = "https://oapi.dingtalk.com/robot/send?access_token=1"', "variable's name"),
        ('nmae = "x"', "did you mean 'name'"),
    ],
)
def test_a_mistake_in_the_settings_is_named(desk: ToldDesk, wrong: str, told: str) -> None:
    lines = {
        "name": 'name = "g"',
        "service": 'service = "wecom"',
        "address": 'address = "GROUP_URL"',
    }
    lines[wrong.split()[0]] = wrong
    text = "[[messages.channels]]\n" + "\n".join(lines.values())
    (desk.folder / "distress.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=told) as error:
        settings.load(desk.folder / "distress.toml")
    assert "access_token=1" not in str(error.value)


def test_what_the_documents_copy_is_settings_that_load(desk: ToldDesk) -> None:
    blocks = fenced("docs/messages.md", "toml")
    (desk.folder / "distress.toml").write_text("\n".join(blocks), encoding="utf-8")
    loaded = settings.load(desk.folder / "distress.toml")
    assert {one.service for one in loaded.messages.channels} == {
        "dingtalk", "feishu", "wecom", "apprise",
    }  # fmt: skip


def posted(desk: ToldDesk) -> None:
    post = json.dumps({"id": "1", "text": PLEA}, ensure_ascii=False)
    (desk.folder / "posts.jsonl").write_text(post, encoding="utf-8")


@pytest.mark.usefixtures("quick_crawls")
def test_a_walk_of_the_line_tells_and_pings(
    desk: ToldDesk, start: Callable[..., Any], web: Web
) -> None:
    there = start("dingtalk", DingTalk())
    for end in ("", "/start"):
        web.serve(f"/ping{end}", Answer(b"OK"))
    desk.patch.setenv("HEARTBEAT_ADDRESS", f"{web.address}/ping")
    desk.rules += 'heartbeat = "HEARTBEAT_ADDRESS"\n'
    desk.written += SOURCE + AGENT
    posted(desk)
    assert "2 sent" in run(desk, "once").output
    [text] = there.texts
    assert "Urgent: Case 1 · 晴川市紫荆医院 · N95 masks" in text and "1 open cases" in text
    assert [one.path for one in web.asked] == ["/ping/start", "/ping"]
    run(desk, "once")
    assert len(there.texts) == 1


@pytest.mark.true_clock
@pytest.mark.usefixtures("quick_crawls")
def test_the_schedule_tells_after_a_crawl_and_goes_on_where_nobody_can_be_told(
    desk: ToldDesk, start: Callable[..., Any]
) -> None:
    there: Receiver = start("dingtalk", DingTalk())
    desk.has("nowhere", "wecom", "no address")
    desk.written += f'{SOURCE}every = "1h"\n{AGENT}'
    posted(desk)
    said: list[str] = []
    stop = threading.Event()
    loaded = desk.settings
    running = threading.Thread(
        target=schedule.run, args=(loaded,), kwargs={"tell": said.append, "stop": stop}
    )
    running.start()
    until = time.monotonic() + 120
    while not any("crawl day: ok" in words for words in said) and time.monotonic() < until:
        time.sleep(0.05)
    stop.set()
    running.join(120)
    [told] = [words for words in said if words.startswith("crawl day: ok")]
    assert "messages: " in "".join(said) and "failed" not in told
    assert [text for text in there.texts if "Urgent: Case 1" in text] != []
    assert Path(loaded.store_path).exists()
