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
from monitor.language import DEFAULT, LANGUAGES, PageLanguage

KINDS = ("call", "campaign", "warnings", "hotline")
NAMES = {code: f"call.{code}.md" for code in LANGUAGES}
FILES = {(kind, code): f"{kind}.{code}.md" for kind in KINDS for code in LANGUAGES}
# Outcomes that each script but that of calls, which is written by hand alone, has a step for.
_NEEDED = (
    "call_later", "no_answer", "busy", "declined", "do_not_call", "in_distress", "bereaved",
    "wrong_number",
)  # fmt: skip
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
        "notice": "有什么需要，都可以跟我们说",
        "event": "有一件事看着不对劲",
    },
    "en": {
        "facility": "your hospital",
        "goods": "supplies",
        "amounts": "some supplies",
        "person": "the ward team",
        "agent": "a volunteer",
        "place": "your area",
        "notice": "you can tell us whatever you need",
        "event": "something looked wrong",
    },
}
# Whom a message is for: a number or account, the author of a post, all who read the post (a reply),
# the one who passed it on.
RECIPIENTS = ("contact", "post", "reply", "passed_on")
# Calls that begin otherwise than the first one: at an agreed time, after a message was sent, to
# whom someone else named, to the switchboard.
CALLS = ("agreed", "back", "message", "passed_on", "switchboard")
_HEADING = re.compile(
    r"##(?!#)\s*(?P<title>[^()（）\[\]【】]*?)\s*"
    r"(?:[(（]\s*(?:(?:消息|message)(?P<to>[^()（）]*)|(?:拨|call)(?P<call>[^()（）]*))[)）])?\s*"
    r"(?:[\[【](?P<codes>[^\[\]【】]*)[\]】])?\s*"
)
_BRANCH = re.compile(r"(?:⇒|=>)\s*(?P<answer>[^:：]{1,60}?)\s*[:：]\s*(?P<title>.+)")
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
    branches: answers, with the titles of the steps that they lead to.
    """

    title: str
    message: bool
    dispositions: tuple[str, ...]
    paragraphs: tuple[tuple[Piece, ...], ...]
    to: str | None = None
    call: str | None = None
    branches: tuple[tuple[str, str], ...] = ()


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

    def words(self, title: str, facts: dict[str, str]) -> tuple[str, ...]:
        """Return the paragraphs of the step of that title with `facts` filled in; () without it."""
        return tuple(
            "".join(facts.get(piece.fact or "", piece.text) for piece in paragraph)
            for step in self.steps
            if step.title == title
            for paragraph in step.paragraphs
        )


def call_script(code: str = DEFAULT, folder: Path | None = None, kind: str = "call") -> Script:
    """Return the script in language `code`: that of the lead's `folder`, else the bundled one.

    kind: of KINDS. Raises SettingsError naming file, line and what is wrong.
    """
    own = _own_text(folder, FILES[kind, code]) if folder else None
    if own is None:
        return _bundled(kind, code)
    path, text = own
    return _checked(parse(text, code, kind), str(path))


def script_in(path: Path, code: str = DEFAULT, kind: str = "campaign") -> tuple[Script, str]:
    """Return the script in a lead's own file, checked, and its text.

    Raises SettingsError naming file, line and what is wrong: unknown facts and outcomes, steps that
    lead nowhere or to which nothing leads, outcomes without a step.
    """
    text = _text_of(path)
    return _checked(parse(text, code, kind), str(path)), text


def _checked(script: Script, source: str) -> Script:
    if script.problems:
        raise SettingsError("\n".join(f"{source}: {problem}" for problem in script.problems))
    return replace(script, source=source)


def _own_text(folder: Path, name: str) -> tuple[Path, str] | None:
    """Return the file of that name in `folder` and its text, None where there is none.

    Raises SettingsError for a folder that is not there, a file named almost like a script, and
    one that is too large or no UTF-8.
    """
    if not folder.is_dir():
        raise SettingsError(
            f"digest.scripts: there is no folder {folder}. Make it, or leave digest.scripts out "
            "of the settings for the bundled scripts"
        )
    path = folder / name
    try:
        _refuse_strays(folder)
        if not os.path.lexists(path):
            return None
    except OSError as error:
        raise SettingsError(f"{error.filename}: cannot be read: {error.strerror}") from None
    return path, _text_of(path)


def _text_of(path: Path) -> str:
    """Return a script's text; raises SettingsError for what is no file, too large or no UTF-8."""
    try:
        if not path.is_file():
            raise SettingsError(f"{path}: not a file that can be read")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise SettingsError(f"{error.filename}: cannot be read: {error.strerror}") from None
    if len(raw) > LARGEST:
        raise SettingsError(f"{path}: too large; a script has at most {LARGEST:,} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path}: line {line}: not UTF-8; save the file as UTF-8") from None


def _refuse_strays(folder: Path) -> None:
    """Refuse a file that its writer takes for a script and nobody would read."""
    for name in sorted(os.listdir(folder)):
        kind = name.casefold().partition(".")[0]
        if kind in KINDS and "." in name and name not in FILES.values():
            names = ", ".join(FILES[kind, code] for code in LANGUAGES)
            raise SettingsError(f"{folder / name}: no script is named so; there are: {names}")


@cache
def _bundled(kind: str, code: str) -> Script:
    return parse(data.read_text(f"scripts/{FILES[kind, code]}"), code, kind)


def parse(text: str, code: str = DEFAULT, kind: str = "call") -> Script:
    """Read a script: `- ` lines are principles, `## ` opens a step, `{name}` is a fact.

    `⇒ answer：title` below a step leads to another one.
    code: the language, whose words stand where the case lacks a fact. kind: of KINDS.
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
        elif steps and (branch := _BRANCH.fullmatch(words)):
            branches = (*steps[-1].branches, (branch["answer"], branch["title"].strip()))
            steps[-1] = replace(steps[-1], branches=branches)
            wrong = _no_facts(words)
        elif steps and words.startswith(("⇒", "=>")):
            wrong = [f"cannot read '{words}'; write: ⇒ answer：title of the step"]
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
    problems += _problems_of_kind(steps, line_numbers, kind)
    if not steps:
        problems.append("no step; a step begins with a line such as: ## 开场")
    return Script(tuple(principles), tuple(steps), tuple(problems))


def _problems_of_kind(steps: list[Step], line_numbers: list[int], kind: str) -> Iterator[str]:
    """Say what is wrong with a script as a tree; one of calls need not be one."""
    if kind != "call" or any(step.branches for step in steps):
        yield from _problems_of_tree(steps, line_numbers)
    answered = {name for step in steps for name in step.dispositions}
    for name in _NEEDED if kind != "call" and steps else ():
        if name not in answered:
            yield f"no step for the outcome '{name}'; write its code in brackets behind a title"


def _problems_of_tree(steps: list[Step], line_numbers: list[int]) -> Iterator[str]:
    """Say which steps lead nowhere, lead to what is not there, or are led to by nothing."""
    titles = {step.title for step in steps}
    led_to = {title for step in steps for _, title in step.branches}
    for number, (step, line) in enumerate(zip(steps, line_numbers, strict=True)):
        where = f"line {line}: the step '{step.title}'"
        for answer, title in step.branches:
            if title not in titles:
                there = "、".join(other.title for other in steps)
                yield f"{where}: '{answer}' leads to '{title}', no step; there are: {there}"
        if not (step.branches or step.dispositions or step.message):
            yield (
                f"{where} is a dead end; write where an answer leads (⇒ answer：title), or in "
                "brackets behind its title the outcomes that end there"
            )
        if number and not (step.title in led_to or step.dispositions or step.message or step.call):
            yield f"{where}: nothing leads to it; name it behind an answer of another step"


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


def tree_lines(script: Script, spoken: PageLanguage) -> Iterator[str]:
    """Yield a script as lines of text, each step once, below the first answer that leads to it.

    A fact stands in braces; an outcome tells what happens next.
    """
    yield from (f"· {line}" for line in script.principles)
    by_title = {step.title: step for step in script.steps}
    told: set[str] = set()
    for step in script.steps:
        led_to = any(step.title == to for other in script.steps for _, to in other.branches)
        if step.title not in told and (not led_to or step is script.steps[0]):
            yield ""
            yield from _subtree(step, by_title, told, spoken, indent="")
    for step in script.steps:  # what only circles lead to
        if step.title not in told:
            yield ""
            yield from _subtree(step, by_title, told, spoken, indent="")


def _subtree(
    step: Step, by_title: dict[str, Step], told: set[str], spoken: PageLanguage, indent: str
) -> Iterator[str]:
    told.add(step.title)
    begins = f" (call {step.call})" if step.call else ""
    sent = f" (message {step.to})" if step.message else ""
    yield f"{indent}## {step.title}{begins}{sent}"
    for paragraph in step.paragraphs:
        words = "".join(f"{{{p.fact}}}" if p.fact else p.text for p in paragraph)
        yield f"{indent}   {words}"
    for code in step.dispositions:
        entry = dispositions()[code]
        then = spoken.of(entry.then, entry.then_en)
        yield f"{indent}   = {spoken.of(entry.zh, entry.en)} [{code}]: {then}"
    for answer, title in step.branches:
        following = by_title[title]
        if title in told:
            yield f"{indent}   ⇒ {answer}: see '{title}'"
        else:
            yield f"{indent}   ⇒ {answer}:"
            yield from _subtree(following, by_title, told, spoken, indent + "      ")
