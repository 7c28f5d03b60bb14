"""Telegram: messages of public channels become posts; a missing channel says so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import served_telegram
from pydantic import ValidationError
from scrapy.http import Request, Response
from served import Request as Asked
from served import some_posts

import data
from spiders.base import Page
from spiders.base.post import Post, SetAside
from spiders.base.trouble import AnswerError
from spiders.telegram import TelegramOptions, TelegramSpider

WHEN = '<a class="tgme_widget_message_date"><time datetime="2020-02-12T06:30:00+00:00"></time></a>'


def spider(**options: Any) -> TelegramSpider:
    options = {"channels": ("qingchuan_help",), **options}
    return TelegramSpider(source="t", options=TelegramOptions(**options))


def read(body: str | bytes, url: str = "https://t.me/s/qingchuan_help", **meta: object) -> Page:
    """Return what the spider reads from a page."""
    own = spider()
    [walk] = own.walks()
    body = body.encode() if isinstance(body, str) else body
    return own.page(Response(url, body=body, request=Request(url, meta=meta)), walk)


def page_of(inside: str) -> str:
    return f'<html><section class="tgme_channel_history">{inside}</section></html>'


def message(inside: str, number: str = "c/1") -> str:
    return f'<div class="tgme_widget_message" data-post="{number}">{inside}</div>'


def words(text: str) -> str:
    return f'<div class="tgme_widget_message_text js-message_text">{text}</div>'


def crawl(served: Any, failing: str | None = None) -> tuple[list[str], list[str]]:
    """Return the ids of a channel's posts, page by page to its end, and the addresses asked."""
    own = spider()
    [walk] = own.walks()
    found: list[str] = []
    asked: list[str] = []
    request: Request | None = walk.request
    while request is not None:
        asked.append(request.url)
        target = request.url.removeprefix("https://t.me")
        answer = served_telegram.answer(Asked.of(target, {}, "GET", b""), served, failing)
        page = own.page(Response(request.url, body=answer.body, request=request), walk)
        found += [entry.source_id for entry in page.entries if isinstance(entry, Post)]
        request = page.next
    return found, asked


def test_the_sample_gives_its_posts_newest_first() -> None:
    page = read(data.read_bytes("samples/telegram.html"))
    answer, timeless, aside, picture, passed_on, plea = page.entries
    assert isinstance(picture, Post)
    assert (picture.text, picture.pictures) == ("", ("https://cdn.example/file/a.jpg",))
    assert isinstance(timeless, Post) and timeless.posted_at is None
    assert isinstance(plea, Post) and isinstance(passed_on, Post) and isinstance(answer, Post)
    assert plea.text == (
        "紫荆医院急需：\nN95😷 500只 & 防护服<L码>\n联系 13800130001，https://example.org/list\n"
        "物资清单\n还缺护目镜20副"
    )
    assert (plea.source_id, plea.url) == (
        "qingchuan_help/42",
        "https://t.me/qingchuan_help/42",
    )
    assert (plea.author, plea.author_id) == ("晴川求助 🆘", "qingchuan_help")
    assert plea.posted_at == datetime(2020, 2, 12, 6, 30, tzinfo=UTC)
    assert b'data-post="qingchuan_help/42"' in plea.raw
    assert (passed_on.text, passed_on.reposted_text, passed_on.reposted_author) == (
        "",
        "我们科室的口罩明天就断了",
        "小禾在急诊",
    )
    assert (answer.text, answer.author) == ("口罩已收到200只，还缺300只", "半盏孤灯")
    assert answer.posted_at == datetime(2020, 2, 12, 7, 20, tzinfo=UTC)
    assert isinstance(aside, SetAside)
    assert (aside.place, aside.reason) == ("qingchuan_help/45", "not a time: ''")
    assert aside.excerpt == "这一条没有时间"


def test_a_channel_that_is_led_elsewhere_has_no_preview() -> None:
    landing = '<html><div class="tgme_page">Open in Telegram</div></html>'
    with pytest.raises(AnswerError, match="no such public channel.*https://t.me/gone") as error:
        read(landing, "https://t.me/gone")
    assert error.value.outcome == "changed"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("", "changed"),
        (b"\x00\xff", "changed"),
        (page_of(message(words("一") + WHEN))[:-9], "changed"),
        ('<html><div class="tgme_channel_info">c</div></html>', "changed"),
        ("<html>Please prove that you are human</html>", "blocked"),
        (page_of('<div class="tme_no_messages_found">No posts found</div>'), "blocked"),
    ],
)
def test_an_answer_that_is_no_channel_says_how(body: str | bytes, outcome: str) -> None:
    with pytest.raises(AnswerError) as error:
        read(body)
    assert error.value.outcome == outcome


def test_a_channel_without_posts_is_empty() -> None:
    assert read(page_of("")).entries == []


def test_what_the_channel_itself_tells_is_no_post() -> None:
    created = message(words("Channel created") + WHEN)
    page = read(page_of(created.replace('message"', 'message service_message"', 1)))
    assert (page.entries, page.next) == ([], None)


@pytest.mark.parametrize(
    "media",
    [
        '<a class="tgme_widget_message_photo_wrap 51"></a>',
        '<a class="tgme_widget_message_video_player"></a>',
        '<a class="tgme_widget_message_document_wrap"></a>',
        '<div class="message_media_not_supported">Please open Telegram</div>',
    ],
)
def test_a_picture_without_words_is_passed_over(media: str) -> None:
    assert read(page_of(message(media + WHEN))).entries == []


def test_a_picture_with_words_is_a_post() -> None:
    photo = '<a class="tgme_widget_message_photo_wrap"></a>'
    [post] = read(page_of(message(photo + words("急需口罩") + WHEN))).entries
    assert isinstance(post, Post) and post.text == "急需口罩"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (message(WHEN), "neither words nor"),
        (message(words("急需口罩") + WHEN, ""), "data-post"),
        (message(words("急需口罩") + WHEN, "c/x"), "data-post"),
    ],
)
def test_a_broken_message_stops_no_other(broken: str, reason: str) -> None:
    post, aside = read(page_of(broken + message(words("缺手套") + WHEN, "c/2"))).entries
    assert isinstance(post, Post) and post.source_id == "c/2"
    assert isinstance(aside, SetAside) and reason in aside.reason


def test_a_message_that_does_not_end_takes_no_words_of_the_next() -> None:
    """Its div is never closed, so that all that follow stand in it."""
    unended = message(words("急需口罩"), "c/1").removesuffix("</div>")
    later = message(words("急需手套") + WHEN, "c/2").removesuffix("</div>") + message(words("雨靴"))
    entries = [entry for entry in read(page_of(unended + later)).entries if isinstance(entry, Post)]
    assert [entry.text for entry in entries] == ["雨靴", "急需手套", "急需口罩"]
    assert [bool(entry.posted_at) for entry in entries] == [False, True, False]
    assert "手套" not in (entries[2].raw or b"").decode()


def test_a_time_that_cannot_be_read_takes_no_words_along() -> None:
    post, aside = read(page_of(message(words("急需口罩")))).entries
    assert isinstance(post, Post) and (post.text, post.posted_at) == ("急需口罩", None)
    assert isinstance(aside, SetAside) and "not a time" in aside.reason


def test_one_who_hides_their_name_is_still_passed_on() -> None:
    hidden = '<div class="tgme_widget_message_forwarded_from">Forwarded from nobody</div>'
    [post] = read(page_of(message(hidden + words("急需口罩") + WHEN))).entries
    assert isinstance(post, Post)
    assert (post.text, post.reposted_text, post.reposted_author) == ("", "急需口罩", None)


def test_all_pages_are_read_though_some_lack_the_link_to_older_ones() -> None:
    served = some_posts(70)
    found, asked = crawl(served)
    assert found == [f"qingchuan_help/{post.id}" for post in served]
    assert asked[1] == "https://t.me/s/qingchuan_help?before=100019"
    assert len(asked) == 5, "four pages, and one that tells the end"


def test_no_posts_behind_a_link_is_a_refusal_and_not_the_end() -> None:
    nothing = page_of('<div class="tme_no_messages_found">No posts found</div>')
    assert read(nothing, promised=False).next is None
    with pytest.raises(AnswerError):
        read(nothing, promised=True)


def test_the_first_message_ends_the_channel() -> None:
    assert read(page_of(message(words("急需口罩") + WHEN, "c/1"))).next is None


def test_a_mirror_is_asked_and_the_links_stay_telegrams() -> None:
    own = spider(base_url="http://127.0.0.1:1/mirror")
    [walk] = own.walks()
    assert walk.request.url == "http://127.0.0.1:1/mirror/s/qingchuan_help"
    body = page_of(message(words("急需口罩") + WHEN, "c/9")).encode()
    page = own.page(Response(walk.request.url, body=body, request=walk.request), walk)
    [post] = page.entries
    assert isinstance(post, Post) and post.url == "https://t.me/c/9"
    assert page.next and page.next.url == "http://127.0.0.1:1/mirror/s/qingchuan_help?before=9"


@pytest.mark.parametrize(
    "given", ["qingchuan_help", "@qingchuan_help", "https://t.me/s/qingchuan_help",
              "t.me/qingchuan_help/", " https://telegram.me/qingchuan_help "]
)  # fmt: skip
def test_a_channel_may_be_given_as_people_write_it(given: str) -> None:
    assert TelegramOptions(channels=(given,)).channels == ("qingchuan_help",)


@pytest.mark.parametrize("given", ["", "晴川", "a", "https://example.org/x", "c/1", "+AbCd"])
def test_what_is_no_channel_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="is not a channel"):
        TelegramOptions(channels=(given,))


def test_several_channels_are_walks_of_their_own() -> None:
    walks = list(spider(channels=("one", "@two", "one")).walks())
    assert [walk.name for walk in walks] == ["channel one", "channel two"]


def test_the_probe_searches_the_first_channel_and_may_find_nothing() -> None:
    own = spider(channels=("one", "two"), probe="护目镜")
    walk = own.probe_walk("护目镜")
    assert walk.request.url == "https://t.me/s/one?q=%E6%8A%A4%E7%9B%AE%E9%95%9C"
    nothing = page_of('<div class="tme_no_messages_found">No posts found</div>').encode()
    answer = Response(walk.request.url, body=nothing, request=walk.request)
    assert own.page(answer, walk).entries == ()


def test_the_time_is_the_one_at_the_messages_foot() -> None:
    event = '<time datetime="2020-03-01T00:00:00+00:00">开幕</time>'
    [post] = read(page_of(message(event + words("急需口罩") + WHEN))).entries
    assert isinstance(post, Post) and post.posted_at == datetime(2020, 2, 12, 6, 30, tzinfo=UTC)
