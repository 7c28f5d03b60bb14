"""Answers of m.weibo.cn: their data, the cards that hold posts, and the post of a card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from scrapy.http import Response

from spiders.base import json_of
from spiders.base.markup import lines_of
from spiders.base.post import Post, pictures_of
from spiders.base.reading import as_dict, bytes_of, dicts
from spiders.base.trouble import AnswerError, changed
from spiders.weibo.words import led_to, posted_or_told, refuse, words

_WORDLESS_CARDS = ("search_topic", "topic")
_CARD_FIELDS = ("page_title", "title", "content1", "content2")
_NOTHING = re.compile("还没有内容|没有找到|暂无")


def data_of(response: Response) -> dict[str, Any] | None:
    """Return an answer's data, None where it says that there are no posts.

    Raises AnswerError where it is a refusal, or of another shape.
    """
    refuse(response)
    answer = json_of(response)
    if not isinstance(answer, dict):
        raise changed("data")
    ok, message, data = answer.get("ok"), str(answer.get("msg") or ""), answer.get("data")
    if ok == -100 or (not data and answer.get("url")):
        error = led_to(str(answer.get("url") or "passport"))
        raise error or AnswerError("blocked", f"it leads to {answer.get('url')}")
    if ok == 0 and _NOTHING.search(message):
        return None
    if ok != 1:
        message = f"ok is {ok!r}: {message or 'no message'}"
        raise AnswerError("blocked" if "频繁" in message else "changed", message)
    if not isinstance(data, dict) or not isinstance(data.get("cards"), list):
        raise changed("data.cards")
    return data if data["cards"] else None


def posts_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the cards that hold a post; raises AnswerError where none does and none says why."""
    cards = list(_posts_in(data["cards"]))
    if not cards and not _NOTHING.search(str(data["cards"])):
        raise changed("data.cards[].mblog")
    return cards


def _posts_in(cards: list[Any]) -> Iterator[dict[str, Any]]:
    for card in cards:
        if not isinstance(card, dict):
            continue
        if card.get("card_type") == 9 or "mblog" in card:
            yield card
        group = card.get("card_group")
        yield from _posts_in(group if isinstance(group, list) else [])


def is_pinned(card: dict[str, Any]) -> bool:
    """Tell whether a card stands at the top whatever its age."""
    mblog = card.get("mblog")
    if not isinstance(mblog, dict) or "id" not in mblog:
        return False
    title = mblog.get("title")
    return bool(mblog.get("isTop")) or (isinstance(title, dict) and title.get("text") == "置顶")


def post_from(
    mblog: dict[str, Any],
    text: str,
    inner: dict[str, Any],
    inner_text: str,
    problems: list[str],
    seen_at: datetime,
) -> Post:
    """Return a post; raises KeyError or ValueError where the card holds none.

    seen_at: when it came, near which such times as 5分钟前 are.
    """
    text, inner_text = _with_card(text, mblog), _with_card(inner_text, inner)
    pictures = pictures_of((*_pictures(mblog), *_pictures(inner)))
    if not text and not inner_text and not pictures:
        raise ValueError("it has no words")
    post_id = str(mblog["id"])
    user = mblog.get("user") or {}
    inner_user = inner.get("user") or {}  # null where the post or its author is gone
    return Post(
        source_id=post_id,
        text=text,
        url=f"https://m.weibo.cn/status/{mblog.get('bid') or post_id}",
        author=user.get("screen_name"),
        author_id=str(user["id"]) if user.get("id") else None,
        posted_at=posted_or_told(str(mblog["created_at"]), seen_at, post_id, problems),
        reposted_text=inner_text or None,
        reposted_author=inner_user.get("screen_name"),
        pictures=pictures,
        raw=bytes_of(mblog),
    )


def _with_card(text: str, mblog: dict[str, Any]) -> str:
    """Return the words of a post and those of the card below it: a link, a place, a vote.

    Those of topics tell how many read it, those of films repeat the post behind their title.
    """
    card = as_dict(mblog.get("page_info"))
    if card.get("type") in _WORDLESS_CARDS:
        return text
    keys = ("title",) if card.get("type") == "video" else _CARD_FIELDS
    fields = (card.get(key) for key in keys)
    parts = [words(part) for part in fields if isinstance(part, str)]
    bare = _bare(text)
    return lines_of(text, *(part for part in parts if _bare(part).rstrip(".…") not in bare))


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _pictures(mblog: dict[str, Any]) -> list[object]:
    return [
        as_dict(picture.get("large")).get("url") or picture.get("url")
        for picture in dicts(mblog.get("pics"))
    ]
