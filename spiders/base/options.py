"""What a source can be told in distress.toml: typed options, lengths of time, secrets by name."""

from __future__ import annotations

import os
import re
import stat
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from spiders.base.masking import keep_secret
from spiders.base.trouble import AnswerError

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=36_500)


class Options(BaseModel):
    """The keys of a source in distress.toml that only its spider knows; none by default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _duration(value: object) -> object:
    """Read "90s", "15m", "2h" or "1d" as a timedelta."""
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"\s*(\d+)\s*([smhd])\s*", str(value))
    if not match or not int(match[1]):
        raise ValueError('give a length of time such as "90s", "15m", "2h" or "1d"')
    if len(match[1]) > 9 or (length := timedelta(**{_UNITS[match[2]]: int(match[1])})) > _LONGEST:
        raise ValueError(f'a length of time is at most "{_LONGEST.days}d"')
    return length


def web_address(value: str) -> str:
    """Return an address of the web as it was given; raises ValueError where it is not one."""
    if not re.match(r"https?://[^/\s]+", value):
        raise ValueError(f"'{value}' is not an address; it starts with http:// or https://")
    if "@" in urlsplit(value).netloc:
        raise ValueError("an address with a user or password in it cannot be asked; take it out")
    return value


def _address(value: str) -> str:
    return web_address(value).rstrip("/")


def _written(length: timedelta) -> str:
    """Return a length of time as it can be read again."""
    return f"{int(length.total_seconds())}s"


def _variable(value: str) -> str:
    """Accept what can only be the name of a variable: a secret typed in its place is not told."""
    if not re.fullmatch(r"[A-Z]{2,}(?:_[A-Z0-9]+)*", value) or len(value) > 60:
        raise ValueError(
            "this is the place of a variable's name in capitals, such as MASTODON_TOKEN, not of a "
            "secret; put the secret into that variable of the environment"
        )
    return value


Duration = Annotated[
    timedelta, BeforeValidator(_duration), PlainSerializer(_written, when_used="json")
]
Variable = Annotated[str, AfterValidator(_variable)]
Address = Annotated[str, AfterValidator(_address)]


def one_or_more(value: object) -> object:
    """Let a single word stand for a list of one; for a validator before the type's own."""
    return (value,) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(one_or_more)]


def secret(variable: str) -> str:
    """Return a cookie, token or password from the environment; from now on it is masked."""
    value = from_environment(variable)
    keep_secret(value)
    return value


def from_environment(variable: str) -> str:
    """Return what the environment gives, or a file that it names.

    `variable` itself holds the value, or VARIABLE_FILE the path of a file that nobody else may
    read. Raises AnswerError ("login needed") naming the variable, never its value.
    """
    value = os.environ.get(variable, "").strip()
    if value:
        return value
    file = os.environ.get(f"{variable}_FILE", "")
    if not file:
        raise AnswerError(
            "login needed", f"set the environment variable {variable}, or {variable}_FILE to a file"
        )
    path = Path(file)
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise AnswerError(
                "login needed", f"others may read {path}; keep it to yourself: chmod 600 {path}"
            )
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise AnswerError(
            "login needed", f"cannot read {path}, which {variable}_FILE names: {error}"
        ) from None
    if not value:
        raise AnswerError("login needed", f"{path}, which {variable}_FILE names, is empty")
    return value
