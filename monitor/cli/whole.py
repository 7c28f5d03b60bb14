"""Commands that walk the whole line: once, run, demo."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from monitor import demonstration, settings
from monitor.cli.frame import err, judging_settings, main
from monitor.cli.stages import crawl_sources, end_with, flag_posts, write_digest


@main.command()
def once() -> None:
    """Walk the whole line: crawl every source, flag, merge, route, write the digest.

    Example: distress once
    """
    loaded = judging_settings()
    runs = crawl_sources(loaded, None)
    flag_posts(loaded)
    write_digest(loaded)
    end_with(runs)


@main.command()
def run() -> None:
    """Keep walking the line in the rhythm of the settings until stopped.

    Example: distress run
    """
    from monitor import schedule

    loaded = judging_settings()

    def tell(what: str) -> None:
        err.print(f"{datetime.now(loaded.zone):%Y-%m-%d %H:%M:%S} {what}", markup=False)

    schedule.run(loaded, tell=tell)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("distress-demo"))
def demo(folder: Path) -> None:
    """Walk the line offline over bundled samples, and name the page to open.

    Example: distress demo
    """
    demonstration.clear(folder)
    loaded = settings.load(demonstration.write(folder, today=datetime.now(UTC)))
    crawl_sources(loaded, None)
    flag_posts(loaded)
    write_digest(loaded)
