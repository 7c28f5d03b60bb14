"""Every page, in both themes and languages, is clean in the eyes of axe-core."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from desk_client import write_settings
from desk_drive import Desk
from staged_day import AGENT, NOW, settings_in, stage

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
            supply.open_lines(store)
            made[language] = digest.write(store, settings, now=NOW)
    return made


def found_by_axe(page: Any, axe: str) -> list[str]:
    """Return what axe-core holds against a page: the rule, and the first elements it names."""
    page.evaluate(axe)
    result = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    return [
        f"{broken['id']}: {broken['help']}: {[node['html'][:160] for node in broken['nodes'][:4]]}"
        for broken in result["violations"]
    ]


@pytest.fixture
def look(chromium: Any, axe: str, folders: dict[str, Path]) -> Iterator[Callable[..., list[str]]]:
    """Open a page of the digest in a theme and language, do something, and judge it."""

    def judged(
        name: str,
        theme: str,
        language: str,
        *,
        size: dict[str, int] = WIDE,
        first: Callable[[Any], None] = lambda page: None,
    ) -> list[str]:
        context = chromium.new_context(color_scheme=theme, viewport=size, bypass_csp=True)
        page = context.new_page()
        page.clock.install(time=NOW)
        page.goto((folders[language] / name).as_uri())
        first(page)
        found = found_by_axe(page, axe)
        context.close()
        return found

    yield judged


Look = Callable[..., list[str]]
everywhere = pytest.mark.parametrize(
    ("theme", "language"), [(theme, language) for theme in THEMES for language in LANGUAGES]
)


@everywhere
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("name", [f"{AGENT}.html", "index.html", "supplies.html", "packing.html"])
def test_a_page_is_clean(
    look: Look, name: str, size: dict[str, int], theme: str, language: str
) -> None:
    assert look(name, theme, language, size=size) == []


def _open_each(page: Any, wanted: str) -> None:
    """Open the first case whose row has a sign, with everything folded unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.locator(wanted).first.click()


@everywhere
@pytest.mark.parametrize(
    "wanted",
    [".row[data-silent]", ".row[data-ended]", ".row[data-agreed]", ".row[data-last=bereaved]"],
)
def test_a_case_in_each_state_is_clean(look: Look, wanted: str, theme: str, language: str) -> None:
    found = look(f"{AGENT}.html", theme, language, first=lambda page: _open_each(page, wanted))
    assert found == []


@everywhere
def test_the_page_with_an_unsaved_outcome_and_its_help_is_clean(
    look: Look, theme: str, language: str
) -> None:
    def work(page: Any) -> None:
        page.locator(".row").first.click()
        page.keyboard.press("3")
        page.keyboard.press("Enter")
        page.keyboard.press("?")

    assert look(f"{AGENT}.html", theme, language, first=work) == []


@everywhere
def test_the_page_of_someone_who_grieves_is_clean(look: Look, theme: str, language: str) -> None:
    def work(page: Any) -> None:
        page.locator(".row").first.click()
        page.check("input[value=bereaved]", force=True)

    assert look(f"{AGENT}.html", theme, language, first=work) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_and_its_door_are_clean(
    chromium: Any, axe: str, tmp_path: Path, language: str
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
        for theme in THEMES:
            context = chromium.new_context(color_scheme=theme, viewport=WIDE, bypass_csp=True)
            page = context.new_page()
            page.clock.install(time=NOW)
            page.goto(desk.link(AGENT))
            found[f"door {theme}"] = found_by_axe(page, axe)
            page.click("button")
            page.wait_for_selector(".row[aria-current]")
            page.click(".whose button:nth-child(2)")
            found[f"desk {theme}"] = found_by_axe(page, axe)
            page.goto(f"http://127.0.0.1:{desk.port}/index.html")
            found[f"lead {theme}"] = found_by_axe(page, axe)
            context.close()
    finally:
        desk.kill()
    assert found == dict.fromkeys(found, [])
    assert len(found) == 6
