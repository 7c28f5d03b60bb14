"""Stage 7, supply: confirmed goods go in; lines come out, from requested to received.

Never sends anything twice for one request unless a person says so.
"""

from __future__ import annotations

from monitor.supply.lines import STATUSES, line_of, open_lines, step, undo

__all__ = [
    "STATUSES",
    "checks",
    "doubts",
    "line_of",
    "open_lines",
    "progress",
    "repeats",
    "spreadsheet",
    "step",
    "totals",
    "undo",
]
