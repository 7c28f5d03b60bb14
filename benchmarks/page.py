"""Open an agent's page of many cases in Chromium: bytes, time until it can be used, time to filter.

usage: python benchmarks/page.py [CASES]

Writes a digest with CASES cases (500 where left out) for one agent and opens it ten times in a new
window each. Prints JSON: the page's bytes, and medians in milliseconds: until the content is there
and until the page's script has run and the first frame is drawn (it can be used); a second and a
half later, which a hand needs to reach the search field, from the first key in it until the
filtered list is drawn, from the next key, and from the field's being emptied; from J until the next
case is drawn; and the same for a tenth of the cases, so that growth shows.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE), str(HERE / "tests")]

from playwright.sync_api import sync_playwright  # noqa: E402
from staged_day import AGENT, NOW, settings_in, stage  # noqa: E402

from monitor import digest  # noqa: E402
from monitor.store import Store  # noqa: E402

ROUNDS = 10
_REACH_MS = 1_500
_DRAWN = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
_USABLE = f"{_DRAWN}.then(() => performance.now())"
_FILTER = f"""async (words) => {{
  const field = document.getElementById('search');
  const began = performance.now();
  field.value = words;
  field.dispatchEvent(new Event('input', {{ bubbles: true }}));
  await {_DRAWN};
  return performance.now() - began;
}}"""
_NEXT = f"""async () => {{
  const open = () => document.querySelector('.row[aria-current]').dataset.case;
  const [was, began] = [open(), performance.now()];
  document.body.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'j', bubbles: true }}));
  await {_DRAWN};
  const took = performance.now() - began;
  if (open() === was) throw new Error('J opened no other case');
  return took;
}}"""


def _opened(browser: Any, page_file: Path) -> dict[str, float]:
    """Open the page in a new window and return its times in milliseconds."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(page_file.as_uri(), wait_until="load")
    usable = page.evaluate(_USABLE)
    page.wait_for_timeout(_REACH_MS)
    there = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    times = {
        "content": there,
        "usable": usable,
        "first_key": page.evaluate(_FILTER, "护手"),
        "next_key": page.evaluate(_FILTER, "护手霜"),
        "all_again": page.evaluate(_FILTER, ""),
        "next": page.evaluate(_NEXT),
    }
    context.close()
    return times


def measured(browser: Any, cases: int) -> dict[str, float]:
    """Write a digest of `cases` cases and return the medians of opening it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        with Store(settings.store_path) as store, store.write():
            stage(store, cases)
        with Store(settings.store_path) as store:
            page_file = digest.write(store, settings, now=NOW) / f"{AGENT}.html"
        rounds = [_opened(browser, page_file) for _ in range(ROUNDS)]
        return {
            "cases": cases,
            "bytes": page_file.stat().st_size,
            **{
                f"{name}_ms": round(statistics.median(times[name] for times in rounds), 1)
                for name in rounds[0]
            },
        }


def main() -> None:
    """Measure and print."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        print(json.dumps([measured(browser, cases // 10), measured(browser, cases)], indent=1))
        browser.close()


if __name__ == "__main__":
    main()
