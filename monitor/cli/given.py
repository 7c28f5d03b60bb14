"""Kinds of values that people type: words, names, moments; what is wrong is told by its option."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import Any

import click

from monitor.cli.frame import settings_here

_LONGEST = 20_000


def login() -> str:
    """Return the name of who is at the terminal, "" where the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


by_login = click.option(
    "--by",
    "actor",
    default=login,
    metavar="NAME",
    help="Who does it; your login name where left out.",
)


class Words(click.ParamType):
    """Words that the store can keep: not empty where given, no half characters."""

    name = "text"

    def __init__(self, longest: int = _LONGEST) -> None:
        self.longest = longest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the words without space around them."""
        words = str(value).strip()
        try:
            words.encode()
        except UnicodeEncodeError:
            self.fail("it holds bytes that are not text; is the terminal set to UTF-8?", param, ctx)
        if len(words) > self.longest:
            self.fail(f"it has {len(words)} characters, at most {self.longest} fit", param, ctx)
        if not words and param and param.required:
            self.fail("it is empty", param, ctx)
        return words


class Moment(click.ParamType):
    """A coming moment in the configured zone: a day, or a day and a time of day.

    end_of_day: a day alone means that the whole of it is in, instead of being asked for a time.
    """

    name = "moment"

    def __init__(self, *, end_of_day: bool = False) -> None:
        self.end_of_day = end_of_day

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the moment, aware, in UTC."""
        form = "2020-02-29" if self.end_of_day else "2020-02-13 09:00"
        zone = settings_here().zone
        try:
            moment = datetime.strptime(str(value), "%Y-%m-%d %H:%M").replace(tzinfo=zone)
        except ValueError:
            try:
                moment = datetime.strptime(str(value), "%Y-%m-%d").replace(tzinfo=zone)
            except ValueError:
                self.fail(f"'{value}' is not a moment; write it as {form}", param, ctx)
            if not self.end_of_day:
                self.fail(f"'{value}' is a day; give the time too, as in {form}", param, ctx)
            moment = moment.replace(hour=23, minute=59, second=59)
        if moment.year >= 2100 or moment <= datetime.now(UTC):
            self.fail(f"'{value}' is not a moment to come", param, ctx)
        return moment.astimezone(UTC)


as_json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON for other programs; docs/json.md tells it."
)


by_option = click.option(
    "--by", default=login, metavar="NAME", help="Who says so; your login name where left out."
)
