"""Commands of the sixth stage: outcomes in, and where two of them do not know of each other."""

from __future__ import annotations

import sys
from collections.abc import Sequence
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
from monitor.cli.desk_of import settings_of
from monitor.cli.frame import Commands, case_of, err, main, out, settings_here, store_of
from monitor.cli.given import Moment, Words
from monitor.errors import DistressError
from monitor.language import PageLanguage, language
from monitor.masking import masked, plain
from monitor.settings import Settings
from monitor.types import ARRIVED, Case, KnownContact
from spiders.base.options import secret
from spiders.base.trouble import AnswerError

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

    Without --config the settings are those of the desk whose page saved the file: it is looked for
    in this folder, in the folders in it, and beside the file.

    Example: distress callback import outcomes-*.json
    """
    loaded = settings_of(files)
    with store_of(loaded) as store:
        names = {agent.name for agent in loaded.agents}
        done = callback.import_outcomes(
            store, files, names, passphrase_of=lambda name: _passphrase(loaded, name)
        )
        from monitor import line  # loads the readers' neighbours: few commands need them

        calls = line.take_files(store, loaded, files)
        lines = supply.open_lines(store)
    spoken = language(loaded.language)
    say = spoken.say
    if calls.taken:
        click.echo(say("收下来电和转告 %(count)s 条，看：distress intake list", count=calls.taken))
    click.echo(
        say(
            "收下结果 %(added)s 条，早就有的 %(known)s 条，新的物资 %(lines)s 行",
            added=done.added,
            known=done.known,
            lines=lines,
        )
    )
    if done.decided:
        click.echo(say("按同事的决定，合并或分开了 %(count)s 对求助", count=done.decided))
    if done.barred:
        click.echo(say("按后来的帖子，记入免打扰名单的号码 %(count)s 个", count=done.barred))
    if done.handed:
        click.echo(say("交给同事的求助 %(count)s 个", count=done.handed))
    if done.answered:
        click.echo(say("记下换一种行不行的回话 %(count)s 条", count=done.answered))
    if done.clashes:
        cases = sorted({clash.case_id for clash in done.clashes})
        ids = ", ".join(map(str, cases[:_NAMED])) + (" …" if len(cases) > _NAMED else "")
        click.echo(
            say(
                "求助 %(ids)s 的结果对不上：记的时候互相不知道，都留着。"
                "请看：distress callback clashes",
                ids=ids,
            )
        )
    if done.ahead:
        click.echo(
            say(
                "有 %(count)s 条结果的时间还没到，最多早了 %(span)s：那台电脑的钟不准，"
                "先按收到的时间算",
                count=len(done.ahead),
                span=_span(max(done.ahead), spoken),
            )
        )
    _tell_refused(done, calls.refused, spoken)


def _tell_refused(done: callback.Imported, calls: Sequence[str], spoken: PageLanguage) -> None:
    """Tell what was refused and why; raises DistressError where something was."""
    say = spoken.say
    refused = say("没能收下")
    for refusal in done.refused:
        where = f"{refusal.file} {refusal.entry}".strip()
        err.print(f"{refused}: {plain(where)}: {masked(refusal.reason)}", markup=False)
    for reason in calls:
        err.print(f"{refused}: {masked(plain(reason))}", markup=False)
    if count := len(done.refused) + len(calls):
        raise DistressError(say("%(count)s 条没能收下，别的都收下了", count=count))


def _passphrase(loaded: Settings, name: str) -> str | None:
    """Return the words of an agent's page: those of the settings, else as they are typed here."""
    agent = loaded.agent(name)
    if agent and agent.passphrase:
        try:
            return secret(agent.passphrase)
        except AnswerError as error:
            raise DistressError(f"the passphrase of {name}: {error}") from None
    if sys.stdin.isatty():
        return str(click.prompt(f"passphrase of {plain(name)}", hide_input=True, err=True))
    return None


@callback_group.command("clashes")
def callback_clashes() -> None:
    """List outcomes of one case that were noted without knowing each other, until settled.

    Example: distress callback clashes
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        cases = store.cases.get(store.history.called_more_than_once())
        open_clashes = [clash for case in cases for clash in clashes(case)]
    spoken = language(loaded.language)
    if not open_clashes:
        click.echo(spoken.say("没有对不上的结果：每个人记的时候，都看过前面记的"))
        return
    out.print(tables_case.clashes(open_clashes, loaded.zone, spoken))
    command = "distress callback record CASE DISPOSITION"
    click.echo(spoken.say("先看：%(command)s", command="distress case show CASE"))
    click.echo(spoken.say("再记一条算数的，就了结：%(command)s", command=command))


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
@click.option(
    "--arrived", type=click.Choice(ARRIVED), help="Of a ward that is called back: did it arrive."
)
@click.option("--fits/--fits-not", default=None, help="Whether the goods can be used.")
@click.option(
    "--next-need",
    type=Moment(),
    metavar="MOMENT",
    help="When the goods run out again; the case is due by itself then.",
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
    arrived: str | None,
    fits: bool | None,
    next_need: datetime | None,
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
            arrived=arrived,
            fits=fits,
            next_need_at=next_need,
        )
        callback.record(store, outcome, origin="terminal", complete=True, typed=True)
        supply.open_lines(store)
        marks = store.marks.of_callback(outcome.id)
        led_to = standing.warnings_and_next_words(store, loaded, case, outcome)
    spoken = language(loaded.language)
    name = spoken.of(disposition.zh, disposition.en)
    then = spoken.of(disposition.then, disposition.then_en)
    click.echo(
        spoken.say("求助 %(id)s：%(outcome)s · %(then)s", id=case_id, outcome=name, then=then)
    )
    for mark in marks:
        click.echo(tables_case.mark_words(mark, loaded.zone, spoken))
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


def _span(length: timedelta, spoken: PageLanguage) -> str:
    """Return a length of time to the minute, such as 1 d 2 h 5 min."""
    minutes = length // timedelta(minutes=1)
    day, hour, minute = spoken.of("天", "d"), spoken.of("小时", "h"), spoken.of("分钟", "min")
    parts = ((minutes // 1440, day), (minutes // 60 % 24, hour), (minutes % 60, minute))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)
