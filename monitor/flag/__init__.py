"""Stage 2, flag: posts not yet read go in; their needs come out.

Never reads a post twice with the same readers, and never lets one that fails stop another.
"""

from __future__ import annotations

from monitor.flag.posts import Flagged, flag, readers, version

__all__ = ["Flagged", "classify", "flag", "model", "readers", "training", "version"]
