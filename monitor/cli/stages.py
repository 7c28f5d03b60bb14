"""Commands of the first stages: crawl, flag (with merge), digest (with route)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from monitor.cli import tables
from monitor.cli.frame import judging_settings, main, out, progress, settings_here
from monitor.errors import DistressError
from monitor.language import language
from monitor.settings import Settings
from monitor.types import Run


@main.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]…")
def crawl(names: tuple[str, ...]) -> None:
    """Crawl the named sources, or all that are enabled, into the store.

    Example: distress crawl news
    """
    loaded = settings_here()
    end_with(crawl_sources(loaded, names or None), loaded)


def crawl_sources(loaded: Settings, names: Sequence[str] | None) -> list[Run]:
    """Crawl, show the runs and return them."""
    if loaded.crawl.queue:
        from monitor.work.desk_side import crawl as crawl_named
    else:
        from monitor.crawl.sources import crawl as crawl_named

    spoken = language(loaded.language)
    with progress(spoken.say("正在抓取")) as at:
        posts_by_source: dict[str, int] = {}

        def show(source: str, run: Run) -> None:
            posts_by_source[source] = run.posts_new + run.posts_known
            at(sum(posts_by_source.values()))

        runs = crawl_named(loaded, names, on_progress=show)
    out.print(tables.runs(runs, spoken))
    return runs


def end_with(runs: Sequence[Run], loaded: Settings) -> None:
    """Exit with 1 where a source failed, so that a timer or script sees it."""
    failed = [run.source or "" for run in runs if run.outcome not in {"ok", "empty"}]
    if failed:
        spoken = language(loaded.language)
        raise DistressError(
            spoken.say("有来源没抓好：%(names)s。请看：distress status", names=", ".join(failed))
        )


@main.command()
@click.option("--again", is_flag=True, help="Also read what only earlier readers have read.")
def flag(again: bool) -> None:
    """Read the unread posts, and put the needs found into cases.

    Example: distress flag
    """
    flag_posts(judging_settings(), again=again)


def flag_posts(loaded: Settings, *, again: bool = False) -> None:
    """Read the unread posts, merge, and tell what was found."""
    from monitor import line

    spoken = language(loaded.language)
    with progress(spoken.say("正在读"), line.unread(loaded, again=again)) as at:
        flagged, merged = line.flag(loaded, again=again, on_progress=at)
    click.echo(
        spoken.say(
            "读了帖子 %(read)s 条，其中求助帖 %(needs)s 条；新求助 %(opened)s 个，"
            "并进别的求助的 %(joined)s 条；读不了的帖子 %(set_aside)s 条",
            read=flagged.read,
            needs=flagged.needs,
            opened=merged.opened,
            joined=merged.joined,
            set_aside=flagged.set_aside,
        )
    )


@main.command()
def digest() -> None:
    """Route the open cases to agents and write the day's pages.

    Example: distress digest
    """
    write_digest(settings_here())


def write_digest(loaded: Settings) -> Path:
    """Route, write the pages and return the lead's."""
    from monitor import line

    spoken = language(loaded.language)
    done = line.digest(loaded)
    click.echo(
        spoken.say(
            "求助：新分派 %(assigned)s 个，还在原来同事手上 %(kept)s 个，"
            "没人能接 %(unassigned)s 个",
            assigned=done.routed.assigned,
            kept=done.routed.kept,
            unassigned=done.routed.unassigned,
        )
    )
    page = done.folder / "index.html"
    click.echo(spoken.say("请打开 %(page)s", page=page))
    return page
