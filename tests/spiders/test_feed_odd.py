"""Feeds as sites write them: words in odd places, ids that are none, times of no calendar."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from crawls import crawled, source, texts
from feeds import URL, rss
from scrapy.http import Request, Response
from web import Answer, Web

from spiders.base.post import Post, SetAside
from spiders.base.trouble import Remark, Trouble
from spiders.feed import FeedOptions, FeedSpider

pytestmark = pytest.mark.usefixtures("quick_crawls")

CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
PLEA = "梧桐医院急诊科急需N95口罩200个，联系13800138001"
HTML = f"<p>{PLEA}</p>"
ESCAPED = HTML.replace("<", "&lt;").replace(">", "&gt;")
TWICE = ESCAPED.replace("&", "&amp;")


def parsed(body: str | bytes) -> list[object]:
    body = body.encode() if isinstance(body, str) else body
    response = Response(URL, body=body, request=Request(URL, meta={"feed": URL}))
    return list(FeedSpider(source="f", options=FeedOptions(urls=(URL,))).parse(response))


def posts(body: str | bytes) -> list[Post]:
    return [one for one in parsed(body) if isinstance(one, Post)]


def atom(*entries: str) -> str:
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{inside}</feed>'


def json_feed(*items: dict[str, object]) -> str:
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "title": "t", "items": items}, ensure_ascii=False)


@pytest.mark.parametrize(
    "body",
    [
        rss(
            f"<title>求助</title><description>{PLEA}</description><content:encoded></content:encoded>"
        ),
        rss(
            f"<title>求助</title><description>{PLEA}</description>"
            "<content:encoded>  <![CDATA[ <p>&nbsp;</p> ]]></content:encoded>"
        ),
        rss(
            f"<title>求助</title><content:encoded><![CDATA[{HTML}]]></content:encoded><description/>"
        ),
        atom(f'<title>求助</title><content type="html"/><summary>{PLEA}</summary>'),
        atom(
            '<title>求助</title><content type="html">&lt;br&gt;</content>'
            f'<summary type="html">{ESCAPED}</summary>'
        ),
        json_feed({"id": "a:1", "title": "求助", "content_text": "", "content_html": HTML}),
        json_feed({"id": "a:1", "title": "求助", "content_html": "<br>", "summary": PLEA}),
        json_feed(
            {
                "id": "a:1",
                "title": "求助",
                "content_text": None,
                "content_html": None,
                "summary": PLEA,
            }
        ),
    ],
)
def test_the_first_content_that_has_words_is_read(body: str) -> None:
    [post] = posts(body.replace('version="2.0"', f'version="2.0" {CONTENT}'))
    assert post.text == f"求助\n{PLEA}"


@pytest.mark.parametrize(
    "body",
    [
        rss(f"<description>{TWICE}</description>"),
        rss(f"<description><![CDATA[{ESCAPED}]]></description>"),
        rss(f"<description>{TWICE.replace('&', '&amp;')}</description>"),
        atom(f'<content type="html">{TWICE}</content>'),
        atom(f'<content type="text">{ESCAPED}</content>'),
        json_feed({"id": "a:1", "content_html": ESCAPED}),
        json_feed({"id": "a:1", "content_text": HTML}),
    ],
)
def test_markup_that_was_escaped_too_often_is_no_words(body: str) -> None:
    assert [post.text for post in posts(body)] == [PLEA]


def test_signs_that_are_no_markup_stay() -> None:
    [post] = posts(rss("<description>口罩 &amp;lt; 100 个 &amp;amp; 手套 &amp;gt; 5</description>"))
    assert post.text == "口罩 < 100 个 & 手套 > 5"


@pytest.mark.parametrize(
    ("title", "body", "text"),
    [
        ("急需口罩...", "【求助】急需口罩一百个", "【求助】急需口罩一百个"),
        ("急需 口罩 一百个", "急需口罩一百个，谢谢", "急需口罩一百个，谢谢"),
        ("急需口罩[泪]一百", '急需口罩<img alt="[泪]">一百个', "急需口罩[泪]一百个"),
        ("武汉梧桐医院急需口罩一百个", "武汉梧桐医院急需口罩…", "武汉梧桐医院急需口罩一百个"),
        ("求助", "急需口罩", "求助\n急需口罩"),
    ],
)
def test_a_title_that_the_words_hold_is_not_said_twice(title: str, body: str, text: str) -> None:
    [post] = posts(rss(f"<title>{title}</title><description><![CDATA[{body}]]></description>"))
    assert post.text == text


def test_a_post_of_rsshub_is_told_from_the_one_it_passes_on() -> None:
    mine = '求转<span class="url-icon"><img alt=[心] src="x.png" style="width:1em;" /></span>'
    other = '<a href="https://weibo.com/1">@某护士</a>:&ensp;科室缺防护服<br>13800138001'
    title = "求转[心] - 转发 @某护士: 科室缺防护服 13800138001"
    body = f"{mine}<br><blockquote> - 转发 {other}</blockquote>"
    [post] = posts(rss(f"<title>{title}</title><description><![CDATA[{body}]]></description>"))
    assert (post.text, post.reposted_author) == ("求转[心]", "某护士")
    assert post.reposted_text == "科室缺防护服\n13800138001"


def test_a_passage_that_somebody_quotes_is_their_own_words() -> None:
    body = "<blockquote>不缺口罩</blockquote><p>怎么可能，我们急需口罩</p>"
    [post] = posts(rss(f"<description><![CDATA[{body}]]></description>"))
    assert post.text == "不缺口罩\n怎么可能，我们急需口罩" and post.reposted_text is None


@pytest.mark.parametrize(
    "body",
    [f'{PLEA}...<a href="/status/1">全文</a>', f"{PLEA}…全文", f"{PLEA}...<a>全文</a><br><img>"],
)
def test_words_that_go_on_elsewhere_are_known_to_be_cut(body: str) -> None:
    [post] = posts(rss(f"<description><![CDATA[{body}]]></description>"))
    assert post.cut and post.text.startswith(PLEA) and "全文" not in post.text


def item(number: int, *more: str) -> str:
    link = f"<link>https://e.org/{number}</link>"
    day = f"<pubDate>Mon, 10 Feb 2020 0{number}:00:00 GMT</pubDate>"
    return f"<description>{number}号楼{PLEA}</description>{link}{day}" + "".join(more)


@pytest.mark.parametrize(
    ("same", "untrusted"),
    [
        ("<guid>g</guid>", True),
        ("<guid>https://e.org/</guid>", True),
        ("", False),
        ("<guid></guid>", False),
    ],
)
def test_no_entry_is_lost_to_a_guid_that_all_have(
    tmp_path: Path, web: Web, same: str, untrusted: bool
) -> None:
    url = web.serve("/rss", Answer(rss(*(item(n, same) for n in (1, 2, 3))).encode()))
    feed = source("feed", "feed", urls=[url])
    [first] = crawled(tmp_path, feed)
    assert (first.posts_new, first.posts_known) == (3, 0)
    assert ("ids cannot be trusted" in (first.message or "")) == untrusted
    web.serve("/rss", Answer(rss(*(item(n, same) for n in (4, 3, 2, 1))).encode()))
    [second] = crawled(tmp_path, feed)
    assert (second.posts_new, second.posts_known) == (1, 3)
    assert len(set(texts(tmp_path).values())) == 4


def test_entries_with_one_link_and_no_guid_are_all_kept(tmp_path: Path, web: Web) -> None:
    entries = (f"<link>https://e.org</link><description>{n}{PLEA}</description>" for n in range(3))
    url = web.serve("/rss", Answer(rss(*entries).encode()))
    [run] = crawled(tmp_path, source("feed", "feed", urls=[url]))
    assert run.posts_new == 3


@pytest.mark.parametrize("sign", ["\0", "\x08", "&#0;", "&#8;", "&#x1F;", "\x1b"])
def test_a_sign_that_nobody_sees_costs_nothing(sign: str) -> None:
    body = rss(f"<description>急需{sign}口罩</description>", f"<description>{PLEA}</description>")
    assert [post.text for post in posts(body)] == ["急需口罩", PLEA]


@pytest.mark.parametrize(
    "time",
    [
        "Mon, 10 Feb 2020 99999999999999999:00:00 GMT",
        "Mon, 99999999999999999999 Feb 2020 08:00:00 GMT",
        "2020-02-10T08:00:00+99999999999999",
        "99999999999999999999",
        "11/02/2020",
        "昨天",
    ],
)
@pytest.mark.parametrize("tag", ["pubDate", "dc:date", "published"])
def test_a_time_of_no_calendar_costs_the_time_alone(time: str, tag: str) -> None:
    good = f"<description>{PLEA}</description><guid>a:1</guid>"
    odd = f"<description>缺手套</description><guid>a:2</guid><{tag}>{time}</{tag}>"
    body = rss(good, odd, good.replace("a:1", "a:3"))
    body = body.replace(
        'version="2.0"', 'version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    found = parsed(body)
    read = [one for one in found if isinstance(one, Post)]
    assert [post.text for post in read] == [PLEA, "缺手套", PLEA]
    assert read[1].posted_at is None
    assert not [one for one in found if isinstance(one, SetAside | Trouble)]
    assert [one for one in found if isinstance(one, Remark)]


def test_one_odd_item_costs_no_other_and_no_message_is_python_s_own() -> None:
    items = [
        {"id": "a:1", "content_text": PLEA},
        {"id": "a:2", "content_text": ["a"], "title": {"a": 1}},
        {"id": 10**400, "content_text": "缺手套", "authors": 5},
        5,
        {"id": "a:4", "content_text": "缺纱布"},
    ]
    found = parsed(json_feed(*items))  # type: ignore[arg-type]
    assert [post.text for post in found if isinstance(post, Post)][:1] == [PLEA]
    assert [post.text for post in found if isinstance(post, Post)][-1:] == ["缺纱布"]
    for one in found:
        if isinstance(one, SetAside):
            assert "object" not in one.reason or "not an object" in one.reason
            assert "expected string" not in one.reason and "iterable" not in one.reason


@pytest.mark.parametrize("when", [-1, 10**30, True, ["2020"], {"a": 1}])
def test_a_time_of_a_json_feed_that_is_no_text_costs_the_time_alone(when: object) -> None:
    item = {"id": "a", "content_text": PLEA, "date_published": when}
    yielded = parsed(json_feed(item, {**item, "id": "b"}))
    assert [one.text for one in yielded if isinstance(one, Post)] == [PLEA, PLEA]
    [remark] = [one for one in yielded if isinstance(one, Remark)]
    assert "the times of 2 posts cannot be read" in remark.message
