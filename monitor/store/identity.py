"""Two posts with one id go in; whether they are one post, perhaps edited, comes out.

Ids collide: a spreadsheet rounds long numbers, a feed gives all its entries one guid, a sheet has
a column of ones. So an id is held against author, time, link and words. A plea that is kept twice
costs a glance; one that is taken for another is never called.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from rapidfuzz import fuzz

from monitor.store.times import storable
from spiders.base.post import Post

_MARK = "~"  # between an id that several posts bear and what tells this one from them
_CLOSE = timedelta(seconds=90)  # "5分钟前", and exports that leave the seconds out
_ALIKE = 60  # per cent
_COMPARED = 2_000  # characters of each
_BEGINS = 10  # characters; shorter words begin many others
_ROUNDED = re.compile(r"\d{15}0+")  # a spreadsheet keeps fifteen digits of a number


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What tells one post from another, beside its id."""

    words: str
    digest: str
    author: str | None
    author_id: str | None
    posted_at: datetime | None
    url: str | None

    @classmethod
    def of(cls, post: Post, digest: str) -> Self:
        """Return the version that a post is."""
        return cls(
            words=storable(post.text) or "",
            digest=digest,
            author=storable(post.author),
            author_id=storable(post.author_id),
            posted_at=post.posted_at,
            url=storable(post.url),
        )


def same_post(source_id: str, stored: Version, version: Version, *, shared: bool) -> bool:
    """Tell whether a version with the id of a stored post is this post, the same or edited.

    shared: whether the id is known to stand for several posts, or came twice in one run: what was
        written anew in between would then have to be of the same author and time.
    """
    author, time, link = signs = (
        _same_author(stored, version),
        _same_time(stored, version),
        _same_link(source_id, stored, version),
    )
    if stored.digest == version.digest:
        # A name changes, and so may an address; words that somebody else wrote elsewhere differ.
        return author is not False or (time is not False and link is not False)
    if author is False:
        return False
    against, agreeing = signs.count(False), signs.count(True)
    if shared:
        begins = _begin_alike(stored.words, version.words)
        return not against and author is True and (time is True or begins)
    if not _ROUNDED.fullmatch(source_id):
        agreeing += _are_alike(stored.words, version.words)
    return against <= agreeing


def own_id(source_id: str, version: Version) -> str:
    """Return the id of a post of its own for a version whose id stands for another.

    An edit keeps it where author and time tell the post; else its words do.
    """
    author = version.author_id or version.author or ""
    time = version.posted_at.isoformat(timespec="minutes") if version.posted_at else ""
    signs = [author, time, _bare(version.url), "" if author and time else version.digest]
    seed = "\0".join(signs).encode("utf-8", "replace")
    return f"{source_id}{_MARK}{hashlib.sha256(seed).hexdigest()[:16]}"


def base_id(kept_id: str) -> str:
    """Return the id that its source gave a post, also of one kept under an id of its own."""
    return re.sub(rf"{_MARK}[0-9a-f]{{16}}$", "", kept_id)


def own_ids(source_id: str) -> Sequence[str]:
    """Return between which two words the ids lie that were made from this one."""
    return f"{source_id}{_MARK}", f"{source_id}{_MARK}g"  # g comes behind all hexadecimal digits


def _same_author(stored: Version, version: Version) -> bool | None:
    """Tell whether two versions are of one author; None where one does not tell."""
    if stored.author_id and version.author_id:
        return stored.author_id == version.author_id
    if stored.author and version.author:
        return stored.author == version.author
    return None


def _same_time(stored: Version, version: Version) -> bool | None:
    if stored.posted_at is None or version.posted_at is None:
        return None
    return abs(stored.posted_at - version.posted_at) < _CLOSE


def _same_link(source_id: str, stored: Version, version: Version) -> bool | None:
    """Tell whether two versions have one link; one made of the id tells no more than the id."""
    if not stored.url or not version.url:
        return None
    if "://" not in source_id and source_id in stored.url and source_id in version.url:
        return None
    return _bare(stored.url) == _bare(version.url)


def _bare(url: str | None) -> str:
    return re.sub(r"^https?://(www\.)?", "", url or "").partition("#")[0].rstrip("/")


def _are_alike(first: str, second: str) -> bool:
    if _begin_alike(first, second):
        return True
    return fuzz.ratio(first[:_COMPARED], second[:_COMPARED]) >= _ALIKE


def _begin_alike(first: str, second: str) -> bool:
    """Tell whether one is the beginning of the other, as words are that were cut or added to."""
    short, long = sorted((first.strip().rstrip("….").rstrip(), second.strip()), key=len)
    return len(short) >= _BEGINS and long.startswith(short)
