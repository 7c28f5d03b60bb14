"""Walk the line: the stages that belong together, for the command line and the schedule alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor import digest as digest_stage
from monitor import flag as flag_stage
from monitor import merge, route, supply
from monitor.flag import FlagCounts
from monitor.merge import MergeCounts
from monitor.route import Routed
from monitor.settings import Settings
from monitor.store import Store
from monitor.upkeep import retention


@dataclass(frozen=True, slots=True)
class Digested:
    """Where a digest was written, and how its cases were routed."""

    folder: Path
    routed: Routed


def readers() -> list[str]:
    """Return the names of the readers, in working order, once all could be loaded."""
    flag_stage.version()
    return flag_stage.readers()


def unread(settings: Settings, *, again: bool = False) -> int:
    """Return how many posts `flag` would read."""
    with Store(settings.store_path, create=False) as store:
        store.examine(large=False)
        return store.posts.count_unread(flag_stage.version() if again else None)


def flag(
    settings: Settings, *, again: bool = False, on_progress: Callable[[int], None] | None = None
) -> tuple[FlagCounts, MergeCounts]:
    """Read the unread posts and put their needs into cases."""
    with Store(settings.store_path, create=False) as store:
        store.examine(large=False)
        flag_counts = flag_stage.flag(store, again=again, on_progress=on_progress)
        return flag_counts, merge.merge(store, window=settings.merge.window)


def digest(settings: Settings, *, now: datetime | None = None) -> Digested:
    """Open supply lines for confirmed goods, route the open cases and write the day's pages.

    What the retention settings say is to be kept no longer is removed before.
    """
    now = now or datetime.now(UTC)
    with Store(settings.store_path, create=False) as store:
        store.examine()
        retention.forget(store, settings.retention, now=now)
        supply.open_lines(store)
        routed = route.route(store, settings)
        folder = digest_stage.write(store, settings, now=now)
        return Digested(folder, routed)


def show_new(settings: Settings, *, now: datetime | None = None) -> int:
    """Route the open cases and write the pages that this changes; return how many it were.

    Raises DistressError where the pages cannot be written; those of before stand.
    """
    with Store(settings.store_path, create=False) as store:
        route.route(store, settings)
        return digest_stage.write_changed(store, settings, now=now or datetime.now(UTC))
