"""Raw answers parsed again: what is shown is what is written, and nothing of a source is lost."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from crawls import source
from desk_folder import Folder

from monitor import flag
from monitor.crawl import reparse
from monitor.crawl.reparse import AnswerPlan
from monitor.merge import merge
from monitor.settings import load
from monitor.store import Store
from spiders import toutiao
from spiders.base.post import Post

WRITTEN = datetime(2020, 2, 12, 6, 30, tzinfo=UTC)
PLEA = "晴川紫荆医院急需护手霜40支，联系李护士13800138001"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder whose source is of a spider that tells posts by what is kept of them."""
    folder = Folder(tmp_path)
    file = tmp_path / "distress.toml"
    told = [source("news", "toutiao", keywords=["口罩"]), source("files", path="posts.jsonl")]
    file.write_text("\n".join([file.read_text("utf-8"), *told]), "utf-8")
    return folder


def save(store: Store, name: str = "news", **row: Any) -> None:
    """Keep a post as the spider reads it today, with the row that it was read from."""
    given = {"id": "1", "title": PLEA, "publish_time": "1581489000", "media_name": "晴川", **row}
    post = toutiao.ToutiaoSpider.post_from_raw(
        json.dumps(given).encode(), toutiao.ToutiaoOptions(keywords=("口罩",)), WRITTEN
    )
    store.posts.save(name, [post], run_id=None)


def planned(folder: Folder, store: Store) -> AnswerPlan:
    return reparse.plan(store, load(folder.path / "distress.toml"))


def change(monkeypatch: pytest.MonkeyPatch, **fields: Any) -> None:
    """Let the spider read fields otherwise."""
    read = toutiao._post

    def reads(row: Any, problems: list[str]) -> Post:
        post = read(row, problems)
        told = {name: value(post) for name, value in fields.items()}
        return Post(**{**{name: getattr(post, name) for name in post.__slots__}, **told})

    monkeypatch.setattr(toutiao, "_post", reads)


def posts(store: Store) -> list[tuple[str, str | None, datetime | None]]:
    [batch] = store.posts.with_raw()
    return [(kept.post.text, kept.post.author, kept.post.posted_at) for kept in batch]


def test_words_that_are_parsed_otherwise_are_an_edit_and_read(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with folder.store() as store:
        save(store)
        flag.flag(store)
        merge(store, window=timedelta(days=3))
        assert planned(folder, store).corrections == ()
        change(monkeypatch, text=lambda post: f"{post.text}，还要面膜20盒")
        plan = planned(folder, store)
        [one] = plan.corrections
        assert one.fields == (("text", PLEA, f"{PLEA}，还要面膜20盒"),)
        assert posts(store)[0][0] == PLEA, "nothing is written before it is shown"
        assert reparse.apply(store, plan) == 0
        assert posts(store)[0][0] == f"{PLEA}，还要面膜20盒"
        assert planned(folder, store).corrections == ()
        assert store.posts.count_unread() == 1
        flag.flag(store)
        merge(store, window=timedelta(days=3))
        [case] = store.cases.get(store.cases.all_ids())
        assert [entry.reason for entry in case.joined] == ["first", "same post"]
    with closing(sqlite3.connect(folder.path / "distress.db")) as db:
        assert db.execute("SELECT text FROM post_edits").fetchall() == [(PLEA,)]


def test_a_time_and_an_author_are_put_right_for_the_needs_too(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with folder.store() as store:
        save(store)
        flag.flag(store)
        near = timedelta(seconds=90)
        change(monkeypatch, posted_at=lambda post: post.posted_at + near)
        assert planned(folder, store).corrections == (), "5分钟前 is told to the minute"
        change(
            monkeypatch,
            author=lambda _: "晴川护士",
            posted_at=lambda post: post.posted_at + timedelta(hours=8),
        )
        plan = planned(folder, store)
        assert [name for name, _, _ in plan.corrections[0].fields] == ["author", "posted_at"]
        reparse.apply(store, plan)
        assert posts(store) == [(PLEA, "晴川护士", WRITTEN + timedelta(hours=8) + near)]
        assert store.posts.count_unread() == 0
    with closing(sqlite3.connect(folder.path / "distress.db")) as db:
        signs = db.execute("SELECT \"key\" FROM need_signs WHERE kind = 'author'").fetchall()
        assert signs == [("news 晴川护士",)]
        assert db.execute("SELECT count(*) FROM post_edits").fetchone() == (0,)


def test_of_a_post_that_is_cut_in_its_answer_the_words_stay(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with folder.store() as store:
        save(store)
        change(monkeypatch, text=lambda _: PLEA[:10], cut=lambda _: True)
        assert planned(folder, store).corrections == ()


def test_what_changed_since_it_was_shown_is_left_out(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with folder.store() as store:
        save(store)
        change(monkeypatch, author=lambda _: "晴川护士")
        plan = planned(folder, store)
        monkeypatch.undo()
        save(store, title=f"{PLEA}，急")
        assert reparse.apply(store, plan) == 1
        assert posts(store)[0][:2] == (f"{PLEA}，急", "晴川")


def test_the_command_says_what_is_not_told_and_what_holds_no_post(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with folder.store() as store:
        save(store)
        save(store, "files", id="2")
        save(store, "gone", id="3")
        store.posts.save("news", [Post(source_id="4", text="求助", raw=b"<")], run_id=None)
    change(monkeypatch, author=lambda _: "打13800138009")
    done = folder.run("reread", "--answers")
    assert "1 answers parsed, 1 hold no post now; 1 would differ" in done.output
    assert "files: 1 posts are not told" in done.output
    assert "gone: 1 posts are not told" in done.output
    shown = json.loads(folder.run("reread", "--answers", "--source", "news", "--json").stdout)
    assert [one["id"] for one in shown["differences"]] == ["1"]
    assert "13800138009" not in json.dumps(shown)
    assert "1 written" in folder.run("reread", "--answers", "--apply").output
    assert "0 would differ" in folder.run("reread", "--answers").output
