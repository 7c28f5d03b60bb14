"""`distress work` and the settings of the queue; without them nothing of it is loaded."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk_and_workers import Desk
from replay import replaying
from replayed import told
from served import some_posts

from monitor.cli import main
from monitor.errors import SettingsError
from monitor.settings import load
from monitor.store import Store
from monitor.work import worker
from monitor.work.queue import Queue

FEED = '[[sources]]\nname = "news"\nspider = "feed"\nurls = ["https://e.org/feed.xml"]\n'
# Crawls as `distress crawl` and `distress once` do, and plans what `distress run` does, in a Python
# that has no redis-py.
WITHOUT = """
import sys, threading
sys.modules["redis"] = None
from pathlib import Path
from monitor.cli import main
main(["--config", sys.argv[1], "crawl"], standalone_mode=False)
assert not [name for name in sys.modules if name.startswith("monitor.work")]
from monitor.schedule.jobs import plans
from monitor.settings import load
print([plan.name for plan in plans(load(Path(sys.argv[1])), threading.Event())])
assert sys.modules["redis"] is None
"""


def complaint(folder: Path, line: str) -> str:
    file = folder / "distress.toml"
    file.write_text(f"[crawl]\n{line}\n", "utf-8")
    with pytest.raises(SettingsError) as told:
        load(file)
    return str(told.value)


def test_without_a_queue_sources_are_crawled_without_redis(tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_text('{"id": 1, "text": "急需口罩"}\n', "utf-8")
    file = tmp_path / "distress.toml"
    file.write_text(
        '[[sources]]\nname = "day"\nspider = "archive"\npath = "posts.jsonl"\nevery = "1h"\n',
        "utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(file)], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "crawl day" in done.stdout and "results" not in done.stdout
    with Store(tmp_path / "distress.db") as store:
        assert store.posts.count() == 1


def test_where_redis_py_is_missing_the_extra_is_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(SettingsError, match=r"pip install 'distress-signal-monitor\[queue\]'"):
        Queue(desk.write().crawl)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('queue = "10.0.0.1"', 'such as "redis://127.0.0.1:6379/0"'),
        ('queue = "redis://desk.example.org/0"', "in clear"),
        ('queue_password = "paraffin"', "not of a secret"),
    ],
)
def test_a_queue_that_cannot_be_is_refused_with_the_way_out(
    line: str, words: str, tmp_path: Path
) -> None:
    assert words in complaint(tmp_path, line)


def test_a_password_in_the_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    told = complaint(tmp_path, 'queue = "rediss://desk:paraffin@e.org/0"')
    assert "queue_password" in told and "paraffin" not in told


def test_a_worker_without_a_queue_is_told_what_to_write(tmp_path: Path) -> None:
    (tmp_path / "distress.toml").write_text("", "utf-8")
    done = CliRunner().invoke(main, ["--config", str(tmp_path / "distress.toml"), "work", "--once"])
    assert done.exit_code == 2 and "docs/scale.md" in done.stderr


def test_a_worker_ends_where_nothing_waits_and_it_is_to_work_once(desk: Desk) -> None:
    desk.write()
    done = CliRunner().invoke(main, ["--config", str(desk.workers), "work", "--once"])
    assert done.exit_code == 0, done.output


def test_a_worker_crawls_in_a_process_of_its_own_that_has_no_store(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with replaying({"feed": some_posts(5)}) as replay:
        desk.write(told(replay, "feed"))
        desk.give()
        done = CliRunner().invoke(main, ["--config", str(desk.workers), "work", "--once"])
    assert done.exit_code == 0 and "feed: handed in" in done.stderr
    assert [file.name for file in desk.workers.parent.iterdir()] == ["distress.toml"]
    [run] = desk.take()
    assert (run.outcome, run.posts_new, run.message) == ("ok", 5, None)


def _dead(desk: Desk) -> None:
    """Let a walk end one worker after the other."""
    for _ in range(worker.MOST_TRIES):
        queue = desk.queue()
        lease = queue.take(wait=0.001)
        assert lease is not None
        queue.give_back(lease)  # at once, and counted as a death
        queue._redis.hincrby(f"distress:lease:{lease.token}", "tries", 1)


def _unknown(desk: Desk) -> None:
    """Have the desk's machine know a spider that this release has not."""
    queue = desk.queue()
    lease = queue.take(wait=0.001)
    assert lease is not None
    queue.close(lease.token)
    told = {"job": {**lease.told, "spider": "zhihu"}, "marks": {}}
    queue.give(lease.token, told)


def _of_files(desk: Desk) -> None:
    """Have somebody ask for a file of the worker's machine."""
    queue = desk.queue()
    lease = queue.take(wait=0.001)
    assert lease is not None
    queue.close(lease.token)
    job = {**lease.told, "spider": "archive", "options": {"path": "/etc"}}
    queue.give(lease.token, {"job": job, "marks": {}})


@pytest.mark.parametrize(
    ("spoil", "words"),
    [(_dead, "5 workers died"), (_unknown, "zhihu"), (_of_files, "reads files")],
    ids=["deadly", "unknown", "of files"],
)
def test_what_no_worker_can_crawl_ends_its_run_and_says_why(
    spoil: Callable[[Desk], None], words: str, desk: Desk
) -> None:
    desk.write(FEED)
    desk.give()
    spoil(desk)
    assert worker.work(load(desk.workers), tell=lambda _: None, once=True, wait=0.01) == 1
    [run] = desk.take()
    assert run.outcome == "cut short" and words in (run.message or "")
