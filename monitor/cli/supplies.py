"""Commands of the seventh stage: supply lines."""

from __future__ import annotations

import click

from monitor import supply, tables
from monitor.cli.frame import Commands, main, out, settings_here, store_of


@main.group("supplies", cls=Commands, invoke_without_command=True)
@click.option(
    "--csv", "as_csv", is_flag=True, help="Print CSV that is safe to open in a spreadsheet."
)
@click.pass_context
def supplies_group(ctx: click.Context, as_csv: bool) -> None:
    """List the confirmed goods and how far each is on its way.

    Example: distress supplies --csv > supplies.csv
    """
    if ctx.invoked_subcommand:
        return
    loaded = settings_here()
    with store_of(loaded) as store:
        supply.open_lines(store)
        lines = store.supplies.lines()
    if as_csv:
        click.echo(supply.as_csv(lines), nl=False)
    elif lines:
        out.print(tables.supplies(lines, loaded.zone))
    else:
        click.echo(
            "no goods are confirmed yet; import outcomes with: distress callback import FILE…"
        )


@supplies_group.command("step")
@click.argument("line_id", type=int, metavar="LINE")
@click.argument("status", metavar="STATUS")
@click.option("--note", default="", help="By whom, how, what part.")
def supplies_step(line_id: int, status: str, note: str) -> None:
    """Note that a line is committed, in transit or received.

    Example: distress supplies step 3 "in transit" --note 顺丰
    """
    with store_of() as store:
        stepped = supply.step(store, line_id, status, note)
    click.echo(f"line {stepped.id}: {stepped.status}")
