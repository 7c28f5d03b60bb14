"""Retention: what is kept no longer goes, what a case rests on stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from staged_day import NOW, add_case, call, reading_of

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


def test_a_case_that_ended_long_ago_keeps_its_counts_and_loses_its_words(store: Store) -> None:
    text = "急需护手霜40支，联系13800138003"
    reading = reading_of(text, goods=[("护手霜", "40", "支")], numbers=[("mobile", "13800138003")])
    ended, going = (add_case(store, f"{text}{'！' * at}", reading) for at in (1, 2))
    call(store, ended, "no_answer", contact=("mobile", "13800138003"), note="李护士占线")
    call(store, ended, "do_not_call", hours_ago=0.5, contact=("mobile", "13800138003"))
    kept = RetentionSettings(cases="30d")
    assert forget(store, kept, now=NOW + timedelta(days=29)).cases == 0
    assert forget(store, kept, now=NOW + timedelta(days=40)).cases == 1
    [case, other] = store.cases.get([ended, going])
    assert case.closed and case.needs[0].words == ""
    assert [item.name for item in case.needs[0].reading.items] == ["护手霜"]
    assert [c.note for c in case.callbacks] == ["", ""]
    assert [c.contact for c in case.callbacks] == [None, None]
    assert other.needs[0].reading.contacts, "the one that goes on is whole"
    assert [mark.mark for mark in store.marks.all()] == ["barred"], "a promise outlasts the case"
    again = Post(source_id="p0", text=f"{text}！", author="护士小禾")
    assert store.posts.save("day", [again], run_id=None).known == 1
    assert list(store.posts.unread()) == []
    assert store.cases.get([ended])[0].needs[0].words == ""


def test_pages_of_past_days_and_an_old_audit_go_on_their_day(store: Store, tmp_path: Path) -> None:
    for day in ("2020-01-01", "2020-02-11"):
        (tmp_path / "digest" / day).mkdir(parents=True)
    store.audit.note("exported", "x", actor="y")
    now = datetime(2020, 2, 12, tzinfo=UTC)
    gone = forget(store, RetentionSettings(pages="30d"), now=now, digests=tmp_path / "digest")
    assert (gone.pages, gone.audit) == (1, 0)
    assert [folder.name for folder in (tmp_path / "digest").iterdir()] == ["2020-02-11"]
    assert forget(store, RetentionSettings(audit="30d"), now=LATER).audit == 1
