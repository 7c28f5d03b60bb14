"""Weibo as m.weibo.cn gives it: a search, a person's posts, a super-topic, and long texts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from zoneinfo import ZoneInfo

from served import Request, Served, account_of, page_of
from web import Answer

FAILINGS = {
    "login": "login needed",
    "passport": "login needed",
    "captcha": "blocked",
    "busy": "blocked",
    "too-often": "blocked",
    "no-data": "changed",
    "no-posts-in-cards": "changed",
    "empty": "empty",
    "no-long-texts": "ok",
}
PER_PAGE = 10
MOST_PAGES = 50  # of a search
BUSY = """<!DOCTYPE html><html><head><meta charset="gbk"><title>404错误</title><script>
$CONFIG['islogin']='0'; $CONFIG['bpType']='sorry';</script></head><body class="B_weibo404">
<div class="W_error_bg"><div class="page_error">网络繁忙，请稍后重试</div></div></body></html>"""
_REFUSALS: dict[str, dict[str, object]] = {
    "login": {"ok": -100, "url": "https://passport.weibo.com/sso/signin?entry=wapsso&url=x"},
    "captcha": {"ok": 0, "msg": "", "url": "https://m.weibo.cn/api/geetest?testType=1&backUrl=/"},
    "too-often": {"ok": 0, "msg": "请求过于频繁，歇歇吧", "data": {"cards": []}},
    "no-data": {"ok": 1, "result": []},
    "no-posts-in-cards": {"ok": 1, "data": {"cards": [{"card_type": 7, "status": {}}]}},
    "empty": {"ok": 0, "msg": "这里还没有内容", "data": {"cards": []}},
}


def answer(asked: Request, posts: Sequence[Served], failing: str | None) -> Answer:
    """Return a page of a container, or a long text."""
    if failing == "busy":
        return Answer(BUSY.encode("gbk"), headers={"Content-Type": "text/html"})
    if failing == "passport":
        to = "https://passport.weibo.com/visitor/visitor?entry=miniblog"
        return Answer(status=302, headers={"Location": to})
    if failing in _REFUSALS:
        return _json(_REFUSALS[failing])
    if asked.path == "/statuses/extend":
        return Answer(status=432) if failing else _extend(asked.query.get("id", ""), posts)
    if asked.path != "/api/container/getIndex":
        return Answer(status=404)
    container = asked.query.get("containerid", "")
    if container.startswith("100103type=61&q="):
        return _search(int(asked.query.get("page", 1)), posts)
    return _stream(container, asked.query.get("since_id"), posts)


def mblog(post: Served, **more: object) -> dict[str, object]:
    """Return a post in the shape of m.weibo.cn."""
    text = escape(post.text).replace("\n", "<br />")
    if post.long:
        text += f' ...<a href="/status/{post.id}">全文</a>'
    at = post.posted_at.astimezone(ZoneInfo("Asia/Shanghai"))
    inner = {"retweeted_status": mblog(post.reposted)} if post.reposted else {}
    return {
        "created_at": at.strftime("%a %b %d %H:%M:%S %z %Y"),
        "id": post.id,
        "mid": post.id,
        "bid": f"B{post.id}",
        "text": text,
        "isLongText": bool(post.long),
        "user": {"id": account_of(post.author), "screen_name": post.author},
        "reposts_count": "1.2万",
        **inner,
        **more,
    }


def _search(page: int, posts: Sequence[Served]) -> Answer:
    found = page_of(posts, (page - 1) * PER_PAGE, PER_PAGE) if page <= MOST_PAGES else []
    if not found:
        return _json(_REFUSALS["empty"])
    cards: list[dict[str, object]] = [{"card_type": 4, "desc": "综合"}]
    cards += [{"card_type": 11, "card_group": [_card(post)]} for post in found[:2]]
    cards += [_card(post) for post in found[2:]]
    info = {"containerid": "100103type=61", "total": len(posts), "page": page + 1}
    return _json({"ok": 1, "data": {"cardlistInfo": info, "cards": cards}})


def _stream(container: str, since: str | None, posts: Sequence[Served]) -> Answer:
    """Return posts as old as `since`; a person's oldest post is pinned to the top."""
    pins = container.startswith("107603") and len(posts) > 1
    left = list(posts[:-1] if pins else posts)
    if since:
        left = [post for post in left if post.posted_at.timestamp() <= int(since)]
    cards = [_card(post) for post in left[:PER_PAGE]]
    if not cards:
        return _json(_REFUSALS["empty"])
    if pins and not since:
        top = mblog(posts[-1], isTop=1, title={"text": "置顶", "base_color": 1})
        cards.insert(0, {"card_type": 9, "mblog": top})
    more = left[PER_PAGE:]
    onward = {"since_id": int(more[0].posted_at.timestamp())} if more else {}
    if container.startswith("100808"):
        group = {"card_type": 11, "card_group": cards}
        return _json({"ok": 1, "data": {"pageInfo": onward, "cards": [group]}})
    return _json({"ok": 1, "data": {"cardlistInfo": onward, "cards": cards}})


def _extend(post_id: str, posts: Sequence[Served]) -> Answer:
    every = [*posts, *(post.reposted for post in posts if post.reposted)]
    whole = next((post.long for post in every if post.id == post_id and post.long), None)
    if whole is None:
        return _json({"ok": 0, "msg": "打开页面出错"})
    text = escape(whole).replace("\n", "<br />")
    return _json({"ok": 1, "data": {"ok": 1, "longTextContent": text}})


def _card(post: Served) -> dict[str, object]:
    return {"card_type": 9, "mblog": mblog(post)}


def _json(value: object) -> Answer:
    return Answer(json.dumps(value).encode(), headers={"Content-Type": "application/json"})
