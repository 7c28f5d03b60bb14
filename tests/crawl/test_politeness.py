"""Polite: no host is asked more than it bears, and no secret is told to anybody."""

from __future__ import annotations

import json
import logging
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from crawls import RSS, a_budget, crawled, run_with, source
from scrapy.http import Request, Response
from web import Answer, Asked, Web

from monitor.crawl.budget import host_of, until_reset
from monitor.crawl.fence import Refused
from monitor.crawl.sources import crawl
from monitor.settings import load
from monitor.store import Store
from spiders.base import masking
from spiders.base.masking import cleaned, keep_secret, name_of, without_secrets
from spiders.base.post import Bookmark, Post, SetAside
from spiders.base.trouble import Trouble

pytestmark = pytest.mark.usefixtures("quick_crawls")

NOW = datetime.now(UTC)
COOKIE = "SUB=cookie-of-the-desk-1; _T_WM=2"
TOKEN = "token-of-the-desk-2"
IN_ADDRESS = "token-in-an-address-3"


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the secrets that a test makes known."""
    monkeypatch.setattr(masking, "_secrets", set())


def feeds(web: Web, *paths: str, answer: Answer) -> list[str]:
    return [web.serve(path, answer) for path in paths]


# A host's day


def test_a_used_up_budget_cuts_the_run_short_and_names_host_and_budget(
    tmp_path: Path, web: Web
) -> None:
    urls = feeds(web, "/1", "/2", "/3", "/4", answer=Answer(RSS))
    feed = source("feed", "feed", urls=urls, obey_robots=False)
    run = run_with(tmp_path, "daily = 2", feed)
    assert (run.outcome, run.posts_new) == ("cut short", 1)
    assert f"{host_of(web.address)}: the budget of 2 requests a day" in (run.message or "")
    assert "more)" not in (run.message or ""), "it is said once, however many requests wait"
    assert len(web.asked) == 2
    run_with(tmp_path, "daily = 2", feed)
    assert len(web.asked) == 2, "the next run of the day knows of it"
    assert run_with(tmp_path, "daily = 20", feed).outcome == "empty"
    assert len(web.asked) == 6


def test_a_budget_counts_robots_txt_and_retries_too(tmp_path: Path, web: Web) -> None:
    url = web.serve("/rss", Answer(status=503, headers={"Retry-After": "0"}), Answer(RSS))
    [run] = crawled(tmp_path, source("f", "feed", urls=[url]))
    assert run.outcome == "ok"
    with Store(tmp_path / "distress.db") as store:
        today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
        assert store.requests.count(host_of(url), today) == len(web.asked) == 3


def test_a_new_day_has_a_new_budget_and_another_host_its_own(store: Store) -> None:
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    store.requests.add("e.org", today, 3)
    store.requests.add("old.org", today - timedelta(days=1), 3)
    budget = a_budget(store, daily=3)
    with pytest.raises(Refused, match=r"e\.org: the budget of 3 requests a day"):
        budget.wait(Request("https://e.org/a"))
    for url in ("https://old.org/a", "https://other.org/a", "https://e.org:8443/a"):
        assert budget.wait(Request(url)) == 0


def test_two_crawls_at_once_share_the_budget(store: Store) -> None:
    one, two = a_budget(store, daily=3), a_budget(store, daily=3)
    request = Request("https://e.org/a")
    for budget in (one, two, one):
        assert budget.wait(request) == 0
        budget.count(request)
        budget.write()
    for budget in (one, two):
        budget.write()
    with pytest.raises(Refused):
        one.wait(request)
    assert store.requests.count("e.org", datetime.now(ZoneInfo("Asia/Shanghai")).date()) == 3


def test_requests_are_kept_by_day(store: Store) -> None:
    assert store.requests.count("e.org", date(2020, 2, 12)) == 0
    assert store.requests.add("e.org", date(2020, 2, 12), 2) == 2
    assert store.requests.add("e.org", date(2020, 2, 12), 3) == 5
    assert store.requests.add("e.org", date(2020, 2, 13), 1) == 1


# Rate limits


def limited(remaining: object, reset: object, prefix: str = "X-RateLimit-") -> dict[str, str]:
    return {f"{prefix}Remaining": str(remaining), f"{prefix}Reset": str(reset)}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (limited(0, (NOW + timedelta(seconds=90)).isoformat()), 90),
        (limited(0, f"{NOW + timedelta(seconds=90):%Y-%m-%dT%H:%M:%S.%f}Z"), 90),
        (limited(0, int(NOW.timestamp()) + 90, "RateLimit-"), 90),
        (limited(0, 90, "ratelimit-"), 90),
        (limited(0, int(NOW.timestamp()) - 90), 0),
    ],
)
def test_a_reset_is_read_in_every_shape(headers: dict[str, str], seconds: float) -> None:
    found = until_reset(Response("https://e.org", headers=headers))
    since = (datetime.now(UTC) - NOW).total_seconds()
    assert found is not None and seconds - since - 1.1 <= found <= seconds


@pytest.mark.parametrize(
    "headers",
    [{}, limited(1, 2_000_000_000), limited("many", 90), limited(0, "soon"), limited(0, "1e30")],
)
def test_without_a_limit_reached_nobody_waits(headers: dict[str, str]) -> None:
    assert until_reset(Response("https://e.org", headers=headers)) is None


def test_when_no_request_is_left_the_next_waits_for_the_reset(tmp_path: Path, web: Web) -> None:
    first = Answer(RSS, headers=limited(0, 2))
    urls = [web.serve("/1", first), web.serve("/2", Answer(RSS))]
    run = run_with(tmp_path, "concurrent = 1", source("f", "feed", urls=urls, obey_robots=False))
    assert run.outcome == "ok"
    assert web.asked_for("/2")[0].at - web.asked_for("/1")[0].at > 1.5


def test_a_reset_that_is_far_off_ends_the_walk_with_the_time(tmp_path: Path, web: Web) -> None:
    reset = int(time.time()) + 3600
    first = Answer(RSS, headers=limited(0, reset, "RateLimit-"))
    urls = [web.serve("/1", first), web.serve("/2", Answer(RSS))]
    run = run_with(tmp_path, "concurrent = 1", source("f", "feed", urls=urls, obey_robots=False))
    assert (run.outcome, run.posts_new) == ("cut short", 1)
    told = datetime.fromtimestamp(reset, ZoneInfo("Asia/Shanghai"))
    assert f"until {told:%Y-%m-%d %H:%M:}" in (run.message or "")
    assert not web.asked_for("/2")


def test_a_refusal_that_names_only_the_reset_is_tried_again_after_it(
    tmp_path: Path, web: Web
) -> None:
    resets = []

    def busy() -> Answer:
        resets.append(datetime.now(UTC) + timedelta(seconds=2))
        return Answer(status=429, headers=limited(0, resets[0].isoformat()))

    url = web.serve("/rss", busy, Answer(RSS))
    [run] = crawled(tmp_path, source("f", "feed", urls=[url], obey_robots=False))
    assert (run.outcome, run.posts_new) == ("ok", 1)
    assert time.time() >= resets[0].timestamp()


def test_the_small_limit_of_a_login_holds_up_no_reading(store: Store) -> None:
    budget = a_budget(store)
    login = Request("https://e.org/session", method="POST")
    budget.note(login, Response(login.url, headers=limited(0, int(time.time()) + 9000)))
    assert budget.wait(Request("https://e.org/posts")) == 0
    with pytest.raises(Refused, match="no requests left"):
        budget.wait(login)


# Hosts that fail


def test_a_host_that_keeps_failing_is_left_alone(tmp_path: Path, web: Web) -> None:
    urls = feeds(web, *(f"/{n}" for n in range(9)), answer=Answer(status=500))
    feed = source("f", "feed", urls=urls, obey_robots=False)
    run = run_with(tmp_path, "failures = 3\nconcurrent = 1", feed)
    assert run.outcome == "unreachable" and "answered 500" in (run.message or "")
    assert 3 <= len(web.asked) <= 4, "one may be on its way when the third fails"


def test_a_host_that_answers_in_between_is_asked_on(tmp_path: Path, web: Web) -> None:
    bad, good = Answer(status=500), Answer(RSS)
    urls = [web.serve(f"/{n}", good if n % 2 else bad) for n in range(8)]
    feed = source("f", "feed", urls=urls, obey_robots=False)
    run_with(tmp_path, "failures = 2\nconcurrent = 1", feed)
    assert len(web.asked) == 8


def test_captchas_in_a_row_that_look_like_answers_end_the_asking(store: Store) -> None:
    budget = a_budget(store, failures=3)
    for _ in range(3):
        assert budget.wait(Request("https://e.org/a")) == 0
        budget.succeeded("https://e.org/a")
        budget.turned_away("https://e.org/a")
    with pytest.raises(Refused, match="failed 3 times in a row"):
        budget.wait(Request("https://e.org/b"))
    assert budget.wait(Request("https://other.org/a")) == 0


@pytest.fixture
def failed(tmp_path: Path) -> Callable[..., None]:
    """Write ended runs of the source "f", the newest last."""

    def write(*outcomes: str, ago: timedelta = timedelta(), new: int = 0) -> None:
        with Store(tmp_path / "distress.db") as store:
            for outcome in outcomes:
                run = store.runs.start("crawl", "f")
                store.runs.progress(
                    run, pages=1, new=new, known=0, set_aside=0, newest_post_at=None
                )
                store.runs.end(run, outcome, "told")
            ended = (datetime.now(UTC) - ago).strftime("%Y-%m-%dT%H:%M:%SZ")
            with store.connection.write() as db:
                db.execute("UPDATE runs SET ended_at = ?", [ended])

    return write


def rested(folder: Path, names: list[str] | None = None, **keys: bool) -> bool:
    """Tell whether source "f", an empty file, is left out."""
    (folder / "empty.jsonl").write_text("")
    (folder / "distress.toml").write_text(
        '[crawl]\nfailures = 3\nrest = "1h"\n' + source("f", path="empty.jsonl"), "utf-8"
    )
    return not crawl(load(folder / "distress.toml"), names, **keys)


def test_a_source_that_failed_again_and_again_rests_and_it_is_said(
    tmp_path: Path, failed: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    failed("blocked", "unreachable", "blocked")
    assert rested(tmp_path)
    assert "f rests until 20" in caplog.text and "distress crawl f" in caplog.text
    assert rested(tmp_path, ["f"], let_rest=True), "the schedule lets it rest, too"


def test_a_resting_source_that_is_named_is_asked_at_once(
    tmp_path: Path, failed: Callable[..., None]
) -> None:
    failed("blocked", "unreachable", "blocked")
    assert not rested(tmp_path, ["f"])


@pytest.mark.parametrize(
    "outcomes", [("blocked",) * 2, ("blocked", "ok", "blocked"), ("login needed",) * 3]
)
def test_a_source_that_failed_otherwise_does_not_rest(
    tmp_path: Path, failed: Callable[..., None], outcomes: tuple[str, ...]
) -> None:
    failed(*outcomes)
    assert not rested(tmp_path)


def test_a_source_that_still_gives_posts_does_not_rest(
    tmp_path: Path, failed: Callable[..., None]
) -> None:
    failed("blocked", "blocked", "blocked", new=7)
    assert not rested(tmp_path)


def test_a_rest_ends(tmp_path: Path, failed: Callable[..., None]) -> None:
    failed("blocked", "blocked", "blocked", ago=timedelta(minutes=61))
    assert not rested(tmp_path)


# Secrets


@pytest.mark.parametrize(
    ("told", "masked"),
    [
        ("https://e.org/a?token=abc&page=2", "https://e.org/a?token=***&page=2"),
        ("https://e.org/a?x=1&access_token=abc#f", "https://e.org/a?x=1&access_token=***#f"),
        ("at https://e.org/?key=abc: refused", "at https://e.org/?key=*** refused"),
        ("https://e.org/?password=abc", "https://e.org/?password=***"),
        ("https://e.org/?a=1&amp;sig=abc", "https://e.org/?a=1&amp;sig=***"),
        ("https://e.org/?keyword=口罩&page_key=2", "https://e.org/?keyword=口罩&page_key=2"),
        ("https://me:word@e.org/a", "https://me:***@e.org/a"),
        ('{"accessJwt": "abc", "id": "1"}', '{"accessJwt": "***", "id": "1"}'),
        ("{'Authorization': 'Bearer abc'}", "{'Authorization': ***"),
        ("Cookie: SUB=abc; x=1\nnext", "Cookie: ***\nnext"),
        ("急需口罩 https://e.org/1 14:30", "急需口罩 https://e.org/1 14:30"),
    ],
)
def test_a_secret_is_masked_by_its_name(told: str, masked: str) -> None:
    assert without_secrets(told) == masked


def test_a_known_secret_is_masked_in_all_that_is_kept(known: None) -> None:
    keep_secret(COOKIE)
    said = f"who are you, {COOKIE}? cookie-of-the-desk-1?"
    for item in (
        Trouble(outcome="blocked", message=said, answer=said.encode()),
        SetAside(place=said, reason=said, excerpt=said),
        Bookmark(name=said, value=said),
        Post(source_id="1", text="缺口罩", url=f"https://e.org/?{COOKIE}", raw=said.encode()),
    ):
        assert "of-the-desk" not in repr(cleaned(item))


def test_the_words_of_a_post_stand_as_they_are() -> None:
    post = Post(source_id="1", text="Cookie: 曲奇 ?key=1", raw=b'{"password": "x"}')
    assert cleaned(post) == post


def test_two_feeds_that_differ_in_a_key_are_told_apart_without_it() -> None:
    one, two = name_of("https://e.org/rss?key=a"), name_of("https://e.org/rss?key=b")
    assert one != two and one.startswith("https://e.org/rss?key=***#")
    assert name_of("https://e.org/rss") == "https://e.org/rss"


def test_a_feed_with_a_token_in_its_address_is_remembered_without_it(
    tmp_path: Path, web: Web
) -> None:
    bare = "<rss version='2.0'><channel><title>t</title><item><guid>7</guid><description>缺口罩"
    bare += "</description></item></channel></rss>"
    url = web.serve(f"/rss?token={IN_ADDRESS}", Answer(bare.encode(), headers={"ETag": '"a"'}))
    feed = source("f", "feed", urls=[url], obey_robots=False)
    assert [run.outcome for run in crawled(tmp_path, feed)] == ["ok"]
    assert [run.outcome for run in crawled(tmp_path, feed)] == ["empty"]
    assert web.asked[-1].headers.get("if-none-match") == '"a"'
    assert IN_ADDRESS.encode() not in everything(tmp_path)


def told_back(asked: list[Asked]) -> Callable[[str, dict[str, str]], Answer]:
    """Return what refuses every request, and tells it back."""

    def answer(path: str, headers: dict[str, str]) -> Answer:
        asked.append(Asked(path, headers, time.monotonic()))
        said = f"refused: {path} {headers} {headers.get('cookie')} {headers.get('authorization')}"
        body = json.dumps({"error": said, "ok": -100, "msg": said}).encode()
        return Answer(body, status=200 if "container" in path else 500)

    return answer


def everything(folder: Path) -> bytes:
    """Return all that a crawl left in its folder but for the settings, unpacked."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".toml")
    left = [path.read_bytes() for path in files]
    with Store(folder / "distress.db") as store:
        for table in store.connection.db.tables:
            for value in (value for row in table.rows for value in row.values()):
                if isinstance(value, bytes):
                    with suppress(zlib.error):
                        left.append(zlib.decompress(value))
    return b"".join(left)


@pytest.mark.parametrize("level", [logging.WARNING, logging.DEBUG])
def test_a_cookie_and_a_token_show_nowhere(
    tmp_path: Path,
    web: Web,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    level: int,
) -> None:
    monkeypatch.setenv("WEIBO_COOKIE", COOKIE)
    monkeypatch.setenv("MASTODON_TOKEN", TOKEN)
    monkeypatch.setattr(logging.getLogger(), "level", level)
    monkeypatch.setattr(web, "answer", told_back(web.asked))
    one = source("feed", "feed", urls=[f"{web.address}/rss?token={IN_ADDRESS}"], obey_robots=False)
    more = {"base_url": web.address, "obey_robots": False}
    two = source("weibo", "weibo", keywords=["口罩"], **more)
    three = source("mastodon", "mastodon", words=["口罩"], **more)
    runs = crawled(tmp_path, one, two, three)
    assert all(run.outcome not in {None, "ok", "empty"} for run in runs)
    sent = [asked.headers for asked in web.asked]
    assert any(headers.get("cookie") == COOKIE for headers in sent)
    assert any(headers.get("authorization") == f"Bearer {TOKEN}" for headers in sent)
    out, err = capfd.readouterr()
    left = everything(tmp_path) + (out + err + repr(runs)).encode()
    assert b"refused: /rss?token=***" in left, "the answers are among what is looked through"
    for secret in ("cookie-of-the-desk", "token-of-the-desk", "token-in-an-address"):
        assert secret.encode() not in left


def test_a_traceback_in_the_log_has_no_secrets(known: None) -> None:
    from monitor.logs import PlainLines

    keep_secret(TOKEN)
    try:
        raise ValueError(f"bad {TOKEN}")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("a", logging.ERROR, "a.py", 1, "%s", (TOKEN,), info)
    assert TOKEN not in PlainLines().format(record)
