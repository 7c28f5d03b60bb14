"""The house holds: imports go one way, and each thing is done in its room only."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[1]
# What each top room may import beside itself.
MAY_IMPORT = {
    "data": set(),
    "classifiers": {"data"},
    "spiders": set(),
    "monitor": {"data", "classifiers", "spiders"},
}
# The rooms of monitor/ by their first path segment, the lowest floor first. A room imports from
# lower floors only; what stands on one floor are neighbours that know nothing of each other, but
# for those of SAME_FLOOR.
FLOORS = [
    {"types", "errors", "language", "masking", "files", "seal", "logs"},
    {"settings", "pages"},
    {"store", "calling"},
    {"crawl", "flag", "merge"},
    {"callback", "supply", "route", "intake", "messages", "upkeep"},
    {"digest", "analysis", "rehearsal"},
    {"line", "work"},
    {"schedule", "desk", "demonstration"},
    {"cli"},
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
SAME_FLOOR = {("language", "errors"), ("types", "errors"), ("logs", "masking")}
FORBIDDEN = {("pages", "settings")}
_STARTERS = ("Process", "Runner")
SQL = ("SELECT ", "INSERT ", "UPDATE ", "DELETE FROM", "CREATE TABLE", "CREATE INDEX", "PRAGMA ")
FILES = [path for room in MAY_IMPORT for path in sorted((HERE / room).rglob("*.py"))]


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of every import, and of every name that is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield node.lineno, module
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def _segment(path: Path) -> str:
    """Return the room of a file of monitor/: its first path segment."""
    return path.parts[1].removesuffix(".py") if len(path.parts) > 1 else ""


def _breaks_of_imports(path: Path, tree: ast.AST) -> list[str]:
    """Return what is wrong with the imports of a file; path: from the top of the checkout."""
    top_room = path.parts[0]
    breaks = []
    for line, name in _imports(tree):
        top, _, rest = name.partition(".")
        if name.startswith("."):
            breaks.append(f"line {line}: {name} is relative; name the room")
        elif top in MAY_IMPORT and top != top_room and top not in MAY_IMPORT[top_room]:
            breaks.append(f"line {line}: {top_room} must not import {top}")
        elif top == top_room == "monitor" and rest:
            breaks += [f"line {line}: {why}" for why in _breaks_of_floors(_segment(path), name)]
    return list(dict.fromkeys(breaks))


def _breaks_of_floors(room: str, name: str) -> Iterator[str]:
    other = name.split(".")[1]
    if room in ("__init__", other) or not _is_room(other):
        return  # monitor's own version, or a name beside it
    if room not in FLOOR_OF or other not in FLOOR_OF:
        unknown = room if room not in FLOOR_OF else other
        yield f"nobody listed the room {unknown}; give it a floor"
    elif FLOOR_OF[other] > FLOOR_OF[room]:
        yield f"{room} imports {other}, which stands above it"
    elif FLOOR_OF[other] == FLOOR_OF[room] and (room, other) not in SAME_FLOOR:
        yield f"{room} imports {other}, its neighbour; what both know belongs below them"
    elif (room, other) in FORBIDDEN:
        yield f"{room} must not know {other}"
    elif not _is_open(name):
        yield f"{name} is {other}'s own; its door is monitor/{other}/__init__.py"


def _is_room(segment: str) -> bool:
    place = HERE / "monitor" / segment
    return segment in FLOOR_OF or place.is_dir() or place.with_suffix(".py").is_file()


def _is_open(name: str) -> bool:
    """Tell whether a name stands in the door of its room: __all__ lists names and modules."""
    package, *rest = name.split(".")[1:]
    if not rest or not (HERE / "monitor" / package).is_dir():
        return True
    return rest[0] in getattr(importlib.import_module(f"monitor.{package}"), "__all__", ())


def _breaks_of_rooms(path: Path, tree: ast.AST) -> list[str]:
    """Return what is done in this file that another room does."""
    breaks = []
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
            breaks.append(f"line {line}: prints; only monitor/cli does, by click and rich")
        if isinstance(node, ast.Attribute) and node.attr == "echo" and "cli" not in path.parts:
            breaks.append(f"line {line}: prints; only monitor/cli does")
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value.lstrip().upper().startswith(SQL)
            and node.value.lstrip()[:6].isupper()
            and path.parts[:2] != ("monitor", "store")
        ):
            breaks.append(f"line {line}: holds SQL; only monitor/store/ does")
    for line, name in _imports(tree):
        if (
            name.startswith("scrapy.crawler.Crawler")
            and name.endswith(_STARTERS)
            and path != Path("monitor/crawl/sources.py")
        ):
            breaks.append(f"line {line}: starts Scrapy; only monitor/crawl/sources.py does")
        if name.startswith("importlib.resources") and path.parent.name not in {"data", "pages"}:
            breaks.append(f"line {line}: opens bundled files; only data and pages do")
    return breaks


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(HERE)) for path in FILES])
def test_the_file_keeps_to_its_room(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    place = path.relative_to(HERE)
    assert not _breaks_of_imports(place, tree) + _breaks_of_rooms(place, tree)
    assert ast.get_docstring(tree), "says in a sentence what goes in and what comes out"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("data/x.py", "import monitor"),
        ("spiders/x.py", "from classifiers.need import Item"),
        ("classifiers/goods/x.py", "from monitor.store import Store"),
        ("monitor/merge/x.py", "from monitor.route import route"),
        ("monitor/merge/deep/x.py", "from monitor import digest"),
        ("monitor/flag/x.py", "def f():\n    from monitor import cli"),
        ("monitor/flag/x.py", "from monitor.merge import merge"),
        ("monitor/pages/x.py", "from monitor.calling.ladder import ladder"),
        ("monitor/pages/x.py", "from monitor.store import Store"),
        ("monitor/pages/x.py", "from monitor.settings import Settings"),
        ("monitor/calling/x.py", "from monitor.store import Store"),
        ("monitor/digest/x.py", "import monitor.line"),
        ("monitor/crawl/x.py", "from monitor.work import queue"),
        ("monitor/work/x.py", "from monitor.line import flag"),
        ("monitor/attic/x.py", "from monitor.types import Case"),
        ("monitor/digest/x.py", "from monitor.merge.known_needs import KnownNeed"),
        ("monitor/digest/x.py", "from .. import cli"),
    ],
)
def test_an_import_the_wrong_way_is_a_break(path: str, code: str) -> None:
    assert _breaks_of_imports(Path(path), ast.parse(code))


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("monitor/merge/x.py", "print('x')"),
        ("monitor/merge/x.py", "click.echo('x')"),
        ("monitor/digest/x.py", "q = 'SELECT 1'"),
        ("monitor/desk/store/x.py", "q = 'DELETE FROM cases'"),
        ("monitor/digest/x.py", "from scrapy.crawler import CrawlerProcess"),
    ],
)
def test_work_in_the_wrong_room_is_a_break(path: str, code: str) -> None:
    assert _breaks_of_rooms(Path(path), ast.parse(code))
