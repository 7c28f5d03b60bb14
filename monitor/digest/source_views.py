"""What the lead's page shows of the sources: their health goes in, masked words and figures out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.crawl.advice import WORDS, ToDo, to_do
from monitor.crawl.health import Health, silent_after
from monitor.digest.page_data import RunData
from monitor.masking import masked
from monitor.settings import Settings, SourceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source; silent_after: seconds without a post after which it counts as silent, or None.

    spider: "" where the settings name it no longer.
    word: how its last run ended, a message for the catalog, "" where it never ran.
    unread: languages that are not read, with how many posts are in each.
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
    unread: tuple[tuple[str, int], ...]


def source_views(settings: Settings, healths: Sequence[Health]) -> tuple[SourceView, ...]:
    """Return what a page says of each source that changes only when its content does."""
    configured = {source.name: source for source in settings.sources if source.enabled}
    return tuple(_source_view(health, configured.get(health.source)) for health in healths)


def _source_view(health: Health, source: SourceSettings | None) -> SourceView:
    advice = to_do(health) if health.failed else None
    silence = silent_after(source)
    return SourceView(
        name=masked(health.source),
        spider=health.spider,
        enabled=health.enabled,
        failed=health.failed,
        newest_at=health.newest_at,
        silent_after=int(silence.total_seconds()) if silence else None,
        word=_word(health),
        field=masked(health.field),
        advice=ToDo(masked(advice.en), masked(advice.zh)) if advice else None,
        # What a good run says may change with each run, and a page only with its content.
        message=masked(health.message)[:300] if health.failed else "",
        set_aside=health.set_aside,
        unread=health.unread,
    )


def _word(health: Health) -> str:
    """Return the word of an outcome; that nothing was new differs from run to run."""
    return WORDS.get("ok" if health.outcome == "empty" else health.outcome, health.outcome)


def source_figures(healths: Sequence[Health]) -> dict[str, RunData]:
    """Return by name what a page says of each source that changes with every run and hour."""
    return {
        masked(health.source): _run_data(health)
        for health in sorted(healths, key=lambda health: health.source)
    }


def _run_data(health: Health) -> RunData:
    run = health.run
    return RunData(
        ended=run.ended_at if run else None,
        empty=health.outcome == "empty",
        running=health.running,
        good=health.last_good_at,
        next=health.next_at,
        new=run.posts_new if run else 0,
        known=run.posts_known if run else 0,
        aside=run.posts_set_aside if run else 0,
        hour=health.hour,
        day=health.day,
        window=health.volume.now,
        usual=health.volume.usual,
        low=health.low,
    )
