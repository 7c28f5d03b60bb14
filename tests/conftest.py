"""Fixtures that many rooms' tests share, and the switch that forbids to skip."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
import staged_clock
from agent_page import AgentPage
from forked_crawls import Start, serving_crawls
from staged_day import AGENT, NOW, settings_in
from web import Web, serving

from monitor import digest
from monitor.crawl import sources
from monitor.store import Store

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require-components",
        action="store_true",
        default=bool(os.environ.get("DISTRESS_REQUIRE_COMPONENTS")),
        help="fail, rather than skip, where a browser or server that a test needs is missing",
    )
    # Of tests/calling/test_walks.py; an option is only known to every process from here.
    walks = parser.getgroup("walks", "long walks of agents through pages")
    walks.addoption("--seed", type=int, default=0, help="which walks; 0: those of the default run")
    walks.addoption("--walks", type=int, default=2000, help="how many walks, in hundreds up")
    walks.addoption("--faults", type=int, help="how many faults are put in, by the seed; else all")


def pytest_configure() -> None:
    staged_clock.start()
    # The hundreds of processes that tests start compile our modules once, outside of the tree.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = f"{tempfile.gettempdir()}/distress-bytecode-{os.getuid()}"
    # Tables are as wide as the test says that reads them, not as whoever runs the tests has it.
    for width in ("COLUMNS", "LINES"):
        os.environ.pop(width, None)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell what tests wrote down by record_property(): counts, added up, and findings."""
    reports = [
        report for how in ("passed", "failed") for report in terminalreporter.stats.get(how, [])
    ]
    properties = [entry for report in reports for entry in report.user_properties]
    counts: Counter[str] = Counter()
    for name, value in properties:
        if name == "counts":
            counts.update(value)
    findings = [value for name, value in properties if name == "finding"]
    lines = [*(f"{count:7} {what}" for what, count in sorted(counts.items())), *findings]
    if lines:
        terminalreporter.section(f"walks of seed {terminalreporter.config.getoption('--seed')}")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def missing(request: pytest.FixtureRequest) -> Callable[[str], NoReturn]:
    """Call with the name of a component that is missing: skips, or fails under the switch."""

    def give_up(component: str) -> NoReturn:
        if request.config.getoption("--require-components"):
            pytest.fail(f"{component} is missing, and --require-components is on")
        pytest.skip(f"{component} is missing")

    return give_up


@pytest.fixture
def shared() -> Path:
    """The folder of real posts and recordings; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real posts is not here")
    return SHARED


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store in a file of its own."""
    with Store(tmp_path / "distress.db") as opened:
        yield opened


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A web server on this machine, which no proxy stands before."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as web:
        yield web


@pytest.fixture(scope="session")
def forked_crawl() -> Iterator[Start]:
    """Fork a crawl from the one process that has Scrapy loaded."""
    with serving_crawls() as start:
        yield start


@pytest.fixture(scope="module")
def quick_crawls(forked_crawl: Start) -> Iterator[None]:
    """Fork the crawls of a file of tests, which takes half the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "_start", forked_crawl)
        yield


# Browser windows of a profile of its own each draw pages for their address bar, which nobody sees
# and which take as long as a test. A list of ours replaces playwright's: what of it pages may feel
# is named again.
FEATURES_OFF = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxFullPopup",
    "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
)


@pytest.fixture(scope="session")
def chromium(missing: Callable[[str], NoReturn]) -> Iterator[object]:
    """A real Chromium, driven by playwright; each test opens contexts of its own."""
    path = shutil.which("chromium")
    if path is None:
        missing("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright")
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-extensions",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                f"--disable-features={','.join(FEATURES_OFF)}",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any, store: Store, tmp_path: Path) -> Iterator[Callable[..., AgentPage]]:
    """Write the digest of the store and open a page of it; each call is a fresh browser profile."""
    opened = []

    def opener(name: str = f"{AGENT}.html", now: datetime = NOW, **context: Any) -> AgentPage:
        folder = digest.write(store, settings_in(tmp_path), now=NOW)
        opened.append(AgentPage(chromium, folder / name, now, **context))
        return opened[-1]

    yield opener
    for page in opened:
        assert page.troubles == []
        page.close()
