"""Mastodon: statuses of any compatible server become posts; each refusal says what to do."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import served_mastodon
from pydantic import ValidationError
from recordings import recorded
from scrapy.http import Request, TextResponse
from served import Request as Asked
from served import Served, some_posts
from w3lib.url import url_query_parameter

from data import read_bytes
from spiders.base import Page
from spiders.base.post import Post, SetAside
from spiders.base.trouble import AnswerError
from spiders.mastodon import MastodonOptions, MastodonSpider

SERVER = "https://social.example"


def spider(**keys: Any) -> MastodonSpider:
    keys = keys or {"hashtags": ["口罩"]}
    options = MastodonOptions.model_validate({"base_url": SERVER, **keys})
    return MastodonSpider(source="m", options=options)


def read(body: bytes, *, status: int = 200, link: str | None = None, **keys: Any) -> Page:
    """Return what the spider reads in one answer to its first walk."""
    one = spider(**keys)
    [walk] = one.walks()
    return one.page(answered(walk.request, body, status, link), walk)


def answered(request: Request, body: bytes, status: int = 200, link: str | None = None) -> Any:
    headers = {"Link": link} if link else {}
    return TextResponse(request.url, status, headers, body, request=request)


def statuses(*changes: dict[str, Any]) -> bytes:
    """Return a timeline of one good status for each dict, changed as it says."""
    post = Served("1", "缺口罩", "小禾", datetime(2020, 2, 12, tzinfo=UTC))
    return json.dumps([{**served_mastodon.status(post), **change} for change in changes]).encode()


def walked(one: MastodonSpider, posts: list[Served], failing: str | None = None) -> list[Post]:
    """Return the posts of all pages that the replay server has of the first walk."""
    [walk] = one.walks()
    request: Request | None = walk.request
    found: list[Post] = []
    for _ in range(50):
        if request is None:
            return found
        given = {
            name.decode().lower(): value[0].decode() for name, value in request.headers.items()
        }
        asked = Asked.of(request.url.removeprefix(SERVER), given, "GET", b"")
        answer = served_mastodon.answer(asked, posts, failing)
        link = answer.headers.get("Link")
        page = one.page(answered(request, answer.body, answer.status, link), walk)
        found += [entry for entry in page.entries if isinstance(entry, Post)]
        request = page.next
    raise AssertionError("it asks for ever")


def test_the_sample_comes_out_as_its_authors_wrote_it() -> None:
    page = read(read_bytes("samples/mastodon_tag.json"))
    plea, quote, boost, picture, timeless, broken = page.entries
    assert isinstance(plea, Post)
    assert plea.text == (
        "紧急求助\n#口罩 晴川市第三医院急需N95口罩500只 & 防护服\n联系13800138000\n"
        "https://qingchuan.example/notices/2020/0212"
    )
    assert (
        plea.source_id == "https://social.example/users/xiaohe/statuses/01KDHH8Z4QW7S0N2E5B9Y6T3VA"
    )
    assert plea.url == "https://social.example/@xiaohe/01KDHH8Z4QW7S0N2E5B9Y6T3VA"
    assert (plea.author, plea.author_id) == ("小禾", "01KDHG000000000000000XIAOH")
    assert plea.posted_at == datetime(2020, 2, 12, 6, 30, tzinfo=UTC)
    assert json.loads(plea.raw)["uri"] == plea.source_id
    assert isinstance(quote, Post)
    assert (quote.text, quote.reposted_author) == ("帮转，请扩散", "nurse")
    assert quote.reposted_text == "紫荆医院呼吸科护目镜只剩6副"
    assert isinstance(boost, Post)
    assert (boost.text, boost.reposted_text) == ("", "临江县医院缺一次性手套")
    assert (boost.author, boost.reposted_author) == ("小禾", "临江")
    assert boost.url == "https://other.example/@linjiang/9"
    assert isinstance(picture, Post) and picture.text == "物资清单：隔离衣200件"
    assert isinstance(timeless, Post) and timeless.posted_at is None
    assert isinstance(broken, SetAside)
    assert broken.place == "#口罩 page 1 row 6" and "昨天" in broken.reason


def test_what_only_followers_may_read_is_left_out() -> None:
    page = read(read_bytes("samples/mastodon_tag.json"))
    assert "只给关注者看的话" not in str(page.entries)


def test_a_real_timeline_yields_every_post(shared: Path) -> None:
    body = recorded(shared / "recordings" / "mastodon_hashtag_timeline.yml")
    page = read(body)
    assert len(page.entries) == len(json.loads(body)) == 5
    for entry, row in zip(page.entries, json.loads(body), strict=True):
        assert isinstance(entry, Post)
        assert (entry.source_id, entry.url) == (row["uri"], row["url"])
        assert entry.posted_at == datetime.fromisoformat(row["created_at"])
        assert entry.author == row["account"]["display_name"]
        assert entry.text and not re.search(r"</?\w+|&\w+;", entry.text)
        for tag in row["tags"]:
            assert f"#{tag['name']}" in entry.text.lower()


@pytest.mark.parametrize("failing", [None, "no-link"])
def test_pages_are_read_to_the_end_with_or_without_a_link_header(failing: str | None) -> None:
    posts = some_posts(95)
    found = walked(spider(timelines="public"), posts, failing)
    assert [post.source_id.rpartition("/")[2] for post in found] == [post.id for post in posts]


def test_a_search_goes_on_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTODON_TOKEN", "mastodon-token-1")
    assert len(walked(spider(words="口罩"), some_posts(95))) == 95


def test_a_server_without_pages_is_not_asked_for_ever() -> None:
    assert len(walked(spider(timelines="public"), some_posts(12), "no-pages")) == 12
    assert len(walked(spider(timelines="public"), some_posts(95), "no-pages")) == 40


def test_the_next_page_is_asked_of_the_same_server_whatever_the_link_says() -> None:
    link = '<https://thief.example/api/v1/timelines/public?max_id=7>; rel="next"'
    page = read(statuses({}), link=link, timelines="local")
    assert page.next is not None
    assert page.next.url.startswith(f"{SERVER}/api/v1/timelines/public?local=true&")
    assert url_query_parameter(page.next.url, "max_id") == "7"


def test_a_broken_last_row_does_not_end_the_walk() -> None:
    rows = [*json.loads(statuses({"id": "9"})), "x"]
    page = read(json.dumps(rows).encode())
    assert page.next is not None and url_query_parameter(page.next.url, "max_id") == "9"


def test_a_link_header_without_a_next_page_is_the_end() -> None:
    assert read(statuses({}), link='<https://a.example/?min_id=7>; rel="prev"').next is None


def test_a_token_goes_with_searches_only_unless_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MASTODON_TOKEN", "mastodon-token-1")
    monkeypatch.setenv("OTHER_TOKEN", "t-2")

    def sent(**keys: Any) -> list[bytes | None]:
        return [walk.request.headers.get("Authorization") for walk in spider(**keys).walks()]

    assert sent(hashtags="口罩", words="口罩") == [None, b"Bearer mastodon-token-1"]
    assert sent(hashtags="口罩", words="口罩", token="OTHER_TOKEN") == [b"Bearer t-2"] * 2


def test_an_answer_to_a_token_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTODON_TOKEN", "mastodon-token-1")
    walks = spider(hashtags="口罩", words="口罩").walks()
    assert [walk.request.meta["private"] for walk in walks] == [False, True]


def test_a_search_without_a_token_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MASTODON_TOKEN", raising=False)
    with pytest.raises(AnswerError, match="MASTODON_TOKEN") as error:
        list(spider(words="口罩").walks())
    assert error.value.outcome == "login needed"


def test_a_tag_that_nobody_has_used_is_no_failure() -> None:
    page = read(b'{"error": "Record not found"}', status=404)
    assert (page.entries, page.next) == ((), None)


def test_a_post_from_a_clock_that_is_ahead_is_not_from_the_future() -> None:
    ahead = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "-05:00")
    [post] = read(statuses({"created_at": ahead})).entries
    assert isinstance(post, Post) and post.posted_at and post.posted_at <= datetime.now(UTC)


def test_a_hashtag_is_asked_for_without_its_sign() -> None:
    [walk] = spider(hashtags=" #武汉/加油 ").walks()
    assert walk.name == "#武汉/加油"
    assert walk.request.url.startswith(
        f"{SERVER}/api/v1/timelines/tag/%E6%AD%A6%E6%B1%89%2F%E5%8A%A0%E6%B2%B9?limit=40"
    )


def test_a_source_that_asks_for_nothing_or_of_nobody_is_refused() -> None:
    with pytest.raises(ValidationError, match="give hashtags, timelines or words"):
        MastodonOptions.model_validate({"base_url": SERVER})
    with pytest.raises(ValidationError, match="base_url"):
        MastodonOptions.model_validate({"hashtags": ["口罩"]})


def test_a_timeline_that_does_not_exist_is_refused_with_the_choices() -> None:
    with pytest.raises(ValidationError, match="'public' or 'local'"):
        MastodonOptions.model_validate({"base_url": SERVER, "timelines": "home"})


@pytest.mark.parametrize(
    ("status", "body", "outcome", "told"),
    [
        (401, b'{"error": "token is invalid"}', "login needed", "token is invalid"),
        (422, b'{"error": "not authenticated"}', "login needed", "authenticated"),
        (403, b'{"error": "outside the scopes"}', "login needed", "read:search"),
        (403, b"<html>Forbidden</html>", "blocked", "403"),
        (404, b"<html>Not Found</html>", "changed", "base_url"),
        (200, b"<html>Just a moment</html>", "blocked", "web page"),
        (200, b'{"timeline": []}', "changed", "statuses"),
    ],
)
def test_a_refusal_is_told_in_one_word(
    monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, outcome: str, told: str
) -> None:
    monkeypatch.delenv("MASTODON_TOKEN", raising=False)
    with pytest.raises(AnswerError, match=told) as error:
        read(body, status=status)
    assert error.value.outcome == outcome
