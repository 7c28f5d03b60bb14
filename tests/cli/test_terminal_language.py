"""The terminal speaks the language of the settings: in Chinese no English sentence is left."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from confirmed import HANDS, confirm
from desk_folder import TOML, Folder

pytestmark = pytest.mark.usefixtures("quick_crawls")

NUMBER, OTHER = "13800138000", "13800138111"
CHINESE = re.compile("[\u3400-\u9fff]")
# What is typed or named as it is: commands, settings, files, ids, times.
_TYPED = re.compile(r"distress [a-z -]+[A-Z0-9]*|\[calling\] gap|\S*[/.@]\S*|[0-9a-f]+-[0-9a-f-]+")
_KEPT = {"day", "test", "terminal"}  # a source's name, where an outcome or a case came from
_ENGLISH = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Chinese settings, a case with one number, one with two, and one with confirmed goods."""
    made = Folder(tmp_path)
    (tmp_path / "distress.toml").write_text(TOML.replace('"en"', '"zh-CN"'), encoding="utf-8")
    post = {
        "id": "1",
        "text": "今天天气很好",
        "author": "老周",
        "posted_at": "2020-02-12T08:00:00+08:00",
        "url": "https://example.org/1",
    }
    (tmp_path / "posts.jsonl").write_text(json.dumps(post) + "\n", encoding="utf-8")
    made.add(NUMBER)
    made.add(NUMBER, OTHER)
    with made.store() as store:
        confirm(store, HANDS)
    return made


COMMANDS = (
    ("once",),
    ("status",),
    ("case", "list"),
    ("callback", "record", 1, "no_answer"),
    ("callback", "record", 2, "number_dead", "--contact", NUMBER),
    ("callback", "record", 2, "no_answer", "--contact", NUMBER),
    ("callback", "record", 1, "no_need"),
    ("callback", "record", 1, "busy"),
    ("callback", "clashes"),
    ("case", "reopen", 1, "--by", "青岚", "--reason", "记错了"),
    ("case", "assign", 1, "望舒", "--by", "青岚"),
    ("case", "assign", 1, "望舒", "--by", "青岚"),
    ("case", "hand", 1, "青岚", "--by", "望舒", "--note", "四点前打"),
    ("case", "show", 1),
    ("case", "suggested"),
    ("supplies",),
    ("supplies", "step", 1, "in transit", "--amount", 25, "--by", "红会"),
    ("supplies", "step", 1, "requested", "--amount", 0, "--by", "红会"),
    ("supplies", "show", 1),
    ("supplies", "undo", 1, "--by", "红会"),
    ("supplies", "substitute", 1, "面膜", "--reason", "断货", "--by", "红会"),
    ("supplies", "answer", 1, "refused", "--by", "云落"),
    ("supplies", "back-order", 1, "2098-02-20", "--by", "红会"),
    ("supplies", "--totals"),
    ("contact", "list"),
    ("contact", "show", NUMBER),
    ("contact", "show", "13800138999"),
    ("desk", "sessions"),
    ("digest",),
)


def test_chinese_settings_leave_no_english_sentence_in_the_terminal(folder: Folder) -> None:
    for command in COMMANDS:
        said = folder.run(*command).output
        assert CHINESE.search(said), command
        left = [word for word in _ENGLISH.findall(_TYPED.sub("", said)) if word not in _KEPT]
        assert not left, f"{command}: {left}\n{said}"
