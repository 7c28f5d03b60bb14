"""docs/scale.md and the files of docs/service/ that it copies: by them, both sides can work.

Its commands in full, on a desk and a worker with a network and files of their own, are walked by
tests/walk_scale.py.
"""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import pytest
from begun_schedule import free_port
from crawls import wait_for
from documents import ROOT, fenced

from monitor.errors import QueueError
from monitor.settings import CrawlSettings
from monitor.work.queue import Queue

SERVICE = ROOT / "docs" / "service"
PASSWORDS = {"desk": "deadbeef01", "worker": "deadbeef02"}


@pytest.fixture(scope="module")
def told(
    redis_program: str, missing: Callable[[str], NoReturn]
) -> Iterator[Callable[[str], CrawlSettings]]:
    """A Redis as the documents have it; yields the settings of the desk, or of a worker."""
    if shutil.which("openssl") is None:
        missing("openssl")
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        port = free_port()
        places = {
            "/etc/redis/": f"{folder}/", "/run/redis-queue/": f"{folder}/",
            "/var/log/redis/": f"{folder}/", "/var/lib/redis/queue": folder,
            "/etc/distress/": f"{folder}/", "10.77.0.1": "127.0.0.1", "6380": f"{port}",
        }  # fmt: skip

        def here(words: str) -> str:
            for there, place in places.items():
                words = words.replace(there, place)
            return words

        [desk] = fenced("docs/scale.md", "sh desk")
        [made] = re.findall(r"^openssl req .*?queue\.crt$", desk, re.M | re.S)
        subprocess.run(["sh", "-ec", here(made)], check=True, capture_output=True)
        rights = (SERVICE / "queue.acl").read_text(encoding="utf-8")
        for side, password in PASSWORDS.items():
            rights = rights.replace(f"{side.upper()}_PASSWORD", password)
        Path(folder, "queue.acl").write_text(rights, encoding="utf-8")
        conf = here((SERVICE / "redis-queue.conf").read_text(encoding="utf-8"))
        Path(folder, "queue.conf").write_text(conf, encoding="utf-8")
        [worker] = fenced("docs/scale.md", "sh worker")
        tables = {
            "desk": fenced("docs/scale.md", "toml desk")[0],
            "worker": re.findall(r"<<'END'\n(.*?)^END$", worker, re.M | re.S)[0],
        }

        def settings_of(side: str) -> CrawlSettings:
            patch.setenv("QUEUE_PASSWORD", PASSWORDS[side])
            return CrawlSettings.model_validate(tomllib.loads(here(tables[side]))["crawl"])

        command = [redis_program, f"{folder}/queue.conf"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            wait_for(Path(folder, "queue.sock").exists)
            yield settings_of
            server.terminate()


def test_desk_and_worker_may_do_all_that_they_do(told: Callable[[str], CrawlSettings]) -> None:
    desk, worker, day = Queue(told("desk")), Queue(told("worker")), date(2020, 2, 12)
    desk.begin("a desk")
    desk.asked_at_least(day, {"e.org": 3})
    desk.give("a token", {"job": {"source": "news"}, "marks": {"up to": "1"}})
    lease = worker.take(wait=0.001)
    assert lease is not None
    worker.beat(lease)
    worker.give_back(lease)
    lease = worker.take(wait=0.001)
    assert lease is not None and lease.marks == {"up to": "1"}
    assert worker.slot("e.org", ["e.org"], day, daily=9, delay=0.001)[0] == ""
    worker.pause("e.org", 60)
    worker.pause("e.org", 0)
    worker.hand_in(lease, 1, b"a part", [("up to", "2")], last=True)
    assert worker.has_ended(lease)
    [result] = desk.results()
    assert (result.body, desk.tries("a token"), desk.asked(day)) == (b"a part", 1, {"e.org": 4})
    desk.drop(result)
    desk.close("a token")
    assert desk.tries("a token") is None and worker.take(wait=0.001) is None


def test_a_worker_may_do_no_more_than_a_worker_does(
    told: Callable[[str], CrawlSettings],
) -> None:
    worker = Queue(told("worker"))
    with pytest.raises(QueueError, match="(?i)permission"):
        worker.results()
    commands: tuple[tuple[Any, ...], ...] = (
        ("FLUSHDB",), ("CONFIG", "GET", "*"), ("KEYS", "*"), ("SET", "other", "1"), ("ACL", "LIST"),
    )  # fmt: skip
    for command in commands:
        with pytest.raises(Exception, match="(?i)permission"):
            worker._redis.execute_command(*command)


def test_nobody_comes_in_without_a_password_or_without_tls(
    told: Callable[[str], CrawlSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = told("worker")
    monkeypatch.setenv("QUEUE_PASSWORD", "guessed")
    monkeypatch.setattr("monitor.work.queue._RETRIES", 0)
    with pytest.raises(QueueError, match="(?i)password"):
        Queue(settings).take(wait=0.001)
    port = int(re.findall(r":(\d+)/", str(settings.queue))[0])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
        plain.sendall(b"PING\r\n")
        with suppress(ConnectionResetError):
            assert b"PONG" not in plain.recv(100)
    with pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(
            socket.create_connection(("127.0.0.1", port)), server_hostname="127.0.0.1"
        )
