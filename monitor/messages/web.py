"""One request to a service: an address and a body go in; an answer comes out, or why there is none.

What matters is told apart: whether the service can have taken it.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message as Headers
from typing import IO, Any

from monitor.masking import plain
from spiders.base.masking import without_secrets

_LONGEST = 64 * 1024  # bytes of an answer that are read


@dataclass(frozen=True, slots=True)
class Response:
    """What a service answered; body: its beginning, whatever it was encoded as."""

    status: int
    body: str
    retry_after: str = ""


class NotSentError(Exception):
    """The service was not reached, so it can have taken nothing."""


class UnknownError(Exception):
    """The request went out, and no whole answer came back: it may have been taken."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A robot's address that leads elsewhere is wrong; a body is not carried there."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Headers,
        newurl: str,
    ) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def ask(url: str, *, body: dict[str, Any] | None, timeout: float) -> Response:
    """Send a JSON body, or ask without one; proxies are those of the environment.

    Raises NotSentError and UnknownError.
    """
    content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    headers = {"User-Agent": "distress-signal-monitor"}
    if content is not None:
        headers["Content-Type"] = "application/json; charset=utf-8"
    try:
        request = urllib.request.Request(url, content, headers)
        answer = _opener.open(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        answer = error
    except (urllib.error.URLError, ValueError, http.client.InvalidURL) as error:
        # Wrapped is what happens until the request is out, bare what happens after.
        raise NotSentError(told(str(getattr(error, "reason", error)))) from None
    except (OSError, http.client.HTTPException) as error:
        raise UnknownError(told(str(error) or type(error).__name__)) from None
    with answer:
        try:
            text = _read(answer, time.monotonic() + timeout)
        except (OSError, http.client.HTTPException) as error:
            raise UnknownError(told(str(error) or type(error).__name__)) from None
        return Response(answer.status, text, str(answer.headers.get("Retry-After") or ""))


def _read(answer: Any, until: float) -> str:
    """Return the beginning of an answer; raises TimeoutError for one that comes drop by drop."""
    parts, size = [], 0
    while size < _LONGEST and (part := answer.read1(_LONGEST - size)):
        parts.append(part)
        size += len(part)
        if time.monotonic() > until:
            raise TimeoutError("the answer did not come to its end in time")
    length = answer.headers.get("Content-Length") or ""
    if length.isdecimal() and size < min(int(length), _LONGEST):
        raise http.client.IncompleteRead(b"".join(parts), int(length) - size)
    return b"".join(parts).decode("utf-8", "replace")


def told(words: str, longest: int = 200) -> str:
    """Return words of others as one line without secrets, to be shown."""
    return plain(without_secrets(" ".join(words.split())))[:longest]
