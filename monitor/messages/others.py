"""Mail, Telegram, ntfy, webhooks and the rest, through apprise: a text in, how the try ended out.

Apprise tells whether a service answered 2xx (or a mail server took the mail) and no more: nobody
knows whether it was shown to anybody, and the receipt says so.
"""

from __future__ import annotations

import logging
import re
import socket
from typing import Any
from urllib.parse import unquote

from monitor.errors import DistressError
from monitor.messages.outcome import Outcome
from monitor.messages.web import told
from spiders.base.masking import keep_secret

_TAKEN = "taken (2xx or its like); whether it was shown to anybody is not known"
_SHORTEST = 8  # signs of a part of an address that may be a key
# Names of hosts, and words of apprise's own.
_PLAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+|insecure|starttls")
# What apprise logs of a request that went out and had no whole answer.
_BROKEN = re.compile(
    r"read timed out|timed out|aborted|reset by peer|unexpectedly closed|without response|broken",
    re.I,
)
_NOT_REACHED = re.compile(
    r"connect timeout|connecttimeout|failed to establish|newconnection|refused|name or service|"
    r"resolution|no route|unreachable",
    re.I,
)
_URL = re.compile(r"(with url:|url:)\s*\S+", re.I)


def service_of(address: str) -> Any:
    """Return what apprise makes of an address; raises DistressError where it knows none such."""
    try:
        import apprise
    except ImportError:
        raise DistressError(
            "apprise is missing: pip install 'distress-signal-monitor[messages]'"
        ) from None
    for part in re.split(r"[/:@?&=,]+", address):
        if len(part) >= _SHORTEST and not _PLAIN.fullmatch(part):
            keep_secret(part)
            keep_secret(unquote(part))
    asset = apprise.AppriseAsset(app_id="distress", app_desc="distress-signal-monitor")
    service = apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    if service is None:
        raise DistressError("apprise does not know such an address. See docs/messages.md")
    return service


def send(address: str, title: str, text: str, *, timeout: float) -> Outcome:
    """Send a text."""
    import apprise

    try:
        service = service_of(address)
    except DistressError as error:
        return Outcome("refused", str(error))
    service.socket_read_timeout = timeout
    service.socket_connect_timeout = min(timeout, 10.0)
    service.request_rate_per_sec = 0  # the outbox keeps the pace
    if (host := getattr(service, "smtp_host", None)) and not _is_reached(service, str(host)):
        return Outcome("refused", "not reached: the mail server takes no connection")
    lines: list[str] = []
    sender = apprise.Apprise()
    sender.add(service)
    # What it says goes into the receipt, and nowhere else: it may hold keys.
    talk = logging.getLogger("apprise")
    talk.setLevel(logging.DEBUG)
    talk.propagate = False
    done = sender.notify(
        body=text,
        title=title,
        body_format=apprise.NotifyFormat.TEXT,
        log_callback=lambda entry, _service: lines.append(str(entry.message)),
        log_level=logging.DEBUG,
    )
    if done:
        return Outcome("sent", _TAKEN)
    said = _URL.sub(r"\1 ***", " | ".join(line for line in lines if _tells(line)))
    reason = told(said or "apprise did not say why")
    partly = any(line.startswith("Sent ") for line in lines)  # an address may name several
    broken = partly or (_BROKEN.search(said) and not _NOT_REACHED.search(said))
    return Outcome("unsure" if broken else "refused", reason)


def _is_reached(service: Any, host: str) -> bool:
    """Tell whether a mail server takes a connection: apprise does not tell this from later ends."""
    try:
        with socket.create_connection((host, service.port), service.socket_connect_timeout):
            return True
    except OSError:
        return False


def _tells(line: str) -> bool:
    return bool(re.search(r"fail|error|exception|refus|reject", line, re.I))
