"""Put goods that stand side by side into groups: a text and its goods go in, judged groups with amounts come out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from classifiers import asked
from classifiers.amounts import Amount
from classifiers.asked import Cue
from classifiers.goods import Mention

BRACKET = re.compile(r"\([^()\n]{0,40}\)")
_LINK = re.compile(
    r"(?:[\s、,;!/.|·•●◆★▪\-—+&~和及与或跟x×*:()\d①-⑳约各余只等的共]|以及|还有|或者|各种|各类|另外|其次|比如)*"
)
_TO_AMOUNT = re.compile(
    r"(?:[ \t:xX×*=~(【\-—约各均需要缺求差为是共近至还再有来数号个型]|缺口|每[样种款类]|大约|大概|共计|总共|合计|至少|最少|"
    r"急需|急缺|需求|数量|每[天日]|日[均耗]|日?消耗|一天|用掉|还差|不少于|预计|物资|等|就|希望|大概)*"
)
_FROM_AMOUNT = re.compile(r"[\s的]?|左右的?|以上的?|上下的?|(?:医用|新|闲置)?的")
_HAVE = re.compile(
    r"(?:[剩存余]|仅有|只有|现有|还有|尚有|已有|收到|到了|领到|分到|拿到|用完|捐[了出赠]|没有?|仅够|送[来了])"
    r"[^,。!?;、\n\d]{0,3}$"
)
_BREAK = re.compile(r"[,;\n!]")
_CARRIES_ON = re.compile(r"\s?[、和及与,;\n][^。!?…\n]{0,12}$")

COLLECTIVE = frozenset({"collective", "collective-medical", "collective-daily"})


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


def _link(text: str, start: int, end: int, told: Sequence[Amount]) -> str | None:
    """Return the list marks between two goods, None where more stands there than amounts and brackets."""
    if end - start > 60:
        return None
    gap = []
    at = start
    for amount in told:
        if amount.start >= end:
            break
        if amount.start >= at and amount.end <= end:
            gap.append(text[at : amount.start])
            at = amount.end
    gap.append(text[at:end])
    marks = BRACKET.sub("", "".join(gap))
    return marks if _LINK.fullmatch(marks) else None


def groups_of(
    text: str, mentions: Sequence[Mention], told: Sequence[Amount], cues: Sequence[Cue]
) -> list[Group]:
    """Return the goods in groups, each with its amounts and whether it is asked for."""
    groups: list[Group] = []
    for mention in mentions:
        marks = _link(text, groups[-1].end, mention.start, told) if groups else None
        if marks is None:
            groups.append(Group([mention], groups[-1].chain + 1 if groups else 0))
        elif _BREAK.search(marks):
            groups.append(Group([mention], groups[-1].chain))
        else:
            groups[-1].mentions.append(mention)
    _add_amounts(text, groups, told)
    for i, group in enumerate(groups):
        group.wanted = asked.wanted(
            text, cues, group.start, group.end,
            previous=groups[i - 1].end if i else 0,
            following=groups[i + 1].start if i + 1 < len(groups) else len(text),
        )
    _settle(text, groups, asking=any(cue.role == "wanted" for cue in cues))
    return groups


def _settle(text: str, groups: Sequence[Group], *, asking: bool) -> None:
    """Judge the groups of which no word beside them tells: they go on a list, or look like one."""
    goes_on = [
        after.chain == before.chain or _CARRIES_ON.match(text, before.end, after.start) is not None
        for before, after in pairwise(groups)
    ]
    for (before, after), on in zip(pairwise(groups), goes_on, strict=True):
        if after.wanted is None and on and (before.wanted or after.chain != before.chain):
            after.wanted = before.wanted
    for before, after in pairwise(reversed(groups)):
        if after.wanted is None and before.wanted and after.chain == before.chain:
            after.wanted = True
    with_amount = sum(len(group.amounts) for group in groups)
    if not asking and with_amount < 3:
        return
    size = Counter(
        group.chain for group in groups if group.wanted is not False
        for m in group.mentions if not m.everyday and m.group not in COLLECTIVE
    )
    for group in groups:
        if group.wanted is None:
            told = any(a.unit or a.quantity is None for a in group.amounts.values())
            group.wanted = told or size[group.chain] > 1 or None


def _add_amounts(text: str, groups: Sequence[Group], told: Sequence[Amount]) -> None:
    """Give each good the amount that stands right before or behind it."""
    free = list(told)
    for group in groups:
        for i, mention in enumerate(group.mentions):
            following = group.mentions[i + 1].start if i + 1 < len(group.mentions) else len(text)
            amount = _amount_at(text, mention, following, free)
            if amount is None:
                continue
            free.remove(amount)
            if not _HAVE.search(text, max(0, amount.start - 8), amount.start):
                group.amounts[mention] = amount
        last = group.amounts.get(group.mentions[-1])
        if last and last.per == "each":
            for mention in group.mentions:
                group.amounts.setdefault(mention, last)


def _amount_at(
    text: str, mention: Mention, following: int, free: Sequence[Amount]
) -> Amount | None:
    """Return the amount right before a good or else right behind it, among those still free."""
    for amount in free:
        if amount.start > mention.end + 40:
            return None
        if amount.end <= mention.start:
            whole = amount.unit or amount.quantity is None
            near = mention.start - amount.end <= 4
            if whole and near and _FROM_AMOUNT.fullmatch(text, amount.end, mention.start):
                return amount
        elif amount.start >= mention.end and amount.end <= following:
            gap = BRACKET.sub("", text[mention.end : amount.start])
            if len(gap) <= 14 and _TO_AMOUNT.fullmatch(gap):
                return amount
    return None
