"""Desks in processes of their own and agents' browsers at them, for tests with windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desk_client import write_settings
from desk_drive import WATCH, Desk, Witness

# The names of what a browser keeps of an agent's entries.
KEPT = "Object.keys(localStorage).filter((name) => /:(outcome|decision|draft):/.test(name))"


class Seat:
    """An agent's browser at the desk; witness: what was seen of it.

    script: runs in each page before its own.
    """

    def __init__(
        self, browser: Any, desk: Desk, agent: str, *, script: str = "", **context: Any
    ) -> None:
        self.witness = Witness(agent)
        self.troubles: list[str] = []
        self.context = browser.new_context(timezone_id="Europe/Lisbon", **context)
        self.context.clock.install(time=datetime.now(UTC))
        self.context.expose_function("witness", self._note)
        self.context.add_init_script(f"{WATCH};{script}")
        self.page = self.context.new_page()
        self.page.set_default_timeout(120_000)
        # Setting a browser's clock takes a while, and it is compared with the desk's.
        _, self._behind = min(self._compare_clocks() for _ in range(8))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.goto(desk.link(agent))
        self.page.click("button")
        self.page.wait_for_selector(".row[aria-current]")

    def _compare_clocks(self) -> tuple[float, float]:
        """Return how long a comparison with the browser's clock took, and how far it is behind."""
        before = datetime.now(UTC).timestamp() * 1000
        browser = self.page.evaluate("Date.now()")
        after = datetime.now(UTC).timestamp() * 1000
        return after - before, (before + after) / 2 - browser

    def _note(self, told: dict[str, Any]) -> None:
        """Keep what was seen, its times as the desk's clock has them."""
        times = {key: told[key] + self._behind for key in ("at", "sent") if key in told}
        self.witness.seen.append({**told, **times})

    def open(self, case_id: int) -> None:
        """Open a case with a click on its row; another's comes from the desk first."""
        self.page.click(f'.row[data-case="{case_id}"]')
        self.page.wait_for_selector(f"#c{case_id}.open")

    def everyones(self) -> None:
        """Show everybody's cases."""
        self.page.click(".whose button:nth-child(2)")
        self.page.wait_for_selector("#rows.everybodys")

    def press(self, keys: str) -> None:
        """Press keys one after the other; a line's end is Enter."""
        for key in keys:
            self.page.keyboard.press("Enter" if key == "\n" else key)

    def until(self, script: str) -> None:
        """Wait until something holds; the page's policy forbids to evaluate words inside it."""
        for _ in range(2400):
            if self.page.evaluate(script):
                return
            self.page.wait_for_timeout(50)
        raise TimeoutError(script)

    def settle(self) -> None:
        """Wait until the desk has everything."""
        for _ in range(400):
            self.page.evaluate("dispatchEvent(new Event('online'))")
            self.page.wait_for_timeout(300)
            if self.page.inner_text("#count-unsaved") == "0":
                return
        raise TimeoutError("the desk does not take everything")


def serving(folder: Path) -> Iterator[Callable[..., Desk]]:
    """Yield what starts a desk over a folder's store; lengths: of [desk]."""
    desks = []

    def start(log: Path | None = None, **lengths: str) -> Desk:
        desks.append(Desk(write_settings(folder, **lengths), log=log))
        desks[-1].start()
        return desks[-1]

    try:
        yield start
    finally:  # also where the test that asked for them failed
        for desk in desks:
            desk.kill()


def sitting(browser: Any) -> Iterator[Callable[..., Seat]]:
    """Yield what signs an agent in, in a browser profile of its own."""
    seats = []

    def take(desk: Desk, agent: str, **context: Any) -> Seat:
        seats.append(Seat(browser, desk, agent, **context))
        return seats[-1]

    yield take
    for seat in seats:
        seat.context.close()
