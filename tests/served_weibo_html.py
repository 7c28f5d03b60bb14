"""Weibo as s.weibo.com gives it: pages of search results, limited to hours, for those logged in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from served import Request, Served, account_of, page_of
from served_weibo import BUSY
from web import Answer

FAILINGS = {
    "visitor": "login needed",
    "passport": "login needed",
    "logged-out": "login needed",
    "captcha": "blocked",
    "busy": "blocked",
    "no-cards": "changed",
    "empty": "empty",
    "regions-ignored": "ok",
    "regions-empty": "ok",
}
PER_PAGE = 10
MOST_PAGES = 50
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_BODIES = {
    "visitor": "<html><head><title>Sina Visitor System</title></head><body></body></html>",
    "captcha": '<html><body>微博<div id="pl_common_sassfilter">请输入验证码</div></body></html>',
    "no-cards": '<html><title>微博搜索</title><body><div class="feed2"></div></body></html>',
    "empty": '<html><body>微博<div class="card card-no-result s-pt20b40">'
    "<p>抱歉，未找到相关结果。</p></div></body></html>",
}


def answer(asked: Request, posts: Sequence[Served], failing: str | None) -> Answer:
    """Return a page of results."""
    if asked.path != "/weibo":
        return Answer(status=404)
    if failing == "busy":
        return Answer(BUSY.encode("gbk"), headers={"Content-Type": "text/html"})
    if failing == "passport" or not asked.headers.get("cookie"):
        to = "https://passport.weibo.com/visitor/visitor?entry=miniblog"
        return Answer(status=302, headers={"Location": to})
    if failing in _BODIES:
        return _page(_BODIES[failing])
    start, end = _hours(asked.query["timescope"])
    region = None if failing == "regions-ignored" else asked.query.get("region")
    if region and failing == "regions-empty":
        return _page(_BODIES["empty"])
    inside = [
        post
        for post in posts
        if start <= post.posted_at < end and region in (None, f"custom:{region_of(post)}:1000")
    ]
    number = int(asked.query.get("page", 1))
    pages = min(MOST_PAGES, -(-len(inside) // PER_PAGE))
    found = page_of(inside, (number - 1) * PER_PAGE, PER_PAGE) if number <= pages else []
    if not found:
        return _page(_BODIES["empty"])
    cards = "".join(map(card, found))
    onward = f'<a href="/weibo?page={number + 1}" class="next">下一页</a>' if number < pages else ""
    return _page(
        f"<!DOCTYPE html><html><head><title>微博搜索</title><script>"
        f"$CONFIG['islogin'] = '{int(failing != 'logged-out')}';</script></head><body>"
        f'<div id="pl_feedlist_index">{cards}<div class="m-page">{onward}</div></div></body></html>'
    )


def region_of(post: Served) -> str:
    """Return the code of the region where a post's author is from: Beijing or Hubei."""
    return "42" if int(post.id[-1]) % 2 else "11"


def card(post: Served) -> str:
    """Return a post as a card of a result page."""
    inner = ""
    if post.reposted:
        name, home = escape(post.reposted.author), _home(post.reposted)
        inner = (
            '<div class="card-comment"><div class="con"><div node-type="feed_list_forwardContent">'
            f'<a href="{home}" class="name" nick-name="{name}">@{name}</a>'
            f'{_texts(post.reposted)}<p class="from"><a href="{home}/In{post.reposted.id}">'
            f"{_time(post.reposted.posted_at)}</a></p></div></div></div>"
        )
    return (
        f'<div class="card-wrap" action-type="feed_list_item" mid="{post.id}"><div class="card">'
        '<div class="card-feed"><div class="content" node-type="like"><div class="info"><div>'
        f'<a href="{_home(post)}?refer_flag=1" class="name" nick-name="{escape(post.author)}">'
        f"{escape(post.author)}</a></div></div>{_texts(post)}{inner}"
        f'<p class="from"><a href="{_home(post)}/B{post.id}?refer_flag=1" target="_blank">\n'
        f'      {_time(post.posted_at)}\n </a> 来自 <a rel="nofollow">手机</a></p>'
        "</div></div></div></div>"
    )


def _home(post: Served) -> str:
    return f"//weibo.com/{account_of(post.author)}"


def _texts(post: Served) -> str:
    name = escape(post.author)

    def text(kind: str, shown: str, link: str = "") -> str:
        shown = escape(shown).replace("\n", "<br/>")
        return f'<p class="txt" node-type="{kind}" nick-name="{name}">\n    {shown}{link} </p>'

    if not post.long:
        return text("feed_list_content", post.text)
    unfold = '... <a action-type="fl_unfold">展开<i class="wbicon">c</i></a>'
    fold = ' <a action-type="fl_fold">收起<i class="wbicon">d</i></a>'
    return text("feed_list_content", post.text, unfold) + text(
        "feed_list_content_full", post.long, fold
    )


def _time(at: datetime) -> str:
    return f"{at.astimezone(_SHANGHAI):%Y年%m月%d日 %H:%M}"


def _hours(timescope: str) -> tuple[datetime, datetime]:
    start, end = re.findall(r"(\d{4}-\d{2}-\d{2})-(\d{1,2})", timescope)
    return _hour(*start), _hour(*end)


def _hour(day: str, hour: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{int(hour):02}:00").replace(tzinfo=_SHANGHAI)


def _page(body: str) -> Answer:
    return Answer(body.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
