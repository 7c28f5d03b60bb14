"""Stage 2: posts not yet read go in, needs with all that was read in them come out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifiers import pipeline
from classifiers.need import Reading
from classifiers.stored import read_stored, unreadable
from classifiers.updates import is_update
from monitor.types import KnownContact, StoredPost

if TYPE_CHECKING:
    from monitor.store import Store

log = logging.getLogger(__name__)

BATCH = 500


@dataclass(frozen=True, slots=True)
class FlagCounts:
    """What a flag run did; set aside are posts that a reader failed on.

    updates: posts that may change a need told before.
    """

    read: int = 0
    needs: int = 0
    set_aside: int = 0
    updates: int = 0

    def and_of(self, other: FlagCounts) -> FlagCounts:
        """Return the counts of both."""
        return FlagCounts(
            self.read + other.read,
            self.needs + other.needs,
            self.set_aside + other.set_aside,
            self.updates + other.updates,
        )


def version() -> str:
    """Return the version of the readers that would read now."""
    return pipeline.version()


def readers() -> list[str]:
    """Return the fields that are read, in working order."""
    return pipeline.fields()


def flag(
    store: Store, *, again: bool = False, on_progress: Callable[[int], None] | None = None
) -> FlagCounts:
    """Read every unread post; write a need for each request, and keep what may change a need.

    again: read also posts that only an earlier version of the readers has read.
    on_progress: called with the number of posts read so far.
    """
    reader = pipeline.version()
    store.runs.close_stale("flag", None)
    run_id = store.runs.start("flag")
    post_count = needs = failed = updates = 0
    outcome, message = "cut short", "stopped by an error"
    try:
        for posts in store.posts.unread(reader if again else None, batch=BATCH):
            readings = [_read(post) for post in posts]
            with store.write():
                gone = store.posts.forgotten(post.id for post in posts)  # while they were read
                for post, (reading, error) in zip(posts, readings, strict=True):
                    if post.id in gone or is_barred(store, post, reading):
                        continue
                    is_need, tells_change = keep(store, post, reading, error, reader)
                    failed += error is not None
                    needs += is_need
                    updates += tells_change
            post_count += len(posts)
            if on_progress:
                on_progress(post_count)
        outcome, message = "ok", f"{post_count} posts read, {needs} needs, {failed} set aside"
    finally:
        store.runs.end(run_id, outcome, message)
    return FlagCounts(post_count, needs, failed, updates)


def flag_these(store: Store, post_ids: Sequence[int]) -> None:
    """Read these posts at once, apart from a run: somebody waits for what becomes of them."""
    reader = pipeline.version()
    posts = store.posts.get(post_ids)
    readings = [_read(post) for post in posts]
    with store.write():
        for post, (reading, error) in zip(posts, readings, strict=True):
            keep(store, post, reading, error, reader)


def keep(
    store: Store, post: StoredPost, reading: Reading, error: str | None, reader: str
) -> tuple[bool, bool]:
    """Write what was read in a post; return whether a need came of it, and an update."""
    store.posts.mark_read(post, reading, reader, error)
    is_need = reading.flagged and store.needs.add(post, reading) is not None
    return is_need, is_update(reading) and store.updates.keep(post, reading)


def is_barred(store: Store, post: StoredPost, reading: Reading) -> bool:
    """Tell whether a post gives a number that was forgotten, as only its area shows; it goes."""
    contacts = (KnownContact(kind=one.kind, value=one.dialled) for one in reading.contacts)
    if not any(map(store.tombstones.bars_contact, contacts)):
        return False
    store.forgetting.wipe([post.id], whole=True)
    return True


def _read(post: StoredPost) -> tuple[Reading, str | None]:
    """Return the reading of a post; one that a reader fails on is noise with the error named.

    What a person told by another door stays a need.
    """
    try:
        return read_stored(post.source, post.words, post.author), None
    except Exception as error:  # a reader's defect must not stop the other posts
        log.exception("post %s of %s could not be read", post.source_id, post.source)
        return unreadable(post.source), f"{type(error).__name__}: {error}"
