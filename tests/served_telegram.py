"""Telegram's preview of a public channel at /s/NAME: twenty messages a page, the newest last."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from served import Request, Served, page_of, place_of
from web import Answer

FAILINGS = {
    "gone": "changed",
    "no-posts": "blocked",
    "empty": "empty",
    "no-history": "changed",
    "no-words": "changed",
    "html": "blocked",
    "not-json": "changed",
    "cut": "changed",
}
_COUNT = 20
_NONE = (
    '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
    '<div class="tgme_widget_message_centered">'
    '<div class="tme_no_messages_found">No posts found</div></div></div>'
)


def answer(asked: Request, posts: Sequence[Served], failing: str | None) -> Answer:
    """Return a page of a channel; its landing page where it has no preview."""
    channel = asked.path.rpartition("/")[2]
    if asked.path == f"/{channel}":
        return _html('<div class="tgme_page"><div class="tgme_page_action">Open</div></div>')
    if asked.path != f"/s/{channel}":
        return Answer(status=404)
    if failing == "gone":
        return Answer(status=302, headers={"Location": f"../{channel}"})
    if failing == "html":
        return _html("Please prove that you are human")
    if failing == "not-json":
        return Answer(b"\x00\xff not what it was", headers={"Content-Type": "text/html"})
    if word := asked.query.get("q"):
        posts = [post for post in posts if word in post.text]
    whole = _page(channel, posts, asked.query.get("before"), failing)
    return Answer(whole.body[: len(whole.body) // 2]) if failing == "cut" else whole


def _page(channel: str, posts: Sequence[Served], before: str | None, failing: str | None) -> Answer:
    start = 0
    if before is not None:
        place = place_of(posts, before)
        start = len(posts) if place is None else place + 1
    shown = [] if failing == "empty" else page_of(posts, start, _COUNT)
    body = ""
    # As on the real pages, the link to older messages is not always there when they are.
    if start + _COUNT < len(posts) and start % (3 * _COUNT) != _COUNT and shown:
        oldest = shown[-1].id
        body = (
            f'<a href="/s/{channel}?before={oldest}" class="tme_messages_more js-messages_more" '
            f'data-before="{oldest}"></a>'
        )
    body += "".join(message(channel, post) for post in reversed(shown))
    if failing == "no-posts" or (not shown and failing != "empty"):
        body = _NONE
    elif failing == "empty":
        body = _created(channel)
    elif failing == "no-words":
        body = body.replace("tgme_widget_message_text", "msg-text")
    history = "history" if failing == "no-history" else "tgme_channel_history"
    return _html(f'<section class="{history} js-message_history">{body}</section>')


def message(channel: str, post: Served) -> str:
    """Return the block of one message; one that is passed on bears its first author's name."""
    words = escape(post.long or post.text).replace("口罩", "<b>口罩</b>")
    forwarded = ""
    if post.reposted:
        name = escape(post.reposted.author)
        words += "<br/>" + escape(post.reposted.text)
        forwarded = (
            '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from&nbsp;'
            '<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/other/9">'
            f'<span dir="auto">{name}</span></a></div>'
        )
    text = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{words}</div>'
    return _block(channel, post.id, forwarded + text, post.author, post.posted_at.isoformat())


def _created(channel: str) -> str:
    text = '<div class="tgme_widget_message_text js-message_text">Channel created</div>'
    block = _block(channel, "1", text, "", "2020-01-20T08:00:00+00:00")
    return block.replace("js-widget_message", "service_message js-widget_message")


def _block(channel: str, number: str, inside: str, signed: str, at: str) -> str:
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        '<div class="tgme_widget_message text_not_supported_wrap js-widget_message" '
        f'data-post="{channel}/{number}"><div class="tgme_widget_message_user"><a href="#">'
        '<i class="tgme_widget_message_user_photo"></i></a></div>'
        '<div class="tgme_widget_message_bubble"><div class="tgme_widget_message_author">'
        '<a class="tgme_widget_message_owner_name" href="#"><span dir="auto">求助 '
        '<i class="emoji" style="background-image:url(\'//t.example/e.png\')"><b>🆘</b></i>'
        f"</span></a></div>{inside}"
        '<div class="tgme_widget_message_footer"><div class="tgme_widget_message_info">'
        '<span class="tgme_widget_message_views">1.2K</span>'
        f'<span class="tgme_widget_message_from_author" dir="auto">{escape(signed)}</span>'
        '<span class="tgme_widget_message_meta">edited &nbsp;'
        f'<a class="tgme_widget_message_date" href="https://t.me/{channel}/{number}">'
        f'<time datetime="{at}" class="time">08:00</time></a></span></div></div></div></div></div>'
    )


def _html(body: str) -> Answer:
    page = f"<!DOCTYPE html><html><head><title>Telegram</title></head><body>{body}</body></html>"
    return Answer(page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
