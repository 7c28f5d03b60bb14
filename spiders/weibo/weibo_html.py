"""Weibo through s.weibo.com: pages of search results, read with a cookie, come out as posts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from parsel import Selector
from pydantic import BaseModel, Field
from scrapy.http import Request, Response, TextResponse

from spiders.base import Page, PagedOptions, PagedSpider, Walk
from spiders.base.markup import apart, attribute
from spiders.base.options import Words, secret
from spiders.base.post import Post, SetAside
from spiders.base.trouble import AnswerError, Trouble
from spiders.weibo.result_cards import CARD, entries_of, is_hot, is_logged_out, no_cards
from spiders.weibo.windows import HOUR, SearchWindow, hour_of
from spiders.weibo.words import COOKIE, MOST_PAGES, REDIRECTS, SHANGHAI, reaches, refuse


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

    @classmethod
    def needs(cls, options: BaseModel) -> tuple[str, ...]:
        """Return the variable of the cookie, without which no result is shown."""
        return cls.secrets

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
        until = self._until(Walk(name, Request(self.address)))
        return Walk(
            name, self._ask(SearchWindow(word, hour_of(until), hour_of(datetime.now(UTC)) + HOUR))
        )

    def page(self, response: Response, walk: Walk) -> Page:
        """Read the cards of a result page; raises AnswerError where the answer is another page."""
        refuse(response)
        if b"</html>" not in response.body.lower() or not isinstance(response, TextResponse):
            raise AnswerError("changed", "the answer is not a page, or ends in the middle of one")
        # Said to be HTML: else it is tried as JSON first, which fails where that is nested deep.
        page = Selector(text=response.text, type="html")
        # Below "nothing found" may stand posts that are recommended instead.
        none = bool(page.css(".card-no-result"))
        cards = page.css(CARD)[:0] if none else page.css(CARD)
        if not cards and not none:
            raise no_cards(response.text)
        is_followed = bool(page.css("a.next"))
        apart(cards)
        entries: list[Post | SetAside | Trouble] = []
        now = datetime.now(SHANGHAI)
        for number, card in enumerate(cards, 1):
            entries += entries_of(card, now, f"{walk.name}, page {walk.number}, card {number}")
        if cards and is_logged_out(response.text):
            return _first_only(entries, walk)
        posts = [entry for entry in entries if isinstance(entry, Post)]
        hot = frozenset(attribute(card, "mid") for card in cards if is_hot(card))
        fresh = [post for post in posts if post.source_id not in hot]
        window: SearchWindow = response.meta["window"].with_found(len(fresh))
        # The fiftieth page leads nowhere, however much there is.
        more = bool(is_followed or (cards and window.page >= MOST_PAGES))
        onward, lost = self._onward(window, fresh, more=more, caught_up=reaches(fresh, walk.until))
        if lost:
            entries.append(Trouble(outcome="cut short", message=f"{walk.name}: {lost}"))
        # A region begins with posts as new as the one before it: none of them may end the walk.
        pinned = frozenset(post.source_id for post in posts) if window.region else hot
        following = self._ask(onward) if onward else None
        return Page(entries, following, pinned, size=len(cards), bounded=True)

    @classmethod
    def post_from_raw(cls, raw: bytes, options: BaseModel, seen_at: datetime) -> Post | None:
        """Return the post of a card; its times are near when it came."""
        card = Selector(text=raw.decode(), type="html").css(CARD)[0]
        posts = (entry for entry in entries_of(card, seen_at, "") if isinstance(entry, Post))
        return next(posts, None)

    def _onward(
        self, window: SearchWindow, posts: Sequence[Post], *, more: bool, caught_up: bool
    ) -> tuple[SearchWindow | None, str]:
        """Return what to ask for after a page, and what may have been lost there.

        more: whether its search has more posts. caught_up: whether those are known already.
        """
        full = more and window.page >= MOST_PAGES and not caught_up
        if more and window.page < MOST_PAGES and not (caught_up and window.region):
            return window.next_page(), ""
        if window.region:
            return self._past_region(window, posts, full=full)
        if not full:
            return None, ""
        oldest = hour_of(
            min((post.posted_at for post in posts if post.posted_at), default=window.end)
        )
        if oldest < window.end - HOUR:
            return window.before(oldest + HOUR), ""
        if self._tells_regions:
            return window.first_region(), ""
        return window.hours_before(), _lost(window, posts)

    def _past_region(
        self, window: SearchWindow, posts: Sequence[Post], *, full: bool
    ) -> tuple[SearchWindow | None, str]:
        """Return what to ask for once a region's hour is read, and what may have been lost there.

        full: whether the region has more posts than are shown.
        """
        if full and window.is_first_region():
            self._tells_regions = False
            return window.hours_before(), _lost(window.whole(), posts)
        if window.is_last_region() and window.found < MOST_PAGES:
            return window.hours_before(), _lost(window.whole(), ())
        return window.after_region(), _lost(window, posts) if full else ""

    def _ask(self, window: SearchWindow) -> Request:
        meta = {
            "window": window,
            "dont_redirect": True,
            "handle_httpstatus_list": list(REDIRECTS),
        }
        return self.ask("/weibo", window.query, headers={"Cookie": secret(COOKIE)}, meta=meta)


def _lost(window: SearchWindow, posts: Sequence[Post]) -> str:
    """Return what may be missing of a last hour whose last page has these posts."""
    times = [post.posted_at.astimezone(SHANGHAI) for post in posts if post.posted_at]
    what = f"what is older than {min(times):%H:%M}" if times else "some posts"
    return (
        f"of {window.in_words()} {what} may be missing: {MOST_PAGES} pages are the most, an hour "
        f"{'and a region ' if window.region else ''}the least to ask for. Narrow the keyword"
    )


def _first_only(entries: list[Post | SetAside | Trouble], walk: Walk) -> Page:
    """Return what is shown without a login, so that none of it counts as complete."""
    error = AnswerError("login needed", f"the cookie is dead; set {COOKIE} to a fresh one")
    if walk.newest:
        raise error
    trouble = Trouble(outcome=error.outcome, message=f"{walk.name}: {error}")
    ids = frozenset(entry.source_id for entry in entries if isinstance(entry, Post))
    return Page([*entries, trouble], None, ids)
