"""When a job is due: its plan and what became of it go in; its next turn comes out.

`every` is measured by a clock that nobody sets and that goes on while the machine sleeps; `at` is a
time of the wall clock, and due until the store or the pages show that it was kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

_FIRST_PAUSE = 60.0  # seconds; doubled at once and with each further failure of a time of day
_LONGEST_PAUSE = 3600.0
_DOUBLINGS = 12  # after which a pause has its full length, whatever its first one was


def elapsed() -> float:
    """Return seconds of a clock that nobody sets; it goes on while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(frozen=True, kw_only=True)
class JobPlan:
    """What is done again and again: `every` so many seconds, or once for each time of day in `at`.

    work: does it and returns a line for people.
    kept_at: tells when it was last done, also by another process; None where it never was.
    limit: seconds that it may take; after them it hangs.
    jitter: seconds by which a turn may come later, so that not all sources come at once.
    """

    name: str
    work: Callable[[], str]
    kept_at: Callable[[], datetime | None]
    limit: float
    every: float | None = None
    at: Sequence[clock_time] = ()
    jitter: float = 0.0

    def trigger(self, zone: ZoneInfo) -> IntervalTrigger | OrTrigger:
        """Return what tells APScheduler the turns after the next."""
        if self.every is not None:
            jitter = min(self.jitter, self.every / 10)
            return IntervalTrigger(
                seconds=max(1, int(self.every)), timezone=zone, jitter=jitter or None
            )
        return OrTrigger(
            [
                CronTrigger(
                    hour=at.hour, minute=at.minute, timezone=zone, jitter=self.jitter or None
                )
                for at in self.at
            ]
        )


@dataclass(kw_only=True)
class ScheduledJob:
    """A plan and how far it is: its next turn, its failures in a row, and since when it works."""

    plan: JobPlan
    due_at: float = 0.0  # of elapsed(): for `every`, and for a time of day that failed
    tried: datetime | None = None  # the time of day that was tried last
    failures: int = 0
    begun_at: float | None = None  # of elapsed(), while it is at work

    def change(self, plan: JobPlan) -> None:
        """Go by another plan of this name; a longer pause than it knows is cut short."""
        self.plan = plan
        if plan.every is not None:
            self.due_at = min(self.due_at, elapsed() + plan.every)

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is to be done now; now: of the wall clock, in its zone."""
        if self.plan.every is not None:
            return elapsed() >= self.due_at
        turn = self._last_turn(now)
        if turn is None or (
            turn == self.tried and not (self.failures and elapsed() >= self.due_at)
        ):
            return False
        kept_at = self.plan.kept_at()
        if kept_at is None or kept_at > now:  # never, or by a clock that was ahead
            return turn.date() == now.date()
        return kept_at < turn

    def begin(self, now: datetime) -> None:
        """Note that this turn is being tried."""
        self.begun_at = elapsed()
        if self.plan.every is not None:
            self.due_at = self.begun_at + self.plan.every
        self.tried = self._last_turn(now)

    def end(self, *, failed: bool) -> None:
        """Note how it went; a failure doubles the pause, up to an hour, or to a longer `every`."""
        self.begun_at = None
        self.failures = self.failures + 1 if failed else 0
        if failed:
            first = self.plan.every or _FIRST_PAUSE
            pause = first * 2 ** min(self.failures, _DOUBLINGS)
            self.due_at = elapsed() + min(pause, max(first, _LONGEST_PAUSE))

    def hangs(self) -> bool:
        """Tell whether it has been at work for longer than it may take."""
        begun_at = self.begun_at
        return begun_at is not None and elapsed() - begun_at > self.plan.limit

    def next_at(self, now: datetime) -> datetime:
        """Return when its next turn is, for people."""
        if self.is_due(now):
            return now
        again = now + timedelta(seconds=self.due_at - elapsed())
        if self.plan.every is not None:
            return again
        turn = min(turn for turn in self._turns(now) if turn > now)
        return min(turn, max(again, now)) if self.failures else turn

    def _last_turn(self, now: datetime) -> datetime | None:
        return max((turn for turn in self._turns(now) if turn <= now), default=None)

    def _turns(self, now: datetime) -> Iterator[datetime]:
        for days in (-1, 0, 1):
            day = now.date() + timedelta(days=days)
            yield from (datetime.combine(day, at, now.tzinfo) for at in self.plan.at)
