"""The one guard around the reading of a row: a row goes in, entries or the row set aside come out.

Whatever a row of a stranger makes the reading of it raise, the rows beside it are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, MutableSequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from spiders.base.markup import whole_characters
from spiders.base.post import SetAside
from spiders.base.times import time_from
from spiders.base.trouble import AnswerError

_DEEPEST = 200  # levels of an answer; what lies deeper is nobody's words
_LONGEST_NUMBER = 40  # digits; int() refuses 4,300 and takes ever longer below
_REASON_SHOWN = 300
_EXCERPT_SHOWN = 200
# Half a character of UTF-16 without its other half, which no address and no parser takes.
_HALF_ESCAPED = re.compile(
    r"\\ud[89ab][\da-f]{2}(?!\\ud[c-f])|(?<!\\ud[89ab][\da-f]{2})\\ud[c-f]", re.I
)
# A string without an end is one to the end of the text.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{}]', re.S)


@contextmanager
def guarded(entries: MutableSequence[Any], place: str, row: object) -> Iterator[list[str]]:
    """Read a row inside, which adds to `entries`; where that fails, the row is added set aside.

    place: where the row stands. The list that it gives takes what was wrong with the row though
    it was read, such as its time; each is told beside it.
    """
    problems: list[str] = []
    try:
        yield problems
    except AnswerError:
        raise  # of another request that the row needed, not of the row
    except Exception as error:
        problems[:] = [_reason_of(error)]
    for problem in problems:
        reason = problem[:_REASON_SHOWN]
        entries.append(SetAside(place=place, reason=reason, excerpt=_excerpt_of(row)))


def _reason_of(error: Exception) -> str:
    """Return why a row could not be read, in words for people."""
    if isinstance(error, KeyError):
        return f"no {error}"
    if type(error) is ValueError:
        return str(error)
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if isinstance(error, OverflowError):
        return "a number or time in it is beyond all bounds"
    return f"it is not built as a row of this service is ({type(error).__name__})"


def _excerpt_of(row: object) -> str:
    if isinstance(row, str):
        return row[:_EXCERPT_SHOWN]
    try:
        return text_of(row)[:_EXCERPT_SHOWN]
    except (ValueError, TypeError, RecursionError):
        return f"({type(row).__name__})"


def text_of(row: object) -> str:
    """Return JSON as text, also of what it cannot hold; raises ValueError or RecursionError."""
    return json.dumps(row, ensure_ascii=False, default=str)


def bytes_of(row: object) -> bytes:
    """Return JSON as it is kept with a post."""
    return text_of(row).encode("utf-8", "replace")


def as_dict(value: object) -> dict[str, Any]:
    """Return an object of JSON, an empty one where it is none."""
    return value if isinstance(value, dict) else {}


def dicts(value: object) -> list[dict[str, Any]]:
    """Return the objects in a list of JSON, none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def time_of(value: object, zone: ZoneInfo, problems: list[str]) -> datetime | None:
    """Return a post's time, aware.

    None where it cannot be read, which is put into `problems`: a plea without a time is a plea.
    """
    try:
        return time_from(value, zone)
    except ValueError as error:
        problems.append(str(error))
        return None


def json_from(text: str) -> Any:
    """Return the value of a JSON text; raises ValueError where it is not JSON.

    What is nested deeper than any post is None, a number of more digits than any has its text,
    and half a character is a sign in its place, so that one such row takes no other along.
    """
    try:
        value = json.loads(text, parse_int=_int)
    except RecursionError:
        value = json.loads(_shallow(text), parse_int=_int)
    if _HALF_ESCAPED.search(text):
        value = json.loads(whole_characters(text_of(value)), parse_int=_int)
    return value


def _int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _shallow(text: str) -> str:
    """Return a JSON text with null for each value that is nested too deep."""
    kept, begin, depth = [], 0, 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth == _DEEPEST + 1:
                kept += [text[begin : token.start()], "null"]
        elif token[0] in "]}":
            depth -= 1
            if depth == _DEEPEST:
                begin = token.end()
    if depth <= _DEEPEST:
        kept.append(text[begin:])
    return "".join(kept)
