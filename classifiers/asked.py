"""Tell whether goods are asked for: a text and where goods stand in it go in, wanted, not wanted or unknown come out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import ahocorasick

import data

_CLAUSE_END = re.compile(
    r"[,。!?;…\n【】「」《》|]|(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])"
)
_SENTENCE_END = re.compile(r"[。!?…】]|(?<![:;,、])\n")
_TOOL = re.compile(r"[用拿穿把靠裹套戴][^,。!?;\n]{0,16}$")
_SHOUT = re.compile(r"[!?:~…\s。]+$")
_ENOUGH = re.compile(r"(?:都|也|倒是?|暂时|我们)?(?:还有|够了?|有的?|充足)(?=[,。!;、)\n]|$)")
_BESIDE = re.compile(r"(?:[一两几\d]{1,5}[\u4e00-\u9fff]?|[点些批])(?:新的?|的)?$|的$")
_REACH = 16
_FAR = 60


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that says what is with the goods beside it; role: "wanted" or "held"."""

    start: int
    end: int
    role: str


@cache
def _automaton() -> ahocorasick.Automaton:
    """Build the automaton over the words of both roles once."""
    automaton = ahocorasick.Automaton()
    for role in ("wanted", "held"):
        for word in data.read_words(f"lexicons/goods_{role}.txt"):
            automaton.add_word(word, (len(word), role))
    automaton.make_automaton()
    return automaton


@cache
def _endings(role: str) -> tuple[str, ...]:
    """Return the words of a role as a tuple for startswith and endswith."""
    return tuple(data.read_words(f"lexicons/goods_{role}.txt"))


def cues(text: str) -> list[Cue]:
    """Return the wanted and held words in a normalised text, in order, the longest at each place."""
    return [
        Cue(end - length + 1, end + 1, role)
        for end, (length, role) in _automaton().iter_long(text)
    ]


def right_before(text: str, start: int) -> bool:
    """Tell whether a word of asking stands right before `start`, but for an amount (求几个水杯)."""
    left = _BESIDE.sub("", text[max(0, start - 24) : start])
    if left.endswith(_endings("held")):
        return False
    return left.endswith(_endings("wanted")) or left.endswith(_endings("wanted_beside"))


def right_behind(found: Sequence[Cue], end: int) -> bool:
    """Tell whether a word of lacking stands right behind `end` (84没了)."""
    return any(cue.start == end and cue.role == "wanted" for cue in found)


def _behind(text: str, found: Sequence[Cue], end: int, following: int) -> str | None:
    """Return the role of the first word behind a group that does not belong to the next group."""
    stop = _CLAUSE_END.search(text, end, min(len(text), end + _REACH))
    limit = min(stop.start() if stop else len(text), following, end + _REACH)
    for cue in found:
        if cue.start >= limit:
            return None
        if cue.start >= end and (following - cue.end > 2 or stop and stop.start() < following):
            return cue.role
    return None


def _before(text: str, found: Sequence[Cue], start: int, previous: int) -> str | None:
    """Return the role of the nearest word before a group: in its clause, or wanted in its sentence."""
    begin = max(previous, start - _FAR)
    sentence = begin
    for mark in _SENTENCE_END.finditer(text, begin, start):
        sentence = mark.end()
    clause = sentence
    for mark in _CLAUSE_END.finditer(text, sentence, start):
        clause = mark.end()
    shout = _SHOUT.search(text, begin, start)
    shouted_at = shout.start() if shout else start
    near = None
    for cue in found:
        if cue.end > start:
            break
        if cue.end == shouted_at and cue.start >= begin and cue.role == "wanted":
            return cue.role
        if cue.start >= clause or (cue.start >= sentence and cue.role == "wanted"):
            near = cue.role
    return near


def wanted(
    text: str, found: Sequence[Cue], start: int, end: int, *, previous: int, following: int
) -> bool | None:
    """Return whether the goods at `start` to `end` are asked for, None where nothing tells.

    found: the cues of the text. previous, following: where the group before ends, where the next starts.
    """
    left = text[max(0, start - 24) : start]
    makeshift = text[end : end + 6].startswith(_endings("instead")) and _TOOL.search(left)
    if makeshift or _ENOUGH.match(text, end):
        return False
    behind = _behind(text, found, end, following)
    if behind:
        return behind == "wanted"
    if right_before(text, start):
        return True
    if left.endswith(_endings("instead")) and _TOOL.search(left):
        return True
    if left.endswith(_endings("used")):
        return False
    before = _before(text, found, start, previous)
    return None if before is None else before == "wanted"
