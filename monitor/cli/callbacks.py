"""Commands of the sixth stage: outcomes in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from monitor import callback, supply
from monitor.cli.frame import Commands, case_of, err, main, settings_here, store_of
from monitor.dispositions import dispositions
from monitor.errors import DistressError


@main.group("callback", cls=Commands)
def callback_group() -> None:
    """Take in how callbacks ended.

    Example: distress callback import outcomes-云落-2020-02-12.json
    """


@callback_group.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
def callback_import(files: tuple[Path, ...]) -> None:
    """Import outcomes files that agents saved; importing one twice is harmless.

    Example: distress callback import outcomes-*.json
    """
    with store_of() as store:
        done = callback.import_outcomes(store, files)
        lines = supply.open_lines(store)
    click.echo(
        f"{done.added} outcomes added, {done.known} known already, {lines} supply lines opened"
    )
    for refusal in done.refused:
        where = f"{refusal.file} {refusal.entry}".strip()
        err.print(f"refused: {where}: {refusal.reason}", markup=False)
    if done.refused:
        raise DistressError(f"{len(done.refused)} refused; everything else is in the store")


@callback_group.command("record")
@click.argument("case_id", type=int, metavar="CASE")
@click.argument("disposition", metavar="DISPOSITION")
@click.option("--agent", help="Who called; the case's agent where left out.")
@click.option("--note", default="", help="What was said.")
@click.option(
    "--again-at",
    type=click.DateTime(["%Y-%m-%d %H:%M"]),
    help="Agreed time, in the configured zone.",
)
@click.option(
    "--goods", multiple=True, metavar="NAME=AMOUNT", help="Confirmed goods, such as 护手霜=40支."
)
def callback_record(
    case_id: int,
    disposition: str,
    agent: str | None,
    note: str,
    again_at: datetime | None,
    goods: tuple[str, ...],
) -> None:
    """Record one outcome from the terminal.

    Example: distress callback record 12 need_confirmed --goods 护手霜=40支
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        found = case_of(store, case_id)
        items = [callback.confirmed(words) for words in goods]
        noted = callback.noted_now(
            case_id=case_id,
            agent=agent or found.agent or "",
            disposition=disposition,
            note=note,
            call_again_at=again_at.replace(tzinfo=loaded.zone) if again_at else None,
            items=items,
        )
        callback.record(store, noted, origin="terminal")
        supply.open_lines(store)
    click.echo(
        f"case {case_id}: {dispositions()[disposition].zh} · {dispositions()[disposition].then}"
    )
