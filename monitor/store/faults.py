"""What SQLite says of a store that cannot be used: its error in, one line with the way out."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from monitor.errors import StoreError

_KEPT = "What was written before stands"
_FULL = (
    "the disk or quota of the store {path} is full. {kept}; make room, then give the same command "
    "again"
)
_READ_ONLY = (
    "the store {path} may not be written by this user. Let this user write the file and its "
    "folder, in which SQLite keeps two more files: chmod u+w, or chown"
)
_DAMAGED = (
    "the store {path} is damaged. Put back the last backup: distress restore, which keeps this one "
    'aside; or save what can be read: sqlite3 {path} ".recover" | sqlite3 saved.db'
)
_NO_STORE = (
    "cannot open the store {path}: {error}. Name another file under [store] path in "
    "distress.toml, or move this one away"
)
_DISK = (
    "the disk of the store {path} answers with errors ({error}). {kept}; look at the disk and at "
    "the system's log, then give the same command again"
)
_SIGNS = (
    ("is full", _FULL),
    ("readonly", _READ_ONLY),
    ("malformed", _DAMAGED),
    ("not a database", _NO_STORE),
    ("disk i/o", _DISK),
    ("unable to open", _NO_STORE),
)


def fault_of(error: sqlite3.Error, path: Path) -> StoreError:
    """Return the error for people that an error of SQLite is."""
    words = str(error)
    said = next((said for sign, said in _SIGNS if sign in words.lower()), _NO_STORE)
    return StoreError(said.format(path=path, error=words, kept=_KEPT))


def is_fault(error: BaseException) -> bool:
    """Tell whether an error says something of the store's file, and is no mistake of ours."""
    words = str(error).lower()
    return isinstance(error, sqlite3.DatabaseError) and any(sign in words for sign, _ in _SIGNS)


def damaged(path: Path) -> StoreError:
    """Return the error of a store whose pages do not hang together."""
    return StoreError(_DAMAGED.format(path=path))
