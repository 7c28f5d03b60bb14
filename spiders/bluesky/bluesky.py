"""Bluesky: searches and people's feeds, over an account's own service, come out as posts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode
from zoneinfo import ZoneInfo

from pydantic import BaseModel, model_validator
from scrapy.http import Request, Response

from spiders import base
from spiders.base.fields import time_from
from spiders.base.options import Words
from spiders.base.post import Post, SetAside
from spiders.base.trouble import AnswerError, Trouble, changed
from spiders.bluesky.session import (
    HANDLE,
    PASSWORD,
    AccountSession,
    account_given,
    error_of,
    refusal,
)

_READ_HERE = [400, 401, 403]  # refusals that this spider words itself
_UTC = ZoneInfo("UTC")


class BlueskyOptions(base.PagedOptions):
    """What to read; searches need an account: BLUESKY_HANDLE and BLUESKY_APP_PASSWORD.

    base_url: the service where the account is, https://bsky.social by default; its app password
        is sent there.
    words: search for each of these.
    authors: read what these people post and pass on, by handle or DID.
    """

    words: Words = ()
    authors: Words = ()

    @model_validator(mode="after")
    def _asks_for_something(self) -> BlueskyOptions:
        if not (self.words or self.authors):
            raise ValueError("give words or authors")
        return self


class BlueskySpider(base.PagedSpider):
    """Bluesky and other services of the AT Protocol: search, people's feeds."""

    name = "bluesky"
    by_api = True
    resumable = True
    secrets = (HANDLE, PASSWORD)
    home = "https://bsky.social"
    # A search ends after 10,000 posts, 100 a page (bluesky-social/indigo, search/handlers.go);
    # one page less, because the last one does not tell that there is more.
    most_pages = 99
    Options = BlueskyOptions
    options: BlueskyOptions

    def __init__(self, **kw: Any) -> None:
        super().__init__(**kw)
        self._session = AccountSession(self)

    @classmethod
    def needs(cls, options: BaseModel) -> tuple[str, ...]:
        """Return both variables of an account where there is half of one, or a search."""
        asks = account_given() or (
            getattr(options, "words", None) and not getattr(options, "base_url", None)
        )
        return cls.secrets if asks else ()

    @property
    def address(self) -> str:
        """The service; without an account the public one, which shows people's feeds only."""
        public = "https://public.api.bsky.app"
        return self.options.base_url or (self.home if account_given() else public)

    async def start(self) -> AsyncIterator[Any]:
        """Log in where an account is given, then ask for the first page of every walk."""
        try:
            await self._session.log_in()
        except AnswerError as error:
            yield Trouble(outcome=error.outcome, message=f"{self.address}: {error}")
            return
        async for request in super().start():
            yield request

    def walks(self) -> Iterator[base.Walk]:
        """Yield a walk for each search and each person."""
        for words in self.options.words:
            yield self._search(words)
        for author in self.options.authors:
            actor = author.strip().removeprefix("@")
            yield base.Walk(f"author {actor}", self._call("getAuthorFeed", actor=actor))

    def probe_walk(self, word: str) -> base.Walk:
        """Return the walk of a search."""
        return self._search(word)

    def older(self, walk: base.Walk, oldest: datetime) -> base.Walk | None:
        """Search anew for what is older; None for a person's feed, which has no end before its."""
        words = walk.name.removeprefix("search ")
        if words == walk.name:
            return None
        # A second more, because "until" leaves out what was posted at that very time.
        until = (oldest + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        before = dict(parse_qsl(walk.request.url.partition("?")[2])).get("until", "9")
        return self._search(words, until=until) if until < before else None

    async def page(self, response: Response, walk: base.Walk) -> base.Page:
        """Read a search's posts or a feed, renewing the session once where it has run out.

        Raises AnswerError where the service refuses, or answers in another shape.
        """
        if response.status == 400 and error_of(response)[0] == "ExpiredToken":
            response = await self._session.again(response)
        if response.status >= 400:
            raise refusal(response)
        answer = base.json_of(response)
        field = "feed" if walk.name.startswith("author ") else "posts"
        rows = answer.get(field) if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise changed(field)
        place = f"{walk.name} page {walk.number} row"
        entries = [_entry(row, f"{place} {number}") for number, row in enumerate(rows, 1)]
        pinned = frozenset(row["post"]["uri"] for row in rows if _reason(row) == "reasonPin")
        older = self._older_page(response.request, answer.get("cursor"), last=not rows)
        return base.Page(entries, older, pinned)

    def _search(self, words: str, **more: str) -> base.Walk:
        return base.Walk(
            f"search {words}", self._call("searchPosts", q=words, sort="latest", **more)
        )

    def _call(self, method: str, **query: str) -> Request:
        headers = self._session.headers
        meta = {"handle_httpstatus_list": _READ_HERE, "private": bool(headers)}
        path = f"/xrpc/app.bsky.feed.{method}"
        return self.ask(path, {**query, "limit": "100"}, headers=headers, meta=meta)

    def _older_page(self, request: Request | None, cursor: object, *, last: bool) -> Request | None:
        if request is None or not isinstance(cursor, str) or not cursor:
            return None
        path, _, query = request.url.partition("?")
        parameters = dict(parse_qsl(query))
        if last and parameters.get("cursor") == cursor:
            raise AnswerError("cut short", f"the cursor {cursor[:60]} leads to itself")
        url = f"{path}?{urlencode({**parameters, 'cursor': cursor}, quote_via=quote)}"
        return request.replace(url=url, headers=self._session.headers)


def _reason(row: Any) -> str:
    """Return why a post stands in a feed, such as reasonRepost; empty where somebody wrote it."""
    reason = row.get("reason") if isinstance(row, dict) else None
    return str(reason.get("$type")).rpartition("#")[2] if isinstance(reason, dict) else ""


def _entry(row: Any, place: str) -> Post | SetAside:
    try:
        if _reason(row) == "reasonRepost":
            return _repost(row)
        return _post(row.get("post", row))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"no {error}" if isinstance(error, KeyError) else str(error)
        excerpt = json.dumps(row, ensure_ascii=False)[:200]
        return SetAside(place=place, reason=reason, excerpt=excerpt)


def _post(view: dict[str, Any]) -> Post:
    """Return the post of a view (app.bsky.feed.defs#postView), with what it quotes."""
    author, quoted = view["author"], _quoted(view.get("embed"))
    return Post(
        source_id=view["uri"],
        text=view["record"]["text"],
        url=_url(view),
        author=_name(author),
        author_id=author["did"],
        posted_at=_time(view["record"].get("createdAt"), view.get("indexedAt")),
        reposted_text=quoted["value"]["text"] if quoted else None,
        reposted_author=_name(quoted["author"]) if quoted else None,
        raw=_bytes(view),
    )


def _repost(row: dict[str, Any]) -> Post:
    """Return what somebody passes on without a word (app.bsky.feed.defs#reasonRepost)."""
    view, reason = row["post"], row["reason"]
    by = reason["by"]
    return Post(
        # Of its own only lately; the post's would hide the one or the other.
        source_id=reason.get("uri") or f"{view['uri']}#{by['did']}",
        text="",
        url=_url(view),
        author=_name(by),
        author_id=by["did"],
        posted_at=_time(reason["indexedAt"]),
        reposted_text=view["record"]["text"],
        reposted_author=_name(view["author"]),
        raw=_bytes(row),
    )


def _quoted(embed: Any) -> dict[str, Any] | None:
    """Return the quoted post in an embed, also beside pictures; None where it cannot be seen."""
    record = (embed or {}).get("record") or {}
    record = record.get("record", record)
    return record if isinstance(record.get("value", {}).get("text"), str) else None


def _time(*times: str | None) -> datetime:
    """Return the earliest: an author's clock may be ahead, and the service sees a post late."""
    read = []
    reason = "no createdAt, no indexedAt"
    for time in times:
        try:
            read.append(time_from(time, _UTC))
        except ValueError as error:
            reason = str(error)
    if not read:
        raise ValueError(reason)
    return min(*read, datetime.now(UTC))


def _name(author: dict[str, Any]) -> str:
    name: str = author.get("displayName") or author["handle"]
    return name


def _url(view: dict[str, Any]) -> str:
    author = view["author"]
    who = author["did"] if author["handle"] == "handle.invalid" else author["handle"]
    return f"https://bsky.app/profile/{who}/post/{view['uri'].rpartition('/')[2]}"


def _bytes(part: dict[str, Any]) -> bytes:
    return json.dumps(part, ensure_ascii=False).encode("utf-8", "replace")
