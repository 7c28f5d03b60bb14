"""A desk with channels, and receivers for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from receivers import Receiver, receiving
from told_desk import ToldDesk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ToldDesk:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return ToldDesk(tmp_path, monkeypatch)


@pytest.fixture
def start(desk: ToldDesk) -> Iterator[Callable[..., Any]]:
    """Start a receiver and give the desk a channel to it."""
    with ExitStack() as stack:

        def begin(service: str, receiver: Receiver, name: str = "group", more: str = "") -> Any:
            stack.enter_context(receiving(receiver))
            desk.has(name, service, receiver.url, more)
            return receiver

        yield begin
