"""Spiders that walk pages: options and bookmarks go in, requests and posts of pages come out.

A walk is one stream of posts that a service gives page by page, the newest first: a keyword, a
hashtag, a person. A source remembers for each walk up to which post's time it has everything, so
a late or failed run catches up, and a little further back is read again for edits. Where a run is
cut on its way back, the next one goes on from there once it has read what came since.
"""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from inspect import isawaitable
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from scrapy.http import Request, Response
from twisted.python.failure import Failure

from spiders.base.memory import Remembering
from spiders.base.post import Post
from spiders.base.reading import json_from
from spiders.base.trouble import AnswerError, Trouble, at, readable
from spiders.base.walks import MOST_REPEATS, Entries, Page, PagedOptions, Reached, Walk

_NOTED = {
    "depth", "download_latency", "download_slot", "download_timeout", "retry_times",
    "redirect_times", "redirect_ttl", "redirect_urls", "redirect_reasons", "troubles",
}  # fmt: skip


class PagedSpider(Remembering):
    """Walks pages from the newest post back to what is known.

    A subclass gives its `home`, its `walks` and reads a `page`; it raises AnswerError where an
    answer is not what was asked for.

    home: the service's address where base_url names no other.
    accepts: the kinds of answer that it asks for; None for those of a browser.
    most_pages: the most that the service gives of one walk, None where there is no limit.
    full: how many rows make a page full, behind which an empty one is no end.
    """

    Options: ClassVar[type[PagedOptions]] = PagedOptions
    options: PagedOptions
    home: ClassVar[str] = ""
    accepts: ClassVar[str | None] = None
    most_pages: ClassVar[int | None] = None
    full: ClassVar[int] = 20

    def walks(self) -> Iterable[Walk]:
        """Yield the walks that the options ask for."""
        raise NotImplementedError

    def page(self, response: Response, walk: Walk) -> Page | Awaitable[Page]:
        """Read an answer, awaiting more with `fetch`; raises AnswerError where it is another."""
        raise NotImplementedError

    def probe_walk(self, word: str) -> Walk | None:
        """Return the walk of a search for `word`, None where the service has no search."""
        return None

    def older(self, walk: Walk, oldest: datetime) -> Walk | None:
        """Return a walk over what is older than `oldest`, for services that end every walk early.

        None where the service cannot be asked for older posts.
        """
        return None

    @property
    def address(self) -> str:
        """The address of the service, without a slash at its end."""
        return self.options.base_url or self.home

    def ask(self, path: str, query: Mapping[str, object] | None = None, **kw: Any) -> Request:
        """Return a request to a path of the service; None in the query is left out."""
        parameters = {key: value for key, value in (query or {}).items() if value is not None}
        search = f"?{urlencode(parameters, quote_via=quote)}" if parameters else ""
        request = Request(self.address + path + search, dont_filter=True, **kw)
        if self.accepts:
            request.headers.setdefault("Accept", self.accepts)
        return request

    async def fetch(self, request: Request) -> Response:
        """Return the answer to one more request; raises AnswerError where there is none.

        Its trouble is told to the caller alone, who may do without the answer: what watches the
        answers puts it into `meta["troubles"]`.
        """
        troubles: list[Trouble] = []
        request = request.replace(meta={**request.meta, "troubles": troubles})
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            if not troubles:
                raise AnswerError(
                    "unreachable", at(f"no answer came: {error}", request.url)
                ) from error
            raise AnswerError.of(troubles[-1]) from error
        if troubles:
            raise AnswerError.of(troubles[-1])
        return response

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the probe, then for the first page of every walk."""
        try:
            if self.options.probe:
                yield self._probe(self.options.probe)
            for walk in self.walks():
                for bookmark in self._begun(walk):
                    yield bookmark
                yield self._request(self._from_top(walk, self.ask("/").url), walk.request)
        except AnswerError as error:
            yield Trouble(outcome=error.outcome, message=str(error))

    async def parse(self, response: Response, walk: Walk) -> AsyncIterator[Any]:
        """Yield the posts of a page, then ask for the next or remember that all is read."""
        entries, page = await self._read(response, walk)
        times = page.times(datetime.now(UTC)) if page else []
        if walk.instead and (response.meta.get("troubles") or not walk.adjoins(times)):
            yield walk.instead
            return
        for entry in entries:
            yield replace(entry, walk=walk.name) if isinstance(entry, Post) else entry
        if page is None:
            return
        walk = walk.after(page, times)
        for next_one in self._go_on(walk, page, times):
            yield next_one

    async def parse_probe(self, response: Response, walk: Walk) -> AsyncIterator[Any]:
        """Yield the posts that the probe found, or that it found none; nothing is remembered."""
        entries, page = await self._read(response, walk)
        for entry in entries:
            yield entry
        if page is not None and not any(isinstance(entry, Post) for entry in entries):
            message = f'the probe "{self.options.probe}" found nothing: {readable(response.url)}'
            yield Trouble(outcome="changed", message=message, answer=_kept(response))

    def _probe(self, word: str) -> Request | Trouble:
        """Return the request of the probe, or why it cannot be asked."""
        try:
            walk = self.probe_walk(word)
        except AnswerError as error:
            return Trouble(outcome=error.outcome, message=f'the probe "{word}": {error}')
        if walk is None:
            hint = f"{self.name} has no search; take `probe` out of its settings"
            return Trouble(outcome="changed", message=f'the probe "{word}" cannot be asked: {hint}')
        return walk.request.replace(
            callback=self.parse_probe, cb_kwargs={"walk": walk}, dont_filter=True
        )

    async def _read(self, response: Response, walk: Walk) -> tuple[Entries, Page | None]:
        """Return what an answer holds, and its page; None where the walk cannot go on from it."""
        try:
            read = self.page(response, walk)
            page = await read if isawaitable(read) else read
        except AnswerError as error:
            return [_trouble(error.outcome, response, str(error), error.answer)], None
        except Exception as error:  # what a spider stumbles over is an answer of another shape
            return [_trouble("changed", response, _of_another_shape(error))], None
        if reason := page.unreadable:
            return [*page.entries, _trouble("changed", response, reason)], None
        return page.entries, page

    def _go_on(self, walk: Walk, page: Page, times: Sequence[datetime]) -> Iterator[Any]:
        """Yield the next request, or the bookmarks where everything back to `until` is read."""
        caught_up = bool(times) and max(times) < walk.until
        if page.next is not None and not caught_up and walk.repeats >= MOST_REPEATS:
            yield Trouble(
                outcome="cut short",
                message=f"{walk.name}: the service gives the same {len(walk.ids)} posts again and "
                "again, and none that are older",
            )
            return
        if page.next is not None and not caught_up:
            most = min(filter(None, (self.options.pages, self.most_pages)), default=None)
            if most is None or walk.number < most:
                yield from self._came_to(walk)
                yield self._request(replace(walk, number=walk.number + 1), page.next)
                return
            older = self.older(walk, min(times)) if times else None
            if older:
                yield from self._came_to(walk)
                walk = replace(walk, request=older.request, number=older.number)
                yield self._request(walk, older.request)
                return
            yield Trouble(
                outcome="cut short",
                message=f"{walk.name}: {most} pages reach back only to "
                f"{_at(min(times, default=None))}, not to {_at(walk.until)}. Run the source more "
                "often, or narrow what it asks",
            )
            capped = True
        else:
            capped = False
        lack = "" if caught_up or capped or page.bounded else self._lack(walk, page)
        if lack:
            yield Trouble(outcome="cut short", message=f"{walk.name}: {lack}")
        if walk.reached:
            onward = page.next if caught_up else None
            yield from self._resume(walk, walk.reached, onward, joined=caught_up or capped)
        elif not lack:
            yield from self._complete(walk)

    def _lack(self, walk: Walk, page: Page) -> str:
        """Return why the end of a walk's pages is not the end of its posts, "" where it may be.

        That nothing comes is no proof that nothing is there.
        """
        if not self.by_time or (walk.oldest and walk.oldest < walk.until):
            return ""
        known = walk.reached.newest if walk.reached else walk.complete
        if known and (walk.oldest is None or walk.oldest > known):
            return (
                f"its pages end at {_at(walk.oldest)}, before the posts of {_at(known)} that are "
                "known: the service gives only a part, or those are gone there. The next run "
                "reads it again"
            )
        if not page.rows and walk.rows >= max(walk.fullest, self.full):
            return (
                f"behind a full page of {walk.rows} posts, down to {_at(walk.oldest)}, the service "
                "gives nothing: it may show only the newest. The next run reads it again"
            )
        return ""

    def _resume(
        self, walk: Walk, reached: Reached, onward: Request | None, joined: bool
    ) -> Iterator[Any]:
        """Yield the request for what a cut run had reached.

        onward: asks for the next page of this walk, which goes on from there (without it, begins
            anew) where the other leads nowhere any more; that is then no trouble of the run.
        joined: whether this walk came down to there. Where its pages ended before, the service
            did not show all of it, and the next run reads it again.
        """
        if onward:
            below = self._down_to(walk, reached.rest)
            instead = self._request(replace(below, number=walk.number + 1), onward)
        else:
            top = next(one for one in self.walks() if one.name == walk.name)
            instead = self._request(self._down_to(top, None), top.request)
        newest = max(walk.newest or reached.newest, reached.newest) if joined else reached.newest
        there = walk.request.replace(url=reached.url)
        walk = replace(
            self._down_to(walk, reached.rest),
            request=there,
            newest=newest,
            oldest=reached.oldest,
            number=reached.number,
            url=reached.url,
            ids=frozenset(),
            again=None,
            instead=instead,
        )
        request = self._request(walk, there).replace(errback=self._lead_nowhere)
        request.meta["troubles"] = []
        yield from self._came_to(walk)
        yield request

    def _lead_nowhere(self, failure: Failure) -> Iterator[Any]:
        yield failure.request.cb_kwargs["walk"].instead  # type: ignore[attr-defined] # Scrapy's

    def _request(self, walk: Walk, request: Request) -> Request:
        # A request made from an answered one must not carry on what Scrapy noted of that one.
        meta = {name: value for name, value in request.meta.items() if name not in _NOTED}
        return request.replace(
            callback=self.parse,
            cb_kwargs={"walk": replace(walk, url=request.url)},
            meta=meta,
            dont_filter=True,
        )


def json_of(response: Response) -> Any:
    """Return the JSON of an answer; raises AnswerError where it is a page of HTML or broken."""
    try:
        return json_from(response.body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        if response.body.lstrip()[:1] == b"<":
            raise AnswerError("blocked", "a web page came instead of data") from None
        raise AnswerError("changed", f"the answer is not JSON: {error}") from None


def _of_another_shape(error: Exception) -> str:
    """Return what an answer is that a spider stumbled over, in words for people."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"the answer has another shape than ever before ({type(error).__name__}{place})"


def _trouble(outcome: Any, response: Response, message: str, answer: bytes = b"") -> Trouble:
    """Return the trouble of an answer, which is kept unless its request says it is private.

    answer: of another request that the page needed, where that one failed.
    """
    message = at(message, response.url)
    return Trouble(outcome=outcome, message=message, answer=answer or _kept(response))


def _kept(response: Response) -> bytes:
    return b"" if response.meta.get("private") else response.body


def _at(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M}Z" if time else "an unknown time"
