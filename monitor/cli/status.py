"""The command that tells how the sources and agents do."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.cli import tables
from monitor.cli.frame import main, out, settings_here, store_of
from monitor.crawl import health
from monitor.errors import UnknownNameError
from monitor.files import write_file
from monitor.masking import masked, plain
from monitor.settings import Settings
from monitor.store import Store


@main.command()
@click.option("--set-aside", is_flag=True, help="List the rows that could not be read.")
@click.option("--complete", is_flag=True, help="List up to when each source has everything.")
@click.option(
    "--answer",
    "source",
    metavar="SOURCE",
    help="Write what a source answered when it last failed to a file.",
)
def status(set_aside: bool, complete: bool, source: str | None) -> None:
    """Show how the sources do, what to do about those that fail, and what each agent has.

    Example: distress status
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        if source is not None:
            _write_answer(store, source, loaded)
            return
        click.echo(
            f"{store.path}: {store.posts.count()} posts, {store.posts.count_unread()} not read, "
            f"{len(store.cases.all_ids())} cases, "
            f"{len(store.posts.list_set_aside())} rows set aside"
        )
        now = datetime.now(UTC)
        sources = health.of_sources(loaded, store, now=now)
        out.print(tables.health(sources, loaded.zone, now=now))
        out.print()
        if (to_mend := tables.to_mend(sources)).row_count:
            out.print(to_mend)
            out.print()
        unread = tables.unread(sources, store.runs.languages_of(health.last_run_ids(sources)))
        if unread.row_count:
            out.print(unread)
            out.print()
        out.print(tables.loads(loaded, store.cases.get(store.cases.open_ids())))
        if complete:
            out.print(tables.complete(store.posts.complete(), loaded.zone))
        if set_aside:
            out.print(tables.set_aside(store.posts.list_set_aside()))


def _write_answer(store: Store, source: str, loaded: Settings) -> None:
    """Write the answer that was kept last; as plain text, so that nothing in it is ever run."""
    answer = store.answers.last(source)
    if answer is None:
        sources = list(store.answers.runs())
        raise UnknownNameError("kept answer of source", source, sources, "distress status")
    name = re.sub(r"[^\w.·-]", "_", source)
    file = Path(f"answer-{name}-{answer.id}.txt")
    write_file(file, answer.body)
    at = answer.kept_at.astimezone(loaded.zone)
    click.echo(
        plain(
            f"wrote {file}, {len(answer.body):,} bytes: {answer.outcome}, run {answer.run_id}, "
            f"{at:%Y-%m-%d %H:%M}, {answer.url or 'no address'}; numbers in it are in full\n"
            f"{masked(answer.message)}"
        )
    )
