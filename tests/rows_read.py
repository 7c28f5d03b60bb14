"""What each spider of the web reads in an answer that a test made of rows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from inspect import isawaitable
from typing import Any

import pytest
from coroutines import result_of
from scrapy.http import HtmlResponse, TextResponse

from spiders.base import Page, spider_named

OPTIONS: dict[str, dict[str, object]] = {
    "mastodon": {"base_url": "https://social.example", "timelines": "public"},
    "bluesky": {"words": "口罩"},
    "weibo": {"keywords": "口罩"},
    "weibo_html": {"keywords": "口罩"},
    "toutiao": {"keywords": "口罩"},
    "telegram": {"channels": "qingwen"},
}
WHEN = "2020-02-12T06:30:00+00:00"


def row(name: str, number: object = 1, **more: Any) -> Any:
    """Return a row that the spider reads as a post of 缺口罩."""
    author = {"id": "7", "acct": "xiaohe", "did": "did:plc:x", "handle": "xiaohe.test"}
    if name == "mastodon":
        words = {"content": "<p>缺口罩</p>", "visibility": "public", "account": author}
        return {"id": f"{number}", "uri": f"https://a.example/{number}", "created_at": WHEN,
                **words, **more}  # fmt: skip
    if name == "bluesky":
        record = {"text": "缺口罩", "createdAt": WHEN, **more.pop("record", {})}
        return {"uri": f"at://x/{number}", "author": author, "record": record, "indexedAt": WHEN,
                **more}  # fmt: skip
    if name == "weibo":
        mblog = {"id": f"{number}", "text": "缺口罩", "created_at": "2020-02-12", **more}
        return {"card_type": 9, "mblog": mblog}
    if name == "toutiao":
        return {"cell_type": 32, "id": number, "content": "缺口罩", "publish_time": 1581489000,
                **more}  # fmt: skip
    if name == "weibo_html":
        return (
            f'<div class="card-wrap" action-type="feed_list_item" mid="{number}"><p '
            f'node-type="feed_list_content" nick-name="小禾">{more.get("text", "缺口罩")}</p>'
            f'{more.get("beside", "")}<div class="from"><a href="//weibo.com/7/{number}">'
            f"{more.get('at', '2020-02-12 14:30')}</a></div></div>"
        )
    return (
        f'<div class="tgme_widget_message" data-post="c/{number}">{more.get("beside", "")}'
        f'<div class="tgme_widget_message_text">{more.get("text", "缺口罩")}</div>'
        f'<a class="tgme_widget_message_date"><time datetime="{more.get("at", WHEN)}"></time></a>'
        "</div>"
    )


def answer_of(name: str, rows: Iterable[Any]) -> bytes:
    """Return an answer that holds the rows; what is bytes among them stands there as it is."""
    if name in {"telegram", "weibo_html"}:
        inside = "".join(one if isinstance(one, str) else str(one) for one in rows)
        return f'<html>微博<section class="tgme_channel_history">{inside}</section></html>'.encode()
    listed = b"[" + b",".join(
        one if isinstance(one, bytes) else json.dumps(one).encode() for one in rows
    ) + b"]"  # fmt: skip
    frame = {"mastodon": b"%b", "bluesky": b'{"posts":%b}', "toutiao": b'{"data":%b}',
             "weibo": b'{"ok":1,"data":{"cards":%b}}'}  # fmt: skip
    return frame[name] % listed


def read(name: str, *rows: Any) -> Page:
    """Return what the spider reads of an answer with the rows; in a page the first is read last."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEIBO_COOKIE", "SUB=1")
        kind = spider_named(name)
        one: Any = kind(source="s", options=kind.Options.model_validate(OPTIONS[name]))
        walk = next(iter(one.walks()))
        page = HtmlResponse if name in {"telegram", "weibo_html"} else TextResponse
        url = "https://t.me/s/qingwen" if name == "telegram" else walk.request.url
        request = walk.request.replace(url=url)
        answer = page(url, body=answer_of(name, rows), request=request, encoding="utf-8")
        found = one.page(answer, walk)

        async def waited() -> Page:
            result: Page = await found
            return result

        return result_of(waited()) if isawaitable(found) else found
