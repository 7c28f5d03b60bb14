"""The words of a page: HTML goes in, what a reader sees comes out."""

from __future__ import annotations

import html
import re


def words_of(page: str) -> str:
    """Return what a reader can see or copy from a page, style and script left out."""
    body = re.sub(r"(?s)<(style|script).*?</\1>", "", page)
    return html.unescape(re.sub(r"<[^>]*>", "", body))
