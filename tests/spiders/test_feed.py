"""Feeds: RSS, Atom and JSON Feed from any site become posts; what is no feed says so."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from crawls import crawled, source, texts
from feeds import URL, rss
from pydantic import ValidationError
from scrapy.http import Request, Response
from web import Answer, Web

from spiders.base.markup import without_markup
from spiders.base.post import Bookmark, Post, SetAside
from spiders.base.trouble import Remark, Trouble
from spiders.feed import FeedOptions, FeedSpider

pytestmark = pytest.mark.usefixtures("quick_crawls")

NOON = "Wed, 12 Feb 2020 06:30:00 GMT"


def parsed(body: bytes | str, **headers: str) -> list[Any]:
    """Return what the spider yields for one answer, less remarks and how far it came."""
    body = body.encode() if isinstance(body, str) else body
    request = Request(URL, meta={"feed": URL})
    response = Response(URL, body=body, headers=headers, request=request)
    found = FeedSpider(source="f", options=FeedOptions(urls=(URL,))).parse(response)
    return [
        one
        for one in found
        if not isinstance(one, Remark)
        and not (isinstance(one, Bookmark) and one.name == f"complete {URL}")
    ]


def test_an_rss_item_is_a_post_without_markup() -> None:
    item = (
        "<title>求助</title><link>https://e.org/1</link><guid>https://e.org/p/1</guid>"
        f"<author>张医生</author><pubDate>{NOON}</pubDate><description><![CDATA["
        "<p>N95口罩<b>100</b>只 &amp; 防护服<br>电话&nbsp;13800000000</p>"
        "<script>alert(1)</script>]]></description>"
    )
    [post] = parsed(rss(item))
    assert post.text == "求助\nN95口罩100只 & 防护服\n电话 13800000000"
    assert (post.source_id, post.url) == ("https://e.org/p/1", "https://e.org/1")
    assert post.author == "张医生"
    assert post.posted_at == datetime(2020, 2, 12, 6, 30, tzinfo=UTC)


def test_an_atom_entry_is_a_post() -> None:
    [post] = parsed(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><id>tag:e.org,1</id>'
        "<title>求助</title><published>2020-02-12T14:30:00+08:00</published>"
        "<updated>2020-02-12T15:00:00+08:00</updated><author><name>某护士</name></author>"
        '<link href="https://e.org/1"/><content type="html">&lt;p&gt;缺口罩&lt;/p&gt;</content>'
        "</entry></feed>"
    )
    assert (post.source_id, post.text, post.author) == ("tag:e.org,1", "求助\n缺口罩", "某护士")
    assert post.posted_at == datetime(2020, 2, 12, 6, 30, tzinfo=UTC)


def test_a_json_feed_item_is_a_post() -> None:
    first, second = parsed(
        '{"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": ['
        '{"id": "https://e.org/1", "content_html": "<p>缺<b>口罩</b></p>", '
        '"date_published": "2020-02-12T14:30:00+08:00", "authors": [{"name": "某护士"}]},'
        '{"id": 2, "content_text": "5 < 6 <b>"}]}'
    )
    assert (first.text, first.author) == ("缺口罩", "某护士")
    assert first.posted_at == datetime(2020, 2, 12, 6, 30, tzinfo=UTC)
    assert second.text == "5 < 6 <b>"


def test_a_title_cut_from_the_text_is_not_repeated() -> None:
    [post] = parsed(
        rss("<title>急需口罩和手套...</title><description>急需口罩 和手套各百只</description>")
    )
    assert post.text == "急需口罩 和手套各百只"


@pytest.mark.parametrize("date", ["", "<pubDate/>", "<pubDate>Invalid Date</pubDate>"])
def test_an_item_without_a_usable_time_is_still_a_post(date: str) -> None:
    [post] = parsed(rss(f"<guid>1</guid><description>缺口罩</description>{date}"))
    assert post.text == "缺口罩" and post.posted_at is None


def test_an_item_with_neither_guid_nor_link_keeps_its_id() -> None:
    again = [parsed(rss("<description>缺口罩</description>"))[0].source_id for _ in range(2)]
    assert again[0] == again[1]


def test_an_empty_item_is_set_aside_with_its_place() -> None:
    found = parsed(rss("<guid>1</guid>", "<guid>2</guid><description>缺口罩</description>"))
    assert [type(one) for one in found] == [SetAside, Post]
    assert found[0].place == f"{URL} item 1"


@pytest.mark.parametrize("declared", ["GB18030", "gb2312", "UTF-8"])
def test_chinese_encodings_are_read_whatever_is_declared(declared: str) -> None:
    body = rss("<guid>1</guid><description>急需防护服</description>", encoding=declared)
    assert parsed(body.encode("gb18030"))[0].text == "急需防护服"


def test_a_damaged_feed_gives_what_can_be_read() -> None:
    whole = rss(*(f"<guid>{n}</guid><description>缺口罩{n}\x0b</description>" for n in range(9)))
    found = parsed(whole[: len(whole) * 2 // 3], ETag='"1"')
    assert len([one for one in found if isinstance(one, Post)]) >= 5
    assert [one.outcome for one in found if isinstance(one, Trouble)] == ["cut short"]
    assert not [one for one in found if isinstance(one, Bookmark)], "the rest is asked for again"


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>log in</body></html>", b'{"ok": 0}', b"\xff\xfe"]
)
def test_an_answer_that_is_no_feed_is_set_aside_and_said(body: bytes) -> None:
    aside, trouble = parsed(body)
    assert aside.place == URL
    assert trouble.outcome == "changed" and URL in trouble.message


def test_words_of_html_keep_their_lines() -> None:
    html = "<div>一</div><ul><li>二<li>三</ul><style>p{}</style>四&lt;五&gt;<!-- 六 --> 5 < 6"
    assert without_markup(html) == "一\n二\n三\n四<五> 5 < 6"


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="starts with http"):
        FeedOptions(urls=("e.org/feed",))


def test_an_address_with_a_password_in_it_is_refused_and_not_told_again() -> None:
    with pytest.raises(ValidationError, match="user or password") as error:
        FeedOptions(urls=("https://desk:geheim@e.org/feed",))
    assert "geheim" not in error.value.errors()[0]["msg"]
    FeedOptions(urls=("https://e.org/@desk/feed",))


def test_an_odd_item_of_a_json_feed_is_set_aside_and_the_others_are_read() -> None:
    odd = [
        "缺口罩",
        {"id": "a:2", "title": 5, "content_text": "缺手套"},
        {"id": "a:3", "authors": 3},
    ]
    items = [{"id": "a:1", "content_text": "缺口罩"}, *odd, {"id": "a:4", "content_text": "缺纱布"}]
    found = parsed(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}))
    assert [one.text for one in found if isinstance(one, Post)] == ["缺口罩", "缺纱布"]
    places = [one.place for one in found if isinstance(one, SetAside)]
    assert places == [f"{URL} item {number}" for number in (2, 3, 4)]
    assert not [one for one in found if isinstance(one, Trouble)]


@pytest.mark.parametrize(
    ("told", "utc"),
    [
        ("Wed, 12 Feb 2020 06:30:00 -0000", "2020-02-12T06:30"),
        ("Wed, 12 Feb 2020 14:30:00 CST", "2020-02-12T06:30"),
        ("Wed Feb 12 14:30:00 CST 2020", "2020-02-12T06:30"),
        ("Wed, 12 Feb 2020 06:30:00 GMT", "2020-02-12T06:30"),
        ("Wed, 12 Feb 2020 14:30:00 EST", "2020-02-12T19:30"),
        ("2020-02-12 14:30:00", "2020-02-12T06:30"),
    ],
)
def test_a_time_is_read_as_a_chinese_source_means_it(told: str, utc: str) -> None:
    [post] = parsed(rss(f"<description>缺口罩</description><pubDate>{told}</pubDate>"))
    assert post.posted_at.isoformat().startswith(utc)


def test_a_post_cut_within_a_character_leaves_the_others_readable() -> None:
    feed = rss("<description>缺口罩</description>", "<description>缺防护服</description>")
    first, second = parsed(feed.encode().replace("服".encode(), "服".encode()[:2]))
    assert (first.text, second.text[:3]) == ("缺口罩", "缺防护")


def test_emoji_written_in_two_halves_are_whole_and_half_of_one_spoils_nothing() -> None:
    halves = ("缺口罩&#55357;&#56876;", "缺口罩&amp;#xD83D;&amp;#xDE2C;", "缺手套&#xD83D;")
    found = parsed(rss(*(f"<description>{words}</description>" for words in halves)))
    assert [one.text for one in found] == ["缺口罩😬", "缺口罩😬", "缺手套\ufffd"]


def test_scripts_and_styles_are_no_words_also_where_one_is_left_open() -> None:
    assert without_markup("急需<SCRIPT>a()</script >口罩<style>p{}</style>100只") == "急需口罩100只"
    assert without_markup("急需<script>a()</script>口罩<script>100只") == "急需口罩100只"


def test_a_feed_without_news_is_not_sent_twice(tmp_path: Path, web: Web) -> None:
    item = "<guid>https://e.org/1</guid><description>缺口罩</description>"
    url = web.serve("/rss", Answer(rss(item).encode(), headers={"ETag": '"a"'}))
    feed = source("feed", "feed", urls=[url])
    [first] = crawled(tmp_path, feed)
    [second] = crawled(tmp_path, feed)
    assert (first.outcome, first.posts_new) == ("ok", 1)
    assert (second.outcome, second.posts_new, second.posts_known) == ("empty", 0, 0)
    tags = [asked.headers.get("if-none-match") for asked in web.asked_for("/rss")]
    assert tags == [None, '"a"']


def test_a_broken_feed_does_not_stop_the_others_of_its_source(tmp_path: Path, web: Web) -> None:
    bad = web.serve("/bad", Answer(b"<html>moved</html>"))
    item = "<guid>https://e.org/1</guid><description>缺口罩</description>"
    good = web.serve("/good", Answer(rss(item).encode()))
    [run] = crawled(tmp_path, source("feeds", "feed", urls=[bad, good]))
    assert (run.outcome, run.posts_new, run.posts_set_aside) == ("changed", 1, 1)
    assert bad in (run.message or "")
    assert texts(tmp_path) == {"https://e.org/1": "缺口罩"}


def test_a_feed_as_rsshub_writes_it(shared: Path) -> None:
    found = parsed((shared / "recordings" / "rsshub_feed.xml").read_bytes())
    assert len(found) == 8
    assert all(isinstance(one, Post) and one.posted_at and one.author for one in found)
    assert not any("<" in one.text for one in found)
