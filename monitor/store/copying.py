"""Whole copies of a store's file: made while others write, checked, and put in its place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from monitor.errors import StoreBusyError, StoreError
from monitor.files import make_file
from monitor.store.faults import fault_of

_PAGES = 2000  # of a step, after which others may write
_BESIDE = ("-wal", "-shm", "-journal")


def copy(store: Path, target: Path) -> None:
    """Copy a store into a single file by SQLite's online backup, whatever is written meanwhile.

    Raises StoreError where there is no store, or the copy does not hang together.
    """
    if not store.exists():
        raise StoreError(f"there is no store {store}. Look at [store] path in distress.toml")
    make_file(target)
    try:
        with (
            closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(target)) as made,
        ):
            source.backup(made, pages=_PAGES)
            made.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise fault_of(error, store) from error
    check(target)


def check(file: Path) -> None:
    """Raise StoreError where a file is not a whole store: every page and every index is read."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
            found = [str(row[0]) for row in db.execute("PRAGMA integrity_check(3)")]
            if found == ["ok"] and db.execute("PRAGMA foreign_key_check").fetchone():
                found = ["a row names another that is not there"]
            if found == ["ok"]:
                db.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()
    except sqlite3.Error as error:
        found = [str(error)]
    if found != ["ok"]:
        raise StoreError(
            f"{file} is not a whole store ({'; '.join(found)}). Take another backup: "
            "distress restore --list"
        )


def be_alone(store: Path) -> None:
    """Raise StoreBusyError where another process has a store open; its log is then in its file.

    A file that is damaged is nobody's to wait for.
    """
    if not store.exists():
        return
    try:
        with closing(sqlite3.connect(store, timeout=1.0)) as db:
            # Only who is alone with a file may take it out of this mode.
            db.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise StoreBusyError(
                f"another process has the store {store} open. Stop distress run and distress desk "
                "first, then give the same command again"
            ) from error
    except sqlite3.DatabaseError:
        return


def exchange(made: Path, store: Path, aside: Path) -> None:
    """Put a file in the place of a store, which is kept aside with what belongs to it."""
    for ending in ("", *_BESIDE):
        old = store.with_name(store.name + ending)
        if old.exists():
            old.replace(aside.with_name(aside.name + ending))
    made.replace(store)
