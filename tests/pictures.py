"""Take the pictures of docs/pictures: each page in both themes and languages, from a staged day.

usage: python tests/pictures.py [FOLDER]

The day is invented (tests/staged_day.py); the pages are those that `distress digest` writes.
"""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE), str(HERE / "tests")]

import time_machine  # noqa: E402
import uvicorn  # noqa: E402
from agent_page import choose  # noqa: E402
from analysts_store import fill  # noqa: E402
from desk_client import write_settings  # noqa: E402
from desk_drive import Desk  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from staged_day import AGENT, NOW, add_case, call, reading_of, settings_in, stage  # noqa: E402

from monitor import digest, supply  # noqa: E402
from monitor.analysis import explore, report  # noqa: E402
from monitor.language import language as spoken_in  # noqa: E402
from monitor.settings import Settings  # noqa: E402
from monitor.store import Store  # noqa: E402
from monitor.store.times import to_column  # noqa: E402
from monitor.types import SUPPLY_STATUSES, ConfirmedItem  # noqa: E402

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


def _nothing(page: Any) -> None:
    """Leave the page as it opens."""


def _on_a_case(page: Any) -> None:
    page.locator(".row").first.click()


def _grieving(page: Any) -> None:
    page.locator(".row").first.click()
    choose(page, "bereaved")


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

EXPLORED = (
    ("explore", "v_goods_demand", ".facet-results"),
    ("explore-days", "goods_by_day", "body"),
    ("explore-precision", "precision", "body"),
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
                    context = browser.new_context(
                        viewport=size, color_scheme=theme, locale=language
                    )
                    page = context.new_page()
                    page.clock.install(time=NOW)
                    page.goto((pages / file).as_uri())
                    first(page)
                    made.append(folder / f"{name}-{language}-{theme}.png")
                    page.screenshot(path=made[-1])
                    context.close()
            made += _at_the_desk(browser, Path(work) / language, language, folder)
        made += _for_analysts(browser, Path(work) / "analysts", folder)
        browser.close()
    for file in made:
        shrink(file)
    return made


def shrink(file: Path) -> None:
    """Write a picture again in 192 colours, a third of its bytes: pages have few."""
    with Image.open(file) as picture:
        picture.convert("RGB").quantize(192).save(file, optimize=True)


def _at_the_desk(browser: Any, work: Path, language: str, folder: Path) -> list[Path]:
    """Take the door and the page of the live desk, over the store of the staged day."""
    config = write_settings(work)
    config.write_text(f'language = "{language}"\n{config.read_text()}', encoding="utf-8")
    desk = Desk(config)
    desk.start()
    made = []
    try:
        for theme in ("light", "dark"):
            context = browser.new_context(viewport=WIDE, color_scheme=theme)
            page = context.new_page()
            page.goto(desk.link(AGENT))
            for name in ("door", "desk"):
                made.append(folder / f"{name}-{language}-{theme}.png")
                page.screenshot(path=made[-1])
                if name == "door":
                    page.click("button")
                    page.wait_for_selector(".row[aria-current]")
                    page.click(".whose button:nth-child(2)")
            context.close()
    finally:
        desk.kill()
    return made


def _for_analysts(browser: Any, work: Path, folder: Path) -> list[Path]:
    """Take a report, in both languages and themes, and what explore shows, of a made fortnight."""
    work.mkdir()
    made = []
    with Store(work / "distress.db") as store:
        fill(store, seed=2, cases=240)
        for language in ("zh-CN", "en"):
            file = _report(store, work / f"{language}.html", language)
            for theme in ("light", "dark"):
                made.append(folder / f"report-{language}-{theme}.png")
                _shoot(browser, file.as_uri(), made[-1], color_scheme=theme)
        with _explored(store) as address:
            for name, path, part in EXPLORED:
                made.append(folder / f"{name}.png")
                _shoot(browser, f"{address}/{path}", made[-1], part)
    return made


def _report(store: Store, file: Path, language: str) -> Path:
    spoken, since, until = spoken_in(language), date(2020, 2, 17), date(2020, 2, 23)
    now = datetime(2020, 2, 24, 9, tzinfo=Settings().zone)
    told = report.report(store, since, until, spoken)
    file.write_text(report.page(told, Settings(), spoken, now=now), encoding="utf-8")
    return file


@contextmanager
def _explored(store: Store) -> Iterator[str]:
    """Serve a copy of a store as `distress explore` does; yield the address."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    with explore.copy_of(store, by=AGENT) as copy:
        app = explore.application(copy, explore.metadata("2020-02-24 09:00"))
        server = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning")
        )
        running = Thread(target=server.run)
        running.start()
        try:
            while not server.started and running.is_alive():
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}/{explore.NAME}"
        finally:
            server.should_exit = True
            running.join()


def _shoot(browser: Any, address: str, file: Path, part: str = "body", **how: Any) -> None:
    """Take a picture of a page from a part of it on."""
    context = browser.new_context(viewport=WIDE, **how)
    page = context.new_page()
    page.goto(address)
    page.locator(part).first.evaluate("(element) => element.scrollIntoView()")
    page.screenshot(path=file)
    context.close()


def _digest(folder: Path, language: str) -> Path:
    folder.mkdir()
    settings = Settings.model_validate({**dict(settings_in(folder)), "language": language})
    with Store(settings.store_path) as store:
        with time_machine.travel(NOW), store.write():
            stage(store)
            _fortnight(store)
            supply.open_lines(store)
            _on_the_way(store)
        return digest.write(store, settings, now=NOW)


def _fortnight(store: Store) -> None:
    """Let the days before have gone as days go: most cases called, half of them confirmed."""
    for day in range(1, 15):
        for number in range(4 + (day * 5 + 3) % 8):
            facility = f"晴川市第{'一二三四五六七八九十'[number % 10]}医院{day}病区"
            text = f"{facility}急需护手霜{day * 10 + number}支，求助"
            goods = [("护手霜", str(day * 10 + number), "支")]
            reading = reading_of(text, goods=goods, facility=facility)
            case_id = add_case(store, text, reading, hours_ago=24 * day)
            confirmed = (day + number) % 3 > 0
            items = [ConfirmedItem(name="护手霜", quantity=str(10 * number), unit="支")]
            code = "need_confirmed" if confirmed else ("already_supplied", "no_answer")[number % 2]
            if number % 4:
                told = items if confirmed else []
                call(store, case_id, code, hours_ago=24 * day - 3, items=told)
            if not (confirmed and number % 4):
                call(store, case_id, "declined", hours_ago=24 * day - 4)
            _backdate(store, case_id, NOW - timedelta(days=day))


def _backdate(store: Store, case_id: int, at: datetime) -> None:
    """Stamp a case and what belongs to it as if it had come in at a time."""
    execute, time = store.connection.db.execute, to_column(at)
    execute("UPDATE cases SET opened_at = ? WHERE id = ?", [time, case_id])
    execute("UPDATE callbacks SET recorded_at = ? WHERE case_id = ?", [time, case_id])
    for need in store.cases.get([case_id])[0].needs:
        execute("UPDATE needs SET found_at = ? WHERE id = ?", [time, need.id])
        execute("UPDATE posts SET first_seen_at = ? WHERE id = ?", [time, need.post.id])


def _on_the_way(store: Store) -> None:
    """Let supply lines have come to every stage, some in part."""
    for line in store.supplies.lines():
        status = (*SUPPLY_STATUSES[1:], "")[line.id % 4]
        if not status or not line.quantity or int(line.quantity) < 2:
            continue
        part = str(int(line.quantity) // 2) if line.id % 3 else None
        supply.step(store, line.id, status, amount=part, by="供应组", anyway=True)


if __name__ == "__main__":
    for picture in take(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "docs/pictures"):
        sys.stdout.write(f"{picture}\n")
