"""Feeds: RSS, Atom and JSON Feed, from sites or from RSSHub, come out as posts."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
from pydantic import BaseModel, Field, field_validator
from scrapy.http import Request, Response
from w3lib.encoding import html_to_unicode

from spiders import base
from spiders.base.markup import all_words, is_marked_up, titled, whole_characters, without_markup
from spiders.base.masking import name_of
from spiders.base.options import Words, web_address
from spiders.base.post import Bookmark, Post, SetAside
from spiders.base.reading import guarded, json_from
from spiders.base.times import TimeZone, time_from
from spiders.base.trouble import Remark, Trouble

# What feedparser lets out: OverflowError at a date of the year 99999999999, and more of the kind.
_OF_A_PARSER = (
    ArithmeticError, AssertionError, AttributeError, LookupError,
    RuntimeError, TypeError, ValueError,
)  # fmt: skip
_MOST_BROKEN = 4  # one character in so many may be broken in UTF-8; of another encoding, most are
# What XML does not allow, plain or as a reference, and nobody sees.
_NO_SIGN = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]|&#(?:0*(?:[0-8]|1[124-9]|2\\d|3[01])|x0*(?:[0-8bce-f]|1[0-9a-f]));",
    re.I,
)
_ENTRY = re.compile(r"<(item|entry)\b(?:(?!<(?:item|entry)\b).)*?</\1\s*>", re.I | re.S)
_TIME = re.compile(
    r"<((?:[a-z]+:)?(?:pubDate|published|updated|date|modified|issued|created))\b[^<>]*>[^<>]*</\1>",
    re.I,
)
_ENDS = {"item": "</channel></rss>", "entry": "</feed>"}
# RSSHub puts the post that another passes on behind it, Mastodon before it.
_PASSED_ON = re.compile(
    r"<blockquote\b[^<>]*>((?:(?!</?blockquote\b).)*)</blockquote\s*>", re.I | re.S
)
_WHOSE = re.compile(
    r"\s{0,9}(?:-\s{0,9})?(?:(?:转发|轉發)(?:微博)?)?\s{0,9}[@＠]([^\s:：@]{1,60})\s{0,9}[:：]\s*"
)
_PASSED = re.compile(r"\s{0,9}-?\s{0,9}(?:转发|轉發)\s")
_ORIGINAL = re.compile(r"\n?原博[:：]\s*https?://\S{1,500}\s{0,9}$")
_WHOLE_TEXT = re.compile(r"(?:<a\b[^<>]*>\s{0,9}全文\s{0,9}</a>|(?:\.\.\.|…)\s{0,9}全文)", re.I)
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

    def parse(self, response: Response) -> Iterator[Post | SetAside | Bookmark | Trouble | Remark]:
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
        timeless: list[str] = []
        for number, entry in enumerate(entries, 1):
            rows: list[Post | SetAside] = []
            with guarded(rows, f"{url} item {number}", str(entry)):
                item = _from_json(entry) if _is_json(text) else entry
                post = _post(item, url, zone)
                written = _written(item)
                if written and not post.posted_at:
                    timeless.append(written)
                times.append(post.posted_at)
                rows.append(post)
            yield from rows
        if timeless:
            yield Remark(
                message=f"{url}: the times of {len(timeless)} posts cannot be read, such as "
                f"'{timeless[0][:60]}'; they are kept without one"
            )
        if not text.rstrip("\0 \r\n\t").endswith((">", "}")):
            yield Trouble(outcome="cut short", message=f"{url}: the feed ends in the middle")
            return
        yield from self._complete(url, times)
        yield from self._bookmarks(url, response)

    @classmethod
    def post_from_raw(cls, raw: bytes, options: BaseModel, seen_at: datetime) -> Post:
        """Return the post of an entry, as the parser of feeds gave it."""
        zone = ZoneInfo(FeedOptions.model_validate(options).timezone)
        return _post(json_from(raw.decode()), "", zone)

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
    text = whole_characters(_XML_ENCODING.sub(r"\1", _NO_SIGN.sub("", text)))
    feed = _feed_of(text)
    if feed is not None:
        if not feed.get("version"):
            raise ValueError("the answer is not RSS, Atom or JSON Feed; see what stands at it")
        return list(feed.entries)
    # One entry that the parser breaks at costs no other.
    entries = list(_ENTRY.finditer(text))
    head = text[: entries[0].start()] if entries else ""
    return [_lone_entry(head, entry) for entry in entries]


def _feed_of(text: str) -> Any:
    """Return what feedparser makes of a text, None where it breaks at something in it."""
    # A stream, because a mere string could be taken for the address of another thing to read.
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    try:
        return feedparser.parse(
            stream,
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except _OF_A_PARSER:
        return None


def _lone_entry(head: str, entry: re.Match[str]) -> Any:
    """Return one entry of a feed; where the parser breaks at its times, without them.

    head: what stands before the feed's first entry.
    """
    for words in (entry[0], _TIME.sub("", entry[0])):
        feed = _feed_of(f"{head}{words}{_ENDS[entry[1].lower()]}")
        if feed is not None and feed.entries:
            item = feed.entries[0]
            if words != entry[0]:
                time = _TIME.search(entry[0])
                item["published"] = without_markup(time[0]) if time else None
            return item
    return None


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
    contents = [
        {"type": kind, "value": item[name]}
        for name, kind in (
            ("content_text", "text/plain"),
            ("content_html", "text/html"),
            ("summary", "text/plain"),
        )
        if isinstance(item.get(name), str)
    ]
    authors = [*(item.get("authors") or []), item.get("author")]
    names = [author.get("name") for author in authors if isinstance(author, dict)]
    return {
        "id": item.get("id"),
        "link": item.get("url") or item.get("external_url"),
        "title": item.get("title"),
        "content": contents,
        "published": item.get("date_published") or item.get("date_modified"),
        "author": next((str(name) for name in names if name), None),
    }


def _post(entry: dict[str, Any], feed: str, zone: ZoneInfo) -> Post:
    if entry is None:
        raise ValueError("no XML that can be read; see the entry at its source")
    words = _words(entry)
    if not words.own and not words.reposted:
        raise ValueError("no text in title, description or content")
    link = str(entry.get("link") or "")
    entry_id = str(entry.get("id") or link)
    if not entry_id:
        seed = words.own or words.reposted or ""
        entry_id = "entry-" + hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:24]
    if ":" not in entry_id:
        entry_id = f"{feed}#{entry_id}"  # a bare number is its feed's own; another's may be equal
    return Post(
        source_id=entry_id,
        text=words.own,
        url=link if link.startswith(("http://", "https://")) else None,
        author=entry.get("author") or None,
        posted_at=_time(_written(entry), zone),
        reposted_text=words.reposted,
        reposted_author=words.reposted_author,
        raw=json.dumps(entry, ensure_ascii=False, default=str).encode("utf-8", "replace"),
        cut=words.cut,
    )


def _written(entry: dict[str, Any]) -> str | None:
    """Return an entry's time as it is written."""
    # dict.get, because feedparser's own warns that it once answered with the other one.
    written = dict.get(entry, "published") or dict.get(entry, "updated")
    return str(written) if written else None  # in JSON it may be a number, or anything


def _time(text: str | None, zone: ZoneInfo) -> datetime | None:
    if text:
        with suppress(ValueError):
            return time_from(text, zone)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What an entry says: the author's words, and the post that they pass on.

    cut: whether the entry says that its text goes on elsewhere.
    """

    own: str
    reposted: str | None = None
    reposted_author: str | None = None
    cut: bool = False


def _words(entry: dict[str, Any]) -> _Words:
    """Return the words of an entry: its title, and the first of its contents that has any."""
    title = all_words(entry.get("title"))
    body = next(
        (words for words in map(_body, _contents(entry)) if words.own or words.reposted), None
    )
    if body is None:
        return _Words(own=title)
    if body.reposted:
        # A title made of both is told by its parts already.
        own = _before(title, body.own)
        return replace(body, own=own)
    return replace(body, own=titled(title, body.own))


def _before(title: str, own: str) -> str:
    """Return the own words of a post that passes one on, with a title that is not made of both."""
    squeezed = re.sub(r"\s+", "", title)
    if (
        not squeezed
        or "转发" in squeezed
        or squeezed.startswith(re.sub(r"\s+", "", own)[:20] or "\0")
    ):
        return own
    return titled(title, own)


def _contents(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (one for one in entry.get("content") or () if isinstance(one, dict))
    yield {**(entry.get("summary_detail") or {}), "value": entry.get("summary")}
    yield {"value": dict.get(entry, "media_description") or dict.get(entry, "subtitle")}


def _body(content: dict[str, Any]) -> _Words:
    """Return the words of one content, those of a post that it passes on apart."""
    value = content.get("value")
    if not isinstance(value, str) or not value.strip():
        return _Words(own="")
    if content.get("type") == "text/plain" and not is_marked_up(value):
        return _Words(own=value.strip())
    cut = bool(_WHOLE_TEXT.search(value))
    markup = _WHOLE_TEXT.sub("", value) if cut else value
    for passed_on in _PASSED_ON.finditer(markup):
        quoted = all_words(passed_on[1])
        whose = _WHOSE.match(quoted)
        if not whose and not _PASSED.match(quoted):
            continue  # somebody quotes, as one does
        said = quoted[whose.end() :] if whose else _PASSED.sub("", quoted, count=1)
        return _Words(
            own=all_words(markup[: passed_on.start()] + "<br>" + markup[passed_on.end() :]),
            reposted=_ORIGINAL.sub("", said).strip() or None,
            reposted_author=whose[1] if whose else None,
            cut=cut,
        )
    return _Words(own=all_words(markup), cut=cut)
