"""Writing the digest: a store goes in, a folder of static pages for one day comes out.

At the times of the settings all pages are written, in between those alone that changed.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
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

_GENERATED = re.compile(r'^<script [^>]* id="generated">.*$', re.MULTILINE)
_LEFTOVER = re.compile(r"\.\d{4}-\d\d-\d\d\.(\d+)\.(part|old)")


def write(store: Store, settings: Settings, *, now: datetime) -> Path:
    """Write the digest of the day of `now` and return its folder.

    Two writes from the same store differ only in the line marked `id="generated"` of each page:
    when it was made and how the sources do. Raises DistressError where the disk is full or the
    folder may not be written; the pages of before stand.
    """
    day = read_day(store, settings, now=now)
    return _write_all(pages_of(day), _folder(day), now)


def write_changed(store: Store, settings: Settings, *, now: datetime) -> int:
    """Write those pages of the day of `now` that show something else than before; return how many.

    Each takes the place of the one before at once, so nobody ever opens half a page, and one that
    is of nobody any more is removed. Raises DistressError as `write` does.
    """
    day = read_day(store, settings, now=now)
    pages, target = pages_of(day), _folder(day)
    try:
        changed = {name: text for name, text in pages.items() if _differs(target / name, text)}
        for name, text in changed.items():
            _exchange(target / name, text, now)
        for page in target.glob("*.html"):
            if page.name not in pages:
                page.unlink()
    except FileNotFoundError:  # the day has none yet, or another process exchanges all of them
        _write_all(pages, target, now)
        return len(pages)
    except OSError as error:
        raise _cannot_write(target, error) from error
    return len(changed)


def _folder(day: Day) -> Path:
    return day.settings.digest_folder / f"{day.since:%Y-%m-%d}"


def _differs(page: Path, text: str) -> bool:
    """Tell whether a page shows something else than the text, but for when it was made."""
    try:
        before = page.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return True
    return _GENERATED.sub("", before) != _GENERATED.sub("", text)


def _write_all(pages: Mapping[str, str], target: Path, now: datetime) -> Path:
    part = target.parent / f".{target.name}.{os.getpid()}.part"
    try:
        _clean(target.parent)
        make_folder(part)
        for name, text in pages.items():
            _write_page(part / name, text, now)
        _swap(part, target)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise _cannot_write(target, error) from error
    return target


def _write_page(file: Path, text: str, now: datetime) -> None:
    write_file(file, text.encode())
    # The time of a page is that of what it tells: the schedule goes by it.
    os.utime(file, (now.timestamp(), now.timestamp()))


def _exchange(page: Path, text: str, now: datetime) -> None:
    """Put a page in the place of the one before by renaming."""
    part = page.with_name(f".{page.name}.{os.getpid()}.part")
    try:
        _write_page(part, text, now)
        part.replace(page)
    finally:
        part.unlink(missing_ok=True)


def _cannot_write(target: Path, error: OSError) -> DistressError:
    return DistressError(
        f"cannot write the pages to {target}: {error.strerror}; those of before stand. Make "
        "room there or let this user write, or name another [digest] folder; then: "
        "distress digest"
    )


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
