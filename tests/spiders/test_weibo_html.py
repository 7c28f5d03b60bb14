"""Weibo's result pages: cards become posts; full searches are split by time; refusals are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import served_weibo_html
from coroutines import result_of
from crawls import crawled, source, texts
from replay import replaying
from scrapy.http import HtmlResponse, Request
from served import Request as Asked
from served import Served, some_posts

import data
from spiders.base import Page
from spiders.base.post import Bookmark, Post, SetAside
from spiders.base.trouble import AnswerError, Trouble
from spiders.weibo.weibo_html import WeiboHtmlOptions, WeiboHtmlSpider
from spiders.weibo.windows import HOUR, REGIONS, SearchWindow
from spiders.weibo.words import SHANGHAI

pytestmark = pytest.mark.usefixtures("quick_crawls")

NOON = datetime(2020, 2, 10, 12, tzinfo=SHANGHAI)
SINCE = f"{int((datetime.now(UTC) - NOON).total_seconds()) + 86_400}s"  # a day before noon


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
    request = walk.request
    body = body.encode() if isinstance(body, str) else body
    answer = HtmlResponse(request.url, status, headers, body, request=request, encoding="utf-8")
    return made.page(answer, walk)


def posts(page: Page) -> list[Post]:
    return [entry for entry in page.entries if isinstance(entry, Post)]


def sample() -> Page:
    return read(data.read_text("samples/weibo_html.html"))


def test_a_card_that_does_not_end_takes_no_words_of_the_next() -> None:
    def card(number: int, text: str) -> str:
        return (
            f'<div class="card-wrap" action-type="feed_list_item" mid="{number}"><p '
            f'node-type="feed_list_content" nick-name="小禾">{text}</p><div class="from">'
            f'<a href="//weibo.com/7/{number}">2020-02-10 11:30</a></div>'
        )

    found = posts(read(f"<html>微博{card(1, '缺口罩')}{card(2, '缺手套')}</div></html>"))
    assert [(post.source_id, post.text) for post in found] == [("1", "缺口罩"), ("2", "缺手套")]
    assert "手套" not in (found[0].raw or b"").decode()


def test_an_answer_of_brackets_alone_is_no_page_of_results() -> None:
    with pytest.raises(AnswerError) as caught:
        read(b"[" * 50_000 + b"</html>", **{"Content-Type": "text/plain"})
    assert caught.value.outcome in ("blocked", "changed", "login needed")


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
    assert [(post.text, post.cut) for post in posts(page)] == [("物资清单...", True)]
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
    assert not page.entries and page.next is None


def test_what_is_recommended_where_nothing_is_found_is_not_read() -> None:
    body = served_weibo_html.card(Served("1", "推荐", "小禾", NOON))
    page = read(f'<html><div class="card card-no-result">未找到</div>{body}</html>')
    assert not page.entries and page.next is None


def test_posts_shown_to_nobody_in_particular_are_read_but_count_as_incomplete() -> None:
    page = read(data.read_text("samples/weibo_html.html").replace("= '1'", "= '0'"))
    assert len(posts(page)) == 4 and page.next is None
    assert {post.source_id for post in posts(page)} == page.pinned
    [trouble] = [entry for entry in page.entries if isinstance(entry, Trouble)]
    assert trouble.outcome == "login needed" and "WEIBO_COOKIE" in trouble.message


@dataclass
class Walked:
    """What a run without Scrapy gave: ids of posts, messages of troubles, pages, bookmarks."""

    ids: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)
    pages: int = 0
    bookmarks: dict[str, str] = field(default_factory=dict)


def walked(
    served: list[Served],
    failing: str | None = None,
    bookmarks: dict[str, str] | None = None,
    **options: Any,
) -> Walked:
    """Walk to the end as Scrapy would; the server's module answers."""
    keys = {"keywords": "口罩", "first": SINCE, **options}
    made = WeiboHtmlSpider(source="w", options=WeiboHtmlOptions(**keys), bookmarks=bookmarks)
    found = Walked()

    async def walk_on() -> None:
        waiting = [asked async for asked in made.start() if isinstance(asked, Request)]
        while waiting:
            request = waiting.pop()
            asked = Asked.of(request.url.removeprefix(made.home), {"cookie": "x"}, "GET", b"")
            body = served_weibo_html.answer(asked, served, failing).body
            answer = HtmlResponse(request.url, body=body, request=request, encoding="utf-8")
            found.pages += 1
            async for item in made.parse(answer, **request.cb_kwargs):
                if isinstance(item, Request):
                    waiting.append(item)
                elif isinstance(item, Post):
                    found.ids.add(item.source_id)
                elif isinstance(item, Bookmark):
                    found.bookmarks[item.name] = item.value
                elif isinstance(item, Trouble):
                    found.troubles.append(item.message)

    result_of(walk_on())
    return found


def ids(served: list[Served]) -> set[str]:
    return {post.id for post in served}


def busy_hour(count: int, seconds: float = 3) -> list[Served]:
    """Return posts of the hour before noon."""
    return some_posts(count, newest=NOON - timedelta(seconds=1), apart=timedelta(seconds=seconds))


def some_before() -> list[Served]:
    """Return a few posts of the hour before that one."""
    return [
        Served(f"b{n}", "缺口罩", "小禾", NOON - HOUR - timedelta(minutes=n)) for n in range(1, 30)
    ]


def test_a_search_of_more_than_fifty_pages_is_split_by_time_and_loses_nothing() -> None:
    served = some_posts(1300, newest=NOON, apart=timedelta(seconds=30))
    found = walked(served)
    assert found.ids == ids(served)
    assert not found.troubles


def test_an_hour_of_more_than_fifty_pages_is_split_by_region_and_loses_nothing(
    tmp_path: Path,
) -> None:
    served = [*busy_hour(600), *some_before()]
    with replaying({"weibo_html": served}) as replay:
        [run] = crawled(tmp_path, asking(replay.base_url("weibo_html"), first=SINCE))
    assert (run.outcome, run.posts_new) == ("ok", 629), run.message
    assert texts(tmp_path).keys() == ids(served)


def test_a_region_is_asked_for_by_its_code_within_the_hour() -> None:
    query = SearchWindow("口罩", NOON - 5 * HOUR, NOON, region="42").query
    assert query["region"] == "custom:42:1000"
    assert query["timescope"] == "custom:2020-02-10-11:2020-02-10-12"


def test_an_hour_of_exactly_fifty_pages_is_not_called_cut_short() -> None:
    served = busy_hour(500)
    found = walked(served)
    assert found.ids == ids(served)
    assert not found.troubles


def test_a_region_that_holds_too_much_in_an_hour_is_named_and_all_else_is_read() -> None:
    both = busy_hour(1190)
    hubei = [post for post in both if served_weibo_html.region_of(post) == "42"]
    served = [post for post in both if post in hubei or int(post.id) % 20 == 0]
    found = walked([*served, *some_before()])
    assert found.ids == ids([*served, *some_before()]) - ids(hubei[500:])
    [trouble] = found.troubles
    assert "the hour before 2020-02-10 12:00 in 湖北 what is older than 11:10 may" in trouble


@pytest.mark.parametrize("failing", ["regions-ignored", "regions-empty"])
def test_where_regions_are_not_told_apart_a_full_hour_is_named_and_the_hours_before_are_read(
    failing: str,
) -> None:
    busy = busy_hour(700)
    found = walked([*busy, *some_before()], failing)
    assert found.ids == ids([*busy[:500], *some_before()])
    [trouble] = found.troubles
    assert "of the hour before 2020-02-10 12:00 " in trouble


def test_regions_that_are_not_told_apart_are_tried_only_once_a_run() -> None:
    two_hours = some_posts(2400, newest=NOON - timedelta(seconds=1), apart=timedelta(seconds=3))
    found = walked(two_hours, "regions-ignored")
    full_searches = 4  # up to now, up to noon, noon's hour in the first region, the hour before it
    assert found.pages == full_searches * 50 + 1
    assert len(found.troubles) == 2


def test_pages_bound_a_walk_also_where_it_is_split() -> None:
    found = walked(some_posts(1300, newest=NOON, apart=timedelta(seconds=30)), pages=70)
    assert found.pages == 70
    [trouble] = found.troubles
    assert "70 pages reach back only to" in trouble


def test_a_catch_up_within_an_hour_reads_what_is_new_in_every_region() -> None:
    served = busy_hour(1100)
    bookmarks = walked(served[600:]).bookmarks
    assert walked(served, bookmarks=bookmarks, overlap="1m").ids >= ids(served[:600])


def test_a_catch_up_asks_for_no_more_than_the_posts_since_in_each_region() -> None:
    served = busy_hour(1100)
    bookmarks = walked(served[520:]).bookmarks
    new_in_regions = 520 // 10 + len(REGIONS)  # pages, the last of each half known already
    assert walked(served, bookmarks=bookmarks, overlap="1m").pages <= 2 * 50 + new_in_regions + 10


def test_every_post_is_read_and_the_second_time_nothing_is_new(tmp_path: Path) -> None:
    served = some_posts(45)
    with replaying({"weibo_html": served}) as replay:
        asked = asking(replay.base_url("weibo_html"))
        [first] = crawled(tmp_path, asked)
        [second] = crawled(tmp_path, asked)
    assert (first.outcome, first.posts_new, first.posts_set_aside) == ("ok", 45, 0)
    assert (second.outcome, second.posts_new) == ("empty", 0)
    assert texts(tmp_path) == {post.id: post.long or post.text for post in served}


def asking(base_url: str, **more: Any) -> str:
    keys: dict[str, Any] = {"allow_private": True, "keywords": ["口罩"], **more}
    return source("w", "weibo_html", base_url=base_url, **keys)


@pytest.mark.parametrize(("failing", "told"), served_weibo_html.FAILINGS.items())
def test_each_way_of_failing_ends_in_its_own_word(failing: str, told: str, tmp_path: Path) -> None:
    with replaying({"weibo_html": some_posts(12)}) as replay:
        [run] = crawled(tmp_path, asking(replay.base_url("weibo_html", failing)))
    assert run.outcome == told, run.message
