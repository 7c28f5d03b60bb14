"""Stage 7, supply: confirmed goods go in; lines come out, from requested to received.

Never sends anything twice for one request unless a person says so.
"""

from __future__ import annotations

from monitor.supply.lines import (
    STATUSES,
    answer,
    line_of,
    offer_substitute,
    open_lines,
    promise,
    step,
    undo,
)

__all__ = [
    "STATUSES",
    "answer",
    "checks",
    "doubts",
    "line_of",
    "news",
    "offer_substitute",
    "open_lines",
    "progress",
    "promise",
    "repeats",
    "spreadsheet",
    "step",
    "totals",
    "undo",
]
