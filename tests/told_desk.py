"""A desk that tells people what happens: channels, an outbox, and a clock that the test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor import messages, settings
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.outbox import Message


class ToldDesk:
    """A desk with channels; its clock is the test's."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.now = datetime.now(UTC)
        self.patch = patch
        self.written = 'language = "en"\n'
        self.rules = 'timeout = "1s"\n'
        self.count = 0

    def has(self, name: str, service: str, url: str, more: str = "") -> None:
        """Give the desk a channel, its address in the environment."""
        variable = f"CHANNEL_{len(self.written)}"
        self.patch.setenv(variable, url)
        self.written += (
            f'[[messages.channels]]\nname = "{name}"\nservice = "{service}"\n'
            f'address = "{variable}"\n{more}\n'
        )

    @property
    def settings(self) -> Settings:
        file = self.folder / "distress.toml"
        head, _, rest = self.written.partition("\n")
        file.write_text(f"{head}\n[messages]\n{self.rules}{rest}", encoding="utf-8")
        return settings.load(file)

    def store(self) -> Store:
        return Store(self.settings.store_path)

    def add(self, words: str = "news", kind: str = "urgent") -> None:
        """Put a message for every channel into the outbox."""
        self.count += 1
        with self.store() as store:
            for channel in self.settings.messages.channels:
                store.outbox.add(
                    f"{kind}:{self.count}", channel.name, kind, words, at=self.now, case_id=None
                )

    def send(self, after: timedelta = timedelta(0)) -> messages.SendCounts:
        """Let time pass, and send what is due."""
        self.now += after
        with self.store() as store:
            return messages.send_due(store, self.settings, now=self.now)

    def outbox(self) -> list[Message]:
        with self.store() as store:
            return store.outbox.latest(100)
