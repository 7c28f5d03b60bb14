"""Keep a store of the present version for the test of upgrades: python tests/keep_store.py.

Run it in the release of each version, with tests/ and the checkout on the path. What it writes is
text, so that a change shows in a review; a version that was released is never written again.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from staged_day import settings_in, stage

from monitor import __version__
from monitor.store import Store

KEPT = Path(__file__).parent / "golden" / "stores"


def dump(path: Path) -> str:
    """Return a store as SQL, with the version of its file's header."""
    with closing(sqlite3.connect(path)) as db:
        return "\n".join(db.iterdump()) + "\n"


def load(dumped: Path, path: Path) -> None:
    """Make the store that a dump is of."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(dumped.read_text(encoding="utf-8"))


def put_down(dumped: Path, path: Path) -> None:
    """Give a store the tables that it had in the version of a dump, with the rows of now.

    What that version had no place for is left out.
    """
    older = path.with_name(f"{path.name}.older")
    load(dumped, older)
    with closing(sqlite3.connect(older)) as db:
        triggers = _schema(db, "trigger")
        for name in triggers:
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute("ATTACH ? AS now", [str(path)])
        for name, words in _schema(db, "table").items():
            if name.startswith("sqlite_") or words.startswith("CREATE VIRTUAL"):
                continue
            columns = _columns(db, "main", name) & _columns(db, "now", name)
            listed = ", ".join(f'"{column}"' for column in sorted(columns))
            if name == "_sqlite_migrations":
                continue
            db.execute(f'DELETE FROM main."{name}"')
            db.execute(f'INSERT INTO main."{name}" ({listed}) SELECT {listed} FROM now."{name}"')
        for words in triggers.values():
            db.execute(words)
        db.commit()
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    older.replace(path)


def _schema(db: sqlite3.Connection, kind: str) -> dict[str, str]:
    return dict(db.execute("SELECT name, sql FROM main.sqlite_master WHERE type = ?", [kind]))


def _columns(db: sqlite3.Connection, store: str, table: str) -> set[str]:
    return {row[1] for row in db.execute(f'PRAGMA {store}.table_info("{table}")')}


def made() -> str:
    """Return the SQL of a store with a called day in it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        with Store(settings.store_path) as store:
            stage(store, 16)
        return dump(settings.store_path)


if __name__ == "__main__":
    target = KEPT / f"{sys.argv[1] if len(sys.argv) > 1 else __version__}.sql"
    if target.exists():
        sys.exit(f"{target} is there already; a released version stays as it was")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(made(), encoding="utf-8")
