"""The desk that outcomes files are of: files in, the settings of the store they name out.

A file is a stranger's: it names a store, never a path, and so only chooses among desks that lie
here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

import click

from monitor import settings
from monitor.callback import outcomes_file
from monitor.cli.frame import settings_here
from monitor.errors import DistressError, SettingsError
from monitor.language import language
from monitor.settings import Settings
from monitor.store.figures import identity_of

_LOOKED_AT = 200  # settings files; a folder of projects may hold many
_NAME_THEM = "Name them: distress --config FILE callback import …"


def settings_of(files: Sequence[Path]) -> Settings:
    """Return the settings of --config, else those of the desk whose pages saved the files.

    Looked for are settings files in this folder, in the folders in it, and beside the files; only
    one whose store lies in its own folder is chosen. Raises DistressError where the files are of
    several desks, or not one desk is found.
    """
    stores = {store for file in files if (store := _store_named(file))}
    if click.get_current_context().obj or not stores:
        return settings_here()
    if len(stores) > 1:
        raise DistressError("these files are of several desks; import those of each by themselves")
    desks = {file: loaded for file, loaded in _desks(files) if _is(loaded, stores)}
    own = Path(settings.FILE_NAME).resolve()
    if len(desks) > 1 and own not in desks:
        names = ", ".join(map(str, desks))
        raise DistressError(f"several settings are of this desk: {names}. {_NAME_THEM}")
    if not desks:
        raise DistressError(
            "the settings of the desk that these outcomes are of lie neither in this folder, nor "
            f"in a folder in it, nor beside the file. {_NAME_THEM}"
        )
    file = own if own in desks else next(iter(desks))
    if file != own:
        click.echo(language(desks[file].language).say("按这里的设置：%(file)s", file=file))
    return desks[file]


def _store_named(file: Path) -> str:
    """Return the store that a file names; what is wrong with it is told when it is imported."""
    try:
        return outcomes_file.store_named(file)
    except DistressError:
        return ""


def _desks(files: Sequence[Path]) -> Iterator[tuple[Path, Settings]]:
    """Yield settings files that can be read, each once."""
    here = Path.cwd()
    beside = (path for file in files for path in sorted(file.resolve().parent.glob("*.toml")))
    own = here / settings.FILE_NAME
    paths = (own, *sorted(here.glob("*.toml")), *sorted(here.glob("[!.]*/*.toml")), *beside)
    for path in islice(dict.fromkeys(path.resolve() for path in paths), _LOOKED_AT):
        with suppress(SettingsError):
            yield path, settings.load(path)


def _is(loaded: Settings, stores: set[str]) -> bool:
    """Tell whether the store of settings lies in their folder and is one of these."""
    path = loaded.store_path.resolve()
    return path.is_relative_to(loaded.folder) and identity_of(path) in stores
