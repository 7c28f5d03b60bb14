"""Files of this desk alone: folders and files go to the disk for their owner's eyes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LITTLE = 500 * 1024 * 1024  # bytes of a disk; a day's crawl and a copy of a small store
_FOLDER = 0o700
_FILE = 0o600


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, that nobody else may look into; one there stays so."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=_FOLDER, exist_ok=True)


def make_file(file: Path) -> None:
    """Make an empty file that nobody else may read, where there is none."""
    file.touch(mode=_FILE)


def write_file(file: Path, content: bytes) -> None:
    """Write a file that nobody else may read; one that is there is taken from others, too."""
    make_file(file)
    file.chmod(_FILE)
    file.write_bytes(content)


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """Yield a file beside the wanted one, which takes its place once it is whole."""
    make_folder(file.absolute().parent)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    make_file(part)
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def scarce(store: Path, *others: Path) -> Iterator[tuple[Path, int]]:
    """Yield a folder on each disk that is nearly full, with its free bytes, each disk once.

    It is where less than 500 MB are free, or less than two copies of the store take.
    """
    devices = set()
    for place in (store, *others):
        above = next(folder for folder in place.absolute().parents if folder.exists())
        device = above.stat().st_dev
        free = shutil.disk_usage(above).free
        copies = store.stat().st_size * 2 if store.exists() else 0
        if free < max(_LITTLE, copies) and device not in devices:
            devices.add(device)
            yield above, free
