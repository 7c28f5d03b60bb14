"""Backups: a store goes in; checked copies in a folder come out, the old ones removed on their day.

With them lies a copy of what keeps the forgotten out, so that a copy put back on another machine
does not bring it back.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor.errors import DistressError
from monitor.files import make_folder, write_file
from monitor.settings import Settings
from monitor.store import Store, copying
from monitor.store.audit import BACKED_UP
from monitor.store.runs import is_running
from monitor.store.tombstones import SUFFIX, file_beside
from monitor.upkeep import sealing

_NAME = re.compile(r".+-(\d{8}T\d{6}Z)\.db(?:\.age)?")
_LEFTOVER = re.compile(r"\..+-\d{8}T\d{6}Z\.db(?:\.age)?\.(?:(\d+)\.)?part(?:-journal|-wal|-shm)?")


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup and when it was made; it expires `[backup] keep` later, the newest never."""

    file: Path
    made_at: datetime


def backup(settings: Settings, *, actor: str, now: datetime | None = None) -> Backup:
    """Copy the store into the folder of backups, check the copy, and remove those that expired.

    Raises DistressError where it cannot be made; the backups of before stand then.
    """
    now = (now or datetime.now(UTC)).astimezone(UTC)
    folder, store = settings.backup_folder, settings.store_path
    name = f"{store.stem}-{now:%Y%m%dT%H%M%SZ}.db"
    part = folder / f".{name}.{os.getpid()}.part"
    try:
        make_folder(folder)
        _clean(folder)
        try:
            copying.copy(store, part)
            if sealing.is_sealing(settings.backup):
                file = sealing.seal(part, folder / name, settings.backup)
            else:
                file = part.replace(folder / name)
        finally:
            for rest in folder.glob(f"{part.name}*"):
                rest.unlink()
        keep_out(settings)
    except OSError as error:
        raise DistressError(
            f"cannot write a backup into {folder}: {error.strerror}. Make room there, let this "
            "user write, or name another [backup] folder; those of before stand"
        ) from error
    with Store(store, create=False) as opened:
        opened.audit.note(BACKED_UP, f"the store, at {now:%Y-%m-%d %H:%M:%S} UTC", actor=actor)
    for old in expired(settings, now):
        old.file.unlink(missing_ok=True)
    return Backup(file, now)


def _clean(folder: Path) -> None:
    """Remove copies whose making was killed; they hold what is forgotten since."""
    for file in folder.iterdir():
        leftover = _LEFTOVER.fullmatch(file.name)
        if leftover and not (leftover[1] and is_running(int(leftover[1]))):
            file.unlink(missing_ok=True)


def keep_out(settings: Settings) -> None:
    """Put what keeps the forgotten out beside the backups, where there are any."""
    own = file_beside(settings.store_path)
    if own.exists() and settings.backup_folder.is_dir():
        target = settings.backup_folder / f"{settings.store_path.name}{SUFFIX}"
        if sealing.is_sealing(settings.backup):
            sealing.seal(own, target, settings.backup)
        else:
            write_file(target, own.read_bytes())


def backups(settings: Settings) -> list[Backup]:
    """Return the backups of the settings' folder, the oldest first."""
    found = [
        Backup(file, made_at)
        for file in settings.backup_folder.glob(f"{settings.store_path.stem}-*")
        if (made_at := time_of(file))
    ]
    return sorted(found, key=lambda one: (one.made_at, one.file.name))


def time_of(file: Path) -> datetime | None:
    """Return when a backup was made, by its name; None for a file of another name."""
    match = _NAME.fullmatch(file.name)
    return datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if match else None


def expired(settings: Settings, now: datetime) -> Sequence[Backup]:
    """Return the backups that are older than they are kept; the newest is never among them."""
    return [one for one in backups(settings)[:-1] if one.made_at + settings.backup.keep <= now]
