"""Training before the first call: invented calls and the script go in, one offline page comes out.

Reads no store and writes none: what is chosen stays in the browser of whoever rehearses.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import data
from monitor.calling.dispositions import dispositions
from monitor.language import DEFAULT, language
from monitor.pages import Rendering, environment

__all__ = ["Choice", "RehearsedCall", "Turn", "rehearsal_page", "rehearsed_calls"]

_FACTS = ("facility", "goods", "amounts", "person", "place")
# What the script says at a step, by the step's title and the facts of a call.
Saying = Callable[[str, dict[str, str]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """What one may say at a turn.

    wrong: why it does not fit, "" where it does. answer: how the caller takes what does not fit.
    """

    say: str
    wrong: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the other side says, the script's step for it, and what one may answer."""

    caller: str
    step: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class RehearsedCall:
    """An invented call: its plea, the facts for the script, its turns, and how it rightly ends.

    fits: codes of the outcomes that fit. because: why they do.
    """

    title: str
    post: str
    facts: dict[str, str]
    turns: tuple[Turn, ...]
    fits: tuple[str, ...]
    because: str


@cache
def rehearsed_calls(code: str = DEFAULT) -> tuple[RehearsedCall, ...]:
    """Return the invented calls in language `code`."""
    return tuple(map(_call, tomllib.loads(data.read_text(f"rehearsal/{code}.toml"))["cases"]))


def _call(values: dict[str, Any]) -> RehearsedCall:
    turns = tuple(
        Turn(turn["caller"], turn["step"], tuple(Choice(**one) for one in turn["choices"]))
        for turn in values["turns"]
    )
    return RehearsedCall(
        title=values["title"],
        post=values["post"],
        facts={name: values[name] for name in _FACTS},
        turns=turns,
        fits=tuple(values["fits"]),
        because=values["because"],
    )


def rehearsal_page(say: Saying, code: str = DEFAULT) -> str:
    """Return the page of the rehearsal in language `code`.

    say: gives the script's own words at a turn, shown at the end beside what was chosen.
    """
    spoken = language(code)
    calls = [
        {
            **asdict(call),
            "turns": [
                {**asdict(turn), "script": list(say(turn.step, call.facts))} for turn in call.turns
            ],
        }
        for call in rehearsed_calls(code)
    ]
    page = Rendering(
        templates=environment(ZoneInfo("UTC"), datetime.now(UTC), code),
        template="rehearsal.html",
        script="rehearsal.js",
        styles=("rehearsal.css",),
        generated={},
        view={
            "zone": "UTC",
            "calls": calls,
            "outcomes": [
                {"code": entry.code, "label": spoken.of(entry.zh, entry.en)}
                for entry in dispositions().values()
            ],
        },
    )
    return str(page)
