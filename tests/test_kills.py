"""Killed at random while any command writes: the store stays whole, and nothing told is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from desk_folder import Folder, outcome

POSTS = 120
OUTCOMES = 60
APPENDED = ("posts", "callbacks", "callback_items", "supply_steps", "contact_marks", "assignments")

# Has the program loaded, and forks for each command it is told; a child dies by SIGKILL at the
# statement that it is told, or when we kill it.
_FORKING = """
import json, os, signal, sys
from monitor.cli import main
from monitor import line
from monitor.store.connection import Connection
from classifiers import pipeline
pipeline.build()
set_up = Connection._set_up
def counting(self):
    set_up(self)
    self.db.conn.set_trace_callback(step)
def step(_statement):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
Connection._set_up = counting
for told in sys.stdin:
    job = json.loads(told)
    left = job["statements"]
    child = os.fork()
    if child == 0:
        silent = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(silent, number)
        try:
            main(job["words"], standalone_mode=False)
        finally:
            os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


class Killer:
    """A desk whose commands are killed; `told` holds what each table had at least."""

    def __init__(self, folder: Folder, process: subprocess.Popen[str]) -> None:
        self.folder = folder
        self.path = folder.path / "distress.db"
        self._process = process
        self.told: dict[str, int] = {}

    def run(self, *words: object, statements: int = 0, seconds: float | None = None) -> None:
        """Run a command; statements: it dies at that one; seconds: it is killed after so long."""
        assert self._process.stdin and self._process.stdout
        line = ["--config", str(self.folder.path / "distress.toml"), *map(str, words)]
        job = {"words": line, "statements": statements or -1}
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        child = int(self._process.stdout.readline())
        if seconds is not None:
            time.sleep(seconds)
            with suppress(ProcessLookupError):  # it may have ended before
                os.kill(child, signal.SIGKILL)
        assert self._process.stdout.readline() == "gone\n"

    def check(self) -> dict[str, int]:
        """Look with SQLite alone: pages and keys hold, nothing twice, nothing fewer than before."""
        with sqlite3.connect(self.path) as plain:
            assert plain.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            assert not plain.execute("PRAGMA foreign_key_check").fetchall()
            counts = {
                table: plain.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in APPENDED
            }
            one = plain.execute("SELECT count(DISTINCT source || '/' || source_id) FROM posts")
            assert one.fetchone()[0] == counts["posts"] <= POSTS
            assert counts["callbacks"] <= OUTCOMES + self.told.get("recorded", 0)
            twice = plain.execute(
                "SELECT count(*) FROM (SELECT need_id FROM case_needs WHERE left_at IS NULL "
                "GROUP BY need_id HAVING count(*) > 1)"
            )
            assert twice.fetchone()[0] == 0, "a need stands in two cases"
            lines = plain.execute(
                "SELECT count(*) FROM (SELECT callback_item_id FROM supply_steps "
                "WHERE callback_item_id IS NOT NULL GROUP BY callback_item_id HAVING count(*) > 1)"
            )
            assert lines.fetchone()[0] == 0, "goods were opened twice"
        for table, count in counts.items():
            assert count >= self.told.get(table, 0), f"{table} has fewer rows than before"
        self.told |= counts
        return counts


@pytest.fixture
def killer(tmp_path: Path) -> Iterator[Killer]:
    folder = Folder(tmp_path)
    with (tmp_path / "posts.jsonl").open("w", encoding="utf-8") as file:
        for number in range(POSTS):
            text = (
                f"武汉市第{number}梧桐医院急需N95口罩{number + 5}个，联系李护士1380013{number:04}"
            )
            file.write(json.dumps({"id": str(number), "text": text}) + "\n")
    path = os.pathsep.join(sys.path)
    with subprocess.Popen(
        [sys.executable, "-c", _FORKING],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        yield Killer(folder, process)
        assert process.stdin
        process.stdin.close()


def commands(killer: Killer, rng: random.Random) -> list[tuple[object, ...]]:
    """Return every command that writes, with values of the moment."""
    entries = [
        outcome(f"kill{n:04}", case=n % 20 + 1, disposition="need_confirmed",
                items=[{"name": "口罩", "quantity": "5", "unit": "个"}])
        for n in range(OUTCOMES)
    ]  # fmt: skip
    file = killer.folder.save(*entries)
    case_id = rng.randint(1, 20)
    return [
        ("flag",), ("flag", "--again"), ("callback", "import", file), ("digest",),
        ("callback", "record", case_id, "no_answer", "--agent", "云落"),
        ("supplies",), ("supplies", "step", 1, "committed", "--amount", "1", "--anyway"),
        ("supplies", "undo", 1), ("contact", "bar", f"1390013{rng.randint(0, 9999):04}",
        "--reason", "x", "--by", "y"), ("case", "assign", case_id, "望舒"),
        ("case", "reopen", case_id, "--by", "y", "--reason", "x"), ("desk", "link", "云落"),
        ("desk", "out", "云落"), ("crawl",), ("once",),
    ]  # fmt: skip


def killed(killer: Killer, kills: int, *, seed: int, crawls: bool) -> None:
    rng = random.Random(seed)
    killer.run("crawl")
    killer.told["posts"] = POSTS
    killer.check()
    for kill in range(kills):
        choices = [words for words in commands(killer, rng) if crawls or words[0] not in
                   ("crawl", "once")]  # fmt: skip
        words = choices[kill % len(choices)] if kill < len(choices) else rng.choice(choices)
        killer.told["recorded"] = killer.told.get("recorded", 0) + (words[1:2] == ("record",))
        if words[0] in ("crawl", "once"):
            killer.run(*words, seconds=rng.uniform(0.1, 6))
        else:
            most = 900 if words[0] in ("flag", "digest", "callback") else 40
            killer.run(*words, statements=rng.randint(8, most))
        killer.check()
    file = killer.folder.path / "outcomes-云落.json"
    for words in (("crawl",), ("flag",), ("callback", "import", file), ("digest",)):
        killer.run(*words)
    counts = killer.check()
    assert counts["posts"] == POSTS
    with sqlite3.connect(killer.path) as plain:
        unread = plain.execute("SELECT count(*) FROM posts WHERE id NOT IN (SELECT post_id FROM "
                               "readings)")  # fmt: skip
        assert unread.fetchone()[0] == 0
        taken = plain.execute("SELECT count(*) FROM callbacks WHERE id LIKE 'kill%'")
        assert taken.fetchone()[0] == OUTCOMES
        ended = plain.execute("SELECT count(*) FROM runs WHERE ended_at IS NULL")
        assert ended.fetchone()[0] == 0
    left = [path.name for path in (killer.folder.path / "digest").iterdir()]
    assert not [name for name in left if name.startswith(".")]


def test_three_kills_lose_nothing(killer: Killer) -> None:
    killed(killer, 3, seed=1, crawls=False)


@pytest.mark.long
@pytest.mark.parametrize("seed", [2, 3])
def test_thirty_kills_each_over_all_commands_lose_nothing(killer: Killer, seed: int) -> None:
    killed(killer, 30, seed=seed, crawls=True)
