"""A service that names a time to come back at is asked nothing before it, by no walk."""

from __future__ import annotations

from pathlib import Path

import pytest
from crawls import a_budget, run_with, source
from scrapy.http import Request, Response
from web import Answer, Web

from monitor.crawl.fence import Refused
from monitor.store import Store

pytestmark = pytest.mark.usefixtures("quick_crawls")

HOUR = {"Retry-After": "3600"}


@pytest.mark.parametrize("status", [429, 503])
def test_who_asks_to_come_back_in_an_hour_is_asked_by_no_other_walk(
    status: int, tmp_path: Path, web: Web
) -> None:
    urls = [web.serve(f"/{n}", Answer(status=status, headers=HOUR)) for n in range(4)]
    run = run_with(tmp_path, "concurrent = 1", source("f", "feed", urls=urls, obey_robots=False))
    assert run.outcome in {"blocked", "unreachable"}
    assert "asks to come back after 3600" in (run.message or "")
    assert len(web.asked) == 1


def test_an_answer_that_is_none_of_a_refusal_asks_for_no_pause(store: Store) -> None:
    budget, request = a_budget(store), Request("https://e.org/a")
    budget.note(request, Response(request.url, status=200, headers=HOUR))
    assert budget.wait(request) == 0


@pytest.mark.parametrize("given", ["3600", "Fri, 01 Jan 2100 00:00:00 GMT", "9" * 30])
def test_every_way_to_name_a_time_far_off_holds_up_the_host(given: str, store: Store) -> None:
    budget, request = a_budget(store), Request("https://e.org/a")
    budget.note(request, Response(request.url, status=429, headers={"Retry-After": given}))
    with pytest.raises(Refused, match="until"):
        budget.wait(Request("https://e.org/b"))
    assert budget.wait(Request("https://other.org/b")) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "²"},
        {"Retry-After": "Fri, 01 Jan 2100 00:00:00 +99999999999999999999"},
        {"RateLimit-Remaining": "²", "RateLimit-Reset": "60"},
        {"RateLimit-Remaining": "--1", "RateLimit-Reset": "60"},
        {"RateLimit-Remaining": "9" * 5000, "RateLimit-Reset": "60"},
    ],
)
def test_a_header_that_makes_no_sense_asks_for_no_pause(
    headers: dict[str, str], store: Store
) -> None:
    budget, request = a_budget(store), Request("https://e.org/a")
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    budget.note(request, Response(request.url, status=404, headers=raw))
    assert budget.wait(request) == 0
