"""What the schedule does: settings go in; plans for the sources, pages and upkeep come out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from monitor import line, messages
from monitor.crawl.sources import crawl
from monitor.errors import DistressError, QueueError, SettingsError
from monitor.merge import MergeCounts
from monitor.schedule.turns import JobPlan
from monitor.settings import Settings, SourceSettings
from monitor.store import Store
from monitor.upkeep import backup, housekeeping
from monitor.work import desk_side

log = logging.getLogger(__name__)

_SENDING = 60.0  # seconds between looks at what waits to be sent
_TIDY = 6 * 3600.0  # seconds between two times of housekeeping
_TAKING = 2.0  # seconds between looks at what workers handed in
RESULTS = "results"
_line_lock = threading.Lock()  # two sources that end together read no post and write no page twice


def plans(settings: Settings, stop: threading.Event) -> list[JobPlan]:
    """Return what is to be done; once `stop` is set, crawls are cut short.

    Raises SettingsError where no enabled source has `every` or `at`.
    """
    sources = [s for s in settings.sources if s.enabled and (s.every or s.at)]
    if not sources:
        raise SettingsError(
            "no source has `every` or `at`, so nothing would ever run. Give one to a source in "
            "distress.toml, or walk the line by hand: distress once"
        )
    plans = [_crawling(settings, source, stop) for source in sources]
    if any(desk_side.is_for_workers(settings, source) for source in sources):
        plans.append(_taking(settings))
    plans += [_digesting(settings), _tidying(settings)]
    if settings.backup.at:
        plans.append(_backing_up(settings))
    if settings.messages.channels:
        plans.append(_messaging(settings))
    return plans


def _crawling(settings: Settings, source: SourceSettings, stop: threading.Event) -> JobPlan:
    def kept_at() -> datetime | None:
        with Store(settings.store_path, create=False) as store:
            run = store.runs.latest("crawl").get(source.name)
            return run.started_at if run else None

    def work() -> str:
        if desk_side.is_for_workers(settings, source):
            return desk_side.give_due(settings, source)
        return _round(settings, lambda: _crawl(settings, source, stop))

    return JobPlan(
        name=f"crawl {source.name}",
        work=work,
        kept_at=kept_at,
        limit=(settings.schedule.time_limit + source.time_limit).total_seconds(),
        every=source.every.total_seconds() if source.every else None,
        at=source.at,
        jitter=settings.schedule.jitter.total_seconds(),
    )


def _crawl(settings: Settings, source: SourceSettings, stop: threading.Event) -> str:
    runs = crawl(settings, [source.name], let_rest=True, stop=stop, create=False)
    if stop.is_set():
        return "stopped; its posts are read when the line goes on"
    if not runs:
        return "rests; it was asked in vain too often"
    return _walk_on(settings, f"{runs[0].outcome}, {runs[0].posts_new} new posts")


def _taking(settings: Settings) -> JobPlan:
    """Keep what workers hand in, and walk the line for the runs that this ends.

    A queue that does not answer is told once, and asked again at once all the same.
    """
    is_down = False

    def work() -> str:
        nonlocal is_down
        try:
            runs = desk_side.take_waiting(settings)
        except QueueError as error:
            told, is_down = "" if is_down else str(error), True
            return told
        was_down, is_down = is_down, False
        if not runs:
            return "the queue answers again" if was_down else ""
        told = "; ".join(f"{run.source}: {run.outcome}, {run.posts_new} new posts" for run in runs)
        return _round(settings, lambda: _walk_on(settings, told))

    return JobPlan(
        name=RESULTS,
        work=work,
        kept_at=lambda: None,
        limit=settings.schedule.time_limit.total_seconds(),
        every=_TAKING,
    )


def _walk_on(settings: Settings, told: str) -> str:
    """Read the posts that came, put their needs into cases and these onto the pages."""
    with _line_lock:
        flag_counts, merge_counts = line.flag(settings)
        told += f"; {flag_counts.needs} needs, {merge_counts.opened} cases opened"
        if flag_counts.needs or merge_counts != MergeCounts():
            told += f"; {_show_new(settings)}"
    return told


def _show_new(settings: Settings) -> str:
    """Bring what came in to the pages at once; that these cannot be written stops no crawl."""
    try:
        return f"{line.show_new(settings)} pages written"
    except DistressError as error:
        return f"pages: failed: {error}"


def _digesting(settings: Settings) -> JobPlan:
    def work() -> str:
        with _line_lock:
            return f"written to {line.digest(settings).folder}"

    def kept_at() -> datetime | None:
        pages = settings.digest_folder.glob("????-??-??/index.html")
        newest = max((page.stat().st_mtime for page in pages), default=None)
        return None if newest is None else datetime.fromtimestamp(newest, UTC)

    return JobPlan(
        name="digest",
        work=lambda: _round(settings, work),
        kept_at=kept_at,
        limit=settings.schedule.time_limit.total_seconds(),
        at=settings.digest.at,
    )


def _tidying(settings: Settings) -> JobPlan:
    def work() -> str:
        with _line_lock:
            done = housekeeping.tidy(settings)
        log = (
            "is cut" if done.is_log_cut else "is read by another process, and stays till next time"
        )
        return f"{done.removed} things kept no longer were removed; the log of writes {log}"

    return JobPlan(
        name="housekeeping",
        work=work,
        kept_at=lambda: None,
        limit=settings.schedule.time_limit.total_seconds(),
        every=_TIDY,
    )


def _backing_up(settings: Settings) -> JobPlan:
    def work() -> str:
        try:
            return f"wrote {backup.backup(settings, actor='distress run').file}, checked"
        except DistressError as error:
            messages.backup_failed(settings, str(error))
            raise

    def kept_at() -> datetime | None:
        kept = backup.backups(settings)
        return kept[-1].made_at if kept else None

    return JobPlan(
        name="backup",
        work=work,
        kept_at=kept_at,
        limit=settings.schedule.time_limit.total_seconds(),
        at=settings.backup.at,
    )


def _messaging(settings: Settings) -> JobPlan:
    """Send what has to wait, and look for news between the rounds."""
    return JobPlan(
        name="messages",
        work=lambda: _send_messages(settings, after_round=False),
        kept_at=lambda: None,
        limit=settings.schedule.time_limit.total_seconds(),
        every=_SENDING,
    )


def _round(settings: Settings, work: Callable[[], str]) -> str:
    """Walk a part of the line, tell whom it concerns, and let the heartbeat know how it went."""
    with messages.beating(settings):
        told = work()
    return "; ".join(filter(None, (told, _send_messages(settings))))


def _send_messages(settings: Settings, *, after_round: bool = True) -> str:
    """Send messages and tell of it, "" where none was due; that they fail stops no round."""
    if not settings.messages.channels:
        return ""
    try:
        counts = line.send_messages(settings, after_round=after_round)
    except Exception as error:
        log.exception("messages failed")
        return f"messages: failed: {error}"
    return f"messages: {counts.in_words}" if counts else ""
