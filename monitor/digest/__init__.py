"""Stage 5, digest: assigned cases go in; a folder of static pages for one day comes out.

A day is read once from the store (day.py), and every page is made of that value alone: the agents'
(agent_page.py), the lead's (lead.py) and those of the supply group (supplies.py). The live desk
makes the same pages by the same functions, and speaks to their scripts by page_data.py.

Never changes the store, and never shows what no post, person or rule of calling says.
"""

from __future__ import annotations

from monitor.digest.day import agent_files
from monitor.digest.intake_page import INTAKE_PAGE
from monitor.digest.supplies import SUPPLY_PAGES
from monitor.digest.writing import write, write_changed

__all__ = [
    "INTAKE_PAGE",
    "SUPPLY_PAGES",
    "agent_files",
    "agent_page",
    "campaign_page",
    "case_view",
    "day",
    "intake_page",
    "lead",
    "page_data",
    "precision",
    "script",
    "supplies",
    "write",
    "write_changed",
]
