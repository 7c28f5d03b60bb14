"""Real peers: what their own clients posted to them, the spiders read from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
import real_servers
import staged_clock
from crawls import crawled, source
from forked_crawls import serving_crawls
from real_servers import MissingServer

from monitor.crawl import sources
from monitor.store import Store
from spiders.base.post import Post

pytestmark = pytest.mark.true_clock

Give = Callable[[str], NoReturn]
TAG = "口罩"
PLEA = f"#{TAG} 晴川市第三医院急需N95口罩500只 & <b>防护服</b>\n联系13800138000"
PEOPLE: list[dict[str, Any]] = [
    {
        "handle": "xiaohe.test",
        "password": "xiaohe-pass",
        "posts": [f"晴川市第{number}医院急需N95口罩 <b>&" for number in range(120)],
    },
    {
        "handle": "nurse.test",
        "password": "nurse-pass",
        "posts": ["紫荆医院护目镜只剩6副"],
        "passes_on": [
            {"text": "晴川市第7医院急需N95口罩 <b>&"},
            {"text": "晴川市第9医院急需N95口罩 <b>&", "saying": "帮转，请扩散"},
        ],
    },
]


@contextmanager
def running(server: AbstractContextManager[Any], missing: Give) -> Iterator[Any]:
    """Run a server for the block; skip, or fail where components are required."""
    try:
        with server as address:
            yield address
    except MissingServer as error:
        missing(str(error))


@pytest.fixture(scope="module", autouse=True)
def machine_clock() -> Iterator[None]:
    """Keep the machine's clock: what is posted to these servers bears the time that they have."""
    staged_clock.stop()
    with serving_crawls() as start, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "_start", start)
        yield
    staged_clock.start()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("MASTODON_TOKEN", "mock_token")
    monkeypatch.setenv("BLUESKY_HANDLE", "nurse.test")
    monkeypatch.setenv("BLUESKY_APP_PASSWORD", "nurse-pass")


@pytest.fixture(scope="module")
def module_missing(request: pytest.FixtureRequest) -> Give:
    def give_up(component: str) -> NoReturn:
        if request.config.getoption("--require-components"):
            pytest.fail(f"{component} is missing, and --require-components is on")
        pytest.skip(f"{component} is missing")

    return give_up


@pytest.fixture(scope="module")
def mastodon(module_missing: Give) -> Iterator[tuple[str, list[str]]]:
    """A Mastodon server and the ids of the statuses on it, oldest first."""
    statuses: list[dict[str, Any]] = [
        {"status": f"#{TAG} 第{number}医院缺口罩"} for number in range(90)
    ]
    statuses += [
        {"status": PLEA},
        {"status": f"#{TAG} 手套不够", "spoiler_text": "紧急求助"},
        {"status": f"#{TAG} 只给关注者", "visibility": "private"},
        {"reblog": 90},
    ]
    with running(real_servers.mastodon(), module_missing) as address:
        yield address, real_servers.toot(address, statuses)


@pytest.fixture(scope="module")
def rsshub(module_missing: Give) -> Iterator[str]:
    with running(real_servers.rsshub(), module_missing) as address:
        yield address


@pytest.fixture(scope="module")
def bluesky(module_missing: Give) -> Iterator[dict[str, str]]:
    with running(real_servers.bluesky(PEOPLE), module_missing) as addresses:
        yield addresses


def read(folder: Path, name: str, outcome: str = "ok", **keys: object) -> dict[str, Post]:
    """Crawl one source and return what is in the store then, by id."""
    [run] = crawled(folder, source(name, name, allow_private=True, **keys))
    assert run.outcome == outcome, run.message
    with Store(folder / "distress.db") as store:
        return {short(post.source_id): post for batch in store.posts.unread() for post in batch}


def short(source_id: str) -> str:
    """Return the last part of a post's address where that is its identity."""
    return source_id.rsplit("/", 1)[-1] if source_id.startswith("http") else source_id


def test_a_hashtag_of_mastodon_is_read_over_all_its_pages(
    tmp_path: Path, mastodon: tuple[str, list[str]]
) -> None:
    address, ids = mastodon
    found = read(tmp_path, "mastodon", base_url=address, hashtags=[TAG])
    assert set(ids[:92]) <= found.keys()
    assert ids[92] not in found, "it is for followers only"
    plea = found[ids[90]]
    assert plea.text == PLEA
    assert plea.author == "Test User" and plea.url and plea.url.endswith(f"/{ids[90]}")
    assert plea.posted_at and abs(datetime.now(UTC) - plea.posted_at) < timedelta(minutes=5)
    assert found[ids[91]].text == f"紧急求助\n#{TAG} 手套不够"


def test_the_local_timeline_of_mastodon_is_read(
    tmp_path: Path, mastodon: tuple[str, list[str]]
) -> None:
    address, ids = mastodon
    found = read(tmp_path, "mastodon", base_url=address, timelines=["local"])
    assert found.keys() == set(ids[:92])


def test_a_search_of_mastodon_finds_words(tmp_path: Path, mastodon: tuple[str, list[str]]) -> None:
    address, ids = mastodon
    found = read(tmp_path, "mastodon", base_url=address, words=["手套"])
    assert found.keys() == {ids[91]}


@pytest.mark.parametrize("form", ["", "?format=atom", "?format=json"])
def test_a_feed_of_rsshub_is_read_in_every_form(tmp_path: Path, rsshub: str, form: str) -> None:
    found = read(tmp_path, "feed", urls=[f"{rsshub}/test/1{form}"], obey_robots=False)
    link = "https://github.com/DIYgod/RSSHub/issues/"
    posts = {post.url: post for post in found.values()}
    assert posts.keys() == {f"{link}{number}" for number in range(1, 6)}
    assert posts[f"{link}1"].text == "Title1\nDescription1"
    assert posts[f"{link}1"].author == "DIYgod1"
    assert posts[f"{link}1"].posted_at == datetime(2018, 12, 31, 15, 59, 50, tzinfo=UTC)


@pytest.mark.parametrize("route", ["error", "httperror"])
def test_a_route_of_rsshub_that_fails_is_unreachable(
    tmp_path: Path, rsshub: str, route: str
) -> None:
    urls = [f"{rsshub}/test/{route}"]
    assert not read(tmp_path, "feed", "unreachable", urls=urls, obey_robots=False)


def test_a_search_of_bluesky_is_read_over_all_its_pages(
    tmp_path: Path, bluesky: dict[str, str]
) -> None:
    found = read(tmp_path, "bluesky", base_url=bluesky["pds"], words=["N95口罩"])
    assert {post.text for post in found.values()} == set(PEOPLE[0]["posts"])
    post = next(iter(found.values()))
    assert post.url == f"https://bsky.app/profile/xiaohe.test/post/{post.source_id[-13:]}"
    assert post.posted_at and abs(datetime.now(UTC) - post.posted_at) < timedelta(minutes=5)


def test_a_feed_of_bluesky_is_read_without_an_account(
    tmp_path: Path, bluesky: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BLUESKY_HANDLE")
    monkeypatch.delenv("BLUESKY_APP_PASSWORD")
    found = read(tmp_path, "bluesky", base_url=bluesky["appview"], authors=["nurse.test"])
    assert {(post.text, post.reposted_text, post.reposted_author) for post in found.values()} == {
        ("紫荆医院护目镜只剩6副", None, None),
        ("", "晴川市第7医院急需N95口罩 <b>&", "xiaohe.test"),
        ("帮转，请扩散", "晴川市第9医院急需N95口罩 <b>&", "xiaohe.test"),
    }
    assert {post.author for post in found.values()} == {"nurse.test"}


def test_a_wrong_password_of_bluesky_is_said(
    tmp_path: Path, bluesky: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLUESKY_APP_PASSWORD", "not-it")
    assert not read(tmp_path, "bluesky", "login needed", base_url=bluesky["pds"], words=["口罩"])
