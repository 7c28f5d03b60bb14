"""Where the desk is reached: host, port, TLS and address in; its names, origins and links out."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "::1")
WILDCARDS = ("0.0.0.0", "::", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where the desk is.

    host, port: what it listens at. tls: whether by TLS. address: the one before it, None for none.
    """

    host: str
    port: int
    tls: bool
    address: str | None

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by https, itself or through what stands before it."""
        return self.tls or (self.address or "").startswith("https://")

    @property
    def base(self) -> str:
        """What a sign-in link begins with."""
        if self.address:
            return self.address.rstrip("/")
        host = "localhost" if self.host in WILDCARDS else self.host
        host = f"[{host}]" if ":" in host else host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """The names by which it may be asked."""
        names = {*LOOPBACK, urlsplit(self.address).hostname if self.address else None}
        names |= {self.host} - set(WILDCARDS)
        return frozenset(name.casefold() for name in names if name)

    def is_own(self, origin: str, host: str) -> bool:
        """Tell whether an Origin is the desk's, asked by this Host header."""
        if self.address and origin == _origin(self.address):
            return True
        return origin == f"{'https' if self.tls else 'http'}://{host.casefold()}"


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches a host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".casefold()
