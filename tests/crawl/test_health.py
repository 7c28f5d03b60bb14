"""How the sources do: each way to fail has its word and its way out; a dry source is noticed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from agent_page import AgentPage
from coroutines import result_of
from crawls import crawled, source
from page_words import words_of
from rich.console import Console
from scrapy.http import Request, Response
from staged_day import settings_in
from web import Answer, Web, serving

from monitor import digest
from monitor.cli import tables
from monitor.crawl.advice import WORDS, to_do
from monitor.crawl.collector import Collector
from monitor.crawl.health import Health, next_turn, of_sources, rests_until, volume
from monitor.language import language
from monitor.settings import RetentionSettings, Settings, SourceSettings
from monitor.store import Store
from monitor.store.times import at
from monitor.store.answers import MOST_BYTES
from monitor.types import Run
from monitor.upkeep.retention import forget
from spiders.base import Page, PagedOptions, PagedSpider, Walk
from spiders.base.post import Post, SetAside
from spiders.base.trouble import Trouble, changed
from spiders.mastodon import MastodonSpider

pytestmark = pytest.mark.usefixtures("quick_crawls")

SHANGHAI = ZoneInfo("Asia/Shanghai")
# As the store's own clock will have it: its runs end a moment before.
NOW = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=5)
FAILURES = ("blocked", "login needed", "changed", "unreachable", "cut short")
HOSTILE = "<script>alert(1)</script> \u202egnp.exe\x1b[2J call 13800138000"


def configured(folder: Path, *names: str, **keys: object) -> Settings:
    """Return settings with a feed of each name."""
    sources = tuple(
        SourceSettings.model_validate(
            {"name": name, "spider": "feed", "urls": ["https://e.org/rss"], **keys}
        )
        for name in names
    )
    return settings_in(folder).model_copy(update={"sources": sources})


def ran(store: Store, source: str, outcome: str, message: str | None = None) -> int:
    """Write a run that ended so."""
    run = store.runs.start("crawl", source)
    store.runs.end(run, outcome, message)
    return run


def posted(store: Store, source: str, count: int, *, ago: timedelta) -> None:
    """Write posts that were first seen so long before NOW."""
    posts = [Post(source_id=f"{ago} {n}", text="急需口罩") for n in range(count)]
    store.posts.save(source, posts, run_id=None)
    with store.connection.write() as db:
        db.execute(
            "UPDATE posts SET first_seen_at = ? WHERE source = ? AND source_id LIKE ?",
            [f"{NOW - ago:%Y-%m-%dT%H:%M:%SZ}", source, f"{ago} %"],
        )


def doing(store: Store, settings: Settings) -> dict[str, Health]:
    """Return how each source does, in the order in which they are shown."""
    return {health.source: health for health in of_sources(settings, store, now=NOW)}


def lead_page(store: Store, settings: Settings) -> str:
    """Return the lead's page."""
    return (digest.write(store, settings, now=NOW) / "index.html").read_text(encoding="utf-8")


# What to do


@pytest.mark.parametrize("outcome", FAILURES)
def test_every_way_to_fail_has_a_word_and_something_to_do(outcome: str) -> None:
    health = Health(source="weibo", spider="feed", enabled=True, outcome=outcome)
    advice = to_do(health)
    assert health.failed and advice is not None
    assert re.search("[一-龥]", WORDS[outcome]) and re.search("[一-龥]", advice.zh)
    assert advice.en.isascii() and "{" not in advice.en + advice.zh


@pytest.mark.parametrize("outcome", ["ok", "empty", ""])
def test_a_source_that_does_well_asks_for_nothing(outcome: str) -> None:
    health = Health(source="weibo", spider="feed", enabled=True, outcome=outcome)
    assert not health.failed and to_do(health) is None


@pytest.mark.parametrize(
    ("outcome", "message", "way_out"),
    [
        ("blocked", "Forbidden by robots.txt", "obey_robots = false"),
        ("blocked", "10.0.0.1 is private. set allow_private = true", "only if it is yours"),
        ("blocked", "https://e.org answered 429", "raise its delay"),
        ("changed", 'the probe "口罩" found nothing: https://e.org', "on the site by hand"),
        ("changed", "none of 3 rows could be read", "distress status --set-aside"),
        ("cut short", "it reached its time_limit of 0:30:00", "raise its time_limit"),
        ("cut short", "口罩: 50 pages reach back only to 06:00Z", "more often"),
        ("cut short", "it was stopped", "distress crawl 'a b'"),
    ],
)
def test_the_way_out_follows_the_message(outcome: str, message: str, way_out: str) -> None:
    health = Health(source="a b", spider="feed", enabled=True, outcome=outcome, message=message)
    advice = to_do(health)
    assert advice is not None and way_out in advice.en


def test_a_login_names_the_variable_to_set(store: Store, tmp_path: Path) -> None:
    server = {"name": "own", "spider": "mastodon", "base_url": "https://m.example", "hashtags": "x"}
    sources = (
        SourceSettings.model_validate({**server, "token": "OWN_TOKEN"}),
        *configured(tmp_path, "web").sources,
    )
    settings = settings_in(tmp_path).model_copy(update={"sources": sources})
    ran(store, "own", "login needed", "https://m.example: 401")
    ran(store, "web", "login needed", "https://e.org/?Q_KEYS=1: set WEB_COOKIE to a fresh one")
    found = {name: to_do(health) for name, health in doing(store, settings).items()}
    assert found["own"] and "OWN_TOKEN" in found["own"].en and "OWN_TOKEN" in found["own"].zh
    assert found["web"] and "WEB_COOKIE" in found["web"].en


def test_a_changed_answer_names_the_field_that_is_gone() -> None:
    message = f"https://e.org: {changed('data.cards')} (and 2 more)"
    health = Health(source="a", spider="feed", enabled=True, outcome="changed", message=message)
    assert health.field == "data.cards"


# How a source does


def test_failing_sources_come_first(store: Store, tmp_path: Path) -> None:
    settings = configured(tmp_path, "a", "b", "c", "d")
    for name, outcome in [("a", "ok"), ("b", "blocked"), ("c", "empty"), ("d", "changed")]:
        ran(store, name, outcome)
    assert list(doing(store, settings)) == ["b", "d", "a", "c"]


def test_a_run_at_work_does_not_hide_how_the_last_one_failed(store: Store, tmp_path: Path) -> None:
    ran(store, "web", "login needed")
    store.runs.start("crawl", "web")
    health = doing(store, configured(tmp_path, "web"))["web"]
    assert (health.outcome, health.failed, health.running) == ("login needed", True, True)


def test_a_run_that_never_ended_is_no_run_at_work(store: Store, tmp_path: Path) -> None:
    ran(store, "web", "ok")
    hung = store.runs.start("crawl", "web")
    with store.connection.write() as db:
        long_ago = f"{NOW - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"
        db.execute("UPDATE runs SET started_at = ? WHERE id = ?", [long_ago, hung])
    health = doing(store, configured(tmp_path, "web"))["web"]
    assert (health.outcome, health.running) == ("cut short", False)


def test_the_last_good_run_stays_known_while_a_source_fails(store: Store, tmp_path: Path) -> None:
    good = store.runs.get(ran(store, "web", "empty"))
    ran(store, "web", "unreachable")
    assert doing(store, configured(tmp_path, "web"))["web"].last_good_at == good.ended_at


def test_a_disabled_source_calls_for_nobody(store: Store, tmp_path: Path) -> None:
    ran(store, "web", "blocked")
    health = doing(store, configured(tmp_path, "web", enabled=False))["web"]
    assert not health.failed and health.outcome == "blocked"


def test_a_source_that_the_settings_forgot_is_shown_while_it_has_posts(
    store: Store, tmp_path: Path
) -> None:
    posted(store, "old", 3, ago=timedelta(minutes=90))
    health = doing(store, configured(tmp_path, "web"))["old"]
    assert (health.spider, health.hour, health.day) == ("", 0, 3)


def turn(
    began: datetime | None, *, enabled: bool = True, every: str | None = None, at: Any = ()
) -> datetime | None:
    source = SourceSettings.model_validate(
        {"name": "a", "spider": "feed", "urls": ["https://e.org"], "enabled": enabled,
         "every": every, "at": at}
    )  # fmt: skip
    noon = datetime(2020, 2, 12, 12, 0, tzinfo=SHANGHAI)
    return next_turn(source, began, now=noon, zone=SHANGHAI)


def test_the_next_turn_follows_the_rhythm_in_the_zone() -> None:
    began = datetime(2020, 2, 12, 3, 50, tzinfo=UTC)
    assert turn(began, every="15m") == datetime(2020, 2, 12, 4, 5, tzinfo=UTC)
    evening = turn(began, at=(time(8), time(20)))
    assert evening == datetime(2020, 2, 12, 20, 0, tzinfo=SHANGHAI)
    assert turn(began, at="11:59") == datetime(2020, 2, 13, 11, 59, tzinfo=SHANGHAI)


def test_nobody_knows_the_next_turn_of_what_runs_by_hand_or_not_at_all() -> None:
    began = datetime(2020, 2, 12, 3, 50, tzinfo=UTC)
    assert turn(began) is None
    assert turn(None, every="15m") is None
    assert turn(began, every="15m", enabled=False) is None


def test_a_source_that_was_refused_again_and_again_rests() -> None:
    def run(outcome: str, minutes: int, new: int = 0) -> Run:
        at = NOW - timedelta(minutes=minutes)
        return Run(id=1, stage="crawl", source="a", started_at=at, ended_at=at, outcome=outcome,
                   posts_new=new)  # fmt: skip

    hour = timedelta(hours=1)
    shut = [run("blocked", 5), run("unreachable", 20)]
    until = NOW - timedelta(minutes=5) + hour
    assert rests_until([*shut, run("ok", 40)], failures=2, rest=hour) == until
    assert rests_until([*shut, run("ok", 40)], failures=3, rest=hour) is None
    assert rests_until([run("blocked", 5, new=3), *shut], failures=2, rest=hour) is None


def test_a_resting_source_says_until_when_and_why(store: Store, tmp_path: Path) -> None:
    settings = configured(tmp_path, "web", "tired")
    ran(store, "web", "blocked", "https://e.org answered 429")
    for _ in range(settings.crawl.failures):
        ran(store, "tired", "blocked", "https://e.org answered 429")
    found = doing(store, settings)
    assert found["web"].rest == ""
    assert re.match(
        rf"rests until \d{{4}}-.*: blocked {settings.crawl.failures} times in a row",
        found["tired"].rest,
    )
    shown = Console(width=200, file=StringIO(), record=True)
    shown.print(tables.health(tuple(found.values()), SHANGHAI, now=NOW, spoken=language("en")))
    shown.print(tables.to_mend(tuple(found.values()), language("en")))
    words = shown.export_text()
    assert "blocked, rests" in words and "distress crawl tired" in words


def test_a_source_rests_no_longer_after_a_clock_that_was_ahead(
    store: Store, tmp_path: Path
) -> None:
    settings = configured(tmp_path, "tired")
    with at(NOW + timedelta(hours=25)):
        for _ in range(settings.crawl.failures):
            ran(store, "tired", "blocked", "https://e.org answered 429")
    assert of_sources(settings, store, now=NOW + timedelta(hours=25))[0].rest
    assert not of_sources(settings, store, now=NOW)[0].rest


def test_a_server_with_a_token_of_its_own_names_that_variable(tmp_path: Path) -> None:
    options = {"base_url": "https://m.example", "hashtags": "x", "token": "SMALL_DESK"}
    source = SourceSettings.model_validate({"name": "own", "spider": "mastodon", **options})
    assert MastodonSpider.secrets_of(source.options) == ("SMALL_DESK",)


# A page of which nothing can be read


def test_a_page_without_a_readable_row_is_changed_and_completes_nothing() -> None:
    spider = Timeline(source="a", options=PagedOptions())
    rows = [SetAside(place=f"row {number}", reason="no id", excerpt="{}") for number in (1, 2)]
    walk = Walk("all", Request("https://e.org"))
    answer = Response(walk.request.url, body=b"{}", request=walk.request)
    spider.page = lambda response, walk: Page(rows)  # type: ignore[method-assign]

    async def read() -> list[Any]:
        return [one async for one in spider.parse(answer, walk)]

    *aside, trouble = result_of(read())
    assert aside == rows
    assert (trouble.outcome, trouble.answer) == ("changed", b"{}")
    assert trouble.message == "none of 2 rows could be read: no id (https://e.org)"


# Far fewer posts than usual


@pytest.mark.parametrize(
    ("now", "before", "low"),
    [
        (0, [10] * 7, True),
        (0, [9] * 7, False),
        (1, [10] * 7, True),
        (2, [10] * 7, False),
        (19, [100, 100, 100, 100, 0, 0, 0], True),
        (0, [100, 100, 100, 0, 0, 0, 0], False),
        (0, [], False),
    ],
)
def test_far_fewer_than_usual_is_below_a_fifth_of_at_least_ten(
    now: int, before: list[int], low: bool
) -> None:
    assert volume(now, before).low is low


def test_the_same_hours_of_the_week_before_are_what_is_usual(store: Store, tmp_path: Path) -> None:
    for days in range(1, 8):
        posted(store, "web", 10 * days, ago=timedelta(days=days, hours=3))
        posted(store, "web", 500, ago=timedelta(days=days, hours=9))  # of other hours
    posted(store, "web", 900, ago=timedelta(days=8, hours=3))
    posted(store, "web", 3, ago=timedelta(hours=3))
    health = doing(store, configured(tmp_path, "web"))["web"]
    assert (health.volume.now, health.volume.usual, health.low) == (3, 40, True)
    assert (health.hour, health.day) == (0, 3)
    advice = to_do(health)
    assert advice is not None and "do they still find posts" in advice.en


def test_a_run_at_work_may_still_bring_what_is_missing(store: Store, tmp_path: Path) -> None:
    for days in range(1, 8):
        posted(store, "web", 20, ago=timedelta(days=days, hours=3))
    assert doing(store, configured(tmp_path, "web"))["web"].low
    store.runs.start("crawl", "web")
    assert not doing(store, configured(tmp_path, "web"))["web"].low


# Kept answers


def told(outcome: Any, answer: bytes, message: str = "https://e.org/a?b=1: no") -> Trouble:
    return Trouble(outcome=outcome, message=message, answer=answer)


def ended(store: Store, *troubles: Trouble) -> int:
    """End a run of the source "web" with these troubles."""
    run = store.runs.start("crawl", "web")
    collector = Collector(store, "web", run)
    for trouble in troubles:
        collector.add(trouble)
    collector.end()
    return run


def test_the_answer_of_a_failed_run_is_kept_with_where_it_came_from(store: Store) -> None:
    run = ended(store, told("blocked", b"<html>prove that you are human"))
    kept = store.answers.last("web")
    assert kept is not None
    assert (kept.body, kept.run_id) == (b"<html>prove that you are human", run)
    assert (kept.outcome, kept.url) == ("blocked", "https://e.org/a?b=1")


def test_only_the_last_five_answers_of_a_source_are_kept(store: Store) -> None:
    for number in range(9):
        ended(store, told("changed", f"{number}".encode()))
    count = store.connection.db.execute("SELECT count(*) FROM answers").fetchone()[0]
    kept = store.answers.last("web")
    assert (count, kept and kept.body) == (5, b"8")


def test_the_answer_of_which_the_run_tells_is_not_pushed_out_by_others(store: Store) -> None:
    many = [told("unreachable", b"down")] * 20
    run = ended(store, *many, told("changed", b"the odd one", "https://e.org/x: odd"), *many)
    kept = store.answers.last("web")
    assert kept is not None and kept.body == b"the odd one"
    assert "https://e.org/x: odd" in (store.runs.get(run).message or "")


def test_a_huge_answer_is_kept_in_part(store: Store) -> None:
    ended(store, told("changed", b"x" * (MOST_BYTES + 7)))
    kept = store.answers.last("web")
    assert kept is not None and len(kept.body) == MOST_BYTES


def test_an_answer_goes_with_the_raw_answers_when_its_time_is_over(store: Store) -> None:
    ended(store, told("changed", b"x"))
    later = NOW + timedelta(days=40)
    assert forget(store, RetentionSettings(posts="30d"), now=later).answers == 0
    assert forget(store, RetentionSettings(raw="30d"), now=later).answers == 1
    assert store.answers.last("web") is None


# The probe

TAG = "/api/v1/timelines/tag/%E6%B1%82%E5%8A%A9?limit=40"
SEARCH = "/api/v2/search?q=%E5%8F%A3%E7%BD%A9&type=statuses&limit=40"


def status_of(number: int) -> dict[str, Any]:
    """Return a post as Mastodon gives it."""
    at = (datetime.now(UTC) - timedelta(hours=number)).isoformat()
    account = {"id": "1", "acct": "xiaohe", "display_name": "小禾"}
    return {"id": str(number), "content": f"<p>急需口罩{number}</p>", "created_at": at,
            "url": f"https://m.example/{number}", "account": account}  # fmt: skip


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("MASTODON_TOKEN", "token-of-a-test")
    with serving() as web:
        only_page = {"Link": '<https://m.example/newer>; rel="prev"'}
        web.serve(TAG, Answer(json.dumps([status_of(1)]).encode(), headers=only_page))
        yield web


def probed(folder: Path, web: Web, probe: str) -> Run:
    """Crawl a source whose hashtag has one post, with a probe."""
    [run] = crawled(folder, source("own", "mastodon", base_url=web.address, hashtags=["求助"],
                                   probe=probe, allow_private=True))  # fmt: skip
    return run


def test_a_probe_that_finds_a_post_leaves_the_run_well_and_no_mark(
    tmp_path: Path, web: Web
) -> None:
    web.serve(SEARCH, Answer(json.dumps({"statuses": [status_of(2)]}).encode()))
    run = probed(tmp_path, web, "口罩")
    assert (run.outcome, run.posts_new) == ("ok", 2), "what the probe finds is kept, too"
    with Store(tmp_path / "distress.db") as store:
        assert sorted(store.posts.marks("own")) == ["begun #求助", "complete #求助"]


def test_a_probe_that_finds_nothing_is_told_while_the_rest_is_read(
    tmp_path: Path, web: Web
) -> None:
    web.serve(SEARCH, Answer(b'{"statuses": []}'))
    run = probed(tmp_path, web, "口罩")
    assert (run.outcome, run.posts_new) == ("changed", 1)
    assert (run.message or "").startswith('the probe "口罩" found nothing: http://127.0.0.1')


def test_a_probe_that_is_refused_stops_nothing_else(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MASTODON_TOKEN")
    run = probed(tmp_path, web, "口罩")
    assert (run.outcome, run.posts_new) == ("login needed", 1)
    assert "MASTODON_TOKEN" in (run.message or "")


class Timeline(PagedSpider):
    """A service without a search."""

    name = "timeline"


def test_a_service_without_a_search_says_that_it_cannot_be_probed() -> None:
    spider = Timeline(source="a", options=PagedOptions(probe="口罩"))
    trouble = spider._probe("口罩")
    assert isinstance(trouble, Trouble)
    assert "timeline has no search; take `probe` out" in trouble.message


# The lead's page


@pytest.mark.parametrize("outcome", FAILURES)
def test_a_failure_stands_on_the_leads_page_with_its_word(
    outcome: str, store: Store, tmp_path: Path
) -> None:
    ran(store, "web", outcome, "https://e.org: why")
    page = lead_page(store, configured(tmp_path, "web"))
    assert f'<b class="critical">! {WORDS[outcome]}</b>' in page
    words = words_of(page)
    assert "来源出了问题" in words and "https://e.org: why" in words
    advice = to_do(Health(source="web", spider="feed", enabled=True, outcome=outcome))
    assert advice is not None and words.count(advice.zh) == 2


def test_a_hostile_message_stays_words(store: Store, tmp_path: Path) -> None:
    ran(store, "web", "changed", f"{HOSTILE}: the answer has no '{HOSTILE}' any more")
    page = lead_page(store, configured(tmp_path, "web"))
    assert "<script>alert" not in page and "13800138000" not in page
    assert not re.search("[\x1b\u202e]", page)
    assert "<script>alert(1)</script>" in words_of(page)


@pytest.fixture
def opened(chromium: Any) -> Iterator[Any]:
    """Open the lead's page in a browser."""
    pages = []

    def opener(store: Store, settings: Settings, **context: Any) -> AgentPage:
        folder = digest.write(store, settings, now=NOW)
        pages.append(AgentPage(chromium, folder / "index.html", NOW, **context))
        return pages[-1]

    yield opener
    for page in pages:
        page.close()


def test_the_page_tells_how_many_posts_came_and_when_the_next_turn_is(
    opened: Any, store: Store, tmp_path: Path
) -> None:
    run = store.runs.get(ran(store, "web", "ok"))
    posted(store, "web", 3, ago=timedelta(minutes=20))
    posted(store, "web", 4, ago=timedelta(hours=20))
    page = opened(store, configured(tmp_path, "web", every="15m")).page
    row = page.locator('[data-run="web"]')
    due = (run.started_at + timedelta(minutes=15)).astimezone(SHANGHAI)
    assert row.locator(".came").inner_text() == "3 / 7"
    assert re.fullmatch(rf"下次 .*{due:%H:%M}", row.locator(".next").inner_text())
    assert row.locator(".word").inner_text() == "✓ 正常"


def test_the_page_flags_a_source_that_has_run_dry(
    opened: Any, store: Store, tmp_path: Path
) -> None:
    for days in range(1, 8):
        posted(store, "dry", 40, ago=timedelta(days=days, hours=1))
        posted(store, "wet", 40, ago=timedelta(days=days, hours=1))
    posted(store, "wet", 30, ago=timedelta(hours=1))
    for name in ("dry", "wet"):
        ran(store, name, "empty")
    shown = opened(store, configured(tmp_path, "dry", "wet"))
    fires = shown.page.locator(".fires").inner_text()
    assert "帖子少得多 dry：6 小时里 0 条，平时 40 条" in fires
    assert "wet" not in fires
    assert shown.page.locator('[data-run="wet"] .word').inner_text() == "✓ 没有新的"
    assert not shown.troubles


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_failure_is_red_and_said_in_words_on_a_phone_too(
    scheme: str, opened: Any, store: Store, tmp_path: Path
) -> None:
    ran(store, "web", "blocked", "https://e.org/" + "x" * 400)
    phone = {"width": 390, "height": 844}
    page = opened(store, configured(tmp_path, "web"), viewport=phone, color_scheme=scheme).page
    word = page.locator('[data-run="web"] b')
    red, green, blue = map(int, re.findall(r"\d+", word.evaluate("e => getComputedStyle(e).color")))
    assert word.inner_text() == "! 被拒绝"
    assert red > 1.5 * max(green, blue)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
