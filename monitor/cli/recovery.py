"""Commands that let a desk come back from anything: backup, restore, doctor."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.table import Table

from monitor import messages, settings
from monitor.cli.frame import main, out, settings_here
from monitor.cli.given import by_login
from monitor.cli.table_parts import Own, row
from monitor.errors import DistressError
from monitor.masking import masked, plain
from monitor.settings import Settings
from monitor.upkeep import backup as backing
from monitor.upkeep import doctor as doctoring
from monitor.upkeep.restore import restore as put_back


@main.command()
@by_login
def backup(actor: str) -> None:
    """Copy the store while the desk works, check the copy, and remove backups that have expired.

    `[backup]` in the settings says where, how long, and to whom it is encrypted.

    Example: distress backup
    """
    loaded = settings_here()
    before = {one.file for one in backing.backups(loaded)}
    try:
        made = backing.backup(loaded, actor=actor)
    except DistressError as error:
        messages.backup_failed(loaded, str(error))
        raise
    removed = before - {one.file for one in backing.backups(loaded)}
    size = made.file.stat().st_size
    click.echo(f"wrote {made.file}, {size:,} bytes, checked; {len(removed)} expired ones removed")


@main.command()
@click.option("--offline", is_flag=True, help="Ask no hosts of sources.")
@click.pass_context
def doctor(ctx: click.Context, offline: bool) -> None:
    """Look for what is wrong with this desk, and name what mends each.

    Disk, clock, network and names, secrets, permissions, store, what was forgotten, backups,
    schedule, versions, fonts and browser. Nothing is changed. Exits with 1 where something is.

    Example: distress doctor
    """
    file = ctx.obj or Path(settings.FILE_NAME)
    program = f"distress --config {shlex.quote(str(ctx.obj))}" if ctx.obj else "distress"
    if not file.exists():
        target = f" {shlex.quote(str(file))}" if ctx.obj else ""
        found = [doctoring.Finding("settings", f"no file {file}", f"distress init{target}")]
    else:
        loaded = settings.load(ctx.obj)
        found = list(doctoring.examine(loaded, now=datetime.now(UTC), network=not offline))
    for area in doctoring.AREAS:
        of_area = [one for one in found if one.area == area]
        if not of_area:
            asked = area != "network" or not offline
            click.echo(f"ok  {area}" if asked else f"--  {area}: not asked")
        for one in of_area:
            click.echo(plain(f"{'!! ' if one.grave else '·  '} {area}: {masked(one.what)}"))
            way, words = ("change", one.change) if one.change else ("type", one.command)
            click.echo(plain(f"    {way}: {words.replace('distress ', f'{program} ')}"))
    grave = sum(one.grave for one in found)
    if grave:
        raise DistressError(f"{grave} things are wrong; see above for what to type")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--list", "listing", is_flag=True, help="List the backups, and when each expires.")
@click.option(
    "--identity",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="KEY",
    help="The file with the secret key of an encrypted backup.",
)
@click.option(
    "--without-key", is_flag=True, help="Go on where the key of what was forgotten is lost."
)
@by_login
def restore(
    file: Path | None, listing: bool, identity: Path | None, without_key: bool, actor: str
) -> None:
    """Put a backup in the place of the store; the newest where none is named.

    What was forgotten since is taken out before anything else reads it, and a backup of an older
    release is migrated. The store of before is kept aside. Stop `distress run` and `distress desk`
    first.

    Example: distress restore --list
    """
    loaded = settings_here()
    if listing:
        _list(loaded)
        return
    if file is None:
        known = backing.backups(loaded)
        if not known:
            raise DistressError(
                f"there is no backup in {loaded.backup_folder}. Name one: distress restore FILE"
            )
        file = known[-1].file
    done = put_back(loaded, file, actor=actor, identity=identity, without_key=without_key)
    click.echo(f"put back {done.file}")
    if done.forgotten:
        click.echo(
            f"taken out of it what was forgotten since: the words of {done.forgotten.posts} posts, "
            f"{done.forgotten.rows} other rows"
        )
    if done.aside:
        click.echo(f"the store of before is {done.aside}; delete it once you need it no longer")
    click.echo("next: distress digest")


def _list(loaded: Settings) -> None:
    listing = Table("file", "made", "expires", "bytes")
    known = backing.backups(loaded)
    for one in known:
        made, ends = (
            at.astimezone(loaded.zone) for at in (one.made_at, one.made_at + loaded.backup.keep)
        )
        last = one is known[-1] and ends < datetime.now(UTC)
        shown = "the newest stays" if last else f"{ends:%Y-%m-%d %H:%M}"
        size = f"{one.file.stat().st_size:,}"
        row(listing, Own(one.file), f"{made:%Y-%m-%d %H:%M}", shown, size)
    if known:
        out.print(listing)
    else:
        click.echo(f"no backup in {loaded.backup_folder}; make one: distress backup")
