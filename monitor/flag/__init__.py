"""Stage 2, flag: posts not yet read go in; their needs come out.

Never reads a post twice with the same readers, and never lets one that fails stop another.
"""

from __future__ import annotations

from monitor.flag.posts import FlagCounts, flag, flag_these, readers, version

__all__ = [
    "FlagCounts",
    "archive_readings",
    "archives",
    "classify",
    "flag",
    "flag_these",
    "from_file",
    "model",
    "needs_file",
    "readers",
    "side_by_side",
    "training",
    "version",
]
