"""Measure how soon a plea is called: `distress run` and a desk at work, seconds come out.

usage: python benchmarks/at_once.py [CASES [PLEAS]]

A store of CASES open cases (2,000 where left out), a source on loopback that `distress run` asks
every five seconds, and `distress desk` in a process of its own, at which an agent notes an outcome
twice a second all the while. PLEAS (20 where left out) appear at the source one by one. Prints as
JSON: the seconds from the appearance of each until it is on an agent's page, and until the desk
tells of it and shows it, less the wait for the source's turn, which is named; how long the desk
took to answer outcomes, beside the pages it makes; and how long who writes waited for the lock.
An open page of the desk asks every five seconds, which comes on top.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE), str(HERE / "tests")]

import staged_day  # noqa: E402
from desk_client import Browser, outcome  # noqa: E402
from desk_drive import Desk  # noqa: E402
from many_cases import add_open  # noqa: E402
from replay import Replay, replaying  # noqa: E402
from served import Served  # noqa: E402

from monitor.desk.live import POLL_SECONDS  # noqa: E402
from monitor.desk.session import hash_of  # noqa: E402
from monitor.line import digest  # noqa: E402
from monitor.settings import load  # noqa: E402
from monitor.store import Store  # noqa: E402

EVERY = 5.0  # seconds between two turns of the source
BETWEEN_OUTCOMES = 0.5
LONGEST = 300.0  # seconds after which a plea is given up
AGENTS = tuple(f"同事{number}" for number in range(1, 21))
_SETTINGS = """
crawl.retries = 0
desk.session = "1d"
[[sources]]
name = "day"
spider = "feed"
urls = ["{url}/feed.xml"]
every = "{every:g}s"
delay = 0
obey_robots = false
allow_private = true
"""


def settings_file(folder: Path, replay: Replay) -> Path:
    """Write settings of the source and of agents who can take all cases; return their file."""
    file = folder / "distress.toml"
    agents = "".join(f'[[agents]]\nname = "{name}"\ncapacity = 200\n' for name in AGENTS)
    text = _SETTINGS.format(url=replay.base_url("feed"), every=EVERY) + agents
    file.write_text(text, encoding="utf-8")
    return file


def plea(number: int) -> Served:
    """Return a plea of a hospital and a number that nothing else names."""
    one, other = "岚峰屿汀"[number % 4], "陌野渚坡"[number // 4 % 4]
    text = (
        f"求助！{one}{other}县第{number}人民医院急需护目镜{number + 40}副、防护服200套，"
        f"库存只够一天，联系林护士1370013{number:04}"
    )
    return Served(f"{500_000 + number}", text, f"林{number}", datetime.now(UTC))


def signed_in(desk: Desk, store_path: Path, agent: str) -> Browser:
    """Return an agent's browser at the desk."""
    browser = Browser(desk.port, f"http://127.0.0.1:{desk.port}")
    secret = desk.link(agent).rpartition("/")[2]
    browser.submit("/sign-in", secret=secret)
    with Store(store_path) as store:
        browser.headers["X-CSRF"] = next(
            session.csrf
            for session in store.desk.sessions(at=datetime.now(UTC))
            if session.hash == hash_of(*browser.cookies.values())
        )
    return browser


@dataclass
class Noted:
    """The seconds that the desk took for each outcome, and those that a writer waited each time."""

    answers: list[float] = field(default_factory=list)
    locks: list[float] = field(default_factory=list)

    def note(self, browser: Browser, store: Store, case_id: int) -> None:
        """Take the lock and let it go; then note an outcome at the desk."""
        began = time.perf_counter()
        with store.write():
            self.locks.append(time.perf_counter() - began)
        at = f"{datetime.now(UTC):%FT%TZ}"
        sent = outcome(case_id, "message_sent", agent=AGENTS[0], attempted_at=at)
        began = time.perf_counter()
        answer = browser.post("/outcomes", {"outcomes": [sent]})
        self.answers.append(time.perf_counter() - began)
        if answer.status_code != 200 or answer.json()["results"][0]["status"] != "added":
            raise ValueError(f"the desk did not take an outcome: {answer.text}")


@contextmanager
def noting(browser: Browser, store_path: Path, case_ids: Sequence[int]) -> Iterator[Noted]:
    """Note outcomes at the desk beside the block; their seconds come in."""
    stop, noted = threading.Event(), Noted()

    def note() -> None:
        with Store(store_path) as store:
            for case_id in case_ids:
                noted.note(browser, store, case_id)
                if stop.wait(BETWEEN_OUTCOMES):
                    return

    thread = threading.Thread(target=note)
    thread.start()
    try:
        yield noted
    finally:
        stop.set()
        thread.join()


def waits(replay: Replay, browser: Browser, folder: Path, number: int) -> tuple[float, float]:
    """Let a plea appear; return after how many seconds an agent's page had it, and the desk."""
    words = f"1370013{number:04}"
    cursor = browser.get("/live").json()["cursor"].rpartition(".")[0]
    with Store(folder / "distress.db") as store:
        cursor += f".{store.desk.cursor().case}"
    asked = replay.asked["feed"]
    replay.posts["feed"] = [plea(number), *replay.posts["feed"]]
    appeared, wall = time.monotonic(), time.time()
    turn = on_page = at_desk = 0.0
    while not (on_page and at_desk):
        now = time.monotonic() - appeared
        if now > LONGEST:
            raise TimeoutError(f"plea {number} is not there after {now:.0f} s")
        if not turn and replay.asked["feed"] > asked:
            turn = now
        if not on_page and _is_on_page(folder, words, wall):
            on_page = now
        if not at_desk and browser.get("/live", after=cursor).json()["cases_new"]:
            at_desk = time.monotonic() - appeared if words in browser.get("/").text else 0.0
        time.sleep(0.05)
    wait = min(turn, EVERY)
    return on_page - wait, at_desk - wait


def _is_on_page(folder: Path, words: str, since: float) -> bool:
    pages = folder.glob("digest/*/同事*.html")
    return any(
        words in page.read_text(encoding="utf-8")
        for page in pages
        if page.stat().st_mtime > since - 1
    )


def measure(folder: Path, cases: int, pleas: int) -> dict[str, object]:
    """Return the figures."""
    dice = random.Random(0)
    with replaying({"feed": [replace(plea(9_999), text="早上好")]}) as replay:
        config = settings_file(folder, replay)
        store_path = folder / "distress.db"
        with (
            Store(store_path) as store,
            store.write(),
            patch.object(staged_day, "NOW", datetime.now(UTC)),
        ):
            case_ids = add_open(store, cases)
        digest(load(config))
        desk = Desk(config)
        desk.start()
        log = (folder / "run.log").open("wb")
        run = subprocess.Popen(
            [sys.executable, "-m", "monitor.cli", "--config", str(config), "run"],
            stderr=log,
            cwd=HERE,
            env={**os.environ, "NO_PROXY": "127.0.0.1"},
        )
        try:
            browser = signed_in(desk, store_path, AGENTS[0])
            while replay.asked["feed"] < 2:
                time.sleep(0.1)
            beside = signed_in(desk, store_path, AGENTS[0])
            with noting(beside, store_path, case_ids) as noted:
                seconds = []
                for number in range(pleas):
                    time.sleep(dice.uniform(0, EVERY))
                    seconds.append(waits(replay, browser, folder, number))
        finally:
            for process in (run, desk.process):
                if process:
                    process.terminate()
                    process.wait(60)
            log.close()
    on_page, at_desk = zip(*seconds, strict=True)
    return {
        "open_cases": cases,
        "pleas": pleas,
        "left_out": {"turn_of_the_source_s": EVERY, "turn_of_an_open_page_s": POLL_SECONDS},
        "on_an_agents_page_s": _figures(on_page),
        "at_the_desk_s": _figures(at_desk),
        "outcomes_at_the_desk_s": {"noted": len(noted.answers), **_figures(noted.answers)},
        "waits_for_the_lock_s": _figures(noted.locks),
    }


def _figures(seconds: Sequence[float]) -> dict[str, float]:
    return {"median": round(statistics.median(seconds), 2), "worst": round(max(seconds), 2)}


def main(cases: int = 2_000, pleas: int = 20) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), cases, pleas)
    sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 3:
        sys.exit(__doc__)
    main(*map(int, sys.argv[1:]))
