"""What all commands share: the group, settings, store and progress, and where words go.

How the program starts at once: a command's module is loaded when the command is used (LateCommand),
and what takes long to load is imported in the function that needs it, here and in every room; its
types stand under TYPE_CHECKING. tests/test_startup.py holds what the quick commands do without.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from monitor import __version__, logs
from monitor.errors import DistressError, SettingsError, UnknownNameError
from monitor.masking import plain

if TYPE_CHECKING:
    from monitor.language import PageLanguage
    from monitor.settings import Settings
    from monitor.store import Store
    from monitor.types import Case

UNFORESEEN = 70  # EX_SOFTWARE of sysexits.h
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
log = logging.getLogger(__name__)


class LateCommand(click.Command):
    """Stands in the list of its group for a command whose module is loaded when it is used."""

    def __init__(self, name: str, module: str, does: str) -> None:
        super().__init__(name, short_help=does)
        self.module = module


class Commands(click.Group):
    """Commands in the order they are written; our own errors end in one clear line."""

    def add_late(self, module: str, commands: Mapping[str, str]) -> None:
        """Add the commands of a module of this room; commands: what each does, by its name."""
        for name, does in commands.items():
            self.add_command(LateCommand(name, f"monitor.cli.{module}", does))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; its module, once loaded, puts it in the place of what stood for it."""
        if isinstance(late := self.commands.get(cmd_name), LateCommand):
            import_module(late.module)
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the line."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does in a whole sentence, on as many lines as it takes."""
        rows = [
            (name, command.get_short_help_str(limit=1000))
            for name, command in self.commands.items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line; an error that nobody foresaw gets a number one can quote."""
        try:
            return super().main(*args, **extra)
        except Exception as error:
            if not extra.get("standalone_mode", True):
                raise
            logs.begin(logging.WARNING)
            log.critical("an error of the program itself", exc_info=error)
            complain(
                f"an error of the program itself; quote {logs.number_of(error)} to whoever looks "
                "after it. What was done until now is in the store, and the log has the rest"
            )
            sys.exit(UNFORESEEN)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error that a person can mend is told without a traceback."""
        try:
            return super().invoke(ctx)
        except DistressError as error:
            complain(str(error))
            ctx.exit(error.exit_status)
        except OSError as error:
            if error.errno is None or error.errno == errno.EPIPE:
                raise
            file = f" {error.filename}" if error.filename else ""
            complain(f"cannot use the file{file}: {error.strerror}")
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
@click.option(
    "--log-json",
    is_flag=True,
    envvar="DISTRESS_LOG_JSON",
    help="Write standard error as JSON, an object a line; also DISTRESS_LOG_JSON=1.",
)
@click.version_option(__version__, prog_name="distress")
@click.pass_context
def main(ctx: click.Context, config: Path | None, verbose: bool, log_json: bool) -> None:
    """Turn public posts into supply lines for wards that lack goods.

    Example: distress init && distress once
    """
    os.umask(0o077)  # whatever a command makes is for its user alone
    logs.begin(logging.INFO if verbose else logging.WARNING, as_json=log_json)
    ctx.obj = config


def complain(words: str) -> None:
    """Tell on standard error what went wrong."""
    if logs.are_json():
        logs.tell(words, logging.ERROR)
    else:
        err.print(plain(f"distress: {words}"), markup=False, style="red")


def settings_here() -> Settings:
    """Return the settings of --config or of this folder."""
    from monitor import settings

    return settings.load(click.get_current_context().obj)


def spoken_here() -> PageLanguage:
    """Return the language of the settings, which the terminal speaks too."""
    from monitor.language import language

    return language(settings_here().language)


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
    from monitor.settings import FILE_NAME

    return bool(click.get_current_context().obj) or Path(FILE_NAME).exists()


def store_of(loaded: Settings | None = None) -> Store:
    """Open the store of the settings; raises StoreError where there is none or it is damaged."""
    from monitor.store import Store

    loaded = loaded or settings_here()
    store = Store(loaded.store_path, create=False)
    try:
        store.examine(large=False)
        store.explain(loaded.zone)
    except BaseException:
        store.close()
        raise
    return store


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Any]:
    """Show a progress bar on standard error; yield what moves it to a number."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

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
