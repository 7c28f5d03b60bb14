"""Commands that set up: init, check, sources, new-source."""

from __future__ import annotations

from pathlib import Path

import click

import data
from monitor import settings
from monitor.cli import tables
from monitor.cli.frame import has_settings, judging_settings, main, out, settings_here, store_of
from monitor.errors import DistressError, SettingsError
from monitor.masking import plain
from spiders.base import available


@main.command()
@click.option("--force", is_flag=True, help="Overwrite a settings file that is there.")
@click.argument("file", type=click.Path(path_type=Path), default=Path(settings.FILE_NAME))
def init(file: Path, force: bool) -> None:
    """Write a commented settings file.

    Example: distress init
    """
    if file.exists() and not force:
        raise SettingsError(f"{file} is there already; keep it, or overwrite it with --force")
    file.write_text(data.read_text("samples/distress.toml"), encoding="utf-8")
    click.echo(f"wrote {file}; next: edit it, then distress check")


@main.command()
def check() -> None:
    """Validate the settings, load every spider, reader and call script, tell what will not work.

    Exits with 1 where a file, a login, an agent or a place is missing. Nothing is asked or written.

    Example: distress check
    """
    from monitor import line
    from monitor.digest.script import NAMES, call_script
    from monitor.upkeep import readiness

    loaded = judging_settings()
    scripts = {name: call_script(code, loaded.scripts_folder) for code, name in NAMES.items()}
    spiders = available()
    readers = line.readers()
    click.echo(
        f"settings ok: {len(loaded.sources)} sources, {len(loaded.agents)} agents, "
        f"store {loaded.store_path}"
    )
    click.echo(f"spiders ok: {', '.join(spiders)}")
    click.echo(f"readers ok: {', '.join(readers)}")
    where = ", ".join(f"{name} ({script.source})" for name, script in scripts.items())
    click.echo(f"scripts ok: {where}")
    troubles = list(readiness.unready(loaded))
    for trouble in troubles:
        click.echo(plain(f"! {trouble}"))
    if troubles:
        raise DistressError(f"{len(troubles)} of it will not work as it is; see above")


@main.command()
def sources() -> None:
    """List the configured sources and the spiders that exist with their keys.

    Example: distress sources
    """
    out.print(tables.spiders(available()))
    if has_settings():
        loaded = settings_here()
        out.print()
        if not loaded.store_path.exists():
            out.print(tables.sources(loaded, {}, {}))
            return
        with store_of(loaded) as store:
            out.print(tables.sources(loaded, store.runs.latest("crawl"), store.posts.newest()))


@main.command("new-source")
@click.argument("name")
def new_source_command(name: str) -> None:
    """Begin a new spider in a checkout: its file, a sample and a test that fails until written.

    Example: distress new-source zhihu
    """
    from monitor.crawl.new_source import new_source

    for path in new_source(name):
        click.echo(f"wrote {path}")
    click.echo(
        f"next: record an answer of the service, then python -m pytest tests/spiders/test_{name}.py"
    )
    click.echo(f"then: tell of it in docs/sources.md, and serve its shape: tests/served_{name}.py")
