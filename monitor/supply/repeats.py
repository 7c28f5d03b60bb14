"""Tell which lines ask for the same goods for the same people: what is sent for one may do."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from monitor.supply.progress import STAGES, progress
from monitor.types import SupplyLine

WITHIN = timedelta(days=14)  # goods sent longer ago may well be used up


def goods_key(name: str) -> str:
    """Return what two ways of writing goods share: width, case and gaps do not tell apart."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def receiver_key(line: SupplyLine) -> str:
    """Return what the ways to write a line's facility share, "" where it tells nothing.

    Names that every town has, such as 人民医院, tell nothing.
    """
    return _key_of_name(line.facility or line.team or "")


@lru_cache(maxsize=20_000)
def _key_of_name(name: str) -> str:
    # The rules of names take long to load, and most commands list lines without comparing them.
    from classifiers.facilities.same_name import facility_key, is_generic

    key = facility_key(name)
    return "" if is_generic(key, key) else key


def same_receiver(one: SupplyLine, other: SupplyLine) -> bool:
    """Tell whether two lines are of one case or of facilities of one name."""
    if one.case_id == other.case_id:
        return True
    from classifiers.facilities.same_name import is_generic, same_name

    keys = receiver_key(one), receiver_key(other)
    return all(keys) and same_name(*keys) and not is_generic(*keys)


def underway_elsewhere(
    line: SupplyLine, lines: Iterable[SupplyLine], *, now: datetime
) -> list[SupplyLine]:
    """Return the other lines on which the same goods went to the same receiver lately."""
    return [
        other
        for other in lines
        if other.id != line.id
        and goods_key(other.name) == goods_key(line.name)
        and _is_underway(other, now)
        and same_receiver(line, other)
    ]


def repeats(lines: Sequence[SupplyLine], *, now: datetime) -> dict[int, list[int]]:
    """Return by line the ids of other lines on which the same goods went there lately."""
    by_goods: dict[str, list[SupplyLine]] = defaultdict(list)
    for line in lines:
        by_goods[goods_key(line.name)].append(line)
    others_of = {}
    for alike in by_goods.values():
        underway = [line for line in alike if _is_underway(line, now)]
        for line, others in _pairs(alike, underway):
            if others and progress(line).is_open:
                others_of[line.id] = sorted(others)
    return others_of


def _pairs(
    lines: Sequence[SupplyLine], underway: Sequence[SupplyLine]
) -> Iterator[tuple[SupplyLine, set[int]]]:
    """Yield each line with the ids of those underway for the same receiver, itself left out.

    Names are looked up by their ends, not compared pair by pair: thousands of lines may ask for
    masks.
    """
    by_name: dict[str, list[SupplyLine]] = defaultdict(list)
    ending: dict[str, list[SupplyLine]] = defaultdict(list)
    of_case: dict[int, list[SupplyLine]] = defaultdict(list)
    for other in underway:
        of_case[other.case_id].append(other)
        if key := receiver_key(other):
            by_name[key].append(other)
            for end in _ends(key):
                ending[end].append(other)
    for line in lines:
        key = receiver_key(line)
        maybe = [*of_case.get(line.case_id, ()), *(ending.get(key, ()) if key else ())]
        maybe += [other for end in _ends(key) for other in by_name.get(end, ())]
        different = {other.id: other for other in maybe if other.id != line.id}.values()
        yield line, {other.id for other in different if same_receiver(line, other)}


def _ends(name: str) -> Iterator[str]:
    """Yield a name and what it ends with."""
    return (name[at:] for at in range(len(name)))


def _is_underway(line: SupplyLine, now: datetime) -> bool:
    """Tell whether goods of the line were committed or sent within the time that counts."""
    times = [step.at for step in line.standing if step.status in STAGES]
    return bool(times) and max(times) >= now - WITHIN
