"""Files of this desk alone: folders and files go to the disk for their owner's eyes."""

from __future__ import annotations

from pathlib import Path

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
