"""The command that tells how the sources and agents do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor import messages
from monitor.cli import notify, tables
from monitor.cli.frame import main, out, settings_here, store_of
from monitor.cli.given import as_json_option, login
from monitor.crawl import health
from monitor.crawl.advice import WORDS
from monitor.errors import UnknownNameError
from monitor.files import write_file
from monitor.language import PageLanguage, language
from monitor.masking import masked, plain
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.audit import EXPORTED
from monitor.upkeep import vitals

if TYPE_CHECKING:
    from monitor.cli import machine


@main.command()
@click.option("--set-aside", is_flag=True, help="List the rows that could not be read.")
@click.option("--complete", is_flag=True, help="List up to when each source has everything.")
@click.option(
    "--answer",
    "source",
    metavar="SOURCE",
    help="Write what a source answered when it last failed to a file.",
)
@click.option(
    "--check",
    is_flag=True,
    help="For monitors: exit with 1 where something wants a person, and tell only that.",
)
@as_json_option
def status(set_aside: bool, complete: bool, source: str | None, check: bool, as_json: bool) -> None:
    """Show how sources and messages do, what to do about what fails, and what each agent has.

    Example: distress status
    """
    loaded = settings_here()
    spoken = language(loaded.language)
    with store_of(loaded) as store:
        if source is not None:
            _write_answer(store, source, loaded, spoken)
            return
        if check:
            _check(store, loaded, spoken, as_json=as_json)
            return
        if as_json:
            click.echo(_as_json(store, loaded).model_dump_json())
            return
        counts = spoken.say(
            "帖子 %(posts)s 条，没读的 %(unread)s，求助 %(cases)s 个，读不了的行 %(rows)s",
            posts=store.posts.count(),
            unread=store.posts.count_unread(),
            cases=len(store.cases.all_ids()),
            rows=len(store.posts.list_set_aside()),
        )
        click.echo(f"{store.path}: {counts}")
        now = datetime.now(UTC)
        sources = health.of_sources(loaded, store, now=now)
        out.print(tables.health(sources, loaded.zone, now=now, spoken=spoken))
        out.print()
        if (to_mend := tables.to_mend(sources, spoken)).row_count:
            out.print(to_mend)
            out.print()
        of_runs = store.runs.languages_of(health.last_run_ids(sources))
        unread = tables.unread(sources, of_runs, spoken)
        if unread.row_count:
            out.print(unread)
            out.print()
        out.print(tables.loads(loaded, store.cases.get(store.cases.open_ids()), spoken))
        told = notify.channels(
            loaded,
            store.outbox.channels(now - timedelta(days=1)),
            messages.heartbeat_state(store, loaded),
            spoken,
        )
        if told.row_count:
            out.print()
            out.print(told)
        if complete:
            out.print(tables.complete(store.posts.complete(), loaded.zone, spoken))
        if set_aside:
            out.print(tables.set_aside(store.posts.list_set_aside(), spoken))


def _check(store: Store, loaded: Settings, spoken: PageLanguage, *, as_json: bool) -> None:
    """Tell a line for each thing that wants a person, and end with 1 where there is one."""
    seen = vitals.look(loaded, store, now=datetime.now(UTC))
    wants = list(vitals.wants(seen))
    if as_json:
        click.echo(_as_json(store, loaded).model_dump_json())
    else:
        by_name = {source.source: source for source in seen.sources}
        for want in wants:
            click.echo(plain(_words(want, seen, by_name.get(want.source), loaded, spoken)))
        if not wants:
            click.echo(spoken.say("一切正常"))
    click.get_current_context().exit(1 if wants else 0)


def _words(
    want: vitals.Want,
    seen: vitals.Vitals,
    source: health.Health | None,
    loaded: Settings,
    spoken: PageLanguage,
) -> str:
    if source is None:
        return spoken.say("%(count)s 条帖子一直没读：distress flag", count=seen.unread)
    if want.why == "failed":
        outcome = spoken.of(WORDS.get(source.outcome, source.outcome), source.outcome)
        return f"{source.source}: {outcome}: {masked(source.message)}"
    if want.why == "low":
        return spoken.say(
            "%(source)s：帖子少得多，%(now)s 条，平时 %(usual)s 条",
            source=source.source,
            now=source.volume.now,
            usual=f"{source.volume.usual:g}",
        )
    due = f"{source.next_at.astimezone(loaded.zone):%Y-%m-%d %H:%M}" if source.next_at else ""
    return spoken.say(
        "%(source)s：%(time)s 就该抓取了，distress run 在运行吗？", source=source.source, time=due
    )


def _as_json(store: Store, loaded: Settings) -> machine.Status:
    from monitor.cli import machine

    now = datetime.now(UTC)
    return machine.status(
        loaded,
        health.of_sources(loaded, store, now=now),
        store.cases.get(store.cases.open_ids()),
        {
            "posts": store.posts.count(),
            "posts_unread": store.posts.count_unread(),
            "cases": len(store.cases.all_ids()),
            "set_aside": len(store.posts.list_set_aside()),
        },
        store.outbox.channels(now - timedelta(days=1)),
        messages.heartbeat_state(store, loaded),
    )


def _write_answer(store: Store, source: str, loaded: Settings, spoken: PageLanguage) -> None:
    """Write the answer that was kept last; as plain text, so that nothing in it is ever run."""
    answer = store.answers.last(source)
    if answer is None:
        sources = list(store.answers.runs())
        raise UnknownNameError("kept answer of source", source, sources, "distress status")
    name = re.sub(r"[^\w.·-]", "_", source)
    file = Path(f"answer-{name}-{answer.id}.txt")
    write_file(file, answer.body)
    store.audit.note(EXPORTED, f"answer {answer.id} of {source}", actor=login(), file=file)
    at = answer.kept_at.astimezone(loaded.zone)
    told = spoken.say(
        "写好了 %(file)s，%(size)s 字节：%(outcome)s，第 %(run)s 次运行，%(time)s，%(url)s；"
        "里面的号码没有遮",
        file=file,
        size=f"{len(answer.body):,}",
        outcome=spoken.of(WORDS.get(answer.outcome, answer.outcome), answer.outcome),
        run=answer.run_id,
        time=f"{at:%Y-%m-%d %H:%M}",
        url=answer.url or spoken.say("没有网址"),
    )
    click.echo(plain(f"{told}\n{masked(answer.message)}"))
