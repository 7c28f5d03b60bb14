"""One object for the whole store; each table family is an attribute."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from monitor.errors import DistressError
from monitor.store.answers import Answers
from monitor.store.audit import Audit
from monitor.store.callbacks import Callbacks
from monitor.store.campaigns import Campaigns
from monitor.store.cases import Cases
from monitor.store.connection import WRITE_WAIT, Connection
from monitor.store.desk import Desk
from monitor.store.exports import Exports
from monitor.store.faults import damaged, fault_of, is_fault
from monitor.store.forgetting import Forgetting
from monitor.store.history import History
from monitor.store.imports import Imports
from monitor.store.leases import Leases
from monitor.store.lookups import are_current, note_lookups
from monitor.store.marks import Marks
from monitor.store.needs import Needs
from monitor.store.outbox import Outbox
from monitor.store.pictures import Pictures
from monitor.store.posts import Posts
from monitor.store.reports import Reports
from monitor.store.requests import Requests
from monitor.store.runs import Runs
from monitor.store.search import Search
from monitor.store.suggestions import Suggestions
from monitor.store.supplies import Supplies
from monitor.store.tombstones import Tombstones
from monitor.store.updates import Updates

_LARGE = 64 * 1024 * 1024  # bytes; fewer are looked through in a tenth of a second


class Store:
    """The store in the file `path`, migrated where needed.

    write_wait: seconds to wait for another process that writes, before StoreBusyError.
    create: whether it is made where there is none; else StoreError.
    In a `with` block what SQLite says of a full disk, a damaged page and the like, and what is
    read amiss because of damage, is raised as a StoreError that names the way out.
    """

    def __init__(self, path: Path, *, write_wait: float = WRITE_WAIT, create: bool = True) -> None:
        self.connection = Connection(path, write_wait=write_wait, create=create)
        self.path = path
        self.runs = Runs(self.connection)
        self.leases = Leases(self.connection)
        self.requests = Requests(self.connection)
        self.tombstones = Tombstones(self.connection)
        self.answers = Answers(self.connection, self.tombstones)
        self.posts = Posts(self.connection, self.tombstones)
        self.imports = Imports(self.connection)
        self.pictures = Pictures(self.connection, path.with_suffix(".pictures"))
        self.needs = Needs(self.connection)
        self.cases = Cases(self.connection)
        self.suggestions = Suggestions(self.connection)
        self.updates = Updates(self.connection)
        self.callbacks = Callbacks(self.connection, self.tombstones)
        self.marks = Marks(self.connection, self.tombstones)
        self.history = History(self.connection)
        self.supplies = Supplies(self.connection)
        self.desk = Desk(self.connection)
        self.campaigns = Campaigns(self.connection)
        self.audit = Audit(self.connection)
        self.forgetting = Forgetting(self.connection, self.tombstones)
        self.search = Search(self.connection)
        self.reports = Reports(self.connection)
        self.exports = Exports(self.connection)
        self.outbox = Outbox(self.connection)

    @contextmanager
    def write(self) -> Iterator[None]:
        """Make everything written inside one transaction."""
        with self.connection.write():
            yield

    @contextmanager
    def read(self) -> Iterator[None]:
        """Read one state of the store inside; nobody waits for it, and nothing can be written."""
        with self.connection.read():
            yield

    def explain(self, zone: ZoneInfo) -> None:
        """Have the views show times of this zone, and what codes mean by now.

        Nothing is written where that stands; nobody waits for another process that writes.
        """
        db = self.connection.db
        if not are_current(db, zone):
            with self.write():
                note_lookups(db, zone)

    def examine(self, *, large: bool = True) -> None:
        """Raise StoreError where the file is damaged; takes seconds for each gigabyte.

        large: whether a file that takes so long is looked through, too.
        """
        if not large and self.path.stat().st_size > _LARGE:
            return
        if not self.connection.is_sound():
            raise damaged(self.path)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: object, error: BaseException | None, _where: TracebackType | None
    ) -> None:
        try:
            if isinstance(error, sqlite3.Error) and is_fault(error):
                raise fault_of(error, self.path) from error
            if isinstance(error, Exception) and not isinstance(error, DistressError):
                self._examine_after(error)
        finally:
            self.close()

    def _examine_after(self, error: Exception) -> None:
        """Raise StoreError where damage may be why something else went wrong."""
        try:
            self.examine()
        except DistressError as fault:
            raise fault from error
