"""Feeds: RSS, Atom and JSON Feed, from sites or from RSSHub, come out as posts."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import fastfeedparser
from pydantic import Field, field_validator
from scrapy.http import Request, Response
from w3lib import html
from w3lib.encoding import html_to_unicode

from spiders import base
from spiders.fields import time_from
from spiders.post import Mark, Post, SetAside
from spiders.rows import encoding_of
from spiders.trouble import Trouble

_BREAKS = re.compile(r"<(?:br|/?p|/?div|/?li|/?tr|/?h[1-6]|/?blockquote)\b[^<>]*>", re.I)
_XML_ENCODING = re.compile(r"""^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*["'][^"']*["']""")
_PLAIN = {"text", "text/plain"}
_UTC = ZoneInfo("UTC")
# Answer header, the request header it comes back as, and the name it is remembered by.
_VALIDATORS = (
    ("ETag", "If-None-Match", "etag"),
    ("Last-Modified", "If-Modified-Since", "last-modified"),
)


class FeedOptions(base.Options):
    """Which feeds to read.

    urls: their addresses; an RSSHub route is one too.
    """

    urls: tuple[str, ...] = Field(min_length=1)

    @field_validator("urls", mode="before")
    @classmethod
    def _one_or_more(cls, given: object) -> object:
        return (given,) if isinstance(given, str) else given

    @field_validator("urls")
    @classmethod
    def _of_the_web(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for url in given:
            if not re.match(r"https?://[^/\s]+", url):
                raise ValueError(f"'{url}' is no address; it starts with http:// or https://")
        return tuple(dict.fromkeys(given))


class FeedSpider(base.SourceSpider):
    """RSS, Atom and JSON Feed, also from RSSHub."""

    name = "feed"
    Options = FeedOptions
    options: FeedOptions

    async def start(self) -> AsyncIterator[Any]:
        """Ask for each feed, or only for news where the server told its version last time."""
        for url in self.options.urls:
            known = {
                header: self.marks[f"{name} {url}"]
                for _, header, name in _VALIDATORS
                if self.marks.get(f"{name} {url}")
            }
            yield Request(
                url,
                self.parse,
                headers=known,
                meta={"feed": url, "handle_httpstatus_list": [304]},
            )

    def parse(self, response: Response) -> Iterator[Post | SetAside | Mark | Trouble]:
        """Yield a feed's entries, and what to ask with next time."""
        if response.status == 304:
            return
        url = response.meta["feed"]
        text = _text_of(response)
        try:
            feed = fastfeedparser.parse(_XML_ENCODING.sub(r"\1", text).encode("utf-8", "replace"))
        except Exception as error:  # what a parser raises over hostile input is not listed
            reason = f"no feed could be read: {str(error)[:120]}"
            yield SetAside(place=url, reason=reason, excerpt=text[:200])
            yield Trouble(outcome="changed", message=f"{url}: {reason}")
            return
        for number, entry in enumerate(feed.entries, 1):
            try:
                yield _post(entry, url)
            except ValueError as error:
                yield SetAside(
                    place=f"{url} item {number}", reason=str(error), excerpt=str(entry)[:200]
                )
        if not text.rstrip("\0 \r\n\t").endswith((">", "}")):
            yield Trouble(outcome="cut short", message=f"{url}: the feed ends in the middle")
            return
        yield from self._marks(url, response)

    def _marks(self, url: str, response: Response) -> Iterator[Mark]:
        for header, _, name in _VALIDATORS:
            value = (response.headers.get(header) or b"").decode("latin-1")
            if value != self.marks.get(f"{name} {url}", ""):
                yield Mark(name=f"{name} {url}", value=value)


def _text_of(response: Response) -> str:
    """Return the answer's text: Chinese feeds often declare another encoding than they have."""
    if encoding_of(response.body) != "gb18030":
        return response.body.decode("utf-8-sig", "replace")
    header = (response.headers.get("Content-Type") or b"").decode("latin-1")
    encoding, text = html_to_unicode(header, response.body, default_encoding="gb18030")
    return response.body.decode("gb18030", "replace") if encoding == "utf-8" else text


def _post(entry: dict[str, Any], feed: str) -> Post:
    text = _words(entry)
    if not text:
        raise ValueError("no text in title, description or content")
    link = entry.get("link") or None
    given_id = str(entry.get("id") or link or "")
    if not given_id:
        given_id = "entry-" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]
    if ":" not in given_id:
        given_id = f"{feed}#{given_id}"  # a bare number is its feed's own; another's may be equal
    return Post(
        source_id=given_id,
        text=text,
        url=link,
        author=entry.get("author") or None,
        posted_at=_time(entry.get("published") or entry.get("updated")),
        raw=json.dumps(entry, ensure_ascii=False, default=str).encode("utf-8", "replace"),
    )


def _time(given: str | None) -> datetime | None:
    if given:
        with suppress(ValueError):
            return time_from(given, _UTC)
    return None


def _words(entry: dict[str, Any]) -> str:
    """Return title and content; the title only where the content does not begin with it."""
    title = without_markup(entry.get("title") or "")
    contents = entry.get("content") or []
    if contents and contents[0].get("type") in _PLAIN:
        body = str(contents[0].get("value") or "").strip()
    else:
        body = without_markup((contents and contents[0].get("value")) or entry.get("description"))
    begins = re.sub(r"\s+|(\.\.\.|…)+$", "", title)
    if not body or re.sub(r"\s+", "", body).startswith(begins):
        return body or title
    return f"{title}\n{body}"


def without_markup(text: str | None) -> str:
    """Return the words of a piece of HTML, a line for each of its lines and paragraphs."""
    if not text:
        return ""
    bare = html.remove_tags_with_content(html.remove_comments(text), ("script", "style"))
    bare = html.replace_entities(html.remove_tags(_BREAKS.sub("\n", bare)))
    lines = (line.strip() for line in bare.replace("\xa0", " ").splitlines())
    return "\n".join(line for line in lines if line)
