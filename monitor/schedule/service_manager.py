"""What systemd is told: words go in, datagrams of its protocol (sd_notify(3)) go to its socket."""

from __future__ import annotations

import logging
import os
import socket

log = logging.getLogger(__name__)

_LONGEST = 300  # characters of a value


class ServiceManager:
    """The manager that started this process, where one did and wants to be told.

    watchdog: seconds within which it wants a sign of life, None where it wants none.
    """

    def __init__(self) -> None:
        address = os.environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        length = os.environ.get("WATCHDOG_USEC", "")
        is_ours = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self.watchdog = int(length) / 1e6 if length.isdecimal() and is_ours else None

    def notify(self, **words: str) -> None:
        """Send assignments such as READY="1"; a value is put on one line and cut."""
        if not self._address:
            return
        lines = (f"{name}={' '.join(value.split())[:_LONGEST]}" for name, value in words.items())
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
                out.setblocking(False)  # a manager that does not read holds up nothing
                out.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            log.warning("the service manager cannot be told: %s", error)
