"""What the lead's page shows of the sources: their health goes in, masked words and figures out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.crawl.advice import WORDS, ToDo, to_do
from monitor.crawl.health import Health
from monitor.masking import masked
from monitor.pages import utc
from monitor.settings import Settings, SourceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source; silent_after: seconds without a post after which it counts as silent, or None.

    spider: "" where the settings name it no longer.
    word: how its last run ended, a message for the catalog, "" where it never ran.
    field: which the answer lacks. advice: what to do, None where there is nothing to do.
    """

    name: str
    spider: str
    enabled: bool
    failed: bool
    newest_at: datetime | None
    silent_after: int | None
    word: str
    field: str
    advice: ToDo | None
    message: str
    set_aside: int


def source_views(settings: Settings, found: Sequence[Health]) -> tuple[SourceView, ...]:
    """Return what a page says of each source that changes only when its content does."""
    configured = {source.name: source for source in settings.sources if source.enabled}
    return tuple(_source_view(health, configured.get(health.source)) for health in found)


def _source_view(health: Health, source: SourceSettings | None) -> SourceView:
    advice = to_do(health) if health.failed else None
    return SourceView(
        name=masked(health.source),
        spider=health.spider,
        enabled=health.enabled,
        failed=health.failed,
        newest_at=health.newest_at,
        silent_after=_silent_after(source),
        word=_word(health),
        field=masked(health.field),
        advice=ToDo(masked(advice.en), masked(advice.zh)) if advice else None,
        # What a good run says may change with each run, and a page only with its content.
        message=masked(health.message)[:300] if health.failed else "",
        set_aside=health.set_aside,
    )


def _word(health: Health) -> str:
    """Return the word of an outcome; that nothing was new differs from run to run."""
    return WORDS.get("ok" if health.outcome == "empty" else health.outcome, health.outcome)


def source_figures(found: Sequence[Health]) -> dict[str, dict[str, Any]]:
    """Return by name what a page says of each source that changes with every run and hour."""
    return {
        masked(health.source): {
            "ended": _utc(health.run.ended_at if health.run else None),
            "empty": health.outcome == "empty",
            "running": health.running,
            "good": _utc(health.last_good_at),
            "next": _utc(health.next_at),
            "new": health.run.posts_new if health.run else 0,
            "known": health.run.posts_known if health.run else 0,
            "aside": health.run.posts_set_aside if health.run else 0,
            "hour": health.hour,
            "day": health.day,
            "window": health.volume.now,
            "usual": health.volume.usual,
            "low": health.low,
        }
        for health in sorted(found, key=lambda health: health.source)
    }


def _utc(time: datetime | None) -> str | None:
    return utc(time) if time else None


def _silent_after(source: SourceSettings | None) -> int | None:
    """Return when silence is news: three turns of the source, at least 6 hours; a day for `at`."""
    if source is None or not (source.every or source.at):
        return None
    turn = source.every or timedelta(hours=8)
    return int(max(3 * turn, timedelta(hours=6)).total_seconds())
