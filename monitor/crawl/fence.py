"""The fence: addresses go in, those that no public source has are refused.

A public source's address or redirect must not make us ask the machines of our own network. Names
are judged by what they resolve to at the moment of connecting, so that a name which changes its
mind between a check and the request gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from spiders.base.trouble import Outcome, at

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")  # all that IANA has given out for unicast
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
# Names that mean a machine nearby (RFC 6761, 6762, 8375); those without a dot do, too.
_NEARBY = (".localhost", ".local", ".internal", ".home.arpa", ".lan")
_WAY_OUT = (
    "If the source is a machine of yours, set allow_private = true in its [[sources]], which lets "
    "it ask the hosts that its own settings name"
)


class Refused(IgnoreRequest):
    """Raised where we do not ask: the outcome that the run ends with, and why, for people."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet, also where IPv6 wraps an IPv4 one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address not in _GLOBAL_IPV6:
            return False
    return address.is_global and not address.is_multicast


def literal(host: str) -> Address | None:
    """Return the address that a host is written as, None for a name.

    Also 2130706433, 0x7f.1 and 0177.0.0.1, which inet_aton(3) takes for addresses.
    """
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host.rstrip(".")))
    except (OSError, UnicodeError):
        return None


def named_hosts(options: object) -> frozenset[str]:
    """Return the hosts of the addresses that stand in a source's options, however deep."""
    if isinstance(options, str):
        try:
            parts = urlsplit(options)
            return frozenset({parts.hostname} if parts.scheme and parts.hostname else ())
        except ValueError:
            return frozenset()
    if isinstance(options, Mapping):
        options = list(options.values())
    if isinstance(options, Sequence):
        return frozenset().union(*(named_hosts(part) for part in options))
    return frozenset()


def check(request: Request, allowed: Collection[str] = ()) -> None:
    """Refuse a request whose address is not of the public internet; names are judged later.

    allowed: the hosts of our own that the source names and may ask; a redirect may not leave them.
    Raises Refused naming the address and the setting that allows it.
    """
    host = urlsplit(request.url).hostname or ""
    if host in allowed:
        return
    address = literal(host)
    if address is not None and not is_public(address):
        raise Refused("blocked", at(_not_public(str(address)), request.url))
    if address is not None:
        return
    if request.meta.get("proxy"):
        # The proxy asks for the address, so the name itself is all that we can judge.
        if "." not in host.rstrip(".") or host.rstrip(".").endswith(_NEARBY):
            raise Refused("blocked", at(_not_public(host), request.url))
    elif host in proxy_hosts():
        raise Refused("blocked", at(f"{host} is the proxy itself. {_WAY_OUT}", request.url))


def check_name(request: Request) -> None:
    """Raise Refused for a request that failed because of what its name resolves to."""
    host = urlsplit(request.url).hostname or ""
    address = FencedResolver.refused.get(host)
    if address:
        raise Refused("blocked", at(f"{host} is {_not_public(address)}", request.url))


def proxy_hosts() -> set[str]:
    """Return the hosts of the environment's proxies; the operator chose them, wherever they are."""
    proxies = getproxies()
    addresses = [proxies[scheme] for scheme in ("http", "https") if proxies.get(scheme)]
    urls = [url if "//" in url else f"//{url}" for url in addresses]
    return {host for host in (urlsplit(url).hostname for url in urls) if host}


def _not_public(address: str) -> str:
    return f"{address}, which is not a public address. {_WAY_OUT}"


class FencedResolver(CachingThreadedResolver):
    """Resolves as Scrapy does, and gives no address that is not public, a proxy's excepted.

    refused: the addresses that were not given, by name. allowed: names of our own machines.
    """

    refused: ClassVar[dict[str, str]] = {}
    allowed: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        """Make the resolver of a crawl, which knows the hosts that its source may ask."""
        cls.allowed = frozenset(crawler.settings.getlist("ALLOWED_HOSTS"))
        resolver: Self = super().from_crawler(crawler, reactor)
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        """Return the address of a name; fails as for an unknown one where it is not public."""
        return super().getHostByName(name, timeout).addCallback(self._judged, name)

    def _judged(self, address: str, name: str) -> str:
        may_ask = name in self.allowed or name in proxy_hosts()
        if may_ask or is_public(ipaddress.ip_address(address)):
            self.refused.pop(name, None)
            return address
        self.refused[name] = address
        raise DNSLookupError(f"{name} is {address}, which is not a public address")
