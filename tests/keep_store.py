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
