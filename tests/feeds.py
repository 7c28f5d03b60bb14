"""A feed as a site writes it."""

from __future__ import annotations

URL = "https://e.org/feed"


def rss(*items: str, encoding: str = "UTF-8") -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        f'<rss version="2.0"><channel><title>t</title>{inside}</channel></rss>'
    )
