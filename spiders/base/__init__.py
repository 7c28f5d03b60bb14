"""What spiders share: options, walks of pages, memory, rows of files, the shape of a post.

Nothing here knows any one source.
"""

from __future__ import annotations

from spiders.base.options import Options
from spiders.base.paged import PagedSpider, json_of
from spiders.base.pages import Page, PagedOptions, Walk
from spiders.base.registry import available, spider_named
from spiders.base.source import SourceSpider

__all__ = [
    "Options",
    "Page",
    "PagedOptions",
    "PagedSpider",
    "SourceSpider",
    "Walk",
    "available",
    "fields",
    "json_of",
    "markup",
    "masking",
    "options",
    "post",
    "rows",
    "seen",
    "spider_named",
    "trouble",
]
