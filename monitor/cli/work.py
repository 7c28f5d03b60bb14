"""The command of a worker: work."""

from __future__ import annotations

from datetime import datetime

import click

from monitor import logs
from monitor.cli.frame import err, main, settings_here


@main.command()
@click.option("--once", is_flag=True, help="End as soon as nothing waits.")
def work(once: bool) -> None:
    """Crawl what the queue of [crawl] has, on any machine, one walk after the other until stopped.

    A worker needs no store: the settings' [crawl] queue, and the logins of the sources in its
    environment, are all. Start as many as there are walks to be crawled at once. See docs/scale.md.

    Example: distress work
    """
    from monitor.work import worker

    loaded = settings_here()

    def tell(what: str) -> None:
        if logs.are_json():
            logs.tell(what)
            return
        at = f"{datetime.now(loaded.zone):%Y-%m-%d %H:%M:%S}"
        err.print(f"{at} {what}", markup=False, soft_wrap=True)

    worker.work(loaded, tell=tell, once=once)
