"""Bluesky: found posts and feeds become posts; sessions are opened, renewed and kept secret."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import served_bluesky
from coroutines import result_of
from pydantic import ValidationError
from recordings import recorded, sent_with
from scrapy.http import Request, TextResponse
from served import Request as Asked
from served import Served, some_posts

from data import read_bytes
from spiders.base import Page
from spiders.base.masking import cleaned, without_secrets
from spiders.base.post import Bookmark, Post, SetAside
from spiders.base.trouble import AnswerError, Trouble
from spiders.bluesky.bluesky import BlueskyOptions, BlueskySpider

SERVICE = "https://bsky.example"


@pytest.fixture(autouse=True)
def no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BLUESKY_HANDLE", "BLUESKY_APP_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUESKY_HANDLE", "@desk.test")
    monkeypatch.setenv("BLUESKY_APP_PASSWORD", "abcd-efgh-ijkl-mnop")


class Service:
    """Stands where Scrapy's engine is and answers as the replay server does."""

    def __init__(self, posts: list[Served], failing: str | None = None) -> None:
        self.posts = posts
        self.failing = failing
        self.asked: list[Request] = []
        self.engine = self

    async def download_async(self, request: Request) -> TextResponse:
        self.asked.append(request)
        target = request.url.removeprefix(SERVICE)
        asked = Asked.of(target, sent_with(request), request.method, request.body)
        given = served_bluesky.answer(asked, self.posts, self.failing)
        return TextResponse(request.url, given.status, given.headers, given.body, request=request)

    @property
    def methods(self) -> list[str]:
        return [one.url.partition("/xrpc/")[2].partition("?")[0] for one in self.asked]


def spider(service: Service | None = None, **keys: Any) -> BlueskySpider:
    keys = keys or {"words": ["口罩"]}
    options = BlueskyOptions.model_validate({"base_url": SERVICE, **keys})
    one = BlueskySpider(source="b", options=options)
    one.crawler = service or Service([])  # type: ignore[assignment]
    return one


def run(one: BlueskySpider) -> list[Any]:
    """Return everything that a whole crawl yields, but when it began, without Scrapy around it."""

    async def crawl() -> list[Any]:
        found = []
        waiting = [item async for item in one.start() if not isinstance(item, Bookmark)]
        while waiting:
            item = waiting.pop(0)
            if not isinstance(item, Request):
                found.append(item)
                continue
            assert len(one.crawler.asked) < 400, "it asks for ever"  # type: ignore[attr-defined]
            response = await one.crawler.engine.download_async(item)  # type: ignore
            waiting += [new async for new in one.parse(response, **item.cb_kwargs)]
        return found

    return result_of(crawl())


def read(body: bytes, *, status: int = 200, **keys: Any) -> Page:
    """Return what the spider reads in one answer to its first walk."""
    one = spider(**keys)
    [walk] = one.walks()
    response = TextResponse(walk.request.url, status, body=body, request=walk.request)
    return result_of(one.page(response, walk))


def of(kind: type, found: list[Any]) -> list[Any]:
    return [one for one in found if isinstance(one, kind)]


def test_the_sample_search_comes_out_as_its_authors_wrote_it() -> None:
    page = read(read_bytes("samples/bluesky_search.json"))
    plea, quote, blocked, broken = page.entries
    assert isinstance(plea, Post)
    assert plea.text == (
        "#口罩 晴川市第三医院急需N95口罩500只 <急>\n\n"
        "联系13800138000，清单见 qingchuan.example/notic..."
    )
    assert plea.source_id == "at://did:plc:xiaohe3sample/app.bsky.feed.post/3lpk2u6qo2aaa"
    assert plea.url == "https://bsky.app/profile/xiaohe.test/post/3lpk2u6qo2aaa"
    assert (plea.author, plea.author_id) == ("小禾", "did:plc:xiaohe3sample")
    assert plea.posted_at == datetime(2020, 2, 12, 6, 30, 0, 561858, tzinfo=UTC)
    assert json.loads(plea.raw)["uri"] == plea.source_id
    assert isinstance(quote, Post)
    assert (quote.text, quote.reposted_text) == ("帮转，请扩散", "紫荆医院呼吸科护目镜只剩6副")
    assert quote.reposted_author == "nurse.test"
    assert quote.url == "https://bsky.app/profile/did:plc:gudengsample/post/3lpk2r5h5ebbb"
    assert isinstance(blocked, Post) and blocked.reposted_text is None
    assert isinstance(broken, SetAside)
    assert (broken.place, broken.reason) == ("search 口罩 page 1 row 4", "no 'text'")
    assert page.next is not None and page.next.url.endswith("&limit=100&cursor=4")


def test_a_time_that_an_author_invented_gives_way_to_when_it_was_seen() -> None:
    page = read(read_bytes("samples/bluesky_search.json"))
    quote = page.entries[1]
    assert isinstance(quote, Post)
    assert quote.posted_at == datetime(2020, 2, 12, 6, 21, 40, 512000, tzinfo=UTC)


def test_the_sample_feed_tells_pinned_and_passed_on_posts_apart() -> None:
    page = read(read_bytes("samples/bluesky_feed.json"), authors="@xiaohe.test")
    pinned, repost, own = page.entries
    assert isinstance(pinned, Post) and isinstance(repost, Post) and isinstance(own, Post)
    assert page.pinned == {pinned.source_id}
    assert (repost.text, repost.author) == ("", "小禾")
    assert repost.reposted_text == "紫荆医院呼吸科护目镜只剩6副"
    assert repost.reposted_author == "nurse.test"
    assert repost.posted_at == datetime(2020, 2, 12, 6, 40, tzinfo=UTC)
    assert repost.source_id == "at://did:plc:xiaohe3sample/app.bsky.feed.repost/3lrepost"
    assert repost.url == "https://bsky.app/profile/nurse.test/post/3lpk00000inner"
    assert own.reposted_text is None


def test_a_real_search_yields_every_post(shared: Path) -> None:
    body = recorded(shared / "recordings" / "bluesky_search_posts.yml")
    rows = json.loads(body)["posts"]
    page = read(body)
    assert len(page.entries) == len(rows) == 25
    for entry, row in zip(page.entries, rows, strict=True):
        assert isinstance(entry, Post)
        assert entry.source_id == row["uri"]
        assert entry.text[:40] == row["record"]["text"][:40]
        card = row.get("embed", {}).get("external", {})
        assert card.get("title", "") in entry.text and card.get("uri", "") in entry.text
        created = datetime.fromisoformat(row["record"]["createdAt"])
        assert entry.posted_at == min(created, datetime.fromisoformat(row["indexedAt"]))
        rkey = row["uri"].rpartition("/")[2]
        assert entry.url == f"https://bsky.app/profile/{row['author']['handle']}/post/{rkey}"
    quotes = [row["embed"]["$type"].startswith("app.bsky.embed.record") for row in rows
              if "embed" in row]  # fmt: skip
    passed_on = [entry for entry in page.entries if isinstance(entry, Post) and entry.reposted_text]
    assert len(passed_on) == sum(quotes)
    assert page.next is not None and page.next.url.endswith("cursor=25")


def test_a_search_is_read_to_its_end() -> None:
    posts = some_posts(250)
    found = run(spider(Service(posts)))
    assert [post.source_id.rpartition("/")[2] for post in of(Post, found)] == [p.id for p in posts]
    bookmarks = {one.name: one.value for one in of(Bookmark, found)}
    assert [name for name, value in bookmarks.items() if value] == ["complete search 口罩"]


def test_more_posts_than_a_search_gives_are_all_read() -> None:
    posts = some_posts(10_500, apart=timedelta(seconds=1))
    found = run(spider(Service(posts)))
    assert {post.source_id.rpartition("/")[2] for post in of(Post, found)} == {p.id for p in posts}
    assert not of(Trouble, found)


def test_a_person_is_read_by_handle() -> None:
    service = Service(some_posts(3))
    found = run(spider(service, authors="@xiaohe.test"))
    assert len(of(Post, found)) == 3
    assert "actor=xiaohe.test" in service.asked[0].url


def test_an_account_is_logged_in_once_for_all_walks(account: None) -> None:
    service = Service(some_posts(150))
    found = run(spider(service, words=["口罩", "手套"]))
    assert len(of(Post, found)) == 300
    assert (
        service.methods == ["com.atproto.server.createSession"] + ["app.bsky.feed.searchPosts"] * 4
    )
    assert json.loads(service.asked[0].body)["identifier"] == "desk.test"
    assert {one.headers["Authorization"] for one in service.asked[1:]} == {b"Bearer access-1"}


def test_a_session_that_has_run_out_is_renewed_once(account: None) -> None:
    service = Service(some_posts(150), "expired")
    found = run(spider(service, words=["口罩", "手套"]))
    assert len(of(Post, found)) == 300 and not of(Trouble, found)
    assert service.methods.count("com.atproto.server.refreshSession") == 1
    assert service.methods.count("com.atproto.server.createSession") == 1


def test_nothing_with_a_secret_is_kept_or_sent_elsewhere(account: None) -> None:
    service = Service(some_posts(150), "expired")
    run(spider(service))
    assert all(one.meta["private"] for one in service.asked)
    sessions = [one for one in service.asked if "com.atproto.server" in one.url]
    assert len(sessions) == 2 and all(one.meta["dont_redirect"] for one in sessions)


@pytest.mark.parametrize("failing", sorted(served_bluesky.FAILINGS))
def test_no_trouble_tells_the_password_or_a_token(account: None, failing: str) -> None:
    for one in of(Trouble, run(spider(Service(some_posts(3), failing)))):
        told = one.message + one.answer.decode()
        assert not any(secret in told for secret in ("abcd-efgh", "access-", "refresh-"))


@pytest.mark.parametrize("failing", ["wrong-password", "two-factor", "takedown", "expired-twice"])
def test_a_login_that_fails_says_what_to_set(account: None, failing: str) -> None:
    [trouble] = of(Trouble, run(spider(Service(some_posts(3), failing))))
    assert trouble.outcome == "login needed"
    assert "BLUESKY_APP_PASSWORD" in trouble.message


def test_half_an_account_names_the_other_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUESKY_HANDLE", "desk.test")
    [trouble] = of(Trouble, run(spider(Service(some_posts(3)))))
    assert trouble.outcome == "login needed" and "BLUESKY_APP_PASSWORD" in trouble.message


def test_the_public_host_refuses_a_search_and_says_what_helps() -> None:
    [trouble] = run(spider(Service([], "public")))
    assert trouble.outcome == "blocked"
    assert "Without an account" in trouble.message and "BLUESKY_APP_PASSWORD" in trouble.message


def test_without_base_url_the_account_decides_who_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = BlueskySpider(source="b", options=BlueskyOptions(words=("口罩",)))
    assert one.address == "https://public.api.bsky.app"
    monkeypatch.setenv("BLUESKY_APP_PASSWORD", "abcd-efgh-ijkl-mnop")
    assert one.address == "https://bsky.social"


def test_a_cursor_that_does_not_move_ends_the_walk() -> None:
    one = spider()
    [walk] = one.walks()
    request = walk.request.replace(url=walk.request.url + "&cursor=25")
    response = TextResponse(request.url, body=b'{"posts": [], "cursor": "25"}', request=request)
    with pytest.raises(AnswerError, match="leads to itself"):
        result_of(one.page(response, walk))


def test_a_source_that_asks_for_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="give words or authors"):
        BlueskyOptions()


def test_the_tokens_of_a_session_are_masked_wherever_they_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BLUESKY_HANDLE", "desk.test")
    monkeypatch.setenv("BLUESKY_APP_PASSWORD", "abcd-efgh-ijkl-mnop")
    one = spider(Service(some_posts(3)))
    run(one)
    told = " ".join(one._session._tokens.values())
    assert told and without_secrets(told) == "*** ***"


def test_the_desks_own_handle_is_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUESKY_HANDLE", "our-own-desk.test")
    monkeypatch.setenv("BLUESKY_APP_PASSWORD", "abcd-efgh-ijkl-mnop")
    run(spider(Service(some_posts(3))))
    walk = Bookmark(name="complete author our-own-desk.test", value="2020-02-12T06:30:00+00:00")
    assert cleaned(walk) == walk, "else its feed would be read from the beginning every time"


@pytest.mark.parametrize(
    ("status", "body", "outcome", "told"),
    [
        (400, b'{"error": "InvalidRequest", "message": "no Profile"}', "changed", "Profile"),
        (
            401,
            b'{"error": "AuthMissing", "message": "Required"}',
            "login needed",
            "AuthMissing",
        ),
        (200, b'{"feed": []}', "changed", "posts"),
        (200, b"[]", "changed", "posts"),
        (200, b"<html>Just a moment</html>", "blocked", "web page"),
    ],
)
def test_a_refusal_is_told_in_one_word(status: int, body: bytes, outcome: str, told: str) -> None:
    with pytest.raises(AnswerError, match=told) as error:
        read(body, status=status)
    assert error.value.outcome == outcome
