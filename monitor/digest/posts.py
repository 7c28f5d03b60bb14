"""The posts behind a case, cut to what a page can hold, with what was read in them marked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from classifiers.need import Reading
from monitor.digest.evidence import Segment, excerpt, segments
from monitor.masking import safe_url
from monitor.types import Case, Joined

SHOWN = 360  # characters of a post that stand open; the rest is folded
PICTURES = 9  # of a post that a page links to
LONGEST = 20_000  # characters of a post that a page holds at all


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A post behind a case.

    words: what stands open; whole: all of it where that is more, else empty.
    cut: characters that the page leaves out. matched: number of the post it was found to repeat.
    edited: the words as they are now, where they changed after they were read.
    details: what further readers found, by field; the page has words for both.
    pictures: addresses of its pictures. gone_at: when it was first missed at its source.
    """

    number: int
    source: str
    author: str | None
    at: datetime
    url: str | None
    voice: str | None
    reason: str
    matched: int | None
    words: tuple[Segment, ...]
    whole: tuple[Segment, ...]
    before: bool
    after: bool
    cut: int
    length: int
    edited: str | None
    details: tuple[tuple[str, str], ...]
    pictures: tuple[str, ...]
    gone_at: datetime | None


def post_views(case: Case) -> tuple[PostView, ...]:
    """Return the posts behind a case, numbered, the one that says most first."""
    joined = {entry.need.id: entry for entry in case.joined}
    numbers = {need.id: number for number, need in enumerate(case.needs, 1)}
    return tuple(_post_view(joined[need.id], numbers) for need in case.needs)


def _post_view(entry: Joined, numbers: Mapping[int, int]) -> PostView:
    need, post = entry.need, entry.need.post
    words = need.words
    start, end = excerpt(words, need.reading, SHOWN)
    folded = end - start < len(words)
    return PostView(
        number=numbers[need.id],
        source=post.source,
        author=post.author,
        at=post.at,
        url=safe_url(post.url),
        voice=need.reading.voice,
        reason=entry.reason,
        matched=numbers.get(entry.matched_need_id or 0),
        words=tuple(segments(words, need.reading, start=start, end=end)),
        whole=tuple(segments(words, need.reading, end=LONGEST)) if folded else (),
        before=start > 0,
        after=end < len(words),
        cut=max(0, len(words) - LONGEST),
        length=len(words),
        edited=post.words[:LONGEST] if post.words != words else None,
        details=_details(need.reading),
        pictures=tuple(filter(None, map(safe_url, post.pictures[:PICTURES]))),
        gone_at=post.gone_at,
    )


def _details(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Return what further readers found, by field, in words; updates stand in the thread."""
    details = (
        (field, _words_of(value))
        for field, value in sorted(reading.details.items())
        if field != "updates"
    )
    return tuple((field, words) for field, words in details if words)


def _words_of(value: Any) -> str:
    """Return a detail as words: a span by its text, a list by its members."""
    if value is None or value is False:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        text = value.get("text")
        return text if isinstance(text, str) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence):
        return "、".join(dict.fromkeys(_words_of(member) for member in value))
    return str(value)
