"""What foreign text may cost: all patterns of the program, and how their cost grows with length."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from types import ModuleType
from typing import Any

import classifiers
import monitor
import spiders

# Signs and words that patterns of this program begin with, stop at or repeat.
SEEDS = (
    *"1aA \t\n<>&;:,.，。、；：/\\\"'()[]{}=-+@#*~_一三联院县市急!?%|💗\u200b\ufe0f\r",
    *("1 ", "1-", "1a", "a.", "a@", "@a", "a=", "一 ", "<a ", "<a>", "&a", "1,", "1、", "x:"),
    *("https://", "a/", "//@a:", "[a]", "(1", "1)", "医院", "武汉", "口罩", "1个", "第一", "，急"),
    *("电话", "微信", "token=", "cookie:", "Bearer ", "a://a", "\r\n", "月1日", "a:b@", "的", "和"),
)
# What reads our own files only.
_OWN = ("monitor.pages.bundle.", "monitor.digest.script.", "spiders.base.options.")
_FAR_ABOVE_LINEAR = 9.0  # times the cost for 4 times the length; a square has 16
_LESSER = 1_000
# A pattern of old, whose cost is the square of the length.
SQUARE = re.compile(r"[\w.+-]+[@＠][\w-]+(?:\.[\w-]+)+", re.ASCII)


@cache
def patterns() -> dict[str, re.Pattern[Any]]:
    """Return the compiled patterns of all modules by the names of where they stand."""
    found: dict[str, re.Pattern[Any]] = {}
    for module in _modules():
        for name, value in vars(module).items():
            for pattern in _in(value):
                found.setdefault(f"{module.__name__}.{name}", pattern)
            if hasattr(value, "cache_info") and not inspect.signature(value).parameters:
                for pattern in _in(value()):
                    found.setdefault(f"{module.__name__}.{name}", pattern)
    return {name: pattern for name, pattern in found.items() if not name.startswith(_OWN)}


def _modules() -> Iterator[ModuleType]:
    for package in (classifiers, monitor, spiders):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not info.name.endswith("__main__"):
                yield importlib.import_module(info.name)


def _in(value: Any, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 4 and isinstance(value, tuple | list | set | frozenset):
        for member in list(value)[:500]:
            yield from _in(member, depth + 1)
    elif depth < 4 and isinstance(value, dict):
        yield from _in(list(value.values()), depth + 1)
    elif depth < 4 and is_dataclass(value) and not isinstance(value, type):
        yield from _in([getattr(value, field.name, None) for field in fields(value)], depth + 1)


def used(name: str, pattern: re.Pattern[Any]) -> Callable[[Any], object]:
    """Return how the program applies a pattern: at one place only, or wherever it fits."""
    module, _, own = name.rpartition(".")
    source = inspect.getsource(importlib.import_module(module))
    ways = set(re.findall(rf"\b{re.escape(own)}\.(\w+)\(", source))
    if ways and ways <= {"match", "fullmatch"}:
        return pattern.match if "match" in ways else pattern.fullmatch
    return lambda text: sum(1 for _ in pattern.finditer(text))


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds of this thread that work takes."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def repeated(seed: str, length: int) -> str:
    """Return `length` characters of a seed again and again."""
    return (seed * (length // len(seed) + 1))[:length]


@cache
def _worth_a_look() -> float:
    """Return CPU seconds for 1,000 characters that a line stays far below, on this machine."""
    text = repeated("a", _LESSER)
    return min(cpu(lambda: SQUARE.findall(text)) for _ in range(5)) / 2


def steeper_than_a_line(apply: Callable[[Any], object], seed: str, *, binary: bool) -> bool:
    """Tell whether four times the length costs far more than four times as much."""

    def cost(length: int) -> float:
        text = repeated(seed, length)
        return cpu(lambda: apply(text.encode() if binary else text))

    if cost(_LESSER) < _worth_a_look():
        return False
    growth = (cost(4 * _LESSER) / max(cost(_LESSER), 1e-6) for _ in range(3))
    return all(times > _FAR_ABOVE_LINEAR for times in growth)
