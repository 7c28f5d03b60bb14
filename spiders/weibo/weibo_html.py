"""Weibo through s.weibo.com: pages of search results, read with a cookie, come out as posts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from parsel import Selector
from pydantic import Field
from scrapy.http import Request, Response, TextResponse

from spiders.base import Page, PagedOptions, PagedSpider, Walk
from spiders.base.options import Words, secret
from spiders.base.post import Post, SetAside
from spiders.base.trouble import AnswerError, Trouble, changed
from spiders.weibo.words import (
    COOKIE,
    MOST_PAGES,
    REDIRECTS,
    SHANGHAI,
    posted_at,
    reaches,
    refuse,
    words,
)

CARD = 'div.card-wrap[action-type="feed_list_item"]'

# A long text stands whole behind its beginning, hidden until somebody unfolds it.
_TEXTS = ('p[@node-type="feed_list_content_full"]', 'p[@node-type="feed_list_content"]', "p")
_OWN = '[not(ancestor::*[contains(@class, "card-comment")])]'  # not of the post passed on
_FROM = '*[contains(concat(" ", @class, " "), " from ")]'
_LINK = re.compile(r"weibo\.com/(\d+)/(\w+)")
_PRAISED = re.compile(r"转赞.*")  # 今天10:23 转赞人数超过50
_IS_LOGGED_OUT = re.compile(r"\$CONFIG\['islogin'\]\s*=\s*'0'")
_LOGIN = re.compile(r"Sina Visitor System|passport\.weibo|login\.php")
_HUMAN = re.compile(r"pl_common_sassfilter|captcha|geetest|验证码", re.I)


def entries_of(card: Selector, now: datetime, place: str) -> list[Post | SetAside]:
    """Return the post of a card, and beside it what of its text could not be had."""
    try:
        post = _post(card, now)
    except (ValueError, LookupError) as error:
        excerpt = _words(card)[:200]
        return [SetAside(place=place, reason=f"no post: {error}", excerpt=excerpt)]
    full = card.xpath(f".//{_TEXTS[0]}{_OWN}")
    if full or not card.xpath(f'.//{_TEXTS[1]}{_OWN}//a[@action-type="fl_unfold"]'):
        return [post]
    reason = "only the beginning of its text is on the page"
    return [replace(post, cut=True), SetAside(place=place, reason=reason, excerpt=post.text[:200])]


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


def _post(card: Selector, now: datetime) -> Post:
    """Return the post of a card; raises LookupError or ValueError where there is none."""
    mid = card.attrib.get("mid", "")
    if not mid:
        raise LookupError("the card has no 'mid'")
    body = _first(card, *(f".//{text}{_OWN}" for text in _TEXTS))
    link = _first(card, f".//{_FROM}{_OWN}//a[@href]")
    found = _LINK.search(link.attrib["href"])
    if not found:
        raise LookupError("the time has no link to its post")
    comment = card.css(".card-comment")
    inner = _first(comment[0], *(f".//{text}" for text in _TEXTS)) if comment else None
    text, inner_text = _words(body), _words(inner) if inner is not None else ""
    if not text and not inner_text:
        raise ValueError("it has no words")
    return Post(
        source_id=mid,
        text=text,
        url=f"https://weibo.com/{found[1]}/{found[2]}",
        author=_name(body, card, _OWN),
        author_id=found[1],
        posted_at=posted_at(_PRAISED.sub("", _words(link)), now, mid),
        reposted_text=inner_text or None,
        reposted_author=_name(inner, comment[0]) if inner is not None else None,
        raw=card.get().encode("utf-8", "replace"),
    )


def _first(part: Selector, *paths: str) -> Selector:
    """Return the first element of the first path that leads to one."""
    for path in paths:
        if found := part.xpath(path):
            return found[0]
    raise LookupError(f"the card has no {paths[-1]}")


def _name(text: Selector, part: Selector, own: str = "") -> str | None:
    """Return who wrote a text."""
    told = text.attrib.get("nick-name") or part.xpath(f".//a[@nick-name]{own}/@nick-name").get()
    return (told or "").removeprefix("@") or None


def _words(part: Selector) -> str:
    """Return the words of an element: in a page, line ends are mere spaces."""
    return words(re.sub(r"\s+", " ", part.get()))


HOUR = timedelta(hours=1)  # the shortest time that a search can be limited to

# Where an author is from. Codes: the first two digits of GB/T 2260; 400 and 100 are Weibo's own.
# So dataabc/weibo-search splits a full hour (weibo/spiders/search.py, weibo/utils/region.py). The
# fewest live in the first: where it is full as well, the search does not tell regions apart.
REGIONS = {
    "54": "西藏",
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古",
    "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建",
    "36": "江西", "37": "山东",
    "41": "河南", "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南",
    "50": "重庆", "51": "四川", "52": "贵州", "53": "云南",
    "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆",
    "71": "台湾", "81": "香港", "82": "澳门", "400": "海外", "100": "其他",
}  # fmt: skip
_CODES = list(REGIONS)


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a search for a word in the hours from start to end, newest first.

    region: the code of a region; where given, only the last of the hours is asked for.
    found: how many posts the regions of that hour have given.
    """

    word: str
    start: datetime
    end: datetime
    region: str | None = None
    page: int = 1
    found: int = 0

    @property
    def query(self) -> dict[str, object]:
        """What a search asks for the part with."""
        start = self.end - HOUR if self.region else self.start
        return {
            "q": self.word,
            "region": f"custom:{self.region}:1000" if self.region else None,  # 1000: all of it
            "typeall": 1,
            "suball": 1,
            "nodup": 1,  # else posts that are alike are left out, and with them who passes on
            "timescope": f"custom:{_told(start)}:{_told(self.end)}",
            "page": self.page,
        }

    def in_words(self) -> str:
        """Return the last hour and the region as people name them."""
        where = f" in {REGIONS[self.region]}" if self.region else ""
        return f"the hour before {self.end:%Y-%m-%d %H:%M}{where}"

    def next_page(self) -> Part:
        """Return the next page of the same search."""
        return replace(self, page=self.page + 1)

    def with_found(self, count: int) -> Part:
        """Return the part with so many more posts found in regions."""
        return replace(self, found=self.found + count) if self.region else self

    def before(self, end: datetime) -> Part | None:
        """Return the hours before another end, None where there are none."""
        return Part(self.word, self.start, end) if end > self.start else None

    def hours_before(self) -> Part | None:
        """Return the hours before the last one, None where there are none."""
        return self.before(self.end - HOUR)

    def whole(self) -> Part:
        """Return the part without its region."""
        return replace(self, region=None)

    def first_region(self) -> Part:
        """Return the last hour in the first region."""
        return replace(self, region=_CODES[0], page=1)

    def after_region(self) -> Part | None:
        """Return the last hour in the next region; after the last region, the hours before."""
        if self.region is None or self.is_last_region():
            return self.hours_before()
        return replace(self, region=_CODES[_CODES.index(self.region) + 1], page=1)

    def is_first_region(self) -> bool:
        """Tell whether it is the last hour in the first region."""
        return self.region == _CODES[0]

    def is_last_region(self) -> bool:
        """Tell whether it is the last hour in the last region."""
        return self.region == _CODES[-1]


def hour_of(at: datetime) -> datetime:
    """Return the beginning of a time's hour."""
    return at.astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0)


def _told(at: datetime) -> str:
    """Return an hour as a search has it: 2020-02-10-9."""
    return f"{at:%Y-%m-%d}-{at.hour}"


class WeiboHtmlOptions(PagedOptions):
    """What to search for on Weibo's result pages.

    keywords: each is searched for, by hours and regions where there are more than 50 pages.
    """

    keywords: Words = Field(min_length=1)


class WeiboHtmlSpider(PagedSpider):
    """Weibo's result pages on s.weibo.com, with the operator's cookie."""

    name = "weibo_html"
    Options = WeiboHtmlOptions
    options: WeiboHtmlOptions
    home: ClassVar[str] = "https://s.weibo.com"
    secrets: ClassVar[tuple[str, ...]] = (COOKIE,)

    def __init__(self, **kw: Any) -> None:
        super().__init__(**kw)
        self._tells_regions = True  # until it shows that the search does not

    def walks(self) -> Iterable[Walk]:
        """Yield a walk for each keyword, from now back to what is known of it."""
        for keyword in self.options.keywords:
            yield self.probe_walk(keyword)

    def probe_walk(self, word: str) -> Walk:
        """Return the walk of a search for a word, from now back to what is known of it."""
        name = f"keyword {word}"
        known = self._until(Walk(name, Request(self.address)))
        return Walk(name, self._ask(Part(word, hour_of(known), hour_of(datetime.now(UTC)) + HOUR)))

    def page(self, response: Response, walk: Walk) -> Page:
        """Read the cards of a result page."""
        refuse(response)
        if b"</html>" not in response.body.lower() or not isinstance(response, TextResponse):
            raise AnswerError("changed", "the page ends in the middle, or is none")
        # Below "nothing found" may stand posts that are recommended instead.
        none = bool(response.css(".card-no-result"))
        cards = [] if none else response.css(CARD)
        if not cards and not none:
            raise no_cards(response.text)
        entries: list[Post | SetAside | Trouble] = []
        now = datetime.now(SHANGHAI)
        for number, card in enumerate(cards, 1):
            entries += entries_of(card, now, f"{walk.name}, page {walk.number}, card {number}")
        if cards and is_logged_out(response.text):
            return _first_only(entries, walk)
        posts = [entry for entry in entries if isinstance(entry, Post)]
        hot = frozenset(card.attrib.get("mid", "") for card in cards if is_hot(card))
        fresh = [post for post in posts if post.source_id not in hot]
        part: Part = response.meta["part"].with_found(len(fresh))
        # The fiftieth page leads nowhere, however much there is.
        more = bool(response.css("a.next") or (cards and part.page >= MOST_PAGES))
        onward, lost = self._onward(part, fresh, more=more, known=reaches(fresh, walk.until))
        if lost:
            entries.append(Trouble(outcome="cut short", message=f"{walk.name}: {lost}"))
        # A region begins with posts as new as the one before it: none of them may end the walk.
        pinned = frozenset(post.source_id for post in posts) if part.region else hot
        return Page(entries, self._ask(onward) if onward else None, pinned)

    def _onward(
        self, part: Part, posts: Sequence[Post], *, more: bool, known: bool
    ) -> tuple[Part | None, str]:
        """Return what to ask for after a page, and what may have been lost there.

        more: whether its search has more posts. known: whether those are known already.
        """
        full = more and part.page >= MOST_PAGES and not known
        if more and part.page < MOST_PAGES and not (known and part.region):
            return part.next_page(), ""
        if part.region is None:
            if not full:
                return None, ""
            oldest = hour_of(
                min((post.posted_at for post in posts if post.posted_at), default=part.end)
            )
            if oldest < part.end - HOUR:
                return part.before(oldest + HOUR), ""
            if self._tells_regions:
                return part.first_region(), ""
            return part.hours_before(), _lost(part, posts)
        if full and part.is_first_region():
            self._tells_regions = False
            return part.hours_before(), _lost(part.whole(), posts)
        if part.is_last_region() and part.found < MOST_PAGES:
            return part.hours_before(), _lost(part.whole(), ())
        return part.after_region(), _lost(part, posts) if full else ""

    def _ask(self, part: Part) -> Request:
        meta = {
            "part": part,
            "dont_redirect": True,
            "handle_httpstatus_list": list(REDIRECTS),
        }
        return self.ask("/weibo", part.query, headers={"Cookie": secret(COOKIE)}, meta=meta)


def _lost(part: Part, posts: Sequence[Post]) -> str:
    """Return what may be missing of a last hour whose last page has these posts."""
    times = [post.posted_at.astimezone(SHANGHAI) for post in posts if post.posted_at]
    what = f"what is older than {min(times):%H:%M}" if times else "some posts"
    return (
        f"of {part.in_words()} {what} may be missing: {MOST_PAGES} pages are the most, an hour "
        f"{'and a region ' if part.region else ''}the least to ask for. Narrow the keyword"
    )


def _first_only(entries: list[Post | SetAside | Trouble], walk: Walk) -> Page:
    """Return what is shown without a login, so that none of it counts as complete."""
    error = AnswerError("login needed", f"the cookie is dead; set {COOKIE} to a fresh one")
    if walk.newest:
        raise error
    trouble = Trouble(outcome=error.outcome, message=f"{walk.name}: {error}")
    ids = frozenset(entry.source_id for entry in entries if isinstance(entry, Post))
    return Page([*entries, trouble], None, ids)
