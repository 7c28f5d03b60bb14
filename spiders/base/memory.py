"""What a source remembers of its walks: since when it has everything, how far a cut one came."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from spiders.base.pages import PagedOptions, Reached, Walk
from spiders.base.post import Mark
from spiders.base.source import SourceSpider

_DEEPEST = 20  # parts of one walk between which something is still to be read


class Remembering(SourceSpider):
    """Reads and makes the marks of walks.

    resumable: whether the address of a page is all that it takes to ask for that page in a later
        run, beside what the first request of its walk has.
    """

    options: PagedOptions
    resumable: ClassVar[bool] = False

    def _until(self, walk: Walk) -> datetime:
        """Return the time from which on the posts of a walk are known."""
        now = datetime.now(UTC)
        if complete := self.marks.get(f"complete {walk.name}"):
            return min(datetime.fromisoformat(complete), now) - self.options.overlap
        begun = self.marks.get(f"begun {walk.name}")
        return (min(datetime.fromisoformat(begun), now) if begun else now) - self.options.first

    def _from_top(self, walk: Walk, address: str) -> Walk:
        """Return a walk that reads down to what is known, or to what a cut run began with.

        address: of the service, with a slash at its end; what was reached at another one is not
            gone on from.
        """
        value = self.marks.get(f"reached {walk.name}", "") if self.resumable else ""
        reached = _reached(value)
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

    def _begun(self, walk: Walk) -> Iterator[Mark]:
        """Yield the mark of a walk's very first run, from which `first` counts.

        Else a first run that fails would lose what grows older until the next one.
        """
        if not any(f"{what} {walk.name}" in self.marks for what in ("complete", "begun")):
            yield Mark(name=f"begun {walk.name}", value=datetime.now(UTC).isoformat())

    def _came_to(self, walk: Walk) -> Iterator[Mark]:
        """Yield the mark of a walk that has read everything down to its last page, and goes on."""
        if self.resumable and walk.newest and walk.oldest:
            here = Reached(walk.newest, walk.oldest, walk.url, walk.number, walk.reached)
            yield self._remembered(f"reached {walk.name}", json.dumps(_told(here, _DEEPEST)))

    def _complete(self, walk: Walk) -> Iterator[Mark]:
        """Yield the marks of a walk that has read everything back to what is known."""
        if walk.newest:
            yield Mark(name=f"complete {walk.name}", value=walk.newest.isoformat())
            if self.marks.get(f"reached {walk.name}"):
                yield self._remembered(f"reached {walk.name}", "")

    def _remembered(self, name: str, value: str) -> Mark:
        self.marks[name] = value
        return Mark(name=name, value=value)


def _told(reached: Reached, deep: int) -> dict[str, Any]:
    """Return what is reached as a mark tells it; what lies deeper than so many parts is left out.

    What is left out is read again.
    """
    return {
        "newest": reached.newest.isoformat(),
        "oldest": reached.oldest.isoformat(),
        "url": reached.url,
        "number": reached.number,
        "rest": _told(reached.rest, deep - 1) if reached.rest and deep > 1 else None,
    }


def _reached(value: str) -> Reached | None:
    """Return what the value of a mark tells, None where it tells nothing."""
    try:
        return _part(json.loads(value))
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def _part(told: Any) -> Reached | None:
    if told is None:
        return None
    newest, oldest = (
        datetime.fromisoformat(told[of]).astimezone(UTC) for of in ("newest", "oldest")
    )
    return Reached(
        newest, oldest, str(told["url"]), max(1, int(told["number"])), _part(told["rest"])
    )
