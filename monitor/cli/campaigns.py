"""Commands of campaigns: contact lists that are called in rounds."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.cli import tables_campaigns
from monitor.cli.frame import Commands, main, out, settings_here, store_of
from monitor.cli.given import Moment, Words
from monitor.errors import DistressError
from monitor.files import write_file
from monitor.language import LANGUAGES


def _login() -> str:
    """Return the name of who is at the terminal, "" where the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


_by = click.option(
    "--by",
    "actor",
    type=Words(60),
    default=_login,
    metavar="NAME",
    help="Who says so; your login name where left out.",
)
_file = click.Path(path_type=Path, dir_okay=False)


@main.group("campaign", cls=Commands)
def campaign_group() -> None:
    """Call the people of a contact list in rounds, so many a day, whoever was not reached again.

    Example: distress campaign list
    """


@campaign_group.command("new")
@click.argument("name", type=Words(60))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--script",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="What agents say; the bundled script of campaigns where left out.",
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Which column is what: name, number, address or id; several with commas between.",
)
@click.option(
    "--notice", type=Words(500), default="", help="What everybody is told; a fact of the script."
)
@click.option("--purpose", type=Words(500), default="", help="Why these people are called.")
@click.option(
    "--keep",
    type=Moment(end_of_day=True),
    metavar="DATE",
    help="Last day on which the list is kept; `[retention] lists` where left out.",
)
@click.option("--dialable", type=_file, metavar="CSV", help="Write whom to dial, numbers in full.")
@click.option(
    "--screened-out", type=_file, metavar="CSV", help="Write the rows left out, and why each is."
)
@click.option("--dry-run", is_flag=True, help="Tell what would come of the list, and keep nothing.")
@_by
def campaign_new(  # noqa: PLR0913 - one for each option
    name: str,
    file: Path,
    script: Path | None,
    mapped: tuple[str, ...],
    notice: str,
    purpose: str,
    keep: datetime | None,
    dialable: Path | None,
    screened_out: Path | None,
    dry_run: bool,
    actor: str,
) -> None:
    """Read a contact list (CSV, XLSX, JSON Lines), screen it, and begin to call it.

    Numbers are read, put in order and completed by the address as far as it tells; who is not to be
    called is left out. Nothing is guessed: a row without a number is kept with the reason. What
    columns hold is told by their names, unless --map says it. Calls are given out by
    `distress digest`, in the quota of each agent.

    Example: distress campaign new 灾区客户 contacts.csv --script care.md --map number=手机,电话
    """
    from monitor.digest.script import script_in
    from monitor.intake import campaigns, contact_list

    loaded = settings_here()
    text = script_in(script, loaded.language)[1] if script else None
    columns = contact_list.given_columns(mapped)
    with store_of(loaded) as store:
        campaigns.check_name(store, name)
        screened = campaigns.screen(store, file, loaded, columns)
        click.echo(f"columns: {screened.columns.in_words()}")
        out.print(tables_campaigns.screened(screened))
        _write(dialable, campaigns.dialable_csv(screened))
        _write(screened_out, campaigns.screened_out_csv(screened))
        if dry_run:
            click.echo("nothing was kept; leave --dry-run out to begin")
            return
        campaigns.begin(
            store,
            name,
            screened,
            loaded,
            file=file.name,
            actor=actor,
            purpose=purpose or f"campaign {name}",
            notice=notice,
            script=text,
            keep_until=keep or datetime.now(UTC) + loaded.retention.lists,
        )
    click.echo(f"campaign '{name}' is running; next: distress digest")


def _write(file: Path | None, content: str) -> None:
    if file is None:
        return
    try:
        # The mark tells spreadsheets that it is UTF-8.
        write_file(file, ("\ufeff" + content).encode("utf-8", "replace"))
    except OSError as error:
        raise DistressError(f"cannot write {file}: {error.strerror}") from error
    click.echo(f"wrote {file}")


@campaign_group.command("list")
def campaign_list() -> None:
    """List the campaigns: their state, round, and how many were dialled and reached.

    Example: distress campaign list
    """
    from monitor.intake import campaigns

    loaded = settings_here()
    with store_of(loaded) as store:
        states = [campaigns.state_of(store, one, loaded) for one in store.campaigns.all()]
    if states:
        out.print(tables_campaigns.campaigns(states, loaded.zone))
    else:
        click.echo("no campaign yet; begin one with: distress campaign new NAME FILE")


@campaign_group.command("report")
@click.argument("name", type=Words(60))
@click.option(
    "--csv", "as_csv", is_flag=True, help="Print CSV that is safe to open in a spreadsheet."
)
@click.option("--page", type=_file, metavar="HTML", help="Write a page with a chart.")
@click.option("--language", "code", type=click.Choice(LANGUAGES), help="Else the settings'.")
def campaign_report(name: str, as_csv: bool, page: Path | None, code: str | None) -> None:
    """Show how far a campaign's people got: screened, dialable, dialled, reached, accepted.

    For each round and in all; each rate tells of whom it is a part.

    Example: distress campaign report 灾区客户 --page report.html
    """
    from monitor.digest import campaign_page
    from monitor.intake import campaigns

    loaded = settings_here()
    spoken = code or loaded.language
    with store_of(loaded) as store:
        state = campaigns.state_of(store, campaigns.named(store, name), loaded)
    if page:
        shown = campaign_page.campaign_page(state, loaded, spoken, now=datetime.now(UTC))
        write_file(page, str(shown).encode())
        click.echo(f"wrote {page}", err=as_csv)
    if as_csv:
        click.echo(campaign_page.as_csv(state.funnel), nl=False)
    elif not page:
        for table in tables_campaigns.report(state):
            out.print(table)
            out.print()


def _change(name: str, state: str, actor: str) -> None:
    from monitor.intake import campaigns

    loaded = settings_here()
    with store_of(loaded) as store:
        campaigns.change(store, name, state, actor=actor)
        moved = campaigns.walk(store, loaded, now=datetime.now(UTC))
    told = f"campaign '{name}' is {state}"
    if moved.taken_back:
        told += f"; {moved.taken_back} calls that nobody answered were taken back"
    if moved.given:
        told += f"; {moved.given} calls were given out"
    click.echo(f"{told}. Bring it to the pages with: distress digest")


@campaign_group.command("pause")
@click.argument("name", type=Words(60))
@_by
def campaign_pause(name: str, actor: str) -> None:
    """Stop giving out calls for a while, and take back those that nobody answered.

    Agreed times stay with their agents.

    Example: distress campaign pause 灾区客户
    """
    _change(name, "paused", actor)


@campaign_group.command("resume")
@click.argument("name", type=Words(60))
@_by
def campaign_resume(name: str, actor: str) -> None:
    """Go on with a campaign that was paused.

    Example: distress campaign resume 灾区客户
    """
    _change(name, "running", actor)


@campaign_group.command("end")
@click.argument("name", type=Words(60))
@_by
def campaign_end(name: str, actor: str) -> None:
    """End a campaign for good; its figures stay, and `distress intake forget` removes the list.

    Example: distress campaign end 灾区客户
    """
    _change(name, "ended", actor)
