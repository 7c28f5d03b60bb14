"""Commands of the seventh stage: supply lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from monitor import supply
from monitor.cli import tables_supplies
from monitor.cli.frame import Commands, main, out, settings_here, spoken_here, store_of
from monitor.cli.given import Moment, Words, as_json_option, by_option, login
from monitor.errors import DistressError
from monitor.files import write_file
from monitor.language import N_, PageLanguage, language
from monitor.masking import masked
from monitor.store.audit import EXPORTED, told
from monitor.store.supplies import LineOfCase
from monitor.supply.checks import checks

_WRITTEN = (  # numbers masked, or in full
    N_("%(count)s 行物资写进了 %(file)s，号码遮住了中间"),
    N_("%(count)s 行物资写进了 %(file)s，号码没有遮"),
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
@as_json_option
@click.pass_context
def supplies_group(
    ctx: click.Context,
    as_csv: bool,
    xlsx: Path | None,
    totals: bool,
    numbers: bool,
    as_json: bool,
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
    spoken = language(loaded.language)
    with store_of(loaded) as store:
        supply.open_lines(store)
        lines = store.supplies.lines()
        if xlsx or as_csv:
            what = f"{len(lines)} supply lines, {told(numbers)}"
            store.audit.note(EXPORTED, what, actor=login(), file=xlsx)
    to_check = checks(lines)
    if xlsx:
        from monitor.supply import spreadsheet

        _write(xlsx, spreadsheet.as_xlsx(lines, loaded.zone, to_check, numbers=numbers))
        click.echo(spoken.say(_WRITTEN[numbers], count=len(lines), file=xlsx), err=as_csv)
    if as_json:
        from monitor.cli import machine

        click.echo(machine.supplies(lines, loaded).model_dump_json())
    elif as_csv:
        from monitor.supply import spreadsheet

        click.echo(spreadsheet.as_csv(lines, loaded.zone, to_check, numbers=numbers), nl=False)
    elif not lines:
        click.echo(
            spoken.say(
                "还没有确认过的物资；导入结果：%(command)s",
                command="distress callback import FILE…",
            )
        )
    elif totals:
        for table in tables_supplies.totals(lines, spoken):
            out.print(table)
            out.print()
    elif not xlsx:
        out.print(tables_supplies.supplies(lines, loaded.zone, spoken, to_check=to_check))
        _warn(lines, loaded.zone, spoken)


def _write(file: Path, content: bytes) -> None:
    try:
        write_file(file, content)
    except OSError as error:
        raise DistressError(f"cannot write {file}: {error.strerror}") from error


@supplies_group.command("step")
@click.argument("line_id", type=int, metavar="LINE")
@click.argument("status", metavar="STATUS")
@click.option(
    "--amount", metavar="AMOUNT", help="How much more; all that is missing where left out."
)
@by_option
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
    spoken = language(loaded.language)
    click.echo(tables_supplies.far(line, spoken))
    _warn([line], loaded.zone, spoken)


@supplies_group.command("substitute")
@click.argument("line_id", type=int, metavar="LINE")
@click.argument("name", type=Words(80), metavar="GOODS")
@click.option("--reason", type=Words(500), required=True, help="Why; the agent tells the ward.")
@by_option
def supplies_substitute(line_id: int, name: str, reason: str, by: str) -> None:
    """Have the ward asked whether other goods will do.

    The line's case is due at once, and its agent's page puts the question; `distress supplies show`
    tells the answer.

    Example: distress supplies substitute 3 KN95口罩 --reason 医用N95断货
    """
    with store_of() as store:
        line = supply.offer_substitute(store, line_id, name, reason=reason, by=by)
    spoken = spoken_here()
    click.echo(
        spoken.say(
            "会问病房：没有%(goods)s，给%(other)s行不行？（替代 %(number)s）",
            goods=masked(spoken.named(line.name)),
            other=masked(spoken.named(name)),
            number=line.substitutes[-1].id,
        )
    )


@supplies_group.command("answer")
@click.argument("substitute_id", type=int, metavar="SUBSTITUTE")
@click.argument("said", type=click.Choice(["accepted", "refused"]))
@by_option
def supplies_answer(substitute_id: int, said: str, by: str) -> None:
    """Note what the ward said to other goods, where no page did.

    Example: distress supplies answer 2 accepted --by 云落
    """
    with store_of() as store:
        supply.answer(store, substitute_id, accepted=said == "accepted", by=by)
    spoken = spoken_here()
    answer = spoken.say("可以换") if said == "accepted" else spoken.say("不能换")
    click.echo(spoken.say("替代 %(number)s：%(answer)s", number=substitute_id, answer=answer))


@supplies_group.command("back-order")
@click.argument("line_id", type=int, metavar="LINE")
@click.argument("day", type=Moment(end_of_day=True), metavar="DAY")
@by_option
@click.option("--note", type=Words(500), default="", help="Who promised it, which order.")
def supplies_back_order(line_id: int, day: datetime, by: str, note: str) -> None:
    """Note for which day the missing rest is promised.

    Until then nobody asks the ward for want of news; the pages show the day, and when it is past.

    Example: distress supplies back-order 3 2030-02-20 --note 厂家周四发货
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        line = supply.promise(store, line_id, day, by=by, note=note)
    spoken = language(loaded.language)
    promised = spoken.say("说好 %(date)s 到", date=f"{day.astimezone(loaded.zone):%Y-%m-%d}")
    click.echo(f"{tables_supplies.far(line, spoken)} · {promised}")


@supplies_group.command("undo")
@click.argument("line_id", type=int, metavar="LINE")
@by_option
@click.option("--note", default="", help="Why it was wrong.")
def supplies_undo(line_id: int, by: str, note: str) -> None:
    """Take back the last step of a line that was noted by hand; its history shows both.

    Example: distress supplies undo 3 --note 记错行了
    """
    with store_of() as store:
        line = supply.undo(store, line_id, by=by, note=note)
    spoken = spoken_here()
    click.echo(spoken.say("撤回了；%(line)s", line=tables_supplies.far(line, spoken)))


@supplies_group.command("show")
@click.argument("line_id", type=int, metavar="LINE")
def supplies_show(line_id: int) -> None:
    """Show every step of a line: who noted what, when, and what was undone.

    Example: distress supplies show 3
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        line = supply.line_of(store, line_id)
    spoken = language(loaded.language)
    out.print(tables_supplies.history(line, loaded.zone, spoken))
    for words in tables_supplies.offers(line, loaded.zone, spoken):
        click.echo(words)
    click.echo(tables_supplies.far(line, spoken))
    _warn([line], loaded.zone, spoken)


def _warn(lines: Sequence[LineOfCase], zone: ZoneInfo, spoken: PageLanguage) -> None:
    """Print what to look at before goods of these lines go on."""
    by_line = checks(lines)
    for line in lines:
        for check in by_line.get(line.id, ()):
            click.echo(tables_supplies.check(line, check, zone, spoken))
