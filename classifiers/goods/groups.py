"""Put goods that stand side by side into groups: goods of a text go in, judged groups come out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from classifiers.goods import stock
from classifiers.goods.amounts import SIZES, Amount
from classifiers.goods.cues import Cues, wanted
from classifiers.goods.names import Mention

COLLECTIVE = frozenset({"collective", "collective-medical", "collective-daily"})
BRACKET = re.compile(r"\([^()\n]{0,40}\)")

_LIST_NUMBER = re.compile(r"[①-⑳❶-❿⑴-⒇㈠-㈩]")
_LINK = re.compile(
    r"(?:[\s、,;!/.|·•●◆★▪\-—+&~和及与或跟x×*:()\d①-⑳约各余只等的共]"
    r"|以及|还有|或者|各种|各类|另外|其次|比如)*"
)
_BREAK = re.compile(r"[,;\n!]")
_CARRIES_ON = re.compile(r"\s?[、和及与,;\n][^。!?…\n]{0,12}$")
_TO_AMOUNT = re.compile(
    r"(?:[ \t:xX×*=~(【\-—约各均需要缺求差为是共近至还再有来数号个型]|缺口|每[样种款类]|大约|大概"
    r"|共计|总共|合计|至少|最少|急需|急缺|需求|数量|每[天日]|日[均耗]|日?消耗|一天|用掉|还差|不少于"
    r"|预计|物资|等|就|希望)*"
)
_FROM_AMOUNT = re.compile(r"[\s的]?|左右的?|以上的?|上下的?|(?:医用|新|闲置)?的")
_PAST_THE_END = 9


@dataclass(slots=True)
class Group:
    """Goods named side by side; wanted: None where nothing tells; amounts by goods.

    chain: number of the list it is in; lists go on over commas and line breaks.
    """

    mentions: list[Mention]
    chain: int
    wanted: bool | None = None
    amounts: dict[Mention, Amount] = field(default_factory=dict)

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


def groups_of(
    text: str, mentions: Sequence[Mention], amounts: Sequence[Amount], cues: Cues
) -> list[Group]:
    """Return the goods in groups, each with its amounts and whether it is asked for.

    text: normalised, the goods blotted out. amounts: the amounts in it.
    """
    starts = [amount.start for amount in amounts]
    groups: list[Group] = []
    for mention in mentions:
        marks = None
        if groups and mention.start - groups[-1].end <= 60:
            first, last = bisect_left(starts, groups[-1].end), bisect_left(starts, mention.start)
            marks = _link(text, groups[-1].end, mention.start, amounts[first:last])
        if marks is None:
            groups.append(Group([mention], groups[-1].chain + 1 if groups else 0))
        elif _BREAK.search(marks):
            groups.append(Group([mention], groups[-1].chain))
        else:
            groups[-1].mentions.append(mention)
    _add_amounts(text, groups, amounts, starts)
    ends = [0, *(group.end for group in groups)]
    nexts = [*(group.start for group in groups[1:]), len(text) + _PAST_THE_END]
    for group, previous, following in zip(groups, ends, nexts, strict=False):
        group.wanted = wanted(
            text, cues, group.start, group.end, previous=previous, following=following
        )
        if not amounts or group.mentions[-1] in group.amounts:
            continue
        behind = amounts[bisect_left(starts, group.end) : bisect_left(starts, following)]
        lacking = stock.lacking_beside(text, group.end, following, behind)
        if lacking:
            group.wanted = True
            group.amounts[group.mentions[-1]] = lacking
    _settle(text, groups, asking=cues.any("wanted"))
    return groups


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
            all_of_them = after.wanted is False and text[after.end : after.end + 1] in "都均全"
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
            listed = (bool(group.amounts) and with_amount > 2) or (asking and whole)
            group.wanted = listed or size[group.chain] > (1 if asking else 2) or None


def _add_amounts(
    text: str, groups: Sequence[Group], amounts: Sequence[Amount], starts: Sequence[int]
) -> None:
    """Give each good the amount that stands right before or behind it, each amount once."""
    taken: set[Amount] = set()
    held = -1  # where the last held amount ends
    for group in groups:
        nexts = [*(m.start for m in group.mentions[1:]), len(text)]
        for mention, following in zip(group.mentions, nexts, strict=True):
            first = bisect_left(starts, mention.start - 24)
            last = bisect_left(starts, mention.end + 60)
            near = [a for a in amounts[first:last] if a not in taken]
            amount = _amount_at(text, mention, following, near)
            if amount is None:
                continue
            taken.add(amount)
            on = 0 <= held <= mention.start and stock.goes_on(text, held, amount)
            if on or stock.is_held(text, mention.end, amount):
                held = amount.end
            else:
                group.amounts[mention] = amount
        last_amount = group.amounts.get(group.mentions[-1])
        if last_amount and last_amount.per == "each":
            for mention in group.mentions:
                group.amounts.setdefault(mention, last_amount)


def _amount_at(
    text: str, mention: Mention, following: int, near: Sequence[Amount]
) -> Amount | None:
    """Return the amount right before a good or else right behind it."""
    for amount in near:
        if amount.end <= mention.start:
            whole = amount.unit or amount.quantity is None
            beside = mention.start - amount.end <= 4
            if whole and beside and _FROM_AMOUNT.fullmatch(text, amount.end, mention.start):
                return amount
        elif amount.start >= mention.end and amount.end <= following:
            gap = SIZES.sub("", BRACKET.sub("", text[mention.end : amount.start]))
            if len(gap) <= 14 and _TO_AMOUNT.fullmatch(gap):
                return amount
    return None
