"""Open the store's file and write to it one process at a time; readers never wait."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from monitor.errors import StoreBusyError, StoreError
from monitor.files import make_file, make_folder
from monitor.store.faults import fault_of
from monitor.store.migrations import migrations

log = logging.getLogger(__name__)

WRITE_WAIT = 60.0  # seconds; a batch takes well under one
_SAY_AFTER = 2.0


class Connection:
    """A connection to one store file, migrated at open.

    create: whether a missing store is made. Raises StoreError where the file is missing, not an
    SQLite database or comes from a newer release.
    """

    def __init__(self, path: Path, *, write_wait: float = WRITE_WAIT, create: bool = True) -> None:
        self.path = path
        self.write_wait = write_wait
        try:
            if create:
                make_folder(path.parent)
                make_file(path)
            elif not path.exists() or not path.stat().st_size:
                raise StoreError(
                    f"there is no store {path.absolute()}. Look at [store] path in distress.toml, "
                    "put a backup there, or begin one: distress crawl"
                )
            raw = sqlite3.connect(
                str(path), timeout=min(write_wait, _SAY_AFTER), check_same_thread=False
            )
        except OSError as error:
            raise StoreError(
                f"cannot open the store {path}: {error.strerror}. Name another file under [store] "
                "path in distress.toml, or let this user write there"
            ) from error
        except sqlite3.DatabaseError as error:
            raise fault_of(error, path) from error
        raw.row_factory = sqlite3.Row
        self.db = Database(raw)
        try:
            self._set_up()
        except sqlite3.DatabaseError as error:
            raw.close()
            raise fault_of(error, path) from error
        except BaseException:
            raw.close()
            raise

    def _set_up(self) -> None:
        raw = self.db.conn
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA synchronous = NORMAL")
        # What is deleted is overwritten: a page of the file holds nothing that its rows do not.
        raw.execute("PRAGMA secure_delete = ON")
        for attempt in range(100):
            try:
                raw.execute("PRAGMA journal_mode = WAL")
                break
            except sqlite3.OperationalError as error:
                # Two processes that open a new file at once meet here.
                if "locked" not in str(error) or attempt == 99:
                    raise
                time.sleep(0.05)
        if migrations.pending(self.db):
            with self.write():
                migrations.apply(self.db)
        applied_names = {migration.name for migration in migrations.applied(self.db)}
        our_names = {migration.name for migration in migrations._migrations}
        if not applied_names <= our_names:
            raise StoreError(
                f"the store {self.path} was written by a newer release "
                f"(migrations {', '.join(sorted(applied_names - our_names))}). "
                "Upgrade this installation, or put back a backup of before: distress restore"
            )

    @contextmanager
    def read(self) -> Iterator[Database]:
        """Read one state of the store, whatever others write meanwhile; nobody waits for it.

        Raises sqlite3.OperationalError where something is written inside. Within a transaction it
        is part of that.
        """
        raw = self.db.conn
        if raw.in_transaction:
            yield self.db
            return
        raw.execute("BEGIN")
        raw.execute("PRAGMA query_only = ON")
        try:
            yield self.db
        finally:
            raw.execute("PRAGMA query_only = OFF")
            raw.execute("COMMIT")

    @contextmanager
    def write(self) -> Iterator[Database]:
        """Hold the write lock for one transaction; nested calls join the outer one.

        Raises StoreBusyError when another process holds the lock longer than `write_wait` seconds.
        """
        raw = self.db.conn
        if raw.in_transaction:
            yield self.db
            return
        self._begin(raw)
        try:
            yield self.db
            raw.execute("COMMIT")
        except BaseException:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            raise

    def _begin(self, raw: sqlite3.Connection) -> None:
        start = time.monotonic()
        has_warned = False
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) and "busy" not in str(error):
                    raise
                wait = time.monotonic() - start
                if wait > self.write_wait:
                    raise StoreBusyError(
                        f"another process has been writing to {self.path} for over "
                        f"{self.write_wait:.0f} s. Wait for it to end, or stop it "
                        "(distress status names the run), then try again"
                    ) from error
                if wait > _SAY_AFTER and not has_warned:
                    log.warning("waiting for another process that writes to %s", self.path)
                    has_warned = True
                time.sleep(0.05)

    def is_sound(self) -> bool:
        """Tell whether the pages of the file hang together, so far as SQLite can tell."""
        try:
            return str(self.db.execute("PRAGMA quick_check(1)").fetchone()[0]) == "ok"
        except sqlite3.DatabaseError:
            return False

    def cut_log(self, *, wait: float = 10.0) -> bool:
        """Write what stands in the log of writes into the file, and cut the log to nothing.

        Returns False where another process still reads older pages, `wait` seconds long.
        """
        until = time.monotonic() + wait
        while self.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > until:
                return False
            time.sleep(0.1)
        return True

    def close(self) -> None:
        """Close the file."""
        self.db.close()


def id_of(cursor: sqlite3.Cursor) -> int:
    """Return the id of the row that an INSERT made; raises ValueError where it made none."""
    if cursor.lastrowid is None:
        raise ValueError("the statement made no row")
    return cursor.lastrowid
