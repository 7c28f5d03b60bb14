"""The program starts at once: quick commands load only what they need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from monitor.cli import main
from monitor.store import Store

HEAVY = (
    "scrapy", "twisted", "spacy", "thinc", "jieba", "pkg_resources", "sklearn", "scipy", "pandas",
    "jinja2", "apscheduler", "xlsxwriter", "openpyxl", "feedparser", "dateparser", "cryptography",
    "starlette", "uvicorn", "pyarrow", "pygal", "datasette", "onnxruntime",
)  # fmt: skip
OF_THE_STORE = ("sqlite_utils", "numpy", "pydantic", "babel")
# Runs a command, then writes which packages the process has loaded on the last line.
CHILD = """
import json, sys
from monitor.cli import main
main(sys.argv[1:], standalone_mode=False)
print()
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
# Writes what each command does as --help tells it, before any module of a command is loaded.
LISTED = """
import json
from monitor.cli import main
told = {n: one.get_short_help_str(limit=1000) for n, one in main.commands.items()}
from monitor.cli.intake import intake_group
told |= {n: one.get_short_help_str(limit=1000) for n, one in intake_group.commands.items()}
print(json.dumps(told))
"""


def loaded_by(folder: Path, *words: str, stdin: str = "") -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *words],
        cwd=folder, input=stdin, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with settings and an empty store."""
    (tmp_path / "distress.toml").write_text('language = "zh-CN"\n', encoding="utf-8")
    Store(tmp_path / "distress.db").close()
    return tmp_path


def test_help_loads_neither_store_nor_settings(tmp_path: Path) -> None:
    assert not loaded_by(tmp_path, "--help") & {*HEAVY, *OF_THE_STORE}


@pytest.mark.parametrize("words", ["status", "case list", "supplies", "contact list"])
def test_a_look_at_the_store_loads_nothing_heavy(desk: Path, words: str) -> None:
    loaded = loaded_by(desk, *words.split())
    assert "sqlite_utils" in loaded
    assert not loaded & set(HEAVY)


def test_noise_is_told_without_the_libraries_that_read_a_plea(tmp_path: Path) -> None:
    loaded = loaded_by(tmp_path, "classify", stdin='{"id": "1", "text": "今天天气真好"}\n')
    assert not loaded & {*HEAVY, "sqlite_utils"}


def test_the_list_says_of_a_command_what_its_own_help_begins_with() -> None:
    listed = subprocess.run([sys.executable, "-c", LISTED], capture_output=True, check=True).stdout
    context = click.Context(main)
    groups = main, main.get_command(context, "intake")
    assert json.loads(listed) == {
        name: group.get_command(context, name).get_short_help_str(limit=1000)
        for group in groups
        for name in group.list_commands(context)
    }
