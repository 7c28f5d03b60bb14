"""Stage 5, digest: assigned cases go in; a folder of static pages for one day comes out.

Never changes the store, and never shows what no post, person or rule of calling says.
"""

from __future__ import annotations

from monitor.digest.day import SUPPLY_PAGES, Day, agent_files, write

__all__ = ["SUPPLY_PAGES", "Day", "agent_files", "script", "write"]
