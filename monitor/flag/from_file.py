"""A file of needs goes in; its posts, read elsewhere, come into the store with their needs.

Taking a file in twice changes nothing: its posts are known by then, and read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from classifiers import pipeline
from classifiers.need import Reading
from monitor.errors import DistressError
from monitor.flag import needs_file
from monitor.flag.posts import BATCH, FlagCounts, is_barred, keep

if TYPE_CHECKING:
    from monitor.store import Store


def flag_from(
    store: Store,
    file: Path,
    *,
    source: str,
    again: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> FlagCounts:
    """Take the posts of a file of needs into the store, with what was read in them elsewhere.

    source: whose posts they are. again: where other readers have read them, take them in unread;
    else take what is read of them also where earlier readers have read them here.
    on_progress: called with the number of rows taken so far.
    Raises DistressError where the file is not one of needs, or of other readers and not `again`.
    """
    reader = pipeline.version()
    is_read = _check_readers(file, reader, again=again)
    store.runs.close_stale("flag", source)
    run_id = store.runs.start("flag", source)
    outcome, message = "cut short", "stopped by an error"
    counts = FlagCounts()
    new = known = rows = 0
    try:
        for batch in needs_file.read(file, BATCH):
            read = [(one.post, one.reading) for one in batch if one.post and one.reading]
            problems = [one.problem for one in batch if one.problem]
            with store.write():
                saved = store.posts.save(source, [post for post, _ in read], run_id=run_id)
                for problem in problems:
                    store.posts.set_aside(source, problem, run_id=run_id)
                readings = {
                    post_id: reading
                    for post_id, (_, reading) in zip(saved.ids, read, strict=True)
                    if post_id is not None
                }
                taken = FlagCounts(set_aside=len(problems))
                if is_read:
                    taken = taken.and_of(_keep_unread(store, readings, reader, again=again))
                new, known = new + saved.new, known + saved.known + saved.edited
                counts = counts.and_of(taken)
                store.runs.progress(
                    run_id,
                    pages=0,
                    new=new,
                    known=known,
                    set_aside=counts.set_aside,
                    newest_post_at=None,
                )
            rows += len(batch)
            if on_progress:
                on_progress(rows)
        outcome, message = "ok", f"{new} new posts from a file, {counts.needs} needs"
    finally:
        store.runs.end(run_id, outcome, message)
    return counts


def _check_readers(file: Path, reader: str, *, again: bool) -> bool:
    """Return whether these readers have read a file; raise DistressError where it is of no use."""
    theirs = needs_file.readers_of(file)
    if theirs != reader and not again:
        raise DistressError(
            f"{file} was read by the readers {theirs}, and these are {reader}. Read its archives "
            f"anew: distress classify --out {file} FILE…, or only the posts in it: "
            f"distress flag --from {file} --again"
        )
    return theirs == reader


def _keep_unread(
    store: Store, readings: Mapping[int, Reading], reader: str, *, again: bool
) -> FlagCounts:
    """Write what was read in posts of which the store has no reading, or with `again` an older."""
    unread = store.posts.unread_of(list(readings), reader if again else None)
    read = needs = updates = 0
    for post in store.posts.get(sorted(unread)):
        if is_barred(store, post, readings[post.id]):
            continue
        is_need, tells_change = keep(store, post, readings[post.id], None, reader)
        read += 1
        needs += is_need
        updates += tells_change
    return FlagCounts(read, needs, updates=updates)
