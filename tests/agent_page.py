"""An agent at work on the page, for tests in a real browser."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

# A busy machine is slow, not wrong.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


def choose(page: Any, disposition: str) -> None:
    """Choose an outcome with the mouse, behind 更多 where it stands there."""
    way = page.locator(f'.way:has([value="{disposition}"])')
    if not way.is_visible():
        page.click("#more-ways")
    way.click()


class AgentPage:
    """A page of the digest opened from its file; what goes wrong on it is collected.

    troubles: console errors, page errors, dialogs and requests to anywhere but the page itself.
    warnings: how often the browser asked whether to leave unsaved work; leaving is answered.
    script: runs before the page's own.
    """

    def __init__(
        self, browser: Any, path: Path, now: datetime, *, script: str = "", **context: Any
    ) -> None:
        self.troubles: list[str] = []
        self.warnings = 0
        self._context = browser.new_context(timezone_id="Europe/Lisbon", **context)
        self._context.on("request", self._on_request)
        self._context.add_init_script(script)
        self.page = self._context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", lambda said: self._note("console", said.text, said.type == "error"))
        self.page.on("pageerror", lambda error: self._note("error", str(error)))
        self.page.on("dialog", self._on_dialog)
        # The time stands until a test lets it pass, however slow the machine; timers run.
        self._now = now
        self.page.clock.install(time=now)
        self.page.clock.set_fixed_time(now)
        self.path = path
        self.page.goto(path.as_uri())

    def _note(self, kind: str, words: str, wrong: bool = True) -> None:
        if wrong:
            self.troubles.append(f"{kind}: {words}")

    def _on_dialog(self, dialog: Any) -> None:
        if dialog.type == "beforeunload":
            self.warnings += 1
            dialog.accept()
            return
        self._note("dialog", dialog.message)
        dialog.dismiss()

    def _on_request(self, request: Any) -> None:
        if not request.url.startswith(("file://", "blob:")):
            self._note("request", request.url)

    def pass_time(self, **span: float) -> None:
        """Let time pass on this page; its timers that fall due meanwhile run once."""
        passed = timedelta(**span)
        self._now += passed
        self.page.clock.set_fixed_time(self._now)
        self.page.clock.fast_forward(passed / timedelta(milliseconds=1))

    def open_case(self, case_id: int) -> None:
        """Open a case with a click on its row."""
        self.page.click(f'.row[data-case="{case_id}"]')

    def note(self, case_id: int, disposition: str, **filled: str) -> None:
        """Note an outcome with the mouse; filled: fields of the form by id, _ for a hyphen."""
        self.open_case(case_id)
        choose(self.page, disposition)
        for field, words in filled.items():
            self.page.fill(f"#{field.replace('_', '-')}", words)
        self.page.click("#next")

    def row(self, case_id: int) -> Any:
        """Return the row of a case."""
        return self.page.locator(f'.row[data-case="{case_id}"]')

    def rung(self, value: str) -> Any:
        """Return the line of a contact of the open case."""
        return self.page.locator(f'.case.open .rung[data-value="{value}"]')

    def current(self) -> int:
        """Return the case that is open."""
        return int(self.page.get_attribute(".row[aria-current]", "data-case"))

    def tick(self, name: str, amount: str | None = None) -> None:
        """Tick goods of the open case, correcting the amount where one is given."""
        good = self.page.locator(".case.open .good", has_text=name)
        good.locator("input[type=checkbox]").check()
        if amount is not None:
            good.locator(".amount").fill(amount)

    def told(self, words: str) -> None:
        """Wait until the page says these words at its edge."""
        self.page.locator("#toast", has_text=words).wait_for()

    def asked(self, words: str) -> None:
        """Wait until the page asks for something beside its field."""
        self.page.locator("#problem", has_text=words).wait_for()

    def count(self, which: str) -> int:
        """Return a figure of the top bar: todo, agreed, confirmed or unsaved."""
        return int(self.page.inner_text(f"#count-{which}"))

    def save_file(self, folder: Path) -> Path:
        """Press the button for the outcomes file and return the file."""
        with self.page.expect_download() as waiting:
            self.page.click("#save")
        file = folder / waiting.value.suggested_filename
        waiting.value.save_as(file)
        return file

    def close(self) -> None:
        """Close the window and forget what the browser kept."""
        self._context.close()
