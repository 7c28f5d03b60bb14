"""Bluesky: searches and people's feeds, over an account's own service, come out as posts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode
from zoneinfo import ZoneInfo

from pydantic import BaseModel, model_validator
from scrapy.http import Request, Response

from spiders import base
from spiders.base.markup import lines_of, whole_link
from spiders.base.options import Words
from spiders.base.post import Post, SetAside, pictures_of, reading_text
from spiders.base.reading import as_dict, bytes_of, dicts, guarded, json_from, time_of
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
_DEEPEST = 3  # quotes within quotes


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
    accepts = "application/json"
    full = 100
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
        entries: list[Post | SetAside | Trouble] = []
        for number, row in enumerate(rows, 1):
            with guarded(entries, f"{place} {number}", row) as problems:
                entries.append(_row_post(row, problems))
        pinned = frozenset(
            str(as_dict(row.get("post")).get("uri")) for row in rows if _reason(row) == "reasonPin"
        )
        older = self._older_page(response.request, answer.get("cursor"), last=not rows)
        return base.Page(entries, older, pinned, size=len(rows))

    @classmethod
    def post_from_raw(cls, raw: bytes, options: BaseModel, seen_at: datetime) -> Post:
        """Return the post of a view, or of a row that passes one on."""
        return _row_post(json_from(raw.decode()), [])

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
    reason = as_dict(as_dict(row).get("reason"))
    return str(reason.get("$type")).rpartition("#")[2]


def _row_post(row: Any, problems: list[str]) -> Post:
    if _reason(row) == "reasonRepost":
        return _repost(row, problems)
    return _post(row.get("post", row), problems)


def _post(view: dict[str, Any], problems: list[str]) -> Post:
    """Return the post of a view (app.bsky.feed.defs#postView), with what it quotes."""
    author, (reposted, reposted_author) = view["author"], _quoted(view.get("embed"))
    own, pictures = _words(view["record"], view.get("embed")), _pictures(view.get("embed"))
    if not own and not pictures and "text" not in view["record"]:
        raise KeyError("text")
    return Post(
        source_id=view["uri"],
        text=own,
        url=_url(view),
        author=_name(author),
        author_id=author["did"],
        posted_at=_time(problems, view["record"].get("createdAt"), view.get("indexedAt")),
        reposted_text=reposted,
        reposted_author=reposted_author,
        pictures=pictures,
        raw=bytes_of(view),
    )


def _repost(row: dict[str, Any], problems: list[str]) -> Post:
    """Return what somebody passes on without a word (app.bsky.feed.defs#reasonRepost)."""
    view, reason = row["post"], row["reason"]
    by, (quoted, quoted_author) = reason["by"], _quoted(view.get("embed"))
    words = _words(view["record"], view.get("embed"))
    return Post(
        # Of its own only lately; the post's would hide the one or the other.
        source_id=reason.get("uri") or f"{view['uri']}#{by['did']}",
        text="",
        url=_url(view),
        author=_name(by),
        author_id=by["did"],
        posted_at=_time(problems, reason.get("indexedAt")),
        reposted_text=reading_text(words, quoted_author, quoted),
        reposted_author=_name(view["author"]),
        pictures=_pictures(view.get("embed")),
        raw=bytes_of(row),
    )


def _words(record: dict[str, Any], *embeds: Any) -> str:
    """Return all words that people see: the text, pictures' descriptions, link and other cards."""
    text = record.get("text") or ""
    if not isinstance(text, str):
        raise ValueError(f"the 'text' is not text but {type(text).__name__}")
    text = _with_whole_links(text, record.get("facets"))
    parts: list[object] = [text]
    for embed in map(_media, embeds):
        parts += [picture.get("alt") for picture in dicts(embed.get("images"))]
        parts.append(embed.get("alt"))
        for card in (as_dict(embed.get("external")), as_dict(embed.get("record"))):
            named = as_dict(card.get("record"))  # of a starter pack
            titles = (card.get(key) for key in ("title", "displayName", "name"))
            parts += [*titles, named.get("name")]
            parts += [card.get("description"), named.get("description")]
        link = as_dict(embed.get("external")).get("uri")
        parts.append("" if str(link) in text else link)
    return lines_of(*parts)


def _with_whole_links(text: str, facets: object) -> str:
    """Return a text in which each link that was cut for show is whole (richtext.facet#link)."""
    written = text.encode("utf-8", "replace")
    links = []
    for facet in dicts(facets):
        index = as_dict(facet.get("index"))
        start, end = index.get("byteStart"), index.get("byteEnd")
        for feature in dicts(facet.get("features")):
            if isinstance(start, int) and isinstance(end, int) and 0 <= start < end:
                links.append((start, end, feature.get("uri")))
    pieces, begin = [], 0
    for start, end, uri in sorted(links, key=lambda link: link[:2]):
        shown = written[start:end].decode("utf-8", "replace")
        if start < begin or not isinstance(uri, str) or not shown.endswith(("…", "...")):
            continue
        if whole := whole_link(shown, uri):
            pieces += [written[begin:start], whole.encode("utf-8", "replace")]
            begin = end
    return b"".join([*pieces, written[begin:]]).decode("utf-8", "replace")


def _media(embed: Any) -> dict[str, Any]:
    """Return the part of an embed that is not a quote."""
    return as_dict(as_dict(embed).get("media", embed))


def _pictures(embed: Any) -> tuple[str, ...]:
    media = _media(embed)
    images = (one.get("fullsize") or one.get("thumb") for one in dicts(media.get("images")))
    return pictures_of((*images, media.get("thumbnail")))


def _quoted(embed: Any, deep: int = 0) -> tuple[str | None, str | None]:
    """Return the words of the quoted post in an embed, also beside pictures, and whose they are.

    What it quotes in turn stands behind them. None where it cannot be seen.
    """
    record = as_dict(as_dict(embed).get("record"))
    record = as_dict(record.get("record", record))
    value = as_dict(record.get("value"))
    if not value or deep > _DEEPEST:
        return None, None
    embeds = dicts(record.get("embeds"))
    further = (_quoted(one, deep + 1) for one in embeds)
    words, author = next((one for one in further if one[0]), (None, None))
    words = reading_text(_words(value, *embeds), author, words)
    return words or None, _name(as_dict(record.get("author")))


def _time(problems: list[str], *times: object) -> datetime | None:
    """Return the earliest: an author's clock may be ahead, and the service sees a post late."""
    wrong: list[str] = []
    read = [time_of(time, _UTC, wrong) for time in times if time is not None]
    whole = [time for time in read if time]
    if not whole:
        problems.append(wrong[0] if wrong else "no createdAt, no indexedAt")
    return min(*whole, datetime.now(UTC)) if whole else None


def _name(author: dict[str, Any]) -> str | None:
    return author.get("displayName") or author.get("handle")


def _url(view: dict[str, Any]) -> str:
    author = view["author"]
    who = author["did"] if author["handle"] == "handle.invalid" else author["handle"]
    return f"https://bsky.app/profile/{who}/post/{view['uri'].rpartition('/')[2]}"
