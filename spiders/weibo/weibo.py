"""Weibo through m.weibo.cn: answers of its JSON containers come out as posts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, Self

from pydantic import BaseModel, field_validator, model_validator
from scrapy.http import Request, Response

from spiders.base import Page, PagedOptions, PagedSpider, Walk, json_of
from spiders.base.options import Words, secret
from spiders.base.post import Post, SetAside
from spiders.base.reading import as_dict, guarded, json_from
from spiders.base.trouble import AnswerError, Trouble, at
from spiders.weibo.answers import data_of, is_pinned, post_from, posts_of
from spiders.weibo.words import (
    COOKIE,
    MOST_PAGES,
    REDIRECTS,
    SHANGHAI,
    reaches,
    refuse,
    words,
)

_SEARCH = "100103"  # with which the container of a search begins; its type 61 is newest first
_CUT = re.compile(r">\s*全文\s*</a>")
# A long text that is refused does not trouble its run: the cut one is read.
_FAILS = (400, 401, 403, 404, 418, 429, 432, 500, 502, 503, 504)


class WeiboOptions(PagedOptions):
    """What to read of Weibo.

    keywords: each is searched for, the newest posts first.
    users: numbers of people, as in m.weibo.cn/u/NUMBER, whose own posts are read.
    topics: containers of super-topics, as in m.weibo.cn/p/index?containerid=100808….
    """

    keywords: Words = ()
    users: Words = ()
    topics: Words = ()

    @field_validator("users")
    @classmethod
    def _numbers(cls, users: tuple[str, ...]) -> tuple[str, ...]:
        for user in users:
            if not re.fullmatch(r"\d{1,20}", user):
                raise ValueError(f"'{user}' is not a number, as in m.weibo.cn/u/NUMBER")
        return users

    @field_validator("topics")
    @classmethod
    def _containers(cls, topics: tuple[str, ...]) -> tuple[str, ...]:
        for topic in topics:
            if not re.fullmatch(r"100808\w+(_-_\w+)?", topic):
                raise ValueError(f"'{topic}' is not a super-topic's container, such as 100808…")
        return topics

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.keywords or self.users or self.topics):
            raise ValueError("name keywords, users or topics to read")
        return self


class WeiboSpider(PagedSpider):
    """Weibo's keyword search, people and super-topics, through m.weibo.cn."""

    name = "weibo"
    Options = WeiboOptions
    options: WeiboOptions
    resumable: ClassVar[bool] = True
    home: ClassVar[str] = "https://m.weibo.cn"
    accepts = "application/json"
    full = 10
    secrets: ClassVar[tuple[str, ...]] = (COOKIE,)

    def walks(self) -> Iterable[Walk]:
        """Yield a walk for each keyword, person and super-topic."""
        for keyword in self.options.keywords:
            yield self.probe_walk(keyword)
        for user in self.options.users:
            yield self._walk(f"user {user}", f"107603{user}")
        for topic in self.options.topics:
            order = "" if "_-_" in topic else "_-_sort_time"  # else by the latest comment
            yield self._walk(f"topic {topic}", topic + order)

    def probe_walk(self, word: str) -> Walk:
        """Return the walk of a search."""
        return self._walk(f"keyword {word}", f"{_SEARCH}type=61&q={word}")

    async def page(self, response: Response, walk: Walk) -> Page:
        """Read the posts of an answer, each with its whole text; raises AnswerError if refused."""
        data = data_of(response)
        if data is None:
            return Page()
        cards = posts_of(data)
        if not cards:
            return Page()
        entries: list[Post | SetAside | Trouble] = []
        for number, card in enumerate(cards, 1):
            place = f"{walk.name}, page {walk.number}, post {number}"
            mblog = card.get("mblog")
            with guarded(entries, place, mblog) as problems:
                entries += await self._entries(mblog, place, problems)
        pinned = frozenset(str(card["mblog"]["id"]) for card in cards if is_pinned(card))
        searched = walk.request.meta["container"].startswith(_SEARCH)
        if not searched or walk.number < MOST_PAGES:
            return Page(entries, self._next(data, walk), pinned, size=len(cards))
        if not reaches(entries, walk.until):
            entries.append(_cut_short(walk, entries))
        return Page(entries, None, pinned, size=len(cards), bounded=True)

    def _walk(self, name: str, container: str) -> Walk:
        return Walk(name, self._ask(container))

    def _ask(self, container: str, **more: object) -> Request:
        query = {"containerid": container, **more}
        if container.startswith(_SEARCH):
            query["page_type"] = "searchall"
        return self._get("/api/container/getIndex", query, container=container)

    def _get(
        self, path: str, query: dict[str, Any], *statuses: int, container: str = ""
    ) -> Request:
        """Return a request whose answer is read also where it has one of the statuses."""
        headers = {"Cookie": secret(COOKIE)} if _has_cookie() else {}
        meta = {
            "container": container,
            "dont_redirect": True,
            "handle_httpstatus_list": [*REDIRECTS, *statuses],
        }
        return self.ask(path, query, headers=headers, meta=meta)

    def _next(self, data: dict[str, Any], walk: Walk) -> Request | None:
        """Return the request for the page behind this one, None where it is the last."""
        container = walk.request.meta["container"]
        if container.startswith(_SEARCH):
            return self._ask(container, page=walk.number + 1) if data["cards"] else None
        info = {**(data.get("cardlistInfo") or {}), **(data.get("pageInfo") or {})}
        key = next((key for key in ("since_id", "page") if info.get(key)), None)
        return self._ask(container, **{key: info[key]}) if key else None

    @classmethod
    def post_from_raw(cls, raw: bytes, options: BaseModel, seen_at: datetime) -> Post:
        """Return the post of a card; a long one is cut: its text came in an answer of its own."""
        mblog = as_dict(json_from(raw.decode()))
        inner = as_dict(mblog.get("retweeted_status"))
        text, is_whole = _markup(mblog)
        inner_text, inner_is_whole = _markup(inner) if inner.get("text") else ("", True)
        post = post_from(mblog, words(text), inner, words(inner_text), [], seen_at)
        return replace(post, cut=not (is_whole and inner_is_whole))

    async def _entries(self, mblog: Any, place: str, problems: list[str]) -> list[Post | SetAside]:
        """Return a post, and beside it what of its text could not be had."""
        if not isinstance(mblog, dict):
            raise ValueError(f"not a post but {type(mblog).__name__}")
        text, cut = await self._whole(mblog, place)
        inner = as_dict(mblog.get("retweeted_status"))
        # Without its text the author's own words are still a post.
        inner_text, inner_cut = await self._whole(inner, place) if inner.get("text") else ("", [])
        post = post_from(mblog, text, inner, inner_text, problems, datetime.now(SHANGHAI))
        asides = [*cut, *inner_cut]
        return [replace(post, cut=bool(asides)), *asides]

    async def _whole(self, mblog: dict[str, Any], place: str) -> tuple[str, list[SetAside]]:
        """Return the whole words of a post, and what could not be had of them.

        Where the long text is refused the cut one is still a post.
        """
        markup, is_whole = _markup(mblog)
        if is_whole:
            return words(markup), []
        try:
            request = self._get("/statuses/extend", {"id": mblog["id"]}, *_FAILS)
            response = await self.fetch(request)
            if response.status >= 400:
                raise AnswerError("blocked", at(f"answered {response.status}", request.url))
            refuse(response)
            return words(json_of(response)["data"]["longTextContent"]), []
        except (AnswerError, LookupError, TypeError, AttributeError) as error:
            text = words(markup)
            why = error if isinstance(error, AnswerError) else "the answer holds none"
            reason = f"only the beginning of its text could be had: {why}"
            return text, [SetAside(place=place, reason=reason, excerpt=text[:200])]


def _markup(mblog: dict[str, Any]) -> tuple[str, bool]:
    """Return the text of a post as it stands in an answer, and whether it is the whole of it."""
    markup = mblog["text"] or ""
    if not isinstance(markup, str):
        raise ValueError(f"the 'text' is not text but {type(markup).__name__}")
    return markup, not (mblog.get("isLongText") or _CUT.search(markup))


def _cut_short(walk: Walk, entries: Iterable[object]) -> Trouble:
    """Return the trouble of a search that has more posts than it gives."""
    times = [entry.posted_at for entry in entries if isinstance(entry, Post) and entry.posted_at]
    back = f"{min(times):%Y-%m-%d %H:%M}Z" if times else "an unknown time"
    return Trouble(
        outcome="cut short",
        message=f"{walk.name}: {MOST_PAGES} pages reach back only to {back}, not to "
        f"{walk.until:%Y-%m-%d %H:%M}Z, and this search knows no window of time. Run the source "
        "more often, narrow the keyword, or add a source of the spider weibo_html, whose does",
    )


def _has_cookie() -> bool:
    return bool(os.environ.get(COOKIE) or os.environ.get(f"{COOKIE}_FILE"))
