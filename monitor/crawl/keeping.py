"""What a crawl found is kept: a part goes in, its posts and marks are in the store at once.

A part is kept whole or not at all, so that no mark says more than there is. Its run's counts come
along, and with the last part how the run ended. Who kept it, this machine or another, is the same.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.crawl.endings import outcome_of
from monitor.errors import DistressError
from monitor.store import Store
from monitor.store.faults import fault_of, is_fault
from spiders.base.post import Bookmark, Post, Reread, SetAside
from spiders.base.trouble import Trouble

Item = Post | SetAside | Bookmark | Reread


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What is told of a run at its end.

    answered: of the troubles a few with what the service answered, the one to be seen first last.
    """

    troubles: tuple[Trouble, ...] = ()
    answered: tuple[Trouble, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPart:
    """What is kept together, in order; a mark stands behind every post that it counts on.

    pages: answers that were read since the part before. ending: of the last part only.
    """

    items: tuple[Item, ...] = ()
    pages: int = 0
    ending: Ending | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTally:
    """What a run's parts came to so far; known: without those whose words were edited."""

    pages: int = 0
    new: int = 0
    known: int = 0
    edited: int = 0
    set_aside: int = 0
    shared: int = 0
    newest: datetime | None = None


class Keeper:
    """Keeps the parts of one run in the store; tally: what was kept of it before."""

    def __init__(
        self, store: Store, source: str, run_id: int, *, tally: RunTally | None = None
    ) -> None:
        self._store = store
        self._source = source
        self._run_id = run_id
        self.tally = tally or RunTally()

    def keep(self, part: RunPart) -> None:
        """Keep a part in one transaction."""
        with self._store.write():
            tally = self._write(part)
            if part.ending:
                self._end(part.ending, tally)
        # Only now is it in the store: a full disk shows when the transaction ends.
        self.tally = tally

    def fault(self, error: Exception) -> DistressError | None:
        """Return what SQLite says of the store's file; None for any other error."""
        if isinstance(error, sqlite3.Error) and is_fault(error):
            return fault_of(error, self._store.path)
        return None

    def _write(self, part: RunPart) -> RunTally:
        before, posts = self.tally, [item for item in part.items if isinstance(item, Post)]
        saved = self._store.posts.save(self._source, posts, run_id=self._run_id)
        set_aside = before.set_aside
        for item in part.items:
            if isinstance(item, SetAside):
                self._store.posts.set_aside(self._source, item, run_id=self._run_id)
                set_aside += 1
            elif isinstance(item, Reread):
                self._store.posts.mark_gone(self._source, item)
            elif isinstance(item, Bookmark):
                self._store.posts.remember(self._source, item.name, item.value)
        times = [post.posted_at for post in posts if post.posted_at]
        tally = replace(
            before,
            pages=before.pages + part.pages,
            new=before.new + saved.new,
            known=before.known + saved.known,
            edited=before.edited + saved.edited,
            set_aside=set_aside,
            shared=before.shared + saved.shared,
            newest=max([*times, before.newest] if before.newest else times, default=None),
        )
        self._store.runs.progress(
            self._run_id,
            pages=tally.pages,
            new=tally.new,
            known=tally.known + tally.edited,
            set_aside=tally.set_aside,
            newest_post_at=tally.newest,
        )
        return tally

    def _end(self, ending: Ending, tally: RunTally) -> None:
        for trouble in ending.answered:
            self._store.answers.keep(self._source, trouble, run_id=self._run_id)
        outcome, message = outcome_of(
            ending.troubles,
            read=tally.new + tally.known + tally.edited,
            changes=tally.new + tally.edited,
            set_aside=tally.set_aside,
            shared=tally.shared,
            remarks=ending.remarks,
        )
        self._store.runs.end(self._run_id, outcome, message)
