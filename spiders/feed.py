"""Feeds: RSS, Atom and JSON Feed, from sites or from RSSHub, come out as posts."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
from pydantic import Field, field_validator
from scrapy.http import Request, Response
from w3lib.encoding import html_to_unicode

from spiders import base
from spiders.base.fields import TimeZone, time_from
from spiders.base.markup import titled, whole_characters, without_markup
from spiders.base.masking import name_of
from spiders.base.options import Words, web_address
from spiders.base.post import Bookmark, Post, SetAside
from spiders.base.reading import guarded
from spiders.base.trouble import Trouble

_MOST_BROKEN = 4  # one character in so many may be broken in UTF-8; of another encoding, most are
_XML_ENCODING = re.compile(r"""^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*["'][^"']*["']""")
# Answer header, the request header it comes back as, and the name it is remembered by.
_VALIDATORS = (
    ("ETag", "If-None-Match", "etag"),
    ("Last-Modified", "If-Modified-Since", "last-modified"),
)


class FeedOptions(base.Options):
    """Which feeds to read.

    urls: their addresses; an RSSHub route is one too.
    timezone: the zone of times that name none.
    """

    urls: Words = Field(min_length=1)
    timezone: TimeZone = "Asia/Shanghai"

    @field_validator("urls")
    @classmethod
    def _of_the_web(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(web_address, urls)))


class FeedSpider(base.SourceSpider):
    """RSS, Atom and JSON Feed, also from RSSHub."""

    name = "feed"
    Options = FeedOptions
    options: FeedOptions

    async def start(self) -> AsyncIterator[Any]:
        """Ask for each feed, or only for news where the server told its version last time."""
        for url in self.options.urls:
            feed = name_of(url)
            validators = {
                header: self.bookmarks[f"{name} {feed}"]
                for _, header, name in _VALIDATORS
                if self.bookmarks.get(f"{name} {feed}")
            }
            yield Request(
                url,
                self.parse,
                headers=validators,
                meta={"feed": feed, "handle_httpstatus_list": [304]},
            )

    def parse(self, response: Response) -> Iterator[Post | SetAside | Bookmark | Trouble]:
        """Yield a feed's entries, and what to ask with next time."""
        if response.status == 304:
            return
        url = response.meta["feed"]
        text = _text_of(response)
        try:
            entries = _entries(text)
        except ValueError as error:
            yield SetAside(place=url, reason=str(error), excerpt=text[:200])
            yield Trouble(outcome="changed", message=f"{url}: {error}", answer=response.body)
            return
        zone = ZoneInfo(self.options.timezone)
        times: list[datetime | None] = []
        for number, entry in enumerate(entries, 1):
            rows: list[Post | SetAside] = []
            with guarded(rows, f"{url} item {number}", str(entry)):
                post = _post(_from_json(entry) if _is_json(text) else entry, url, zone)
                times.append(post.posted_at)
                rows.append(post)
            yield from rows
        if not text.rstrip("\0 \r\n\t").endswith((">", "}")):
            yield Trouble(outcome="cut short", message=f"{url}: the feed ends in the middle")
            return
        yield from self._complete(url, times)
        yield from self._bookmarks(url, response)

    def _complete(self, url: str, times: Sequence[datetime | None]) -> Iterator[Bookmark | Trouble]:
        """Yield up to when a feed is read, and before it that some posts may have been missed.

        A feed holds only the newest posts and cannot be asked for older ones.
        """
        now = datetime.now(UTC)
        past = [time for time in times if time and time <= now]
        if not past:
            return
        before = self.bookmarks.get(f"complete {url}")
        read_until = datetime.fromisoformat(before) if before else min(past)
        if len(past) == len(times) and min(past) > read_until:
            yield Trouble(
                outcome="cut short",
                message=f"{url}: all of its {len(past)} posts are newer than "
                f"{read_until:%Y-%m-%d %H:%M}Z, up to when it was read; what came between may be "
                "missing. Read it more often",
            )
        if (newest := max(read_until, *past).isoformat()) != before:
            yield Bookmark(name=f"complete {url}", value=newest)

    def _bookmarks(self, url: str, response: Response) -> Iterator[Bookmark]:
        for header, _, name in _VALIDATORS:
            value = (response.headers.get(header) or b"").decode("latin-1")
            if value != self.bookmarks.get(f"{name} {url}", ""):
                yield Bookmark(name=f"{name} {url}", value=value)


def _text_of(response: Response) -> str:
    """Return the answer's text: Chinese feeds often declare another encoding than they have.

    A post that was cut within a character makes no other encoding of the whole feed.
    """
    text = response.body.decode("utf-8-sig", "replace")
    broken = text.count("\ufffd")
    if broken * _MOST_BROKEN <= len(text) - len(text.encode("ascii", "ignore")):
        return text
    header = (response.headers.get("Content-Type") or b"").decode("latin-1")
    encoding, text = html_to_unicode(header, response.body, default_encoding="gb18030")
    return response.body.decode("gb18030", "replace") if encoding == "utf-8" else text


def _entries(text: str) -> list[Any]:
    """Return a feed's entries, of JSON as they stand; raises ValueError where it is not a feed."""
    if _is_json(text):
        return _json_items(text)
    text = whole_characters(_XML_ENCODING.sub(r"\1", text))
    # A stream, because a mere string could be taken for the address of another thing to read.
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    feed = feedparser.parse(
        stream,
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not feed.get("version"):
        raise ValueError("the answer is not RSS, Atom or JSON Feed")
    return list(feed.entries)


def _is_json(text: str) -> bool:
    return text.lstrip().startswith("{")


def _json_items(text: str) -> list[Any]:
    try:
        feed = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the answer is not whole JSON: {error}") from None
    items = feed.get("items")
    if "jsonfeed.org" not in str(feed.get("version")) or not isinstance(items, list):
        raise ValueError("the answer is JSON but not a JSON Feed: no version or items")
    return items


def _from_json(item: Any) -> dict[str, Any]:
    """Return an item of a JSON Feed (jsonfeed.org/version/1.1) under feedparser's names.

    Raises ValueError or TypeError where it is not an item.
    """
    if not isinstance(item, dict):
        raise ValueError(f"not an object but {type(item).__name__}")
    plain = item.get("content_text")
    content = plain or item.get("content_html") or item.get("summary") or ""
    authors = [*(item.get("authors") or []), item.get("author")]
    names = [author.get("name") for author in authors if isinstance(author, dict)]
    return {
        "id": item.get("id"),
        "link": item.get("url") or item.get("external_url"),
        "title": item.get("title"),
        "content": [{"type": "text/plain" if plain else "text/html", "value": str(content)}],
        "published": item.get("date_published") or item.get("date_modified"),
        "author": next((str(name) for name in names if name), None),
    }


def _post(entry: dict[str, Any], feed: str, zone: ZoneInfo) -> Post:
    text = _words(entry)
    if not text:
        raise ValueError("no text in title, description or content")
    link = str(entry.get("link") or "")
    entry_id = str(entry.get("id") or link)
    if not entry_id:
        entry_id = "entry-" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]
    if ":" not in entry_id:
        entry_id = f"{feed}#{entry_id}"  # a bare number is its feed's own; another's may be equal
    return Post(
        source_id=entry_id,
        text=text,
        url=link if link.startswith(("http://", "https://")) else None,
        author=entry.get("author") or None,
        # dict.get, because feedparser's own warns that it once answered with the other one.
        posted_at=_time(dict.get(entry, "published") or dict.get(entry, "updated"), zone),
        raw=json.dumps(entry, ensure_ascii=False, default=str).encode("utf-8", "replace"),
    )


def _time(text: str | None, zone: ZoneInfo) -> datetime | None:
    if text:
        with suppress(ValueError):
            return time_from(text, zone)
    return None


def _words(entry: dict[str, Any]) -> str:
    """Return title and content of an entry."""
    title = without_markup(entry.get("title"))
    contents = entry.get("content") or [
        {**entry.get("summary_detail", {}), "value": entry.get("summary")}
    ]
    body = str(contents[0].get("value") or "")
    body = body.strip() if contents[0].get("type") == "text/plain" else without_markup(body)
    return titled(title, body)
