"""Housekeeping: a desk goes in; what is kept no longer goes, and its log of writes is cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.settings import Settings
from monitor.store import Store
from monitor.upkeep import retention


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many things were removed, and whether the log of writes was cut to nothing."""

    removed: int
    is_log_cut: bool


def tidy(settings: Settings, *, now: datetime | None = None) -> Tidied:
    """Remove what the retention settings keep no longer, and cut the store's log of writes."""
    now = now or datetime.now(UTC)
    with Store(settings.store_path, create=False) as store:
        counts = retention.forget(
            store, settings.retention, now=now, digests=settings.digest_folder
        )
        return Tidied(counts.total, store.connection.cut_log())
