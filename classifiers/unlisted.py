"""Find goods that no list knows by their place in a list: a text and its known goods go in, further goods come out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import data
from classifiers import asked
from classifiers.amounts import Amount
from classifiers.goods import Mention

_ENTRY = re.compile(r"[^、,;\n。!?:…\[\]【】「」《》|+]+")
_NUMBERING = re.compile(r"\s*(?:[-·•●▪▶※*]|\d{1,2}[.)]|[一二三四五六七八九十]{1,2}[.)])?\s*")
_DETAIL = re.compile(r"\([^()\n]{0,30}\)")
_NAME = re.compile(r"[A-Za-z0-9]{0,8}[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9\-]{1,9}")
_TRIM = "等各约共缺需要求xX"
_FILLER = re.compile(r"^\s+|[\s:xX×*=~\-—约各共缺需要求等]+$|^\s*(?:另|和|及|还有|以及)")
_JOINED = frozenset("、;\n+")


@cache
def _never() -> re.Pattern[str]:
    """Return the pattern of words that no name of goods holds."""
    words = data.read_words("lexicons/goods_not_in_list.txt")
    return re.compile("|".join(re.escape(word) for word in words))


def _blank(match: re.Match[str]) -> str:
    """Return as many line breaks as the match is long."""
    return "\n" * len(match[0])


class _Entry:
    """One entry of a list: where its name stands, whether it is known goods, whether an amount is told."""

    __slots__ = ("start", "end", "known", "amounts", "told", "name_start", "name_end", "whole")

    def __init__(
        self, text: str, start: int, end: int, known: Sequence[Mention], told: Sequence[Amount]
    ) -> None:
        self.start, self.end, self.known = start, end, bool(known)
        self.amounts = told
        self.told = any(amount.unit for amount in told)
        self.name_start = self.name_end = start
        self.whole = False
        if known:
            self.name_start, self.name_end = known[0].start, known[-1].end
        else:
            self._find_name(text, told)

    def opens(self, text: str) -> bool:
        """Tell whether a list may stand before this entry: nothing but numbering before its name."""
        before = [a for a in self.amounts if a.start < self.name_start]
        lead = text[before[-1].end if before else self.start : self.name_start]
        return not self.known or not _FILLER.sub("", lead)

    def closes(self, text: str) -> bool:
        """Tell whether a list may go on behind this entry: nothing but an amount behind its name."""
        rest = _DETAIL.sub("", text[self.name_end : self.end])
        told = any(a.start >= self.name_end for a in self.amounts)
        return told or not self.known or not _FILLER.sub("", rest)

    def _find_name(self, text: str, told: Sequence[Amount]) -> None:
        """Set the span of the name: what is left without numbering, asking words, details, amount."""
        mark = _NUMBERING.match(text, self.start, self.end)
        start = mark.end() if mark else self.start
        end = self.end
        if told and told[0].start - start < 2:
            start = told[0].end
        elif told:
            end = told[0].start
        asking = [c.end for c in asked.cues(text[start:end]) if c.role == "wanted"]
        start += max((at for at in asking if at + 2 <= end - start), default=0)
        name = _NAME.search(_DETAIL.sub(_blank, text[start:end]))
        if not name or _FILLER.sub("", _DETAIL.sub("", text[start:end])) != name[0].rstrip(_TRIM):
            return
        words = name[0].rstrip(_TRIM)
        self.whole = len(words) > 1 and not _never().search(words)
        self.name_start = start + name.start()
        self.name_end = self.name_start + len(words)


def find(text: str, known: Sequence[Mention], told: Sequence[Amount]) -> list[Mention]:
    """Return goods that stand in a list between known ones, named as they stand.

    text: normalised, known goods blotted out. known, told: the goods and amounts in it.
    """
    entries = _entries(text, known, told)
    good = [entry.known for entry in entries]
    for step in (1, -1):
        for i in range(1, len(entries)) if step == 1 else range(len(entries) - 2, -1, -1):
            entry, beside = entries[i], entries[i - step]
            if good[i] or not entry.whole or not good[i - step]:
                continue
            on = beside.closes(text) if step == 1 else beside.opens(text)
            gap = text[min(entry.end, beside.end) : max(entry.start, beside.start)]
            listed = gap in _JOINED and (gap != "\n" or entry.told)
            good[i] = on and (listed or gap == "," and entry.told and beside.told)
    return [
        Mention(e.name_start, e.name_end, text[e.name_start : e.name_end], "unknown", False)
        for e, is_good in zip(entries, good, strict=True)
        if is_good and not e.known
    ]


def _entries(text: str, known: Sequence[Mention], told: Sequence[Amount]) -> list[_Entry]:
    """Cut a text into what may be entries of lists, each with the goods and amounts in it."""
    entries: list[_Entry] = []
    k = t = 0
    for match in _ENTRY.finditer(text):
        start, end = match.span()
        while k < len(known) and known[k].end <= start:
            k += 1
        while t < len(told) and told[t].end <= start:
            t += 1
        goods_here = [m for m in known[k : k + 8] if m.start < end]
        told_here = [a for a in told[t : t + 4] if a.start < end]
        entries.append(_Entry(text, start, end, goods_here, told_here))
    return entries
