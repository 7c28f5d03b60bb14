"""Walk each stage over ever more posts and cases, by this tree or another: one JSON of figures.

usage: python benchmarks/all.py POSTS.jsonl [--tree TREE] [--posts N…] [--cases N…]

POSTS has an object a line with id and text; they are repeated, each time told apart by a number.
TREE is the checkout that is measured, this one where left out (git worktree add PATH COMMIT makes
one of an earlier commit). By default 12,000, 120,000 and 1,000,000 posts, and 1,000, 5,000 and
20,000 cases; that takes hours. Each stage is a command in a process of its own, start included.
Prints CPU-seconds (user and system, of the process and what it started), units (posts or cases) a
CPU-second, peak memory in MB, and from the first size to the last the exponent of growth. What a
tree cannot do is null. The floors are measured in the same run, on the first number of posts.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import math
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[1]
AGENTS = tuple(f"同事{number}" for number in range(1, 41))
Cost = dict[str, float]
# In the tree that is measured, by its own code: a store of another release would be refused.
_OPEN_CASES = """
import sys
from pathlib import Path
from many_cases import add_open
from monitor.store import Store
with Store(Path(sys.argv[1])) as store, store.write():
    add_open(store, int(sys.argv[2]))
"""
_ROUTE = """
import sys
from pathlib import Path
from monitor.route import route
from monitor.settings import load
from monitor.store import Store
settings = load(Path(sys.argv[1]))
with Store(settings.store_path) as store:
    route(store, settings)
"""
_NEEDS = """
import sys
from pathlib import Path
import merge
from monitor.store import Store
with Store(Path(sys.argv[1])) as store:
    merge._write(store, merge.generated(int(sys.argv[2])), 0)
"""


def repeated(given: list[str], size: int) -> Iterator[dict[str, str]]:
    """Yield so many posts, the given ones again and again, told apart by a number."""
    for number, text in enumerate(itertools.islice(itertools.cycle(given), size)):
        yield {"id": str(number), "text": f"{text} {number}", "time": "2020-02-01 10:00"}


class Desk:
    """A folder with settings in which a tree's commands run."""

    def __init__(self, tree: Path, folder: Path) -> None:
        self.tree = tree
        self.folder = folder
        agents = "".join(f'[[agents]]\nname = "{name}"\ncapacity = 1000\n' for name in AGENTS)
        source = '[[sources]]\nname = "posts"\nspider = "archive"\npath = "posts.jsonl"\n'
        (folder / "distress.toml").write_text(f"{source}time_limit = '9h'\n{agents}", "utf-8")

    def command(self, *words: str, stdin: Path | None = None) -> Cost | None:
        """Return what a command costs; None where the tree has none such."""
        return self._cost([sys.executable, "-m", "monitor.cli", *words], stdin)

    def code(self, code: str, *given: object) -> Cost | None:
        """Return what code of the tree costs; None where it fails."""
        return self._cost([sys.executable, "-c", code, *map(str, given)])

    def _cost(self, command: list[str], stdin: Path | None = None) -> Cost | None:
        path = [self.tree, self.tree / "tests", self.tree / "benchmarks"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))}
        with open(stdin or os.devnull, "rb") as given:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=environment,
                stdin=given,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            _, status, usage = os.wait4(process.pid, 0)
        if status:
            return None
        seconds, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        return {"cpu_s": round(seconds, 2), "memory_mb": round(memory)}


def of_posts(tree: Path, given: list[str], size: int) -> dict[str, Cost | None]:
    """Return what the stages cost that take posts."""
    with tempfile.TemporaryDirectory() as name:
        desk = Desk(tree, Path(name))
        file = desk.folder / "posts.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            lines.writelines(f"{json.dumps(post)}\n" for post in repeated(given, size))
        return {
            "classify": desk.command("classify", stdin=file),
            "crawl": desk.command("crawl"),
            "flag": desk.command("flag"),
            # The first makes everything searchable; only the second is a search.
            "search, first": desk.command("search", "口罩", "医院"),
            "search": desk.command("search", "口罩", "医院"),
        }


def of_cases(tree: Path, count: int) -> dict[str, Any]:
    """Return what the stages cost that take cases, and a minute of 40 agents at the desk."""
    from desk import measured as at_desk

    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        desk = Desk(tree, Path(name))
        desk.code(_NEEDS, desk.folder / "distress.db", count)
        figures["merge"] = desk.command("flag")  # everything is read; what is left is to merge
    with tempfile.TemporaryDirectory() as name:
        desk = Desk(tree, Path(name))
        desk.code(_OPEN_CASES, desk.folder / "distress.db", count)
        figures["route"] = desk.code(_ROUTE, desk.folder / "distress.toml")
        figures["digest"] = desk.command("digest")
        try:
            figures["desk"] = at_desk(tree, desk.folder / "distress.toml")
        except Exception as error:  # an earlier tree's desk may not know what is asked
            figures["desk"] = None
            print(f"the desk of {tree}: {error}", file=sys.stderr)
        finally:
            os.chdir(HERE)
    return figures


def floors(given: list[str], size: int) -> dict[str, float | None]:
    """Return posts a CPU-second of what no reader can do without, or what others do."""
    import jieba

    from classifiers.normalise import normalise
    from classifiers.request import gate

    posts = list(repeated(given, size))
    lines = [json.dumps(post) for post in posts]

    def speed(work: Callable[[], object]) -> float:
        began = time.process_time()
        work()
        return round(size / (time.process_time() - began))

    def rows() -> None:
        with sqlite3.connect(":memory:") as db:
            db.execute("CREATE TABLE posts (id TEXT PRIMARY KEY, text TEXT)")
            db.executemany("INSERT INTO posts VALUES (?, ?)", [(p["id"], p["text"]) for p in posts])

    jieba.lcut("")
    found: dict[str, float | None] = {
        "json": speed(lambda: [json.loads(line) for line in lines]),
        "json, normalise and gate": speed(
            lambda: [gate.passes(normalise(json.loads(line)["text"])) for line in lines]
        ),
        "jieba.lcut": speed(lambda: [jieba.lcut(post["text"]) for post in posts]),
        "sqlite3 rows": speed(rows),
    }
    for name, work in (
        ("orjson", lambda module: [module.loads(line) for line in lines]),
        ("rjieba", lambda module: [module.cut(post["text"]) for post in posts]),
    ):
        there = importlib.util.find_spec(name) is not None
        found[name] = speed(lambda: work(importlib.import_module(name))) if there else None  # noqa: B023
    return found


def told(by_size: dict[int, dict[str, Any]], unit: str) -> dict[str, Any]:
    """Return the costs by stage and size, with how many units a second and how they grow."""
    figures: dict[str, Any] = {}
    for stage in next(iter(by_size.values())):
        of_stage = {size: costs[stage] for size, costs in by_size.items()}
        figures[stage] = {str(size): cost for size, cost in of_stage.items()}
        known = {s: c["cpu_s"] for s, c in of_stage.items() if c and c.get("cpu_s")}
        for size, seconds in known.items():
            figures[stage][str(size)][f"{unit} a CPU-second"] = round(size / seconds)
        if len(known) > 1:
            (one, first), *_, (other, last) = known.items()
            figures[stage]["exponent"] = round(math.log(last / first) / math.log(other / one), 2)
    return figures


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(usage=__doc__)
    asked.add_argument("file", type=Path)
    asked.add_argument("--tree", type=Path, default=HERE)
    asked.add_argument("--posts", type=int, nargs="*", default=[12_000, 120_000, 1_000_000])
    asked.add_argument("--cases", type=int, nargs="*", default=[1_000, 5_000, 20_000])
    given = asked.parse_args()
    tree = given.tree.resolve()
    with given.file.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines if line.strip()]
    figures: dict[str, Any] = {
        "tree": subprocess.run(
            ["git", "-C", str(tree), "describe", "--always", "--dirty"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip(),
        "machine": f"Python {platform.python_version()}, {os.cpu_count()} cores",
        "load": [round(one, 1) for one in os.getloadavg()],
    }
    # What is loaded here counts as memory of what is started: the floors come last.
    if given.posts:
        figures |= told({size: of_posts(tree, texts, size) for size in given.posts}, "posts")
    if given.cases:
        figures |= told({count: of_cases(tree, count) for count in given.cases}, "cases")
    if given.posts:
        figures["floors, posts a CPU-second"] = floors(texts, given.posts[0])
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
