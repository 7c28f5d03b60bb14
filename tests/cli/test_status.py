"""`distress status` in a terminal: failing sources first, a way out, answers for a look."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.store import Store
from spiders.base.post import Post
from spiders.base.trouble import Trouble

TOML = """
language = "en"
[[sources]]
name = "good"
spider = "feed"
urls = ["https://e.org/rss"]
every = "15m"

[[sources]]
name = "web"
spider = "feed"
urls = ["https://e.org/rss"]
"""
CAPTCHA = b"<html><script>alert(1)</script>\x1b[2J prove that you are human</html>"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with settings, and a store in which one source did well and one did not."""
    (tmp_path / "distress.toml").write_text(TOML, encoding="utf-8")
    with Store(tmp_path / "distress.db") as store:
        good = store.runs.start("crawl", "good")
        store.posts.save("good", [Post(source_id="1", text="急需口罩")], run_id=good)
        store.runs.end(good, "ok")
        run = store.runs.start("crawl", "web")
        message = "https://e.org/rss: \x1b[31m\u202ea captcha [bold]came"
        trouble = Trouble(outcome="blocked", message=message, answer=CAPTCHA)
        store.answers.keep("web", trouble, run_id=run)
        store.runs.end(run, "blocked", message)
    return tmp_path


def status(folder: Path, *given: str) -> Result:
    """Run the command as an operator does."""
    with contextlib.chdir(folder):  # color: what would steer a terminal is left in, for us to see
        return CliRunner().invoke(main, ["status", *given], env={"COLUMNS": "120"}, color=True)


def test_the_failing_source_comes_first_with_its_word_and_what_to_do(desk: Path) -> None:
    done = status(desk)
    lines = done.stdout.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("SOURCE"))
    assert lines[first + 1].split()[:2] == ["web", "blocked"]
    assert lines[first + 2].split()[:2] == ["good", "ok"]
    assert "let it rest, raise its delay" in done.stdout
    assert "a captcha [bold]came" in done.stdout


def test_a_failing_source_is_no_failure_of_the_command(desk: Path) -> None:
    assert status(desk).exit_code == 0


def test_a_monitor_is_told_by_the_exit_status_and_only_what_wants_a_person(desk: Path) -> None:
    done = status(desk, "--check")
    assert done.exit_code == 1
    [told] = done.stdout.splitlines()
    assert told.startswith("web: blocked: https://e.org/rss") and "\x1b" not in told
    as_json = status(desk, "--check", "--json")
    assert as_json.exit_code == 1
    assert [one["failed"] for one in json.loads(as_json.stdout)["sources"]] == [True, False]


def test_a_desk_that_wants_nobody_ends_with_nought(tmp_path: Path) -> None:
    (tmp_path / "distress.toml").write_text(TOML, encoding="utf-8")
    with Store(tmp_path / "distress.db") as store:
        for source in ("good", "web"):
            store.runs.end(store.runs.start("crawl", source), "empty")
    done = status(tmp_path, "--check")
    assert (done.exit_code, done.stdout) == (0, "All is well\n")
    with Store(tmp_path / "distress.db") as store:
        store.posts.save("good", [Post(source_id="1", text="急需口罩")], run_id=None)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        late, unread = status(tmp_path, "--check").stdout.splitlines()
    assert late.startswith("good: due since") and "is distress run at work?" in late
    assert unread == "1 posts wait to be read: distress flag"


def test_a_message_steers_no_terminal(desk: Path) -> None:
    assert not {"\x1b", "\u202e"} & set(status(desk).stdout)


def test_a_failure_is_red_in_a_terminal_with_colours(desk: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "monitor.cli", "status"],
        cwd=desk,
        capture_output=True,
        text=True,
        env={**environment, "COLUMNS": "120", "FORCE_COLOR": "1", "TERM": "xterm-256color"},
    )
    assert "\x1b[1;31mblocked" in done.stdout


def test_the_last_answer_is_written_as_plain_text_for_a_look(desk: Path) -> None:
    done = status(desk, "--answer", "web")
    assert done.exit_code == 0, done.stderr
    [file] = desk.glob("answer-*")
    assert file.name == "answer-web-1.txt" and file.read_bytes() == CAPTCHA
    assert file.name in done.stdout and "https://e.org/rss" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_source_without_an_answer_names_those_that_have_one(desk: Path) -> None:
    done = status(desk, "--answer", "good")
    assert done.exit_code == 1
    assert "'good'; there are: web" in done.stderr.replace("\n", " ")


def test_up_to_when_a_source_has_everything_is_listed(desk: Path) -> None:
    with Store(desk / "distress.db") as store:
        store.posts.remember("weibo", "complete keyword 口罩", "2020-02-12T06:30:00+00:00")
    listed = status(desk, "--complete").stdout.splitlines()
    [row] = [line for line in listed if "keyword 口罩" in line]
    assert "2020-02-12 14:30" in row
