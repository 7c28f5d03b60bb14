"""Toutiao: what its search finds, articles and micro-posts, comes out as posts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter

from spiders import base
from spiders.base import json_of
from spiders.base.fields import FieldMap, post_from
from spiders.base.markup import titled, without_markup
from spiders.base.options import Words, secret
from spiders.base.post import Post, SetAside, pictures_of
from spiders.base.reading import bytes_of, dicts, guarded, json_from, time_of
from spiders.base.trouble import AnswerError, Trouble, changed

_COOKIE = "TOUTIAO_COOKIE"
_COUNT = 20
# What cell_type says of a row; an article of 2018 has none. Articles, films and micro-posts as
# uhuru-zhang/sentiment_analysis_demo (web/crawler/crawler/README.md, of 2018) and a fork of
# MediaCrawler (JianxunRao/MediaCrawler, store/toutiao) tell them apart; all others are widgets.
_ARTICLES = {None, 0, 60}
_MICRO_POSTS = {32, 50, 66}
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_MICRO_FIELDS = ("rich_content", "content", "abstract")
_IMAGE_LISTS = ("image_list", "large_image_list", "ugc_images")
_FIELDS = FieldMap(
    text=("words",),
    id=("group_id", "id", "thread_id"),
    url=("article_url", "share_url", "url", "display_url", "https://www.toutiao.com/a{id}/"),
    author=("media_name", "source", "user.name", "user_info.name"),
    author_id=("user_id", "user.user_id", "user_info.user_id", "media_creator_id"),
    posted_at=("publish_time", "create_time", "datetime"),
)


class ToutiaoOptions(base.PagedOptions):
    """What to search for; `first` and `overlap` change nothing, all that is found is read.

    keywords: the words; each is a search of its own. Set TOUTIAO_COOKIE to a browser's cookie.
    """

    keywords: Words = Field(min_length=1)


class ToutiaoSpider(base.PagedSpider):
    """Toutiao search (今日头条): articles and micro-posts."""

    name = "toutiao"
    home = "https://www.toutiao.com"
    accepts = "application/json"
    by_time = False
    secrets = (_COOKIE,)
    Options = ToutiaoOptions
    options: ToutiaoOptions

    def walks(self) -> Iterator[base.Walk]:
        """Yield a walk over each search."""
        for keyword in dict.fromkeys(self.options.keywords):
            yield self.probe_walk(keyword)

    def probe_walk(self, word: str) -> base.Walk:
        """Return the walk over a search, asked as the service's own page does."""
        query = {
            "aid": 24,
            "app_name": "web_search",
            "offset": 0,
            "format": "json",
            "keyword": word,
            "autoload": "true",
            "count": _COUNT,
            "en_qc": 1,
            "cur_tab": 1,
            "from": "search_tab",
            "pd": "synthesis",
        }
        headers = {"Cookie": secret(_COOKIE)} if _is_set(_COOKIE) else {}
        return base.Walk(
            f"keyword {word}", self.ask("/api/search/content/", query, headers=headers)
        )

    def page(self, response: Response, walk: base.Walk) -> base.Page:
        """Read a page of results.

        They stand by relevance, not by time, so none may end the walk.
        """
        rows, more = _rows(json_of(response))
        rest = add_or_replace_parameter(walk.request.url, "offset", str(walk.number * _COUNT))
        return base.Page(
            entries=list(_entries(rows, f"{walk.name} page {walk.number}")),
            next=walk.request.replace(url=rest) if more else None,
        )

    def _go_on(self, walk: base.Walk, page: base.Page, times: Sequence[datetime]) -> Iterator[Any]:
        """Yield the next request whatever the page's times, at the end the bookmark.

        The search can be asked for no span of time: so.toutiao.com, a page for people, takes
        filter_period, min_time and max_time; no public project gives them to this one. A new post
        may stand anywhere among the results, so nothing is known before all of them are read.
        """
        most = self.options.pages
        if page.next is None or most is None or walk.number < most:
            yield from super()._go_on(walk, page, ())
            return
        yield Trouble(
            outcome="cut short",
            message=f"{walk.name}: {most} pages were read and there are more. Results do not come "
            "by time, so new posts may be among those. Raise `pages`, or narrow the keyword",
        )

    @classmethod
    def post_from_raw(cls, raw: bytes, options: BaseModel, seen_at: datetime) -> Post:
        """Return the post of a row."""
        return _post(json_from(raw.decode()), [])


def _is_set(variable: str) -> bool:
    return bool(os.environ.get(variable) or os.environ.get(f"{variable}_FILE"))


def _rows(answer: Any) -> tuple[list[Any], bool]:
    """Return the rows of an answer and whether there are more; raises AnswerError without any."""
    if not isinstance(answer, dict) or "data" not in answer:
        raise changed("data")
    rows = answer["data"]
    if rows is None:
        dead = f"the cookie in {_COOKIE} is dead" if _is_set(_COOKIE) else f"set {_COOKIE}"
        raise AnswerError("login needed", f"the search gives no data: {dead}")
    if not isinstance(rows, list):
        raise AnswerError("changed", f"'data' is not a list but {type(rows).__name__}")
    more = bool(answer.get("has_more"))
    if more and not rows:
        raise AnswerError("cut short", "the search promises more results and gives none")
    return rows, more


def _entries(rows: list[Any], place: str) -> Iterator[Post | SetAside]:
    for number, row in enumerate(rows, 1):
        entries: list[Post | SetAside] = []
        with guarded(entries, f"{place} row {number}", row) as problems:
            if not isinstance(row, dict):
                raise ValueError(f"not an object but {type(row).__name__}")
            if row.get("cell_type") in _ARTICLES | _MICRO_POSTS:
                entries.append(_post(row, problems))
        yield from entries


def _post(row: Mapping[str, Any], problems: list[str]) -> Post:
    """Return a row as a post; raises ValueError where it has no words or id.

    A zero or an empty word stands where there is nothing.
    """
    filled = {key: value for key, value in row.items() if value}
    words = _micro_words(filled) if row.get("cell_type") in _MICRO_POSTS else _article(filled)
    if not words:
        raise ValueError("no words in title, abstract or content")
    if not {"group_id", "id", "thread_id"} & filled.keys():
        raise ValueError("no id")
    post = post_from(
        {**filled, "words": words},
        replace(_FIELDS, posted_at=()),
        zone=_SHANGHAI,
        raw=bytes_of(row),
    )
    wrong: list[str] = []
    times = (time_of(filled[key], _SHANGHAI, wrong) for key in _FIELDS.posted_at if key in filled)
    at = next(filter(None, times), None)
    problems += [] if at else wrong
    return replace(post, posted_at=at, pictures=_pictures(filled))


def _micro_words(row: Mapping[str, Any]) -> str:
    title, body = (_first_words(row, *keys) for keys in (("title",), _MICRO_FIELDS))
    return titled(title, body)


def _article(row: Mapping[str, Any]) -> str:
    return titled(_first_words(row, "title"), _first_words(row, "abstract", "content"))


def _first_words(row: Mapping[str, Any], *keys: str) -> str:
    """Return the words of the first field that has any."""
    fields = (without_markup(row[key]) for key in keys if isinstance(row.get(key), str))
    return next(filter(None, fields), "")


def _pictures(row: Mapping[str, Any]) -> tuple[str, ...]:
    lists = [image.get("url") for key in _IMAGE_LISTS for image in dicts(row.get(key))]
    links = (*lists, row.get("large_image_url"), row.get("image_url"))
    return pictures_of(f"https:{link}" if str(link).startswith("//") else link for link in links)
