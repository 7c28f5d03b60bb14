"""The call script: what to say, in steps, read from the bundled text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

import data

_STEP = re.compile(r"^## (?P<title>.+?)(?P<message> \(消息\))?(?: \[(?P<dispositions>[\w ]+)\])?$")
_FACT = re.compile(r"\{(\w+)\}")
FACTS = {"facility": "贵单位", "goods": "物资", "agent": "我", "place": "当地"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a step, or the name of a fact of the case that stands there."""

    text: str
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a call.

    message: whether its last paragraph is to be copied and sent.
    dispositions: the codes of outcomes that call for this step.
    """

    title: str
    message: bool
    dispositions: tuple[str, ...]
    paragraphs: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class Script:
    """The principles of a call, each one line, and its steps."""

    principles: tuple[str, ...]
    steps: tuple[Step, ...]


@cache
def call_script() -> Script:
    """Return the bundled script."""
    return parse(data.read_text("scripts/call.zh.md"))


def parse(text: str) -> Script:
    """Read a script: `- ` lines are principles, `## ` opens a step, `{name}` is a fact."""
    principles: list[str] = []
    steps: list[Step] = []
    for line in text.splitlines():
        heading = _STEP.match(line)
        if heading:
            codes = tuple((heading["dispositions"] or "").split())
            steps.append(Step(heading["title"], bool(heading["message"]), codes, ()))
        elif steps and line.strip():
            said = (*steps[-1].paragraphs, _pieces(line.strip()))
            steps[-1] = replace(steps[-1], paragraphs=said)
        elif line.startswith("- "):
            principles.append(line[2:].strip())
    return Script(tuple(principles), tuple(steps))


def _pieces(line: str) -> tuple[Piece, ...]:
    """Cut a line at its facts; an unknown name in braces stays as it is."""
    found: list[Piece] = []
    for at, part in enumerate(_FACT.split(line)):
        if at % 2 and part in FACTS:
            found.append(Piece(FACTS[part], part))
        elif at % 2:
            found.append(Piece("{" + part + "}"))
        elif part:
            found.append(Piece(part))
    return tuple(found)
