"""Stage 1, crawl: sources go in; each runs in a process of its own, and posts and a run come out.

Never reads a post, never asks more of a host than it bears, never takes an ending for another.
"""

__all__ = [
    "advice",
    "budget",
    "collector",
    "endings",
    "fence",
    "health",
    "keeping",
    "new_source",
    "reparse",
    "sources",
]
