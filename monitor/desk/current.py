"""The settings as they are now: read again where their file changed while the desk runs."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from monitor import settings
from monitor.errors import SettingsError
from monitor.settings import Settings

log = logging.getLogger(__name__)


class CurrentSettings:
    """The settings of a file; an agent removed from it is signed out without a restart.

    A file that became wrong is told in the log, and the settings before it stay.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._read_of = self._mark()
        self._settings = settings.load(file)

    def __call__(self) -> Settings:
        """Return the settings of now."""
        with self._lock:
            mark = self._mark()
            # An editor empties a file before it writes: that signs nobody out.
            if mark != self._read_of and not (mark and mark[1] == 0):
                self._read_of = mark
                try:
                    self._settings = settings.load(self._file)
                except SettingsError as error:
                    log.error("the settings from before are still used: %s", error)
            return self._settings

    def _mark(self) -> tuple[int, int] | None:
        try:
            stat = self._file.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size
