"""Commands of the sixth stage: outcomes in, and where two of them do not know of each other."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from monitor import callback, supply
from monitor.callback.demands import disposition_of
from monitor.calling.clashes import clashes
from monitor.calling.contacts import typed_contact
from monitor.calling.dispositions import Disposition
from monitor.calling.ladder import contacts_of, numbers_of
from monitor.cli import standing, tables_case
from monitor.cli.frame import Commands, case_of, err, main, out, settings_here, store_of
from monitor.cli.given import Moment, Words
from monitor.errors import DistressError
from monitor.masking import masked, plain
from monitor.types import Case, KnownContact

_NAMED = 20


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
    loaded = settings_here()
    with store_of(loaded) as store:
        done = callback.import_outcomes(store, files, {agent.name for agent in loaded.agents})
        lines = supply.open_lines(store)
    click.echo(
        f"{done.added} outcomes added, {done.known} known already, {lines} supply lines opened"
    )
    if done.decided:
        click.echo(f"{done.decided} pairs of cases merged or kept apart, as the agents decided")
    if done.barred:
        click.echo(f"{done.barred} numbers put on the do-not-call list, as later posts ask")
    if done.clashes:
        cases = sorted({clash.case_id for clash in done.clashes})
        ids = ", ".join(map(str, cases[:_NAMED])) + (" …" if len(cases) > _NAMED else "")
        click.echo(
            f"outcomes clash in case {ids}: they were noted without knowing each other; all are "
            "kept. See: distress callback clashes"
        )
    if done.ahead:
        click.echo(
            f"{len(done.ahead)} outcomes are dated ahead, by {_span(max(done.ahead))} at most: "
            "their computer's clock is wrong; the rules of calling take them as made when they "
            "came in"
        )
    for refusal in done.refused:
        where = f"{refusal.file} {refusal.entry}".strip()
        err.print(f"refused: {plain(where)}: {masked(refusal.reason)}", markup=False)
    if done.refused:
        raise DistressError(f"{len(done.refused)} refused; everything else is in the store")


@callback_group.command("clashes")
def callback_clashes() -> None:
    """List outcomes of one case that were noted without knowing each other, until settled.

    Example: distress callback clashes
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        cases = store.cases.get(store.history.called_more_than_once())
        open_clashes = [clash for case in cases for clash in clashes(case)]
    if not open_clashes:
        click.echo("no clashes: whoever noted an outcome knew of those before it")
        return
    out.print(tables_case.clashes(open_clashes, loaded.zone))
    click.echo(
        "look with: distress case show CASE\n"
        "note what holds, and the clash is settled: distress callback record CASE DISPOSITION"
    )


@callback_group.command("record")
@click.argument("case_id", type=int, metavar="CASE")
@click.argument("code", type=Words(60), metavar="DISPOSITION")
@click.option("--agent", type=Words(60), help="Who called; the case's agent where left out.")
@click.option("--note", type=Words(), default="", help="What was said.")
@click.option("--contact", type=Words(2000), help="The number or id that was tried.")
@click.option(
    "--again-at", type=Moment(), metavar="MOMENT", help="Agreed time, in the configured zone."
)
@click.option(
    "--goods",
    type=Words(500),
    multiple=True,
    metavar="NAME=AMOUNT",
    help="Confirmed goods, such as 护手霜=40支.",
)
@click.option(
    "--new-contact",
    type=Words(2000),
    help='Whom to call instead, such as "王老师 13800138222".',
)
@click.option(
    "--until",
    type=Moment(end_of_day=True),
    metavar="DATE",
    help="Last day on the do-not-call list; without end where left out.",
)
def callback_record(  # noqa: PLR0913 - one for each option
    case_id: int,
    code: str,
    agent: str | None,
    note: str,
    contact: str | None,
    again_at: datetime | None,
    goods: tuple[str, ...],
    new_contact: str | None,
    until: datetime | None,
) -> None:
    """Record one outcome from the terminal.

    Example: distress callback record 12 need_confirmed --goods 护手霜=40支
    """
    disposition = disposition_of(code)
    loaded = settings_here()
    with store_of(loaded) as store:
        case = case_of(store, case_id)
        who = agent or case.agent
        if not who:
            raise DistressError(f"case {case_id} has no agent; say who called: --agent NAME")
        callback.check_agent(store, who, {entry.name for entry in loaded.agents})
        outcome = callback.noted_now(
            case_id=case_id,
            agent=who,
            disposition=code,
            note=note,
            call_again_at=again_at,
            items=[callback.confirmed(words) for words in goods],
            contact=_contact_tried(typed_contact(contact) if contact else None, disposition, case),
            new_contact=typed_contact(new_contact) if new_contact else None,
            barred_until=until,
            after_id=case.callbacks[-1].id if case.callbacks else "",
        )
        callback.record(store, outcome, origin="terminal", complete=True, typed=True)
        supply.open_lines(store)
        marks = store.marks.of_callback(outcome.id)
        led_to = standing.warnings_and_next_words(store, loaded, case, outcome)
    click.echo(f"case {case_id}: {disposition.zh} · {disposition.then}")
    for mark in marks:
        click.echo(tables_case.mark_words(mark, loaded.zone))
    for words in led_to:
        click.echo(plain(words))


def _contact_tried(
    contact: KnownContact | None, disposition: Disposition, case: Case
) -> KnownContact | None:
    """Return the contact that was tried as the case writes it; left out, its only number."""
    if contact:
        return next((other for other in contacts_of(case) if other.key == contact.key), contact)
    numbers = numbers_of(case)
    return numbers[0] if len(numbers) == 1 and disposition.number != "-" else None


def _span(length: timedelta) -> str:
    """Return a length of time to the minute, such as 1 d 2 h 5 min."""
    minutes = length // timedelta(minutes=1)
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)
