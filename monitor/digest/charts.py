"""The small charts of the lead's page: figures a day go in, bars and words for inline SVG out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.language import N_
from monitor.store.figures import DayFigures

DAYS = 15  # today and the 14 days before
HEIGHT = 40
STEP = 10
_BAR = 7
_LEAST = 1.5  # so that one of a thousand can still be seen
_WEEK = 7
# Fields of DayFigures in the order of the line, with their words.
SERIES = (
    ("posts", N_("新帖")),
    ("needs", N_("求助帖")),
    ("cases", N_("新求助")),
    ("called", N_("拨过")),
    ("reached", N_("接通")),
    ("confirmed", N_("确认")),
    ("supplied", N_("送到")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One day of a chart, in the chart's units: STEP wide a day, HEIGHT high."""

    day: date
    count: int
    today: bool
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """How often one thing happened a day, today last.

    name: a message for the catalog.
    usual: the mean of the days before today since the store knows anything, as words; "" where
        it knows none. line: how far down that mean is.
    week, before: sums of the seven whole days before today and of the seven before these.
    change: how much more the week was, in percent; None where the days before are not all known.
    """

    name: str
    today: int
    yesterday: int
    usual: str
    line: float
    bars: tuple[Bar, ...]
    week: int
    before: int
    change: int | None

    @property
    def width(self) -> int:
        """The width of the whole chart."""
        return STEP * len(self.bars)


def charts(days: Sequence[DayFigures]) -> tuple[Chart, ...]:
    """Return a chart of each series; days: oldest first, the last is today, at least two."""
    day_count = _day_count(days[:-1])
    return tuple(_chart(name, field, days, day_count) for field, name in SERIES)


def _day_count(days: Sequence[DayFigures]) -> int:
    """Return for how many of the days, counted from the last, the store has anything to tell."""
    for back, day in enumerate(days):
        if any(getattr(day, field) for field, _ in SERIES):
            return len(days) - back
    return 0


def _chart(name: str, field: str, days: Sequence[DayFigures], day_count: int) -> Chart:
    counts = [int(getattr(day, field)) for day in days]
    *past, today = counts
    mean = sum(past) / day_count if day_count else 0.0
    highest = max(*counts, 1)
    week, before = sum(past[-_WEEK:]), sum(past[-2 * _WEEK : -_WEEK])
    return Chart(
        name=name,
        today=today,
        yesterday=past[-1],
        usual=_rounded(mean) if day_count else "",
        line=HEIGHT - HEIGHT * mean / highest,
        bars=tuple(
            _bar(number, day.day, count, highest, today=number == len(past))
            for number, (day, count) in enumerate(zip(days, counts, strict=True))
        ),
        week=week,
        before=before,
        change=round(100 * (week - before) / before) if before and day_count >= 2 * _WEEK else None,
    )


def _bar(number: int, day: date, count: int, highest: int, *, today: bool) -> Bar:
    height = max(HEIGHT * count / highest, _LEAST) if count else 0.0
    return Bar(
        day=day,
        count=count,
        today=today,
        x=number * STEP + (STEP - _BAR) / 2,
        y=round(HEIGHT - height, 2),
        width=_BAR,
        height=round(height, 2),
    )


def _rounded(mean: float) -> str:
    """Return a mean as people say it: 1,203, 14, 9.4, 0.3."""
    return f"{mean:,.0f}" if mean >= 10 else f"{mean:.1f}".removesuffix(".0")
