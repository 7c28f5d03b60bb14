"""Whereabouts: readings of one need go in; where its goods must go, and whence a team is, come out.

Never takes the town that a visiting team is named after for where it works.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from classifiers.facilities.names import FacilityName
from classifiers.facilities.roles import is_team
from classifiers.facilities.same_name import home_of
from classifiers.need import Facility, Place, Reading
from classifiers.normalise import normalise

_SENT_TO = re.compile(r"(?:援|援助|赴|驻|进驻)$")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a need is.

    places: where its goods must go. names: facilities that stand there.
    homes: province and city that those in need are named after, or have, where that is elsewhere.
    """

    places: tuple[Place, ...]
    names: tuple[str, ...]
    homes: tuple[tuple[str, str], ...]


def whereabouts(readings: Iterable[Reading]) -> Whereabouts:
    """Return where a need is, of all that was read of it.

    A place in a visiting team's name, or of a hospital whose people work at another, is their home.
    It counts for where they are only where nothing tells that.
    """
    here: list[Place] = []
    away: list[Place] = []
    names: dict[str, Facility] = {}
    homes: dict[tuple[str, str], None] = {}
    for reading in readings:
        visitors = [facility for facility in reading.concerned if is_visiting(facility, reading)]
        for facility in reading.concerned:
            if facility not in visitors:
                names.setdefault(facility.text, facility)
            if facility in visitors and (home := home_of(facility.text)):
                homes[home] = None
        for place in reading.places:
            named_after = any(_is_named_after(facility, place) for facility in visitors)
            (away if named_after else here).append(place)
        here += [at for host in reading.concerned if host.role == "host" for at in _home(host)]
    homes.update({(p.province, p.city or ""): None for p in away if p.province})
    told = here or away
    provinces = {place.province for place in told}
    return Whereabouts(
        places=tuple(told),
        names=tuple(names),
        homes=tuple(home for home in homes if home[0] not in provinces),
    )


def is_visiting(facility: Facility, reading: Reading) -> bool:
    """Tell whether a facility in need works elsewhere: it is a team, or has a host."""
    if facility.role != "needing":
        return False
    return any(other.role == "host" for other in reading.facilities) or _is_team(facility.text)


@lru_cache(maxsize=20_000)
def _is_team(name: str) -> bool:
    return is_team(normalise(name), FacilityName(0, len(name)))


def _is_named_after(facility: Facility, place: Place) -> bool:
    """Tell whether a place stands in a facility's name, and not as where it was sent."""
    before = facility.text[: place.start - facility.start]
    inside = facility.start <= place.start < facility.end
    return inside and not _SENT_TO.search(normalise(before))


def _home(host: Facility) -> Iterator[Place]:
    """Yield where a well-known hospital stands that is somebody's host."""
    if home := home_of(host.text):
        yield Place(text=host.text, start=host.start, end=host.end, province=home[0], city=home[1])
