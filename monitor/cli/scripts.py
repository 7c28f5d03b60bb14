"""Commands of scripts: what agents say, as a tree from the first words to every outcome."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.cli.frame import Commands, has_settings, main, settings_here
from monitor.language import DEFAULT, LANGUAGES, language
from monitor.masking import plain

_KINDS = ("call", "campaign", "warnings", "hotline")


@main.group("script", cls=Commands)
def script_group() -> None:
    """Read and check what agents say on the phone.

    Example: distress script show campaign
    """


@script_group.command("show")
@click.argument("kind", type=click.Choice(_KINDS))
@click.option("--language", "code", type=click.Choice(LANGUAGES), help="Else the settings'.")
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file of your own, which is checked first.",
)
def script_show(kind: str, code: str | None, file: Path | None) -> None:
    """Print a script whole: its principles, each step, where answers lead, and how a call ends.

    Example: distress script show warnings --language en
    """
    from monitor.digest.script import call_script, script_in, tree_lines

    loaded = settings_here() if has_settings() else None
    code = code or (loaded.language if loaded else DEFAULT)
    if file:
        script, _ = script_in(file, code, kind)
    else:
        script = call_script(code, loaded.scripts_folder if loaded else None, kind)
    for line in tree_lines(script, language(code)):
        click.echo(plain(line))


@script_group.command("check")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--language", "code", type=click.Choice(LANGUAGES), help="Else the settings'.")
def script_check(kind: str, file: Path, code: str | None) -> None:
    """Check a script of your own: unknown facts and outcomes, dead ends, steps nothing leads to.

    Example: distress script check campaign care.md
    """
    from monitor.digest.script import script_in

    loaded = settings_here() if has_settings() else None
    script, _ = script_in(file, code or (loaded.language if loaded else DEFAULT), kind)
    click.echo(f"{file}: {len(script.steps)} steps, all of them lead on or end")
