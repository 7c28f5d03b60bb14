"""What spiders share: options, walks of pages, memory, rows of files, the shape of a post.

Nothing here knows any one source.
"""

from __future__ import annotations

from spiders.base.options import Options
from spiders.base.paged import PagedSpider, json_of
from spiders.base.registry import available, spider_named
from spiders.base.source import SourceSpider
from spiders.base.walks import Page, PagedOptions, Walk

__all__ = [
    "Options",
    "Page",
    "PagedOptions",
    "PagedSpider",
    "SourceSpider",
    "Walk",
    "available",
    "fields",
    "file_state",
    "json_of",
    "markup",
    "masking",
    "options",
    "post",
    "rows",
    "spider_named",
    "trouble",
]
