"""A feed as a site or RSSHub gives it: the newest posts of a service as RSS 2.0."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import format_datetime
from xml.sax.saxutils import escape

from served import Request, Served
from web import Answer

FAILINGS = {"no-feed": "changed", "empty": "empty", "html": "changed", "cut": "cut short"}
_MOST = 50


def answer(asked: Request, posts: Sequence[Served], failing: str | None) -> Answer:
    """Return the feed at /feed.xml."""
    if asked.path != "/feed.xml":
        return Answer(status=404)
    if failing in {"no-feed", "html"}:
        return Answer(b"<html><body>moved</body></html>", headers={"Content-Type": "text/html"})
    items = "" if failing == "empty" else "".join(map(_item, posts[:_MOST]))
    body = f'<rss version="2.0"><channel><title>replay</title>{items}</channel></rss>'
    if failing == "cut":
        body = body[: len(body) // 2]
    return Answer(body.encode(), headers={"Content-Type": "application/rss+xml"})


def _item(post: Served) -> str:
    words = post.long or post.text
    if post.reposted:
        words += f"//@{post.reposted.author}:{post.reposted.text}"
    return (
        f"<item><guid>feed:{post.id}</guid><author>{escape(post.author)}</author>"
        f"<pubDate>{format_datetime(post.posted_at)}</pubDate>"
        f"<description>{escape(escape(words))}</description></item>"
    )
