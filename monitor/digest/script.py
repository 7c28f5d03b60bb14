"""The call script: what to say, in steps; the bundled text or the lead's own in, steps out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import data
from monitor.calling.dispositions import dispositions
from monitor.errors import SettingsError
from monitor.language import DEFAULT, LANGUAGES

NAMES = {code: f"call.{code}.md" for code in LANGUAGES}
LARGEST = 100_000  # bytes: ten times the bundled one
# What stands for a fact that the case lacks, by language.
FACTS = {
    "zh-CN": {
        "facility": "贵单位",
        "goods": "物资",
        "amounts": "一些物资",
        "person": "科室的老师",
        "agent": "志愿者",
        "place": "当地",
    },
    "en": {
        "facility": "your hospital",
        "goods": "supplies",
        "amounts": "some supplies",
        "person": "the ward team",
        "agent": "a volunteer",
        "place": "your area",
    },
}
# Whom a message is for: a number or account, the author of a post, all who read the post (a reply),
# the one who passed it on.
RECIPIENTS = ("contact", "post", "reply", "passed_on")
# Calls that begin otherwise than the first one: at an agreed time, after a message was sent, to
# whom someone else named, to the switchboard.
CALLS = ("agreed", "message", "passed_on", "switchboard")
_HEADING = re.compile(
    r"##(?!#)\s*(?P<title>[^()（）\[\]【】]*?)\s*"
    r"(?:[(（]\s*(?:(?:消息|message)(?P<to>[^()（）]*)|(?:拨|call)(?P<call>[^()（）]*))[)）])?\s*"
    r"(?:[\[【](?P<codes>[^\[\]【】]*)[\]】])?\s*"
)
_FACT = re.compile(r"([{｛][^{}｛｝]*[}｝])")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a step, or the name of a fact of the case and what stands there without it."""

    text: str
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a call.

    message: whether its last paragraph is to be copied and sent.
    dispositions: the codes of outcomes that call for this step.
    to: whom the message is for, one of RECIPIENTS; None where there is none.
    call: the calls that begin with this step, one of CALLS; None where none does.
    """

    title: str
    message: bool
    dispositions: tuple[str, ...]
    paragraphs: tuple[tuple[Piece, ...], ...]
    to: str | None = None
    call: str | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """The principles of a call, each one line, and its steps.

    problems: what is wrong with the text, each with its line, in words for who wrote it.
    source: "bundled", or the file it was read from.
    """

    principles: tuple[str, ...]
    steps: tuple[Step, ...]
    problems: tuple[str, ...] = ()
    source: str = "bundled"


def call_script(code: str = DEFAULT, folder: Path | None = None) -> Script:
    """Return the script in language `code`: that of the lead's `folder`, else the bundled one.

    Raises SettingsError naming file, line and what is wrong.
    """
    own = _own_text(folder, code) if folder else None
    if own is None:
        return _bundled(code)
    path, text = own
    script = parse(text, code)
    if script.problems:
        raise SettingsError("\n".join(f"{path}: {problem}" for problem in script.problems))
    return replace(script, source=str(path))


def _own_text(folder: Path, code: str) -> tuple[Path, str] | None:
    """Return the file for language `code` in `folder` and its text, None where there is none.

    Raises SettingsError for a folder that is not there, a file named almost like a script, and
    one that is too large or no UTF-8.
    """
    if not folder.is_dir():
        raise SettingsError(
            f"digest.scripts: there is no folder {folder}. Make it, or leave digest.scripts out "
            "of the settings for the bundled scripts"
        )
    path = folder / NAMES[code]
    try:
        _refuse_strays(folder)
        if not os.path.lexists(path):
            return None
        if not path.is_file():
            raise SettingsError(f"{path}: not a file that can be read")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise SettingsError(f"{error.filename}: cannot be read: {error.strerror}") from None
    if len(raw) > LARGEST:
        raise SettingsError(f"{path}: too large; a script has at most {LARGEST:,} bytes")
    try:
        return path, raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path}: line {line}: not UTF-8; save the file as UTF-8") from None


def _refuse_strays(folder: Path) -> None:
    """Refuse a file that its writer takes for a script and nobody would read."""
    for name in sorted(os.listdir(folder)):
        if name.casefold().startswith("call.") and name not in NAMES.values():
            raise SettingsError(
                f"{folder / name}: no script is named so; there are: {', '.join(NAMES.values())}"
            )


@cache
def _bundled(code: str) -> Script:
    return parse(data.read_text(f"scripts/{NAMES[code]}"), code)


def parse(text: str, code: str = DEFAULT) -> Script:
    """Read a script: `- ` lines are principles, `## ` opens a step, `{name}` is a fact.

    code: the language, whose words stand where the case lacks a fact.
    """
    principles: list[str] = []
    steps: list[Step] = []
    line_numbers: list[int] = []
    problems: list[str] = []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        words = line.strip()
        wrong: list[str] = []
        if words.startswith("##"):
            step, wrong = _step_of(words, [earlier.title for earlier in steps])
            steps.append(step)
            line_numbers.append(number)
        elif steps and words.startswith("#"):
            wrong = ["a step begins with '## '; other headings stand above the first step"]
        elif steps and words:
            paragraphs = (*steps[-1].paragraphs, tuple(_pieces(words, FACTS[code])))
            steps[-1] = replace(steps[-1], paragraphs=paragraphs)
            wrong = list(_wrong_facts(words, steps[-1].to))
        elif line.startswith("- "):
            principles.append(line[2:].strip())
            wrong = _no_facts(line)
        problems += [f"line {number}: {what}" for what in wrong]
    problems += [
        f"line {number}: the step '{step.title}' has no paragraph; write what to "
        f"{'send' if step.message else 'say'} below it"
        for number, step in zip(line_numbers, steps, strict=True)
        if not step.paragraphs
    ]
    if not steps:
        problems.append("no step; a step begins with a line such as: ## 开场")
    return Script(tuple(principles), tuple(steps), tuple(problems))


def _step_of(words: str, titles: list[str]) -> tuple[Step, list[str]]:
    """Return the step that a heading opens, and what is wrong with the heading."""
    heading = _HEADING.fullmatch(words)
    if not heading or not heading["title"]:
        problem = (
            f"cannot read '{words}'; write: ## title (message) [dispositions], or for a call that "
            "begins otherwise: ## title (call agreed)"
        )
        return Step(words.lstrip("#").strip(), False, (), ()), [problem]
    title = heading["title"]
    codes = tuple(re.split(r"[\s,，、]+", (heading["codes"] or "").strip(" ,，、")))
    step = Step(title, heading["to"] is not None, codes if codes != ("",) else (), ())
    wrong = _no_facts(words)
    if title in titles:
        wrong.append(f"two steps are titled '{title}'; give each a title of its own")
    choices = ", ".join(dispositions())
    wrong += [
        f"unknown disposition '{name}'; there are: {choices}"
        for name in step.dispositions
        if name not in dispositions()
    ]
    if step.message:
        to = heading["to"].strip(" :：") or "contact"
        step = replace(step, to=to)
        if to not in RECIPIENTS:
            wrong.append(f"unknown recipient '{to}'; there are: {', '.join(RECIPIENTS)}")
    if heading["call"] is not None:
        step = replace(step, call=heading["call"].strip(" :："))
        if step.call not in CALLS:
            wrong.append(f"unknown call '{step.call}'; there are: {', '.join(CALLS)}")
    return step, wrong


def _pieces(words: str, facts: dict[str, str]) -> Iterator[Piece]:
    """Cut a paragraph at its facts; an unknown name in braces stays as it is."""
    for part in _FACT.split(words):
        name = part[1:-1].strip()
        if _FACT.fullmatch(part) and name in facts:
            yield Piece(facts[name], name)
        elif part:
            yield Piece(part)


def _wrong_facts(words: str, to: str | None) -> Iterator[str]:
    """Say which facts of a paragraph do not exist, or are not for everyone's eyes."""
    facts = FACTS[DEFAULT]
    for part in _FACT.findall(words):
        name = part[1:-1].strip()
        if name not in facts:
            yield f"unknown fact '{part}'; there are: {', '.join(f'{{{one}}}' for one in facts)}"
        elif to == "reply" and name == "person":
            yield "a reply in public must not name the person; leave {person} out"


def _no_facts(words: str) -> list[str]:
    """Say that facts are filled in paragraphs only, where there are some."""
    return [
        f"{part} is filled in paragraphs only, not in titles and principles"
        for part in _FACT.findall(words)
    ]
