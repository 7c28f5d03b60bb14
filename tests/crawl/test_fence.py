"""Safe: no source makes us ask our own network, and no answer is too much for us."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from crawls import RSS, crawled, source, texts
from scrapy.http import Request
from twisted.internet.error import DNSLookupError
from web import Answer, Web, serving

from monitor.crawl.fence import FencedResolver, Refused, check, is_public

pytestmark = pytest.mark.usefixtures("quick_crawls")

NEWS = "http://news.example.org"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A server that stands for the public web as its proxy, and for our own network as itself."""
    for name in ("all_proxy", "https_proxy", "no_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    with serving() as web:
        monkeypatch.setenv("HTTP_PROXY", web.address)
        monkeypatch.setenv("http_proxy", web.address)
        yield web


def public(web: Web, path: str, *answers: Answer) -> str:
    """Answer so at a public address; return it."""
    web.serve(NEWS + path, *answers)
    return NEWS + path


def fenced(*urls: str, **keys: object) -> str:
    """Return the table of a feed that may not ask private addresses."""
    return source("feed", "feed", urls=list(urls), allow_private=False, **keys)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "127.1", "2130706433",
     "0x7f.1", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "[::1]", "[::]", "[::ffff:127.0.0.1]",
     "[::ffff:7f00:1]", "[::7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]",
     "[fc00::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "user:word@127.0.0.1"],
)  # fmt: skip
def test_no_spelling_of_a_private_address_is_asked(host: str) -> None:
    with pytest.raises(Refused, match="allow_private = true") as told:
        check(Request(f"http://{host}:8080/rss"))
    assert told.value.outcome == "blocked"


@pytest.mark.parametrize(
    "host", ["1.1.1.1", "[2606:4700::1111]", "[::ffff:1.1.1.1]", "16843009", "e.org", "7f.org"]
)
def test_public_addresses_and_names_are_asked(host: str) -> None:
    check(Request(f"http://{host}/rss"))


def test_a_machine_of_our_own_is_asked_only_where_the_source_says_so(
    tmp_path: Path, web: Web
) -> None:
    url = web.serve("/rss", Answer(RSS))
    [run] = crawled(tmp_path, fenced(url))
    assert run.outcome == "blocked"
    assert "127.0.0.1, which is not a public address" in (run.message or "")
    assert "allow_private = true" in (run.message or "")
    assert not web.asked, "not even robots.txt"
    [allowed] = crawled(tmp_path, source("feed", "feed", urls=[url], allow_private=True))
    assert (allowed.outcome, allowed.posts_new) == ("ok", 1)


def test_a_name_of_a_machine_of_our_own_is_refused(tmp_path: Path, web: Web) -> None:
    web.serve("/rss", Answer(RSS))
    [run] = crawled(tmp_path, fenced(web.address.replace("127.0.0.1", "localhost") + "/rss"))
    assert run.outcome == "blocked"
    assert "localhost is 127.0.0.1, which is not a public address" in (run.message or "")
    assert not web.asked


def test_a_name_that_changes_its_mind_gains_nothing() -> None:
    resolver = FencedResolver.__new__(FencedResolver)
    assert resolver._judged("93.184.216.34", "rebind.example.org") == "93.184.216.34"
    with pytest.raises(DNSLookupError, match=r"10\.0\.0\.5"):
        resolver._judged("10.0.0.5", "rebind.example.org")
    assert FencedResolver.refused.pop("rebind.example.org") == "10.0.0.5"


@pytest.mark.parametrize("to", ["127.0.0.1", "localhost", "2130706433"])
def test_a_redirect_into_our_own_network_is_refused(tmp_path: Path, web: Web, to: str) -> None:
    secret = web.serve("/secret", Answer(RSS)).replace("127.0.0.1", to)
    moved = public(web, "/moved", Answer(status=302, headers={"Location": secret}))
    good = public(web, "/rss", Answer(RSS))
    [run] = crawled(tmp_path, fenced(moved, good))
    assert (run.outcome, run.posts_new) == ("blocked", 1), "the other feed is read"
    assert "allow_private = true" in (run.message or "")
    assert not web.asked_for("/secret")


@pytest.mark.parametrize("to", ["localhost", "127.0.0.2", "2130706433"])
def test_a_source_of_our_own_is_not_led_to_another_machine_of_ours(
    tmp_path: Path, web: Web, to: str
) -> None:
    """It may ask the host that it names, 127.0.0.1, and follow redirects on that."""
    secret = web.serve("/secret", Answer(RSS)).replace("127.0.0.1", to)
    web.serve("/rss", Answer(RSS))
    moved = web.serve("/moved", Answer(status=302, headers={"Location": secret}))
    within = web.serve("/within", Answer(status=302, headers={"Location": "/rss"}))
    [run] = crawled(tmp_path, source("feed", "feed", urls=[moved, within], allow_private=True))
    assert (run.outcome, run.posts_new) == ("blocked", 1)
    assert "not a public address" in (run.message or "")
    assert not web.asked_for("/secret")


def test_a_proxy_of_the_environment_works_though_it_is_private(tmp_path: Path, web: Web) -> None:
    [run] = crawled(tmp_path, fenced(public(web, "/rss", Answer(RSS))))
    assert (run.outcome, run.posts_new) == ("ok", 1)


def test_a_proxy_with_a_private_name_works_but_is_no_source(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = web.address.replace("127.0.0.1", "localhost")
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("http_proxy", proxy)
    web.serve("/rss", Answer(RSS))
    [run] = crawled(tmp_path, fenced(public(web, "/rss", Answer(RSS)), f"{proxy}/rss"))
    assert (run.outcome, run.posts_new) == ("blocked", 1)
    assert not web.asked_for("/rss")


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://e.org/x", "data:text/xml,<rss/>"])
def test_a_redirect_to_what_is_no_web_address_is_told_and_not_followed(
    tmp_path: Path, web: Web, to: str
) -> None:
    url = web.serve("/rss", Answer(status=302, headers={"Location": to}))
    [run] = crawled(tmp_path, source("feed", "feed", urls=[url]))
    assert (run.outcome, run.posts_new) == ("changed", 0)
    assert f"points to {to}" in (run.message or "")


def test_redirects_in_a_circle_end_and_are_told(tmp_path: Path, web: Web) -> None:
    web.serve("/b", Answer(status=302, headers={"Location": "/a"}))
    url = web.serve("/a", Answer(status=302, headers={"Location": "/b"}))
    [run] = crawled(tmp_path, source("feed", "feed", urls=[url]))
    assert run.outcome == "changed" and "redirects to itself" in (run.message or "")


def test_a_sixth_redirect_is_not_followed(tmp_path: Path, web: Web) -> None:
    for n in range(9):
        web.serve(f"/{n}", Answer(status=302, headers={"Location": f"/{n + 1}"}))
    [run] = crawled(tmp_path, source("feed", "feed", urls=[f"{web.address}/0"]))
    assert run.outcome == "changed" and "max redirections" in (run.message or "")
    assert web.asked_for("/5") and not web.asked_for("/6")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "gzip, gzip"])
def test_a_compressed_bomb_is_cut_short(tmp_path: Path, web: Web, encoding: str) -> None:
    zeros = b"\0" * (40 * 1024 * 1024)
    bomb = zlib.compress(zeros) if encoding == "deflate" else gzip.compress(zeros, 1)
    bomb = gzip.compress(bomb) if "," in encoding else bomb
    url = web.serve("/bomb", Answer(bomb, headers={"Content-Encoding": encoding}))
    good = web.serve("/rss", Answer(RSS))
    [run] = crawled(tmp_path, source("feed", "feed", urls=[url, good]))
    assert run.outcome == "cut short"
    assert "over 32 MB once unpacked" in (run.message or "")
    assert list(texts(tmp_path).values()) == ["急需口罩"], "the other feed is read"


def test_an_answer_that_cannot_be_unpacked_is_no_empty_source(tmp_path: Path, web: Web) -> None:
    url = web.serve("/rss", Answer(b"no gzip", headers={"Content-Encoding": "gzip"}))
    [run] = crawled(tmp_path, source("feed", "feed", urls=[url]))
    assert run.outcome == "changed" and "cannot be unpacked" in (run.message or "")


def test_an_answer_that_is_too_large_is_cut_short(tmp_path: Path, web: Web) -> None:
    url = web.serve("/rss", Answer(b" " * (33 * 1024 * 1024)))
    [run] = crawled(tmp_path, source("feed", "feed", urls=[url]))
    assert run.outcome == "cut short" and "too large" in (run.message or "")


def test_the_shared_address_space_of_providers_is_not_public() -> None:
    assert not is_public(ip_address("100.100.100.200"))
