"""The list of unread posts is what a look at every post would find, whatever happens to them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from classifiers.need import NOISE
from monitor.store import Store
from spiders.base.post import Post

SOUGHT = (
    "SELECT id FROM posts WHERE NOT EXISTS (SELECT 1 FROM readings "
    "WHERE readings.post_id = posts.id AND readings.digest = posts.digest)"
)


def ids(store: Store, query: str) -> set[int]:
    return {row[0] for row in store.connection.db.execute(query)}


def step(store: Store, chance: random.Random) -> str:
    """Do something with posts as the line does it; return what."""
    name = str(chance.randrange(12))
    what = chance.choice(["save", "save", "read", "read again", "forget", "clear", "drop"])
    known = [post for batch in store.posts.known(batch=500) for post in batch]
    waiting = [post for batch in store.posts.unread(batch=2) for post in batch]
    if what == "save":  # an old text may come again, which was read before
        store.posts.save(
            "s", [Post(source_id=name, text=f"口罩{chance.randrange(3)}")], run_id=None
        )
    elif what == "read" and waiting:
        store.posts.mark_read(chance.choice(waiting), NOISE, "1")
    elif what == "read again" and known:
        store.posts.mark_read(chance.choice(known), NOISE, chance.choice("12"))
    elif what == "forget" and known:
        store.forgetting.wipe([chance.choice(known).id], whole=False)
    elif what == "clear" and known:
        with store.write():
            store.connection.db.execute(
                "DELETE FROM readings WHERE post_id = ?", [chance.choice(known).id]
            )
    elif what == "drop" and waiting:
        with store.write():
            post, db = chance.choice(waiting).id, store.connection.db
            for table in ("post_raw", "post_edits", "readings"):
                db.execute(f"DELETE FROM {table} WHERE post_id = ?", [post])
            db.execute("DELETE FROM posts WHERE id = ?", [post])
    return what


@pytest.mark.parametrize("seed", range(4))
def test_the_list_is_what_a_look_at_every_post_finds(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with Store(tmp_path / "distress.db") as store:
        seen = set()
        for _ in range(150):
            seen.add(step(store, chance))
            listed = ids(store, "SELECT post_id FROM unread_posts")
            assert listed == ids(store, SOUGHT)
            assert store.posts.count_unread() == sum(map(len, store.posts.unread(batch=3)))
        assert len(seen) == 6


def test_nobody_seeks_among_all_posts(tmp_path: Path) -> None:
    with Store(tmp_path / "distress.db") as store:
        asked: list[str] = []
        store.connection.db.conn.set_trace_callback(asked.append)
        list(store.posts.unread())
        store.posts.count_unread()
        store.connection.db.conn.set_trace_callback(None)
        for query in filter(lambda words: words.startswith("SELECT"), asked):
            plan = [row[3] for row in store.connection.db.execute(f"EXPLAIN QUERY PLAN {query}")]
            assert not [line for line in plan if "SCAN posts" in line or "TEMP B-TREE" in line]
