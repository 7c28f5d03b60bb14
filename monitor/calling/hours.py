"""When people may be called: the rules and a callee's zone in, the first fitting moment out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers.timezone import time_zones_for_number

from classifiers.need import Place
from monitor.settings import CallingSettings
from monitor.types import DIALLED, KnownContact

CHINA = ZoneInfo("Asia/Shanghai")


def callee_zone(
    places: Sequence[Place], contact: KnownContact | None, rules: CallingSettings, zone: ZoneInfo
) -> ZoneInfo:
    """Return the local time of whoever is called.

    That of a foreign number, else of the first place that is known: of [calling] zones, else
    China's. A Chinese number without a place is China's too, wherever the desk stands. `zone`,
    that of the settings, where nothing is known.
    """
    foreign_zone = number_zone(contact) if contact else None
    if foreign_zone:
        return ZoneInfo(foreign_zone)
    for place in places:
        words = " ".join(filter(None, (place.province, place.city, place.county, place.text)))
        for word, name in rules.zones.items():
            if word in words:
                return ZoneInfo(name)
        if place.province:
            return CHINA
    return CHINA if contact and contact.kind in DIALLED else zone


def number_zone(contact: KnownContact) -> str | None:
    """Return the zone of a number written with a country's code, None for numbers of China.

    A country with several zones has the first by name, where the number tells no region.
    Source: the prefixes that the library phonenumbers brings.
    """
    digits = contact.value.strip()
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits
    if contact.kind not in DIALLED or not digits.startswith("+") or digits.startswith("+86"):
        return None
    try:
        names = time_zones_for_number(phonenumbers.parse(digits))
        return ZoneInfo(names[0]).key if names else None
    except (phonenumbers.NumberParseException, ZoneInfoNotFoundError):
        return None


def part_of(at: datetime, zone: ZoneInfo, rules: CallingSettings) -> tuple[date, int]:
    """Return the callee's date and which part of that day it is, 0 the first."""
    local = at.astimezone(zone)
    return local.date(), sum(border <= local.time() for border in rules.borders)


def open_parts(rules: CallingSettings) -> tuple[int, ...]:
    """Return the parts of a day that have calling hours."""
    return tuple(part for part, *_ in _open_hours(rules.start, tuple(rules.borders), rules.end))


@lru_cache(maxsize=64)
def _open_hours(
    start: time, borders: tuple[time, ...], end: time
) -> tuple[tuple[int, time, time], ...]:
    """Return the parts of a day that have calling hours, with the hours of each."""
    parts = (
        (part, max(start, opens), min(end, closes))
        for part, (opens, closes) in enumerate(pairwise([start, *borders, end]))
    )
    return tuple((part, opens, closes) for part, opens, closes in parts if opens < closes)


@lru_cache(maxsize=256)
def _windows(
    day: date, zone: ZoneInfo, start: time, borders: tuple[time, ...], end: time
) -> tuple[tuple[int, datetime, datetime], ...]:
    """Return the parts of a day with the moments between which calls may be made, in UTC."""
    return tuple(
        (
            part,
            datetime.combine(day, opens, zone).astimezone(UTC),
            datetime.combine(day, closes, zone).astimezone(UTC),
        )
        for part, opens, closes in _open_hours(start, borders, end)
    )


def first_moment(
    earliest: datetime,
    zone: ZoneInfo,
    rules: CallingSettings,
    *,
    called_parts: Collection[tuple[date, int]] = (),
    full: Collection[date] = (),
    parts: Collection[int] | None = None,
) -> datetime:
    """Return the first moment from `earliest` on within calling hours, in UTC.

    called_parts: parts of days, as of part_of(), that had their call. full: days that had theirs.
    parts: the only parts of a day that will do, None for any; one of open_parts() at least.
    """
    day = earliest.astimezone(zone).date()
    hours = (rules.start, tuple(rules.borders), rules.end)
    while True:
        for part, opens, closes in () if day in full else _windows(day, zone, *hours):
            fits = (day, part) not in called_parts and (parts is None or part in parts)
            if fits and earliest < closes:
                return max(earliest.astimezone(UTC), opens)
        day += timedelta(days=1)
