"""What a source remembers of its walks: since when it has everything, how far a cut one came."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from spiders.base.post import Bookmark, Reread
from spiders.base.source import SourceSpider
from spiders.base.walks import PagedOptions, Reached, Walk

_DEEPEST = 20  # parts of one walk between which something is still to be read


class Remembering(SourceSpider):
    """Reads and makes the bookmarks of walks.

    by_time: whether the newest posts of a walk come first.
    resumable: whether the address of a page is all that it takes to ask for that page in a later
        run, beside what the first request of its walk has.
    """

    options: PagedOptions
    by_time: ClassVar[bool] = True
    resumable: ClassVar[bool] = False

    def _until(self, walk: Walk) -> datetime:
        """Return the time from which on the posts of a walk are known."""
        now = datetime.now(UTC)
        if complete := self._complete_to(walk):
            return complete - self.options.overlap
        begun = self.bookmarks.get(f"begun {walk.name}")
        return (min(datetime.fromisoformat(begun), now) if begun else now) - self.options.first

    def _complete_to(self, walk: Walk) -> datetime | None:
        """Return up to which post's time the runs before have read everything."""
        complete = self.bookmarks.get(f"complete {walk.name}")
        return min(datetime.fromisoformat(complete), datetime.now(UTC)) if complete else None

    def _from_top(self, walk: Walk, address: str) -> Walk:
        """Return a walk that reads down to what is known, or to what a cut run began with.

        address: of the service, with a slash at its end; what was reached at another one is not
            gone on from.
        """
        value = self.bookmarks.get(f"reached {walk.name}", "") if self.resumable else ""
        reached = _reached(value)
        walk = replace(walk, complete=self._complete_to(walk))
        return self._down_to(walk, reached if reached and reached.url.startswith(address) else None)

    def _down_to(self, walk: Walk, reached: Reached | None) -> Walk:
        """Return the walk as it reads down to what was reached, or to what is known.

        A little of what was read is read again for edits, but hardly more than a page of it: else
        a run with a long overlap would come no further than the one before.
        """
        until = self._until(walk)
        if reached is None:
            return replace(walk, until=until, reached=None)
        newest = min(reached.newest, datetime.now(UTC))
        page = max(newest - reached.oldest, timedelta(0)) / reached.number
        again = min(self.options.overlap, page)
        return replace(walk, until=max(newest - again, until), reached=reached)

    def _begun(self, walk: Walk) -> Iterator[Bookmark]:
        """Yield the bookmark of a walk's very first run, from which `first` counts.

        Else a first run that fails would lose what grows older until the next one.
        """
        if not any(f"{what} {walk.name}" in self.bookmarks for what in ("complete", "begun")):
            yield Bookmark(name=f"begun {walk.name}", value=datetime.now(UTC).isoformat())

    def _came_to(self, walk: Walk) -> Iterator[Bookmark]:
        """Yield the bookmark of a walk that goes on, having read all down to its last page."""
        if self.resumable and walk.newest and walk.oldest:
            reached = Reached(walk.newest, walk.oldest, walk.url, walk.number, walk.reached)
            yield self._remembered(f"reached {walk.name}", json.dumps(_as_value(reached, _DEEPEST)))

    def _complete(self, walk: Walk) -> Iterator[Bookmark | Reread]:
        """Yield the bookmarks of a walk that has read everything back to what is known.

        Before them, what came again of the posts that it had read up to there.
        """
        if self.by_time and walk.complete and walk.again is not None:
            since = walk.until + timedelta(seconds=1)  # the store knows whole seconds
            yield Reread(walk=walk.name, since=since, until=walk.complete, ids=walk.again)
        if walk.newest:
            yield Bookmark(name=f"complete {walk.name}", value=walk.newest.isoformat())
            if self.bookmarks.get(f"reached {walk.name}"):
                yield self._remembered(f"reached {walk.name}", "")

    def _remembered(self, name: str, value: str) -> Bookmark:
        self.bookmarks[name] = value
        return Bookmark(name=name, value=value)


def _as_value(reached: Reached, deep: int) -> dict[str, Any]:
    """Return what is reached as a bookmark holds it.

    What lies deeper than so many parts is left out, and read again.
    """
    return {
        "newest": reached.newest.isoformat(),
        "oldest": reached.oldest.isoformat(),
        "url": reached.url,
        "number": reached.number,
        "rest": _as_value(reached.rest, deep - 1) if reached.rest and deep > 1 else None,
    }


def _reached(value: str) -> Reached | None:
    """Return what the value of a bookmark tells, None where it tells nothing."""
    try:
        return _from_value(json.loads(value))
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def _from_value(value: Any) -> Reached | None:
    if value is None:
        return None
    newest, oldest = (
        datetime.fromisoformat(value[of]).astimezone(UTC) for of in ("newest", "oldest")
    )
    return Reached(
        newest, oldest, str(value["url"]), max(1, int(value["number"])), _from_value(value["rest"])
    )
