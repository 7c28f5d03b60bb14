"""Times as sources write them go in, aware times come out.

Whether the day or the month comes first in 11/02/2020 is left to who knows the column.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LONGEST = 100  # characters of a written time
# 11/02/2020, 2-10-20: which number is the day, its neighbours in the column may tell.
_NUMBERS = re.compile(r"(\d{1,2})([/.\- ])(\d{1,2})\2(\d{4}|\d{2})(?=$|[\sT,])")
ORDERS = ("day first", "month first", "year first")
_PLACES = {"day first": (2, 1, 0), "month first": (2, 0, 1), "year first": (0, 1, 2)}
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")  # days since the last of 1899, as spreadsheets count
_SERIAL_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - the zone is given to it later
_HALF_OF_DAY = re.compile(r"(上午|下午|凌晨|晚上|中午)\s*(\d{1,2})(:\d{2}(?::\d{2})?)")


def _zone_name(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"no time zone '{name}'; names look like Asia/Shanghai") from None
    return name


TimeZone = Annotated[str, AfterValidator(_zone_name)]


def time_from(value: object, zone: ZoneInfo, order: str | None = None) -> datetime:
    """Return the aware time of a column; raises ValueError where it does not hold one.

    value: ISO 8601, seconds or milliseconds since 1970, a spreadsheet's days, or a date in words;
        without a zone it is in `zone`.
    order: one of ORDERS, for dates such as 11/02/2020, which else are not read unless they can be
        read in one order only.
    """
    words = str(value).strip()[:_LONGEST]
    try:
        time = _epoch(value, words) or _written(_in_order(_without_name(words, zone), order))
        if time is None:
            raise ValueError(f"not a time: {words[:60]!r}")
        aware = (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ArithmeticError, LookupError, TypeError, RecursionError):
        raise ValueError(f"not a time: {words[:60]!r}") from None
    if not _EARLIEST <= aware <= datetime.now(UTC) + timedelta(days=1):
        raise ValueError(f"not a time at which a post can have been written: {words[:60]!r}")
    return aware


def orders_of(value: object) -> frozenset[str] | None:
    """Return in which ORDERS a date of three numbers can be read; None where it is not one."""
    numbers = _NUMBERS.match(str(value).strip()[:_LONGEST])
    if not numbers:
        return None
    if numbers[2] == "." and len(numbers[4]) == 4:  # nobody writes the month first so
        return frozenset({"day first"} if _day(numbers, "day first") else ())
    return frozenset(order for order in ORDERS if _day(numbers, order))


def _day(numbers: re.Match[str], order: str) -> date | None:
    """Return the day of three numbers in an order, None where no post can be of it."""
    groups = numbers.group(1, 3, 4)
    year, month, day = (groups[place] for place in _PLACES[order])
    if len(year) == 1 or len(day) > 2:
        return None
    with suppress(ValueError):
        day_of_post = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
        if _EARLIEST.date() <= day_of_post <= datetime.now(UTC).date() + timedelta(days=1):
            return day_of_post
    return None


def _in_order(text: str, order: str | None) -> str:
    """Return a written time with a date of three numbers as year, month, day."""
    orders = orders_of(text)
    if orders is None:
        return text
    if len(orders) > 1 and order in orders:
        orders = frozenset({str(order)})
    numbers = _NUMBERS.match(text)
    if len(orders) != 1 or numbers is None:
        if not orders:
            raise ValueError(f"not a time at which a post can have been written: {text[:60]!r}")
        ways = " or ".join(sorted(orders))
        raise ValueError(f'{text[:60]!r} may be {ways}; say which: dates = "day first"')
    return f"{_day(numbers, *orders)} {text[numbers.end() :].lstrip(' T,')}".strip()


def _epoch(value: object, words: str) -> datetime | None:
    """Return the time of a number: since 1970, or a spreadsheet's days."""
    if isinstance(value, bool):
        return None
    digits = re.sub(r"\.0+$", "", words)
    if re.fullmatch(r"\d{9,10}|\d{12,13}", digits):
        seconds = int(digits) / (1000 if len(digits) > 10 else 1)
        return datetime.fromtimestamp(seconds, UTC)
    if _SERIAL.fullmatch(digits):
        return (_SERIAL_DAY + timedelta(days=float(digits))).replace(microsecond=0)
    return None


def _without_name(text: str, zone: ZoneInfo) -> str:
    """Return a written time without the name of its zone where that is `zone`'s only one.

    CST is China's time in a Chinese source, and in RFC 5322 America's.
    """
    names = {datetime(2020, month, 1, tzinfo=zone).tzname() for month in (1, 7)}
    first, *rest = re.split(r"\b([A-Z]{3,4})\b", text, maxsplit=1)
    return first + rest[1] if {*rest[:1]} == names else text


def _written(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, _mail_date, _after_noon):
        with suppress(ValueError, TypeError, IndexError, OverflowError):
            return read(text)
    return _date_in_words(text)


def _after_noon(text: str) -> datetime:
    """Return a time with the half of its day before the clock: 2020/2/10 下午 8:59."""
    half = _HALF_OF_DAY.search(text)
    if not half:
        raise ValueError("no half of a day")
    hour = int(half[2])
    hour += 12 if half[1] in ("下午", "晚上") and hour < 12 else 0
    hour -= 12 if half[1] in ("上午", "凌晨") and hour == 12 else 0
    day = text[: half.start()].replace("/", "-").replace("年", "-").replace("月", "-")
    clock = half[3] if half[3].count(":") == 2 else f"{half[3]}:00"
    year, month, number = (int(part) for part in day.strip(" 日,").split("-"))
    minute, second = (int(part) for part in clock.split(":")[1:])
    return datetime(year, month, number, hour, minute, second)  # noqa: DTZ001 - given to it later


def _mail_date(text: str) -> datetime:
    """Return a time as e-mails and feeds have it; one in -0000 is UTC (RFC 5322, 3.3)."""
    time = parsedate_to_datetime(text)
    return time.replace(tzinfo=UTC) if text.endswith("-0000") else time


def _date_in_words(text: str) -> datetime | None:
    # Imported here because it takes longer than reading a thousand rows, and most need it not.
    import dateparser

    # "5分钟前" is left alone: in an archive nobody knows five minutes before what.
    time: datetime | None = dateparser.parse(
        text,
        date_formats=["%a %b %d %H:%M:%S %z %Y"],  # as Weibo's own answers have it
        languages=["zh", "en"],
        settings={
            "PARSERS": ["custom-formats", "absolute-time"],
            "REQUIRE_PARTS": ["year", "month", "day"],
        },
    )
    return time
