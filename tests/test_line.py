"""The whole line: one command from posts to pages, twice the same, and safe from kill -9."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from crawls import wait_for

from classifiers.measure.corpus import bundled
from monitor.cli import main

pytestmark = pytest.mark.usefixtures("quick_crawls")

TOML = """
[store]
path = "distress.db"

[[sources]]
name = "day"
spider = "archive"
path = "posts.jsonl"

[[agents]]
name = "云落"
capacity = 200
"""
HOSTILE = [
    "<script>alert(1)</script> 青石县人民医院急需口罩500只，求支援 13800130001",
    '"><img src=x onerror=alert(1)> 我们科室防护服用完了，求扩散 13800130002',
    '=HYPERLINK("http://evil.example","x") 白云县中医院急需护目镜200个 求捐赠 13800130003',
    "紫荆县人民医院急需防护服，求帮助" + "急" * 100_000,
    "\x00\x07\x1b[31m 清河县人民医院急需N95口罩 求支援 \x1b]0;x\x07",
    "\u202e\u2066 榆树县人民医院急需隔离衣 求支援 \u200f",
    "😷🙏 桂溪县人民医院急需护手霜40支 求支援 👩‍⚕️",
]


def distress(folder: Path, *arguments: str) -> Result:
    """Run a command in a folder, in this process; what would steer a terminal is left in."""
    words = ["--config", str(folder / "distress.toml"), *arguments]
    return CliRunner().invoke(main, words, color=True)


def started(folder: Path) -> subprocess.Popen[bytes]:
    """Start the line in a process of its own, as a user does."""
    return subprocess.Popen(
        [sys.executable, "-m", "monitor.cli", "once"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """A folder with settings and a day of posts from the corpus, some of them requests."""
    (tmp_path / "distress.toml").write_text(TOML, encoding="utf-8")
    posts = [{"id": e.id, "text": e.text} for e in bundled()[::12]]
    _write(tmp_path, posts)
    return tmp_path


def _write(folder: Path, posts: list[dict]) -> None:
    lines = "".join(json.dumps(post) + "\n" for post in posts)
    (folder / "posts.jsonl").write_text(lines, encoding="utf-8")


def _pages(folder: Path) -> dict[str, str]:
    """Return the pages' texts without the line that says when they were made."""
    return {
        path.name: re.sub(r'.*id="generated".*', "", path.read_text(encoding="utf-8"))
        for path in (folder / "digest").glob("*/*")
    }


def _rows(folder: Path, query: str) -> list[tuple]:
    with sqlite3.connect(folder / "distress.db") as db:
        return db.execute(query).fetchall()


def _count(folder: Path, table: str) -> int:
    """Return how many rows a table of the store has."""
    try:
        return int(_rows(folder, f"SELECT count(*) FROM {table}")[0][0])
    except sqlite3.OperationalError:
        return 0  # the tables are being made


def test_once_turns_posts_into_pages_and_again_changes_nothing(day: Path) -> None:
    first = distress(day, "once")
    assert first.exit_code == 0, first.output
    pages = _pages(day)
    counts = _rows(day, "SELECT (SELECT count(*) FROM posts), (SELECT count(*) FROM cases)")
    assert {"index.html", "supplies.html", "云落.html"} <= pages.keys()
    assert counts[0][1] > 10

    again = distress(day, "once")
    assert again.exit_code == 0, again.output
    assert "读了帖子 0 条" in again.stdout
    assert _rows(day, "SELECT (SELECT count(*) FROM posts), (SELECT count(*) FROM cases)") == counts
    assert _pages(day) == pages


def test_hostile_posts_pass_every_stage_inert(tmp_path: Path) -> None:
    (tmp_path / "distress.toml").write_text(TOML, encoding="utf-8")
    _write(tmp_path, [{"id": str(n), "text": text} for n, text in enumerate(HOSTILE)])
    done = distress(tmp_path, "once")
    assert done.exit_code == 0, done.output
    assert _rows(tmp_path, "SELECT count(*) FROM posts") == [(len(HOSTILE),)]
    pages = "".join(_pages(tmp_path).values())
    assert "<script>alert" not in pages
    assert "<img src=x" not in pages
    assert not re.search("[\x00\x07\x1b\u202e\u2066]", pages)
    for command in (["case", "list"], ["case", "show", "1"], ["status"], ["supplies", "--csv"]):
        shown = distress(tmp_path, *command)
        assert shown.exit_code == 0, shown.output
        assert not re.search("[\x00\x07\x1b\u202e\u2066]", shown.stdout)


# A kill in each stage that takes its time: when such rows come to the store. Kills while the store
# is made and while posts come to it have tests of their own in store/ and crawl/.
STAGES = ("sqlite_master", "posts", "readings", "assignments")


@pytest.mark.parametrize(
    "kills",
    [
        STAGES[2:3],
        pytest.param(STAGES, marks=pytest.mark.long),
        pytest.param(("",) * 10, marks=pytest.mark.long),
    ],
    ids=["reading", "stages", "chance"],
)
def test_killed_again_and_again_the_store_is_whole_and_the_next_run_completes(
    day: Path, kills: tuple[str, ...]
) -> None:
    """kills: the table that has new rows when it is killed, "" for any moment."""
    chance = random.Random(20200212)
    for table in kills:
        before = _count(day, table) if table else 0
        with started(day) as process:
            if table:
                wait_for(lambda table=table, before=before: _count(day, table) > before)
            else:
                time.sleep(chance.uniform(0.3, 6.0))
            process.send_signal(signal.SIGKILL)
        if (day / "distress.db").exists():
            assert _rows(day, "PRAGMA integrity_check") == [("ok",)]
    done = distress(day, "once")
    assert done.exit_code == 0, done.output
    posts = len((day / "posts.jsonl").read_text(encoding="utf-8").splitlines())
    assert _rows(day, "SELECT count(*), count(DISTINCT source_id) FROM posts") == [(posts, posts)]
    assert _rows(
        day, "SELECT count(*) FROM posts WHERE id NOT IN (SELECT post_id FROM readings)"
    ) == [(0,)]
    assert _rows(day, "SELECT count(*) - count(DISTINCT post_id) FROM needs") == [(0,)]
    assert _rows(
        day,
        "SELECT count(*) FROM needs WHERE (SELECT count(*) FROM case_needs "
        "WHERE need_id = needs.id AND left_at IS NULL) <> 1",
    ) == [(0,)]
    assert {path.name for path in (day / "digest").iterdir()} == {
        path.parent.name for path in (day / "digest").glob("*/index.html")
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("crawl", "x\x1b]0;x\x07\u202e"),
        ("callback", "record", "1", "x\x1b[31m\u2066"),
        ("callback", "record", "1", "no_answer", "--again-at", "x\x1b]0;x\x07\u202e"),
        ("status", "x\x1b]0;x\x07\u202e"),
    ],
)
def test_a_hostile_name_typed_in_a_command_is_told_inert(
    day: Path, arguments: tuple[str, ...]
) -> None:
    shown = distress(day, *arguments)
    assert shown.exit_code in (1, 2)
    assert "x␛" in shown.stderr
    assert not re.search("[\x07\x1b\u202e\u2066]", shown.stderr)
