"""Weibo through m.weibo.cn: searches, people and super-topics become posts; refusals are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import served_weibo
from coroutines import result_of
from crawls import crawled, source, texts
from pydantic import ValidationError
from replay import replaying
from scrapy.http import Request, TextResponse
from served import Request as Asked
from served import Served, some_posts
from web import Answer

import data
from spiders.base import Page, Walk
from spiders.base.post import Post, SetAside
from spiders.base.trouble import AnswerError
from spiders.weibo.weibo import WeiboOptions, WeiboSpider
from spiders.weibo.words import SHANGHAI, posted_at, time_in_id, words

pytestmark = pytest.mark.usefixtures("quick_crawls")

NOW = datetime(2020, 2, 11, 0, 30, tzinfo=SHANGHAI)
NOON = datetime(2020, 2, 10, 4, tzinfo=UTC)
LONG = "云台县人民医院物资清单：一、医用外科口罩五百只；二、防护服"


def spider(answer: Callable[[Request], Answer], **options: Any) -> WeiboSpider:
    """Return a spider whose further requests are answered so."""
    made = WeiboSpider(source="w", options=WeiboOptions(**options))

    async def fetch(request: Request) -> TextResponse:
        return response(request, answer(request))

    made.fetch = fetch  # type: ignore[method-assign]
    return made


def response(request: Request, answer: Answer) -> TextResponse:
    return TextResponse(
        request.url,
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        request=request,
    )


def refused(_: Request) -> Answer:
    return Answer(status=432)


def read(
    body: bytes, answer: Callable[[Request], Answer] = refused, status: int = 200, **options: Any
) -> Page:
    """Return the page of one answer to the first walk."""
    made = spider(answer, **(options or {"keywords": "口罩"}))
    [walk] = made.walks()
    return result_of(made.page(response(walk.request, Answer(body, status)), walk))


def posts(page: Page) -> dict[str, Post]:
    return {entry.source_id: entry for entry in page.entries if isinstance(entry, Post)}


def asides(page: Page) -> list[SetAside]:
    return [entry for entry in page.entries if isinstance(entry, SetAside)]


def answer_of(*cards: Any, **more: Any) -> bytes:
    return json.dumps({"ok": 1, "data": {"cards": list(cards), **more}}).encode()


def card(text: str, **more: Any) -> dict[str, Any]:
    user = {"id": 1, "screen_name": "小禾"}
    mblog = {"id": "5", "text": text, "created_at": "刚刚", "user": user, **more}
    return {"card_type": 9, "mblog": mblog}


@pytest.fixture(autouse=True)
def no_cookie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEIBO_COOKIE", raising=False)
    monkeypatch.delenv("WEIBO_COOKIE_FILE", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("刚刚", "2020-02-11 00:30"),
        ("30秒前", "2020-02-11 00:29:30"),
        ("45分钟前", "2020-02-10 23:45"),
        ("3小时前", "2020-02-10 21:30"),
        ("今天 00:12", "2020-02-11 00:12"),
        ("今天23:58", "2020-02-10 23:58"),
        ("昨天 08:30", "2020-02-10 08:30"),
        ("2月9日 07:05", "2020-02-09 07:05"),
        ("02月09日 07:05", "2020-02-09 07:05"),
        ("12月31日 07:05", "2019-12-31 07:05"),
        ("2019年12月31日 07:05", "2019-12-31 07:05"),
        ("12-31", "2019-12-31"),
        ("2019-12-31", "2019-12-31"),
        ("2020-02-09 07:05:09", "2020-02-09 07:05:09"),
        ("Mon Feb 10 12:00:00 +0800 2020", "2020-02-10 12:00"),
    ],
)
def test_weibos_ways_to_tell_a_time_are_understood(told: str, at: str) -> None:
    expected = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    assert posted_at(told, NOW) == expected


def test_a_day_without_a_clock_takes_its_time_from_the_posts_id() -> None:
    told = posted_at("02-09", NOW, "4470163530503815")
    assert told == datetime(2020, 2, 9, 13, 5, tzinfo=UTC)


def test_an_id_of_another_day_is_not_believed() -> None:
    assert posted_at("02-08", NOW, "4470163530503815") == datetime(2020, 2, 8, tzinfo=SHANGHAI)


@pytest.mark.parametrize("told", ["", "某天", "2月31日", "99:99", "2031-01-01 00:00"])
def test_what_is_no_time_is_refused(told: str) -> None:
    with pytest.raises(ValueError, match="."):
        posted_at(told, NOW)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('急<span class="url-icon"><img alt=[泪] src="//h5/l.png" /></span>缺', "急[泪]缺"),
        ('<img src="a" title="[心]" alt="[心]" class="face">', "[心]"),
        ('<a href="x"><span class="surl-text">#医院求助#</span></a> 口罩', "#医院求助# 口罩"),
        ("一<br />二<br/><br/>三", "一\n二\n三"),
        ("5 &lt; 6 &amp; 7\u200b\u200b", "5 < 6 & 7"),
        ('物资 ...<a href="/status/12">全文</a>', "物资 ..."),
        ('物资<a action-type="fl_fold">收起<i class="wbicon">d</i></a>', "物资"),
        ("<a href='/n/青萍'>@青萍</a> 救", "@青萍 救"),
    ],
)
def test_markup_becomes_words(markup: str, text: str) -> None:
    assert words(markup) == text


def sample() -> Page:
    """Return the bundled answer as read on the day after its posts."""

    def extend(request: Request) -> Answer:
        assert request.url.endswith("/statuses/extend?id=4470163530503815")
        return Answer(json.dumps({"ok": 1, "data": {"longTextContent": LONG}}).encode())

    return read(data.read_text("samples/weibo.json").encode(), extend)


def test_the_sample_gives_its_four_posts_and_sets_the_broken_row_aside() -> None:
    page = sample()
    assert [(post.author, post.text) for post in posts(page).values()] == [
        ("小禾在九院", "#医院求助# 晴川市第九医院急缺N95口罩&护目镜[泪]\n联系人 小禾 13800130001"),
        ("青萍", "帮转！//@半盏孤灯:扩散"),
        ("云台小周", LONG),
        ("路人丙", "转发微博"),
    ]
    [aside] = asides(page)
    assert aside.place == "keyword 口罩, page 1, post 5" and "'text'" in aside.reason


def test_a_post_has_its_link_author_and_time() -> None:
    post = posts(sample())["4470388764628615"]
    assert post.url == "https://m.weibo.cn/status/IzAaBb001"
    assert (post.author_id, post.posted_at) == ("1000000001", NOON)
    assert json.loads(post.raw)["bid"] == "IzAaBb001"


def test_what_is_reposted_stands_apart_from_the_authors_words() -> None:
    post = posts(sample())["4470388760000002"]
    assert post.reposted_author == "紫荆医院"
    assert post.reposted_text == "紫荆医院发热门诊防护服告急，网页链接"


def test_a_deleted_repost_has_no_author_and_stops_nothing() -> None:
    post = posts(sample())["4470080000000003"]
    assert (post.reposted_author, post.reposted_text) == (None, "抱歉，此微博已被作者删除。")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=432),
        Answer(b'{"ok":0}'),
        Answer(b"<html>"),
        Answer(status=302, headers={"Location": "https://passport.weibo.com/x"}),
    ],
)
def test_a_long_text_that_is_refused_leaves_the_cut_one_and_says_so(answer: Answer) -> None:
    body = answer_of(card('清单 ...<a href="/status/5">全文</a>'))
    page = read(body, lambda _: answer)
    assert posts(page)["5"].text == "清单 ..."
    assert "beginning" in asides(page)[0].reason


def test_the_long_text_of_what_is_reposted_is_asked_for_too() -> None:
    inner = {"id": "4", "text": "清单 ...", "isLongText": True, "user": None}
    whole = Answer(json.dumps({"data": {"longTextContent": LONG}}).encode())
    page = read(answer_of(card("帮转", retweeted_status=inner)), lambda _: whole)
    assert posts(page)["5"].reposted_text == LONG


@pytest.mark.parametrize("inner", [{"id": "4"}, {}, [], None, "gone"])
def test_a_repost_of_nothing_is_still_a_post(inner: Any) -> None:
    post = posts(read(answer_of(card("急需口罩", retweeted_status=inner))))["5"]
    assert (post.text, post.reposted_text) == ("急需口罩", None)


@pytest.mark.parametrize(
    ("info", "asked"), [({"since_id": 9, "page": 2}, "&since_id=9"), ({"page": 2}, "&page=2")]
)
def test_a_persons_next_page_is_asked_for_as_the_answer_tells(
    info: dict[str, int], asked: str
) -> None:
    page = read(answer_of(card("缺口罩"), cardlistInfo=info), users="12")
    assert page.next is not None and page.next.url.endswith("10760312" + asked)


@pytest.mark.parametrize("more", [{"isTop": 1}, {"title": {"text": "置顶"}}])
def test_a_pinned_post_is_told_apart(more: dict[str, Any]) -> None:
    page = read(answer_of(card("旧", **more), card("新", id="6")), users="12")
    assert page.pinned == {"5"}


@pytest.mark.parametrize("text", [None, 12, "", "<img src=x>"])
def test_a_post_without_words_is_set_aside(text: Any) -> None:
    page = read(answer_of(card(text), card("缺口罩", id="6")))
    assert list(posts(page)) == ["6"] and len(asides(page)) == 1


def outcome(body: bytes, status: int = 200, **headers: str) -> str:
    made = spider(refused, keywords="口罩")
    [walk] = made.walks()
    with pytest.raises(AnswerError) as caught:
        result_of(made.page(response(walk.request, Answer(body, status, headers)), walk))
    return caught.value.outcome


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"ok": -100, "url": "https://passport.weibo.com/sso/signin?x=1"}, "login needed"),
        ({"ok": -100}, "login needed"),
        ({"ok": -100, "url": "https://m.weibo.cn/api/geetest?testType=1"}, "blocked"),
        ({"ok": 0, "url": "https://m.weibo.cn/p/x"}, "blocked"),
        ({"ok": 0, "msg": "请求过于频繁"}, "blocked"),
        ({"ok": 0, "msg": "参数错误"}, "changed"),
        ({"ok": 1}, "changed"),
        ({"ok": 1, "data": {"cards": {}}}, "changed"),
        ({"ok": 1, "data": {"cards": [{"card_type": 7}]}}, "changed"),
        ([], "changed"),
    ],
)
def test_an_answer_that_is_none_says_which(body: Any, told: str) -> None:
    assert outcome(json.dumps(body).encode()) == told


def test_a_field_that_is_missing_is_named() -> None:
    with pytest.raises(AnswerError, match=r"'data\.cards'"):
        read(b'{"ok": 1, "data": {}}')


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("https://passport.weibo.com/visitor/visitor?entry=x", "login needed"),
        ("https://m.weibo.cn/api/geetest?a=1", "blocked"),
        ("https://example.org/", "changed"),
    ],
)
def test_where_an_answer_leads_tells_why(to: str, told: str) -> None:
    assert outcome(b"", 302, Location=to) == told


def test_the_busy_page_is_a_refusal(shared: Path) -> None:
    assert outcome((shared / "recordings" / "weibo_busy_page.html").read_bytes()) == "blocked"


@pytest.mark.parametrize(
    "body",
    [
        {"ok": 0, "msg": "这里还没有内容", "data": {"cards": []}},
        {"ok": 1, "data": {"cards": []}},
        {"ok": 1, "data": {"cards": [{"card_type": 58, "desc": "没有找到相关结果"}]}},
    ],
)
def test_nothing_found_is_no_failure(body: dict[str, Any]) -> None:
    page = read(json.dumps(body).encode())
    assert not page.entries and page.next is None


def test_the_cookie_is_sent_only_where_one_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    made = spider(refused, users="12")
    assert b"Cookie" not in next(iter(made.walks())).request.headers
    monkeypatch.setenv("WEIBO_COOKIE", "SUB=invented; XSRF=1")
    assert next(iter(made.walks())).request.headers["Cookie"] == b"SUB=invented; XSRF=1"


@pytest.mark.parametrize("options", [{}, {"users": "小禾"}, {"topics": "口罩"}])
def test_options_that_cannot_be_asked_for_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        WeiboOptions(**options)  # type: ignore[arg-type]


def test_the_recorded_persons_posts_all_come_out(shared: Path) -> None:
    recordings = shared / "recordings"
    whole = (recordings / "weibo_statuses_extend.json").read_bytes()

    def extend(request: Request) -> Answer:
        return Answer(whole) if request.url.endswith("4645748019299849") else Answer(status=432)

    body = (recordings / "weibo_user_feed.json").read_bytes()
    page = read(body, extend, users="6279793937")
    found = posts(page)
    assert len(found) == 11 and len(asides(page)) == 5  # the long ones that were not recorded
    assert page.next is not None and page.next.url.endswith("since_id=4646131823281332")
    assert page.pinned == {"4645748019299849"}
    assert {post.author_id for post in found.values()} == {"6279793937"}
    assert all(post.posted_at and post.url and post.author for post in found.values())
    assert not any("<" in post.text or "全文" in post.text for post in found.values())
    reposts = [post for post in found.values() if post.reposted_text]
    assert [post.source_id for post in reposts] == ["4648806186747944"]
    assert reposts[0].reposted_text == found["4645748019299849"].text
    assert "抽奖详情" in found["4645748019299849"].text
    newest = found["4649106427873349"]
    assert newest.posted_at == datetime(2021, 6, 17, 8, 0, 11, tzinfo=UTC)
    assert newest.url == "https://m.weibo.cn/status/KkBtUx2dv"


def test_the_recorded_ids_tell_their_times(shared: Path) -> None:
    answer = json.loads((shared / "recordings" / "weibo_user_feed.json").read_bytes())
    for one in answer["data"]["cards"]:
        found = time_in_id(one["mblog"]["id"])
        assert found is not None
        assert abs(found - posted_at(one["mblog"]["created_at"], NOW + timedelta(days=999))) <= (
            timedelta(seconds=1)
        )


def whole(served: list[Served]) -> dict[str, str]:
    return {post.id: post.long or post.text for post in served}


@pytest.mark.parametrize(
    "options", [{"keywords": ["口罩"]}, {"users": ["12"]}, {"topics": ["100808ab"]}]
)
def test_every_post_is_read_and_the_second_time_nothing_is_new(
    options: dict[str, list[str]], tmp_path: Path
) -> None:
    served = some_posts(45)
    with replaying({"weibo": served}) as replay:
        asked = source(
            "w", "weibo", base_url=replay.base_url("weibo"), allow_private=True, **options
        )
        [first] = crawled(tmp_path, asked)
        [second] = crawled(tmp_path, asked)
    assert (first.outcome, first.posts_new, first.posts_set_aside) == ("ok", 45, 0)
    assert (second.outcome, second.posts_new) == ("empty", 0)
    assert texts(tmp_path) == whole(served)


def test_a_person_is_read_beyond_fifty_pages_of_ten() -> None:
    made = spider(refused, users="12")
    served = [Served(str(n), "缺口罩", "小禾", NOON - timedelta(minutes=n)) for n in range(1, 521)]
    assert len(walked(made, served)) == 520


def test_a_search_that_is_cut_off_at_fifty_pages_cannot_be_asked_for_more() -> None:
    made = spider(refused, keywords="口罩")
    served = [Served(str(n), "缺口罩", "小禾", NOON - timedelta(minutes=n)) for n in range(1, 521)]
    assert len(walked(made, served)) == 500


def walked(made: WeiboSpider, served: list[Served]) -> set[str]:
    """Walk to the end, as the base does; return the ids of the posts."""

    async def walk_on() -> set[str]:
        [walk] = made.walks()
        request: Request | None = walk.request
        found: set[str] = set()
        number = 1
        while request:
            asked = Asked.of(request.url.removeprefix(made.home), {}, "GET", b"")
            answer = served_weibo.answer(asked, served, None)
            here = Walk(walk.name, walk.request, number=number)
            page = await made.page(response(request, answer), here)
            found |= posts(page).keys()
            number, request = number + 1, page.next
        return found

    return result_of(walk_on())


def test_a_cut_search_says_how_far_it_came(tmp_path: Path) -> None:
    served = [Served(str(n), "缺口罩", "小禾", at) for n, at in enumerate(every_minute(520), 1)]
    with replaying({"weibo": served}) as replay:
        [run] = crawled(
            tmp_path,
            source(
                "w",
                "weibo",
                base_url=replay.base_url("weibo"),
                allow_private=True,
                keywords=["口罩"],
            ),
        )
    assert (run.outcome, run.posts_new) == ("cut short", 500)
    assert "50 pages reach back only to" in (run.message or "")
    assert "weibo_html" in (run.message or "")


def test_a_search_of_fifty_pages_that_reaches_what_is_known_is_not_cut_short(
    tmp_path: Path,
) -> None:
    served = [Served(str(n), "缺口罩", "小禾", at) for n, at in enumerate(every_minute(520), 1)]
    with replaying({"weibo": served}) as replay:
        url = replay.base_url("weibo")
        # In the middle of the fiftieth page, however late the crawl begins.
        asked = source("w", "weibo", base_url=url, keywords=["口罩"], first="495m", pages=60)
        [run] = crawled(tmp_path, asked)
    assert (run.outcome, run.posts_new) == ("ok", 500), run.message


def test_pages_bound_a_person_also_beyond_fifty(tmp_path: Path) -> None:
    served = [Served(str(n), "缺口罩", "小禾", at) for n, at in enumerate(every_minute(800), 1)]
    with replaying({"weibo": served}) as replay:
        url = replay.base_url("weibo")
        [run] = crawled(tmp_path, source("w", "weibo", base_url=url, users=["12"], pages=60))
    assert (run.outcome, run.pages) == ("cut short", 60)


def test_a_whole_text_is_not_replaced_by_its_beginning(tmp_path: Path) -> None:
    served = some_posts(12)
    keys: dict[str, Any] = {"keywords": ["口罩"]}
    with replaying({"weibo": served}) as replay:
        crawled(tmp_path, source("w", "weibo", base_url=replay.base_url("weibo"), **keys))
        url = replay.base_url("weibo", "no-long-texts")
        [again] = crawled(tmp_path, source("w", "weibo", base_url=url, **keys))
    assert again.posts_set_aside
    assert texts(tmp_path) == whole(served)


def test_a_beginning_is_replaced_once_the_whole_text_can_be_had(tmp_path: Path) -> None:
    served = some_posts(12)
    keys: dict[str, Any] = {"keywords": ["口罩"]}
    with replaying({"weibo": served}) as replay:
        url = replay.base_url("weibo", "no-long-texts")
        crawled(tmp_path, source("w", "weibo", base_url=url, **keys))
        assert texts(tmp_path) != whole(served)
        crawled(tmp_path, source("w", "weibo", base_url=replay.base_url("weibo"), **keys))
    assert texts(tmp_path) == whole(served)


def every_minute(count: int) -> list[datetime]:
    now = datetime.now(UTC).replace(microsecond=0)
    return [now - timedelta(minutes=n) for n in range(count)]


@pytest.mark.parametrize(("failing", "told"), served_weibo.FAILINGS.items())
def test_each_way_of_failing_ends_in_its_own_word(failing: str, told: str, tmp_path: Path) -> None:
    with replaying({"weibo": some_posts(12)}) as replay:
        url = replay.base_url("weibo", failing)
        [run] = crawled(
            tmp_path,
            source("w", "weibo", base_url=url, allow_private=True, keywords=["口罩"]),
        )
    assert run.outcome == told, run.message


def test_the_probe_searches_for_its_word() -> None:
    request = spider(refused, users="12").probe_walk("口罩").request
    assert "containerid=100103type%3D61%26q%3D%E5%8F%A3%E7%BD%A9" in request.url
