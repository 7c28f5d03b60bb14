"""The thread of a case: its posts and those that change it, with what was read in them marked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from classifiers.need import Evidence, Reading
from monitor.digest.evidence import Segment, excerpt, segments
from monitor.digest.thread import ThreadPost, UpdateView, update_view
from monitor.language import N_
from monitor.masking import safe_url
from monitor.types import CaseUpdate

SHOWN = 360  # characters of a post that stand open; the rest is folded
PICTURES = 9  # of a post that a page links to
_TOLD = {"updates", "event", "due_by"}  # details that the card tells in its own place
_DOORS = {
    "hotline": N_("热线来电"),
    "relay": N_("有人转告"),
    "sheet": N_("需求表里的一行"),
    "picture": N_("清单的图片"),
    "campaign": N_("名单里的一位"),
    "warnings": N_("预警"),
}
LONGEST = 20_000  # characters of a post that a page holds at all


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A post behind a case.

    door: by which other door it came, in words, "" for a source's post.
    words: what stands open; whole: all of it where that is more, else empty.
    cut: characters that the page leaves out. matched: number of the post it was found to repeat.
    edited: the words as they are now, where they changed after they were read.
    details: what further readers found, by field; the page has words for both.
    pictures: addresses of its pictures. gone_at: when it was first missed at its source.
    said_at: when it was posted, or edited to say what changes. same_voice: number of the first post
        of its author, None for that one. said: what it changes, None where nothing.
    stands_open: whether it is the newest of the case's own voice, or the plea that says most; the
        others are folded.
    """

    number: int
    source: str
    door: str
    author: str | None
    at: datetime
    said_at: datetime
    url: str | None
    voice: str | None
    reason: str
    matched: int | None
    same_voice: int | None
    said: UpdateView | None
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
    stands_open: bool = False


def post_views(thread: Sequence[ThreadPost]) -> tuple[PostView, ...]:
    """Return a case's thread as a page shows it: the newest first, as it was said or changed.

    What somebody else copied or says of it never stands open for that it is the newest.
    """
    numbers = {entry.joined.need.id: entry.number for entry in thread if entry.joined}
    first_of: dict[tuple[str, str], int] = {}
    views = []
    for entry in thread:
        post = entry.post
        author = (post.source, post.author_id or post.author or f"post {post.id}")
        views.append(_post_view(entry, numbers, first_of.get(author)))
        first_of.setdefault(author, entry.number)
    views.sort(key=lambda view: (view.said_at, view.number), reverse=True)
    newest = next((view.number for view in views if _is_of_its_own(view)), 0)
    fullest = max(
        (entry for entry in thread if entry.joined),
        key=lambda entry: (_score(entry), -entry.number),
        default=None,
    )
    open_numbers = {newest, fullest.number if fullest else 0}
    return tuple(
        replace(view, stands_open=True) if view.number in open_numbers else view for view in views
    )


def _is_of_its_own(view: PostView) -> bool:
    """Tell whether those in need speak, and not only in words that another post has."""
    if view.said:
        return view.said.own
    return view.voice == "firsthand" and (view.reason != "same text" or view.same_voice is not None)


def _score(entry: ThreadPost) -> float:
    return entry.joined.need.reading.score if entry.joined else 0.0


def _post_view(entry: ThreadPost, numbers: Mapping[int, int], same_voice: int | None) -> PostView:
    post, joined, update = entry.post, entry.joined, entry.update
    words = joined.need.words if joined else update.words if update else post.words
    reading = joined.need.reading if joined else Reading()
    if update and update.words == words:
        reading = replace(reading, evidence=(*reading.evidence, _mark(update)))
    start, end = excerpt(words, reading, SHOWN)
    folded = end - start < len(words)
    return PostView(
        number=entry.number,
        source=post.source,
        door=_DOORS.get(post.source, ""),
        author=post.author,
        at=post.at,
        said_at=max(post.at, update.said_at) if update else post.at,
        url=safe_url(post.url),
        voice=reading.voice,
        reason=joined.reason if joined else update.reason if update else "",
        matched=numbers.get(joined.matched_need_id or 0) if joined else None,
        same_voice=same_voice,
        said=update_view(update) if update else None,
        words=tuple(segments(words, reading, start=start, end=end)),
        whole=tuple(segments(words, reading, end=LONGEST)) if folded else (),
        before=start > 0,
        after=end < len(words),
        cut=max(0, len(words) - LONGEST),
        length=len(words),
        edited=post.words[:LONGEST] if post.words != words else None,
        details=_details(reading),
        pictures=tuple(filter(None, map(safe_url, post.pictures[:PICTURES]))),
        gone_at=post.gone_at,
    )


def _mark(update: CaseUpdate) -> Evidence:
    """Return where in its post an update says it."""
    return Evidence(text=update.statement, start=update.start, end=update.end, role="said")


def _details(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Return what further readers found, by field, in words."""
    shown = [(field, reading.details[field]) for field in sorted({*reading.details} - _TOLD)]
    details = ((field, _words_of(value)) for field, value in shown)
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
