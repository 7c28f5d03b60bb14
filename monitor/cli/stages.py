"""Commands of the first stages: crawl, flag (with merge), digest (with route)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from monitor.cli import tables
from monitor.cli.frame import judging_settings, main, out, progress, settings_here
from monitor.errors import DistressError
from monitor.settings import Settings
from monitor.types import Run


@main.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]…")
def crawl(names: tuple[str, ...]) -> None:
    """Crawl the named sources, or all that are enabled, into the store.

    Example: distress crawl news
    """
    end_with(crawl_sources(settings_here(), names or None))


def crawl_sources(loaded: Settings, names: Sequence[str] | None) -> list[Run]:
    """Crawl, show the runs and return them."""
    from monitor.crawl.sources import crawl as crawl_named

    with progress("crawling") as at:
        posts_by_source: dict[str, int] = {}

        def show(source: str, run: Run) -> None:
            posts_by_source[source] = run.posts_new + run.posts_known
            at(sum(posts_by_source.values()))

        runs = crawl_named(loaded, names, on_progress=show)
    out.print(tables.runs(runs))
    return runs


def end_with(runs: Sequence[Run]) -> None:
    """Exit with 1 where a source failed, so that a timer or script sees it."""
    failed = [run.source or "" for run in runs if run.outcome not in {"ok", "empty"}]
    if failed:
        raise DistressError(
            f"not every source went well: {', '.join(failed)}. See: distress status"
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

    with progress("reading", line.unread(loaded, again=again)) as at:
        flagged, merged = line.flag(loaded, again=again, on_progress=at)
    click.echo(
        f"{flagged.read} posts read, {flagged.needs} needs found; {merged.opened} cases opened, "
        f"{merged.joined} needs joined a case; {flagged.set_aside} posts could not be read"
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

    done = line.digest(loaded)
    click.echo(
        f"{done.routed.assigned} cases newly assigned, {done.routed.kept} kept their agent, "
        f"{done.routed.unassigned} fit nobody"
    )
    page = done.folder / "index.html"
    click.echo(f"open {page}")
    return page
