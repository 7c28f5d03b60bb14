"""Toutiao's search as it answers: articles and micro-posts by relevance, widgets between them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from itertools import chain, islice
from typing import Any

from served import Request, Served, account_of
from web import Answer

FAILINGS = {
    "login": "login needed",
    "empty": "empty",
    "only-widgets": "empty",
    "no-data": "changed",
    "no-rows": "cut short",
    "other-rows": "changed",
}
_WIDGETS: tuple[dict[str, Any], ...] = (
    {"cell_type": 26, "ala_src": "weitoutiao", "id": 7, "display": {"title": "热议"}},
    {"cell_type": 20, "queries": [{"text": "口罩 捐赠", "url": "/search/keyword=x"}]},
)


def answer(asked: Request, posts: Sequence[Served], failing: str | None) -> Answer:
    """Return a page of results at /api/search/content/."""
    if asked.path != "/api/search/content/" or not asked.query.get("keyword"):
        return Answer(status=404)
    if failing == "login" or "tt_webid=" not in asked.headers.get("cookie", ""):
        return _json({"message": "success", "data": None, "has_more": 0})
    start, count = int(asked.query.get("offset", 0)), int(asked.query.get("count", 20))
    found = {
        "empty": [],
        "only-widgets": list(_WIDGETS),
        "no-rows": [],
        "other-rows": ["?", *({"card": post.id} for post in posts[1:count])],
    }
    if failing in found:
        return _json({"data": found[failing], "has_more": int(failing == "no-rows")})
    by_relevance = islice(chain(*(range(third, len(posts), 3) for third in range(3))), start, None)
    rows = [_row(posts[place], asked.query["keyword"]) for place in islice(by_relevance, count)]
    more = int(start + count < len(posts))
    whole = {"message": "success", "count": count, "has_more": more, "offset": start + count}
    return _json(whole if failing == "no-data" else {**whole, "data": [*rows, *_WIDGETS]})


def _row(post: Served, keyword: str) -> dict[str, Any]:
    micro = post.long or post.reposted or int(post.id) % 2
    return _micro_post(post, keyword) if micro else _article(post, keyword)


def _article(post: Served, keyword: str) -> dict[str, Any]:
    return {
        "id": post.id,
        "group_id": post.id,
        "item_id": post.id,
        "title": _marked(post.text[:30], keyword),
        "abstract": _marked(post.text, keyword),
        "media_name": post.author,
        "source": post.author,
        "user_id": account_of(post.author),
        "publish_time": str(int(post.posted_at.timestamp())),
        "datetime": f"{post.posted_at:%Y-%m-%d %H:%M:%S}",
        "article_url": f"http://toutiao.com/group/{post.id}/",
        "has_video": False,
    }


def _micro_post(post: Served, keyword: str) -> dict[str, Any]:
    words = _marked(post.long or post.text, keyword)
    if post.reposted:
        words += f'//<a href="/c/user/9/">@{post.reposted.author}</a>:{escape(post.reposted.text)}'
    return {
        "cell_type": 32,
        "id": int(post.id),
        "rich_content": words,
        "publish_time": int(post.posted_at.timestamp()),
        "share_url": f"https://www.toutiao.com/w/{post.id}/",
        "user": {"name": post.author, "user_id": account_of(post.author)},
        "digg_count": 3,
    }


def _marked(words: str, keyword: str) -> str:
    return escape(words).replace(keyword, f"<em>{keyword}</em>")


def _json(answer: object) -> Answer:
    body = json.dumps(answer, ensure_ascii=False).encode()
    return Answer(body, headers={"Content-Type": "application/json; charset=utf-8"})
