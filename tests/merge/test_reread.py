"""Stored posts read again: what is shown is what is written, and what people did stands."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from desk_folder import Folder
from staged_day import NOW, call

import data
from classifiers import pipeline
from classifiers.goods import names
from classifiers.need import Reading
from monitor import flag
from monitor.merge import merge, reread, split_case
from monitor.merge.reread import Plan
from monitor.store import Store
from monitor.types import Case
from spiders.base.post import Post

WINDOW = timedelta(days=3)
FIRST = NOW - timedelta(days=1)
POSTS = [
    "晴川紫荆医院急需护手霜40支，联系李护士13800138001",
    "帮转，紫荆医院还缺面膜，李护士13800138001",
    "白鹭医院急需监护仪5台，联系王护士13800138002",
    "青禾县医院急需热水袋30个，联系小穆13800138003",
]
read_post = pipeline.read_post


def save(store: Store, texts: list[str] = POSTS) -> None:
    posts = [
        Post(
            source_id=str(at), text=text, author=f"作者{at}", posted_at=FIRST + timedelta(hours=at)
        )
        for at, text in enumerate(texts)
    ]
    store.posts.save("day", posts, run_id=None)
    flag.flag(store)
    merge(store, window=WINDOW)


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What other readers would say of posts that hold certain words."""
    changes: dict[str, Any] = {}

    def read(text: str, author: str | None = None) -> Reading:
        reading = read_post(text, author)
        for words, change in changes.items():
            if words in text:
                reading = change(reading)
        return reading

    monkeypatch.setattr(pipeline, "read_post", read)
    yield changes


def no_request(reading: Reading) -> Reading:
    return replace(reading, flagged=False)


def without_contacts(reading: Reading) -> Reading:
    return replace(reading, contacts=())


def cases(store: Store) -> dict[int, list[tuple[str, str]]]:
    """Return the posts and goods of the cases that hold any."""
    return {
        case.id: sorted(
            (need.post.source_id, "、".join(item.name for item in need.reading.items))
            for need in case.needs
        )
        for case in store.cases.get(store.cases.all_ids())
        if case.needs
    }


def planned(store: Store) -> Plan:
    return reread.plan(store, window=WINDOW)


def test_nothing_differs_by_the_same_readers(store: Store) -> None:
    save(store)
    plan = planned(store)
    assert (plan.posts, plan.failed, plan.differences) == (4, 0, ())


def test_what_is_shown_is_what_is_written(store: Store, readers: dict[str, Any]) -> None:
    readers["青禾"] = no_request
    save(store)
    assert cases(store) == {
        1: [("0", "护手霜"), ("1", "面膜")],
        2: [("2", "监护仪")],
    }
    readers.clear()
    readers["白鹭"] = no_request
    readers["帮转"] = lambda reading: replace(
        reading, contacts=(), facilities=(), items=(replace(reading.items[0], name="手套"),)
    )
    before = cases(store)
    plan = planned(store)
    assert cases(store) == before
    shown = {
        one.post.source_id: (one.verdict, one.case_id, one.moves, one.to_case)
        for one in plan.differences
    }
    assert shown == {
        "1": ("", 1, True, None),
        "2": ("no request", 2, True, None),
        "3": ("request", None, True, None),
    }
    assert reread.apply(store, plan, window=WINDOW) == 0
    assert cases(store) == {
        1: [("0", "护手霜")],
        3: [("1", "手套")],
        4: [("3", "热水袋")],
    }
    assert planned(store).differences == ()
    merge(store, window=WINDOW)
    assert len(cases(store)) == 3


def test_two_posts_that_are_requests_now_are_one_case_as_shown(
    store: Store, readers: dict[str, Any]
) -> None:
    readers["紫荆"] = no_request
    save(store)
    readers.clear()
    plan = planned(store)
    first, second = plan.differences
    assert second.to_case == -first.post.id
    reread.apply(store, plan, window=WINDOW)
    assert sorted(map(len, cases(store).values())) == [1, 1, 2]
    [joined] = [case for case in store.cases.get(store.cases.open_ids()) if len(case.needs) == 2]
    assert [entry.reason for entry in joined.joined] == ["first", "same contact"]


def test_a_case_that_a_person_touched_keeps_its_posts_and_outcomes(
    store: Store, readers: dict[str, Any]
) -> None:
    save(store)
    [case] = store.cases.get([1])
    split_case(store, case, [2])
    call(store, 2, "no_answer", hours_ago=1)
    before = cases(store)
    readers["白鹭"] = no_request
    readers["帮转"] = without_contacts
    plan = planned(store)
    assert [(one.kept, one.moves) for one in plan.differences] == [(True, False)] * 2
    reread.apply(store, plan, window=WINDOW)
    assert cases(store) == before
    [called] = store.cases.get([2])
    assert [callback.disposition for callback in called.callbacks] == ["no_answer"]


def test_what_changed_since_it_was_shown_is_left_out(store: Store, readers: dict[str, Any]) -> None:
    save(store)
    readers["帮转"] = lambda reading: replace(reading, contacts=(), facilities=(), items=())
    plan = planned(store)
    [case] = store.cases.get([1])
    split_case(store, case, [2])
    assert reread.apply(store, plan, window=WINDOW) == 1
    assert cases(store)[4] == [("1", "面膜")]


@pytest.fixture
def lexicon(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Groups of goods that the lexicon does not have; whoever changes them clears what was read."""
    left_out: set[str] = set()
    read_text = data.read_text

    def read(path: str) -> str:
        lines = read_text(path).splitlines()
        if path == "lexicons/goods.tsv":
            lines = [line for line in lines if left_out.isdisjoint(line.split("\t")[1:2])]
        return "\n".join(lines)

    monkeypatch.setattr(data, "read_text", read)
    names._lexicon.cache_clear()
    yield left_out
    names._lexicon.cache_clear()


def read_anew(store: Store) -> dict[str, tuple[bool, int | None, dict[str, str]]]:
    """Return of each post whether a need stands, its case, and the words that were read."""
    posts = [post for batch in store.posts.known() for post in batch]
    needs = store.needs.of_posts([post.id for post in posts])
    place = {need.id: case.id for case in all_cases(store) for need in case.needs}
    return {
        post.source_id: (
            post.id in needs,
            place.get(needs[post.id].id) if post.id in needs else None,
            reread.words_of(needs[post.id].reading) if post.id in needs else {},
        )
        for post in posts
    }


def all_cases(store: Store) -> list[Case]:
    return store.cases.get(store.cases.all_ids())


@pytest.mark.parametrize(
    ("first", "later", "verdict"),
    [
        ({"clothing", "daily"}, {"protective"}, "request"),
        ({"protective"}, {"clothing", "daily"}, "no request"),
    ],
)
def test_a_changed_lexicon_changes_what_was_shown_and_nothing_else(
    store: Store, lexicon: set[str], first: set[str], later: set[str], verdict: str
) -> None:
    lexicon |= first
    rows = data.read_json_lines("samples/demo.jsonl")
    posts = [
        Post(source_id=row["id"], text=row["text"], author=row.get("author"), posted_at=FIRST)
        for row in itertools.islice(rows, 120)
    ]
    store.posts.save("day", posts, run_id=None)
    flag.flag(store)
    merge(store, window=WINDOW)
    joint = next(case for case in all_cases(store) if len(case.needs) > 1)
    split_id = split_case(store, joint, [joint.needs[-1].id])
    call(store, joint.id, "no_answer", hours_ago=1)

    lexicon ^= first | later
    names._lexicon.cache_clear()
    before = read_anew(store)
    plan = planned(store)
    assert read_anew(store) == before, "nothing is written before it is shown"
    shown = {one.post.source_id: one for one in plan.differences}
    assert {one.verdict for one in plan.differences} == {"", verdict}
    assert any(one.kept for one in plan.differences)
    assert reread.apply(store, plan, window=WINDOW) == 0
    after = read_anew(store)
    told = {key for key, one in shown.items() if one.kept and one.verdict == "no request"}
    assert {key for key in after if after[key] != before[key]} == shown.keys() - told
    for post_id in shown.keys() - told:
        one = shown[post_id]
        (was, case_id, old), (is_one, to_case, new) = before[post_id], after[post_id]
        assert one.verdict == {(False, True): "request", (True, False): "no request"}.get(
            (was, is_one), ""
        )
        assert one.moves == (case_id != to_case)
        assert {name: (a, b) for name, a, b in one.fields} == {
            name: (old.get(name, ""), words)
            for name, words in new.items()
            if old.get(name, "") != words
        }
    called, alone = store.cases.get([joint.id, split_id])
    assert [callback.disposition for callback in called.callbacks] == ["no_answer"]
    assert joint.needs[-1].id in {need.id for need in alone.needs}, "the split stands"
    added = {need.post.source_id for need in alone.needs[1:]}
    assert added <= {key for key, one in shown.items() if one.to_case == split_id}
    assert {one.post.source_id for one in planned(store).differences} == told


def test_only_posts_of_a_time_or_source_are_read(store: Store) -> None:
    save(store)
    since = FIRST + timedelta(hours=2)
    assert reread.plan(store, window=WINDOW, since=since).posts == 2
    assert reread.plan(store, window=WINDOW, source="elsewhere").posts == 0


def test_the_command_shows_and_writes(tmp_path: Path, readers: dict[str, Any]) -> None:
    folder = Folder(tmp_path)
    with folder.store() as store:
        save(store)
    readers["白鹭"] = no_request
    assert "leaves case 2" in folder.run("reread").output
    shown = json.loads(folder.run("reread", "--json").stdout)
    assert [one["verdict"] for one in shown["differences"]] == ["no request"]
    assert "13800138002" not in json.dumps(shown)
    assert "1 written" in folder.run("reread", "--apply").output
    assert "0 would differ" in folder.run("reread").output
