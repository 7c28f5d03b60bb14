"""Find spiders: a name goes in, the class of the spider comes out; its module bears its name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import spiders

if TYPE_CHECKING:
    from spiders.base.source import SourceSpider


def spider_named(name: str) -> type[SourceSpider]:
    """Return one spider of this package, without the time that importing all of them takes.

    Raises KeyError where there is none.
    """
    for module_name in _modules():
        if module_name.endswith(f".{name}"):
            return _spiders_in(module_name)[name]
    raise KeyError(name)


@cache
def available() -> dict[str, type[SourceSpider]]:
    """Return the spiders of this package by name, sorted."""
    classes: dict[str, type[SourceSpider]] = {}
    for module_name in _modules():
        classes |= _spiders_in(module_name)
    return dict(sorted(classes.items()))


def _modules() -> Iterator[str]:
    """Yield the modules that may hold a spider: files of the package and of its folders."""
    for info in pkgutil.iter_modules(spiders.__path__, "spiders."):
        if not info.ispkg:
            yield info.name
            continue
        folder = importlib.import_module(info.name)
        for part in pkgutil.iter_modules(folder.__path__, f"{info.name}."):
            yield part.name


def _spiders_in(module_name: str) -> dict[str, type[SourceSpider]]:
    from spiders.base.source import SourceSpider  # loads Scrapy, which most commands do not need

    module = importlib.import_module(module_name)
    return {
        value.name: value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, SourceSpider)
        and value.__module__ == module.__name__
        and getattr(value, "name", None)  # the classes that spiders are made of have none
    }
