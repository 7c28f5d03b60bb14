"""Commands that look at cases, undo merges, give cases to agents and open them again."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import click

from monitor.cli import tables, tables_case
from monitor.cli.frame import (
    Commands,
    case_of,
    main,
    out,
    settings_here,
    spoken_here,
    store_of,
)
from monitor.cli.given import Words, as_json_option, login
from monitor.cli.history import timeline_of
from monitor.cli.standing import in_calling_order
from monitor.errors import DistressError, UnknownNameError
from monitor.language import language
from monitor.store.audit import OPENED
from monitor.types import Hand


@main.group("case", cls=Commands)
def case_group() -> None:
    """Look at cases, undo merges, give them to agents, open them again.

    Example: distress case show 12
    """


@case_group.command("list")
@click.option("--all", "everything", is_flag=True, help="Closed ones too.")
@as_json_option
def case_list(everything: bool, as_json: bool) -> None:
    """List the open cases in the order in which to call now, numbers masked.

    Example: distress case list
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        cases = in_calling_order(store, loaded, datetime.now(UTC), everything=everything)
    if as_json:
        from monitor.cli import machine

        told = machine.CaseList(cases=[machine.case_line(case) for case in cases])
        click.echo(told.model_dump_json())
        return
    spoken = language(loaded.language)
    nothing = spoken.say("还没有求助；下一步：%(command)s", command="distress once")
    out.print(tables.cases(cases, spoken) if cases else nothing, markup=False)


@case_group.command("show")
@click.argument("case_id", type=int, metavar="CASE")
@click.option("--numbers", is_flag=True, help="Show phone numbers in full.")
@as_json_option
def case_show(case_id: int, numbers: bool, as_json: bool) -> None:
    """Show all that happened to a case in order of time: posts, agents, calls, goods.

    Example: distress case show 12
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        case = case_of(store, case_id)
        if numbers:
            store.audit.note(OPENED, f"case {case_id}", actor=login())
        timeline = timeline_of(
            store,
            case,
            zone=loaded.zone,
            numbers=numbers,
            spoken=language(loaded.language),
        )
    if as_json:
        from monitor.cli import machine

        click.echo(machine.case_shown(timeline).model_dump_json())
        return
    out.print(tables_case.case(timeline))


@case_group.command("split")
@click.argument("case_id", type=int, metavar="CASE")
@click.argument("need_ids", type=int, nargs=-1, required=True, metavar="NEED…")
def case_split(case_id: int, need_ids: tuple[int, ...]) -> None:
    """Take needs out of a case into a new one: they were merged wrongly.

    Example: distress case split 12 31 32
    """
    from monitor import merge

    with store_of() as store:
        new_case = merge.split_case(store, case_of(store, case_id), need_ids)
    click.echo(
        spoken_here().say(
            "求助帖 %(needs)s 现在归求助 %(id)s", id=new_case, needs=", ".join(map(str, need_ids))
        )
    )


@case_group.command("suggested")
def case_suggested() -> None:
    """List pairs of open cases that may be one need, for a person to decide.

    Example: distress case suggested
    """
    loaded = settings_here()
    spoken = language(loaded.language)
    with store_of(loaded) as store:
        suggestions = store.suggestions.open()
    out.print(
        tables_case.suggestions(suggestions, spoken) if suggestions else spoken.say("没有要决定的"),
        markup=False,
    )


@case_group.command("merge")
@click.argument("case_id", type=int, metavar="CASE")
@click.argument("other_id", type=int, metavar="OTHER")
@click.option("--by", "actor", required=True, help="Who decided it.")
def case_merge(case_id: int, other_id: int, actor: str) -> None:
    """Put another case into this one: both are one need. Undone by: distress case split.

    Example: distress case merge 12 15 --by 青岚
    """
    from monitor import merge

    with store_of() as store, store.write():
        merge.merge_cases(store, case_of(store, case_id), case_of(store, other_id), actor=actor)
    click.echo(
        spoken_here().say("求助 %(other)s 的帖子都并进求助 %(id)s 了", id=case_id, other=other_id)
    )


@case_group.command("apart")
@click.argument("case_id", type=int, metavar="CASE")
@click.argument("other_id", type=int, metavar="OTHER")
@click.option("--by", "actor", required=True, help="Who decided it.")
def case_apart(case_id: int, other_id: int, actor: str) -> None:
    """Remember that two cases are two needs, so that nobody is asked again.

    Example: distress case apart 12 15 --by 青岚
    """
    from monitor import merge

    with store_of() as store, store.write():
        merge.keep_apart(store, case_of(store, case_id), case_of(store, other_id), actor=actor)
    click.echo(
        spoken_here().say(
            "求助 %(id)s 和 %(other)s 是两件事，以后不再问", id=case_id, other=other_id
        )
    )


@case_group.command("update-undo")
@click.argument("update_id", type=int, metavar="UPDATE")
@click.option("--by", "actor", required=True, help="Who decided it.")
def case_update_undo(update_id: int, actor: str) -> None:
    """Take from a case what a later post was wrongly taken to say of it.

    Example: distress case update-undo 7 --by 青岚
    """
    with store_of() as store:
        case_id = store.updates.undo(update_id, actor=actor)
    if case_id is None:
        raise DistressError(
            f"no update {update_id} stands; distress case show CASE names those of a case"
        )
    click.echo(
        spoken_here().say("更新 %(update)s 不再算进求助 %(id)s", update=update_id, id=case_id)
    )


@case_group.command("assign")
@click.argument("case_id", type=int, metavar="CASE")
@click.argument("agent", metavar="AGENT")
@click.option("--by", "actor", default="terminal", show_default=True, help="Who decided it.")
@click.option("--reason", default="by hand", show_default=True, help="Why, for the record.")
def case_assign(case_id: int, agent: str, actor: str, reason: str) -> None:
    """Give an open case to an agent; routing leaves it there.

    Example: distress case assign 12 望舒 --by 青岚 --reason 会说方言
    """
    loaded = settings_here()
    spoken = language(loaded.language)
    names = [entry.name for entry in loaded.agents]
    if agent not in names:
        raise UnknownNameError("agent", agent, names, "[[agents]] in distress.toml")
    with store_of(loaded) as store, store.write():
        case = case_of(store, case_id)
        if case.closed:
            raise DistressError(
                f"case {case_id} has ended; open it first: distress case reopen {case_id} --by …"
            )
        if case.agent == agent:
            click.echo(spoken.say("求助 %(id)s 已经在 %(agent)s 手上", id=case_id, agent=agent))
            return
        store.cases.assign(case_id, agent, reason, actor=actor)
    click.echo(
        spoken.say(
            "求助 %(id)s：%(before)s → %(agent)s",
            id=case_id,
            before=case.agent or spoken.of("没分派", "nobody"),
            agent=agent,
        )
    )


@case_group.command("hand")
@click.argument("case_id", type=int, metavar="CASE")
@click.argument("agent", metavar="AGENT")
@click.option("--by", "actor", required=True, help="Who hands it over: whose case it is.")
@click.option("--note", type=Words(2000), required=True, help="What the colleague should know.")
def case_hand(case_id: int, agent: str, actor: str, note: str) -> None:
    """Hand a case over to a colleague, with a note that stands first on their page.

    Example: distress case hand 12 望舒 --by 云落 --note 李护士四点下班前接
    """
    from monitor import callback

    loaded = settings_here()
    callback.check_colleague(agent, {entry.name for entry in loaded.agents})
    with store_of(loaded) as store:
        case = case_of(store, case_id)
        hand = Hand(id=str(uuid4()), case_id=case_id, to=agent, note=note, agent=actor)
        if not callback.decide(store, hand):
            raise DistressError(
                f"case {case_id} is with {case.agent or 'nobody'}; a lead moves it with: "
                f"distress case assign {case_id} {agent}"
            )
    click.echo(
        language(loaded.language).say(
            "求助 %(id)s：%(before)s → %(agent)s，留言带上了",
            id=case_id,
            before=actor,
            agent=agent,
        )
    )


@case_group.command("reopen")
@click.argument("case_id", type=int, metavar="CASE")
@click.option("--by", "actor", required=True, help="Who decided it.")
@click.option("--reason", required=True, help="Why, for the record.")
def case_reopen(case_id: int, actor: str, reason: str) -> None:
    """Open a case again that a callback ended by mistake; what was noted stays on record.

    Example: distress case reopen 12 --by 青岚 --reason 说的是另一家医院
    """
    with store_of() as store, store.write():
        case = case_of(store, case_id)
        if not case.closed:
            raise DistressError(f"case {case_id} is open: no callback has ended it")
        store.cases.reopen(case_id, actor=actor, reason=reason)
    spoken = spoken_here()
    click.echo(
        spoken.say(
            "求助 %(id)s 重新打开了，谁在跟：%(agent)s",
            id=case_id,
            agent=case.agent or spoken.of("没分派", "nobody"),
        )
    )
