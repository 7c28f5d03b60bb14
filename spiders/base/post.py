"""What a spider yields: posts, and the rows it could not read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from spiders.base.trouble import Remark, Trouble, one_line

_NEEDED = ("source_id", "text")
_TEXTS = ("text", "reposted_text")
_SHORT = ("source_id", "url", "author", "author_id", "reposted_author")
_LONGEST_TEXT = 200_000  # characters; no service takes so many, and every reader walks them all
_LONGEST_WORD = 2_000  # characters of a name or address
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # nobody sees them, or says them
_MOST_PICTURES = 100
_LONGEST_LINK = 2000
_AT_ONCE, _BYTES_AT_ONCE = 200, 500_000  # items, and bytes of their answers, handed over together


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One public message.

    source_id: the service's own id, unique within a source; an opaque string.
    text: the author's words without markup, as they stand.
    reposted_text, reposted_author: the post that this one passes on, where the service
        tells it apart from the author's words.
    posted_at: aware, or None where the source does not tell.
    raw: the part of the source's answer that this post was read from.
    cut: whether the source gave only the beginning of its words.
    pictures: the addresses of its pictures.
    walk: of the source's streams of posts the one that gave it, "" where it has no several.
    Control characters are left out, and what is longer than any post is cut.
    Raises ValueError where a source gives something else for one of them.
    """

    source_id: str
    text: str
    url: str | None = None
    author: str | None = None
    author_id: str | None = None
    posted_at: datetime | None = None
    reposted_text: str | None = None
    reposted_author: str | None = None
    raw: bytes = b""
    cut: bool = False
    pictures: tuple[str, ...] = ()
    walk: str = ""

    def __post_init__(self) -> None:
        for name in (*_TEXTS, *_SHORT):
            value = getattr(self, name)
            if isinstance(value, str):
                plain = _plain(value, _LONGEST_TEXT if name in _TEXTS else _LONGEST_WORD)
                if plain != value:
                    object.__setattr__(self, name, plain)
            elif value is not None or name in _NEEDED:
                raise ValueError(f"the {name} of a post is not text but {type(value).__name__}")
        if not self.source_id:
            raise ValueError("a post needs a source_id")
        if self.posted_at is not None and self.posted_at.tzinfo is None:
            raise ValueError(f"posted_at of post {self.source_id} has no time zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A row or answer that could not be read as a post.

    place: where it stood, such as "posts.jsonl:17" or an address.
    reason: what is wrong with it, for people.
    excerpt: its first characters.
    Each is one line, bounded.
    """

    place: str
    reason: str
    excerpt: str = ""

    def __post_init__(self) -> None:
        for name in ("place", "reason", "excerpt"):
            object.__setattr__(self, name, one_line(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """Something a source remembers until its next run, such as an ETag.

    It is kept once every post yielded before it is in the store.
    """

    name: str
    value: str


def _plain(words: str, longest: int) -> str:
    """Return words without control characters, cut where they are too long.

    Of a cut id its digest stands at its end: two that begin alike are two.
    """
    words = _CONTROL.sub("", words)
    if len(words) <= longest:
        return words
    if longest == _LONGEST_TEXT:
        return words[:longest]
    digest = hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]
    return f"{words[: longest - len(digest)]}{digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """That all posts of a walk which stand at its source between two times came again.

    What the store has of that walk and time, and is not among `ids`, is gone at its source.
    """

    walk: str
    since: datetime
    until: datetime
    ids: frozenset[str]


Yielded = Post | SetAside | Bookmark | Trouble | Remark


@dataclass(frozen=True, slots=True)
class Several:
    """What a spider hands over at once: Scrapy's way with an item takes longer than a post."""

    items: tuple[Yielded, ...]


def together(items: Iterable[Yielded]) -> Iterator[Several]:
    """Yield items many at once, as they come; before an error those that came before it."""
    some: list[Yielded] = []
    held = 0
    try:
        for item in items:
            some.append(item)
            held += len(item.raw) if isinstance(item, Post) else 0
            if len(some) >= _AT_ONCE or held > _BYTES_AT_ONCE:
                yield Several(tuple(some))
                some, held = [], 0
    except Exception:
        yield Several(tuple(some))
        raise
    if some:
        yield Several(tuple(some))


def pictures_of(links: Iterable[object]) -> tuple[str, ...]:
    """Return those links that are addresses of the web, each once."""
    addresses = (link for link in links if isinstance(link, str) and len(link) <= _LONGEST_LINK)
    webbed = (link for link in addresses if link.startswith(("http://", "https://")))
    return tuple(dict.fromkeys(webbed))[:_MOST_PICTURES]


def reading_text(text: str, reposted_author: str | None, reposted_text: str | None) -> str:
    """Return the words a reader sees: the author's own and, behind `//@name:`, what is reposted."""
    if not reposted_text or reposted_text in text:
        return text
    return f"{text}//@{reposted_author or '?'}:{reposted_text}"
