"""Restore: a backup goes in; the store comes out, without what was forgotten since.

The copy is opened, checked, migrated and cleaned beside the store; only then it takes its place, so
nothing else ever reads what was forgotten. The store of before is kept aside.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor.errors import DistressError, StoreBusyError, StoreError
from monitor.files import make_file, make_folder, write_file
from monitor.settings import Settings
from monitor.store import Store, copying, numbers
from monitor.store.audit import RESTORED
from monitor.store.tombstones import SUFFIX, file_beside
from monitor.upkeep import sealing
from monitor.upkeep.backup import time_of
from monitor.upkeep.forget import Forgotten, forget_again


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back; aside: the store of before, if any. forgotten: what was taken out."""

    file: Path
    aside: Path | None
    forgotten: Forgotten | None


def restore(
    settings: Settings,
    file: Path,
    *,
    actor: str,
    identity: Path | None = None,
    without_key: bool = False,
    now: datetime | None = None,
) -> Restored:
    """Put a backup in the place of the store.

    identity: the secret key of an encrypted one. without_key: go on where the key of what was
        forgotten is lost, and let it in again.
    Raises StoreBusyError where another process has the store open, StoreError where the backup is
    damaged, of a newer release, or the key is missing. The store of before stands then.
    """
    now = now or datetime.now(UTC)
    store = settings.store_path
    made = store.with_name(f".{store.name}.restoring")
    aside = store.with_name(f"{store.name}.before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    make_folder(store.parent)
    with _alone(store):
        copying.be_alone(store)
        try:
            _open(file, made, settings, identity)
            copying.check(made)
            _take_key(settings, made, identity)
            forgotten = _cleaned(settings, made, file, actor=actor, without_key=without_key)
            copying.check(made)
            had_one = store.exists()
            copying.exchange(made, store, aside)
            if file_beside(made).exists():
                file_beside(made).replace(file_beside(store))
        finally:
            for rest in made.parent.glob(f"{made.name}*"):
                rest.unlink()
    return Restored(file, aside if had_one else None, forgotten)


def _open(file: Path, made: Path, settings: Settings, identity: Path | None) -> None:
    """Put what a backup holds into a file for its owner alone."""
    try:
        if file.name.endswith(sealing.ENDING):
            sealing.unseal(file, made, settings.backup, identity)
            return
        make_file(made)
        shutil.copyfile(file, made)
    except FileNotFoundError:
        raise DistressError(
            f"there is no backup {file}. Those that there are: distress restore --list"
        ) from None


def _take_key(settings: Settings, made: Path, identity: Path | None) -> None:
    """Put beside the copy what keeps the forgotten out: the store's own, else the backups'."""
    own = file_beside(settings.store_path)
    kept = settings.backup_folder / f"{settings.store_path.name}{SUFFIX}"
    sealed = kept.with_name(kept.name + sealing.ENDING)
    if own.exists():
        write_file(file_beside(made), own.read_bytes())
    elif kept.exists():
        write_file(file_beside(made), kept.read_bytes())
    elif sealed.exists():
        sealing.unseal(sealed, file_beside(made), settings.backup, identity)


def _cleaned(
    settings: Settings, made: Path, file: Path, *, actor: str, without_key: bool
) -> Forgotten | None:
    """Migrate the copy, take out what was forgotten, and note that it was put back."""
    with Store(made, create=False) as store:
        if store.tombstones.count() and not file_beside(made).exists():
            if not without_key:
                raise StoreError(
                    f"the key {file_beside(settings.store_path)} is missing, so what was forgotten "
                    "before this backup could not be kept out. Put it back from where backups lie; "
                    "or, where it is lost, let it in again: distress restore --without-key"
                )
            store.tombstones.drop()
        forgotten = forget_again(store, settings.digest_folder, actor=actor)
        # Pages and outcomes files of before name cases that the copy does not know.
        numbers.give_no_more(store.connection, numbers.given(settings.store_path))
        store.audit.note(RESTORED, f"the backup{_made_at(file)}", actor=actor)
        if not store.forgetting.clean():
            raise StoreError(f"another process reads {made}; stop it, then give the command again")
    copying.be_alone(made)
    return forgotten


def _made_at(file: Path) -> str:
    made_at = time_of(file)
    return f" of {made_at:%Y-%m-%d %H:%M:%S} UTC" if made_at else " of another name"


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    """Keep `distress run` off a store meanwhile; raise StoreBusyError where it runs."""
    resolved = store.resolve()
    path = resolved.with_name(f"{resolved.name}.run")
    path.touch(mode=0o600)
    with path.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreBusyError(
                f"`distress run` (process {file.read().strip() or 'unknown'}) is at work on "
                f"{store}. Stop it first, then give the same command again"
            ) from None
        yield
