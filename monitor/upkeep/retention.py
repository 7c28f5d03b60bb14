"""Forget what is kept no longer: the retention settings go in, old posts and raw answers go out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.settings import RetentionSettings
from monitor.store import Store


@dataclass(frozen=True, slots=True)
class RemovalCounts:
    """How many raw answers, posts and kept answers of failed runs were removed."""

    raw: int = 0
    posts: int = 0
    answers: int = 0


def forget(store: Store, retention: RetentionSettings, *, now: datetime) -> RemovalCounts:
    """Remove raw answers and posts first seen longer ago than is to be kept.

    The answers of failed runs go as raw answers do: they may hold the posts of many people. A
    post that a need was found in stays: a case must show what it rests on. A post that its source
    gives again after it was removed comes back as new.
    """
    with store.write():
        raw = store.posts.drop_raw(now - retention.raw) if retention.raw else 0
        answers = store.answers.drop(now - retention.raw) if retention.raw else 0
        posts = store.posts.drop_unneeded(now - retention.posts) if retention.posts else 0
    return RemovalCounts(raw, posts, answers)
