"""Rows of the supply group's pages, as a reader of them sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agent_page import AgentPage
from confirmed import FACILITY

from monitor.types import ConfirmedItem

Opener = Callable[..., AgentPage]
SUITS = ConfirmedItem(name="防护服", quantity="1200", unit="套")


def words(text: str) -> str:
    """Return text with its gaps made single."""
    return " ".join(text.split())


def row_of(page: Any, facility: str = FACILITY, goods: str = "护手霜") -> Any:
    """Return the row of the goods of a facility."""
    block = page.locator(".receiver", has=page.locator("h3", has_text=facility))
    return block.locator("tbody tr", has_text=goods)
