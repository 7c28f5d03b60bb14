"""How a crawl ended: troubles of answers, exceptions and files become one word and a message."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator, Sequence

from OpenSSL import SSL
from scrapy import exceptions
from scrapy.http import Request, Response
from twisted.internet import error as network

from monitor.crawl.health import NO_NETWORK
from spiders.base.trouble import Outcome, Trouble, at

_BLOCKED = {403, 418, 429, 432, 451}
# What an operator has to mend comes first, whatever happened earlier.
_GRAVITY = ("login needed", "blocked", "changed", "unreachable", "cut short")
_REMARKS = 5  # told of one run; what a folder of a hundred files has to say, the first ones show
_UNTRUSTED = (
    "ids cannot be trusted: {} posts have the id of another post, but not its author, time, link "
    "or words, and are kept beside it (a spreadsheet rounds long numbers)"
)
_OFFLINE = {errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH}
_NO_ANSWERS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((network.DNSLookupError, network.UnknownHostError, network.NoRouteError,
      exceptions.CannotResolveHostError), NO_NETWORK),
    ((network.ConnectionRefusedError, exceptions.DownloadConnectionRefusedError),
     "nobody answers there: the connection was refused"),
    ((network.TimeoutError, TimeoutError, exceptions.DownloadTimeoutError),
     "no answer in the time that one may take"),
    ((SSL.Error,), "no secure connection: its certificate or its TLS is not in order"),
    ((network.ConnectionLost, network.ConnectionDone, network.ConnectionAborted,
      exceptions.ResponseDataLossError), "the connection broke before the answer was whole"),
)  # fmt: skip
_TOO_LARGE = (exceptions.DownloadCancelledError,)


def outcome_of(
    troubles: Sequence[Trouble],
    *,
    read: int,
    changes: int,
    set_aside: int,
    shared: int = 0,
    remarks: Sequence[str] = (),
) -> tuple[str, str | None]:
    """Return a run's outcome and message.

    read: posts read; changes: those of them that were new or edited. shared: posts whose id stands
    for another post, too. remarks: what else there is to tell, each on its own.
    """
    outcome, messages = "ok" if changes else "empty", list(remarks[:_REMARKS])
    if shared:
        messages.insert(0, _UNTRUSTED.format(shared))
    if len(remarks) > _REMARKS:
        messages.append(f"and {len(remarks) - _REMARKS} more remarks")
    if troubles:
        first, more = min(troubles, key=gravity), len(troubles) - 1
        outcome = first.outcome
        messages.insert(0, first.message + (f" (and {more} more)" if more else ""))
    elif set_aside and not read:
        outcome = "changed"
        see = "distress status --set-aside"
        messages.insert(0, f"none of {set_aside} rows could be read. See: {see}")
    return outcome, "; ".join(messages) or None


def gravity(trouble: Trouble) -> int:
    """Return the rank of a trouble: the lower, the sooner someone has to mend it."""
    return _GRAVITY.index(trouble.outcome)


def of_status(response: Response) -> Trouble | None:
    """Return the trouble that an answer's status tells of, None for a good one."""
    status = response.status
    if status < 400:
        return None
    outcome: Outcome = "changed"
    if status == 401:
        outcome = "login needed"
    elif status in _BLOCKED:
        outcome = "blocked"
    elif status >= 500 or status == 408:
        outcome = "unreachable"
    wait = (response.headers.get("Retry-After") or b"").decode("latin-1")
    asking = f" and asks to come back after {wait}" if wait else ""
    return Trouble(outcome=outcome, message=at(f"answered {status}{asking}", response.url))


def of_exception(request: Request, error: BaseException) -> Trouble:
    """Return the trouble that kept a request from being answered."""
    if isinstance(error, exceptions.IgnoreRequest):
        reason = str(error)
        if "robots.txt" not in reason:
            return Trouble(outcome="changed", message=at(reason, request.url))
        hint = "If its operator lets you, set obey_robots = false"
        return Trouble(outcome="blocked", message=at(f"{reason}. {hint}", request.url))
    if isinstance(error, _TOO_LARGE):
        return Trouble(outcome="cut short", message=at("answer too large", request.url))
    return Trouble(outcome="unreachable", message=at(_no_answer(error), request.url))


def _no_answer(error: BaseException) -> str:
    """Return in words for people why no answer came."""
    causes = list(_causes(error))
    for kinds, words in _NO_ANSWERS:
        if any(isinstance(cause, kinds) for cause in causes):
            return words
    if any(_number(cause) in _OFFLINE for cause in causes):
        return NO_NETWORK
    return f"no answer came ({type(causes[-1]).__name__})"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what lies behind it, which Scrapy chains and Twisted lists."""
    while error is not None:
        yield error
        reasons = getattr(error, "reasons", None) or [None]
        error = getattr(reasons[0], "value", None) or error.__cause__


def _number(error: BaseException) -> object:
    return getattr(error, "osError", None) or getattr(error, "errno", None)


def of_spider_error(error: BaseException, url: str | None) -> Trouble:
    """Return the trouble that a spider's exception is: mostly an answer of another shape."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    reason = f"the answer has another shape than ever before ({type(error).__name__}{place})"
    return Trouble(outcome="changed", message=at(reason, url) if url else reason)
