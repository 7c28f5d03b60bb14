"""How the sources do: runs and posts go in; a word, times and figures for each come out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from monitor.settings import Settings, SourceSettings
from monitor.store import Store
from monitor.store.figures import Figures
from monitor.types import Run
from spiders.base import spider_named

GOOD = ("ok", "empty")
NO_NETWORK = "no network, or no host of this name"  # how a run's message says it
WINDOW = timedelta(hours=6)
DAYS = 7
_LEAST_USUAL = 10  # posts a window; below that, none at all is nothing unusual
_FAR_BELOW = 0.2
_SHUT = ("blocked", "unreachable")
_GRACE = timedelta(minutes=1)  # that a run may take to end, once over its time limit
_VARIABLE = re.compile(r"\b[A-Z][A-Z0-9_]*_(?:COOKIE|HANDLE|KEY|PASSWORD|SECRET|TOKEN)\b")
_MISSING_FIELD = re.compile(r"the answer has no '([^']{1,80})' any more")  # spiders.trouble.changed


@dataclass(frozen=True, slots=True)
class Volume:
    """How many posts came in during the last hours, and how many usually do by this clock."""

    now: int = 0
    usual: float = 0.0

    @property
    def low(self) -> bool:
        """Whether so few came in that someone should look."""
        return self.usual >= _LEAST_USUAL and self.now < _FAR_BELOW * self.usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How one source does.

    spider: "" where the settings name the source no longer.
    outcome, message: how the last run that ended did so, "" where none has.
    variable: the environment variables of its login, "" where nobody tells.
    run: that run. running: whether another has begun since.
    next_at: when it is due, where the settings tell; before now where nobody has begun it.
    hour, day: posts first seen in the last hour and day.
    unread: languages that are not read, with how many of its posts are in each.
    answer: whether an answer of that run is kept.
    rest: until when and why it is left alone, and how to ask at once; "" where it is not.
    """

    source: str
    spider: str
    enabled: bool
    outcome: str = ""
    message: str = ""
    variable: str = ""
    run: Run | None = None
    running: bool = False
    newest_at: datetime | None = None
    last_good_at: datetime | None = None
    next_at: datetime | None = None
    hour: int = 0
    day: int = 0
    volume: Volume = Volume()
    set_aside: int = 0
    unread: tuple[tuple[str, int], ...] = ()
    answer: bool = False
    rest: str = ""

    @property
    def failed(self) -> bool:
        """Whether the last run ended in a way that someone has to look at."""
        return self.enabled and self.outcome not in (*GOOD, "")

    @property
    def low(self) -> bool:
        """Whether far fewer posts came in than usual; a run at work may still bring them."""
        return self.enabled and not self.running and self.volume.low

    @property
    def field(self) -> str:
        """The field that the answer lacks, "" where the message names none."""
        match = _MISSING_FIELD.search(self.message) if self.outcome == "changed" else None
        return match[1] if match else ""


def of_sources(settings: Settings, store: Store, *, now: datetime) -> tuple[Health, ...]:
    """Return how each configured source does, and each that once had posts; the failing first."""
    sources = _Sources(settings, store, now)
    configured = {source.name: source for source in settings.sources}
    names = dict.fromkeys([*configured, *sorted(sources.newest)])
    healths = [sources.health(name, configured.get(name)) for name in names]
    return tuple(sorted(healths, key=lambda health: not health.failed))


def last_run_ids(sources: Sequence[Health]) -> list[int]:
    """Return the ids of the last runs that ended."""
    return [source.run.id for source in sources if source.run]


def volume(now: int, before: Sequence[int]) -> Volume:
    """Return the posts of a window beside the median of the same window on the days before."""
    return Volume(now, median(before) if before else 0.0)


def silent_after(source: SourceSettings | None) -> timedelta | None:
    """Return when silence is news: three turns of the source, at least 6 hours; a day for `at`."""
    if source is None or not (source.every or source.at):
        return None
    return max(3 * (source.every or timedelta(hours=8)), timedelta(hours=6))


def next_turn(
    source: SourceSettings, began: datetime | None, *, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """Return when `distress run` crawls a source next, None where it does not or at its start.

    began: when the source's last run did.
    """
    if not source.enabled:
        return None
    if source.every:
        return began + source.every if began else None
    today = now.astimezone(zone).date()
    times = [
        datetime.combine(day, at, zone)
        for day in (today, today + timedelta(days=1))
        for at in source.at
    ]
    return min((time for time in times if time > now), default=None)


def rests_until(recent: Sequence[Run], *, failures: int, rest: timedelta) -> datetime | None:
    """Return until when a source rests because its last runs found a shut door only, else None.

    recent: its last runs that have ended, the newest first. failures: in a row, before it rests.
    """
    shut = [
        run
        for run in recent[:failures]
        if run.outcome in _SHUT and not run.posts_new + run.posts_known
    ]
    if len(shut) < failures or shut[0].ended_at is None:
        return None
    return shut[0].ended_at + rest


def rest_of(
    source: SourceSettings, settings: Settings, store: Store, *, now: datetime
) -> tuple[datetime, str] | None:
    """Return until when a source rests, and that in words; None where it does not rest now."""
    failures = settings.crawl.failures
    recent = store.runs.recent("crawl", source.name, failures)
    until = rests_until(recent, failures=failures, rest=settings.crawl.rest)
    # A longer rest than there is was noted by a clock that was ahead.
    if until is None or not now < until <= now + settings.crawl.rest:
        return None
    return until, (
        f"rests until {until.astimezone(settings.zone):%Y-%m-%d %H:%M:%S}: "
        f"{recent[0].outcome} {failures} times in a row ([crawl] failures, rest). "
        f"To ask at once: distress crawl {shlex.quote(source.name)}"
    )


class _Sources:
    """What the store knows of all sources, asked for once."""

    def __init__(self, settings: Settings, store: Store, now: datetime) -> None:
        self._settings = settings
        self._store = store
        self._now = now
        self._begun = store.runs.latest("crawl")
        self._ended = store.runs.latest("crawl", ended=True)
        self._good = store.runs.last_good("crawl")
        self._answers = store.answers.runs()
        self.newest = store.posts.newest()
        figures = Figures(store.connection)
        self._set_aside = figures.set_aside()
        self._unread = store.runs.unread_languages()
        until = now + timedelta(seconds=1)  # the store's times are whole seconds
        self._hour = figures.first_seen(until - timedelta(hours=1), until)
        self._day = figures.first_seen(until - timedelta(days=1), until)
        there = until.astimezone(settings.zone)
        self._windows = [
            figures.first_seen(end - WINDOW, end)
            for end in (there - timedelta(days=days) for days in range(DAYS + 1))
        ]

    def health(self, name: str, source: SourceSettings | None) -> Health:
        latest_run, run = self._begun.get(name), self._ended.get(name)
        outcome = run.outcome or "" if run else ""
        message = run.message or "" if run else ""
        running = latest_run is not None and latest_run.outcome is None
        if latest_run and running and source and self._overdue(latest_run, source):
            outcome, running = "cut short", False
            message = "its last run was begun and never ended: it hangs, or was killed"
        rest = self._rest(source) if source and source.enabled and not running else None
        return Health(
            source=name,
            spider=source.spider if source else "",
            enabled=source is not None and source.enabled,
            outcome=outcome,
            message=message,
            variable=_variable(message, source),
            run=run,
            running=running,
            newest_at=self.newest.get(name),
            last_good_at=self._good.get(name),
            next_at=self._next(source, latest_run, rest[0] if rest else None),
            hour=self._hour.get(name, 0),
            day=self._day.get(name, 0),
            volume=volume(*self._volume(name)),
            set_aside=self._set_aside.get(name, 0),
            unread=tuple(self._unread.get(name, {}).items()),
            answer=run is not None and self._answers.get(name) == run.id,
            rest=rest[1] if rest else "",
        )

    def _overdue(self, run: Run, source: SourceSettings) -> bool:
        return run.started_at + source.time_limit + _GRACE < self._now

    def _next(
        self, source: SourceSettings | None, latest_run: Run | None, rest: datetime | None
    ) -> datetime | None:
        if source is None:
            return None
        started_at = latest_run.started_at if latest_run else None
        turn = next_turn(source, started_at, now=self._now, zone=self._settings.zone)
        return max(turn, rest) if turn and rest else turn

    def _rest(self, source: SourceSettings) -> tuple[datetime, str] | None:
        return rest_of(source, self._settings, self._store, now=self._now)

    def _volume(self, name: str) -> tuple[int, list[int]]:
        now, *before = (window.get(name, 0) for window in self._windows)
        return now, before


def _variable(message: str, source: SourceSettings | None) -> str:
    """Return the environment variables that a source's login comes from, "" where nobody tells."""
    if source is None:
        return ""
    variables = spider_named(source.spider).secrets_of(source.options)
    return ", ".join(variables or _VARIABLE.findall(message)[:1])
