"""Each route of the desk: its headers, judged by OWASP's list, and what a stranger gets of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_client import Answer, Browser, Desk, desks, link
from staged_day import AGENT, stage
from starlette.routing import Route

from monitor.desk import throttle
from monitor.desk.app import desk_app
from monitor.desk.doors import Doors
from monitor.settings import Settings
from monitor.store import Store

HALF_A_YEAR = 60 * 60 * 24 * 182
ROUTES = sorted(
    (method, route.path)
    for route in desk_app(Settings, Doors(host="127.0.0.1", port=1, tls=False, address=None)).routes
    if isinstance(route, Route)
    for method in route.methods or ()
    if method != "HEAD"
)


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Iterator[Desk]:
    yield from desks(store, tmp_path)


def asked(browser: Browser, method: str, path: str) -> Answer:
    path = path.replace("{secret}", "guess").replace("{name}", "somebody")
    if method == "GET":
        return browser.get(path, id="1")
    return browser.post(path, {})


def faults(answer: Answer, *, tls: bool) -> list[str]:
    """Return what OWASP's list of secure headers (2024) has against an answer."""
    headers = answer.headers
    policy = {
        words.split()[0]: words.split()[1:]
        for words in (headers["Content-Security-Policy"] or "").split(";")
        if words.strip()
    }
    scripts = policy.get("script-src", policy.get("default-src", ["*"]))
    styles = policy.get("style-src", policy.get("default-src", ["*"]))
    age = re.search(r"max-age=(\d+)", headers["Strict-Transport-Security"] or "")
    kind = headers["Content-Type"] or ""
    found = {
        "policy: default": policy.get("default-src") != ["'none'"],
        "policy: scripts": any(not re.match(r"'none'|'sha256-", one) for one in scripts),
        "policy: styles": any(not re.match(r"'none'|'sha256-", one) for one in styles),
        "policy: framing": policy.get("frame-ancestors") != ["'none'"],
        "policy: base": "html" in kind and policy.get("base-uri") != ["'none'"],
        "policy: forms": "html" in kind
        and policy.get("form-action") not in (["'self'"], ["'none'"]),
        "sniffing": headers["X-Content-Type-Options"] != "nosniff",
        "referrer": headers["Referrer-Policy"] != "no-referrer",
        "kept": "no-store" not in (headers["Cache-Control"] or ""),
        "opener": headers["Cross-Origin-Opener-Policy"] != "same-origin",
        "resource": headers["Cross-Origin-Resource-Policy"] != "same-origin",
        "permissions": "geolocation=()" not in (headers["Permissions-Policy"] or ""),
        "tls": tls and (age is None or int(age[1]) < HALF_A_YEAR),
        "server": "Server" in headers or "X-Powered-By" in headers,
        "shared": "Access-Control-Allow-Origin" in headers,
        "characters": bool(answer.text) and "json" not in kind and "charset=utf-8" not in kind,
    }
    return [name for name, wrong in found.items() if wrong]


@pytest.mark.parametrize("signed_in", [False, True])
def test_no_answer_has_a_fault_by_the_list(desk: Desk, store: Store, signed_in: bool) -> None:
    stage(store, 14)
    address = "https://desk.example.org"
    browser = desk(AGENT if signed_in else None, address=address)
    judged = {
        (method, path): faults(asked(browser, method, path), tls=True)
        for method, path in [*ROUTES, ("GET", "/nowhere"), ("POST", "/live")]
    }
    assert len(judged) > 20
    assert {route: found for route, found in judged.items() if found} == {}


def test_the_judge_finds_faults() -> None:
    import http.client

    bare = Answer(200, http.client.HTTPMessage(), "<p>")
    assert len(faults(bare, tls=True)) > 10


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_stranger_gets_nothing_but_the_door(
    desk: Desk, store: Store, method: str, path: str
) -> None:
    """One signs in by a link only: no route takes a name, a password or a guess."""
    stage(store, 2)
    answer = asked(desk(), method, path)
    if path in ("/health", "/metrics"):
        assert answer.status_code == 200, "this test stands on the desk's own machine"
    elif path == "/{name}.html":
        assert answer.headers["Location"] == "/"
    else:
        assert answer.status_code in (400, 401, 410, 415)
    assert "Set-Cookie" not in answer.headers
    assert "1380" not in answer.text


def test_who_guesses_links_waits_and_nobody_else_does(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, elsewhere = desk(), desk()
    elsewhere.headers["X-Forwarded-For"] = "203.0.113.5"
    for at in range(throttle.TRIES):
        opened = at % 2 and browser.submit("/sign-in", secret=f"guess-{at}")
        assert (opened or browser.get(f"/sign-in/guess-{at}")).status_code == 410
    secret = link(tmp_path, AGENT)
    for answer in (browser.get(f"/sign-in/{secret}"), browser.submit("/sign-in", secret=secret)):
        assert answer.status_code == 429 and "试得太多了" in answer.text
        assert 0 < int(answer.headers["Retry-After"]) <= throttle.SECONDS + 1
    assert elsewhere.submit("/sign-in", secret=secret).status_code == 303
    later = throttle.elapsed() + throttle.SECONDS
    monkeypatch.setattr(throttle, "elapsed", lambda: later)
    assert browser.submit("/sign-in", secret="guess").status_code == 410


def test_who_signs_in_often_is_never_made_to_wait(desk: Desk, tmp_path: Path) -> None:
    browser = desk()
    for _ in range(throttle.TRIES + 2):
        secret = link(tmp_path, AGENT)
        assert browser.get(f"/sign-in/{secret}").status_code == 200
        assert browser.submit("/sign-in", secret=secret).status_code == 303


def test_addresses_of_one_household_count_as_one_and_memory_stays_bounded() -> None:
    tries = throttle.Throttle()
    for at in range(throttle.TRIES):
        tries.note(f"2001:db8:1:2::{at}")
    assert tries.wait("2001:db8:1:2::99") and not tries.wait("2001:db8:1:3::1")
    for at in range(throttle._MOST * 2):
        tries.note(f"10.{at >> 16}.{at >> 8 & 255}.{at & 255}")
    assert len(tries._tries) == throttle._MOST
