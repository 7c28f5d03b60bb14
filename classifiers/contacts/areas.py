"""Tell the area code that a local number lacks: places of the post go in, code and evidence out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

import phonenumbers

from classifiers.need import Place
from data import read_table

_LOCAL = re.compile(r"[2-8]\d{6,7}(?:-\d+)?")


def is_local(kind: str, value: str) -> bool:
    """Tell whether a contact is a number of the fixed network without its area code."""
    return kind in {"landline", "phs"} and bool(_LOCAL.fullmatch(value))


def area_of(value: str, places: Sequence[Place]) -> tuple[str, Place] | None:
    """Return the area code of a local number and the place that tells it.

    None where the places have several codes, or where no number there is so long: nothing is
    guessed.
    """
    codes = [(code, place) for place in places for code in _codes_of(place)]
    if len({code for code, _ in codes}) != 1:
        return None
    code, place = codes[0]
    number = phonenumbers.PhoneNumber(
        country_code=86, national_number=int(code[1:] + value.partition("-")[0])
    )
    return (code, place) if phonenumbers.is_valid_number(number) else None


def _codes_of(place: Place) -> frozenset[str]:
    """Return the area codes of the smallest division around a place that has some."""
    code = place.code or ""
    for division in (code, f"{code[:4]}00", f"{code[:2]}0000"):
        if codes := _areas().get(division):
            return codes
    return frozenset()


@cache
def _areas() -> dict[str, frozenset[str]]:
    """Return the area codes of divisions by their six-digit code."""
    areas: defaultdict[str, set[str]] = defaultdict(set)
    for area, division, *_ in read_table("lexicons/area_codes.tsv"):
        areas[division].add(area)
    return {division: frozenset(codes) for division, codes in areas.items()}
