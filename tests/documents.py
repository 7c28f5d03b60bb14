"""The documents of the program and the commands they tell of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from monitor.cli import main

ROOT = Path(__file__).resolve().parents[1]


def read(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def fenced(document: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", read(document), re.M | re.S)


def cells(document: str, first: str) -> list[list[str]]:
    """Return the rows of the table whose first heading is `first`."""
    table = re.search(rf"^\| {re.escape(first)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", read(document), re.M)
    assert table, first
    return [[cell.strip() for cell in row[1:-1].split("|")] for row in table[1].splitlines()]


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command and group below `group` with its words, in the order of the help."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


COMMANDS = dict(commands(main, "distress"))
