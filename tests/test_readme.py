"""What the documents tell is what the program does: commands, settings, queries, the demo."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from documents import COMMANDS, ROOT, fenced, read

from monitor import settings
from monitor.cli import main
from monitor.flag.classify import classify

READMES = ("README.md", "README.zh-CN.md")
STAGES = ["crawl", "flag", "merge", "route", "digest", "callback", "supply"]
DOCUMENTS = (*READMES, "CONTRIBUTING.md", "CHANGELOG.md",
             *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/*.md")))  # fmt: skip


# `distress case` alone only shows its help; `distress supplies` alone does something.
RUNNABLE = [
    words
    for words, command in COMMANDS.items()
    if not isinstance(command, click.Group) or command.invoke_without_command
]


def table(document: str) -> list[tuple[str, str]]:
    """Return the rows of the table of commands as command and example."""
    return re.findall(r"^\| `(distress[^`]*)` \| [^|]+ \| `([^`]+)` \|$", read(document), re.M)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_has_help_with_an_example_of_itself(words: str) -> None:
    _, *names = words.split()
    shown = CliRunner().invoke(main, [*names, "--help"])
    assert shown.exit_code == 0
    found = re.search(r"Example: (.+)", shown.output)
    assert found and found[1].startswith(words)


@pytest.mark.parametrize("document", READMES)
def test_the_table_of_commands_is_that_of_the_program(document: str) -> None:
    told = [command for command, _ in table(document)]
    assert sorted(told) == sorted(RUNNABLE)


@pytest.mark.parametrize("document", READMES)
def test_each_example_uses_its_command_with_options_that_exist(document: str) -> None:
    for words, example in table(document):
        assert example.startswith(words), example
        known = {option for p in COMMANDS[words].params for option in p.opts}
        assert set(re.findall(r"(?<= )--[\w-]+", example)) <= known, example


def test_both_readmes_tell_the_same_commands_with_the_same_examples() -> None:
    assert table("README.md") == table("README.zh-CN.md")


@pytest.mark.parametrize("document", READMES)
def test_the_least_settings_of_the_readme_load(document: str, tmp_path: Path) -> None:
    [least] = fenced(document, "toml")
    file = tmp_path / "distress.toml"
    file.write_text(least, encoding="utf-8")
    loaded = settings.load(file)
    assert [agent.capacity for agent in loaded.agents] == [200]
    assert loaded.digest_folder == tmp_path.resolve() / "digest"


@pytest.mark.parametrize("document", READMES)
def test_the_tree_names_every_room_and_no_other(document: str) -> None:
    [tree] = [block for block in fenced(document, "") if "monitor/" in block]
    words = [line.split() for line in tree.splitlines()]
    assert all(len(line) > 1 for line in words[1:]), "each room is told of in a line"
    rooms = {line.split()[0] for line in tree.splitlines() if line.startswith("  ")}
    there = {
        f"{path.name}/" if path.is_dir() else path.name
        for path in (ROOT / "monitor").iterdir()
        if not path.name.startswith("__")
    }
    assert rooms == there
    stages = re.findall(r"^  (\w+)/ +(\d) ", tree, re.M)
    assert [name for name, _ in stages] == STAGES
    assert [int(number) for _, number in stages] == list(range(1, len(STAGES) + 1))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files_that_are_there(document: str) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", read(document)):
        if not target.startswith(("https://", "http://")):
            assert ((ROOT / document).parent / target).is_file(), target


def test_the_pictures_are_small_enough_to_load_fast() -> None:
    pictures = list((ROOT / "docs/pictures").glob("*.png"))
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size < 300_000, picture


def test_the_example_of_a_reading_is_what_classify_says() -> None:
    given, told, _ = fenced("docs/classify.md", "json")
    [found] = classify([given.encode()])
    assert {"id", "evidence", *json.loads(told)} == set(found)
    for field in ("flagged", "label", "items", "facilities", "contacts", "places", "urgency"):
        assert json.loads(told)[field] == found[field], field
