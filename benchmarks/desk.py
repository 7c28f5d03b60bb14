"""Let 40 agents open the live desk within a minute; how long each waits comes out.

usage: python benchmarks/desk.py [CASES [TREE]]

A store of CASES open cases (5,000 where left out) of 40 agents and a desk in a process of its own,
asked by HTTP. Each agent signs in, opens the page at a moment of the minute drawn by lot, asks for
the lines of the others' cases where the desk has them, opens one of theirs, and asks what is new
every five seconds from then on, as a page does. Prints as JSON the median and the worst of the
milliseconds until each answer is there, the bytes of a page, and the CPU-seconds of the desk; with
TREE, a checkout of an earlier commit (git worktree add), of both.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE), str(HERE / "tests")]

from desk_client import Browser  # noqa: E402
from desk_drive import Desk  # noqa: E402
from many_cases import add_assigned  # noqa: E402

from monitor.desk.live import POLL_SECONDS  # noqa: E402
from monitor.store import Store  # noqa: E402

AGENTS = tuple(f"同事{number}" for number in range(1, 41))
MINUTE = 60.0


def settings_file(folder: Path, cases: int) -> Path:
    """Fill a folder with a store and settings; return the settings' file."""
    folder.mkdir()
    with Store(folder / "distress.db") as store:
        since = datetime.now(UTC) - timedelta(minutes=2 * cases + 60)
        add_assigned(store, cases, AGENTS, since=since)
    file = folder / "distress.toml"
    agents = "".join(f'[[agents]]\nname = "{name}"\ncapacity = 1000\n' for name in AGENTS)
    file.write_text(agents, encoding="utf-8")
    return file


class Day:
    """A minute at a desk: how long answers took, by what was asked."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.page_bytes = 0

    def ask(self, browser: Browser, path: str, **query: str) -> str:
        """Ask and note how long the answer took; "" where the desk knows no such thing."""
        began = time.perf_counter()
        answer = browser.get(path, **query)
        if answer.status_code in (303, 404):
            return ""
        if answer.status_code != 200:
            raise ValueError(f"{path}: {answer.status_code}")
        self.seconds[path].append(time.perf_counter() - began)
        return answer.text

    def sit(self, browser: Browser, moment: float, end: float, number: int) -> None:
        """Open the page at a moment, and stay until the end."""
        time.sleep(max(0.0, moment - time.monotonic()))
        self.page_bytes = len(self.ask(browser, "/").encode())
        self.ask(browser, "/others")
        self.ask(browser, "/case", id=str(number))
        while time.monotonic() < end:
            self.ask(browser, "/live", after="0.0.0")
            time.sleep(POLL_SECONDS)


def measured(tree: Path, config: Path) -> dict[str, object]:
    """Return what a minute at the desk of a tree costs."""
    desk, day, dice = Desk(config), Day(), random.Random(0)
    os.chdir(tree)
    os.environ["PYTHONPATH"] = str(tree)
    desk.start()
    browsers = []
    for name in AGENTS:
        browsers.append(Browser(desk.port, f"http://127.0.0.1:{desk.port}"))
        browsers[-1].submit("/sign-in", secret=desk.link(name).rpartition("/")[2])
    begin = time.monotonic() + 1
    threads = [
        threading.Thread(
            target=day.sit, args=(browser, begin + dice.uniform(0, MINUTE), begin + MINUTE, number)
        )
        for number, browser in enumerate(browsers, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if desk.process is None:
        raise RuntimeError("the desk is gone")
    desk.process.terminate()
    _, _, usage = os.wait4(desk.process.pid, 0)
    return {
        "page_bytes": day.page_bytes,
        "desk_cpu_s": round(usage.ru_utime + usage.ru_stime, 1),
        "desk_memory_mb": round(usage.ru_maxrss / 1024),
        **{
            f"{path} ms": {
                "asked": len(took),
                "median": round(1000 * statistics.median(took)),
                "worst": round(1000 * max(took)),
            }
            for path, took in day.seconds.items()
        },
    }


def main(cases: int = 5_000, before: str = "") -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        config = settings_file(Path(folder) / "after", cases)
        figures: dict[str, object] = {"cases": cases, "agents": len(AGENTS)}
        if before:
            old = Path(folder) / "before"
            shutil.copytree(config.parent, old)
            figures["before"] = measured(Path(before).resolve(), old / config.name)
        figures["after"] = measured(HERE, config)
        figures["load"] = [round(one, 1) for one in os.getloadavg()]
        print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    if len(sys.argv) > 3:
        sys.exit(__doc__)
    main(*(int(word) if word.isdigit() else word for word in sys.argv[1:]))
