"""Commands of the seventh stage: supply lines."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from monitor import supply
from monitor.cli import tables_supplies
from monitor.cli.frame import Commands, main, out, settings_here, store_of
from monitor.errors import DistressError
from monitor.files import write_file
from monitor.masking import masked
from monitor.store.supplies import LineOfCase
from monitor.supply import spreadsheet
from monitor.supply.checks import checks
from monitor.supply.progress import progress, shown, withdrawal


def _login() -> str:
    """Return the name of who is at the terminal, "" where the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


_by = click.option(
    "--by", default=_login, metavar="NAME", help="Who says so; your login name where left out."
)


@main.group("supplies", cls=Commands, invoke_without_command=True)
@click.option(
    "--csv", "as_csv", is_flag=True, help="Print CSV that is safe to open in a spreadsheet."
)
@click.option(
    "--xlsx",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a workbook: lines, totals, history.",
)
@click.option("--totals", is_flag=True, help="Sum by goods, facility and team.")
@click.option("--numbers", is_flag=True, help="In --csv and --xlsx, people's numbers in full.")
@click.pass_context
def supplies_group(
    ctx: click.Context, as_csv: bool, xlsx: Path | None, totals: bool, numbers: bool
) -> None:
    """List the confirmed goods and how far each is on its way.

    `distress digest` writes the same as a page, supplies.html, and packing.html beside it: a list
    to print for each facility of what is still to be sent. Below the list stands what to look at
    before goods go on: a line's case that ended otherwise later, outcomes that contradict each
    other, goods on their way though withdrawn. People's numbers in notes and names are masked; the
    last column of --csv and --xlsx says so, or that they are in full.

    Example: distress supplies --xlsx supplies.xlsx
    """
    if ctx.invoked_subcommand:
        return
    loaded = settings_here()
    with store_of(loaded) as store:
        supply.open_lines(store)
        lines = store.supplies.lines()
    to_check = checks(lines)
    if xlsx:
        try:
            write_file(xlsx, spreadsheet.as_xlsx(lines, loaded.zone, to_check, numbers=numbers))
        except OSError as error:
            raise DistressError(f"cannot write {xlsx}: {error.strerror}") from error
        state = "in full" if numbers else "masked"
        click.echo(
            f"{len(lines)} supply lines written to {xlsx}, people's numbers {state}", err=as_csv
        )
    if as_csv:
        click.echo(spreadsheet.as_csv(lines, loaded.zone, to_check, numbers=numbers), nl=False)
    elif not lines:
        click.echo(
            "no goods are confirmed yet; import outcomes with: distress callback import FILE…"
        )
    elif totals:
        for table in tables_supplies.totals(lines):
            out.print(table)
            out.print()
    elif not xlsx:
        out.print(tables_supplies.supplies(lines, loaded.zone, to_check=to_check))
        _warn(lines, loaded.zone)


@supplies_group.command("step")
@click.argument("line_id", type=int, metavar="LINE")
@click.argument("status", metavar="STATUS")
@click.option(
    "--amount", metavar="AMOUNT", help="How much more; all that is missing where left out."
)
@_by
@click.option("--note", default="", help="How, what part, which parcel.")
@click.option("--anyway", is_flag=True, help="Note it even where goods might be sent twice.")
def supplies_step(
    line_id: int, status: str, amount: str | None, by: str, note: str, anyway: bool
) -> None:
    """Note that goods of a line are committed, in transit or received, all or a part.

    Amounts add up. What might be sent twice is refused, with the reason; --anyway notes it all the
    same. With `requested` the amount is what is asked for now: 0 withdraws the line, another brings
    it back.

    Example: distress supplies step 3 "in transit" --amount 25 --by 红会 --note 顺丰
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        line = supply.step(store, line_id, status, amount=amount, by=by, note=note, anyway=anyway)
    click.echo(_progress_words(line))
    _warn([line], loaded.zone)


@supplies_group.command("undo")
@click.argument("line_id", type=int, metavar="LINE")
@_by
@click.option("--note", default="", help="Why it was wrong.")
def supplies_undo(line_id: int, by: str, note: str) -> None:
    """Take back the last step of a line that was noted by hand; its history shows both.

    Example: distress supplies undo 3 --note 记错行了
    """
    with store_of() as store:
        line = supply.undo(store, line_id, by=by, note=note)
    click.echo(f"undone; {_progress_words(line)}")


@supplies_group.command("show")
@click.argument("line_id", type=int, metavar="LINE")
def supplies_show(line_id: int) -> None:
    """Show every step of a line: who noted what, when, and what was undone.

    Example: distress supplies show 3
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        line = supply.line_of(store, line_id)
    out.print(tables_supplies.history(line, loaded.zone))
    click.echo(_progress_words(line))
    _warn([line], loaded.zone)


def _warn(lines: Sequence[LineOfCase], zone: ZoneInfo) -> None:
    """Print what to look at before goods of these lines go on."""
    by_line = checks(lines)
    for line in lines:
        for check in by_line.get(line.id, ()):
            click.echo(tables_supplies.check(line, check, zone))


def _progress_words(line: LineOfCase) -> str:
    """Return how far a line is, in one line of text."""
    done = progress(line)
    unit = masked(done.unit)
    parts = [f"asked {masked(done.asked_before) or '?'}{unit}"]
    for stage in done.stages:
        parts.append(f"{stage.status} {'0' if stage.is_empty else masked(stage.in_words)}")
    last = done.stages[-1]
    if step := withdrawal(line):
        parts.append(f"withdrawn by {masked(step.actor)}" if step.actor else "withdrawn")
    elif last.full:
        parts.append("complete")
    elif last.missing is not None:
        parts.append(f"missing {shown(last.missing)}{unit}")
    return f"line {line.id}: " + " · ".join(parts)
