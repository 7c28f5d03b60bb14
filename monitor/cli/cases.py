"""Commands that look at cases, undo merges, give cases to agents and open them again."""

from __future__ import annotations

import click

from monitor.cli import tables, tables_case
from monitor.cli.frame import Commands, case_of, main, out, settings_here, store_of
from monitor.cli.history import timeline_of
from monitor.errors import DistressError, UnknownNameError


@main.group("case", cls=Commands)
def case_group() -> None:
    """Look at cases, undo merges, give them to agents, open them again.

    Example: distress case show 12
    """


@case_group.command("list")
@click.option("--all", "everything", is_flag=True, help="Closed ones too.")
def case_list(everything: bool) -> None:
    """List the open cases, numbers masked.

    Example: distress case list
    """
    with store_of() as store:
        ids = store.cases.all_ids() if everything else store.cases.open_ids()
        cases = store.cases.get(ids)
    out.print(tables.cases(cases) if cases else "no cases; next: distress once", markup=False)


@case_group.command("show")
@click.argument("case_id", type=int, metavar="CASE")
@click.option("--numbers", is_flag=True, help="Show phone numbers in full.")
def case_show(case_id: int, numbers: bool) -> None:
    """Show all that happened to a case in order of time: posts, agents, calls, goods.

    Example: distress case show 12
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        timeline = timeline_of(store, case_of(store, case_id), zone=loaded.zone, numbers=numbers)
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
    click.echo(f"case {new_case} now holds need {', '.join(map(str, need_ids))}")


@case_group.command("suggested")
def case_suggested() -> None:
    """List pairs of open cases that may be one need, for a person to decide.

    Example: distress case suggested
    """
    with store_of() as store:
        suggestions = store.suggestions.open()
    out.print(
        tables_case.suggestions(suggestions) if suggestions else "nothing to decide", markup=False
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
    click.echo(f"case {case_id} now holds what case {other_id} held")


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
    click.echo(f"cases {case_id} and {other_id} stay apart")


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
    click.echo(f"update {update_id} no longer counts for case {case_id}")


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
            click.echo(f"case {case_id} is with {agent} already")
            return
        store.cases.assign(case_id, agent, reason, actor=actor)
    click.echo(f"case {case_id}: from {case.agent or 'nobody'} to {agent}")


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
    click.echo(f"case {case_id} is open again, with {case.agent or 'nobody'}")
