"""Values as columns hold them: aware times in, UTC text such as 2020-02-12T06:30:00Z and back out.

And words from the web in, words that SQLite can hold out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def storable(text: str | None) -> str | None:
    """Return `text` with lone surrogates replaced: SQLite holds UTF-8 only."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def now() -> datetime:
    """Return the current time, aware, in UTC, to the second."""
    return (_told.get() or datetime.now(UTC)).replace(microsecond=0)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Have the store take an aware moment for the current time inside; for an invented past."""
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


def to_column(time: datetime | None) -> str | None:
    """Return the column's text for an aware time; raises ValueError for a naive one."""
    if time is None:
        return None
    if time.tzinfo is None:
        raise ValueError(f"time without zone: {time}")
    # Not strftime: it writes the year 20 without its zeros, which cannot be read back.
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def from_column(text: str | None) -> datetime | None:
    """Return the aware time of a column's text."""
    return datetime.fromisoformat(text) if text else None


def required(text: str) -> datetime:
    """Return the aware time of a column that is never empty."""
    return datetime.fromisoformat(text)
