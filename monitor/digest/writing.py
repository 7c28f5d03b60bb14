"""Writing the digest: a store goes in, a folder of static pages for one day comes out."""

from __future__ import annotations

import os
import re
import shutil
from datetime import datetime
from pathlib import Path

from monitor.digest.agent_page import agent_page
from monitor.digest.day import Day, read_day
from monitor.digest.lead import lead_page
from monitor.digest.supplies import SUPPLY_PAGES, supply_page
from monitor.errors import DistressError
from monitor.files import make_folder, write_file
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.runs import is_running

_LEFTOVER = re.compile(r"\.\d{4}-\d\d-\d\d\.(\d+)\.(part|old)")


def write(store: Store, settings: Settings, *, now: datetime) -> Path:
    """Write the digest of the day of `now` and return its folder.

    Two writes from the same store differ only in the line marked `id="generated"` of each page:
    when it was made and how the sources do. Raises DistressError where the disk is full or the
    folder may not be written; the pages of before stand.
    """
    day = read_day(store, settings, now=now)
    pages = pages_of(day)
    target = settings.digest_folder / f"{day.since:%Y-%m-%d}"
    part = target.parent / f".{target.name}.{os.getpid()}.part"
    try:
        _clean(target.parent)
        make_folder(part)
        for name, text in pages.items():
            write_file(part / name, text.encode())
            # The time of a page is that of what it tells: the schedule goes by it.
            os.utime(part / name, (now.timestamp(), now.timestamp()))
        _swap(part, target)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise DistressError(
            f"cannot write the pages to {target}: {error.strerror}; those of before stand. Make "
            "room there or let this user write, or name another [digest] folder; then: "
            "distress digest"
        ) from error
    return target


def pages_of(day: Day) -> dict[str, str]:
    """Return the texts of a day's pages by file name."""
    return {
        **{file: agent_page(day, agent) for agent, file in day.files.items()},
        "index.html": lead_page(day),
        **{name: supply_page(day, name) for name in SUPPLY_PAGES},
    }


def _swap(part: Path, target: Path) -> None:
    """Put the finished folder in the place of the old one by renaming, never by copying."""
    old = part.with_suffix(".old")
    if target.exists():
        target.rename(old)
    part.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _clean(folder: Path) -> None:
    """Remove what writers left here that were killed, but nothing of a writer at work."""
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        leftover = _LEFTOVER.fullmatch(entry.name)
        if leftover and (int(leftover[1]) == os.getpid() or not is_running(int(leftover[1]))):
            shutil.rmtree(entry, ignore_errors=True)
