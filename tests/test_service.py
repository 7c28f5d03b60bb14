"""`distress run` as a service: a real process, whose manager holds the other end of the socket."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

import pytest
from begun_schedule import (
    archive_of_a_plea,
    minutes_from_now,
    running,
    settings_file,
    wait_for,
)
from click.testing import CliRunner
from desk_client import Serving
from staged_day import AGENT

from monitor import schedule
from monitor.cli import main
from monitor.errors import DistressError
from monitor.settings import load
from monitor.store import Store

UNITS = Path(__file__).resolve().parents[1] / "docs" / "service"


class Manager:
    """A service manager: what it is told, one assignment after the other."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.told: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while words := self._socket.recv(4096).decode():
            self.told += words.split("\n")

    def close(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()
        if not self.address.startswith("@"):
            Path(self.address).unlink()

    def has(self, *words: str) -> Callable[[], bool]:
        """Return what tells whether it was told these, in this order."""

        def told() -> bool:
            rest = iter(list(self.told))
            return all(word in rest for word in words)

        return told


@pytest.fixture
def manager() -> Iterator[Manager]:
    manager = Manager(f"@{uuid4().hex}")
    yield manager
    manager.close()


@pytest.mark.true_clock
def test_the_manager_hears_of_begin_life_new_settings_and_end(
    tmp_path: Path, manager: Manager
) -> None:
    config = settings_file(tmp_path, archive_of_a_plea(tmp_path, 'every = "1h"'))
    before = config.read_text(encoding="utf-8")
    store = tmp_path / "distress.db"
    with running(config, NOTIFY_SOCKET=manager.address, WATCHDOG_USEC="2000000") as process:
        wait_for(manager.has("READY=1", "WATCHDOG=1", "WATCHDOG=1"))
        assert "WATCHDOG=1" not in manager.told[: manager.told.index("READY=1")]
        assert schedule.at_work(store) == str(process.pid)

        config.write_text(before.replace("every", "evry"), encoding="utf-8")
        process.send_signal(signal.SIGHUP)
        wait_for(manager.has("READY=1", "RELOADING=1", "READY=1"))
        [kept] = [word for word in manager.told if "settings from before stay" in word]
        assert "evry" in kept and "did you mean 'every'" in kept

        more = (
            '\n[[sources]]\nname = "more"\nspider = "archive"\npath = "posts.jsonl"\nevery = "1h"\n'
        )
        config.write_text(before + more, encoding="utf-8")
        process.send_signal(signal.SIGHUP)
        wait_for(manager.has("READY=1", "RELOADING=1", "READY=1", "RELOADING=1", "READY=1"))
        wait_for(
            lambda: any(
                word.startswith("STATUS=crawl more: ") and "next" not in word
                for word in manager.told
            )
        )

        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    wait_for(manager.has("STOPPING=1"))
    assert "WATCHDOG=1" not in manager.told[manager.told.index("STOPPING=1") :]
    assert "evry" in told and "the settings were read again" in told
    with pytest.raises(DistressError, match="no `distress run` is at work"):
        schedule.at_work(store)


@pytest.mark.true_clock
def test_there_is_no_sign_of_life_while_a_job_hangs(
    tmp_path: Path, manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The passphrase of a page is to be read from a pipe that nobody writes to."""
    words = tmp_path / "words"
    os.mkfifo(words, 0o600)
    config = settings_file(
        tmp_path,
        archive_of_a_plea(tmp_path, 'every = "1h"'),
        more='schedule.time_limit = "1s"\nbackup.at = []\n'
        f'digest.at = "{minutes_from_now(-3)}"\n'
        f'[[agents]]\nname = "{AGENT}"\npassphrase = "DESK_WORDS"\n',
    )
    signs = {"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "1000000"}
    with running(config, **signs, DESK_WORDS_FILE=str(words)) as process:
        wait_for(manager.has("READY=1", "STATUS=digest hangs"))
        begun = len(manager.told)
        time.sleep(4)  # in which there would be four, on a machine that has the time
        assert "WATCHDOG=1" not in manager.told[begun:]

        pipe = os.open(words, os.O_WRONLY)
        plain = tmp_path / "plain"
        plain.touch(mode=0o600)
        plain.write_text("correct horse battery staple", encoding="utf-8")
        plain.replace(words)
        os.write(pipe, b"correct horse battery staple")
        os.close(pipe)
        wait_for(manager.has("STATUS=digest hangs", "WATCHDOG=1"))
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=120)
    assert "digest hangs" in told and "digest: written to" in told


def test_one_whose_jobs_hang_is_not_called_well(tmp_path: Path) -> None:
    store = tmp_path / "distress.db"
    with schedule.lock.alone(store) as beat:
        beat()
        assert schedule.at_work(store) == str(os.getpid())
        silent = time.time() - 90
        os.utime(tmp_path / "distress.db.run", (silent, silent))
        with pytest.raises(DistressError, match="no sign of life for 9. s"):
            schedule.at_work(store)


def test_a_store_with_no_schedule_is_not_called_well(tmp_path: Path) -> None:
    config = tmp_path / "distress.toml"
    config.write_text("", encoding="utf-8")
    done = CliRunner().invoke(main, ["--config", str(config), "run", "--check"])
    assert done.exit_code == 1
    assert "no `distress run` is at work" in done.stderr
    assert not (tmp_path / "distress.db").exists(), "asking makes no store"


@pytest.mark.parametrize("kind", ["@", "/tmp/"])
def test_what_the_manager_is_told_is_one_line_and_bounded(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = Manager(f"{kind}distress-{uuid4().hex}")
    monkeypatch.setenv("NOTIFY_SOCKET", manager.address)
    schedule.service_manager.ServiceManager().notify(STATUS="failed\nMAINPID=1 " + "长" * 5000)
    wait_for(lambda: bool(manager.told))
    manager.close()
    [told] = manager.told
    assert told.startswith("STATUS=failed MAINPID=1 长") and len(told) < 400


@pytest.mark.parametrize(("address", "pid"), [("@nobody-listens-here", ""), ("", ""), ("", "1")])
def test_without_a_manager_nobody_is_told_and_nothing_fails(
    address: str, pid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", "1000000")
    monkeypatch.setenv("WATCHDOG_PID", pid or str(os.getpid()))
    manager = schedule.service_manager.ServiceManager()
    manager.notify(READY="1")
    assert manager.watchdog == (None if pid else 1.0)


def test_a_desk_is_asked_whether_it_answers(tmp_path: Path) -> None:
    config = tmp_path / "distress.toml"
    config.write_text('desk.address = "https://desk.example.org"', encoding="utf-8")
    Store(load(config).store_path).close()
    desk = Serving(lambda: load(config), "https://desk.example.org")
    ask = ["--config", str(config), "desk", "check", "--port", str(desk.port)]
    try:
        answers = CliRunner().invoke(main, ask)
    finally:
        desk.stop()
    assert answers.exit_code == 0, answers.output
    gone = CliRunner().invoke(main, ask)
    assert gone.exit_code == 1
    assert "no desk answers" in gone.stderr and "distress desk" in gone.stderr


@pytest.mark.parametrize(
    "unit", ["distress.service", "distress-desk.service", "distress-work@.service"]
)
def test_systemd_takes_the_unit(
    unit: str, tmp_path: Path, missing: Callable[[str], NoReturn]
) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        missing("systemd-analyze")
    words = (UNITS / unit).read_text(encoding="utf-8")
    command = "/opt/distress/bin/distress"
    assert command in words
    unit = unit.replace("@.", "@1.")  # of many like it, one is looked at
    # Its program has to be there.
    (tmp_path / unit).write_text(words.replace(command, sys.executable), encoding="utf-8")
    done = subprocess.run(
        [program, "verify", str(tmp_path / unit)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    judged = subprocess.run(
        [program, "security", "--offline=yes", "--threshold=25", str(tmp_path / unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout
