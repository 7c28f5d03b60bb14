"""Mastodon and servers that speak its API: hashtags, timelines and searches come out as posts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, model_validator
from scrapy.http import Request, Response

from spiders import base
from spiders.base.markup import lines_of, without_markup
from spiders.base.options import Address, Variable, Words, one_or_more, secret
from spiders.base.post import Post, SetAside, pictures_of, reading_text
from spiders.base.reading import as_dict, bytes_of, dicts, guarded, json_from, time_of
from spiders.base.trouble import AnswerError, Remark, changed

Entry = Post | SetAside | Remark

_NEXT = re.compile(r'<([^<>]*)>\s*;[^<>]*?\brel="?next\b')
# What a server that shows quotes of its own leaves in the text for those that do not
# (docs.joinmastodon.org/client/quotes).
_QUOTE_LINK = re.compile(r'<(p|span) class="quote-inline">.{0,2000}?</\1>', re.S)
_PUBLIC = {None, "public", "unlisted", "local"}
_UTC = ZoneInfo("UTC")
_MOST = 40  # statuses a page (docs.joinmastodon.org/methods/timelines)
_FEWEST = 20  # what a page holds where no limit is named
_DEEPEST = 3  # quotes within quotes
_READ_HERE = [401, 403, 404, 422]  # refusals that this spider words itself


class MastodonOptions(base.PagedOptions):
    """Which server to read, and what on it.

    base_url: the server, such as https://mastodon.social.
    hashtags: read posts with any of these tags.
    timelines: "public" for all that the server knows, "local" for its own people.
    words: search for each of these; needs a token.
    token: the environment variable that holds this server's token; named, it is sent with every
        request, else only searches send MASTODON_TOKEN.
    """

    base_url: Address
    hashtags: Words = ()
    timelines: Annotated[tuple[Literal["public", "local"], ...], BeforeValidator(one_or_more)] = ()
    words: Words = ()
    token: Variable | None = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> MastodonOptions:
        if not (self.hashtags or self.timelines or self.words):
            raise ValueError("give hashtags, timelines or words")
        return self


class MastodonSpider(base.PagedSpider):
    """Mastodon and compatible servers: hashtags, public and local timelines, search."""

    name = "mastodon"
    by_api = True
    resumable = True
    accepts = "application/json"  # else errors come as web pages
    full = _FEWEST
    secrets = ("MASTODON_TOKEN",)
    Options = MastodonOptions
    options: MastodonOptions

    def __init__(self, **kw: Any) -> None:
        super().__init__(**kw)
        self._chinese_tag: asyncio.Future[tuple[str, bool]] | None = None

    @classmethod
    def secrets_of(cls, options: BaseModel) -> tuple[str, ...]:
        """Return the variable that the source's own `token` names, else the one for all servers."""
        named = getattr(options, "token", None)
        return (named,) if named else cls.secrets

    @classmethod
    def needs(cls, options: BaseModel) -> tuple[str, ...]:
        """Return the variable of the token where one is named, or where there is a search."""
        asks = getattr(options, "token", None) or getattr(options, "words", ())
        return cls.secrets_of(options) if asks else ()

    def walks(self) -> Iterator[base.Walk]:
        """Yield a walk for each hashtag, timeline and search."""
        for hashtag in self.options.hashtags:
            tag = hashtag.strip().lstrip("#＃")
            yield self._walk(f"#{tag}", f"/api/v1/timelines/tag/{quote(tag, safe='')}")
        for timeline in self.options.timelines:
            local = "true" if timeline == "local" else None
            yield self._walk(f"timeline {timeline}", "/api/v1/timelines/public", local=local)
        for words in self.options.words:
            yield self.probe_walk(words)

    def probe_walk(self, word: str) -> base.Walk:
        """Return the walk of a search."""
        return self._walk(f"search {word}", "/api/v2/search", q=word, type="statuses")

    def page(self, response: Response, walk: base.Walk) -> base.Page | Awaitable[base.Page]:
        """Read a list of statuses, or a search's; raises AnswerError where it is neither."""
        if response.status >= 400:
            return _refused(response, walk)
        answer = base.json_of(response)
        rows = answer.get("statuses") if isinstance(answer, dict) else answer
        if not isinstance(rows, list):
            raise changed("statuses")
        if not rows and walk.complete is None and _is_first_of_tag(response.meta, walk.name):
            return self._without_posts(walk)
        last = _last_id(rows)
        if last and last == response.meta.get("last"):
            rows = []  # the page before again: for the walk, the same as none
        place = f"{walk.name} page {walk.number} row"
        entries: list[Entry] = []
        for number, row in enumerate(rows, 1):
            with guarded(entries, f"{place} {number}", row) as problems:
                if _is_public(row):
                    entries.append(_post(row, problems))
        return base.Page(entries, _older_page(response, rows, last), size=len(rows))

    async def _without_posts(self, walk: base.Walk) -> base.Page:
        """Return the empty page of a hashtag in Chinese that never had a post.

        Some servers answer so to every such tag. Raises AnswerError where this one shows it: a
        tag of its own public timeline has nothing either. Else the run tells what it may be.
        """
        if self._chinese_tag is None:
            self._chinese_tag = asyncio.ensure_future(self._tried_tag())
        tag, has_posts = await self._chinese_tag
        if has_posts:
            return base.Page()
        if tag:
            raise AnswerError(
                "changed",
                f"the server answers [] to hashtags in Chinese: {walk.name} has nothing, and "
                f"neither has #{tag}, which stands in its public timeline. Read its timelines",
            )
        message = (
            f"{walk.name}: the server answers [] and nothing else, and never had a post of it. "
            "Where a browser shows some there, it does not know hashtags in Chinese: read its "
            "timelines, or search for words"
        )
        return base.Page([Remark(message=message)])

    async def _tried_tag(self) -> tuple[str, bool]:
        """Return a hashtag in Chinese of the public timeline, and whether asking for it helps."""
        with suppress(AnswerError, LookupError, TypeError, AttributeError):
            public = self._walk("", "/api/v1/timelines/public").request
            rows = base.json_of(await self.fetch(public))
            tags = [tag["name"] for row in rows for tag in row["tags"] if _is_chinese(tag["name"])]
            path = f"/api/v1/timelines/tag/{quote(tags[0], safe='')}"
            return tags[0], bool(base.json_of(await self.fetch(self._walk("", path).request)))
        return "", False

    @classmethod
    def post_from_raw(cls, raw: bytes, options: BaseModel, seen_at: datetime) -> Post:
        """Return the post of a status."""
        return _post(json_from(raw.decode()), [])

    def _walk(self, name: str, path: str, **query: str | None) -> base.Walk:
        variable = self.options.token or ("MASTODON_TOKEN" if path.endswith("search") else None)
        headers = {"Authorization": f"Bearer {secret(variable)}"} if variable else {}
        meta = {"handle_httpstatus_list": _READ_HERE, "private": bool(variable)}
        request = self.ask(path, {**query, "limit": _MOST}, headers=headers, meta=meta)
        return base.Walk(name, request)


def _last_id(rows: list[Any]) -> str:
    ids = [str(row["id"]) for row in rows if isinstance(row, dict) and row.get("id")]
    return ids[-1] if ids else ""


def _older_page(response: Response, rows: list[Any], last: str) -> Request | None:
    """Ask for the older statuses: by the Link header, else as this server's manner is.

    Timelines are paged by the last id. Of a search the documentation counts an offset, to which
    some servers answer nothing, or the first page again: those are asked by the last id.
    """
    request = response.request
    if not request:
        return None
    link = (response.headers.get("Link") or b"").decode("utf-8", "replace")
    following = _NEXT.search(link)
    path, _, query = request.url.partition("?")
    parameters = dict(parse_qsl(query))
    is_search = path.endswith("/search")
    if not rows:
        last = str(request.meta.get("last") or "")
        if not last or "offset" not in parameters or request.meta["rows"] < _FEWEST:
            return None
        del parameters["offset"]
        parameters["max_id"] = last
    elif following:
        # Its host is left aside: a token goes only where the operator sends it.
        parameters |= dict(parse_qsl(urlsplit(following[1]).query))
    elif is_search and "max_id" not in parameters:
        parameters["offset"] = str(int(parameters.get("offset", 0)) + len(rows))
    elif last and (is_search or not link):
        parameters["max_id"] = last
    else:
        return None
    url = f"{path}?{urlencode(parameters, quote_via=quote)}"
    return request.replace(url=url, meta={**request.meta, "last": last, "rows": len(rows)})


def _refused(response: Response, walk: base.Walk) -> base.Page:
    """Return an empty page for a tag that nobody has used.

    Raises AnswerError, with what the operator can do, for any other refusal.
    """
    try:
        reason = str(json_from(response.text)["error"])[:200]
    except (ValueError, LookupError, TypeError, AttributeError):
        reason = ""
    if response.status == 404:
        if reason and walk.name.startswith("#"):
            return base.Page()
        raise AnswerError("changed", "404: base_url has no Mastodon API there")
    if response.status == 403 and "scope" not in reason:
        raise AnswerError("blocked", f"403 {reason}".strip())
    hint = "Make a token with read:statuses and read:search, put it into the environment and name"
    raise AnswerError(
        "login needed", f"{response.status} {reason}. {hint} the variable as the source's token"
    )


def _is_public(row: Any) -> bool:
    """Tell whether everybody may read it: a token also shows what its owner only may."""
    return not isinstance(row, dict) or row.get("visibility") in _PUBLIC


def _is_first_of_tag(meta: dict[str, Any], name: str) -> bool:
    """Tell whether an answer is the first page of a hashtag in Chinese."""
    return "last" not in meta and name.startswith("#") and _is_chinese(name)


def _is_chinese(words: str) -> bool:
    return any("\u3400" <= character <= "\u9fff" for character in words)


def identity_of(status: dict[str, Any]) -> str:
    """Return what tells a status from all others, on whichever server it is read: its uri.

    Its id is the server's own and may change with an edit. Some servers give a boost the uri of
    what it boosts. Raises KeyError where it has neither.
    """
    uri, boosted = status.get("uri"), as_dict(status.get("reblog"))
    if boosted and uri in (None, "", boosted.get("uri")):
        account = as_dict(status.get("account"))
        by = account.get("url") or account.get("acct")
        uri = f"{boosted['uri']}#{by}" if by and boosted.get("uri") else None
    return uri if uri and isinstance(uri, str) else str(status["id"])


def _post(status: dict[str, Any], problems: list[str]) -> Post:
    account = as_dict(status.get("account"))
    own, pictures = _own_words(status), _pictures(status)
    reposted, reposted_author = _passed_on(status)
    posted_at = time_of(status.get("created_at"), _UTC, problems)
    if _is_boost(status, own):
        own = ""
    # A null is no words; a field that is missing is another API's, or this one changed.
    lacks = "content" not in status or (status["content"] is None and not reposted)
    if lacks and not own and not pictures:
        raise KeyError("content")
    return Post(
        source_id=identity_of(status),
        text=own,
        url=_address(status, own),
        author=_name(account),
        author_id=str(account["id"]) if account.get("id") else None,
        # A server's clock may be ahead.
        posted_at=posted_at and min(posted_at, datetime.now(UTC)),
        reposted_text=reposted,
        reposted_author=reposted_author,
        pictures=pictures,
        raw=bytes_of(status),
    )


def _is_boost(status: dict[str, Any], own: str) -> bool:
    """Tell whether a status has no words of its own: some servers repeat the boosted ones there."""
    boosted = as_dict(status.get("reblog"))
    return bool(boosted) and (
        own == _own_words(boosted) or _content(status) in ("", _content(boosted))
    )


def _address(status: dict[str, Any], own: str) -> str | None:
    """Return where a status is read; of a boost, where the boosted one is."""
    boosted = as_dict(status.get("reblog"))
    of_boosted = (boosted.get("url"), boosted.get("uri"))
    of_status = (status.get("url"), status.get("uri"))
    ways = (*of_status, *of_boosted) if own else (*of_boosted, *of_status)
    return next((way for way in ways if way), None)


def _name(account: dict[str, Any]) -> str | None:
    return account.get("display_name") or account.get("acct")


def _passed_on(status: dict[str, Any], deep: int = 0) -> tuple[str | None, str | None]:
    """Return the words that a status boosts or quotes, and whose they are.

    What these quote in turn stands behind them, each voice behind its name.
    """
    voices: list[tuple[str, str | None]] = []
    for inner in (as_dict(status.get("reblog")), *_quoted(status)):
        if deep < _DEEPEST and inner:
            further, author = _passed_on(inner, deep + 1)
            words = reading_text(_own_words(inner), author, further)
            if words and not any(words in voice for voice, _ in voices):
                voices.append((words, _name(as_dict(inner.get("account")))))
    if not voices:
        return None, None
    text, author = voices[0]
    for words, by in voices[1:]:
        text = reading_text(text, by, words)
    return text, author


def _quoted(status: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a status quotes: at `quote`, bare or in a frame, or at Pleroma's own place."""
    quotes = (status.get("quote"), as_dict(status.get("pleroma")).get("quote"))
    return [as_dict(as_dict(one).get("quoted_status", one)) for one in quotes]


def _own_words(status: dict[str, Any]) -> str:
    """Return all words that people see: warning, content, place, poll, pictures, link card."""
    card = as_dict(status.get("card"))
    return lines_of(
        status.get("spoiler_text"),
        _content(status),
        as_dict(status.get("place")).get("name"),
        *(option.get("title") for option in dicts(as_dict(status.get("poll")).get("options"))),
        *(media.get("description") for media in dicts(status.get("media_attachments"))),
        card.get("title"),
        card.get("description"),
    )


def _content(status: dict[str, Any]) -> str:
    content = status.get("content") or status.get("content_text") or ""
    if not isinstance(content, str):
        raise ValueError(f"the 'content' is not text but {type(content).__name__}")
    return without_markup(_QUOTE_LINK.sub("", content))


def _pictures(status: dict[str, Any]) -> tuple[str, ...]:
    media = dicts(status.get("media_attachments"))
    return pictures_of(one.get("url") or one.get("preview_url") for one in media)
