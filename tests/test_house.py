"""The house holds: imports go one way, and each thing is done in its room only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[1]
ROOMS = {
    "data": set(),
    "classifiers": {"data"},
    "spiders": set(),
    "monitor": {"data", "classifiers", "spiders"},
}
STAGES = ["crawl", "flag", "merge", "route", "digest", "callback", "supply"]
FROM_ABOVE = {"cli", "schedule", "line"}
_STARTERS = ("Process", "Runner")
SQL = ("SELECT ", "INSERT ", "UPDATE ", "DELETE FROM", "CREATE TABLE", "CREATE INDEX", "PRAGMA ")
FILES = [path for room in ROOMS for path in sorted((HERE / room).rglob("*.py"))]


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _breaks_of_imports(room: str, stem: str, tree: ast.AST) -> list[str]:
    found = []
    for number, name in _imported(tree):
        top, *rest = name.split(".")
        if top in ROOMS and top != room and top not in ROOMS[room]:
            found.append(f"line {number}: {room} must not import {top}")
        if room == top == "monitor" and rest:
            if stem in STAGES and rest[0] in STAGES[STAGES.index(stem) + 1 :]:
                found.append(f"line {number}: stage {stem} imports the later {rest[0]}")
            if rest[0] in FROM_ABOVE and stem not in FROM_ABOVE:
                found.append(f"line {number}: {stem} imports {rest[0]}, which stands above it")
    return found


def _breaks_of_rooms(path: Path, tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
            found.append(f"line {line}: prints; only monitor/cli does, by click and rich")
        if isinstance(node, ast.Attribute) and node.attr == "echo" and "cli" not in path.parts:
            found.append(f"line {line}: prints; only monitor/cli does")
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value.lstrip().upper().startswith(SQL)
            and node.value.lstrip()[:6].isupper()
            and "store" not in path.parts
        ):
            found.append(f"line {line}: holds SQL; only monitor/store/ does")
    for number, name in _imported(tree):
        if (
            name.startswith("scrapy.crawler.Crawler")
            and name.endswith(_STARTERS)
            and path.name != "crawl.py"
        ):
            found.append(f"line {number}: starts Scrapy; only crawl.py does")
        if name.startswith("importlib.resources") and path.parent.name not in {"data", "pages"}:
            found.append(f"line {number}: opens bundled files; only data and pages do")
    return found


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(HERE)) for path in FILES])
def test_the_file_keeps_to_its_room(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    room = path.relative_to(HERE).parts[0]
    stem = "cli" if path.parent.name == "cli" else path.stem
    assert not _breaks_of_imports(room, stem, tree) + _breaks_of_rooms(path, tree)
    assert ast.get_docstring(tree), "says in a sentence what goes in and what comes out"


@pytest.mark.parametrize(
    ("room", "stem", "code"),
    [
        ("data", "x", "import monitor"),
        ("spiders", "x", "from classifiers.need import Item"),
        ("classifiers", "x", "from monitor.store import Store"),
        ("monitor", "merge", "from monitor.route import route"),
        ("monitor", "merge", "from monitor import digest"),
        ("monitor", "flag", "from monitor import cli"),
    ],
)
def test_an_import_the_wrong_way_is_a_break(room: str, stem: str, code: str) -> None:
    assert _breaks_of_imports(room, stem, ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        "print('x')",
        "click.echo('x')",
        "q = 'SELECT 1'",
        "from scrapy.crawler import CrawlerProcess",
    ],
)
def test_work_in_the_wrong_room_is_a_break(code: str) -> None:
    assert _breaks_of_rooms(Path("monitor/merge.py"), ast.parse(code))
