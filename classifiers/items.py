"""Read the goods a post asks for: the parts of a post go in, items with their amounts come out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from spacy.tokens import Doc

from classifiers import amounts, asked, goods, unlisted
from classifiers.amounts import Amount
from classifiers.asked import Cue
from classifiers.goods import Mention
from classifiers.listing import BRACKET, COLLECTIVE, Group, groups_of
from classifiers.need import Item
from classifiers.parts import Part
from classifiers.reader import reader, span

# a collective word stands for goods of these groups, so it says nothing new beside them
_COVERED = {
    "collective": None,
    "collective-medical": {"protective", "medical", "medicine", "unknown"},
    "collective-daily": {"daily", "food", "clothing", "lodging", "general", "unknown"},
}
_BLOT = "□"
_ALONGSIDE = re.compile(r"\s?(?:和|及|与|以及)\s?")

_HEADING = re.compile(r"类\s?[:(]")
_LIST_NUMBER = re.compile(r"[①-⑳❶-❿⑴-⒇㈠-㈩]")

Choice = tuple[Group, Mention]


def _is_collective(mention: Mention) -> bool:
    return mention.group in COLLECTIVE


def _plainly_wanted(
    text: str, group: Group, mention: Mention, cues: Sequence[Cue]
) -> bool:
    """Tell whether an everyday word is goods here: in a list, with an amount or right behind asking."""
    if not mention.everyday:
        return True
    amount = group.amounts.get(mention)
    if amount and amount.unit:
        return True
    return (
        any(not m.everyday for m in group.mentions)
        or asked.right_before(text, mention.start)
        or asked.right_behind(cues, mention.end)
    )


def _best(text: str, chosen: Sequence[Choice]) -> list[Choice]:
    """Keep each good once, where its amount is told or it stands in a list, and no general word beside its kinds.

    Two names of a good in one group are two goods to the one who wrote them.
    """

    def rank(choice: Choice) -> tuple[bool, bool, bool]:
        group, mention = choice
        words = text[mention.start : mention.end]
        return mention in group.amounts, not words.isascii(), size[group.chain] > 2

    size = Counter(group.chain for group, _ in chosen)
    kept: dict[str, Choice] = {}
    for choice in chosen:
        old = kept.get(choice[1].name)
        if old is None or rank(choice) > rank(old):
            kept[choice[1].name] = choice
    best = list(kept.values())
    for group, mention in chosen:
        there, other = kept[mention.name]
        words = {text[m.start : m.end] for _, m in best}
        if group is there and mention is not other and text[mention.start : mention.end] not in words:
            best.append((group, mention))
    return [
        (group, mention)
        for group, mention in best
        if mention in group.amounts
        or not any(
            other != mention.name and other.endswith(mention.name) and there.chain != group.chain
            for other, (there, _) in kept.items()
        )
    ]


def _outside_details(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the goods without those that only describe the goods before them, in brackets behind these."""
    kept: list[Mention] = []
    closing = 0
    for mention in mentions:
        if mention.start < closing or _HEADING.match(text, mention.end):
            continue
        kept.append(mention)
        detail = BRACKET.match(text, mention.end)
        if detail and not _is_collective(mention):
            closing = detail.end()
    return kept


def _alongside(text: str, group: Group, mention: Mention) -> bool:
    """Tell whether a collective word stands beside single goods as one more (口罩和防护设备)."""
    at = group.mentions.index(mention)
    if mention.group == "collective" or not at:
        return False
    before = group.mentions[at - 1]
    return _ALONGSIDE.fullmatch(text, before.end, mention.start) is not None


def _collective(text: str, groups: Sequence[Group], specific: Sequence[Choice]) -> list[Choice]:
    """Return the collective words that say more than the single goods do, of the group that says most."""
    there = {mention.group for _, mention in specific}
    open_groups = []
    for group in groups:
        left = [
            m for m in group.mentions
            if _is_collective(m)
            and (_alongside(text, group, m) or not (there & (_COVERED[m.group] or there)))
            and (not m.everyday or group.wanted and asked.right_before(text, m.start))
        ]
        if left and group.wanted is not False and (group.wanted or not specific):
            open_groups.append((group, left))
    if not open_groups:
        return []
    group, left = max(
        open_groups, key=lambda g: (g[0].wanted is True, max(m.end - m.start for m in g[1]))
    )
    by_name = {(m.name, m.end - m.start): (group, m) for m in reversed(left)}
    return list(by_name.values())


def _without_goods(text: str, mentions: Sequence[Mention]) -> str:
    """Return the text with the goods blotted out, so that no number or word in a name is read."""
    chars = list(text)
    for m in mentions:
        chars[m.start : m.end] = _BLOT * (m.end - m.start)
    return "".join(chars)


def choose(text: str) -> list[tuple[Mention, Amount | None]]:
    """Return the goods that a normalised text asks for, each once, with the amount."""
    named = goods.find(text)
    if not named:
        return []
    mentions = _outside_details(text, named)
    rest = _without_goods(text, named)
    told = amounts.find(rest)
    further = unlisted.find(rest, mentions, told)
    if further:
        mentions = sorted([*mentions, *further], key=lambda m: m.start)
        rest = _without_goods(rest, further)
    cues = asked.cues(rest)
    groups = groups_of(rest, mentions, told, cues)
    specific = _best(text, [
        (group, m)
        for group in groups if group.wanted
        for m in group.mentions if not _is_collective(m) and _plainly_wanted(rest, group, m, cues)
    ])
    chosen = specific + _collective(rest, groups, specific)
    return [(m, g.amounts.get(m)) for g, m in sorted(chosen, key=lambda pair: pair[1].start)]


def _only(text: str, parts: Sequence[Part], kinds: frozenset[str], trim: int = 0) -> str:
    """Return the text with all but parts of these kinds turned into line breaks."""
    return "".join(
        "\n" * trim + text[p.start + trim : p.end - trim] + "\n" * trim
        if p.kind in kinds else "\n" * (p.end - p.start)
        for p in parts
    )


_WORDS = frozenset({"own", "reposted"})
_HASHTAGS = frozenset({"hashtag"})


def _item(doc: Doc, mention: Mention, amount: Amount | None) -> Item:
    """Return the item for goods in the post."""
    if amount is None:
        return span(doc, Item, mention.start, mention.end, name=mention.name)
    stands = doc._.original[amount.start : amount.end]
    return span(
        doc, Item, mention.start, mention.end, name=mention.name,
        quantity=amount.quantity, quantity_max=amount.quantity_max, per=amount.per,
        quantity_text=stands[: len(amount.quantity_text)],
        unit=stands[len(stands) - len(amount.unit) :] if amount.unit else None,
    )


@reader("items", after=("parts",))
def read_items(doc: Doc) -> tuple[Item, ...]:
    """Return the goods the post asks for, each once, in the order they stand.

    Hashtags are read only where the words name no goods.
    """
    parts = doc._.parts
    text = doc.text
    if _LIST_NUMBER.search(doc._.original):
        marked = _LIST_NUMBER.sub("\n", doc._.original)
        pairs = zip(marked, doc._.original, text, strict=True)
        text = "".join("、" if mark != char else plain for mark, char, plain in pairs)
    chosen = choose(_only(text, parts, _WORDS)) or (
        choose(_only(text, parts, _HASHTAGS, trim=1))
        if any(p.kind == "hashtag" for p in parts) else []
    )
    return tuple(_item(doc, mention, amount) for mention, amount in chosen)
