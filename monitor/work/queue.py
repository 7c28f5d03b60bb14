"""The queue between the desk's machine and its workers: leases go one way, parts come the other.

All keys begin with `distress:`, in one database of a Redis (7 or newer) that is of one desk alone.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from monitor.errors import QueueError, SettingsError
from monitor.settings import CrawlSettings
from monitor.work import scripts
from spiders.base.options import from_environment
from spiders.base.trouble import AnswerError

IDLE = 60.0  # seconds without a sign of life after which a lease passes on
_PREFIX = "distress:"
_LEASES, _RESULTS = f"{_PREFIX}leases", f"{_PREFIX}results"
_GONE = 86_400.0  # seconds after which a worker that holds nothing is forgotten
_COUNTED = 3 * 86_400  # seconds that a day's counts are kept
_TIMEOUT = 10.0  # seconds for one answer of Redis
_RETRIES = 5  # about fifteen seconds, in which a Redis is started again
_AT_ONCE = 20  # parts that are read at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A walk that a worker has; it is lost when the worker gives no sign of life for IDLE seconds.

    entry: its entry in the stream. worker: who holds it. taker: names this one taking of it.
    told: what the process of its crawl is told. marks: what its source remembers by now.
    tries: how often it was taken.
    """

    token: str
    entry: str
    worker: str
    taker: str
    told: dict[str, Any]
    marks: dict[str, str]
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A part as it lies in the queue; number: as it was handed in."""

    entry: str
    token: str
    taker: str
    number: int
    body: bytes = field(repr=False)


class PassedOnError(QueueError):
    """A lease is somebody else's by now, or its run has ended; whoever had it leaves it alone."""


class Queue:
    """A connection to the queue of the settings.

    Raises SettingsError where redis-py is missing or the settings name no queue; what is asked of
    it raises QueueError where the Redis does not answer, or refuses.
    """

    def __init__(self, crawl: CrawlSettings) -> None:
        if crawl.queue is None:
            raise SettingsError(
                "the settings name no queue. Give the desk's one under [crawl], such as queue = "
                '"redis://127.0.0.1:6379/0"; see docs/scale.md'
            )
        self.name = crawl.queue
        self.settings = crawl
        self.worker = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._taken = 0
        self._redis = _connected(crawl)
        self._scripts: dict[str, Any] = {}

    # The desk's machine

    def begin(self, desk: str) -> None:
        """Make the group of the workers; raises QueueError where the queue is another desk's."""
        with self._asking():
            owner = self._redis.set(f"{_PREFIX}desk", desk, nx=True, get=True)
        if owner is not None and owner.decode() != desk:
            raise QueueError(
                f"{self.name} is the queue of another desk (or of a store that this one took the "
                "place of). Give each desk a database of its own: the number at the end of [crawl] "
                "queue; or, where that desk is no more, empty it: redis-cli FLUSHDB"
            )
        self._make_group()
        self._run(scripts.TIDY, [_LEASES], [int(_GONE * 1000)])

    def give(self, token: str, told: Mapping[str, Any]) -> None:
        """Give out a walk."""
        self._run(scripts.GIVE, [_LEASES, _lease(token)], [token, json.dumps(told)])

    def tries(self, token: str) -> int | None:
        """Return how often a lease was taken, None where the queue knows of none."""
        with self._asking():
            found = self._redis.hmget(_lease(token), "entry", "tries")
        return None if found[0] is None else int(found[1] or 0)

    def results(self) -> list[Result]:
        """Return the parts that wait, the oldest first, some at once."""
        with self._asking():
            rows = self._redis.xrange(_RESULTS, count=_AT_ONCE)
        return [
            Result(
                entry=entry.decode(),
                token=fields.get(b"token", b"").decode("utf-8", "replace"),
                taker=fields.get(b"taker", b"").decode("utf-8", "replace"),
                number=int(fields.get(b"number", 0)),
                body=fields.get(b"part", b""),
            )
            for entry, fields in rows
        ]

    def drop(self, result: Result) -> None:
        """Take a part off the queue."""
        with self._asking():
            self._redis.xdel(_RESULTS, result.entry)

    def close(self, token: str) -> None:
        """Acknowledge a lease: its run has ended, and nobody is to go on with it."""
        self._run(scripts.CLOSE, [_LEASES, _lease(token), _marks(token)], [])

    def asked(self, day: date) -> dict[str, int]:
        """Return how often each host was asked on a day, over all workers."""
        with self._asking():
            counts = self._redis.hgetall(_asked(day))
        return {host.decode(): int(count) for host, count in counts.items()}

    def asked_at_least(self, day: date, counts: Mapping[str, int]) -> None:
        """Raise the counts of a day to these; a queue that lost its own learns them so."""
        pairs = [value for pair in counts.items() for value in pair]
        if pairs:
            self._run(scripts.AT_LEAST, [_asked(day)], [_COUNTED, *pairs])

    # Workers

    def take(self, *, wait: float = 2.0, idle: float | None = None) -> Lease | None:
        """Return a walk to crawl: a dead worker's first, else the next; None where none is there.

        wait: seconds to wait for one. idle: seconds after which a worker counts as dead.
        """
        self._make_group()
        lease = self._run(
            scripts.PASS_ON,
            [_LEASES],
            [self.worker, int((idle or IDLE) * 1000), _lease("")],
        )
        if lease:
            entry, fields = lease[0], dict(zip(lease[1][::2], lease[1][1::2], strict=True))
            return self._accepted(entry, fields)
        with self._asking():
            streams = self._redis.xreadgroup(
                scripts.GROUP, self.worker, {_LEASES: ">"}, count=1, block=max(1, int(wait * 1000))
            )
        return self._accepted(*streams[0][1][0]) if streams else None

    def _accepted(self, entry: bytes, fields: Mapping[bytes, bytes]) -> Lease | None:
        token = fields[b"token"].decode()
        found = self._run(scripts.ACCEPT, [_LEASES, _lease(token), _marks(token)], [entry])
        if not found:
            return None
        self._taken += 1
        told = json.loads(fields[b"told"])
        tries, pairs = found[0], [value.decode() for value in found[1]]
        return Lease(
            token=token,
            entry=entry.decode(),
            worker=self.worker,
            taker=f"{self.worker}.{self._taken}",
            told=told["job"],
            marks=told["marks"] | dict(zip(pairs[::2], pairs[1::2], strict=True)),
            tries=tries,
        )

    def beat(self, lease: Lease) -> None:
        """Give a sign of life; raises PassedOnError where the lease is somebody else's."""
        if not self._run(scripts.BEAT, [_LEASES], [lease.worker, lease.entry]):
            raise _passed_on(lease)

    def hand_in(
        self,
        lease: Lease,
        number: int,
        part: bytes,
        marks: Sequence[tuple[str, str]],
        *,
        last: bool,
    ) -> None:
        """Hand a part in with its marks; raises PassedOnError where the lease is somebody else's.

        number: of this taker's parts, from one; 0 for an end alone, of who has not counted them.
        """
        pairs = [value for mark in marks for value in mark]
        done = self._run(
            scripts.HAND_IN,
            [_LEASES, _lease(lease.token), _marks(lease.token), _RESULTS],
            [lease.worker, lease.entry, lease.token, lease.taker, number, int(last), part, *pairs],
        )
        if not done:
            raise _passed_on(lease)

    def has_ended(self, lease: Lease) -> bool:
        """Tell whether the last part was handed in, or is wanted no more."""
        with self._asking():
            entry, ended = self._redis.hmget(_lease(lease.token), "entry", "ended")
        return entry is None or ended is not None

    def give_back(self, lease: Lease) -> None:
        """Let another worker go on at once."""
        keys = [_LEASES, _lease(lease.token)]
        self._run(scripts.GIVE_BACK, keys, [lease.worker, lease.entry, 10**9])

    # The budget of a host

    def slot(
        self, host: str, pauses: Sequence[str], day: date, *, daily: int, delay: float
    ) -> tuple[str, float]:
        """Take the next slot of a host; else return what is in the way, and seconds to wait.

        In the way is a "pause" that it asked for, the "budget" of the day or another's "slot".
        """
        keys = [f"{_PREFIX}slot:{host}", _asked(day), *map(_pause, pauses)]
        why, wait = self._run(scripts.SLOT, keys, [host, daily, int(delay * 1000), _COUNTED])
        return why.decode(), wait / 1000

    def pause(self, what: str, seconds: float) -> None:
        """Note a pause that a host, or a login of it, asks for, for all workers."""
        with self._asking():
            if seconds > 0:
                self._redis.set(_pause(what), 1, px=max(1, int(seconds * 1000)))
            else:
                self._redis.delete(_pause(what))

    # How Redis is asked

    def _make_group(self) -> None:
        with self._asking(), _ignoring("BUSYGROUP"):
            self._redis.xgroup_create(_LEASES, scripts.GROUP, id="0", mkstream=True)

    def _run(self, script: str, keys: Sequence[str], values: Sequence[object]) -> Any:
        found = self._scripts.setdefault(script, self._redis.register_script(script))
        with self._asking():
            return found(keys=keys, args=values)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Raise a QueueError that names the queue for what redis-py raises."""
        from redis.exceptions import RedisError

        try:
            yield
        except (RedisError, OSError) as error:
            raise QueueError(
                f"the queue {self.name} does not do it: {error}. Look at [crawl] queue, and "
                "whether that Redis is at work; see docs/scale.md"
            ) from error


def _connected(crawl: CrawlSettings) -> Any:
    """Return a client of redis-py, which connects when it is used."""
    try:
        import redis
        from redis.backoff import ExponentialBackoff
        from redis.retry import Retry
    except ImportError:
        raise SettingsError(
            "[crawl] queue needs redis-py: pip install 'distress-signal-monitor[queue]', or take "
            "`queue` out of the settings"
        ) from None
    password = None
    if crawl.queue_password:
        try:
            password = from_environment(crawl.queue_password)
        except AnswerError as error:
            raise SettingsError(f"crawl.queue_password: {error}") from None
    tls = {"ssl_check_hostname": True} if str(crawl.queue).startswith("rediss:") else {}
    return redis.Redis.from_url(
        str(crawl.queue),
        password=password,
        protocol=2,  # the answers are the same in redis-py 5 and 8
        socket_timeout=_TIMEOUT,
        socket_connect_timeout=_TIMEOUT,
        retry=Retry(ExponentialBackoff(cap=5, base=0.5), _RETRIES),
        retry_on_error=[redis.exceptions.BusyLoadingError],
        **tls,
    )


@contextmanager
def _ignoring(sign: str) -> Iterator[None]:
    from redis.exceptions import ResponseError

    try:
        yield
    except ResponseError as error:
        if sign not in str(error):
            raise


def _passed_on(lease: Lease) -> PassedOnError:
    return PassedOnError(
        f"the walk of {lease.told['source']} has passed on to another worker, or is wanted no more"
    )


def _lease(token: str) -> str:
    return f"{_PREFIX}lease:{token}"


def _marks(token: str) -> str:
    return f"{_PREFIX}marks:{token}"


def _pause(what: str) -> str:
    return f"{_PREFIX}pause:{what}"


def _asked(day: date) -> str:
    return f"{_PREFIX}asked:{day.isoformat()}"
