"""Stage 2, flag: posts not yet read go in; their needs come out.

Never reads a post twice with the same readers, and never lets one that fails stop another.
"""

from __future__ import annotations

from monitor.flag.posts import FlagCounts, flag, readers, version

__all__ = ["FlagCounts", "classify", "flag", "model", "readers", "training", "version"]
