"""How a crawl ended: troubles of answers, exceptions and files become one word and a message."""

from __future__ import annotations

import traceback
from collections.abc import Sequence

from scrapy import exceptions
from scrapy.http import Request, Response

from spiders.base.trouble import Outcome, Trouble

_BLOCKED = {403, 418, 429, 432, 451}
# What an operator has to mend comes first, whatever happened earlier.
_GRAVITY = ("login needed", "blocked", "changed", "unreachable", "cut short")
_REMARKS = 5  # told of one run; what a folder of a hundred files has to say, the first ones show
_UNTRUSTED = (
    "ids cannot be trusted: {} posts have the id of another post, but not its author, time, link "
    "or words, and are kept beside it (a spreadsheet rounds long numbers)"
)
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
    return Trouble(outcome=outcome, message=f"{response.url} answered {status}{asking}")


def of_exception(request: Request, error: Exception) -> Trouble:
    """Return the trouble that kept a request from being answered."""
    if isinstance(error, exceptions.IgnoreRequest):
        if "robots.txt" not in str(error):
            return Trouble(outcome="changed", message=f"{request.url}: {error}")
        hint = "If its operator lets you, set obey_robots = false"
        return Trouble(outcome="blocked", message=f"{request.url}: {error}. {hint}")
    if isinstance(error, _TOO_LARGE):
        return Trouble(outcome="cut short", message=f"{request.url}: answer too large: {error}")
    what = str(error) or type(error).__name__
    return Trouble(outcome="unreachable", message=f"{request.url}: {what}")


def of_spider_error(error: BaseException, url: str | None) -> Trouble:
    """Return the trouble that a spider's exception is: mostly an answer of another shape."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f" at {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    where = f"{url}: " if url else ""
    return Trouble(outcome="changed", message=f"{where}{type(error).__name__}: {error}{at}")
