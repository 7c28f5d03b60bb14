"""Raw answers parsed again: what the present spiders read otherwise comes out, then goes in.

The plan is made without writing or asking anybody, and what is applied is the plan. Which post it
is, and when it was first seen, never changes.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.settings import Settings, SourceSettings
from monitor.store import Store
from monitor.types import RawPost, StoredPost
from spiders.base import spider_named
from spiders.base.post import Post

log = logging.getLogger(__name__)

WORDS = ("text", "reposted_text", "reposted_author", "pictures")
FIELDS = (*WORDS, "author", "author_id", "posted_at", "url")
BATCH = 200  # posts a transaction
# 5分钟前 is so long before an answer was read; when that was, the store knows no better.
_NEAR = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A post that the present spider reads otherwise; fields: of FIELDS, with before and now."""

    post: StoredPost
    parsed: Post
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPlan:
    """What parsing again would change; posts: how many were parsed.

    failed: in how many the present spider sees no post. untold: by source, of how many posts the
    kept part alone does not tell, or whose source is not in the settings.
    """

    posts: int
    failed: int
    untold: Mapping[str, int]
    corrections: tuple[Correction, ...]


def plan(
    store: Store,
    settings: Settings,
    *,
    since: datetime | None = None,
    source: str | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> AnswerPlan:
    """Return what would differ, were the kept raw answers parsed now; nothing is written.

    since, source: only posts posted since then, of this source.
    """
    configured = {one.name: one for one in settings.sources}
    corrections: list[Correction] = []
    untold: Counter[str] = Counter()
    count = failed = 0
    for batch in store.posts.with_raw(since, source):
        for kept in batch:
            name = kept.post.source
            try:
                parsed = _parsed(kept, configured[name]) if name in configured else None
            except Exception:  # whatever a row of a stranger makes a spider raise
                log.warning("post %s of %s has no post now", kept.post.source_id, name)
                failed += 1
                continue
            if parsed is None:
                untold[name] += 1
                continue
            count += 1
            parsed = _beside(kept.post, parsed)
            if fields := _differing(kept.post, parsed):
                corrections.append(Correction(post=kept.post, parsed=parsed, fields=fields))
        if on_progress:
            on_progress(count)
    return AnswerPlan(posts=count, failed=failed, untold=untold, corrections=tuple(corrections))


def apply(store: Store, planned: AnswerPlan) -> int:
    """Write what a plan says, BATCH posts a transaction; return how many changed since it."""
    left_out = 0
    for at in range(0, len(planned.corrections), BATCH):
        with store.write():
            for one in planned.corrections[at : at + BATCH]:
                left_out += not store.posts.correct(one.post, one.parsed)
    return left_out


def _parsed(kept: RawPost, source: SourceSettings) -> Post | None:
    return spider_named(source.spider).post_from_raw(kept.raw, source.options, kept.came_at)


def _beside(known: StoredPost, parsed: Post) -> Post:
    """Return a parsed post with what stays as it is: whole words, and times that are near."""
    if parsed.cut:
        parsed = replace(parsed, **{name: getattr(known, name) for name in WORDS})
    times = known.posted_at, parsed.posted_at
    if times[0] and times[1] and abs(times[0] - times[1]) < _NEAR:
        parsed = replace(parsed, posted_at=known.posted_at)
    return parsed


def _differing(known: StoredPost, parsed: Post) -> tuple[tuple[str, str, str], ...]:
    pairs = ((name, _told(known, name), _told(parsed, name)) for name in FIELDS)
    return tuple((name, old, new) for name, old, new in pairs if old != new)


def _told(post: StoredPost | Post, name: str) -> str:
    """Return a field in words, as the store would have it: half a character is a sign."""
    value = getattr(post, name) or ""
    if isinstance(value, datetime):
        return value.isoformat()
    words = " ".join(value) if isinstance(value, tuple) else str(value)
    return words.encode("utf-8", "replace").decode()
