"""How the log is written: records go in; lines, or a JSON object a line, come out.

No line holds a number of a person or a secret, in its words as little as in a traceback.
"""

from __future__ import annotations

import hashlib
import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

from monitor.masking import masked
from spiders.base.masking import without_secrets

_HERE = Path(__file__).resolve().parents[1]
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels: no word comes of them by chance
_LENGTH = 4
_told = logging.getLogger("distress")


def number_of(error: BaseException) -> str:
    """Return a short number to quote, such as E-KRTB; each time the same fault has the same one.

    It is made of the kind of error and of where it arose: in which function, and in which of ours.
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_HERE)]
    places = [f"{Path(frame.filename).stem}.{frame.name}" for frame in (*ours[-1:], *frames[-1:])]
    words = " ".join([type(error).__qualname__, *places])
    number = int.from_bytes(hashlib.sha256(words.encode()).digest())
    letters = (_LETTERS[number // len(_LETTERS) ** at % len(_LETTERS)] for at in range(_LENGTH))
    return f"E-{''.join(letters)}"


class PlainLines(logging.Formatter):
    """Writes a record as a line for people, a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return time, level, the number of an error, where it is of, and the words."""
        number = f"{told} " if (told := _number(record)) else ""
        words = _clean(super().format(record))
        return f"{self.formatTime(record)} {record.levelname} {number}{record.name}: {words}"


class JsonLines(logging.Formatter):
    """Writes a record as a JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return at, level, logger, process and message; of an error also number and traceback."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "at": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": _clean(record.getMessage()),
        }
        if record.exc_info and (number := _number(record)):
            line |= {
                "number": number,
                "traceback": _clean(self.formatException(record.exc_info)),
            }
        return json.dumps(line, ensure_ascii=False)


def begin(level: int, *, as_json: bool = False) -> None:
    """Log to standard error from a level on, unless this process logs somewhere already."""
    handler = logging.StreamHandler()
    # Not by the root's level alone: Scrapy's own loggers let everything through.
    handler.addFilter(lambda record: record.levelno >= level or record.name == _told.name)
    handler.setFormatter(JsonLines() if as_json else PlainLines())
    logging.basicConfig(level=level, handlers=[handler])
    _told.setLevel(logging.INFO)


def are_json() -> bool:
    """Tell whether this process writes its log as JSON."""
    return any(isinstance(one.formatter, JsonLines) for one in logging.getLogger().handlers)


def tell(words: str, level: int = logging.INFO) -> None:
    """Log what is otherwise printed for people, whatever the level of the rest."""
    _told.log(level, "%s", words)


def _number(record: logging.LogRecord) -> str:
    return number_of(record.exc_info[1]) if record.exc_info and record.exc_info[1] else ""


def _clean(words: str) -> str:
    return masked(without_secrets(words))
