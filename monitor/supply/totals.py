"""Sums of supply lines: by goods in their unit, by facility and by helping team.

Of a line that is withdrawn only what was received counts, as if no more had been asked for; where
that is nothing it is left out.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from monitor.supply.progress import Progress, progress
from monitor.supply.repeats import goods_key
from monitor.types import SupplyLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The lines of one kind of goods, one facility or one team.

    name, unit: as the first of the lines writes them; unit is "" but for goods.
    amounts: what is asked for, committed, in transit, received and still missing, summed where
        they are numbers; only goods of one unit can be summed, else it is None.
    words: amounts asked for that are not numbers, "" where none was told.
    counts: how many lines are asked for, and are fully committed, in transit and received.
    """

    name: str
    unit: str
    amounts: tuple[Decimal, ...] | None
    words: tuple[str, ...]
    counts: tuple[int, ...]

    @property
    def lines_open(self) -> int:
        """How many lines are not received in full."""
        return self.counts[0] - self.counts[-1]


def by_goods(lines: Sequence[SupplyLine]) -> list[Total]:
    """Return a total for each kind of goods and unit."""
    return _totals(
        lines,
        lambda line: (goods_key(line.name), _unit_key(line)),
        lambda line: (line.name, line.unit or ""),
        summed=True,
    )


def by_facility(lines: Sequence[SupplyLine]) -> list[Total]:
    """Return a total for each facility; lines without one are counted under ""."""
    return _totals(
        lines,
        lambda line: (line.facility or "", ""),
        lambda line: (line.facility or "", ""),
        summed=False,
    )


def by_team(lines: Sequence[SupplyLine]) -> list[Total]:
    """Return a total for each helping team; lines without one are left out."""
    return _totals(
        [line for line in lines if line.team],
        lambda line: (line.team or "", ""),
        lambda line: (line.team or "", ""),
        summed=False,
    )


def _unit_key(line: SupplyLine) -> str:
    return unicodedata.normalize("NFKC", line.unit or "").strip().casefold()


def _totals(
    lines: Sequence[SupplyLine],
    key: Callable[[SupplyLine], tuple[str, str]],
    label: Callable[[SupplyLine], tuple[str, str]],
    *,
    summed: bool,
) -> list[Total]:
    groups: dict[tuple[str, str], list[SupplyLine]] = defaultdict(list)
    for line in lines:
        state = progress(line)
        if not (state.is_withdrawn and state.stages[-1].is_empty):
            groups[key(line)].append(line)
    return [_total(*label(groups[name][0]), groups[name], summed=summed) for name in sorted(groups)]


def _total(name: str, unit: str, lines: Sequence[SupplyLine], *, summed: bool) -> Total:
    progresses = [progress(line) for line in lines]
    stages = range(len(progresses[0].stages))
    return Total(
        name=name,
        unit=unit,
        amounts=_sums(progresses) if summed else None,
        words=tuple(dict.fromkeys(words for state in progresses for words in _words(state))),
        counts=(
            len(progresses),
            *(sum(state.stages[at].full for state in progresses) for at in stages),
        ),
    )


def _sums(progresses: Sequence[Progress]) -> tuple[Decimal, ...]:
    zero = Decimal(0)
    stages = range(len(progresses[0].stages))
    return (
        sum((_number_asked(state) for state in progresses), zero),
        *(sum((state.stages[at].amount for state in progresses), zero) for at in stages),
        sum((state.stages[-1].missing or zero for state in progresses), zero),
    )


def _number_asked(state: Progress) -> Decimal:
    """Return the number asked for, of a withdrawn line the number received.

    0 where words are asked for that are not a number.
    """
    return state.stages[-1].amount if state.is_withdrawn else state.asked or Decimal(0)


def _words(state: Progress) -> tuple[str, ...]:
    """Return what is asked for in words; of a withdrawn line what was received in words."""
    if state.is_withdrawn:
        last_stage = state.stages[-1]
        return last_stage.words or (state.asked_before,) * last_stage.whole
    return () if state.asked is not None else (state.asked_words,)
