"""What monitors ask of the desk: a request in; whether it may, and Prometheus' text, come out.

Figures only: no name, number or word of a person, nor of an agent, is in them.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request

from monitor import __version__
from monitor.desk.doors import LOOPBACK, is_loopback
from monitor.settings import Settings
from monitor.store import Store
from monitor.upkeep import vitals
from spiders.base.options import secret
from spiders.base.trouble import AnswerError

CONTENT_TYPE = CONTENT_TYPE_LATEST
log = logging.getLogger(__name__)
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def is_from_here(request: Request) -> bool:
    """Tell whether a program of this machine asks, and no proxy for somebody else."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    return (
        request.client is not None
        and is_loopback(request.client.host)
        and host in LOOPBACK
        and not any(name in request.headers for name in _FORWARDED)
    )


def has_token(request: Request, settings: Settings) -> bool:
    """Tell whether a request has the token of `[desk] token`; without one nobody has it."""
    if settings.desk.token is None:
        return False
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        own = secret(settings.desk.token)
    except AnswerError as error:
        log.error("[desk] token: %s", error)
        return False
    return kind.casefold() == "bearer" and hmac.compare_digest(token.encode(), own.encode())


class DeskFigures:
    """Counts what the desk answers, and tells it with how the store does."""

    def __init__(self) -> None:
        self._counters = CollectorRegistry()
        self._answers = Counter(
            "distress_desk_answers",
            "Answers of the desk since it started",
            ["status"],
            registry=self._counters,
        )
        self._faults = Counter(
            "distress_desk_faults",
            "Errors that nobody foresaw since the desk started",
            registry=self._counters,
        )

    def answered(self, status: int) -> None:
        """Count an answer."""
        self._answers.labels(str(status)).inc()

    def faltered(self) -> None:
        """Count an error that nobody foresaw."""
        self._faults.inc()

    def text(self, store: Store, settings: Settings, *, now: datetime) -> bytes:
        """Return everything in Prometheus' text format."""
        of_store = CollectorRegistry()
        of_store.register(_OfStore(vitals.look(settings, store, now=now)))
        return generate_latest(of_store) + generate_latest(self._counters)


class _OfStore(Collector):
    def __init__(self, seen: vitals.Vitals) -> None:
        self._seen = seen

    def collect(self) -> Iterator[GaugeMetricFamily | InfoMetricFamily]:
        """Yield each figure; one that is not known is left out."""
        seen = self._seen
        yield InfoMetricFamily("distress", "The release", value={"version": __version__})
        wants = len(list(vitals.wants(seen)))
        for name, meaning, value in (
            ("wants", "Things that want a person: distress status --check", wants),
            ("posts", "Posts in the store", seen.posts),
            ("posts_unread", "Posts that wait to be read", seen.unread),
            ("rows_set_aside", "Rows of sources that could not be read", seen.set_aside),
            ("cases_open", "Open cases", seen.open_cases),
            ("desk_sessions", "Agents' sessions at the desk", seen.signed_in),
            ("store_bytes", "Size of the store's file", seen.store_size),
            ("disk_free_bytes", "Free on the store's disk", seen.disk_free),
            ("backup_timestamp_seconds", "When the last backup was made", _stamp(seen.backup_at)),
            ("digest_timestamp_seconds", "When pages were last written", _stamp(seen.digest_at)),
        ):
            if value is not None:
                yield GaugeMetricFamily(f"distress_{name}", meaning, value)
        for name, meaning, values in (
            ("failed", "Whether its last run failed", [float(s.failed) for s in seen.sources]),
            (
                "low",
                "Whether far fewer posts came than usual",
                [float(s.low) for s in seen.sources],
            ),
            (
                "posts_last_hour",
                "Posts first seen in an hour",
                [float(s.hour) for s in seen.sources],
            ),
            (
                "newest_post_timestamp_seconds",
                "Of its newest post",
                [_stamp(s.newest_at) for s in seen.sources],
            ),
            (
                "last_good_timestamp_seconds",
                "When it last ended well",
                [_stamp(s.last_good_at) for s in seen.sources],
            ),
        ):
            family = GaugeMetricFamily(f"distress_source_{name}", meaning, labels=["source"])
            for source, value in zip(seen.sources, values, strict=True):
                if source.enabled and value is not None:
                    family.add_metric([source.source], value)
            yield family


def _stamp(at: datetime | None) -> float | None:
    return at.timestamp() if at else None
