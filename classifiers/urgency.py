"""Read how pressing the need of a post is, with the words that say so: "critical" or "high"."""

from __future__ import annotations

import re
from bisect import bisect
from functools import cache
from typing import TYPE_CHECKING

import ahocorasick

from classifiers.need import LEVELS, Urgency
from classifiers.reader import plain, reader, span
from data import read_words

if TYPE_CHECKING:
    from spacy.tokens import Doc

_RANK = {level: rank for rank, level in enumerate(LEVELS)}
_GOODS = (
    "口罩|防护服|护目镜|物资|酒精|消毒液|手套|隔离衣|面罩|防护|库存|耗材|药品|用品|手术衣|帽子|鞋套"
)
_LASTS = re.compile(
    r"(?:只|仅|最多|刚|勉强|大概|预计)(?:[够能可]{1,2}(?:再|用|支撑|坚持|维持|撑|使用|满足){0,3}|再?(?:支撑|坚持|维持|撑))"
    r"(?:到|过)?了?"
    r"(?:(?:今|明)[天晚日]|(?:一|1|半|两|二|2)[个]?(?:天|日|晚上?|夜|小时)(?!.{0,3}[周月]))"
)
_DAYS = re.compile(
    r"(?:只|仅|最多)[够能可]{1,2}(?:再|用|支撑|坚持|维持|撑|使用){0,3}(?:[三四五六七3-7几]{1,2}|[三四五六七3-7][-到至][四五六七4-7])[个]?天"
)
_LEFT = re.compile(
    rf"(?:仅|只)(?:剩下?|剩余|存)(?:了)?(?:最后)?(?:的)?[一二三四五六七八九十几两\d]{{1,3}}多?[套件个只副包箱盒瓶]|"
    rf"(?:{_GOODS})(?:等|都|也|已经|已|全|全部|基本|完全|彻底|马上|就|快|要|即将|将|真的|一点|根本){{0,4}}(?:没有?了|用完|用光|用尽|耗尽|没了|没有啦|没有|断了|为零|为0)(?!问题)"
)
_BARE = re.compile(r"(?<![\u4e00-\u9fffA-Za-z0-9])急{1,9}(?![\u4e00-\u9fffA-Za-z0-9])")
_NO_NEED = re.compile(r"(?:没有|不|不再|并不|不会|未|无|不是|不太|没那么)$")


@reader("urgency", after=("parts",), empty=None)
def read_urgency(doc: Doc) -> Urgency | None:
    """Return the most pressing words of the post, the first of them, None where nothing presses.

    Words of a hashtag count only where the post itself has none and the hashtag tells of goods.
    """
    parts = doc._.parts
    starts = [part.start for part in parts]
    in_words, in_hashtags = [], []
    for rank, start, end in _find(plain(doc)):
        part = parts[bisect(starts, start) - 1]
        if part.kind in {"own", "reposted"}:
            in_words.append((rank, start, end))
        elif part.kind == "hashtag" and re.search(f"医院|{_GOODS}", part.text):
            in_hashtags.append((rank, start, end))
    if not (in_words or in_hashtags):
        return None
    rank, start, end = min(in_words or in_hashtags)
    return span(doc, Urgency, start, end, level=LEVELS[rank])


def _find(text: str) -> list[tuple[int, int, int]]:
    """Return the pressing words of a normalised text as rank, start and end."""
    pressing = []
    for last, (length, rank) in _words().iter_long(text):
        start = last - length + 1
        if rank is not None and not (rank and _NO_NEED.search(text, max(0, start - 4), start)):
            pressing.append((rank, start, last + 1))
    for level, patterns in (("critical", (_LASTS, _LEFT)), ("high", (_DAYS, _BARE))):
        for pattern in patterns:
            pressing += [(_RANK[level], m.start(), m.end()) for m in pattern.finditer(text)]
    return pressing


@cache
def _words() -> ahocorasick.Automaton:
    """Return the words of urgency, each with its length and rank; pseudo words have no rank."""
    automaton = ahocorasick.Automaton()
    for level in reversed(LEVELS):  # a word of both lists is as pressing as it can be
        for word in read_words(f"lexicons/urgency_{level}.txt"):
            automaton.add_word(word, (len(word), _RANK[level]))
    for word in read_words("lexicons/urgency_not.txt"):
        automaton.add_word(word, (len(word), None))
    automaton.make_automaton()
    return automaton
