"""Commands that look at cases and undo merges."""

from __future__ import annotations

import click

from monitor import tables
from monitor.cli.frame import Commands, case_of, main, out, settings_here, store_of


@main.group("case", cls=Commands)
def case_group() -> None:
    """Look at cases and undo merges.

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
        found = store.cases.get(ids)
    out.print(tables.cases(found) if found else "no cases; next: distress once", markup=False)


@case_group.command("show")
@click.argument("case_id", type=int, metavar="CASE")
@click.option("--numbers", is_flag=True, help="Show phone numbers in full.")
def case_show(case_id: int, numbers: bool) -> None:
    """Show a case with its posts, why they are one case, and its callbacks.

    Example: distress case show 12
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        out.print(tables.case(case_of(store, case_id), loaded.zone, numbers=numbers))


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
