"""What all commands share: the group, settings, store and progress, and where words go."""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from monitor import __version__, settings
from monitor.errors import DistressError, SettingsError, UnknownNameError
from monitor.masking import masked, plain
from monitor.settings import Settings
from monitor.store import Store
from monitor.types import Case
from spiders.base.masking import without_secrets

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class MaskedLog(logging.Formatter):
    """Writes a record's time and level, and its words and traceback with numbers masked."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as lines of a log."""
        words = masked(without_secrets(super().format(record)))
        return f"{self.formatTime(record)} {record.levelname} {words}"


class Commands(click.Group):
    """Commands in the order they are written; our own errors end in one clear line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the line."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error that a person can mend is told without a traceback."""
        try:
            return super().invoke(ctx)
        except DistressError as error:
            err.print(plain(f"distress: {error}"), markup=False, style="red")
            ctx.exit(error.exit_status)
        except OSError as error:
            if error.errno is None or error.errno == errno.EPIPE:
                raise
            file = f" {error.filename}" if error.filename else ""
            err.print(
                plain(f"distress: cannot use the file{file}: {error.strerror}"),
                markup=False,
                style="red",
            )
            ctx.exit(1)
        except click.UsageError as error:
            message = error.format_message()
            if message == plain(message):
                raise
            raise click.UsageError(plain(message), error.ctx) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config", type=click.Path(path_type=Path), help="Settings file instead of distress.toml here."
)
@click.option("-v", "--verbose", is_flag=True, help="Tell more on standard error.")
@click.version_option(__version__, prog_name="distress")
@click.pass_context
def main(ctx: click.Context, config: Path | None, verbose: bool) -> None:
    """Turn public posts into supply lines for wards that lack goods.

    Example: distress init && distress once
    """
    os.umask(0o077)  # whatever a command makes is for its user alone
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(MaskedLog())
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler])
    ctx.obj = config


def settings_here() -> Settings:
    """Return the settings of --config or of this folder."""
    return settings.load(click.get_current_context().obj)


def judging_settings() -> Settings:
    """Return the settings once the readers judge by the model that they name."""
    loaded = settings_here()
    if loaded.model_folder:
        from monitor.flag import model

        try:
            model.use(loaded.model_folder)
        except DistressError as error:
            raise SettingsError(f"model.folder in the settings: {error}") from None
    return loaded


def has_settings() -> bool:
    """Tell whether there are settings to read."""
    return bool(click.get_current_context().obj) or Path(settings.FILE_NAME).exists()


def store_of(loaded: Settings | None = None) -> Store:
    """Open the store of the settings; raises StoreError where there is none or it is damaged."""
    store = Store((loaded or settings_here()).store_path, create=False)
    try:
        store.examine(large=False)
    except BaseException:
        store.close()
        raise
    return store


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Any]:
    """Show a progress bar on standard error; yield what moves it to a number."""
    columns = (
        TextColumn("{task.description:<18}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=not err.is_terminal) as bars:
        task = bars.add_task(what, total=total)
        yield lambda done: bars.update(task, completed=done)
        bars.update(task, total=bars.tasks[0].completed or total or 0)


def case_of(store: Store, case_id: int) -> Case:
    """Return a case; raises UnknownNameError where there is none."""
    if not store.cases.exists(case_id):
        ids = [str(open_id) for open_id in store.cases.open_ids()]
        raise UnknownNameError("case", case_id, ids[:20], "distress case list")
    return store.cases.get([case_id])[0]
