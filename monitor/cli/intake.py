"""Commands of the other doors: what was told by phone, note or list, and its taking back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from rich.table import Table

from monitor import intake
from monitor.cli.frame import Commands, main, out, settings_here, store_of
from monitor.cli.given import Moment, Words
from monitor.cli.table_parts import Listing, Own, row
from monitor.settings import Settings
from monitor.types import Import

taken_in_by = click.option(
    "--by", "actor", type=Words(60), required=True, help="Who takes it in; others will read it."
)
kept_until = click.option(
    "--keep",
    type=Moment(end_of_day=True),
    metavar="DATE",
    help="Last day on which it is kept; then it is forgotten, whatever became of it.",
)


@click.group("intake", cls=Commands)
def intake_group() -> None:
    """Take in what comes by other doors than posts: calls, notes, sheets, pictures, lists.

    Each is a run with a number, by which it can be taken back as long as nobody called about it.

    Example: distress intake list
    """


@intake_group.command("list")
def intake_list() -> None:
    """List what was taken in: by whom, what for, how much, and until when it is kept.

    Example: distress intake list
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        imports = store.imports.all()
    if imports:
        out.print(_listing(imports, loaded))
    else:
        click.echo("nothing came in by another door yet; see: distress intake --help")


@intake_group.command("warnings")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Which column is what: name, number, address, id, age, event, at, reacted.",
)
@click.option("--purpose", type=Words(500), default="", help="Why these people are called.")
@click.option("--dry-run", is_flag=True, help="Tell what would come of the file, and keep nothing.")
@kept_until
@taken_in_by
def intake_warnings(
    file: Path,
    mapped: tuple[str, ...],
    purpose: str,
    dry_run: bool,
    keep: datetime | None,
    actor: str,
) -> None:
    """Take in events of a risk system: who, how old, what happened, when.

    Whoever is of the age in `[warnings]` and has not reacted becomes a case with a script that
    dissuades, due soon after the event; events of one person are one case. Calls that are late
    climb in the order of calling. What columns hold is told by their names, unless --map says it.

    Example: distress intake warnings events.csv --by 青岚
    """
    from monitor.intake import warning_events

    loaded = settings_here()
    now = datetime.now(UTC)
    with store_of(loaded) as store:
        warned = warning_events.take_warnings(
            store,
            file,
            loaded,
            mapped,
            actor=actor,
            purpose=purpose or "warnings of a risk system",
            now=now,
            keep_until=keep or now + loaded.retention.lists,
            dry_run=dry_run,
        )
    click.echo(f"columns: {warned.columns}")
    listing = Listing("EVENTS", "", right=("EVENTS",))
    row(listing, len(warned.events), Own("events of the file"))
    for reason, count in warned.reasons.items():
        row(listing, count, Own(f"open no case: {reason}"))
    if warned.same:
        row(listing, warned.same, Own("known before"))
    out.print(listing)
    if dry_run:
        click.echo("nothing was kept; leave --dry-run out to take it in")
    else:
        click.echo(f"import {warned.run_id}: {warned.cases} cases; next: distress digest")


@intake_group.command("undo")
@click.argument("run_id", type=int, metavar="RUN")
@click.option("--by", "actor", type=Words(60), required=True, help="Who says so.")
def intake_undo(run_id: int, actor: str) -> None:
    """Take a wrong import back, as long as nobody called one of its cases since it came in.

    Its needs leave their cases, and what it changed is again as it was; all of it stays on record.

    Example: distress intake undo 31 --by 青岚
    """
    with store_of() as store:
        undone = intake.take_back(store, run_id, actor=actor)
    counts = undone.posts
    click.echo(
        f"import {run_id} ({undone.kind} {undone.name}".rstrip()
        + f") taken back: {counts.get('new', 0)} posts left their cases, "
        f"{counts.get('changed', 0)} are again as they were before"
    )


@intake_group.command("forget")
@click.argument("run_id", type=int, metavar="RUN")
@click.confirmation_option(prompt="Nobody can bring back what is forgotten. Forget it?")
def intake_forget(run_id: int) -> None:
    """Forget an import: its words, people and numbers are gone, outcomes stay as counts.

    Numbers that are not to be called stay on that list.

    Example: distress intake forget 31 --yes
    """
    with store_of() as store:
        posts = intake.forget(store, run_id)
    click.echo(f"import {run_id} forgotten: the words of {posts} posts are gone")


def _listing(imports: list[Import], loaded: Settings) -> Table:
    listing = Listing(
        "RUN", "DOOR", "NAME", "WHEN", "BY", "FOR", "NEW", "CHANGED", "SAME", "GONE", "KEPT",
        right=("RUN", "NEW", "CHANGED", "SAME", "GONE"),
    )  # fmt: skip
    for one in imports:
        row(
            listing,
            one.run_id,
            one.kind,
            one.name,
            _moment(one.at, loaded),
            one.actor,
            one.purpose,
            *(one.posts.get(change, 0) for change in ("new", "changed", "same", "gone")),
            _kept(one, loaded),
        )
    return listing


def _kept(one: Import, loaded: Settings) -> Own:
    if one.forgotten_at:
        return Own(f"forgotten {_moment(one.forgotten_at, loaded)}")
    if one.undone_at:
        return Own(f"taken back {_moment(one.undone_at, loaded)}")
    return Own(f"until {_moment(one.keep_until, loaded)}" if one.keep_until else "as posts are")


def _moment(at: datetime, loaded: Settings) -> Own:
    return Own(f"{at.astimezone(loaded.zone):%Y-%m-%d %H:%M}")


main.add_command(intake_group)
intake_group.add_late(
    "intake_spoken",
    {
        "hotline": "Take in a call to the hotline; what is not given as an option is asked for.",
        "relay": "Take in what a volunteer or journalist passes on of a ward, as a call to the "
        "hotline.",
    },
)
intake_group.add_late(
    "intake_sheet", {"sheet": "Take in a sheet of needs: CSV, XLSX or JSON Lines, a row a need."}
)
intake_group.add_late(
    "intake_picture",
    {
        "picture": "Read pictures of lists into a case, PNG, JPEG or WebP, line by line as "
        "somebody ticks them.",
    },
)
