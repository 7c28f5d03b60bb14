"""Weibo's result pages: cards become posts; full searches are split by time; refusals are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import served_weibo_html
from replay import replaying
from scrapy.http import HtmlResponse, Request
from served import Request as Asked
from served import Served, some_posts
from test_crawl import crawled, source, texts

import data
from spiders.base import Page, Walk
from spiders.post import Post, SetAside
from spiders.trouble import AnswerError, Trouble
from spiders.weibo_html import WeiboHtmlOptions, WeiboHtmlSpider
from spiders.weibo_words import SHANGHAI

HOUR = timedelta(hours=1)
NOON = datetime(2020, 2, 10, 12, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def cookie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEIBO_COOKIE", "SUB=invented")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def spider() -> WeiboHtmlSpider:
    return WeiboHtmlSpider(source="w", options=WeiboHtmlOptions(keywords="口罩"))


def read(body: str | bytes, status: int = 200, **headers: str) -> Page:
    """Return the page of one answer."""
    made = spider()
    [walk] = made.walks()
    return page_of(made, walk.request, walk, body, status, **headers)


def page_of(
    made: WeiboHtmlSpider,
    request: Request,
    walk: Walk,
    body: str | bytes,
    status: int = 200,
    **headers: str,
) -> Page:
    body = body.encode() if isinstance(body, str) else body
    answer = HtmlResponse(request.url, status, headers, body, request=request, encoding="utf-8")
    return made.page(answer, walk)


def posts(page: Page) -> list[Post]:
    return [entry for entry in page.entries if isinstance(entry, Post)]


def sample() -> Page:
    return read(data.read_text("samples/weibo_html.html"))


def test_the_sample_gives_its_four_posts_and_sets_the_broken_card_aside() -> None:
    page = sample()
    assert [(post.author, post.text) for post in posts(page)] == [
        (
            "小禾在九院",
            "#医院求助# 晴川市第九医院急缺N95口罩&护目镜[泪]\n联系人 小禾 13800130001 晴川市",
        ),
        ("青萍", "帮转！//@半盏孤灯:扩散"),
        ("云台小周", "云台县人民医院物资清单：一、医用外科口罩五百只"),
        ("路人丙", "转发微博"),
    ]
    [aside] = [entry for entry in page.entries if isinstance(entry, SetAside)]
    assert aside.place == "keyword 口罩, page 1, card 5" and aside.excerpt == "求口罩"


def test_a_card_has_its_link_author_and_time() -> None:
    post = posts(sample())[1]
    assert post.url == "https://weibo.com/1000000002/IzAaBb002"
    assert (post.source_id, post.author_id) == ("4469900000000002", "1000000002")
    assert post.posted_at == datetime(2020, 2, 9, 0, 30, tzinfo=UTC)
    assert b"IzAaBb002" in post.raw


def test_a_time_with_praise_behind_it_is_read() -> None:
    at = posts(sample())[0].posted_at
    assert at is not None and at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") == "02-10 12:00"


def test_what_is_reposted_stands_apart_with_its_whole_text() -> None:
    post = posts(sample())[1]
    assert post.reposted_author == "紫荆医院"
    assert post.reposted_text == "紫荆医院发热门诊防护服告急"


def test_a_deleted_repost_has_no_author() -> None:
    post = posts(sample())[3]
    assert (post.reposted_author, post.reposted_text) == (None, "抱歉，此微博已被作者删除。")


def test_a_hot_post_at_the_top_is_told_apart() -> None:
    assert sample().pinned == {"4469900000000001"}


def test_a_text_that_is_cut_on_the_page_is_kept_and_said() -> None:
    body = served_weibo_html.card(
        Served("1", "物资清单", "小禾", NOON, long="物资清单：口罩")
    ).replace("feed_list_content_full", "gone")
    page = read(f"<html>{body}</html>")
    assert [post.text for post in posts(page)] == ["物资清单..."]
    assert [type(entry) for entry in page.entries] == [Post, SetAside]


def test_the_next_page_is_asked_for_within_the_same_hours() -> None:
    page = sample()
    assert page.next is not None and "&page=2" in page.next.url
    assert "timescope=custom%3A" in page.next.url and "nodup=1" in page.next.url
    assert page.next.headers["Cookie"] == b"SUB=invented"


def outcome(body: str | bytes, status: int = 200, **headers: str) -> str:
    with pytest.raises(AnswerError) as caught:
        read(body, status, **headers)
    return caught.value.outcome


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<html><title>Sina Visitor System</title></html>", "login needed"),
        ("<html>微博<a href='https://passport.weibo.com/signin/login'></html>", "login needed"),
        ("<html>微博 请输入验证码</html>", "blocked"),
        ("<html>Please prove that you are human</html>", "blocked"),
        ("<html>微博搜索<div class='feed2'></div></html>", "changed"),
        ("<html>微博搜索<div", "changed"),
        (b"\x00\xff", "changed"),
    ],
)
def test_a_page_without_results_says_which_it_is(body: str | bytes, told: str) -> None:
    assert outcome(body) == told


def test_the_busy_page_is_a_refusal(shared: Path) -> None:
    assert outcome((shared / "recordings" / "weibo_busy_page.html").read_bytes()) == "blocked"


def test_without_a_cookie_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEIBO_COOKIE")
    with pytest.raises(AnswerError, match="set the environment variable WEIBO_COOKIE"):
        list(spider().walks())


def test_nothing_found_is_no_failure() -> None:
    page = read('<html><div class="card card-no-result s-pt20b40">未找到</div></html>')
    assert page == Page()


def test_posts_shown_to_nobody_in_particular_are_read_but_count_as_incomplete() -> None:
    page = read(data.read_text("samples/weibo_html.html").replace("= '1'", "= '0'"))
    assert len(posts(page)) == 4 and page.next is None
    assert {post.source_id for post in posts(page)} == page.pinned
    [trouble] = [entry for entry in page.entries if isinstance(entry, Trouble)]
    assert trouble.outcome == "login needed" and "WEIBO_COOKIE" in trouble.message


def walked(served: list[Served], *, until: datetime) -> tuple[list[str], list[str]]:
    """Walk as the base does; return the posts' ids in turn and the troubles."""
    made = spider()
    end = served[0].posted_at.replace(minute=0, second=0) + HOUR
    request = made._ask("口罩", until, end)
    walk: Walk | None = Walk("keyword 口罩", request, until=until)
    ids, troubles = [], []
    while walk:
        request, number = walk.request, 1
        while True:
            here = Walk(walk.name, walk.request, until=until, number=number)
            asked = Asked.of(request.url.removeprefix(made.home), {"cookie": "x"}, "GET", b"")
            answer = served_weibo_html.answer(asked, served, None)
            page = page_of(made, request, here, answer.body)
            ids += [post.source_id for post in posts(page)]
            troubles += [e.message for e in page.entries if isinstance(e, Trouble)]
            if page.next is None:
                return ids, troubles
            if number == 50:
                break
            request, number = page.next, number + 1
        times = [post.posted_at for post in posts(page) if post.posted_at]
        walk = made.older(here, min(times))
    return ids, ["the walk was cut short"]


def test_a_search_of_more_than_fifty_pages_is_split_by_time_and_loses_nothing() -> None:
    served = some_posts(1300, newest=NOON, apart=timedelta(seconds=30))
    ids, troubles = walked(served, until=NOON - timedelta(days=1))
    assert set(ids) == {post.id for post in served}
    assert not troubles


def test_an_hour_that_holds_too_much_is_named_and_the_hours_before_it_are_read() -> None:
    busy = some_posts(700, newest=NOON - timedelta(seconds=1), apart=timedelta(seconds=5))
    before = [
        Served(f"b{n}", "缺口罩", "小禾", NOON - HOUR - timedelta(minutes=n)) for n in range(1, 30)
    ]
    ids, [trouble] = walked([*busy, *before], until=NOON - timedelta(days=1))
    assert set(ids) == {post.id for post in [*busy[:500], *before]}
    assert "the hour before 2020-02-10 12:00" in trouble and "older than 11:18" in trouble


def test_every_post_is_read_and_the_second_time_nothing_is_new(tmp_path: Path) -> None:
    served = some_posts(45)
    with replaying({"weibo_html": served}) as replay:
        asked = asking(replay.base_url("weibo_html"))
        [first] = crawled(tmp_path, asked)
        [second] = crawled(tmp_path, asked)
    assert (first.outcome, first.posts_new, first.posts_set_aside) == ("ok", 45, 0)
    assert (second.outcome, second.posts_new) == ("empty", 0)
    assert texts(tmp_path) == {post.id: post.long or post.text for post in served}


def asking(base_url: str) -> str:
    keys: dict[str, Any] = {"allow_private": True, "keywords": ["口罩"]}
    return source("w", "weibo_html", base_url=base_url, **keys)


@pytest.mark.parametrize(("failing", "told"), served_weibo_html.FAILINGS.items())
def test_each_way_of_failing_ends_in_its_own_word(failing: str, told: str, tmp_path: Path) -> None:
    with replaying({"weibo_html": some_posts(12)}) as replay:
        [run] = crawled(tmp_path, asking(replay.base_url("weibo_html", failing)))
    assert run.outcome == told, run.message
