"""A look at a store's file that changes nothing in it: what doctor asks before it opens it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from monitor.store.migrations import migrations


def state_of(path: Path) -> str:
    """Return "missing", "damaged", "older", "newer" or "sound"; nothing is migrated."""
    if not path.exists() or not path.stat().st_size:
        return "missing"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                return "damaged"
            applied = {row[0] for row in db.execute("SELECT name FROM _sqlite_migrations")}
    except sqlite3.DatabaseError:
        return "damaged"
    ours = {migration.name for migration in migrations._migrations}
    if applied - ours:
        return "newer"
    return "older" if ours - applied else "sound"
