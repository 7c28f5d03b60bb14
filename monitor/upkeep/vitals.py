"""How the whole desk does: settings and store in; figures, and what wants a person, come out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.crawl import health
from monitor.crawl.health import Health
from monitor.settings import Settings
from monitor.store import Store
from monitor.upkeep import backup
from monitor.upkeep.doctor import last_digest

LATE = timedelta(hours=1)  # that a crawl, or the reading of what it brought, may be late


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """Figures of a moment; of no person, so that any monitor may have them.

    signed_in: sessions at the desk. disk_free: bytes where the store is.
    """

    at: datetime
    posts: int
    unread: int
    set_aside: int
    open_cases: int
    signed_in: int
    store_size: int
    disk_free: int
    backup_at: datetime | None
    digest_at: datetime | None
    sources: tuple[Health, ...]


@dataclass(frozen=True, slots=True)
class Want:
    """What somebody has to see to; source: "" where it is of no one source.

    why: its last run failed, far fewer posts came than usual, it was due over LATE ago and did not
    run, or posts have waited to be read for as long.
    """

    why: Literal["failed", "low", "late", "unread"]
    source: str = ""


def look(settings: Settings, store: Store, *, now: datetime) -> Vitals:
    """Return how the desk of the settings does now."""
    kept = backup.backups(settings)
    return Vitals(
        at=now,
        posts=store.posts.count(),
        unread=store.posts.count_unread(),
        set_aside=len(store.posts.list_set_aside()),
        open_cases=len(store.cases.open_ids()),
        signed_in=len(store.desk.sessions(at=now)),
        store_size=settings.store_path.stat().st_size,
        disk_free=shutil.disk_usage(settings.store_path.parent).free,
        backup_at=kept[-1].made_at if kept else None,
        digest_at=last_digest(settings),
        sources=health.of_sources(settings, store, now=now),
    )


def wants(vitals: Vitals) -> Iterator[Want]:
    """Yield what wants a person; nothing where all is well."""
    for source in vitals.sources:
        if source.failed:
            yield Want("failed", source.source)
        elif source.low:
            yield Want("low", source.source)
        if source.next_at and not source.running and source.next_at + LATE < vitals.at:
            yield Want("late", source.source)
    ended = [source.run.ended_at for source in vitals.sources if source.run]
    newest = max((at for at in ended if at), default=None)
    working = any(source.running for source in vitals.sources)
    if vitals.unread and not working and (newest is None or newest + LATE < vitals.at):
        yield Want("unread")
