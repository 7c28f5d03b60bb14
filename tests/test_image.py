"""The Dockerfile: its image, made of Debian's packages, walks the line and serves the desk."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
import yaml
from begun_schedule import PLEA, free_port, wait_for
from stand_in import Image

ROOT = Path(__file__).resolve().parents[1]
SERVICE = ROOT / "docs" / "service"


@pytest.fixture(scope="module")
def image(
    tmp_path_factory: pytest.TempPathFactory, missing: Callable[[str], NoReturn]
) -> Iterator[Image]:
    if shutil.which("debootstrap") is None or os.getuid() != 0:
        missing("debootstrap, and root to run it")
    folder = tmp_path_factory.mktemp("image")
    yield Image(SERVICE / "Dockerfile", ROOT, folder)
    shutil.rmtree(folder)


@contextmanager
def started(image: Image, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Start a program in the image, which has ended at the end of the block."""
    with subprocess.Popen(
        image.command(*words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def is_open(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.long
@pytest.mark.true_clock
def test_run_and_desk_start_from_the_image_as_its_user(image: Image) -> None:
    desk, port = image.root / "desk", free_port()
    assert re.match(r"uid=10001\(distress\)", image.run("id"))
    image.run("distress", "init")
    settings = (
        f'desk.port = {port}\ndesk.address = "http://127.0.0.1:{port}"\n'
        '[[sources]]\nname = "day"\nspider = "archive"\npath = "posts.jsonl"\nevery = "1h"\n'
        '[[agents]]\nname = "云落"\n'
    )
    (desk / "distress.toml").write_text(settings, encoding="utf-8")
    (desk / "posts.jsonl").write_text(json.dumps({"id": "1", "text": PLEA}), encoding="utf-8")
    with started(image, *image.words_of("CMD")) as walking:
        wait_for(lambda: bool(list(desk.glob("digest/*/云落.html"))), 300)
        image.run(*image.words_of("HEALTHCHECK"))
        compose = yaml.safe_load((SERVICE / "compose.yaml").read_text(encoding="utf-8"))
        serving_desk = compose["services"]["desk"]
        with started(image, *serving_desk["command"]) as serving:
            wait_for(lambda: is_open(port), 300)
            image.run(*serving_desk["healthcheck"]["test"][1:])
            serving.send_signal(signal.SIGTERM)
            serving.wait(60)
        wait_for(lambda: bool(list(desk.glob("backups/*.db"))), 300)
        walking.send_signal(signal.SIGTERM)
        told, _ = walking.communicate(timeout=60)
    assert walking.returncode == 0, told
    assert "crawl day: ok, 1 new posts; 1 needs, 1 cases opened" in told
    assert "backup: wrote" in told
    for file in [desk / "distress.db", *desk.rglob("*.html"), *desk.glob("backups/*")]:
        assert (file.stat().st_uid, file.stat().st_mode & 0o077) == (10001, 0), file


def test_the_compose_file_runs_what_the_image_has() -> None:
    compose = yaml.safe_load((SERVICE / "compose.yaml").read_text(encoding="utf-8"))
    build = compose["services"]["run"]["build"]
    context = (SERVICE / build["context"]).resolve()
    assert context == ROOT and (context / build["dockerfile"]).is_file()
    image = {service["image"] for service in compose["services"].values()}
    assert image == {"localhost/distress"}
    for name, service in compose["services"].items():
        assert service["command"][:2] == ["distress", name]
        assert service["volumes"] == ["desk:/desk"] and "desk" in compose["volumes"]
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
    ports = compose["services"]["desk"]["ports"]
    assert all(port.startswith("127.0.0.1:") for port in ports), "a proxy with TLS stands before"


def test_the_image_is_given_each_room_of_the_program_and_runs_as_nobody_special() -> None:
    steps = (SERVICE / "Dockerfile").read_text(encoding="utf-8")
    for room in ("classifiers", "data", "monitor", "spiders"):
        assert f"COPY {room} {room}\n" in steps
    assert steps.index("USER distress") < steps.index("CMD [")
    ignored = (SERVICE / "Dockerfile.dockerignore").read_text(encoding="utf-8")
    for copied in re.findall(r"^COPY (?!--)(.+) \S+$", steps, re.M):
        for name in copied.split():
            assert f"!{name}\n" in ignored, name
