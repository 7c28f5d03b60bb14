"""Old rows of Mastodon are carried over to their uri; what is gone at its source is on the card."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from staged_day import add_case, reading_of

from monitor.digest.posts import post_views
from monitor.digest.thread import thread_of
from monitor.store import Store
from spiders.base.post import Post, Reread
from spiders.mastodon import identity_of

TEXT = "青禾县医院急需口罩，联系13800138001"


def status(number: str, uri: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "uri": uri, "visibility": "public", "content": TEXT, **more}


def saved_before(path: Path, rows: list[tuple[str, bytes]]) -> None:
    """Make a store as the release before it left one, with posts of an id and a raw answer."""
    with Store(path) as store:
        posts = [Post(source_id=source_id, text=TEXT, raw=raw) for source_id, raw in rows]
        store.posts.save("m", posts, run_id=None)
    with closing(sqlite3.connect(path)) as db, db:
        for column in ("pictures", "walk", "gone_at"):
            db.execute(f"ALTER TABLE posts DROP COLUMN {column}")
        db.execute("DELETE FROM _sqlite_migrations WHERE name LIKE '0012%'")


def ids(path: Path) -> list[str]:
    with Store(path) as store:
        return [post.source_id for batch in store.posts.unread() for post in batch]


def test_a_row_by_a_servers_own_id_goes_by_its_uri(tmp_path: Path) -> None:
    uri = "https://a.example/objects/1"
    raw = json.dumps(status("ABC", uri)).encode()
    foreign = b'{"id": "5", "uri": "at://x", "visibility": 1}'
    rows = [("ABC", raw), ("other", raw), ("5", b"\xff"), ("6", b'["uri", "visibility"]')]
    saved_before(tmp_path / "a.db", [*rows, ("7", foreign)])
    assert ids(tmp_path / "a.db") == [uri, "other", "5", "6", "7"]
    with Store(tmp_path / "a.db") as store:
        again = store.posts.save("m", [Post(source_id=uri, text=TEXT)], run_id=None)
    assert (again.new, again.known) == (0, 1)


def test_of_two_rows_of_one_post_the_later_goes_by_the_uri(tmp_path: Path) -> None:
    uri = "https://a.example/objects/1"
    rows = [(number, json.dumps(status(number, uri)).encode()) for number in ("A1", "A2")]
    saved_before(tmp_path / "a.db", rows)
    assert ids(tmp_path / "a.db") == ["A1", uri]


def test_a_boost_is_carried_over_to_its_own_identity(tmp_path: Path) -> None:
    inner = status("1", "https://a.example/objects/1")
    boost = status("B", inner["uri"], reblog=inner, account={"url": "https://b.example/@b"})
    rows = [("1", json.dumps(inner).encode()), ("B", json.dumps(boost).encode())]
    saved_before(tmp_path / "a.db", rows)
    assert ids(tmp_path / "a.db") == [inner["uri"], identity_of(boost)]
    assert identity_of(boost) == "https://a.example/objects/1#https://b.example/@b"


def test_the_card_tells_since_when_a_post_is_gone_and_links_its_pictures(tmp_path: Path) -> None:
    reading = reading_of(TEXT, goods=[("口罩", None, None)], facility="青禾县医院")
    picture = "https://files.example/1.jpg"
    at = datetime(2020, 2, 12, 6, 30, tzinfo=UTC)
    with Store(tmp_path / "a.db") as store:
        case_id = add_case(store, TEXT, reading)
        [post] = [need.post for need in store.cases.get([case_id])[0].needs]
        pictures = (picture, "http://user name/")
        again = Post(
            source_id=post.source_id, text=f"{TEXT}。", walk="a", pictures=pictures, posted_at=at
        )
        store.posts.save(post.source, [again], run_id=None)
        [before] = post_views(thread_of(store.cases.get([case_id])[0]))
        assert (before.gone_at, before.pictures) == (None, (picture,))
        ever = datetime(2100, 1, 1, tzinfo=UTC)
        reread = Reread(walk="a", since=at, until=ever, ids=frozenset())
        assert store.posts.mark_gone(post.source, reread) == 1
        [after] = post_views(thread_of(store.cases.get([case_id])[0]))
        assert after.gone_at is not None and after.words == before.words
