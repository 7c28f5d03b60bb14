"""The heartbeat: each round tells an address of the operator's that it began, and how it ended.

In the manner of healthchecks.io: the address itself for a round that went well, /start and /fail
behind it. Somebody outside notices when none comes. That an address cannot be reached stops
nothing; it is noted for `distress status`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

from monitor.errors import DistressError
from monitor.messages.web import NotSentError, UnknownError, ask, told
from monitor.settings import Settings
from monitor.store import Store
from spiders.base.masking import keep_secret
from spiders.base.options import secret, web_address
from spiders.base.trouble import AnswerError

log = logging.getLogger(__name__)

_WELL, _WRONG = "heartbeat well", "heartbeat wrong"
_TIMEOUT = 10.0  # seconds; a round must not wait long for it


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """When the address last took a ping; since when it takes none, and why."""

    well_at: datetime | None
    wrong_since: datetime | None
    reason: str


@contextmanager
def beating(settings: Settings) -> Iterator[None]:
    """Tell of the round inside; one that raises has failed, and raises on."""
    if settings.messages.heartbeat is None:
        yield
        return
    _ping(settings, "/start")
    try:
        yield
    except BaseException:
        _ping(settings, "/fail")
        raise
    _ping(settings, "")


def state(store: Store, settings: Settings) -> Heartbeat | None:
    """Return how the heartbeat does, None where the settings have none."""
    if settings.messages.heartbeat is None:
        return None
    notes = store.outbox.notes("heartbeat")
    well, wrong = notes.get(_WELL), notes.get(_WRONG)
    return Heartbeat(
        well.at if well else None, wrong.at if wrong else None, wrong.words if wrong else ""
    )


def _ping(settings: Settings, end: str) -> None:
    trouble = _trouble(settings.messages.heartbeat or "", end)
    if trouble:
        log.warning("heartbeat: %s", trouble)
    now = datetime.now(UTC)
    with suppress(DistressError), Store(settings.store_path, create=False) as store:
        if trouble:
            if _WRONG not in store.outbox.notes("heartbeat"):
                store.outbox.put(_WRONG, at=now, words=trouble)
        else:
            store.outbox.end([_WRONG])
            store.outbox.put(_WELL, at=now)


def _trouble(variable: str, end: str) -> str:
    """Send a ping; return why it did not arrive, "" where it did."""
    try:
        parts = urlsplit(web_address(secret(variable)))
        for piece in parts.path.split("/"):
            if len(piece) >= 8:
                keep_secret(piece)
        address = urlunsplit(parts._replace(path=parts.path.rstrip("/") + end))
        response = ask(address, body=None, timeout=_TIMEOUT)
    except ValueError:
        return f"{variable} does not hold an address that starts with http:// or https://"
    except AnswerError as error:
        return str(error)
    except (NotSentError, UnknownError) as error:
        return told(str(error))
    if not 200 <= response.status < 300:
        return told(f"HTTP {response.status}: {response.body}")
    return ""
