"""Kinds of values in the settings: clock times, names, zones, spiders, languages."""

from __future__ import annotations

import difflib
import re
from datetime import time
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from spiders.base import available, spider_named

_NAME = re.compile(r"[\w\-.·]+(?: [\w\-.·]+)*")


def _clock(value: object) -> object:
    """Read "HH:MM" as a time of day."""
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value):
        raise ValueError('give a time of day such as "08:30"')
    hour, minute = value.split(":")
    return time(int(hour), int(minute))


def _clocks(value: object) -> object:
    """Take one time of day for a list of one."""
    return value if isinstance(value, list | tuple) else (value,)


def _name(value: str) -> str:
    """Accept a name that is also a safe file name and fits in a command."""
    if not _NAME.fullmatch(value) or value.startswith("-") or value.strip(".") == "":
        raise ValueError("a name may hold letters, digits, spaces between words and - _ . ·")
    if len(value) > 60:
        raise ValueError("a name has at most 60 characters")
    return value


def _zone(value: str) -> str:
    """Accept the name of a time zone."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        close = difflib.get_close_matches(value, available_timezones(), n=3)
        looks = ", ".join(close) or "Asia/Shanghai"
        raise ValueError(f"no such time zone; did you mean: {looks}?") from None
    return value


def _spider(value: str) -> str:
    """Accept the name of a spider."""
    try:
        spider_named(value)
    except KeyError:
        close = difflib.get_close_matches(value, available(), n=1)
        hint = f"did you mean '{close[0]}'? There" if close else "there"
        raise ValueError(f"no such spider; {hint} are: {', '.join(available())}") from None
    return value


def _queue(value: str) -> str:
    """Accept the address of a Redis that nobody on the way can listen to."""
    parts = urlsplit(value)
    if parts.password is not None:
        raise ValueError(
            "this is the place of an address, not of a secret; put the password into a variable of "
            "the environment, and its name into queue_password"
        )
    if parts.scheme not in ("redis", "rediss", "unix"):
        raise ValueError('give the address of a Redis such as "redis://127.0.0.1:6379/0"')
    if parts.scheme == "redis" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError(
            "posts with their numbers would go over the net in clear; to another machine use TLS "
            "(rediss://…) or a tunnel that ends on this one (redis://127.0.0.1:…)"
        )
    return value


Language = Literal["zh-CN", "en"]
Clock = Annotated[time, BeforeValidator(_clock)]
Clocks = Annotated[tuple[Clock, ...], BeforeValidator(_clocks)]
Name = Annotated[str, AfterValidator(_name)]
Zone = Annotated[str, AfterValidator(_zone)]
QueueAddress = Annotated[str, AfterValidator(_queue)]
SpiderName = Annotated[str, AfterValidator(_spider)]


class Section(BaseModel):
    """A table of the settings file; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
