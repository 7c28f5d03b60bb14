"""Commands that set up: init, check, sources, new-source, rehearse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

import data
from monitor import settings
from monitor.cli import tables
from monitor.cli.frame import has_settings, judging_settings, main, out, settings_here, store_of
from monitor.cli.given import as_json_option
from monitor.errors import DistressError, SettingsError
from monitor.language import DEFAULT, LANGUAGES, language
from monitor.masking import plain
from spiders.base import available

if TYPE_CHECKING:
    from monitor.cli import machine


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
    from monitor.digest.script import FILES, call_script
    from monitor.upkeep import readiness

    loaded = judging_settings()
    folder = loaded.scripts_folder
    scripts = {name: call_script(code, folder, kind) for (kind, code), name in FILES.items()}
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
    troubles = [*readiness.unready(loaded), *_without_queue(loaded)]
    for trouble in troubles:
        click.echo(plain(f"! {trouble}"))
    if troubles:
        raise DistressError(f"{len(troubles)} of it will not work as it is; see above")


def _without_queue(loaded: settings.Settings) -> Iterator[str]:
    """Yield why the queue of the settings cannot be asked."""
    if loaded.crawl.queue:
        from monitor.work.queue import Queue

        try:
            Queue(loaded.crawl)
        except SettingsError as error:
            yield str(error)


@main.command()
@as_json_option
def sources(as_json: bool) -> None:
    """List the configured sources and the spiders that exist with their keys.

    Example: distress sources
    """
    if as_json:
        click.echo(_sources_as_json().model_dump_json())
        return
    out.print(tables.spiders(available()))
    if has_settings():
        loaded = settings_here()
        out.print()
        if not loaded.store_path.exists():
            out.print(tables.sources(loaded, {}, {}))
            return
        with store_of(loaded) as store:
            out.print(tables.sources(loaded, store.runs.latest("crawl"), store.posts.newest()))


def _sources_as_json() -> machine.Sources:
    from monitor.cli import machine

    loaded = settings_here() if has_settings() else None
    if loaded is None or not loaded.store_path.exists():
        return machine.sources(available(), loaded, {}, {})
    with store_of(loaded) as store:
        runs, newest = store.runs.latest("crawl"), store.posts.newest()
    return machine.sources(available(), loaded, runs, newest)


@main.command()
@click.option(
    "--language", "code", type=click.Choice(LANGUAGES), help="Of the page; else the settings'."
)
@click.argument("file", type=click.Path(path_type=Path), default=Path("rehearsal.html"))
def rehearse(file: Path, code: str | None) -> None:
    """Write a page to rehearse on before the first call: invented callers, answered in writing.

    Example: distress rehearse
    """
    from monitor.digest.script import call_script
    from monitor.rehearsal import rehearsal_page

    if file.suffix != ".html":
        raise click.UsageError(f"{file} would be no page; name a file that ends with .html")
    loaded = settings_here() if has_settings() else None
    code = code or (loaded.language if loaded else DEFAULT)
    own = call_script(code, loaded.scripts_folder if loaded else None)
    bundled = call_script(code)
    page = rehearsal_page(lambda *step: own.words(*step) or bundled.words(*step), code)
    file.write_text(page, encoding="utf-8")
    words = language(code).say("写好了 %(file)s；用浏览器打开，不用联网", file=file)
    click.echo(words)


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
