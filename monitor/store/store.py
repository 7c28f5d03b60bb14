"""One object for the whole store; each table family is an attribute."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from monitor.store.answers import Answers
from monitor.store.callbacks import Callbacks
from monitor.store.cases import Cases
from monitor.store.connection import WRITE_WAIT, Connection
from monitor.store.desk import Desk
from monitor.store.history import History
from monitor.store.marks import Marks
from monitor.store.needs import Needs
from monitor.store.posts import Posts
from monitor.store.requests import Requests
from monitor.store.runs import Runs
from monitor.store.suggestions import Suggestions
from monitor.store.supplies import Supplies


class Store:
    """The store in the file `path`, made and migrated where needed.

    write_wait: seconds to wait for another process that writes, before StoreBusyError.
    """

    def __init__(self, path: Path, *, write_wait: float = WRITE_WAIT) -> None:
        self.connection = Connection(path, write_wait=write_wait)
        self.path = path
        self.runs = Runs(self.connection)
        self.requests = Requests(self.connection)
        self.answers = Answers(self.connection)
        self.posts = Posts(self.connection)
        self.needs = Needs(self.connection)
        self.cases = Cases(self.connection)
        self.suggestions = Suggestions(self.connection)
        self.callbacks = Callbacks(self.connection)
        self.marks = Marks(self.connection)
        self.history = History(self.connection)
        self.supplies = Supplies(self.connection)
        self.desk = Desk(self.connection)

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

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
