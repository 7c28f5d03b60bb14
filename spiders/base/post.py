"""What a spider yields: posts, and the rows it could not read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from spiders.base.trouble import one_line

_NEEDED = ("source_id", "text")
_OF_WORDS = (*_NEEDED, "url", "author", "author_id", "reposted_text", "reposted_author")


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

    def __post_init__(self) -> None:
        for name in _OF_WORDS:
            value = getattr(self, name)
            if not isinstance(value, str) and (value is not None or name in _NEEDED):
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


def reading_text(text: str, reposted_author: str | None, reposted_text: str | None) -> str:
    """Return the words a reader sees: the author's own and, behind `//@name:`, what is reposted."""
    if not reposted_text or reposted_text in text:
        return text
    return f"{text}//@{reposted_author or '?'}:{reposted_text}"
