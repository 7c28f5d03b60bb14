"""A desk whose sources are crawled by workers, and what its store holds meanwhile."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from served import Served

from monitor.settings import Settings, load
from monitor.store import Store
from monitor.types import Run
from monitor.work import desk_side
from monitor.work.queue import Queue


class Desk:
    """The desk's folder, and beside it the one of its workers."""

    def __init__(self, folder: Path, address: str) -> None:
        self.address = address
        self._marks: dict[str, datetime] = {}
        self.folder = folder / "desk"
        self.workers = folder / "workers" / "distress.toml"
        for path in (self.folder, self.workers.parent):
            path.mkdir()
        self.workers.write_text(f'crawl.queue = "{address}"\n', "utf-8")

    def write(self, *tables: str, more: str = "") -> Settings:
        """Write the desk's settings and load them."""
        file = self.folder / "distress.toml"
        lines = (f'[crawl]\nqueue = "{self.address}"\nretries = 1\n{more}', *tables)
        file.write_text("\n".join(lines), "utf-8")
        Store(self.folder / "distress.db").close()
        return load(file)

    @property
    def settings(self) -> Settings:
        """The settings as they were written."""
        return load(self.folder / "distress.toml")

    def queue(self) -> Queue:
        """Connect to the queue."""
        return Queue(self.settings.crawl)

    def give(self) -> list[str]:
        """Give every source to the workers, as `distress run` does; return what it tells."""
        return [desk_side.give_due(self.settings, source) for source in self.settings.sources]

    def take(self) -> list[Run]:
        """Take in what waits; return the runs that ended."""
        return desk_side.take_waiting(self.settings)

    def work_until(self, is_so: Callable[[], bool]) -> list[Run]:
        """Take in what comes until something is so; return the runs that ended meanwhile."""
        settings, queue, ended = self.settings, self.queue(), []
        deadline = time.monotonic() + 240
        with Store(self.folder / "distress.db") as store:
            while True:
                for run_id in desk_side.take(store, queue, settings.zone):
                    ended.append(store.runs.get(run_id))
                if is_so():
                    return ended
                assert time.monotonic() < deadline, "it did not come to that"
                time.sleep(0.1)

    def open_runs(self) -> int:
        """Return how many runs have not ended."""
        with closing(sqlite3.connect(self.folder / "distress.db")) as db:
            found = db.execute("SELECT count(*) FROM runs WHERE ended_at IS NULL").fetchone()
        return int(found[0])

    def posts(self) -> dict[str, set[str]]:
        """Return the last part of the id of every post, by source; raises where one is twice."""
        with closing(sqlite3.connect(self.folder / "distress.db")) as db:
            rows = db.execute("SELECT source, source_id FROM posts").fetchall()
        ids: dict[str, set[str]] = {}
        for source, source_id in rows:
            post = source_id.split(":")[-1].split("/")[-1]
            assert post not in ids.setdefault(source, set()), f"{post} of {source} is there twice"
            ids[source].add(post)
        return ids

    def check_marks(self, served: dict[str, Sequence[Served]]) -> dict[str, datetime]:
        """Assert that up to each mark every post served is there; return the marks by source."""
        with closing(sqlite3.connect(self.folder / "distress.db")) as db:
            rows = db.execute("SELECT source, value FROM marks WHERE name LIKE 'complete %'")
            marks = {source: datetime.fromisoformat(value) for source, value in rows}
        if marks == self._marks:
            return marks
        posts, self._marks = self.posts(), marks
        for source, until in marks.items():
            below = {post.id for post in served[source] if post.posted_at <= until}
            assert below <= posts.get(source, set()), f"{source} is not complete up to {until}"
        return marks
