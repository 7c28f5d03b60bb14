"""Every page, in both themes and languages, is clean in the eyes of axe-core."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from agent_page import choose
from desk_client import write_settings
from desk_drive import Desk
from staged_day import AGENT, NOW, settings_in, stage
from updated_day import STOP, stage_updates

from monitor import digest, supply
from monitor.settings import Settings
from monitor.store import Store

AXE = Path(__file__).resolve().parents[2] / ".ci/node/node_modules/axe-core/axe.min.js"
THEMES = ("light", "dark")
LANGUAGES = ("zh-CN", "en")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def axe(missing: Callable[[str], NoReturn]) -> str:
    """The source of axe-core."""
    if not AXE.is_file():
        missing("axe-core (npm install --prefix .ci/node)")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same staged day as a digest in each language."""
    made = {}
    for language in LANGUAGES:
        folder = tmp_path_factory.mktemp(language)
        settings = settings_in(folder)
        settings = Settings.model_validate({**dict(settings), "language": language})
        with Store(settings.store_path) as store:
            stage(store, 16)
            stage_updates(store, STOP)
            supply.open_lines(store)
            made[language] = digest.write(store, settings, now=NOW)
    return made


def found_by_axe(page: Any, axe: str, where: str = "document") -> list[str]:
    """Return what axe-core holds against a page: the rule, and the first elements it names.

    where: what of the page to judge, in JavaScript.
    """
    page.evaluate(axe)
    result = page.evaluate(
        f"rules => axe.run({where}, {{runOnly: rules, resultTypes: ['violations']}})", RULES
    )
    return [
        f"{broken['id']}: {broken['help']}: {[node['html'][:160] for node in broken['nodes'][:4]]}"
        for broken in result["violations"]
    ]


@pytest.fixture
def open_page(chromium: Any, folders: dict[str, Path]) -> Iterator[Callable[..., Any]]:
    """Open a page of the digest in a theme and language."""
    contexts = []

    def opener(name: str, theme: str, language: str) -> Any:
        contexts.append(chromium.new_context(color_scheme=theme, viewport=WIDE, bypass_csp=True))
        page = contexts[-1].new_page()
        page.clock.install(time=NOW)
        page.goto((folders[language] / name).as_uri())
        return page

    yield opener
    for context in contexts:
        context.close()


Opener = Callable[..., Any]
# Contrast is a matter of the theme and words are one of the language: each is judged once.
everywhere = pytest.mark.parametrize(("theme", "language"), [*zip(THEMES, LANGUAGES, strict=True)])


@everywhere
@pytest.mark.parametrize(
    "name", [f"{AGENT}.html", "index.html", "supplies.html", "packing.html", "calls.html"]
)
def test_a_page_is_clean_on_a_desk_and_on_a_phone(
    open_page: Opener, axe: str, name: str, theme: str, language: str
) -> None:
    page = open_page(name, theme, language)
    assert found_by_axe(page, axe) == []
    page.set_viewport_size(PHONE)
    assert found_by_axe(page, axe) == []


@everywhere
def test_a_case_in_each_state_is_clean(
    open_page: Opener, axe: str, theme: str, language: str
) -> None:
    page = open_page(f"{AGENT}.html", theme, language)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = {}
    for state in ("[data-silent]", "[data-ended]", "[data-agreed]", "[data-last=bereaved]"):
        page.locator(f".row{state}").first.click()
        shown = "document.querySelectorAll('.case.open, .row[aria-current]')"
        found[state] = found_by_axe(page, axe, shown)
    for row in page.locator(".row", has_text="武汉梧桐山医院").all():  # stopped, perhaps the same
        row.click()
        found[row.inner_text()] = found_by_axe(page, axe, shown)
    assert found == dict.fromkeys(found, [])
    page.locator(".row").first.click()
    choose(page, "bereaved")
    assert found_by_axe(page, axe) == [], "someone grieves"


@everywhere
def test_the_page_with_an_unsaved_outcome_and_its_help_is_clean(
    open_page: Opener, axe: str, theme: str, language: str
) -> None:
    page = open_page(f"{AGENT}.html", theme, language)
    page.locator(".row").first.click()
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    page.keyboard.press("?")
    assert found_by_axe(page, axe) == []


@everywhere
def test_the_desk_and_its_door_are_clean(
    chromium: Any, axe: str, tmp_path: Path, theme: str, language: str
) -> None:
    config = write_settings(tmp_path)
    words = config.read_text(encoding="utf-8")
    config.write_text(f'language = "{language}"\n{words}', encoding="utf-8")
    with Store(tmp_path / "distress.db") as store:
        stage(store, 16)
    desk = Desk(config)
    desk.start()
    found = {}
    try:
        context = chromium.new_context(color_scheme=theme, viewport=WIDE, bypass_csp=True)
        page = context.new_page()
        page.clock.install(time=NOW)
        page.goto(desk.link(AGENT))
        found["door"] = found_by_axe(page, axe)
        page.click("button")
        page.wait_for_selector(".row[aria-current]")
        page.click(".whose button:nth-child(2)")
        found["desk"] = found_by_axe(page, axe)
        page.goto(f"http://127.0.0.1:{desk.port}/index.html")
        found["lead"] = found_by_axe(page, axe)
        context.close()
    finally:
        desk.kill()
    assert found == dict.fromkeys(found, [])
    assert len(found) == 3
