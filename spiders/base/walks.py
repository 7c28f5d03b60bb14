"""What a service gives page by page: options of such a source, a walk over pages, a page read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from pydantic import Field
from scrapy.http import Request

from spiders.base.options import Address, Duration, Options
from spiders.base.post import Post, SetAside
from spiders.base.trouble import Remark, Trouble

Entries = Sequence[Post | SetAside | Trouble | Remark]
MOST_REPEATS = 2  # of a page's posts by the pages behind it; more, and the service has no others


class PagedOptions(Options):
    """What every source that is read page by page can be told.

    base_url: another address of the service: a mirror, a proxy, a server of one's own.
    first: how far back the very first run reads.
    overlap: how far back before what is complete posts are read again, for edits and latecomers.
    pages: the most pages of one walk; None for as many as the service gives.
    probe: a word to search for that must find a post; where it finds none, the run says so.
    """

    base_url: Address | None = None
    first: Duration = timedelta(days=1)
    overlap: Duration = timedelta(hours=1)
    pages: int | None = Field(default=None, ge=1, le=100_000)
    probe: str | None = Field(default=None, pattern=r"\S")


_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a walk came that was cut: all posts from `newest` down to `oldest` are read.

    url: of the last page that was read, from which the walk goes on. number: of that page.
    rest: further down, how far a run before that came, between which two nothing is read yet.
    """

    newest: datetime
    oldest: datetime
    url: str
    number: int
    rest: Reached | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """One stream of posts, newest first.

    name: by which it is remembered; changes when what is asked for changes.
    request: asks for its first page.
    until: the time from which on everything is known already.
    newest, oldest: of the posts of it that were read. number: of the page asked for, at `url`.
    ids: of the posts of its last page. repeats: how many pages before that had the very same.
    rows: of its last page that had any. fullest: the most that a page of it had.
    complete: up to which post's time everything was read by the runs before.
    again: ids of the posts read again of those up to there; None where a cut run's pages came in
        between, so that nobody can tell which of them are gone.
    reached: how far a cut run came, from where it goes on once it has read what came since.
    instead: asked for where the page asked for leads nowhere, or further down than `oldest`.
    """

    name: str
    request: Request
    until: datetime = _EVER
    newest: datetime | None = None
    oldest: datetime | None = None
    number: int = 1
    url: str = ""
    ids: frozenset[str] = frozenset()
    repeats: int = 0
    rows: int = 0
    fullest: int = 0
    complete: datetime | None = None
    again: frozenset[str] | None = frozenset()
    reached: Reached | None = None
    instead: Request | None = None

    def adjoins(self, times: Sequence[datetime]) -> bool:
        """Tell whether a page with posts of these times leaves no gap below what was read."""
        return bool(times) and (self.oldest is None or max(times) >= self.oldest)

    def after(self, page: Page, times: Sequence[datetime]) -> Walk:
        """Return the walk with the posts of a page noted as its last; times: those of the page."""
        ids = frozenset(entry.source_id for entry in page.entries if isinstance(entry, Post))
        same = bool(ids) and ids == self.ids
        return replace(
            self,
            newest=max(filter(None, (*times, self.newest)), default=None),
            oldest=min(filter(None, (*times, self.oldest)), default=None),
            ids=ids,
            repeats=self.repeats + 1 if same else 0,
            rows=page.rows or self.rows,
            fullest=max(page.rows, self.fullest),
            again=self._with_known(page),
            instead=None,
        )

    def _with_known(self, page: Page) -> frozenset[str] | None:
        """Return `again` with a page's posts; None where a row of it could not be read."""
        posts = [entry for entry in page.entries if isinstance(entry, Post)]
        if self.again is None or self.complete is None or len(posts) < page.rows:
            return None
        complete = self.complete
        known = (post for post in posts if post.posted_at is None or post.posted_at <= complete)
        return self.again | {post.source_id for post in known}


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer holds.

    next: asks for the page of older posts, None where this is the last.
    pinned: ids of posts that stand at the top whatever their age.
    size: how many rows the answer had, where that is not how many entries were read.
    bounded: whether its end is the walk's, as where only what is newer than `Walk.until` was asked
        for, or where the page tells by a Trouble that there is more.
    """

    entries: Entries = ()
    next: Request | None = None
    pinned: frozenset[str] = field(default_factory=frozenset)
    size: int = 0
    bounded: bool = False

    @property
    def rows(self) -> int:
        """How many rows the answer had."""
        return self.size or len(self.entries)

    @property
    def unreadable(self) -> str:
        """Why no row of the page can be read, "" where one can or there is none."""
        unread = [entry for entry in self.entries if isinstance(entry, SetAside)]
        if not unread or len(unread) < len(self.entries):
            return ""
        return f"none of {len(unread)} rows could be read: {unread[0].reason}"

    def times(self, now: datetime) -> list[datetime]:
        """Return the times of the posts that tell how far a walk has come.

        A time after `now`, of a clock that is ahead, would hide what is posted until then.
        """
        return [
            entry.posted_at
            for entry in self.entries
            if isinstance(entry, Post)
            and entry.posted_at
            and entry.posted_at <= now
            and entry.source_id not in self.pinned
        ]
