"""A Bluesky service: an account logs in, searches posts and reads people's feeds."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from served import Request, Served, account_of, page_of
from web import Answer

# What a run ends with; "expired" is none to a spider that renews its session, and "further" tells
# the end by an empty page.
FAILINGS = {
    "further": "ok",
    "expired": "ok",
    "expired-twice": "login needed",
    "wrong-password": "login needed",
    "two-factor": "login needed",
    "takedown": "login needed",
    "no-session": "changed",
    "public": "blocked",
    "limited": "blocked",
    "no-posts": "changed",
    "no-text": "changed",
    "no-such-person": "changed",
    "upstream": "unreachable",
}
_LOGINS = {
    "wrong-password": (401, "AuthenticationRequired", "Invalid identifier or password"),
    "two-factor": (401, "AuthFactorTokenRequired", "A sign in code has been sent to your email"),
    "takedown": (400, "AccountTakedown", "Account has been taken down"),
}
_READS = {
    "limited": (429, "RateLimitExceeded", "Rate Limit Exceeded"),
    "no-such-person": (400, "InvalidRequest", "Profile not found"),
    "upstream": (502, "UpstreamFailure", "Upstream service unreachable"),
}
_EXPIRED = (400, "ExpiredToken", "Token has expired")
_FRESH = {"Bearer access-1", "Bearer access-2"}


def answer(asked: Request, posts: Sequence[Served], failing: str | None) -> Answer:
    """Return a session, found posts or a feed, or why there is none."""
    method = asked.path.removeprefix("/xrpc/")
    bearer = asked.headers.get("authorization")
    if method.startswith("com.atproto.server.") and asked.method == "POST":
        return _session(method.rpartition(".")[2], asked, bearer, failing)
    if method not in {"app.bsky.feed.searchPosts", "app.bsky.feed.getAuthorFeed"}:
        return _refusal(501, "MethodNotImplemented", "Method Not Implemented")
    if failing == "public":
        return Answer(b"<html><body><h1>403 Forbidden</h1></body></html>", 403)
    if failing in _READS:
        return _refusal(*_READS[failing])
    if bearer not in _FRESH | {None}:
        return _refusal(400, "InvalidToken", "Token could not be verified")
    if failing == "expired-twice" or (failing == "expired" and bearer == "Bearer access-1"):
        return _refusal(*_EXPIRED)
    start, most = int(asked.query.get("cursor", 0)), min(int(asked.query.get("limit", 25)), 100)
    if until := asked.query.get("until"):
        end = datetime.fromisoformat(until)
        posts = posts[bisect_left(posts, True, key=lambda post: post.posted_at < end) :]
    views = [view(post) for post in page_of(posts, start, most)]
    if failing == "no-text":
        for one in views:
            del one["record"]["text"]
    feed = method.endswith("getAuthorFeed")
    rows = {"feed": [{"post": one} for one in views]} if feed else {"posts": views}
    if failing == "no-posts":
        rows = {}
    more = start + most < len(posts) or (failing == "further" and views)
    cursor = {"cursor": str(start + most)} if more else {}
    return _json({**rows, **cursor})


def _session(method: str, asked: Request, bearer: str | None, failing: str | None) -> Answer:
    if failing in _LOGINS:
        return _refusal(*_LOGINS[failing])
    if failing == "no-session":
        return _json({"did": "did:plc:replay"})
    if method == "refreshSession":
        if bearer != "Bearer refresh-1":
            return _refusal(*_EXPIRED)
        return _json(_tokens("2"))
    given = json.loads(asked.body)
    if not (given.get("identifier") and given.get("password")):
        return _refusal(400, "InvalidRequest", 'Input must have the property "identifier"')
    return _json(_tokens("1"))


def _tokens(number: str) -> dict[str, object]:
    return {
        "did": "did:plc:replay",
        "handle": "replay.test",
        "accessJwt": f"access-{number}",
        "refreshJwt": f"refresh-{number}",
        "active": True,
    }


def view(post: Served) -> dict[str, Any]:
    """Return a post's view; one that passes on another quotes it."""
    at = post.posted_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    text = post.long or post.text
    found = {
        "uri": _uri(post),
        "cid": f"bafyrei{post.id}",
        "author": _author(post),
        "record": {"$type": "app.bsky.feed.post", "createdAt": at, "langs": ["zh"], "text": text},
        "replyCount": 0,
        "repostCount": 0,
        "likeCount": 0,
        "quoteCount": 0,
        "indexedAt": at,
        "labels": [],
    }
    if post.reposted:
        inner = view(post.reposted)
        record = {
            "$type": "app.bsky.embed.record#viewRecord",
            **{key: inner[key] for key in ("uri", "cid", "author", "indexedAt")},
            "value": inner["record"],
        }
        found["embed"] = {"$type": "app.bsky.embed.record#view", "record": record}
    return found


def _author(post: Served) -> dict[str, Any]:
    number = account_of(post.author)
    did, handle = f"did:plc:replay{number}", f"replay{number}.test"
    return {"did": did, "handle": handle, "displayName": post.author, "labels": []}


def _uri(post: Served) -> str:
    return f"at://{_author(post)['did']}/app.bsky.feed.post/{post.id}"


def _refusal(code: int, error: str, message: str) -> Answer:
    return _json({"error": error, "message": message}, code)


def _json(found: object, code: int = 200) -> Answer:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "RateLimit-Limit": "3000",
        "RateLimit-Remaining": "0" if code == 429 else "2999",
        "RateLimit-Policy": "3000;w=300",
    }
    return Answer(json.dumps(found, ensure_ascii=False).encode(), code, headers)
