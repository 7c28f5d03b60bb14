"""Put goods that stand side by side into groups: goods of a text go in, judged groups come out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from classifiers.goods.amounts import SIZES, Amount
from classifiers.goods.binding import BRACKET, Bound, bind
from classifiers.goods.cues import Cues, wanted
from classifiers.goods.names import Mention

COLLECTIVE = frozenset({"collective", "collective-medical", "collective-daily"})

_LIST_NUMBER = re.compile(r"[①-⑳❶-❿⑴-⒇㈠-㈩]")
_PICTURE = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u26ff\u2700-\u275f\u2795-\u27bf\ufe0f\u200d]"
    "|\\[(?:泪|心|加油|祈祷|合十|流泪|大哭|爱心|作揖|给力|悲伤|拳头|蜡烛|赞|玫瑰|伤心|抱抱|可怜|话筒|握手|心碎|悲催|允悲|ok|OK)\\]"
)
_LINK = re.compile(
    r"(?:[\s、,;!/.|·•●◆★▪\-—+&~和及与或跟x×*:()\d①-⑳约各余只等的共]"
    r"|以及|还有|或者|各种|各类|另外|其次|比如)*"
)
_BREAK = re.compile(r"[,;\n!]")
_CARRIES_ON = re.compile(r"\s?[、和及与,;\n][^。!?…\n]{0,12}$")
_PAST_THE_END = 9


@dataclass(slots=True)
class Group:
    """Goods named side by side; wanted: None where nothing tells; amounts by goods.

    told: of which goods a line or column says that they are asked for, or there.
    doubtful: goods whose amount has a unit that does not fit.

    chain: number of the list it is in; lists go on over commas and line breaks.
    """

    mentions: list[Mention]
    chain: int
    wanted: bool | None = None
    amounts: dict[Mention, Amount] = field(default_factory=dict)
    told: dict[Mention, bool] = field(default_factory=dict)
    doubtful: set[Mention] = field(default_factory=set)

    def is_wanted(self, mention: Mention) -> bool | None:
        """Return whether a good is asked for: by its own line, or else as the group is."""
        return self.told.get(mention, self.wanted)

    @property
    def start(self) -> int:
        """Where the first goods begin."""
        return self.mentions[0].start

    @property
    def end(self) -> int:
        """Where the last goods end."""
        return self.mentions[-1].end


def with_list_marks(text: str, original: str) -> str:
    """Return the normalised text with a list mark for each circled number, now a bare digit."""
    if not _LIST_NUMBER.search(original):
        return text
    chars = list(text)
    for number in _LIST_NUMBER.finditer(original):
        chars[number.start()] = "、"
    return "".join(chars)


def with_marks(text: str, original: str) -> str:
    """Return the normalised text as lists are read: list marks, tabs, blanks for pictures.

    A full-width comma between digits parts two numbers.
    """
    text = with_list_marks(text, original)
    pieces = _PICTURE.sub(lambda m: " " * len(m[0]), text)
    if "\t" not in original and "，" not in original:
        return pieces
    chars = list(pieces)
    for at, sign in enumerate(original[: len(chars)]):
        if sign == "\t":
            chars[at] = sign
        elif sign == "，" and pieces[at - 1 : at].isdigit() and pieces[at + 1 : at + 2].isdigit():
            chars[at] = ";"
    return "".join(chars)


def groups_of(
    text: str, mentions: Sequence[Mention], amounts: Sequence[Amount], cues: Cues
) -> list[Group]:
    """Return the goods in groups, each with its amounts and whether it is asked for.

    text: normalised, the goods blotted out. amounts: the amounts in it.
    """
    starts = [amount.start for amount in amounts]
    bound = bind(text, mentions, amounts)
    groups: list[Group] = []
    for mention in mentions:
        marks = None
        if groups and mention.start - groups[-1].end <= 60:
            end = _end_with_amount(groups[-1].mentions[-1], mention.start, bound)
            first, last = bisect_left(starts, end), bisect_left(starts, mention.start)
            marks = _link(text, end, mention.start, amounts[first:last])
        if marks is None:
            groups.append(Group([mention], groups[-1].chain + 1 if groups else 0))
        elif _BREAK.search(marks):
            groups.append(Group([mention], groups[-1].chain))
        else:
            groups[-1].mentions.append(mention)
    _add_amounts(text, groups, bound)
    ends = [0, *(group.end for group in groups)]
    nexts = [*(group.start for group in groups[1:]), len(text) + _PAST_THE_END]
    for group, previous, following in zip(groups, ends, nexts, strict=False):
        group.wanted = wanted(
            text, cues, group.start, group.end, previous=previous, following=following
        )
        if group.wanted is False and _only_last_is_told(group):
            last_good = group.mentions[-1]
            group.told[last_good] = False
            end = group.mentions[-2].end
            group.wanted = wanted(
                text, cues, group.start, end, previous=previous, following=last_good.start
            )
    _settle(text, groups, asking=cues.any("wanted"))
    return groups


def _end_with_amount(mention: Mention, limit: int, bound: Mapping[Mention, Bound]) -> int:
    """Return where a good ends with what kind it is and its amount, before `limit`."""
    its = bound.get(mention)
    behind = its and its.need and mention.end <= its.need.start and its.need.end <= limit
    return its.need.end if its and its.need and behind else mention.end


def _only_last_is_told(group: Group) -> bool:
    """Tell whether all goods but the last have an amount (手套500双、面屏:暂不需要)."""
    *others, last = group.mentions
    return bool(others) and last not in group.amounts and all(m in group.amounts for m in others)


def _link(text: str, start: int, end: int, amounts: Sequence[Amount]) -> str | None:
    """Return the list marks between goods, None where more than amounts and brackets is there."""
    gap = []
    at = start
    for amount in amounts:
        if at <= amount.start and amount.end <= end:
            gap.append(text[at : amount.start])
            at = amount.end
    gap.append(text[at:end])
    marks = SIZES.sub("", BRACKET.sub("", "".join(gap)))
    return marks if _LINK.fullmatch(marks) else None


def _settle(text: str, groups: Sequence[Group], *, asking: bool) -> None:
    """Judge the groups of which no word beside them tells: they go on a list, or look like one."""
    for before, after in pairwise(groups):
        same = after.chain == before.chain
        on = same or _CARRIES_ON.match(text, before.end, after.start)
        if after.wanted is None and on and (before.wanted or not same):
            after.wanted = before.wanted
    for after, before in pairwise(reversed(groups)):
        if before.wanted is None and after.chain == before.chain:
            last = after.mentions[-1]
            its = after.amounts.get(last)
            end = its.end if its and its.start >= last.end else after.end
            all_of_them = after.wanted is False and text[end : end + 1] in "都均全"
            before.wanted = after.wanted if after.wanted or all_of_them else None
    with_amount = sum(len(group.amounts) for group in groups)
    size = Counter(
        group.chain
        for group in groups
        if group.wanted is not False
        for m in group.mentions
        if not m.everyday and m.group not in COLLECTIVE
    )
    for group in groups:
        if group.wanted is None:
            whole = any(a.unit or a.quantity is None for a in group.amounts.values())
            listed = whole or (bool(group.amounts) and with_amount > 2)
            listed = listed or ("\t" in text and _fills_cell(text, group))
            group.wanted = listed or size[group.chain] > (1 if asking else 2) or None


def _fills_cell(text: str, group: Group) -> bool:
    """Tell whether goods are all that stands in a cell of a row."""
    before, after = (
        text[max(0, group.start - 8) : group.start].rstrip(" :"),
        text[group.end : group.end + 8].lstrip(" 。等"),
    )
    return before[-1:] == "\t" and after[:1] == "\t" and group.mentions[0].group not in COLLECTIVE


def _add_amounts(text: str, groups: Sequence[Group], bound: Mapping[Mention, Bound]) -> None:
    """Give each good what the lines it stands in bind to it."""
    for group in groups:
        for mention in group.mentions:
            its = bound.get(mention)
            if its is None:
                continue
            if its.need:
                group.amounts[mention] = its.need
            if its.held or its.asked:
                group.told[mention] = its.asked
            if its.doubtful:
                group.doubtful.add(mention)
    _share_out(text, groups)


def _share_out(text: str, groups: Sequence[Group]) -> None:
    """Give the amount told for each (各50箱) to all goods of its list, before or behind it."""
    for group in groups:
        for at, last in enumerate(group.mentions):
            amount = group.amounts.get(last)
            if not amount or amount.per != "each":
                continue
            for mention in reversed(group.mentions[:at]):
                if mention in group.amounts:
                    break
                group.amounts[mention] = amount
