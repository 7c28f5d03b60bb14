"""How good flagging is by how callbacks ended: a store goes in, figures a week and kind come out.

A case is confirmed where its last callback that says what the post was calls it a request, and no
need where that calls it none (data/scripts/labels.tsv); what was called and never answered is
unreachable and says neither. It counts in the week in which it was opened, for the source and the
words of the post that it began with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from classifiers.measure.shares import wilson
from monitor.calling.dispositions import dispositions, labels
from monitor.language import N_
from monitor.store import Store
from monitor.store.figures import Figures, Flagged

WEEKS = 4  # the present one and those before it
ALL = "all"
# What flagged a post, by the words it has: Chinese for the pages, English for the terminal.
REASONS = {
    ALL: (N_("所有帖子"), "all posts"),
    "asking": (N_("求助的话"), "words of asking"),
    "lacking": (N_("短缺的话"), "words of shortage"),
    "both": (N_("求助和短缺的话"), "words of asking and of shortage"),
    "neither": (N_("只有物资、单位等"), "goods and names alone"),
}
_DAYS = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How many of the cases of one week, source and reason were what they were flagged for.

    week: its Monday. reason: a key of REASONS.
    fell_from: the share of the weeks before where this one is surely lower, else None.
    """

    week: date
    source: str
    reason: str
    confirmed: int
    no_need: int
    unreachable: int
    fell_from: float | None = None

    @property
    def share(self) -> float | None:
        """The share confirmed of those of which a callback told; None where none did."""
        told = self.confirmed + self.no_need
        return self.confirmed / told if told else None

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares the true one lies, with 95 % certainty."""
        return wilson(self.confirmed, self.confirmed + self.no_need)


def precision(store: Store, *, now: datetime, zone: ZoneInfo) -> tuple[Precision, ...]:
    """Return the figures of the last WEEKS weeks, the newest first, then by source and reason.

    zone: whose Mondays part the weeks. Each source has a figure of all its posts, too.
    """
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    figures: list[Precision] = []
    for back in reversed(range(WEEKS)):
        week = monday - back * _DAYS
        figures += [_with_fall(one, figures) for one in _of_week(_flagged(store, week, zone), week)]
    order = list(REASONS)
    figures.sort(key=lambda one: (-one.week.toordinal(), one.source, order.index(one.reason)))
    return tuple(figures)


def falls(figures: Iterable[Precision]) -> list[Precision]:
    """Return those of the newest week of each source and reason that fell."""
    newest: dict[tuple[str, str], Precision] = {}
    for one in sorted(figures, key=lambda one: one.week):
        newest[one.source, one.reason] = one
    return [one for one in newest.values() if one.fell_from is not None]


def _flagged(store: Store, week: date, zone: ZoneInfo) -> list[Flagged]:
    since, until = (datetime.combine(day, time(), zone) for day in (week, week + _DAYS))
    entries = dispositions().values()
    return Figures(store.connection).flagged(
        since,
        until,
        telling=list(labels()),
        answered=[entry.code for entry in entries if entry.number in ("reached", "barred")],
        tried=[entry.code for entry in entries if entry.number != "-"],
    )


def _of_week(flagged: Iterable[Flagged], week: date) -> Iterable[Precision]:
    counts: Counter[tuple[str, str, str]] = Counter()
    for some in flagged:
        for reason in (ALL, _reason(some)):
            counts[some.source, reason, _outcome(some)] += some.cases
    for source, reason in dict.fromkeys((source, reason) for source, reason, _ in counts):
        confirmed, no_need, unreachable = (
            counts[source, reason, outcome] for outcome in ("confirmed", "no need", "unreachable")
        )
        if confirmed + no_need + unreachable:
            yield Precision(
                week=week,
                source=source,
                reason=reason,
                confirmed=confirmed,
                no_need=no_need,
                unreachable=unreachable,
            )


def _reason(some: Flagged) -> str:
    if some.asks:
        return "both" if some.lacks else "asking"
    return "lacking" if some.lacks else "neither"


def _outcome(some: Flagged) -> str:
    """Return "confirmed", "no need", "unreachable", or "open" where the answer told neither."""
    if some.verdict is not None:
        return "confirmed" if labels()[some.verdict] == "request" else "no need"
    return "open" if some.reached else "unreachable"


def _with_fall(one: Precision, earlier: Iterable[Precision]) -> Precision:
    """Return a figure that says whether it is lower than those of the weeks before."""
    before = [e for e in earlier if (e.source, e.reason) == (one.source, one.reason)]
    confirmed = sum(e.confirmed for e in before)
    count = confirmed + sum(e.no_need for e in before)
    if not count or one.share is None or one.interval[1] >= wilson(confirmed, count)[0]:
        return one
    return replace(one, fell_from=confirmed / count)
