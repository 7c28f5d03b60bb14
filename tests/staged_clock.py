"""The clock that all tests run by, in every Python process: noon of one plain day, and ticking."""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import time_machine

# A Wednesday in calling hours, away from the ends of month and year, after all that was recorded.
NOON = datetime(2027, 3, 10, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
# Holds what Python reads as it starts, so that each process sets its own clock.
_AT_START = str(Path(__file__).resolve().parent / "clock")
_AHEAD = "TESTS_CLOCK_AHEAD"
_travel: time_machine.travel | None = None
_coordinates: time_machine.Traveller | None = None


def start() -> None:
    """Set the clock of this process, and of those it starts, to the one all tests share."""
    global _travel, _coordinates
    if _travel is None:
        elapsed = _elapsed()
        ahead = float(os.environ.setdefault(_AHEAD, repr(NOON.timestamp() - elapsed)))
        _travel = time_machine.travel(elapsed + ahead, tick=True)
        _coordinates = _travel.start()
        # On a busy machine a while may pass until it is set: a child's clock must not stay behind.
        follow()
    _put_on_path()


def set_to(moment: float, *, children: float | None = None) -> None:
    """Set the clock of this process, and of those it starts from now on, to seconds of the epoch.

    children: that of those it starts, where it is another one.
    """
    os.environ[_AHEAD] = repr(moment - _elapsed())
    follow()
    if children is not None:
        os.environ[_AHEAD] = repr(children - _elapsed())


def follow() -> None:
    """Have the clock that the environment tells: for a process that was forked, or that set it."""
    if _coordinates is not None:
        _coordinates.shift(_elapsed() + float(os.environ[_AHEAD]) - time.time())


def stop() -> None:
    """Give this process, and those it starts, the machine's own clock."""
    global _travel, _coordinates
    if _travel is not None:
        _travel.stop()
        _travel = _coordinates = None
        _take_off_path()


def _put_on_path() -> None:
    _take_off_path()
    path = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([_AT_START, *([path] if path else [])])
    # Tests that make the path of a process make it of their own.
    sys.path.insert(0, _AT_START)


def _take_off_path() -> None:
    rest = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    os.environ["PYTHONPATH"] = os.pathsep.join(entry for entry in rest if entry != _AT_START)
    sys.path[:] = [entry for entry in sys.path if entry != _AT_START]


def _elapsed() -> float:
    """Return seconds since a moment that is the same one for every process of this machine."""
    # Not the machine's clock where it can be helped: under faketime it starts anew in each process.
    uptime = Path("/proc/uptime")
    return float(uptime.read_text().split()[0]) if uptime.exists() else time.time()
