"""An error of the desk's own is told on the page with its number, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from desk_client import Browser, Desk, desks
from playwright.sync_api import expect
from staged_day import AGENT, stage

from monitor.desk import intake, live
from monitor.store import Store

NUMBERED = re.compile(r"请把编号 E-[A-Z]{4} 告诉")


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Iterator[Desk]:
    yield from desks(store, tmp_path)


@pytest.fixture
def window(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context()
    yield context
    context.close()


def opened(window: Any, browser: Browser, path: str) -> Any:
    """Open a page of the desk in the session of a browser."""
    window.add_cookies(
        [
            {"name": name, "value": value, "url": f"http://127.0.0.1:{browser.port}"}
            for name, value in browser.cookies.items()
        ]
    )
    page = window.new_page()
    page.goto(f"http://127.0.0.1:{browser.port}{path}")
    return page


def stumble(*_: object, **__: object) -> dict[str, Any]:
    raise ValueError("cannot draw 13800138002")


def test_an_agents_page_says_the_number_for_as_long_as_it_is_so(
    desk: Desk, store: Store, window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(store, 1)
    page = opened(window, desk(AGENT), "/")
    with monkeypatch.context() as patch:
        patch.setattr(live, "changes", stumble)
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.locator("#link")).to_contain_text(NUMBERED)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#link")).to_be_hidden()


def test_the_form_for_calls_says_the_number(
    desk: Desk, store: Store, window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(store, 1)
    page = opened(window, desk(AGENT), "/calls.html")
    monkeypatch.setattr(intake, "take", stumble)
    for name, words in (
        ("caller", "李护士"),
        ("number", "13800138111"),
        ("facility", "绿水市第九医院"),
        ("words", "缺N95口罩500个"),
    ):
        page.fill(f"[name={name}]", words)
    page.click("button.primary")
    expect(page.locator("#problem")).to_contain_text(NUMBERED)
