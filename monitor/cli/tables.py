"""What the command line shows as tables: rows of the store go in, rich tables come out."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from monitor.calling.dispositions import dispositions
from monitor.cli.table_parts import Listing, Own, shown
from monitor.cli.table_parts import at as _at
from monitor.cli.table_parts import row as _row
from monitor.cli.table_parts import table as _table
from monitor.crawl.advice import WORDS, is_offline, to_do
from monitor.crawl.health import WINDOW, Health
from monitor.language import N_, PageLanguage
from monitor.masking import masked
from monitor.settings import Settings
from monitor.types import Case, Run
from spiders.base.post import SetAside

if TYPE_CHECKING:
    from classifiers.measure.score import Score
    from monitor.digest.precision import Precision
    from monitor.flag.training import Comparison
    from spiders.base import SourceSpider

_MESSAGE_SHOWN = 600
_LANGUAGES = {
    "Japanese": "日文",
    "Korean": "韩文",
    "Latin": "英文等拉丁字母",
    "Cyrillic": "俄文等西里尔字母",
    "Arabic": "阿拉伯文",
    "Thai": "泰文",
}


def spiders(spiders: Mapping[str, type[SourceSpider]]) -> Table:
    """Return the spiders with the keys their sources take."""
    table = Listing("SPIDER", "WHAT IT READS", "KEYS")
    for name, spider in spiders.items():
        keys = ", ".join(
            f"{key}{'' if field.is_required() else '?'}"
            for key, field in spider.Options.model_fields.items()
        )
        _row(table, name, (spider.__doc__ or "").split("\n")[0], keys)
    return table


def sources(settings: Settings, runs: Mapping[str, Run], newest: Mapping[str, datetime]) -> Table:
    """Return the configured sources with their last run and newest post."""
    table = Listing(
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


def health(
    sources: Sequence[Health], zone: ZoneInfo, *, now: datetime, spoken: PageLanguage
) -> Table:
    """Return how each source does; a failing one stands out by its word and its colour."""
    hours = f"{WINDOW / timedelta(hours=1):g}"
    table = _table(
        spoken,
        N_("来源名"),
        N_("结果"),
        N_("最新"),
        N_("上次正常"),
        N_("下次"),
        N_("1 小时"),
        N_("1 天"),
    )
    table.add_column(spoken.say("%(hours)s 小时 / 平常", hours=hours).upper())
    for source in sources:
        volume = f"{source.volume.now} / {source.volume.usual:g}" + (
            " " + spoken.say("少得多") if source.low else ""
        )
        cells = (
            source.source,
            _outcome_words(source, spoken),
            _age(source.newest_at, now, spoken),
            _short(source.last_good_at, zone, now),
            _next_words(source, zone, now, spoken),
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


def to_mend(sources: Sequence[Health], spoken: PageLanguage) -> Table:
    """Return what to do about each source that needs someone, and what its last run said."""
    table = _table(spoken, N_("来源名"), N_("怎么办"))
    offline = [one.source for one in sources if is_offline(one.outcome, one.message)]
    for source in sources:
        if source.source in offline[1:]:
            continue  # told of once, for all of them
        if advice := to_do(source):
            names = ", ".join(offline) if source.source in offline else source.source
            message = source.message[:_MESSAGE_SHOWN] if source.failed else ""
            command = f"distress crawl {shlex.quote(source.source)}"
            resting = spoken.of(f"（先歇着；想现在就抓：{command}）", f"it {source.rest}")
            rest = resting if source.rest else ""
            _row(
                table,
                names,
                "\n".join(filter(None, [spoken.of(advice.zh, advice.en), rest, message])),
            )
    return table


def unread(
    sources: Sequence[Health], of_runs: Mapping[int, Mapping[str, int]], spoken: PageLanguage
) -> Table:
    """Return how many posts of each source are in languages that are not read.

    of_runs: the same by language for the last runs, by their ids.
    """
    table = _table(spoken, N_("来源名"), N_("没有读的语言"), N_("上次抓取"))
    for source in sources:
        if source.unread:
            last = of_runs.get(source.run.id, {}) if source.run else {}
            _row(
                table,
                source.source,
                _counts(dict(source.unread), spoken),
                _counts(last, spoken) or spoken.say("没有"),
            )
    return table


def _counts(languages: Mapping[str, int], spoken: PageLanguage) -> str:
    return ", ".join(
        f"{spoken.of(_LANGUAGES.get(language, language), language)} {posts:,}"
        for language, posts in languages.items()
    )


def _outcome_words(source: Health, spoken: PageLanguage) -> str:
    words = spoken.of(WORDS.get(source.outcome, source.outcome), source.outcome)
    words = words or spoken.say("没抓过")
    if source.field:
        words += spoken.say("：缺 %(field)s", field=source.field)
    if source.running:
        doing = spoken.say("在抓")
        words = f"{words}, {doing}" if source.outcome else doing
    elif source.rest:
        words += ", " + spoken.say("歇着")
    gone = spoken.say("停用") if source.spider else spoken.say("已删")
    return words if source.enabled else f"{words}, {gone}"


def _next_words(source: Health, zone: ZoneInfo, now: datetime, spoken: PageLanguage) -> str:
    if source.next_at is None or source.running:
        return "-"
    time = _short(source.next_at, zone, now)
    return Own(spoken.say("该在 %(time)s", time=time) if source.next_at < now else time)


def _short(time: datetime | None, zone: ZoneInfo, now: datetime) -> Own:
    """Return a time, with its date where that is not today."""
    if time is None:
        return Own("-")
    there = time.astimezone(zone)
    if there.date() == now.astimezone(zone).date():
        return Own(f"{there:%H:%M}")
    return Own(f"{there:%m-%d %H:%M}" if there.year == now.year else f"{there:%Y-%m-%d}")


def _age(time: datetime | None, now: datetime, spoken: PageLanguage) -> str:
    """Return how long ago something was, in the largest unit that is not less than two."""
    if time is None:
        return "-"
    minutes = max(0, int((now - time) / timedelta(minutes=1)))
    if minutes < 120:
        return spoken.say("%(count)s 分钟", count=minutes)
    if minutes < 2 * 1440:
        return spoken.say("%(count)s 小时", count=minutes // 60)
    return spoken.say("%(count)s 天", count=minutes // 1440)


def runs(runs: Sequence[Run], spoken: PageLanguage) -> Table:
    """Return how crawls ended."""
    table = _table(
        spoken,
        N_("来源名"),
        N_("结果"),
        N_("页数"),
        N_("新的"),
        N_("已有的"),
        N_("读不了的"),
        N_("说明"),
    )
    is_told = False
    for run in runs:
        offline = is_offline(run.outcome, run.message)
        message = spoken.say("同上") if offline and is_told else run.message
        is_told = is_told or offline
        outcome = run.outcome or ""
        _row(
            table,
            run.source,
            spoken.of(WORDS.get(outcome, outcome), outcome),
            run.pages,
            run.posts_new,
            run.posts_known,
            run.posts_set_aside,
            message,
        )
    return table


def loads(settings: Settings, cases: Iterable[Case], spoken: PageLanguage) -> Table:
    """Return how many open cases each agent has, and how many nobody has."""
    counts: dict[str | None, int] = {}
    for case in cases:
        counts[case.agent] = counts.get(case.agent, 0) + 1
    table = _table(spoken, N_("同事"), N_("在办"), N_("能接"), N_("地区"))
    for agent in settings.agents:
        _row(
            table,
            agent.name,
            counts.get(agent.name, 0),
            agent.capacity,
            spoken.say("、").join(agent.regions),
        )
    _row(table, f"({spoken.say('没分派')})", counts.get(None, 0), "", "")
    return table


def cases(cases: Sequence[Case], spoken: PageLanguage) -> Table:
    """Return cases a line each, numbers masked."""
    table = _table(
        spoken,
        N_("求助编号"),
        N_("同事"),
        N_("状态"),
        N_("求助单位"),
        N_("物资"),
        N_("帖子"),
        N_("最近回拨"),
    )
    for case in cases:
        last = case.callbacks[-1] if case.callbacks else None
        disposition = dispositions().get(last.disposition) if last else None
        _row(
            table,
            case.id,
            case.agent or f"({spoken.say('没分派')})",
            spoken.say("办结") if case.closed else spoken.say("在办").lower(),
            _join(
                (f.text for need in case.needs for f in need.reading.concerned), spoken.say("、")
            ),
            _join(
                (spoken.named(item.name) for need in case.needs for item in need.reading.items),
                spoken.say("、"),
            ),
            len(case.joined),
            spoken.of(disposition.zh, disposition.en) if disposition else "",
        )
    return table


def _join(texts: Iterable[str], comma: str, most: int = 4) -> str:
    different = list(dict.fromkeys(masked(text) for text in texts))
    return comma.join(different[:most]) + ("…" if len(different) > most else "")


def complete(
    walks: Sequence[tuple[str, str, datetime]], zone: ZoneInfo, spoken: PageLanguage
) -> Table:
    """Return up to when each walk of each source has everything."""
    table = _table(spoken, N_("来源名"), N_("路线"), N_("齐到什么时候"))
    for source, walk, up_to in walks:
        _row(table, source, walk, _at(up_to, zone))
    return table


def set_aside(rows: Sequence[tuple[str, SetAside]], spoken: PageLanguage) -> Table:
    """Return the rows that could not be read."""
    table = _table(spoken, N_("来源名"), N_("在哪里"), N_("原因"), N_("开头"))
    for source, row in rows:
        _row(table, source, row.place, row.reason, masked(row.excerpt)[:60])
    return table


def score(figures: Score) -> Table:
    """Return the figures of the readers."""
    table = Listing("READER", "PRECISION", "RECALL", "F1", "TP", "FP", "FN")
    for name, tally in (*figures.tallies.items(), *figures.parts.items()):
        _row(table, name, f"{tally.precision:.3f}", f"{tally.recall:.3f}", f"{tally.f1:.3f}",
             tally.tp, tally.fp, tally.fn)  # fmt: skip
    table.caption = (
        f"{figures.posts} posts, {figures.requests} requests; "
        f"average precision of the score {figures.average_precision:.3f}. "
        "By source and length the flags of all posts count."
    )
    return table


def precision(figures: Sequence[Precision]) -> Table:
    """Return how good flagging was, by week, source and reason."""
    from monitor.digest.precision import REASONS

    table = Listing(
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
    table = Listing("HELD OUT", "FIGURE", "BEFORE", "NOW", "")
    for entry in comparisons:
        poorer = "poorer" if entry.after < entry.before else ""
        _row(table, entry.pinned, entry.figure, f"{entry.before:.3f}", f"{entry.after:.3f}", poorer)
    return table
