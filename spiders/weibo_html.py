"""Weibo through s.weibo.com: pages of search results, read with a cookie, come out as posts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from parsel import Selector
from pydantic import Field, field_validator
from scrapy.http import Request, Response, TextResponse

from spiders.base import Page, PagedOptions, PagedSpider, Walk
from spiders.options import one_or_more, secret
from spiders.post import Post, SetAside
from spiders.trouble import AnswerError, Trouble
from spiders.weibo_html_cards import CARD, entries_of, is_hot, is_logged_out, no_cards
from spiders.weibo_words import COOKIE, MOST_PAGES, REDIRECTS, SHANGHAI, reaches, refuse

_HOUR = timedelta(hours=1)  # the shortest time that a search can be limited to


class WeiboHtmlOptions(PagedOptions):
    """What to search for on Weibo's result pages.

    keywords: each is searched for, in windows of time where there are more than 50 pages.
    """

    keywords: tuple[str, ...] = Field(min_length=1)

    @field_validator("keywords", mode="before")
    @classmethod
    def _list(cls, given: object) -> object:
        return one_or_more(given)


class WeiboHtmlSpider(PagedSpider):
    """Weibo's result pages on s.weibo.com, with the operator's cookie."""

    name = "weibo_html"
    Options = WeiboHtmlOptions
    options: WeiboHtmlOptions
    home: ClassVar[str] = "https://s.weibo.com"
    most_pages: ClassVar[int | None] = MOST_PAGES
    secrets: ClassVar[tuple[str, ...]] = (COOKIE,)

    def walks(self) -> Iterable[Walk]:
        """Yield a walk for each keyword, from now back to what is known of it."""
        for keyword in self.options.keywords:
            yield self.probe_walk(keyword)

    def probe_walk(self, word: str) -> Walk:
        """Return the walk of a search for a word, from now back to what is known of it."""
        name = f"keyword {word}"
        known = self._until(Walk(name, Request(self.address)))
        return Walk(name, self._ask(word, _hour(known), _hour(datetime.now(UTC)) + _HOUR))

    def older(self, walk: Walk, oldest: datetime) -> Walk | None:
        """Return the walk over the hours back from the oldest post's, at the least one further."""
        start, end = walk.request.meta["window"]
        end = min(_hour(oldest) + _HOUR, end - _HOUR)
        if walk.number < MOST_PAGES or end <= start:
            return None
        return Walk(walk.name, self._ask(walk.request.meta["word"], start, end))

    def page(self, response: Response, walk: Walk) -> Page:
        """Read the cards of a result page."""
        refuse(response)
        if b"</html>" not in response.body.lower() or not isinstance(response, TextResponse):
            raise AnswerError("changed", "the page ends in the middle, or is none")
        if response.css(".card-no-result"):
            return Page()
        cards = response.css(CARD)
        if not cards:
            raise no_cards(response.text)
        entries: list[Post | SetAside | Trouble] = []
        now = datetime.now(SHANGHAI)
        for number, card in enumerate(cards, 1):
            entries += entries_of(card, now, f"{walk.name}, page {walk.number}, card {number}")
        if is_logged_out(response.text):
            return _first_only(entries, walk)
        return self._with_next(entries, cards, response, walk)

    def _with_next(
        self,
        entries: list[Post | SetAside | Trouble],
        cards: Iterable[Selector],
        response: TextResponse,
        walk: Walk,
    ) -> Page:
        """Return the page and, after the fiftieth, the next that the base cannot ask for."""
        pinned = frozenset(card.attrib.get("mid", "") for card in cards if is_hot(card))
        start, end = walk.request.meta["window"]
        onward = self._ask(walk.request.meta["word"], start, end, walk.number + 1)
        if walk.number < MOST_PAGES:
            return Page(entries, onward if response.css("a.next") else None, pinned)
        if reaches(entries, walk.until):
            return Page(entries, None, pinned)
        if _hour(_oldest(entries, end)) >= end - _HOUR:
            entries.append(_full_hour(walk, entries, end))
            if end - _HOUR <= start:
                return Page(entries, None, pinned)
        return Page(entries, onward, pinned)

    def _ask(self, word: str, start: datetime, end: datetime, page: int = 1) -> Request:
        query = {
            "q": word,
            "typeall": 1,
            "suball": 1,
            "nodup": 1,  # else posts that are alike are left out, and with them who passes on
            "timescope": f"custom:{_told(start)}:{_told(end)}",
            "page": page,
        }
        meta = {
            "word": word,
            "window": (start, end),
            "dont_redirect": True,
            "handle_httpstatus_list": list(REDIRECTS),
        }
        return self.ask("/weibo", query, headers={"Cookie": secret(COOKIE)}, meta=meta)


def _hour(at: datetime) -> datetime:
    """Return the beginning of a time's hour."""
    return at.astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0)


def _told(at: datetime) -> str:
    """Return an hour as a search has it: 2020-02-10-9."""
    return f"{at:%Y-%m-%d}-{at.hour}"


def _oldest(entries: Iterable[object], otherwise: datetime) -> datetime:
    times = [entry.posted_at for entry in entries if isinstance(entry, Post) and entry.posted_at]
    return min(times, default=otherwise)


def _full_hour(walk: Walk, entries: Iterable[object], end: datetime) -> Trouble:
    """Return the trouble of an hour that has more posts than a search gives."""
    return Trouble(
        outcome="cut short",
        message=f"{walk.name}: of the hour before {end:%Y-%m-%d %H:%M} what is older than "
        f"{_oldest(entries, end).astimezone(SHANGHAI):%H:%M} may be missing: {MOST_PAGES} pages "
        "are the most, an hour the shortest time to ask for. Narrow the keyword",
    )


def _first_only(entries: list[Post | SetAside | Trouble], walk: Walk) -> Page:
    """Return what is shown without a login, so that none of it counts as complete."""
    error = AnswerError("login needed", f"the cookie is dead; set {COOKIE} to a fresh one")
    if walk.newest:
        raise error
    trouble = Trouble(outcome=error.outcome, message=f"{walk.name}: {error}")
    ids = frozenset(entry.source_id for entry in entries if isinstance(entry, Post))
    return Page([*entries, trouble], None, ids)
