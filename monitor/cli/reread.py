"""The command that reads stored posts again: what would differ is shown before it is applied."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from monitor.cli.frame import judging_settings, main, out, progress, store_of
from monitor.cli.table_parts import row, table
from monitor.masking import masked

if TYPE_CHECKING:
    from monitor.merge.reread import Difference, Plan


@main.command("reread")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only posts of this day or later.")
@click.option("--source", help="Only posts of this source.")
@click.option("--json", "as_json", is_flag=True, help="Show the differences as JSON.")
@click.option("--apply", "applied", is_flag=True, help="Write what is shown.")
def reread_command(
    since: datetime | None, source: str | None, as_json: bool, applied: bool
) -> None:
    """Read stored posts by the present readers, and show what would differ; numbers masked.

    Nothing is written without --apply. A case that a person called, split, merged or decided on
    keeps its posts. Posts that were never read are left to: distress flag

    Example: distress reread --since 2020-02-12 --source news
    """
    from monitor.merge import reread

    loaded = judging_settings()
    begin = since.replace(tzinfo=loaded.zone) if since else None
    with store_of(loaded) as store:
        with progress("reading") as show:
            planned = reread.plan(
                store,
                window=loaded.merge.window,
                since=begin,
                source=source,
                on_progress=show,
            )
        skipped = reread.apply(store, planned, window=loaded.merge.window) if applied else 0
    if as_json:
        click.echo(json.dumps(_as_json(planned), ensure_ascii=False))
    elif planned.differences:
        out.print(_table(planned))
    failed = f", {planned.failed} could not be read" if planned.failed else ""
    left_out = f", {skipped} left out: they changed meanwhile" if skipped else ""
    what = "written" if applied else "would differ; to write it: the same command with --apply"
    click.echo(
        f"{planned.posts} posts read{failed}; {len(planned.differences)} {what}{left_out}",
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
    listing = table("POST", "CASE", "VERDICT", "READ BEFORE", "READ NOW", "MERGE")
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
