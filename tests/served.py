"""What the replay server serves: posts of our own, put into each service's shape by its module.

A module `served_NAME.py` has `answer(asked, posts, failing)`: `asked` is the request with the
service's prefix taken off its path, `posts` stand newest first, `failing` names one of the
service's own ways to fail, or is None. It returns an Answer, 404 for a path it does not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zlib import crc32


@dataclass(frozen=True)
class Request:
    """One request: `query` has the last value of each name, `headers` have lower-case names."""

    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes = b""

    @classmethod
    def of(cls, target: str, headers: dict[str, str], method: str, body: bytes) -> Request:
        """Return the request of a target such as /a/b?c=d."""
        parts = urlsplit(target)
        query = {name: values[-1] for name, values in parse_qs(parts.query, True).items()}
        return cls(parts.path, query, headers, method, body)


@dataclass(frozen=True)
class Served:
    """One post that a service has; `long` is its whole text where `text` is only its beginning."""

    id: str
    text: str
    author: str
    posted_at: datetime
    long: str | None = None
    reposted: Served | None = None


def account_of(author: str) -> int:
    """Return the number that services know an author by; no two authors have one."""
    return 10**9 + crc32(author.encode())


def some_posts(
    count: int, *, newest: datetime | None = None, apart: timedelta = timedelta(minutes=1)
) -> list[Served]:
    """Return invented posts, the newest first, `apart` from each other.

    Every seventh passes on another; every eleventh is long; some hold markup and hostile words.
    """
    newest = (newest or datetime.now(UTC)).replace(microsecond=0)
    posts = []
    for number in range(count):
        at = newest - number * apart
        text = f"晴川市第{number}医院急需N95口罩{number + 1}只 <b>&"
        inner = None
        if number % 7 == 3:
            text = "帮转"
            inner = Served(
                f"{900_000 + number}", f"紫荆医院第{number}次求助", "半盏孤灯", at - apart
            )
        whole = text + "。护目镜、防护服也都没有了" * 20 if number % 11 == 5 else None
        posts.append(Served(f"{100_000 + number}", text, f"小禾{number % 5}", at, whole, inner))
    return posts


def page_of(posts: Sequence[Served], start: int, count: int) -> Sequence[Served]:
    """Return `count` posts from `start` on."""
    return posts[start : start + count]


_places: dict[int, dict[str, int]] = {}


def place_of(posts: Sequence[Served], post_id: str) -> int | None:
    """Return where a post stands, None where it does not; at once where the posts are as before."""
    place = _places.get(id(posts), {}).get(post_id)
    if place is None or place >= len(posts) or posts[place].id != post_id:
        _places.clear()
        _places[id(posts)] = {post.id: number for number, post in enumerate(posts)}
        place = _places[id(posts)].get(post_id)
    return place
