"""What a run says of a request that failed: the cause first, in words, then a readable address."""

from __future__ import annotations

import errno
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawls import crawled, source
from rich.console import Console
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError
from scrapy.http import Request
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost, DNSLookupError
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed, ResponseNeverReceived
from web import Answer, serving

from monitor.cli import tables
from monitor.crawl.endings import of_exception
from monitor.crawl.health import Health
from monitor.language import language
from monitor.types import Run
from spiders.base.trouble import at, readable

ADDRESS = "https://e.example/tag/%E5%8F%A3%E7%BD%A9?q=%E6%80%A5%20%0A%22"


def chained(outer: Exception, inner: Exception) -> Exception:
    try:
        raise outer from inner
    except type(outer) as error:
        return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ResponseNeverReceived([Failure(ConnectionLost("non-clean fashion"))]), "connection broke"),
        (ResponseFailed([Failure(ConnectionDone())]), "connection broke"),
        (chained(DownloadFailedError("x"), ResponseFailed([Failure(ConnectionLost())])),
         "connection broke"),
        (CannotResolveHostError("e.example"), "no network, or no host of this name"),
        (DNSLookupError("e.example"), "no network, or no host of this name"),
        (ConnectError(osError=errno.ENETUNREACH), "no network"),
        (RuntimeError("<twisted.python.failure.Failure x>"), "no answer came (RuntimeError)"),
    ],
)  # fmt: skip
def test_the_cause_is_told_in_words_and_before_the_address(error: Exception, words: str) -> None:
    trouble = of_exception(Request(ADDRESS), error)
    assert trouble.outcome == "unreachable"
    assert trouble.message.startswith(words) or words in trouble.message.partition(" (http")[0]
    assert "twisted" not in trouble.message and "Failure" not in trouble.message
    assert "口罩" in trouble.message and "%E5" not in trouble.message


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (ADDRESS, "https://e.example/tag/口罩?q=急%20%0A%22"),
        ("https://e.example/%E5%8F", "https://e.example/%E5%8F"),  # half a character
        ("https://e.example/%E2%80%AE", "https://e.example/%E2%80%AE"),  # turns letters around
    ],
)
def test_an_address_is_readable_and_stays_harmless(address: str, words: str) -> None:
    assert readable(address) == words
    assert len(at("broken", address + "x" * 10_000)) < 400


@pytest.mark.usefixtures("quick_crawls")
@pytest.mark.parametrize("status", [301, 302, 303, 307])
def test_a_redirect_that_leads_nowhere_is_not_empty(tmp_path: Path, status: int) -> None:
    with serving() as web:
        url = web.serve("/feed", Answer(status=status))
        [run] = crawled(tmp_path, source("feed", "feed", urls=[url], obey_robots=False))
    assert run.outcome == "changed"
    assert (run.message or "").startswith(f"answered {status} and does not say where to")


def test_no_network_is_told_once_for_all_sources() -> None:
    message = "no network, or no host of this name (https://e.example/feed)"
    names = [f"source-{number}" for number in range(8)]
    now = datetime(2020, 2, 12, tzinfo=UTC)
    ended = [
        Run(id=number, stage="crawl", source=name, started_at=now, outcome="unreachable",
            message=message)
        for number, name in enumerate(names)
    ]  # fmt: skip
    healths = [
        Health(source=name, spider="feed", enabled=True, outcome="unreachable", message=message)
        for name in names
    ]
    for table in (tables.runs(ended, language("en")), tables.to_mend(healths, language("en"))):
        console = Console(width=400, file=io.StringIO())
        with console.capture() as captured:
            console.print(table)
        shown = captured.get()
        assert shown.count("no network") == 1
        assert all(name in shown for name in names)
    assert "online" in shown
