"""Retention: what is kept no longer goes, what a case rests on stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from classifiers.need import Reading
from monitor.settings import RetentionSettings
from monitor.store import Store
from monitor.upkeep.retention import forget
from spiders.base.post import Post

LATER = datetime.now(UTC) + timedelta(days=40)


def _two_posts(store: Store) -> None:
    posts = [Post(source_id=name, text=name, raw=b"{}") for name in ("plea", "noise")]
    store.posts.save("day", posts, run_id=None)
    for (post,) in store.posts.unread(batch=1):
        reading = Reading(flagged=post.text == "plea")
        store.posts.mark_read(post, reading, "1")
        if reading.flagged:
            store.cases.open(store.needs.add(post, reading) or 0)


def test_nothing_goes_where_no_length_is_given(store: Store) -> None:
    _two_posts(store)
    forget(store, RetentionSettings(), now=LATER)
    assert store.posts.count() == 2
    assert store.posts.raw(1) == b"{}"


def test_old_raw_answers_go_and_their_posts_stay(store: Store) -> None:
    _two_posts(store)
    assert forget(store, RetentionSettings(raw="30d"), now=LATER).raw == 2
    assert store.posts.raw(1) is None
    assert store.posts.count() == 2


def test_old_posts_go_but_for_those_a_case_rests_on(store: Store) -> None:
    _two_posts(store)
    assert forget(store, RetentionSettings(posts="30d"), now=LATER).posts == 1
    (case,) = store.cases.get(store.cases.open_ids())
    assert [need.words for need in case.needs] == ["plea"]


def test_what_is_younger_stays(store: Store) -> None:
    _two_posts(store)
    forget(store, RetentionSettings(raw="50d", posts="50d"), now=LATER)
    assert store.posts.count() == 2
    assert store.posts.raw(2) == b"{}"
