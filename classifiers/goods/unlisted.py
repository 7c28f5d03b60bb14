"""Find goods no lexicon knows by their place in a list: known goods go in, others come out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import data
from classifiers.goods.amounts import SIZES, Amount
from classifiers.goods.cues import Cues, find_cues
from classifiers.goods.names import Mention

_ENTRY = re.compile(r"[^、,;\n。!?:…\[\]【】「」《》|+]+")
_NUMBERING = re.compile(r"\s*(?:[-·•●▪▶※*]|\d{1,2}[.)]|[一二三四五六七八九十]{1,2}[.)])?\s*")
_DETAIL = re.compile(r"\([^()\n]{0,30}\)")
_NAME = re.compile(
    r"[A-Za-z0-9]{0,8}[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9\-]{1,13}|[A-Za-z]{1,6}(?![码号型级款寸度])[\u4e00-\u9fff]"
)
_MAKE = re.compile(r"[A-Z][A-Za-z0-9\-]{1,8}\s(?=[A-Za-z0-9]{0,8}[\u4e00-\u9fff])")
_TRIM = "等各约共缺需要求xX"
_FILLER = re.compile(r"^\s+|[\s:xX×*=~\-—约各共缺需要求等]+$|^\s*(?:另|和|及|还有|以及)")
_JOINED = frozenset("、;\n+")
_ROW_MARK = re.compile(r"[、,;\n。!?|/\t:+]|\s{2,}")
_ROW_LEAD = re.compile(
    r"\s?[、,;\n|/\t+ ]{1,3}\s?(?:[-·•●▪]|\(?[\d一二三四五六七八九十]{1,2}[.)、])?\s*"
)
_OPENS_CELL = re.compile(r"(?:[、,;:]|[需缺求要]|支援)\s?$")
_NAME_BEHIND = re.compile(r"的?(?P<name>[\u4e00-\u9fff]{2,10})(?=[、,;。!\n]|$)")
_ALIAS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{2,10}/$")
_DOSE = re.compile(
    r"(?<=[\u4e00-\u9fff\t ])\d+(?:\.\d+)?\s?"
    r"(?:mg|ml|ML|g|L|l|μg|ug|万?单?位|毫升|毫克|克)(?![a-z])"
    r"(?:\s?[:*×xX/]\s?\d+(?:\.\d+)?\s?(?:mg|ml|g|L|[片粒袋支瓶丸]))?"
)
_OPEN = re.compile(r"\([^()\n]*$")
_FAR = 40
_WEIGHTS = frozenset({"kg", "KG", "Kg"})
_CELL = re.compile(r"[\t|]")
_BLOT = "□"  # what stands where known goods were blotted out
_ROW_MARKS = frozenset("、,;\n|/\t+")
_ROW_REST = re.compile(r"[\s:xX×*=~\-—(约各共缺需要求等]*")


@dataclass(frozen=True, slots=True)
class _Entry:
    """What may be one entry of a list: a stretch of text with the goods and amounts in it."""

    text: str
    start: int
    end: int
    mentions: Sequence[Mention]
    amounts: Sequence[Amount]

    @property
    def names_goods(self) -> bool:
        """Whether it names goods that are not everyday words."""
        return any(not mention.everyday for mention in self.mentions)

    @property
    def has_amount(self) -> bool:
        """Whether an amount with its unit is told."""
        return any(amount.unit for amount in self.amounts)

    def opens(self) -> bool:
        """Tell whether a list may stand before it: nothing is before its goods."""
        if not self.mentions:
            return True
        first = self.mentions[0].start
        at = max((a.end for a in self.amounts if a.end <= first), default=self.start)
        return not _FILLER.sub("", self.text[at:first])

    def closes(self) -> bool:
        """Tell whether a list may go on behind it: at most an amount is behind its goods."""
        if not self.mentions:
            return True
        last = self.mentions[-1].end
        rest = _DETAIL.sub("", self.text[last : self.end])
        return any(a.start >= last for a in self.amounts) or not _FILLER.sub("", rest)

    def name(self) -> tuple[int, int] | None:
        """Return where its name stands, None where more than a name and an amount is there."""
        mark = _NUMBERING.match(self.text, self.start, self.end)
        start, end = mark.end() if mark else self.start, self.end
        if self.amounts and self.amounts[0].start - start < 2:
            start = self.amounts[0].end
        elif self.amounts:
            end = self.amounts[0].start
        length = end - start
        cues = find_cues(self.text[start:end]).between(0, length - 1)
        start += max((c.end for c in cues if c.role == "wanted" and c.end + 2 <= length), default=0)
        plain = _DETAIL.sub(_blank, self.text[start:end])
        name = _NAME.search(plain)
        words = name[0].rstrip(_TRIM) if name else ""
        if not name or len(words) < 2 or _FILLER.sub("", plain.replace("\n", "")) != words:
            return None
        at = start + name.start()
        return None if _never().search(words) else (at, at + len(words))


@cache
def _never() -> re.Pattern[str]:
    """Return the pattern of words that no name of goods holds."""
    words = data.read_words("lexicons/goods_not_in_list.txt")
    spans = r"(?:[一二两三四五六七八九十几半]|\d)[天日周年]"
    spans += "|[一二两三四五六七八九十几半]个(?:月|小时|星期)"
    return re.compile("|".join([*(re.escape(word) for word in words), "[类類]$", spans]))


def is_never_goods(words: str) -> bool:
    """Tell words that no name of goods holds."""
    return _never().search(words) is not None


def _blank(match: re.Match[str]) -> str:
    """Return as many line breaks as the match is long."""
    return "\n" * len(match[0])


def find_unlisted(
    text: str, mentions: Sequence[Mention], amounts: Sequence[Amount]
) -> list[Mention]:
    """Return goods that stand in a list beside known ones, named as they stand.

    text: normalised, known goods blotted out. mentions, amounts: the goods and amounts in it.
    """
    entries = _entries(text, mentions, amounts)
    good = [entry.names_goods for entry in entries]
    unlisted = []
    for step in (1, -1):
        for i in range(len(entries))[::step]:
            beside = i - step
            if good[i] or not 0 <= beside < len(entries) or not good[beside]:
                continue
            entry, other = entries[i], entries[beside]
            if not _in_one_list(entry, other):
                continue
            name = None if entry.mentions else entry.name()
            if name:
                good[i] = True
                unlisted.append(Mention(*name, text[name[0] : name[1]], "unknown", False))
    taken = {at for m in unlisted for at in range(m.start, m.end)}
    unlisted += [
        m
        for m in [*_by_amount(text, mentions, amounts), *_behind_amounts(text, mentions, amounts)]
        if taken.isdisjoint(range(m.start, m.end))
    ]
    ends = {a.end for a in amounts}
    return [m for m in unlisted if not _is_detail(text, m, ends)]


def _is_detail(text: str, mention: Mention, amount_ends: set[int]) -> bool:
    """Tell whether words stand in brackets right behind goods or their amount."""
    opened = _OPEN.search(text, max(0, mention.start - _FAR), mention.start)
    if opened is None:
        return SIZES.fullmatch(mention.name) is not None
    at = opened.start()
    return text[at - 1 : at] == _BLOT or at in amount_ends


def _behind_amounts(
    text: str, mentions: Sequence[Mention], amounts: Sequence[Amount]
) -> list[Mention]:
    """Return goods in a list that tells the amounts first (4台移动手术灯、6顶□□□□)."""
    goods = {m.start for m in mentions}
    first = [
        a for a in amounts if a.unit and _OPENS_CELL.search(text[max(0, a.start - 4) : a.start])
    ]
    if not any(a.end in goods for a in first):
        return []
    named = []
    for amount in first:
        name = _NAME_BEHIND.match(text, amount.end)
        if name and not _never().search(name["name"]) and not find_cues(name["name"]):
            named.append(Mention(*name.span("name"), name["name"], "unknown", False))
    return named


@dataclass(frozen=True, slots=True)
class _Named:
    """What may be goods that their amount tells: where the name stands and what is around it.

    begin: where its row begins, behind the words of need. wanted: those stand right before it.
    before, after: the goods or amounts beside it as (start, end), None where none are.
    """

    name: tuple[int, int]
    end: int
    begin: int
    lead: str
    wanted: bool
    before: tuple[int, int] | None
    after: tuple[int, int] | None

    def in_row(self, listed_up_to: int, first_goods: int | None) -> bool:
        """Tell whether it goes on a row of goods with their amounts."""
        row = self.before is not None and self.before[1] == self.begin
        row = row and _ROW_LEAD.fullmatch(self.lead) is not None
        known = first_goods is not None and first_goods <= self.begin
        return row and (self.begin == listed_up_to or known)

    def heads_row(self, text: str) -> bool:
        """Tell whether a row of goods goes on behind it."""
        if self.after is None or not _ROW_LEAD.fullmatch(self.lead):
            return False
        return _ROW_LEAD.fullmatch(text[self.end : self.after[0]]) is not None


def _by_amount(text: str, mentions: Sequence[Mention], amounts: Sequence[Amount]) -> list[Mention]:
    """Return goods told by their amount: behind a word of need, or in a row beside known goods."""
    text = _DOSE.sub(lambda dose: "=" * len(dose[0]), text)
    cues = find_cues(text)
    spans = sorted([(m.start, m.end) for m in mentions] + [(a.start, a.end) for a in amounts])
    first_goods = mentions[0].end if mentions else None
    asking = cues.any("wanted")
    names: list[tuple[int, int]] = []
    before_others: list[_Named] = []
    listed_up_to = -1  # where the list that goods by their amount stand in ends so far
    for its in _names_before_amounts(text, spans, amounts, cues):
        if its.wanted or its.in_row(listed_up_to, first_goods) or (asking and its.heads_row(text)):
            names.append(its.name)
            listed_up_to = its.end
        elif text[its.name[0] - 1 : its.name[0]] in _ROW_MARKS and asking:
            before_others.append(its)
    # a row goes on backwards from what is known of it
    starts = {start for start, _ in names} | {m.start for m in mentions}
    for its in reversed(before_others):
        lead_on = _ROW_LEAD.match(text, its.end)
        if lead_on and lead_on.end() in starts:
            starts.add(its.name[0])
            names.append(its.name)
    return [Mention(*name, text[name[0] : name[1]], "unknown", False) for name in names]


def _names_before_amounts(
    text: str, spans: Sequence[tuple[int, int]], amounts: Sequence[Amount], cues: Cues
) -> Iterator[_Named]:
    """Yield the names that stand before amounts with a unit and are no known goods."""
    ends = [end for _, end in spans]
    for amount in amounts:
        measured = (amount.unit or "").isascii() and amount.unit not in _WEIGHTS
        if not amount.unit or measured or amount.quantity is None:
            continue
        at = bisect_left(spans, (amount.start, amount.end))
        before = max(ends[at - 1] if at else 0, amount.start - 40)
        glued = text[amount.end : amount.end + 1] == _BLOT
        counts_known = glued and not text[amount.start - 1].isspace()
        if before == amount.start or text[before : amount.start].endswith(_BLOT) or counts_known:
            continue
        asked = [c.end for c in cues.between(before, amount.start) if c.role == "wanted"]
        begin = max([before, *(end for end in asked if end + 2 <= amount.start)])
        name = _row_name(text, _row_start(text, begin, amount.start), amount.start)
        if not name:
            continue
        lead = text[begin : name[0]]
        wanted = begin in asked and not lead.strip(" :\n")
        made = at and text[spans[at - 1][1] - 1] == _BLOT and not lead.strip(" ")
        in_cell = text[before - 1 : before] == _BLOT and _CELL.search(text, before, amount.start)
        if (made and not wanted) or in_cell:
            continue  # what stands between a good and its amount, or in its row, tells more of it
        yield _Named(
            name=name,
            end=amount.end,
            begin=begin,
            lead=_ALIAS.sub("", lead),
            wanted=wanted,
            before=spans[at - 1] if at else None,
            after=spans[at + 1] if at + 1 < len(spans) else None,
        )


def _row_start(text: str, begin: int, end: int) -> int:
    """Return where the cell before an amount begins, or the one before that where it is empty."""
    marks = list(_ROW_MARK.finditer(text, begin, end))
    if not marks:
        return begin
    if text[marks[-1].end() : end].strip(" :"):
        return marks[-1].end()
    return marks[-2].end() if len(marks) > 1 else begin


def _row_name(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where the name of goods stands that fills a cell up to its amount."""
    cell = _DETAIL.sub(_blank, text[start:end])
    mark = _NUMBERING.match(cell)
    at = mark.end() if mark else 0
    make = _MAKE.match(cell, at)
    at = make.end() if make else at
    name = _NAME.match(cell, at)
    if not name:
        return None
    words = name[0].rstrip(_TRIM)
    rest = cell[at + len(words) :]
    if len(words) < 2 or not _ROW_REST.fullmatch(rest) or _never().search(words):
        return None
    return start + at, start + at + len(words)


def _in_one_list(entry: _Entry, other: _Entry) -> bool:
    """Tell whether an entry stands in one list with the goods of another beside it."""
    first, second = sorted((entry, other), key=lambda e: e.start)
    gap = entry.text[first.end : second.start]
    if gap in _JOINED:
        listed = gap != "\n" or entry.has_amount
    else:
        listed = gap == "," and entry.has_amount and other.has_amount
    return listed and (other.closes() if other is first else other.opens())


def _entries(text: str, mentions: Sequence[Mention], amounts: Sequence[Amount]) -> list[_Entry]:
    """Cut a text into what may be entries of lists, each with the goods and amounts in it."""
    entries: list[_Entry] = []
    k = t = 0
    for match in _ENTRY.finditer(text):
        start, end = match.span()
        while k < len(mentions) and mentions[k].end <= start:
            k += 1
        while t < len(amounts) and amounts[t].end <= start:
            t += 1
        its_mentions = [m for m in mentions[k : k + 8] if m.start < end]
        its_amounts = [a for a in amounts[t : t + 4] if a.start < end]
        entries.append(_Entry(text, start, end, its_mentions, its_amounts))
    return entries
