"""A folder as an operator has it: settings, a store of cases, and the commands run there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner, Result
from staged_day import add_case, reading_of

from monitor.cli import main
from monitor.store import Store
from monitor.types import Case

TOML = """
language = "en"
[[sources]]
name = "day"
spider = "archive"
path = "posts.jsonl"

[[agents]]
name = "云落"

[[agents]]
name = "望舒"

[[agents]]
name = "青岚"
"""


class Folder:
    """Settings and a store; cases are assigned to 云落."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "distress.toml").write_text(TOML, encoding="utf-8")

    def run(self, *given: object, exit_code: int | None = 0) -> Result:
        """Run a command here; exit_code None takes any."""
        words = ["--config", str(self.path / "distress.toml"), *map(str, given)]
        done = CliRunner().invoke(
            main, words, catch_exceptions=False, env={"COLUMNS": "400", "TERM": "dumb"}
        )
        if exit_code is not None and done.exit_code != exit_code:
            raise AssertionError(f"{given} ended with {done.exit_code}: {done.output}")
        return done

    def store(self) -> Store:
        return Store(self.path / "distress.db")

    def add(self, *numbers: str, agent: str | None = "云落", kind: str = "mobile") -> int:
        """Open a case whose post gives these contacts, and return its id."""
        with self.store() as store:
            text = f"第{store.posts.count()}病区急需护手霜40支，联系{'，'.join(numbers)}"
            reading = reading_of(
                text,
                goods=[("护手霜", "40", "支")],
                numbers=[(kind, number) for number in numbers],
            )
            return add_case(store, text, reading, agent=agent)

    def case(self, case_id: int) -> Case:
        with self.store() as store:
            return store.cases.get([case_id])[0]

    def save(
        self, *outcomes: object, name: str = "outcomes-云落.json", version: object = 2
    ) -> Path:
        """Write an outcomes file as the page does."""
        file = self.path / name
        content = {"format": "distress-outcomes", "version": version, "outcomes": outcomes}
        file.write_text(json.dumps(content), encoding="utf-8")
        return file


def outcome(id: str, **fields: object) -> dict[str, object]:
    """Return an outcome of case 1 as the page writes it; id is padded to what a page gives."""
    return {
        "id": f"{id}-0000-4000-8000",
        "case": 1,
        "agent": "云落",
        "disposition": "no_answer",
        "attempted_at": "2020-02-12T14:30:00+08:00",
        "note": "",
        "call_again_at": None,
        "items": [],
        "after_id": "",
        **fields,
    }


def lines(done: Result, word: str) -> Sequence[str]:
    """Return the lines of an output that hold a word."""
    return [line for line in done.output.splitlines() if word in line]
