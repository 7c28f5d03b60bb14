"""Forget what is kept no longer: the retention settings go in, old posts and raw answers go out."""

from __future__ import annotations

import shutil
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path

from monitor.settings import RetentionSettings
from monitor.store import Store


@dataclass(frozen=True, slots=True)
class RemovalCounts:
    """How many raw answers, posts and kept answers of failed runs were removed.

    imports: how many imports were forgotten.
    cases: posts of ended cases that lost their words. pages: days of pages. audit: rows of it.
    """

    raw: int = 0
    posts: int = 0
    answers: int = 0
    imports: int = 0
    cases: int = 0
    pages: int = 0
    audit: int = 0

    @property
    def total(self) -> int:
        """How many things went in all."""
        return sum(astuple(self))


def forget(
    store: Store, retention: RetentionSettings, *, now: datetime, digests: Path | None = None
) -> RemovalCounts:
    """Remove raw answers and posts first seen longer ago than is to be kept.

    The answers of failed runs go as raw answers do: they may hold the posts of many people. A
    post that a need was found in stays: a case must show what it rests on. Once that ended long
    enough ago, its words go and its counts stay. A post that its source gives again after it was
    removed comes back as new; one of which the words went does not. An import goes
    whole on its day. Pictures beside the store go as raw answers do.

    digests: the folder of the days' pages, None for none.
    """
    with store.write():
        raw = store.posts.drop_raw(now - retention.raw) if retention.raw else 0
        answers = store.answers.drop(now - retention.raw) if retention.raw else 0
        posts = store.posts.drop_unneeded(now - retention.posts) if retention.posts else 0
        outdated = store.imports.outdated(now)
        for run_id in outdated:
            store.imports.forget(run_id)
        store.pictures.expire(now - retention.raw if retention.raw else None)
        cases = store.forgetting.wipe_ended(now - retention.cases) if retention.cases else 0
        audit = store.audit.drop(now - retention.audit) if retention.audit else 0
        if retention.audit:
            store.desk.drop_ended(now - retention.audit)
    store.pictures.sweep()
    pages = _drop_pages(digests, now - retention.pages) if digests and retention.pages else 0
    return RemovalCounts(raw, posts, answers, len(outdated), cases, pages, audit)


def _drop_pages(digests: Path, before: datetime) -> int:
    """Remove the folders of days that lie before a time; return how many it were."""
    old = [
        folder
        for folder in digests.glob("????-??-??")
        if folder.is_dir() and folder.name < f"{before:%Y-%m-%d}"
    ]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)
