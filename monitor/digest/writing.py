"""Writing the digest: a store goes in, a folder of static pages for one day comes out.

At the times of the settings all pages are written, in between those alone that changed. A page
that stands there, made of the same as now, is not made again but for the line that says when.
"""

from __future__ import annotations

import gc
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.digest.agent_page import agent_page
from monitor.digest.day import Day, read_day
from monitor.digest.intake_page import INTAKE_PAGE, intake_page
from monitor.digest.lead import lead_page
from monitor.digest.supplies import SUPPLY_PAGES, supply_page
from monitor.errors import DistressError
from monitor.files import make_folder, write_file
from monitor.pages import Rendering, sealed
from monitor.seal import seal_of
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.runs import is_running
from spiders.base.options import secret
from spiders.base.trouble import AnswerError

_GENERATED = re.compile(r'<script [^>]*?(?:data-made-of="(?P<made_of>[\w.]*)" )?id="generated">.*')
_LEFTOVER = re.compile(r"\.(?:\d{4}-\d\d-\d\d|.+\.html)\.(\d+)\.(part|old)")


def write(store: Store, settings: Settings, *, now: datetime) -> Path:
    """Write the digest of the day of `now` and return its folder.

    Two writes from the same store differ only in the line marked `id="generated"` of each page:
    when it was made and how the sources do. Raises DistressError where the disk is full or the
    folder may not be written; the pages of before stand.
    """
    with _day(store, settings, now) as day:
        target = _folder(day)
        texts = ((name, _now(target / name, page).text) for name, page in pages_of(day))
        return _write_all(texts, target, now)


def write_changed(store: Store, settings: Settings, *, now: datetime) -> int:
    """Write those pages of the day of `now` that show something else than before; return how many.

    Each takes the place of the one before at once, so nobody ever opens half a page, and one that
    is of nobody any more is removed. Raises DistressError as `write` does.
    """
    with _day(store, settings, now) as day:
        target = _folder(day)
        names, changed = set(), 0
        try:
            for name, page in pages_of(day):
                names.add(name)
                current = _now(target / name, page)
                if not current.same:
                    _exchange(target / name, current.text, now)
                    changed += 1
            _clean(target)
            for page_file in target.glob("*.html"):
                if page_file.name not in names:
                    page_file.unlink()
        except FileNotFoundError:  # the day has none yet, or another process exchanges all of them
            pass
        except OSError as error:
            raise _cannot_write(target, error) from error
        else:
            return changed
    write(store, settings, now=now)
    return len(day.files) + 2 + len(SUPPLY_PAGES)


@contextmanager
def _day(store: Store, settings: Settings, now: datetime) -> Iterator[Day]:
    """Read the day of `now` with what its pages show of each case.

    All of it stays until the pages are written, so that the collector of cycles, which would walk
    through all cases again and again, has nothing to look for in them.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        day = read_day(store, settings, now=now)
        _ = day.views
        gc.freeze()
        if collects:
            gc.enable()
        yield day
    finally:
        gc.unfreeze()
        if collects:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Current:
    """A page's text as it is to be; same: whether it shows what the one before did."""

    text: str
    same: bool


def _now(file: Path, page: Rendering) -> _Current:
    """Return a page's text, of the one in the file where that is made of the same."""
    try:
        before = file.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        before = ""
    head, made_of, tail = earlier = _parts(before)
    same = bool(made_of) and made_of == _mark(page, head + tail)
    if not same:
        head, _, tail = _parts(str(page))
    moment = page.moment(_mark(page, head + tail))
    return _Current(f"{head}{moment}{tail}", (head, tail) == (earlier[0], earlier[2]))


def _parts(text: str) -> tuple[str, str, str]:
    """Return what stands before the line that says when a page was made, of what, and the rest.

    From the end: a page is long, and the line near it. Where there is none, all stands before.
    """
    at = text.rfind('id="generated">')
    begin, end = text.rfind("\n", 0, max(at, 0)) + 1, text.find("\n", at)
    line = _GENERATED.fullmatch(text[begin:end])
    return (text[:begin], line["made_of"] or "", text[end:]) if line else (text, "", "")


def _mark(page: Rendering, rest: str) -> str:
    """Return what a page was made of and what came of it, so that one that was harmed shows."""
    return f"{page.made_of}.{hashlib.sha256(rest.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _folder(day: Day) -> Path:
    return day.settings.digest_folder / f"{day.since:%Y-%m-%d}"


def _write_all(pages: Iterable[tuple[str, str]], target: Path, now: datetime) -> Path:
    part = target.parent / f".{target.name}.{os.getpid()}.part"
    try:
        _clean(target.parent)
        make_folder(part)
        for name, text in pages:
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


def pages_of(day: Day) -> Iterator[tuple[str, Rendering]]:
    """Yield a day's pages by file name, one after the other: all at once are a gigabyte."""
    for agent, file in day.files.items():
        yield file, _behind_its_words(day, agent, agent_page(day, agent))
    yield "index.html", lead_page(day)
    yield INTAKE_PAGE, intake_page(day)
    for name in SUPPLY_PAGES:
        yield name, supply_page(day, name)


def _behind_its_words(day: Day, agent: str, page: Rendering) -> Rendering:
    """Return a page under the agent's passphrase, as it is where the settings name none.

    Raises DistressError where the variable that is named is not set: then there is no page.
    """
    entry = day.settings.agent(agent)
    if not entry or not entry.passphrase:
        return page
    try:
        words = secret(entry.passphrase)
    except AnswerError as error:
        raise DistressError(
            f"the page of {agent} is to be under a passphrase: {error}; then: distress digest"
        ) from None
    return sealed.sealed(page, seal_of(words, f"{day.store} {agent}"), agent=agent)


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
        if not leftover or (int(leftover[1]) != os.getpid() and is_running(int(leftover[1]))):
            continue
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
