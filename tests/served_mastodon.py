"""A Mastodon server: hashtags, public and local timelines, and a search that wants a token.

It speaks the dialects of compatible servers, too: its search counts an offset, or wants the last
id ("max-id", "same-again"), or has one page only ("first-page"); an id may change with an edit
("new-ids"); quotes come in four shapes, by the number of the post; who asks for a web page gets
errors as web pages.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import quote

from served import Request, Served, account_of, page_of, place_of
from web import Answer

# What a run ends with. Not all are failings: those that end well are how compatible servers differ.
FAILINGS = {
    "max-id": "ok",
    "same-again": "ok",
    "new-ids": "ok",
    "first-page": "ok",
    "no-chinese": "changed",
    "no-tags": "empty",
    "no-link": "ok",
    "no-pages": "ok",
    "unknown-tag": "empty",
    "no-preview": "login needed",
    "bad-token": "login needed",
    "no-user": "login needed",
    "scope": "login needed",
    "limited": "blocked",
    "suspended": "blocked",
    "no-api": "changed",
    "no-content": "changed",
    "no-list": "changed",
    "maintenance": "unreachable",
}
_ONE_PAGE = {"no-pages", "first-page"}
_REFUSALS = {
    "unknown-tag": (404, "Record not found"),
    "no-preview": (401, "This API requires an authenticated user"),
    "bad-token": (401, "The access token is invalid"),
    "no-user": (422, "This method requires an authenticated user"),
    "scope": (403, "This action is outside the authorized scopes"),
    "suspended": (403, "Your login is currently disabled"),
    "limited": (429, "Too many requests"),
    "maintenance": (503, "There was a temporary problem serving your request"),
}


def answer(asked: Request, posts: Sequence[Served], failing: str | None) -> Answer:
    """Return a page of statuses, or why there is none."""
    if failing == "no-api":
        return Answer(b"<html><body>Not found</body></html>", 404)
    if failing in _REFUSALS:
        return _refusal(asked, *_REFUSALS[failing])
    most = min(int(asked.query.get("limit", 20)), 40)
    if asked.path == "/api/v2/search":
        if not asked.headers.get("authorization", "").startswith("Bearer "):
            return _refusal(asked, 401, "The access token is invalid")
        found = page_of(posts, _search_start(asked, posts, failing), most)
        return _json({"accounts": [], "statuses": _statuses(found, failing), "hashtags": []})
    timeline = asked.path.removeprefix("/api/v1/timelines/")
    if timeline != "public" and not timeline.startswith("tag/"):
        return _refusal(asked, 404, "Record not found")
    if failing in {"no-chinese", "no-tags"} and timeline != "public":
        return _json([])
    if failing == "no-list":
        return _json({"timeline": []})
    found = page_of(posts, 0 if failing in _ONE_PAGE else _start(asked, posts), most)
    headers = {} if failing in {"no-link", *_ONE_PAGE} else _links(asked, found, most)
    return _json(_statuses(found, failing), headers)


def _start(asked: Request, posts: Sequence[Served]) -> int:
    place = place_of(posts, asked.query.get("max_id", "").partition("E")[0])
    return 0 if place is None else place + 1


def _search_start(asked: Request, posts: Sequence[Served], failing: str | None) -> int:
    """Return from which post on a search answers, beyond the last where it answers nothing."""
    offset = int(asked.query.get("offset", 0))
    if failing == "max-id" and offset:
        return len(posts)
    if failing in {"max-id", "same-again"}:
        return _start(asked, posts)
    return 0 if failing in _ONE_PAGE else offset


def _links(asked: Request, found: Sequence[Served], most: int) -> dict[str, str]:
    """Return the Link header, which names the server by its own name, not by a mirror's."""
    if not found:
        return {}
    address = f"https://mastodon.example{quote(asked.path)}?limit={most}"
    links = [f'<{address}&min_id={found[0].id}>; rel="prev"']
    if len(found) == most:
        links.insert(0, f'<{address}&max_id={found[-1].id}>; rel="next"')
    return {"Link": ", ".join(links)}


def _statuses(posts: Sequence[Served], failing: str | None) -> list[dict[str, Any]]:
    rows = [status(post) for post in posts]
    if failing == "no-chinese":
        for row in rows:
            row["tags"] = [{"name": "help"}, {"name": "求助"}]
    if failing == "new-ids":
        for row in rows:
            row["id"] += f"E{sum(row['content'].encode())}"
    if failing == "no-content":
        for row in rows:
            del row["content"]
    return rows


def status(post: Served) -> dict[str, Any]:
    """Return a status; one with words of its own quotes, one without boosts.

    What it quotes stands in a frame, bare, at Pleroma's own place, or as a boost with words.
    """
    words = post.long or post.text
    inner = status(post.reposted) if post.reposted else None
    url = f"https://mastodon.example/@{quote(post.author)}/{post.id}"
    quoted = inner if words else None
    shape = sum(map(int, filter(str.isdigit, post.id))) % 4
    return {
        "id": post.id,
        "created_at": post.posted_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "in_reply_to_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "zh",
        "uri": url,
        "url": url,
        "edited_at": None,
        "content": f"<p>{escape(words, quote=False)}</p>" if words else "",
        "reblog": inner if not words or shape == 3 else None,
        "quote": {0: quoted and {"state": "accepted", "quoted_status": quoted}, 1: quoted}.get(
            shape
        ),
        "pleroma": {"quote": quoted if shape == 2 else None},
        "account": {
            "id": str(account_of(post.author)),
            "username": post.author,
            "acct": post.author,
            "display_name": post.author,
            "bot": False,
        },
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "card": None,
        "poll": None,
    }


def _refusal(asked: Request, code: int, error: str) -> Answer:
    if "text/html" in asked.headers.get("accept", ""):
        page = f"<html><body><h1>{code}</h1><p>{error}</p></body></html>".encode()
        return Answer(page, code, {"Content-Type": "text/html"})
    return _json({"error": error}, {} if code != 429 else {"X-RateLimit-Remaining": "0"}, code)


def _json(found: object, headers: dict[str, str] | None = None, code: int = 200) -> Answer:
    reset = (datetime.now(UTC) + timedelta(minutes=5)).isoformat().replace("+00:00", "Z")
    limits = {
        "Content-Type": "application/json; charset=utf-8",
        "X-RateLimit-Limit": "300",
        "X-RateLimit-Remaining": "299",
        "X-RateLimit-Reset": reset,
    }
    return Answer(
        json.dumps(found, ensure_ascii=False).encode(), code, {**limits, **(headers or {})}
    )
