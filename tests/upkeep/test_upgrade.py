"""Stores of every version migrate; docs/upgrade.md is walked by its commands, as written."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from desk_folder import TOML
from documents import fenced, read
from keep_store import KEPT, load
from shell import Shell

from monitor.store import Store

DUMPS = sorted(KEPT.glob("*.sql"))


@pytest.mark.parametrize("dump", DUMPS, ids=[dump.stem for dump in DUMPS])
def test_a_kept_store_migrates_and_all_is_there(dump: Path, tmp_path: Path) -> None:
    path = tmp_path / "distress.db"
    load(dump, path)
    with closing(sqlite3.connect(path)) as db:
        tables = [
            name
            for (name,) in db.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' "
                "ESCAPE '\\' AND name NOT LIKE 'sqlite%'"
            )
        ]
        before = {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone() for name in tables}
    assert before["posts"][0] > 20 and before["callbacks"][0] > 10
    with Store(path) as store:
        assert len(store.cases.get(store.cases.all_ids())) == before["cases"][0]
        assert store.cases.open_ids()
        assert store.marks.all()
    with closing(sqlite3.connect(path)) as db:
        after = {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone() for name in tables}
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert after == before


def test_a_store_is_kept_of_each_version_that_was_released() -> None:
    released = re.findall(r"^## \[([\d.]+)\] - \d{4}-\d\d-\d\d$", read("CHANGELOG.md"), re.M)
    assert {"before-0.2.0", *released} <= {dump.stem for dump in DUMPS}, (
        "python tests/keep_store.py"
    )


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A desk of before 0.2.0, and a PATH on which the commands of the document are."""
    (tmp_path / "distress.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "posts.jsonl").write_text("", encoding="utf-8")
    load(KEPT / "before-0.2.0.sql", tmp_path / "distress.db")
    return Shell(tmp_path)


def typed(shell: Shell, heading: str) -> str:
    """Type the block of commands under a heading."""
    section = read("docs/upgrade.md").split(f"## {heading}\n")[1].split("\n## ")[0]
    [block] = re.findall(r"^```sh\n(.*?)^```$", section, re.M | re.S)
    return shell.type(block)


def count(shell: Shell) -> tuple[int, int]:
    with closing(sqlite3.connect(shell.path / "distress.db")) as db:
        return (
            db.execute("SELECT count(*) FROM callbacks").fetchone()[0],
            db.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()[0],
        )


@pytest.mark.long
def test_upgrade_backup_restore_and_downgrade_go_as_the_document_says(shell: Shell) -> None:
    calls, old_migrations = count(shell)
    typed(shell, "Upgrade")
    assert count(shell)[0] == calls and count(shell)[1] > old_migrations
    assert "expires" in typed(shell, "Every night")
    # A release from the future has been here.
    with closing(sqlite3.connect(shell.path / "distress.db")) as db, db:
        db.execute("DELETE FROM callbacks WHERE id IN (SELECT id FROM callbacks WHERE id NOT IN "
                   "(SELECT callback_id FROM callback_items) AND id NOT IN (SELECT callback_id "
                   "FROM contact_marks WHERE callback_id IS NOT NULL) LIMIT 1)")  # fmt: skip
        columns = "migration_set, name, applied_at"
        db.execute(
            f"INSERT INTO _sqlite_migrations ({columns}) VALUES ('distress', '9999_future', '')"
        )
    refused = shell.type("distress status", status=4)
    assert "newer release (migrations 9999_future)" in refused
    assert "distress restore" in refused
    assert "put back" in typed(shell, "Go back")
    assert count(shell)[0] == calls
    with closing(sqlite3.connect(shell.path / "distress.db")) as db:
        assert not db.execute(
            "SELECT 1 FROM _sqlite_migrations WHERE name = '9999_future'"
        ).fetchone()
    typed(shell, "Put back a backup")
    done = (shell.path / "typed").read_text()
    assert done.count("systemctl stop distress") == 3
    assert "pip install --upgrade distress-signal-monitor" in done
    assert [file.name for file in shell.path.glob("distress.db.before-*")]


def test_every_block_of_the_document_is_walked() -> None:
    assert len(fenced("docs/upgrade.md", "sh")) == 4
