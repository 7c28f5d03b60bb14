"""What spiders share: options, walks of pages, memory, tables and files, the shape of a post.

Nothing here knows any one source. What is imported from here comes when it is asked for: the line
takes the shape of a post from this room and need not wait for Scrapy to load.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from spiders.base.registry import available, spider_named

if TYPE_CHECKING:
    from spiders.base.options import Options
    from spiders.base.paged import PagedSpider, json_of
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
    "exports",
    "fields",
    "file_state",
    "json_of",
    "markup",
    "masking",
    "options",
    "post",
    "spider_named",
    "tables",
    "times",
    "trouble",
]

_MODULES = {
    "Options": "options",
    "Page": "walks",
    "PagedOptions": "walks",
    "PagedSpider": "paged",
    "SourceSpider": "source",
    "Walk": "walks",
    "json_of": "paged",
}


def __getattr__(name: str) -> Any:
    """Return a name of this room from the module that has it."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
