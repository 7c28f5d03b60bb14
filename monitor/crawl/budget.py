"""What a host is asked: requests and answers go in, how long to wait before the next comes out.

A host has a budget of requests a day, counted over all runs and sources, may ask for a pause by
Retry-After or its rate limit, and is left alone for the rest of a run once it keeps failing.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from scrapy.http import Request, Response

from monitor.crawl.fence import Refused
from monitor.errors import StoreBusyError

LONGEST_WAIT = 120.0  # seconds before a request; asked for longer, we give up instead
_WRITE_EVERY = 1.0  # seconds; so many requests a kill may leave uncounted
_EPOCH = 1e8  # a reset beyond this is a time since 1970, below it the seconds until then
_FAR = 400 * 86_400.0  # seconds; a reset beyond this is a mistake
_NONE_LEFT = re.compile(r"-[0-9]+|0+")


class Counts(Protocol):
    """Where the requests of a day are counted over all runs, by host."""

    def count(self, host: str, day: date) -> int:
        """Return how many requests a host was asked on a day."""

    def add(self, host: str, day: date, more: int) -> int:
        """Count more requests of a host on a day; return how many they are now."""


class Budget:
    """How much each host may still be asked in this run.

    daily: requests a host a day. failures: in a row, after which a host is left alone.
    zone: in which a day begins.
    """

    def __init__(self, requests: Counts, *, daily: int, failures: int, zone: ZoneInfo) -> None:
        self._requests = requests
        self.daily = daily
        self._failures = failures
        self._zone = zone
        self._sent: dict[tuple[str, date], int] = {}
        self._unwritten: dict[tuple[str, date], int] = {}
        self._written_at = 0.0
        self._pauses: dict[str, float] = {}
        self._failed: dict[str, int] = {}
        self._turned_away: dict[str, int] = {}

    def wait(self, request: Request) -> float:
        """Return the seconds to wait before a request; ask again after them, then `count` it.

        Raises Refused ("cut short") where the day's budget is used up, the host keeps failing or
        its pause is longer than LONGEST_WAIT.
        """
        host = host_of(request.url)
        self.check_failures(host)
        if self._used(host) >= self.daily:
            raise self.used_up(host)
        until = max(self._pauses.get(key, 0.0) for key in {host, limit_key(request)})
        self.check_pause(host, until)
        return max(0.0, until - time.time())

    def check_failures(self, host: str) -> None:
        """Raise Refused where a host keeps failing."""
        failed = max(self._failed.get(host, 0), self._turned_away.get(host, 0))
        if failed >= self._failures:
            raise Refused(
                "cut short",
                f"{host} failed {failed} times in a row and is left alone for this run "
                "([crawl] failures)",
            )

    def check_pause(self, host: str, until: float) -> None:
        """Raise Refused where a host is to be asked no sooner than in LONGEST_WAIT seconds."""
        if until - time.time() > LONGEST_WAIT:
            at = datetime.fromtimestamp(until, self._zone)
            raise Refused(
                "cut short", f"{host} has no requests left for us until {at:%Y-%m-%d %H:%M:%S %Z}"
            )

    def used_up(self, host: str) -> Refused:
        """Return what is raised where a host's budget of the day is used up."""
        return Refused(
            "cut short",
            f"{host}: the budget of {self.daily} requests a day is used up; it begins anew "
            f"at midnight ({self._zone}), or raise [crawl] daily",
        )

    def count(self, request: Request) -> None:
        """Count a request that is sent now."""
        key = (host_of(request.url), self.today())
        self._sent[key] = self._sent.get(key, 0) + 1
        self._unwritten[key] = self._unwritten.get(key, 0) + 1
        if time.monotonic() - self._written_at >= _WRITE_EVERY:
            self.write()

    def write(self) -> None:
        """Write the requests counted so far; learn of those that other crawls counted."""
        self._written_at = time.monotonic()
        for (host, day), more in list(self._unwritten.items()):
            try:
                self._sent[host, day] = self._requests.add(host, day, more)
            except StoreBusyError:
                return  # they stay counted here and are written next time
            del self._unwritten[host, day]

    def note(self, request: Request, response: Response) -> None:
        """Note the pause that an answer asks for, for all that is still to be asked of its host."""
        pause = asked_pause(response)
        if pause is not None:
            self._pauses[limit_key(request)] = time.time() + pause

    def succeeded(self, url: str) -> None:
        """Note that a host answered."""
        self._failed.pop(host_of(url), None)

    def failed(self, url: str) -> None:
        """Note that a host gave no answer, or refused, after all retries."""
        host = host_of(url)
        self._failed[host] = self._failed.get(host, 0) + 1

    def gave_posts(self, url: str) -> None:
        """Note that an answer held what was asked for."""
        self._turned_away.pop(host_of(url), None)

    def turned_away(self, url: str) -> None:
        """Note that an answer looked well and was a captcha, a login or an excuse."""
        host = host_of(url)
        self._turned_away[host] = self._turned_away.get(host, 0) + 1

    def _used(self, host: str) -> int:
        key = (host, self.today())
        if key not in self._sent:
            self._sent[key] = self._requests.count(*key)
        return self._sent[key]

    def today(self) -> date:
        """Return the day that requests count for."""
        return datetime.now(self._zone).date()


def host_of(url: str) -> str:
    """Return the host of an address, with its port where one is named."""
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.hostname or ''}{port}"


def limit_key(request: Request) -> str:
    """Return what the limit of an answer is for: the host, or a login's own path.

    Reading shares one limit a host, but a login has its own, far smaller one.
    """
    host = host_of(request.url)
    return host if request.method == "GET" else host + urlsplit(request.url).path


def asked_pause(response: Response) -> float | None:
    """Return for how many seconds an answer asks to be left alone, or None."""
    waits = [until_reset(response)]
    if response.status >= 400:
        waits.append(retry_after(response))
    pause = max((seconds for seconds in waits if seconds is not None), default=None)
    return None if pause is None else min(pause, _FAR)


def until_reset(response: Response) -> float | None:
    """Return the seconds until a service lets us ask again, None where it lets us ask now.

    Mastodon gives the time as ISO 8601 (docs.joinmastodon.org/api/rate-limits), Bluesky as seconds
    since 1970 without the x- (docs.bsky.app/docs/advanced-guides/rate-limits), others as seconds
    from now (draft-polli-ratelimit-headers-02).
    """
    for prefix in ("X-RateLimit-", "RateLimit-"):
        remaining = _header(response, prefix + "Remaining").partition(",")[0].strip()
        if _NONE_LEFT.fullmatch(remaining):
            return _seconds(_header(response, prefix + "Reset"))
    return None


def retry_after(response: Response) -> float | None:
    """Return the seconds that a server asks us to wait (RFC 9110, 10.2.3), or None."""
    value = _header(response, "Retry-After")
    if value.isascii() and value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1").strip()


def _seconds(reset: str) -> float | None:
    now = datetime.now(UTC)
    try:
        number = float(reset)
        seconds = number - now.timestamp() if number > _EPOCH else number
    except ValueError:
        try:
            at = datetime.fromisoformat(reset)
        except ValueError:
            return None
        aware = at if at.tzinfo else at.replace(tzinfo=UTC)
        seconds = (aware - now) / timedelta(seconds=1)
    return max(0.0, seconds) if seconds < _FAR else None
