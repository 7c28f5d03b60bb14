"""What a source remembers of its walks: since when it has everything, how far a cut one came."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

from spiders.pages import PagedOptions, Reached, Walk
from spiders.post import Mark
from spiders.source import SourceSpider


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

        address: of the service; what was reached at another one is not gone on from.
        """
        until = self._until(walk)
        reached = _reached(self.marks.get(f"reached {walk.name}", "")) if self.resumable else None
        if reached is None or not reached.url.startswith(f"{address}/"):
            return replace(walk, until=until)
        begun_with = min(reached.newest, datetime.now(UTC)) - self.options.overlap
        return replace(walk, until=max(begun_with, until), reached=reached)

    def _begun(self, walk: Walk) -> Iterator[Mark]:
        """Yield the mark of a walk's very first run, from which `first` counts.

        Else a first run that fails would lose what grows older until the next one.
        """
        if not any(f"{what} {walk.name}" in self.marks for what in ("complete", "begun")):
            yield Mark(name=f"begun {walk.name}", value=datetime.now(UTC).isoformat())

    def _came_to(self, walk: Walk, url: str) -> Iterator[Mark]:
        """Yield the mark of a walk that has read everything above the page at an address.

        None while it reads what came after a cut one, whose mark stands until they meet.
        """
        if self.resumable and walk.newest and not walk.reached:
            told = {"newest": walk.newest.isoformat(), "url": url, "number": walk.number}
            yield self._remembered(f"reached {walk.name}", json.dumps(told, ensure_ascii=False))

    def _complete(self, walk: Walk) -> Iterator[Mark]:
        """Yield the marks of a walk that has read everything back to what is known."""
        if walk.newest:
            yield Mark(name=f"complete {walk.name}", value=walk.newest.isoformat())
            if self.marks.get(f"reached {walk.name}"):
                yield self._remembered(f"reached {walk.name}", "")

    def _remembered(self, name: str, value: str) -> Mark:
        self.marks[name] = value
        return Mark(name=name, value=value)


def _reached(value: str) -> Reached | None:
    """Return what the value of a mark tells, None where it tells nothing."""
    try:
        told = json.loads(value)
        newest = datetime.fromisoformat(told["newest"]).astimezone(UTC)
        return Reached(newest, str(told["url"]), int(told["number"]))
    except (ValueError, LookupError, TypeError):
        return None
