"""Mastodon and servers that speak its API: hashtags, timelines and searches come out as posts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, model_validator
from scrapy.http import Request, Response

from spiders import base
from spiders.base.fields import time_from
from spiders.base.markup import without_markup
from spiders.base.options import Address, Variable, Words, one_or_more, secret
from spiders.base.post import Post, SetAside
from spiders.base.trouble import AnswerError, changed

_NEXT = re.compile(r'<([^<>]*)>\s*;[^<>]*?\brel="?next\b')
# What a server that shows quotes of its own leaves in the text for those that do not
# (docs.joinmastodon.org/client/quotes).
_QUOTE_LINK = re.compile(r'<(p|span) class="quote-inline">.*?</\1>', re.S)
_PUBLIC = {None, "public", "unlisted", "local"}
_UTC = ZoneInfo("UTC")
_MOST = 40  # statuses a page (docs.joinmastodon.org/methods/timelines)
_FEWEST = 20  # what a page holds where no limit is named; fewer are all there are
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
    secrets = ("MASTODON_TOKEN",)
    Options = MastodonOptions
    options: MastodonOptions

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

    def page(self, response: Response, walk: base.Walk) -> base.Page:
        """Read a list of statuses, or a search's; raises AnswerError where it is neither."""
        if response.status >= 400:
            return _refused(response, walk)
        answer = base.json_of(response)
        rows = answer.get("statuses") if isinstance(answer, dict) else answer
        if not isinstance(rows, list):
            raise changed("statuses")
        place = f"{walk.name} page {walk.number} row"
        public = [row for row in rows if not isinstance(row, dict) or _is_public(row)]
        entries = [_entry(row, f"{place} {number}") for number, row in enumerate(public, 1)]
        return base.Page(entries, _older_page(response, rows))

    def _walk(self, name: str, path: str, **query: str | None) -> base.Walk:
        variable = self.options.token or ("MASTODON_TOKEN" if path.endswith("search") else None)
        headers = {"Authorization": f"Bearer {secret(variable)}"} if variable else {}
        meta = {"handle_httpstatus_list": _READ_HERE, "private": bool(variable)}
        request = self.ask(path, {**query, "limit": _MOST}, headers=headers, meta=meta)
        return base.Walk(name, request)


def _older_page(response: Response, rows: list[Any]) -> Request | None:
    """Ask for the older statuses by the Link header, else by what was read last."""
    request = response.request
    ids = [row["id"] for row in rows if isinstance(row, dict) and row.get("id")]
    last = ids[-1] if ids else None
    if not request or not last:
        return None
    if last == request.meta.get("last"):
        if len(rows) < _FEWEST:
            return None
        raise AnswerError("cut short", f"the server gives the same {len(rows)} again, none older")
    link = (response.headers.get("Link") or b"").decode("utf-8", "replace")
    path, _, query = request.url.partition("?")
    parameters = dict(parse_qsl(query))
    if path.endswith("/search"):
        parameters["offset"] = str(int(parameters.get("offset", 0)) + len(rows))
    elif not link:
        parameters["max_id"] = str(last)
    elif following := _NEXT.search(link):
        # Its host is left aside: a token goes only where the operator sends it.
        parameters |= dict(parse_qsl(urlsplit(following[1]).query))
    else:
        return None
    url = f"{path}?{urlencode(parameters, quote_via=quote)}"
    return request.replace(url=url, meta={**request.meta, "last": last})


def _refused(response: Response, walk: base.Walk) -> base.Page:
    """Return an empty page for a tag that nobody has used.

    Raises AnswerError, with what the operator can do, for any other refusal.
    """
    try:
        reason = str(json.loads(response.body)["error"])[:200]
    except (ValueError, KeyError, TypeError, RecursionError):
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


def _is_public(row: dict[str, Any]) -> bool:
    """Tell whether everybody may read it: a token also shows what its owner only may."""
    return row.get("visibility") in _PUBLIC


def _entry(row: Any, place: str) -> Post | SetAside:
    try:
        return _post(row)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"no {error}" if isinstance(error, KeyError) else str(error)
        excerpt = json.dumps(row, ensure_ascii=False)[:200]
        return SetAside(place=place, reason=reason, excerpt=excerpt)


def _post(status: dict[str, Any]) -> Post:
    account = status["account"]
    inner = status.get("reblog") or (status.get("quote") or {}).get("quoted_status")
    text, inner_text = _words(status), _words(inner) if inner else None
    if status.get("reblog"):
        text = ""  # nobody can write into a boost; some servers repeat the boosted words
    return Post(
        source_id=str(status["id"]),
        text=text,
        url=status.get("url") or (inner or {}).get("url") or status.get("uri"),
        author=_name(account),
        author_id=str(account["id"]),
        posted_at=min(time_from(status["created_at"], _UTC), datetime.now(UTC)),
        reposted_text=inner_text,
        reposted_author=_name(inner["account"]) if inner else None,
        raw=json.dumps(status, ensure_ascii=False).encode("utf-8", "replace"),
    )


def _name(account: dict[str, Any]) -> str:
    name: str = account.get("display_name") or account["acct"]
    return name


def _words(status: dict[str, Any]) -> str:
    """Return the content warning and the words; those about its pictures where it has no other."""
    content = _QUOTE_LINK.sub("", status["content"])
    lines = [status.get("spoiler_text"), without_markup(content)]
    if not any(lines):
        lines = [media.get("description") for media in status.get("media_attachments") or ()]
    return "\n".join(line for line in lines if line)
