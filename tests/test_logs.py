"""The log as a machine reads it: JSON, without numbers of people, errors with one to quote."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from desk_folder import Folder

from monitor import logs

NUMBER = "13800138002"
# A command with a fault in it, which no command of ours is known to have.
FAULTY = """
from monitor.cli import main
@main.command("stumble")
def stumble():
    try:
        raise KeyError("138 0013 8002")
    except KeyError as error:
        raise ValueError("cannot read 护士 13800138002 of /a?token=abcdefgh") from error
main()
"""


def stumble(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", FAULTY, *options, "stumble"], capture_output=True, text=True
    )


def lines_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_an_unforeseen_error_ends_with_a_number_that_the_log_has_too() -> None:
    done = stumble()
    assert done.returncode == 70
    [quoted] = re.findall(r"quote (E-[A-Z]{4}) ", " ".join(done.stderr.split()))
    assert re.search(rf"CRITICAL {quoted} monitor\.cli", done.stderr)
    assert "Traceback" in done.stderr and "8002" not in done.stderr


def test_as_json_each_line_is_an_object_and_tells_no_number_and_no_secret() -> None:
    done = stumble("--log-json")
    fault, told = lines_of(done.stderr)
    assert fault.keys() == {
        "at", "level", "logger", "process", "message", "number", "traceback"
    }  # fmt: skip
    assert (fault["level"], told["level"]) == ("critical", "error")
    assert fault["number"] in told["message"]
    assert "ValueError" in fault["traceback"] and "KeyError" in fault["traceback"]
    assert "8002" not in done.stderr and "abcdefgh" not in done.stderr


def test_the_same_fault_has_the_same_number_whatever_it_was_about() -> None:
    def read(words: str) -> str:
        return str(int(words))

    def number_of(*words: Any) -> str:
        with pytest.raises((ValueError, TypeError)) as caught:
            read(*words)
        return logs.number_of(caught.value)

    assert number_of("a") == number_of("b") != number_of([])


def test_a_crawl_that_is_a_process_of_its_own_logs_in_the_same_manner(tmp_path: Path) -> None:
    Folder(tmp_path)
    text = json.dumps({"id": "1", "text": "急需口罩"}, ensure_ascii=False)
    (tmp_path / "posts.jsonl").write_text(f"{text}\n", encoding="utf-8")
    command = [sys.executable, "-m", "monitor.cli", "-v", "--log-json", "crawl"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert len({line["process"] for line in told if line["logger"].startswith("scrapy")}) == 1


def test_a_refusal_is_a_line_of_the_log_too(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "monitor.cli", "--log-json", "status"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    [line] = lines_of(done.stderr)
    assert done.returncode == 2
    assert line["level"] == "error" and "no settings file" in line["message"]
