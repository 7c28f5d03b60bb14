"""Stage 2: posts not yet read go in, needs with all that was read in them come out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from classifiers import pipeline
from classifiers.need import NOISE, Reading
from classifiers.updates import is_update
from monitor.store import Store
from monitor.types import StoredPost

log = logging.getLogger(__name__)

_BATCH = 500


@dataclass(frozen=True, slots=True)
class FlagCounts:
    """What a flag run did; set aside are posts that a reader failed on.

    updates: posts that may change a need told before.
    """

    read: int = 0
    needs: int = 0
    set_aside: int = 0
    updates: int = 0


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
        for posts in store.posts.unread(reader if again else None, batch=_BATCH):
            readings = [_read(post) for post in posts]
            with store.write():
                for post, (reading, error) in zip(posts, readings, strict=True):
                    store.posts.mark_read(post, reading, reader, error)
                    failed += error is not None
                    if reading.flagged and store.needs.add(post, reading) is not None:
                        needs += 1
                    updates += is_update(reading) and store.updates.keep(post, reading)
            post_count += len(posts)
            if on_progress:
                on_progress(post_count)
        outcome, message = "ok", f"{post_count} posts read, {needs} needs, {failed} set aside"
    finally:
        store.runs.end(run_id, outcome, message)
    return FlagCounts(post_count, needs, failed, updates)


def _read(post: StoredPost) -> tuple[Reading, str | None]:
    """Return the reading of a post; one that a reader fails on is noise with the error named."""
    try:
        return pipeline.read_post(post.words), None
    except Exception as error:  # a reader's defect must not stop the other posts
        log.exception("post %s of %s could not be read", post.source_id, post.source)
        return NOISE, f"{type(error).__name__}: {error}"
