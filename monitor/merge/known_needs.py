"""Find the known need that a new one repeats: needs are kept by what they could share with others.

Only needs that share a contact, an author, a facility's name or rare runs of characters are
compared at all, and of each of these at most so many, so a new need costs about the same however
many are known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.merge.alike import REASONS, Verdict, base_name, judge
from monitor.merge.traits import Traits

REPEATS = {"same post", "same text"}  # reasons for which a need joins a closed case, too
_LONG_ENOUGH = 5  # characters from which the end of a facility's name stands for the whole
_MOST = 50  # needs compared for one trait, the latest
_LIKEST = 20  # needs compared for their words
_LOOKED_AT = 2_000  # places of runs looked at for one need, the rarest runs first
_RUNS_SHARED = 2  # fewer rare runs in common are chance
_RANK = {reason: at for at, (reason, _) in enumerate(REASONS)}

Sign = tuple[str, str | int]


@dataclass(frozen=True, slots=True)
class KnownNeed:
    """A need with its case (0 while it has none) and what of it is compared."""

    need_id: int
    case_id: int
    at: datetime
    closed: bool
    traits: Traits


@dataclass(frozen=True, slots=True)
class Match:
    """The known need that a new one repeats, and why."""

    need: KnownNeed
    verdict: Verdict


class KnownNeeds:
    """The needs that a new one may repeat."""

    def __init__(self, window: timedelta, needs: Iterable[KnownNeed] = ()) -> None:
        self._window = window
        self._needs: list[KnownNeed] = []
        self._by_run: defaultdict[str, list[int]] = defaultdict(list)
        self._by_sign: defaultdict[Sign, list[int]] = defaultdict(list)
        for need in needs:
            self.add(need)

    def add(self, need: KnownNeed) -> None:
        """Keep a need to be found."""
        at = len(self._needs)
        self._needs.append(need)
        for run in need.traits.runs:
            self._by_run[run].append(at)
        for sign in _signs(need.traits):
            self._by_sign[sign].append(at)

    def match(self, new: KnownNeed) -> Match | None:
        """Return the need that `new` repeats: by the strongest reason, the latest.

        What only a person can tell to be one comes after what is sure.
        """
        best = None
        for earlier in self._near(new):
            verdict = judge(new.traits, earlier.traits)
            repeats = verdict is not None and verdict.reason in REPEATS and not verdict.against
            # What a facility asks for once its case is closed is a new need, unless it only
            # repeats the old words.
            if verdict is None or (earlier.closed and not repeats):
                continue
            match = Match(earlier, verdict)
            if repeats:
                return match
            if best is None or _preference(match) < _preference(best):
                best = match
        return best

    def _near(self, new: KnownNeed) -> Iterator[KnownNeed]:
        """Yield what is compared with `new`: needs within the window, the latest first."""
        places = self._texts(new.traits)
        for sign in _looked_for(new.traits):
            places.update(self._by_sign.get(sign, [])[-_MOST:])
        near = [self._needs[place] for place in places]
        near = [need for need in near if abs(need.at - new.at) <= self._window]
        return iter(sorted(near, key=lambda need: (need.at, need.need_id), reverse=True))

    def _texts(self, new: Traits) -> set[int]:
        """Return where the needs stand that share most of the rarest runs with `new`."""
        places_of_runs = [self._by_run[run] for run in new.runs if run in self._by_run]
        run_counts: Counter[int] = Counter()
        places_left = _LOOKED_AT
        for places in sorted(places_of_runs, key=len):
            run_counts.update(places[-places_left:])
            places_left -= len(places)
            if places_left <= 0:
                break
        few = min(_RUNS_SHARED, len(new.runs))
        return {at for at, count in run_counts.most_common(_LIKEST) if count >= few}


def _preference(match: Match) -> tuple[bool, int]:
    return bool(match.verdict.against), _RANK[match.verdict.reason]


def _signs(traits: Traits) -> set[Sign]:
    """Return by what a need is found."""
    signs: set[Sign] = {("post", traits.post_id), ("author", traits.author)}
    signs |= {("contact", value) for value in traits.contacts}
    for key in traits.facilities:
        signs |= {("name", key), ("base", base_name(key))}
        signs |= {("end", end) for end in _ends(key)}
        signs |= {("slip", slip) for slip in _slips(key)}
    return signs - {("author", "")}


def _looked_for(traits: Traits) -> set[Sign]:
    """Return the signs under which needs stand that a new one may repeat."""
    signs: set[Sign] = {("post", traits.post_id), ("author", traits.author)}
    signs |= {("contact", value) for value in traits.contacts}
    for key in traits.facilities:
        signs |= {("end", key), ("base", base_name(key))}
        signs |= {("name", end) for end in (key, *_ends(key))}
        signs |= {("slip", slip) for slip in _slips(key)}
    return signs - {("author", "")}


def _ends(key: str) -> Iterator[str]:
    """Yield the ends of a facility's key that may stand for it."""
    return (key[at:] for at in range(len(key) - _LONG_ENOUGH + 1))


def _slips(key: str) -> Iterator[str]:
    """Yield a facility's key with each one sign left open."""
    return (f"{key[:at]}?{key[at + 1 :]}" for at in range(len(key)))
