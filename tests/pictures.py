"""Take the pictures of docs/pictures: each page in both themes and languages, from a staged day.

usage: python tests/pictures.py [FOLDER]

The day is invented (tests/staged_day.py); the pages are those that `distress digest` writes.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE), str(HERE / "tests")]

from playwright.sync_api import sync_playwright  # noqa: E402
from staged_day import AGENT, NOW, settings_in, stage  # noqa: E402

from monitor import digest, supply  # noqa: E402
from monitor.settings import Settings  # noqa: E402
from monitor.store import Store  # noqa: E402

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


def _nothing(page: Any) -> None:
    """Leave the page as it opens."""


def _on_a_case(page: Any) -> None:
    page.locator(".row").first.click()


def _grieving(page: Any) -> None:
    page.locator(".row").first.click()
    page.check("input[value=bereaved]", force=True)


def _half_noted(page: Any) -> None:
    page.locator(".row").nth(1).click()
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    page.keyboard.press("1")


SHOTS: tuple[tuple[str, str, dict[str, int], Callable[[Any], None]], ...] = (
    ("agent", f"{AGENT}.html", WIDE, _nothing),
    ("agent-working", f"{AGENT}.html", WIDE, _half_noted),
    ("agent-quiet", f"{AGENT}.html", WIDE, _grieving),
    ("agent-phone", f"{AGENT}.html", PHONE, _on_a_case),
    ("lead", "index.html", WIDE, _nothing),
    ("supplies", "supplies.html", WIDE, _nothing),
    ("packing", "packing.html", WIDE, _nothing),
)


def take(folder: Path) -> list[Path]:
    """Write every picture into `folder` and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with sync_playwright() as play, tempfile.TemporaryDirectory() as work:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for language in ("zh-CN", "en"):
            pages = _digest(Path(work) / language, language)
            for theme in ("light", "dark"):
                for name, file, size, first in SHOTS:
                    context = browser.new_context(viewport=size, color_scheme=theme)
                    page = context.new_page()
                    page.clock.install(time=NOW)
                    page.goto((pages / file).as_uri())
                    first(page)
                    made.append(folder / f"{name}-{language}-{theme}.png")
                    page.screenshot(path=made[-1])
                    context.close()
        browser.close()
    return made


def _digest(folder: Path, language: str) -> Path:
    folder.mkdir()
    settings = Settings.model_validate({**dict(settings_in(folder)), "language": language})
    with Store(settings.store_path) as store:
        stage(store)
        supply.open_lines(store)
        return digest.write(store, settings, now=NOW)


if __name__ == "__main__":
    for picture in take(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "docs/pictures"):
        sys.stdout.write(f"{picture}\n")
