"""Cards of s.weibo.com's result pages: a card goes in, the post that it shows comes out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from parsel import Selector

from spiders.base.markup import apart, attribute
from spiders.base.post import Post, SetAside, pictures_of
from spiders.base.reading import guarded
from spiders.base.trouble import AnswerError, changed
from spiders.weibo.words import COOKIE, posted_or_told, words

CARD = 'div.card-wrap[action-type="feed_list_item"]'

# A long text stands whole behind its beginning, hidden until somebody unfolds it.
_TEXTS = ('p[@node-type="feed_list_content_full"]', 'p[@node-type="feed_list_content"]', "p")
_FROM = '*[contains(concat(" ", @class, " "), " from ")]'
_MEDIA = '*[contains(@node-type, "feed_list_media") or contains(@class, "media")]'
_LINK = re.compile(r"weibo\.com/(\d+)/(\w+)")
_PRAISED = re.compile(r"转赞.*")  # 今天10:23 转赞人数超过50
_IS_LOGGED_OUT = re.compile(r"\$CONFIG\['islogin'\]\s*=\s*'0'")
_LOGIN = re.compile(r"Sina Visitor System|passport\.weibo|login\.php")
_HUMAN = re.compile(r"pl_common_sassfilter|captcha|geetest|验证码", re.I)


def entries_of(card: Selector, now: datetime, place: str) -> list[Post | SetAside]:
    """Return the post of a card, and beside it what of its text could not be had."""
    entries: list[Post | SetAside] = []
    with guarded(entries, place, _words(card)) as problems:
        post = _post(card, now, problems)
        whole = card.xpath(f".//{_TEXTS[0]}")
        cut = not whole and card.xpath(f'.//{_TEXTS[1]}//a[@action-type="fl_unfold"]')
        if cut:
            problems.append("only the beginning of its text is on the page")
        entries.append(replace(post, cut=bool(cut)))
    return entries


def is_hot(card: Selector) -> bool:
    """Tell whether a card stands at the top because many read it, whatever its age."""
    return bool(card.css(".card-top"))


def is_logged_out(text: str) -> bool:
    """Tell whether a page was made for somebody who is not logged in."""
    return bool(_IS_LOGGED_OUT.search(text))


def no_cards(text: str) -> AnswerError:
    """Return what a page is that has neither cards nor says that nothing was found."""
    if _HUMAN.search(text):
        return AnswerError("blocked", "it asks for a captcha")
    if _LOGIN.search(text) or is_logged_out(text):
        return AnswerError("login needed", f"it asks to log in; set {COOKIE} to a fresh cookie")
    if "微博" not in text:
        return AnswerError("blocked", "a page came that is not of Weibo's search")
    return changed(CARD)


def _post(card: Selector, now: datetime, problems: list[str]) -> Post:
    """Return the post of a card; raises ValueError where it shows no post.

    The post that it passes on is taken out of the card, which holds its own words alone then.
    """
    mid = attribute(card, "mid")
    if not mid:
        raise ValueError("not a post: the card has no 'mid'")
    raw, pictures = card.get().encode("utf-8", "replace"), _pictures(card)
    comment = card.css(".card-comment")
    apart(comment)
    body = _first(card, *(f".//{text}" for text in _TEXTS))
    link = _first(card, f".//{_FROM}//a[@href]")
    address = _LINK.search(attribute(link, "href"))
    if not address:
        raise ValueError("not a post: the time has no link to its post")
    inner = _first(comment[0], *(f".//{text}" for text in _TEXTS)) if comment else None
    text, inner_text = _words(body), _words(inner) if inner is not None else ""
    if not text and not inner_text and not pictures:
        raise ValueError("not a post: it has no words")
    return Post(
        source_id=mid,
        text=text,
        url=f"https://weibo.com/{address[1]}/{address[2]}",
        author=_name(body, card),
        author_id=address[1],
        posted_at=posted_or_told(_PRAISED.sub("", _words(link)), now, mid, problems),
        reposted_text=inner_text or None,
        reposted_author=_name(inner, comment[0]) if inner is not None else None,
        pictures=pictures,
        raw=raw,
    )


def _pictures(card: Selector) -> tuple[str, ...]:
    """Return the addresses of a card's pictures, its author's face and emoji apart."""
    links = card.xpath(f".//{_MEDIA}//img/@src").getall()
    return pictures_of(f"https:{link}" if link.startswith("//") else link for link in links)


def _first(part: Selector, *paths: str) -> Selector:
    """Return the first element of the first path that leads to one."""
    for path in paths:
        if elements := part.xpath(path):
            return elements[0]
    raise ValueError(f"not a post: the card has no {paths[-1]}")


def _name(text: Selector, part: Selector) -> str | None:
    """Return who wrote a text."""
    name = attribute(text, "nick-name") or part.xpath(".//a[@nick-name]/@nick-name").get()
    return (name or "").removeprefix("@") or None


def _words(part: Selector) -> str:
    """Return the words of an element: in a page, line ends are mere spaces."""
    return words(re.sub(r"\s+", " ", part.get()))
