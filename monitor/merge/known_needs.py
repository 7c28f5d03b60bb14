"""Find the known need that a new one repeats: needs are kept by what they could share with others.

Only needs that share a contact, the end of a facility's name or rare runs of characters are
compared at all, so a new need costs about the same however many are known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.merge.alike import REASONS, Traits

_REPEATS = {"same post", "same text"}
_END = 4  # characters by which the ends of facilities' names are kept
_LOOKED_AT = 4_000  # places of runs looked at for one need, the rarest runs first
_RUNS_SHARED = 2  # fewer rare runs in common are chance


@dataclass(frozen=True, slots=True)
class KnownNeed:
    """A need with its case (0 while it has none) and what of it is compared."""

    need_id: int
    case_id: int
    at: datetime
    closed: bool
    traits: Traits


class KnownNeeds:
    """The needs that a new one may repeat."""

    def __init__(self, window: timedelta, needs: Iterable[KnownNeed] = ()) -> None:
        self._window = window
        self._needs: list[KnownNeed] = []
        self._by_run: defaultdict[str, list[int]] = defaultdict(list)
        self._by_sign: defaultdict[tuple[str, str | int], list[int]] = defaultdict(list)
        for need in needs:
            self.add(need)

    def add(self, need: KnownNeed) -> None:
        """Keep a need to be found."""
        at = len(self._needs)
        self._needs.append(need)
        for run in need.traits.runs:
            self._by_run[run].append(at)
        for reason, signs in _signs(need.traits).items():
            for sign in signs:
                self._by_sign[reason, sign].append(at)

    def match(self, new: KnownNeed) -> tuple[KnownNeed, str] | None:
        """Return the need that `new` repeats and why: by the strongest reason, the latest."""
        signs = _signs(new.traits)
        for reason, repeats in REASONS:
            candidates = (
                self._texts(new.traits) if reason == "same text" else self._at(reason, signs)
            )
            for earlier in self._latest_first(candidates, new.at):
                # What a facility asks for once its case is closed is a new need, unless it only
                # repeats the old words.
                if earlier.closed and reason not in _REPEATS:
                    continue
                if repeats(new.traits, earlier.traits):
                    return earlier, reason
        return None

    def _at(self, reason: str, signs: dict[str, set[str | int]]) -> set[int]:
        return {at for sign in signs[reason] for at in self._by_sign.get((reason, sign), ())}

    def _texts(self, new: Traits) -> set[int]:
        """Return where needs stand that share the rarest runs with `new`."""
        places_of_runs = [self._by_run[run] for run in new.runs if run in self._by_run]
        run_counts: Counter[int] = Counter()
        places_left = _LOOKED_AT
        for places in sorted(places_of_runs, key=len):
            run_counts.update(places)
            places_left -= len(places)
            if places_left < 0 and len(run_counts) >= _RUNS_SHARED:
                break
        few = min(_RUNS_SHARED, len(new.runs))
        return {at for at, count in run_counts.items() if count >= few}

    def _latest_first(self, places: set[int], at: datetime) -> Iterator[KnownNeed]:
        near = [self._needs[place] for place in places]
        near = [need for need in near if abs(need.at - at) <= self._window]
        return iter(sorted(near, key=lambda need: (need.at, need.need_id), reverse=True))


def _signs(traits: Traits) -> dict[str, set[str | int]]:
    """Return by what a need is found, for each reason but the same text."""
    return {
        "same post": {traits.post_id},
        "same contact": set(traits.contacts),
        "same facility": {name[-_END:] for name in traits.facilities},
    }
