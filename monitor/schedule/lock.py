"""The file beside a store that its schedule holds: one schedule at a time, and how it does."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from monitor.errors import DistressError, StoreBusyError
from monitor.files import make_file
from monitor.store import Store

BEAT = 10.0  # seconds between signs of life
_SILENT = 60.0  # seconds after which nobody is believed to be at work


@contextmanager
def alone(store: Path) -> Iterator[Callable[[], None]]:
    """Hold the schedule of a store and yield what gives a sign of life.

    It is free again once this process ends, however it does. Raises StoreBusyError where another
    process holds it.
    """
    Store(store).close()  # makes the folder, and refuses what is no store of ours
    path = _file_of(store)
    make_file(path)
    with path.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreBusyError(
                f"another `distress run` (process {file.read().strip() or 'unknown'}) is at work "
                f"on {store}. Stop that one first, or give this one a store of its own: [store] "
                "path in distress.toml"
            ) from None
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()

        def beat() -> None:
            now = time.time()
            with suppress(OSError):  # a full or lost disk ends no schedule; the sign is missed
                os.utime(path, (now, now))

        beat()
        try:
            yield beat
        finally:
            file.seek(0)
            file.truncate()


def at_work(store: Path) -> str:
    """Return which process keeps the schedule of a store.

    Raises DistressError where none does, or a job of it hangs.
    """
    path = _file_of(store)
    try:
        process, beaten_at = path.read_text().strip(), path.stat().st_mtime
    except FileNotFoundError:
        process, beaten_at = "", 0.0
    if not process:
        raise DistressError(f"no `distress run` is at work on {store}. Start it: distress run")
    silent = abs(time.time() - beaten_at)
    if silent > _SILENT:
        raise DistressError(
            f"`distress run` (process {process}) has given no sign of life for {silent:.0f} s: it "
            "was killed, or a job of it hangs. Look at its log, and start it again"
        )
    return process


def _file_of(store: Path) -> Path:
    resolved = store.resolve()
    return resolved.with_name(f"{resolved.name}.run")
