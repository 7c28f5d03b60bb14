"""What the command line shows as tables: rows of the store go in, rich tables come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from monitor.calling.dispositions import dispositions
from monitor.cli.table_parts import Own, shown
from monitor.cli.table_parts import at as _at
from monitor.cli.table_parts import row as _row
from monitor.cli.table_parts import table as _table
from monitor.crawl.advice import is_offline, to_do
from monitor.crawl.health import WINDOW, Health
from monitor.digest.precision import REASONS, Precision
from monitor.masking import masked
from monitor.settings import Settings
from monitor.types import Case, Run
from spiders.base.post import SetAside

if TYPE_CHECKING:
    from classifiers.measure.score import Score
    from monitor.flag.training import Comparison
    from spiders.base import SourceSpider

_MESSAGE_SHOWN = 600


def spiders(spiders: Mapping[str, type[SourceSpider]]) -> Table:
    """Return the spiders with the keys their sources take."""
    table = _table("SPIDER", "WHAT IT READS", "KEYS")
    for name, spider in spiders.items():
        keys = ", ".join(
            f"{key}{'' if field.is_required() else '?'}"
            for key, field in spider.Options.model_fields.items()
        )
        _row(table, name, (spider.__doc__ or "").split("\n")[0], keys)
    return table


def sources(settings: Settings, runs: Mapping[str, Run], newest: Mapping[str, datetime]) -> Table:
    """Return the configured sources with their last run and newest post."""
    table = _table(
        "SOURCE", "SPIDER", "RHYTHM", "LAST RUN", "OUTCOME", "NEW", "ASIDE", "NEWEST POST"
    )
    for source in settings.sources:
        run = runs.get(source.name)
        if not source.enabled:
            rhythm = "disabled"
        elif source.every:
            rhythm = f"every {source.every}"
        else:
            rhythm = ", ".join(f"{at:%H:%M}" for at in source.at) or "by hand"
        _row(
            table,
            source.name,
            source.spider,
            rhythm,
            _at(run.started_at, settings.zone) if run else "never",
            (run.outcome or "running") + (f": {run.message}" if run.message else "") if run else "",
            run.posts_new if run else "",
            run.posts_set_aside if run else "",
            _at(newest.get(source.name), settings.zone),
        )
    return table


def health(sources: Sequence[Health], zone: ZoneInfo, *, now: datetime) -> Table:
    """Return how each source does; a failing one stands out by its word and its colour."""
    hours = f"{WINDOW / timedelta(hours=1):g}H"
    table = _table(
        "SOURCE", "OUTCOME", "NEWEST", "LAST GOOD", "NEXT", "1H", "1D", f"{hours} / USUAL"
    )
    for source in sources:
        volume = f"{source.volume.now} / {source.volume.usual:g}" + (" LOW" if source.low else "")
        cells = (
            source.source,
            _outcome_words(source),
            _age(source.newest_at, now),
            _short(source.last_good_at, zone, now),
            _next_words(source, zone, now),
            source.hour,
            source.day,
            volume,
        )
        wrong = [source.failed, source.failed, *[False] * 5, source.low]
        table.add_row(
            *(
                Text(shown(cell), style="bold red" if red else "")
                for cell, red in zip(cells, wrong, strict=True)
            )
        )
    return table


def to_mend(sources: Sequence[Health]) -> Table:
    """Return what to do about each source that needs someone, and what its last run said."""
    table = _table("SOURCE", "WHAT TO DO")
    offline = [one.source for one in sources if is_offline(one.outcome, one.message)]
    for source in sources:
        if source.source in offline[1:]:
            continue  # told of once, for all of them
        if advice := to_do(source):
            names = ", ".join(offline) if source.source in offline else source.source
            message = source.message[:_MESSAGE_SHOWN] if source.failed else ""
            rest = f"it {source.rest}" if source.rest else ""
            _row(table, names, "\n".join(filter(None, [advice.en, rest, message])))
    return table


def unread(sources: Sequence[Health], of_runs: Mapping[int, Mapping[str, int]]) -> Table:
    """Return how many posts of each source are in languages that are not read.

    of_runs: the same by language for the last runs, by their ids.
    """
    table = _table("SOURCE", "NOT READ, BY LANGUAGE", "LAST RUN")
    for source in sources:
        if source.unread:
            last = of_runs.get(source.run.id, {}) if source.run else {}
            _row(table, source.source, _counts(dict(source.unread)), _counts(last) or "none")
    return table


def _counts(languages: Mapping[str, int]) -> str:
    return ", ".join(f"{language} {posts:,}" for language, posts in languages.items())


def _outcome_words(source: Health) -> str:
    words = source.outcome or "never run"
    if source.field:
        words += f": no {source.field}"
    if source.running:
        words = f"{words}, running" if source.outcome else "running"
    elif source.rest:
        words += ", rests"
    return words if source.enabled else f"{words}, {'disabled' if source.spider else 'removed'}"


def _next_words(source: Health, zone: ZoneInfo, now: datetime) -> str:
    if source.next_at is None or source.running:
        return "-"
    late = "due since " if source.next_at < now else ""
    return Own(late + _short(source.next_at, zone, now))


def _short(time: datetime | None, zone: ZoneInfo, now: datetime) -> Own:
    """Return a time, with its date where that is not today."""
    if time is None:
        return Own("-")
    there = time.astimezone(zone)
    if there.date() == now.astimezone(zone).date():
        return Own(f"{there:%H:%M}")
    return Own(f"{there:%m-%d %H:%M}" if there.year == now.year else f"{there:%Y-%m-%d}")


def _age(time: datetime | None, now: datetime) -> str:
    """Return how long ago something was, in the largest unit that is not less than two."""
    if time is None:
        return "-"
    minutes = max(0, int((now - time) / timedelta(minutes=1)))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2 * 1440 else f"{minutes // 1440} d"


def runs(runs: Sequence[Run]) -> Table:
    """Return how crawls ended."""
    table = _table("SOURCE", "OUTCOME", "PAGES", "NEW", "KNOWN", "SET ASIDE", "MESSAGE")
    is_told = False
    for run in runs:
        offline = is_offline(run.outcome, run.message)
        message = "as above" if offline and is_told else run.message
        is_told = is_told or offline
        _row(table, run.source, run.outcome, run.pages, run.posts_new, run.posts_known,
             run.posts_set_aside, message)  # fmt: skip
    return table


def loads(settings: Settings, cases: Iterable[Case]) -> Table:
    """Return how many open cases each agent has, and how many nobody has."""
    counts: dict[str | None, int] = {}
    for case in cases:
        counts[case.agent] = counts.get(case.agent, 0) + 1
    table = _table("AGENT", "OPEN CASES", "CAPACITY", "REGIONS")
    for agent in settings.agents:
        _row(table, agent.name, counts.get(agent.name, 0), agent.capacity, ", ".join(agent.regions))
    _row(table, "(unassigned)", counts.get(None, 0), "", "")
    return table


def cases(cases: Sequence[Case]) -> Table:
    """Return cases a line each, numbers masked."""
    table = _table("CASE", "AGENT", "STATE", "FACILITY", "GOODS", "POSTS", "LAST CALLBACK")
    for case in cases:
        last = case.callbacks[-1] if case.callbacks else None
        _row(
            table,
            case.id,
            case.agent or "(unassigned)",
            "closed" if case.closed else "open",
            _join(f.text for need in case.needs for f in need.reading.concerned),
            _join(item.name for need in case.needs for item in need.reading.items),
            len(case.joined),
            dispositions()[last.disposition].zh if last else "",
        )
    return table


def _join(texts: Iterable[str], most: int = 4) -> str:
    different = list(dict.fromkeys(masked(text) for text in texts))
    return "、".join(different[:most]) + ("…" if len(different) > most else "")


def complete(walks: Sequence[tuple[str, str, datetime]], zone: ZoneInfo) -> Table:
    """Return up to when each walk of each source has everything."""
    table = _table("SOURCE", "WALK", "HAS EVERYTHING UP TO")
    for source, walk, up_to in walks:
        _row(table, source, walk, _at(up_to, zone))
    return table


def set_aside(rows: Sequence[tuple[str, SetAside]]) -> Table:
    """Return the rows that could not be read."""
    table = _table("SOURCE", "PLACE", "REASON", "BEGINS WITH")
    for source, row in rows:
        _row(table, source, row.place, row.reason, masked(row.excerpt)[:60])
    return table


def score(figures: Score) -> Table:
    """Return the figures of the readers."""
    table = _table("READER", "PRECISION", "RECALL", "F1", "TP", "FP", "FN")
    for name, tally in figures.tallies.items():
        _row(table, name, f"{tally.precision:.3f}", f"{tally.recall:.3f}", f"{tally.f1:.3f}",
             tally.tp, tally.fp, tally.fn)  # fmt: skip
    table.caption = (
        f"{figures.posts} posts, {figures.requests} requests; "
        f"average precision of the score {figures.average_precision:.3f}"
    )
    return table


def precision(figures: Sequence[Precision]) -> Table:
    """Return how good flagging was, by week, source and reason."""
    table = _table(
        "WEEK OF", "SOURCE", "REASON", "CONFIRMED", "NO NEED", "UNREACHED", "CONFIRMED, 95 %", ""
    )
    for one in figures:
        low, high = one.interval
        _row(
            table,
            Own(f"{one.week}"),
            one.source,
            REASONS[one.reason][1],
            one.confirmed,
            one.no_need,
            one.unreachable,
            "-" if one.share is None else f"{one.share:.0%} ({low:.0%} to {high:.0%})",
            "" if one.fell_from is None else f"FELL from {one.fell_from:.0%}",
        )
    if not figures:
        table.caption = "no case of the last weeks has been called yet"
    return table


def compared(comparisons: Sequence[Comparison]) -> Table:
    """Return the figures of the model before and of the new one."""
    table = _table("HELD OUT", "FIGURE", "BEFORE", "NOW")
    for entry in comparisons:
        _row(table, entry.pinned, entry.figure, f"{entry.before:.3f}", f"{entry.after:.3f}")
    return table
