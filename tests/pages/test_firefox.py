"""Every page opens in Firefox ESR, and an agent's keys work there as they do elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from firefox import Firefox
from staged_day import AGENT, NOW, settings_in, stage

from monitor import digest, supply
from monitor.store import Store

# Steps through the list, the help, the search; a call later by its hour, one that nobody answered,
# one taken back, one more; and 更多 opened and closed again.
WALK = ("j", "k", "j", "?", "Escape", "/", "Escape", "2", "1", "9", "Enter", "3", "Enter", "u",
        "3", "Enter", "0", "Escape", "s", "n", "Escape")  # fmt: skip


@pytest.fixture(scope="module")
def firefox(missing: Callable[[str], NoReturn]) -> Iterator[Firefox]:
    """A real Firefox ESR."""
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if path is None:
        missing("firefox-esr")
    browser = Firefox(path)
    yield browser
    browser.close()


def test_every_page_opens_and_twenty_keys_do_what_they_say(
    firefox: Firefox, store: Store, tmp_path: Path
) -> None:
    stage(store, 16)
    supply.open_lines(store)
    folder = digest.write(store, settings_in(tmp_path), now=NOW)
    for page in sorted(folder.glob("*.html")):
        firefox.open(page.as_uri())
        width = firefox.tell("return document.documentElement.scrollWidth - innerWidth")
        assert width <= 1, page.name
        # Ages and counts are written by the page's script: it ran to its end.
        ages = "return document.querySelector('#made, .age, #count')?.textContent ?? ''"
        assert firefox.tell(ages) not in ("", "–"), page.name
    firefox.open((folder / f"{AGENT}.html").as_uri())
    assert len(WALK) > 20
    for key in WALK:
        firefox.press(key)
        assert firefox.tell("return document.querySelectorAll('.row[aria-current]').length") == 1
    unsaved = "return document.getElementById('count-unsaved').textContent"
    assert firefox.tell(unsaved) == "2"
