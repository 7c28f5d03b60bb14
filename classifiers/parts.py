"""Tell the parts of a post apart: own words, reposted words, hashtags, mentions, leftovers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifiers.need import Span
from classifiers.reader import plain, reader

if TYPE_CHECKING:
    from spacy.tokens import Doc

_REPOST = re.compile(r"//\s*@[^:@/#\s]{1,40}\s*:?")
_HASHTAG = re.compile(r"#[^#\n]{1,60}#")
_MENTION = re.compile(r"@[\w\-·]{1,30}")
_LEFTOVER = re.compile(
    r"收起全文d?|展开全文c?|O?网页链接|L[^,。!\s]{1,30}的(?:微博视频|秒拍视频)|转发微博|https?://[\w./?=&%#+-]+"
    r"|(?<=[\s?])2[\u4e00-\u9fff·]{2,16}(?=[\s?]*(?:收起全文d?\s*)?$)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Span):
    """A part of a post; kind: "own", "reposted", "hashtag", "mention" or "leftover"."""

    kind: str


def split(text: str) -> list[Part]:
    """Return the parts of a normalised text in order, together covering all of it.

    Words behind the first `//@name:` are reposted; the name itself is a mention.
    """
    marks = [(m.start(), m.end(), "mention") for m in _REPOST.finditer(text)]
    first_repost = marks[0][0] if marks else len(text)
    for pattern, kind in ((_HASHTAG, "hashtag"), (_LEFTOVER, "leftover"), (_MENTION, "mention")):
        marks += [
            (m.start(), m.end(), kind)
            for m in pattern.finditer(text)
            if not any(m.start() < end and start < m.end() for start, end, _ in marks)
        ]
    parts: list[Part] = []

    def words(start: int, end: int) -> None:
        if start < end:
            kind = "own" if start < first_repost else "reposted"
            parts.append(Part(text=text[start:end], start=start, end=end, kind=kind))

    at = 0
    for start, end, kind in sorted(marks):
        words(at, start)
        parts.append(Part(text=text[start:end], start=start, end=end, kind=kind))
        at = end
    words(at, len(text))
    return parts


@reader("parts", shown=False)
def read_parts(doc: Doc) -> tuple[Part, ...]:
    """Return the parts of the post."""
    return tuple(split(plain(doc)))
