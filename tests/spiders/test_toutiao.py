"""Toutiao: search results become posts; a dead cookie never passes for an empty search."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import served_toutiao
from pydantic import ValidationError
from scrapy.http import Request, Response
from served import Request as Asked
from served import some_posts

import data
from spiders.base import Page, Walk
from spiders.base.post import Post, SetAside
from spiders.base.trouble import AnswerError
from spiders.toutiao import ToutiaoOptions, ToutiaoSpider


@pytest.fixture(autouse=True)
def cookie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUTIAO_COOKIE", "tt_webid=1")
    monkeypatch.delenv("TOUTIAO_COOKIE_FILE", raising=False)


def spider(*keywords: str) -> ToutiaoSpider:
    return ToutiaoSpider(source="t", options=ToutiaoOptions(keywords=keywords or ("口罩",)))


def read(answer: Any, walk: Walk | None = None) -> Page:
    """Return what the spider reads from an answer, given as bytes or as what JSON says."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    own = spider()
    walk = walk or next(iter(own.walks()))
    return own.page(Response(walk.request.url, body=body, request=walk.request), walk)


def rows(*given: Any, more: int = 0) -> dict[str, Any]:
    return {"message": "success", "data": list(given), "has_more": more}


def posts_of(page: Page) -> list[Post]:
    return [entry for entry in page.entries if isinstance(entry, Post)]


ARTICLE = {"id": "1", "title": "急需口罩", "publish_time": "1581489000", "media_name": "晴川日报"}
MICRO = {
    "cell_type": 32,
    "id": 2,
    "rich_content": "<em>口罩</em>没有了",
    "publish_time": 1581489000,
    "user": {"name": "小禾", "user_id": 9},
    "share_url": "https://www.toutiao.com/w/2/",
}


def asked(request: Request) -> Asked:
    headers = {name.lower(): value for name, value in request.headers.to_unicode_dict().items()}
    path = request.url.removeprefix("https://www.toutiao.com")
    return Asked.of(path, headers, request.method, request.body)


def test_the_sample_gives_its_posts_and_sets_the_broken_row_aside() -> None:
    page = read(data.read_bytes("samples/toutiao.json"))
    article, micro, passed_on, guide = posts_of(page)
    [aside] = [entry for entry in page.entries if isinstance(entry, SetAside)]
    assert article.text.startswith(
        "紫荆医院口罩告急 & 接受捐赠\n晴川市紫荆医院今日发布公告：口罩、"
    )
    assert (article.source_id, article.author) == ("6790000000000000001", "晴川日报")
    assert (article.author_id, article.url) == (
        "5000000001",
        "http://toutiao.com/group/6790000000000000001/",
    )
    assert article.posted_at == datetime(2020, 2, 12, 6, 30, tzinfo=UTC)
    assert micro.text == (
        "我们科室的口罩明天就断了，N95一只都没有。\n求助，请联系 13800130002@晴川发布"
    )
    assert (micro.source_id, micro.author, micro.author_id) == (
        "1650000000000002",
        "小禾在急诊",
        "5000000002",
    )
    assert micro.url == "https://www.toutiao.com/w/1650000000000002/"
    assert passed_on.text == "帮转//@小禾在急诊:我们科室的口罩明天就断了"
    assert (guide.text, guide.author_id) == ("如何挑选口罩", None)
    assert (aside.place, aside.reason) == (
        "keyword 口罩 page 1 row 5",
        "no words in title, abstract or content",
    )
    assert json.loads(article.raw)["group_id"] == "6790000000000000001"


def test_every_post_of_a_recorded_search_comes_and_no_widget(shared: Path) -> None:
    # Counted by hand: 20 rows, of which 8 are widgets (cell_type 51, 26 four times, 20 twice, 58).
    path = shared / "recordings" / "toutiao_search_2018.json"
    recorded = json.loads(path.read_text("utf-8"))
    page = read(rows(*recorded, more=1))
    posts = posts_of(page)
    assert len(posts) == len(page.entries) == 12
    given = [row for row in recorded if "cell_type" not in row]
    for post, row in zip(posts, given, strict=True):
        assert (post.source_id, post.author) == (row["group_id"], row["media_name"])
        assert post.posted_at == datetime.fromtimestamp(int(row["publish_time"]), UTC)
        assert post.url == row["article_url"]
        assert row["title"] in post.text and row["abstract"] in post.text
        assert post.author_id == (str(row["user_id"]) if row["user_id"] else None)


def test_a_search_without_data_wants_a_cookie(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AnswerError, match="the cookie in TOUTIAO_COOKIE is dead") as dead:
        read({"data": None, "has_more": 0})
    monkeypatch.delenv("TOUTIAO_COOKIE")
    with pytest.raises(AnswerError, match="set TOUTIAO_COOKIE") as missing:
        read({"data": None, "has_more": 0})
    assert {dead.value.outcome, missing.value.outcome} == {"login needed"}


def test_the_cookie_is_sent_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    [walk] = spider().walks()
    assert walk.request.headers["Cookie"] == b"tt_webid=1"
    monkeypatch.delenv("TOUTIAO_COOKIE")
    [walk] = spider().walks()
    assert "Cookie" not in walk.request.headers


def test_a_search_that_finds_nothing_is_empty() -> None:
    page = read(rows())
    assert (page.entries, page.next) == ([], None)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"message": "success"}, "changed"),
        ({"data": {"rows": []}}, "changed"),
        ([ARTICLE], "changed"),
        (b"not JSON", "changed"),
        (b"<html>verify</html>", "blocked"),
        (rows(more=1), "cut short"),
    ],
)
def test_an_answer_that_is_none_says_how(answer: Any, outcome: str) -> None:
    with pytest.raises(AnswerError) as error:
        read(answer)
    assert error.value.outcome == outcome


def test_widgets_are_neither_posts_nor_broken() -> None:
    widgets = [{"cell_type": number, "id": 1, "title": "热议"} for number in (20, 26, 51, 58, 67)]
    assert read(rows(*widgets)).entries == []


@pytest.mark.parametrize(
    "row", [None, "x", {}, {**ARTICLE, "title": ""}, {**ARTICLE, "id": ""}, {**ARTICLE, "id": 0},
            {**MICRO, "rich_content": "<em></em>"}]
)  # fmt: skip
def test_a_broken_row_stops_no_other(row: Any) -> None:
    aside, post = read(rows(row, MICRO)).entries
    assert isinstance(aside, SetAside) and aside.place == "keyword 口罩 page 1 row 1"
    assert isinstance(post, Post) and post.text == "口罩没有了"


def test_a_time_that_cannot_be_read_is_set_aside_and_the_post_stays() -> None:
    post, aside = read(rows({**MICRO, "publish_time": "soon"})).entries
    assert isinstance(post, Post) and (post.text, post.posted_at) == ("口罩没有了", None)
    assert isinstance(aside, SetAside) and aside.reason == "not a time: 'soon'"


def test_a_title_that_begins_the_abstract_is_not_repeated() -> None:
    row = {**ARTICLE, "title": "急需<em>口罩</em>和手套...", "abstract": "急需口罩 和手套各百只"}
    assert posts_of(read(rows(row)))[0].text == "急需口罩 和手套各百只"


def test_words_that_look_like_markup_stay_words() -> None:
    row = {**ARTICLE, "title": "体温<37 &lt;b&gt; &amp;amp;"}
    assert posts_of(read(rows(row)))[0].text == "体温<37 <b> &amp;"


def test_pages_follow_until_the_service_has_no_more() -> None:
    own = spider()
    served = some_posts(45)
    [walk] = own.walks()
    found: list[str] = []
    request: Request | None = walk.request
    for number in (1, 2, 3):
        assert request is not None
        walk = Walk(walk.name, walk.request, number=number)
        answer = served_toutiao.answer(asked(request), served, None)
        page = own.page(Response(request.url, body=answer.body, request=request), walk)
        found += [post.source_id for post in posts_of(page)]
        request = page.next
    assert request is None
    assert sorted(found) == [post.id for post in served]


def test_the_next_page_asks_the_same_with_the_cookie() -> None:
    [walk] = spider("口罩 & 手套").walks()
    page = read(rows(ARTICLE, more=1), walk)
    assert page.next is not None
    first, second = (parse_qs(urlsplit(url).query) for url in (walk.request.url, page.next.url))
    assert second == {**first, "offset": ["20"]}
    assert first["keyword"] == ["口罩 & 手套"]
    assert page.next.headers["Cookie"] == b"tt_webid=1"


def test_each_keyword_is_a_search_of_its_own_and_there_is_one() -> None:
    walks = list(spider("口罩", "护目镜", "口罩").walks())
    assert [walk.name for walk in walks] == ["keyword 口罩", "keyword 护目镜"]
    assert ToutiaoOptions(keywords="口罩").keywords == ("口罩",)  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        ToutiaoOptions(keywords=())


def test_the_probe_searches_for_its_word() -> None:
    query = parse_qs(urlsplit(spider().probe_walk("护目镜").request.url).query)
    assert query["keyword"] == ["护目镜"]
