"""What every spider shares: its options, what its source remembers, and how spiders are found."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Mapping
from functools import cache
from typing import Any, ClassVar

import scrapy
from pydantic import BaseModel, ConfigDict

import spiders

_NOT_SPIDERS = {"base", "post"}


class Options(BaseModel):
    """The keys of a source in distress.toml that only its spider knows; none by default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceSpider(scrapy.Spider):
    """A spider of one kind of source.

    A subclass names itself, declares its Options and yields Post, SetAside and Mark from its
    callbacks. Its module bears its name.

    source: the source's name in the settings.
    options: the source's own settings.
    marks: what the source remembers from its last run, by name.
    """

    Options: ClassVar[type[Options]] = Options

    def __init__(
        self, *, source: str, options: BaseModel, marks: Mapping[str, str] | None = None, **kw: Any
    ) -> None:
        super().__init__(**kw)
        self.source = source
        self.options = options
        self.marks = dict(marks or {})

    async def start(self) -> AsyncIterator[Any]:
        """Yield the first requests, or posts where no request is needed."""
        raise NotImplementedError
        yield  # pragma: no cover - makes this an async generator


@cache
def available() -> dict[str, type[SourceSpider]]:
    """Return the spiders of this package by name, sorted."""
    found: dict[str, type[SourceSpider]] = {}
    for module_info in pkgutil.iter_modules(spiders.__path__):
        if module_info.name in _NOT_SPIDERS:
            continue
        module = importlib.import_module(f"spiders.{module_info.name}")
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, SourceSpider)
                and value.__module__ == module.__name__
                and value.name
            ):
                found[value.name] = value
    return dict(sorted(found.items()))
