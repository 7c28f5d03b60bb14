"""The command that reads stored posts, or raw answers, again: shown before it is applied."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from monitor.cli.frame import judging_settings, main, out, progress, settings_here, store_of
from monitor.cli.table_parts import Listing, row
from monitor.masking import masked

if TYPE_CHECKING:
    from monitor.crawl.reparse import AnswerPlan
    from monitor.merge.reread import Difference, Plan
    from monitor.settings import Settings


_SHOWN = 300  # characters of a post's words in a table; --json has all


@main.command("reread")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only posts of this day or later.")
@click.option("--source", help="Only posts of this source.")
@click.option("--answers", is_flag=True, help="Parse the kept raw answers of posts instead.")
@click.option("--json", "as_json", is_flag=True, help="Show the differences as JSON.")
@click.option("--apply", "applied", is_flag=True, help="Write what is shown.")
def reread_command(
    since: datetime | None, source: str | None, answers: bool, as_json: bool, applied: bool
) -> None:
    """Read stored posts by the present readers, and show what would differ; numbers masked.

    Nothing is written without --apply. A case that a person called, split, merged or decided on
    keeps its posts. Posts that were never read are left to: distress flag

    With --answers the present spiders parse what the sources answered, and show which words, times
    and authors would differ. Other words are kept as an edit is: distress flag reads them.

    Example: distress reread --since 2020-02-12 --source news
    """
    loaded = settings_here() if answers else judging_settings()
    begin = since.replace(tzinfo=loaded.zone) if since else None
    if answers:
        _parse_again(loaded, begin, source, as_json=as_json, applied=applied)
    else:
        _read_again(loaded, begin, source, as_json=as_json, applied=applied)


def _parse_again(
    loaded: Settings, since: datetime | None, source: str | None, *, as_json: bool, applied: bool
) -> None:
    from monitor.crawl import reparse

    with store_of(loaded) as store:
        with progress("parsing") as show:
            planned = reparse.plan(store, loaded, since=since, source=source, on_progress=show)
        skipped = reparse.apply(store, planned) if applied else 0
    if as_json:
        click.echo(json.dumps(_parsed_as_json(planned), ensure_ascii=False))
    elif planned.corrections:
        out.print(_parsed_table(planned))
    for name, count in sorted(planned.untold.items()):
        click.echo(f"{name}: {count} posts are not told by what is kept of them", err=True)
    failed = f", {planned.failed} hold no post now" if planned.failed else ""
    click.echo(
        f"{planned.posts} answers parsed{failed}; "
        f"{_end(len(planned.corrections), skipped, applied=applied)}"
        + ("; for other words: distress flag" if applied and planned.corrections else ""),
        err=as_json,
    )


def _end(count: int, skipped: int, *, applied: bool) -> str:
    left_out = f", {skipped} left out: they changed meanwhile" if skipped else ""
    what = "written" if applied else "would differ; to write it: the same command with --apply"
    return f"{count} {what}{left_out}"


def _parsed_as_json(planned: AnswerPlan) -> Mapping[str, Any]:
    return {
        "posts": planned.posts,
        "failed": planned.failed,
        "untold": dict(planned.untold),
        "differences": [
            {
                "source": one.post.source,
                "id": one.post.source_id,
                "fields": {
                    name: {"before": masked(old), "now": masked(new)}
                    for name, old, new in one.fields
                },
            }
            for one in planned.corrections
        ],
    }


def _parsed_table(planned: AnswerPlan) -> Table:
    listing = Listing("POST", "PARSED BEFORE", "PARSED NOW")
    for one in planned.corrections:
        row(
            listing,
            f"{one.post.source}/{one.post.source_id}",
            "\n".join(f"{name}: {old[:_SHOWN] or '-'}" for name, old, _ in one.fields),
            "\n".join(f"{name}: {new[:_SHOWN] or '-'}" for name, _, new in one.fields),
        )
    return listing


def _read_again(
    loaded: Settings, since: datetime | None, source: str | None, *, as_json: bool, applied: bool
) -> None:
    from monitor.merge import reread

    with store_of(loaded) as store:
        with progress("reading") as show:
            planned = reread.plan(
                store,
                window=loaded.merge.window,
                since=since,
                source=source,
                on_progress=show,
            )
        skipped = reread.apply(store, planned, window=loaded.merge.window) if applied else 0
    if as_json:
        click.echo(json.dumps(_as_json(planned), ensure_ascii=False))
    elif planned.differences:
        out.print(_table(planned))
    failed = f", {planned.failed} could not be read" if planned.failed else ""
    click.echo(
        f"{planned.posts} posts read{failed}; "
        f"{_end(len(planned.differences), skipped, applied=applied)}",
        err=as_json,
    )


def _as_json(planned: Plan) -> Mapping[str, Any]:
    return {
        "posts": planned.posts,
        "failed": planned.failed,
        "differences": [
            {
                "source": one.post.source,
                "id": one.post.source_id,
                "need": one.need_id,
                "verdict": one.verdict,
                "fields": {
                    name: {"before": masked(old), "now": masked(new)}
                    for name, old, new in one.fields
                },
                "case": one.case_id,
                "moves": one.moves,
                "to_case": one.to_case,
                "reason": one.reason,
                "kept": one.kept,
            }
            for one in planned.differences
        ],
    }


def _table(planned: Plan) -> Table:
    listing = Listing("POST", "CASE", "VERDICT", "READ BEFORE", "READ NOW", "MERGE")
    for one in planned.differences:
        before = "\n".join(f"{name}: {old or '-'}" for name, old, _ in one.fields)
        now = "\n".join(f"{name}: {new or '-'}" for name, _, new in one.fields)
        row(
            listing,
            f"{one.post.source}/{one.post.source_id}",
            one.case_id,
            one.verdict,
            before,
            now,
            _merge_words(one),
        )
    return listing


def _merge_words(one: Difference) -> str:
    if one.kept:
        return "stays: a person has dealt with the case" if one.verdict else ""
    if not one.moves:
        return ""
    if one.verdict == "no request":
        return f"leaves case {one.case_id}"
    if one.to_case is None:
        return "opens a case"
    where = f"case {one.to_case}" if one.to_case > 0 else f"the case of post {-one.to_case}"
    return f"joins {where}: {one.reason}"
