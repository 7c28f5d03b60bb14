"""Tell whether goods are asked for: their place in a text goes in, yes, no or unknown comes out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import ahocorasick

import data

_CLAUSE_END = re.compile(r"[,。!?;…\n【】「」《》|]|(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_SENTENCE_END = re.compile(r"[。!?…】]|(?<![:;,、])\n")
_SHOUT = re.compile(r"[!?:~…\s。]+$")
_TOOL = re.compile(r"[用拿穿把靠裹套戴][^,。!?;\n]{0,16}$")
_ENOUGH = re.compile(
    r"(?:\([^()\n]{1,8}\))?[\s:.…·\-—_]{0,12}(?:不要|不用|不缺|暂?不需要?|无需)(?=[\s,;。)]|$)"
    r"|(?:的?需求|需求量)\s?:?\s?(?:无|暂无|没有|已?取消|0)(?=[,。!;、)\s]|$)|(?:都|也|倒是?|暂时|我们)?(?:还有|够了?|有的?|(?:库存)?充足|库存足?够?(?<!存))(?=[,。!;、)\n]|$)"
)
_EXCEPT = re.compile(r"(?:不止|不仅|不只|不光|除了)[^,。!?;\n缺没需]{0,8}$")
_BUT = re.compile(r"除[^,。!?;\n]{0,8}$")
_BUT_BEHIND = re.compile(r"(?:以|之)?外(?!科)|[、和及与]□*[^,。!?;\n]{0,8}(?:以|之)?外(?!科)")
_ONLY = re.compile(r"[只仅](?:剩下?|有|余)了?[些点]?$")
_NO_AMOUNT = re.compile(r"(?:可用|能用|在用|凑合|顶着)?(?=[,。!?;\s]|$)")
_BESIDE = re.compile(r"(?:[一两几\d]{1,5}[\u4e00-\u9fff]?|[点些批])(?:新的?|的)?$|的$")
_GIVING = ("捐赠", "捐献", "捐助", "援助", "赠送", "支援", "捐")
_ASKED_TO_GIVE = re.compile(r"[请求需望愿能可接谁盼募缺帮吗想要让急恳]")
# words that end so tell what is with the goods before them and take no goods behind them
_PREDICATE_END = frozenset("了完光尽急足张罄底")
_REACH = 16
_NEAR = 24
_FAR = 60


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that says what is with the goods beside it.

    role: "wanted" or "held"; "wanted_behind", "held_behind" where it says so only behind goods.
    """

    start: int
    end: int
    role: str


class Cues:
    """The cues of a text in order."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = cues
        self._starts = [cue.start for cue in cues]

    def __bool__(self) -> bool:
        return bool(self._cues)

    def between(self, start: int, end: int) -> Sequence[Cue]:
        """Return the cues that begin at `start` or later and before `end`."""
        return self._cues[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def any(self, role: str) -> bool:
        """Tell whether a cue has this role."""
        return any(cue.role == role for cue in self._cues)


@cache
def _automaton() -> ahocorasick.Automaton:
    """Build the automaton over the words of all roles once."""
    automaton = ahocorasick.Automaton()
    for role in ("wanted_behind", "held_behind", "wanted", "held"):
        for word in _words(role):
            automaton.add_word(word, (len(word), role))
    automaton.make_automaton()
    return automaton


@cache
def _words(*roles: str) -> tuple[str, ...]:
    """Return the words of these roles."""
    return tuple(w for role in roles for w in data.read_words(f"lexicons/goods_{role}.txt"))


def find_cues(text: str) -> Cues:
    """Return the words of all roles in a normalised text, the longest at each place."""
    return Cues(
        [
            Cue(end - length + 1, end + 1, role)
            for end, (length, role) in _automaton().iter_long(text)
        ]
    )


def tells_of_giving(text: str) -> bool:
    """Tell whether a short text, such as a hashtag, is about goods given, received or enough."""
    return find_cues(text).any("held")


def right_before(text: str, start: int) -> bool:
    """Tell whether a word of asking stands right before goods, but for an amount (求几个水杯)."""
    left = _BESIDE.sub("", text[max(0, start - _NEAR) : start])
    return not left.endswith(_words("held")) and left.endswith(_words("wanted", "wanted_beside"))


def right_behind(cues: Cues, end: int) -> bool:
    """Tell whether a word of lacking stands right behind goods (84没了)."""
    return any(cue.role == "wanted" for cue in cues.between(end, end + 1))


def wanted(
    text: str, cues: Cues, start: int, end: int, *, previous: int, following: int
) -> bool | None:
    """Return whether the goods at `start` to `end` are asked for, None where nothing tells.

    previous, following: where the goods before end and where the next ones start.
    """
    left = text[max(0, start - _NEAR) : start]
    with_tool = _TOOL.search(left) is not None
    makeshift = with_tool and text[end : end + 6].startswith(_words("instead"))
    # 只剩口罩 tells of what is there, 只剩口罩20个 of what runs out
    if _ONLY.search(left) and _NO_AMOUNT.match(text, end):
        return False
    left_out = _BUT.search(left) and _BUT_BEHIND.match(text, end)
    if makeshift or left_out or _ENOUGH.match(text, end) or _EXCEPT.search(left):
        return False
    behind = _behind(text, cues, end, following)
    if behind:
        return behind == "wanted"
    if _is_given_away(text, start):
        return False
    if right_before(text, start) or (with_tool and left.endswith(_words("instead"))):
        return True
    if left.endswith(_words("used")):
        return False
    before = _before(text, cues, start, previous)
    return None if before is None else before == "wanted"


def _is_given_away(text: str, start: int) -> bool:
    """Tell whether somebody gives the goods: giving stands before them, and nobody is asked to."""
    before = _BESIDE.sub("", text[max(0, start - 40) : start])
    if not before.endswith(_GIVING):
        return False
    return not _ASKED_TO_GIVE.search(_CLAUSE_END.split(before)[-1])


def _behind(text: str, cues: Cues, end: int, following: int) -> str | None:
    """Return the role of the first word behind goods that does not belong to the next ones."""
    stop = _CLAUSE_END.search(text, end, min(len(text), end + _REACH))
    limit = min(stop.start() if stop else len(text), following, end + _REACH)
    for cue in cues.between(end, limit):
        apart = following - cue.end > 2 or (stop and stop.start() < following)
        if apart or text[cue.end - 1] in _PREDICATE_END:
            return cue.role.removesuffix("_behind")
    return None


def _before(text: str, cues: Cues, start: int, previous: int) -> str | None:
    """Return the role of the nearest word before goods; in other clauses only "wanted" counts."""
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
    for cue in cues.between(begin, start):
        if cue.end > start or cue.role.endswith("_behind"):
            continue
        if cue.end == shouted_at and cue.role == "wanted":
            return cue.role
        # 面屏没了, 浴帽都用上了: what tells of the goods before tells nothing of these
        of_others = cue.start - previous <= 4 and text[cue.end - 1] in _PREDICATE_END
        carries = cue.role == "wanted" and cue.start >= sentence and not (previous and of_others)
        if cue.start >= clause or carries:
            near = cue.role
    return near
