"""Every way in which each service can fail, served by the replay server, ends in its own word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from crawls import crawled
from forked_crawls import Start
from replay import FAILINGS, replaying, services
from replayed import NAMES, crawled_at_once, logins, told
from served import some_posts

from monitor.types import Run

# How each service is made to fail; what all share is tried on one of each kind: data, pages,
# feeds, logins.
WAYS = {
    name: {
        **(FAILINGS if name in {"weibo", "telegram", "feed", "bluesky"} else {"403": "blocked"}),
        "cut": FAILINGS["cut"],
        **services()[name].FAILINGS,
    }
    for name in NAMES
}
# Slow is a matter of a crawl's process, which has its time.
FAILED = [(name, way) for name, ways in WAYS.items() for way in ways if way != "slow"]
MENDED = ("403", "cut")  # after which a service is well again
FEW = some_posts(12)


@pytest.fixture(scope="module", autouse=True)
def logged_in(quick_crawls: None) -> Iterator[None]:
    """Give the sources their logins."""
    with logins():
        yield


@dataclass(frozen=True)
class Failed:
    """How sources ended that failed, and those that got well again."""

    ended: dict[str, Run]
    well: dict[str, Run]


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory, forked_crawl: Start) -> Failed:
    """Crawl a source for each way in which each service fails, then some that are well again."""
    folder = tmp_path_factory.mktemp("failed")
    with replaying(dict.fromkeys(NAMES, FEW)) as replay:
        ended = crawled_at_once(
            forked_crawl,
            folder,
            *(told(replay, name, way, called=f"{name} {way}") for name, way in FAILED),
        )
        mended = [(name, way) for name in NAMES for way in MENDED]
        well = crawled_at_once(
            forked_crawl,
            folder,
            *(told(replay, name, called=f"{name} {way}") for name, way in mended),
        )
    return Failed(ended, well)


@pytest.mark.parametrize(("name", "way"), FAILED)
def test_each_way_of_failing_has_its_word(name: str, way: str, failed: Failed) -> None:
    run = failed.ended[f"{name} {way}"]
    assert run.outcome == WAYS[name][way], run.message
    assert "more)" not in (run.message or ""), "one trouble is told once"


def test_failing_sources_touch_no_other(tmp_path: Path) -> None:
    with replaying({"feed": FEW}) as replay:
        runs = crawled(
            tmp_path,
            told(replay, "feed", "slow", called="slow", time_limit="4s"),
            *(told(replay, "feed", way, called=way) for way in ("403", "not-json", "closed")),
            told(replay, "feed", called="other"),
        )
    assert {run.source: run.outcome for run in runs} == {
        "slow": "cut short",
        "403": "blocked",
        "not-json": "changed",
        "closed": "unreachable",
        "other": "ok",
    }
    assert runs[-1].posts_new == len(FEW)


@pytest.mark.parametrize("name", NAMES)
def test_a_service_that_is_well_again_gives_what_was_missed(name: str, failed: Failed) -> None:
    for way in MENDED:
        source = f"{name} {way}"
        assert failed.ended[source].posts_new + failed.well[source].posts_new == len(FEW)
