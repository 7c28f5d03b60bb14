"""Who tries secrets that open nothing waits: addresses and their tries in, seconds to wait out."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict, deque
from time import monotonic as elapsed

TRIES = 10
SECONDS = 600.0  # in which an address has so many tries
_MOST = 4096  # addresses remembered; those that tried longest ago are forgotten first


class Throttle:
    """Counts tries in vain by address; who has only tried well is never counted."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, address: str) -> int:
        """Return how many seconds an address has to wait, 0 where it may try."""
        now = elapsed()
        with self._lock:
            tries = self._tries.get(_neighbourhood(address))
            if tries is None or len(tries) < TRIES or now - tries[0] >= SECONDS:
                return 0
            return int(SECONDS - (now - tries[0])) + 1

    def note(self, address: str) -> None:
        """Note a try in vain."""
        key = _neighbourhood(address)
        with self._lock:
            self._tries.setdefault(key, deque(maxlen=TRIES)).append(elapsed())
            self._tries.move_to_end(key)
            if len(self._tries) > _MOST:
                self._tries.popitem(last=False)


def _neighbourhood(address: str) -> str:
    """Return what counts as one address: of IPv6 the network that one household is given."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is None:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)
