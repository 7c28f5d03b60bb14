"""The store: what was written stays, whole and once, whatever other processes do to the file."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database
from staged_day import add_case, reading_of

from classifiers.need import Contact, Evidence, Facility, Item, Place, Reading, Urgency
from monitor.errors import StoreBusyError, StoreError
from monitor.store import Store, migrations, posts
from monitor.store.times import from_column, to_column
from spiders.base.post import Post, SetAside

HERE = Path(__file__).resolve().parents[2]
EARLY = datetime(2020, 2, 12, 6, 30, tzinfo=UTC)
WORDS = "紫荆医院急需护手霜40支，联系13800138000"

HOLD = """
import sys, time
from pathlib import Path
from monitor.store import Store
from spiders.base.post import Post
with Store(Path(sys.argv[1])) as store:
    with store.write():
        store.posts.save("other", [Post(source_id="held", text="held")], run_id=None)
        print("holding", flush=True)
        time.sleep(float(sys.argv[2]))
print("released", flush=True)
"""
FILL = """
import sys
from pathlib import Path
from monitor.store import Store
from spiders.base.post import Post
with Store(Path(sys.argv[1])) as store:
    for batch in range(100_000):
        posts = [Post(source_id=f"{batch}-{n}", text="急需口罩", raw=b"x" * 400) for n in range(50)]
        store.posts.save("day", posts, run_id=None)
        print(batch, flush=True)
"""


@contextmanager
def process(code: str, *given: object) -> Iterator[subprocess.Popen[str]]:
    """Run Python code in a process of its own; it is gone at the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, given)], stdout=subprocess.PIPE, text=True, cwd=HERE
    ) as running:
        try:
            yield running
        finally:
            running.kill()


@contextmanager
def writing(path: Path, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold the store's write lock for so long."""
    with process(HOLD, path, seconds) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "holding\n"
        yield running


def texts(store: Store) -> dict[str, str]:
    """Return the texts of the unread posts by source id."""
    return {post.source_id: post.text for batch in store.posts.unread() for post in batch}


def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    """Return what a query finds in the store's file, past the store."""
    with closing(sqlite3.connect(store.path)) as db:
        return db.execute(query).fetchall()


def test_a_new_store_has_every_table_and_says_which_migrations_made_it(store: Store) -> None:
    made = {name for (name,) in rows(store, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"posts", "post_raw", "post_edits", "needs", "cases", "callbacks", "runs"} <= made
    applied = [name for (name,) in rows(store, "SELECT name FROM _sqlite_migrations ORDER BY id")]
    assert applied == sorted(applied)
    assert applied[0] == "0001_posts"


def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    with Store(tmp_path / "a.db") as store:
        store.posts.save("day", [Post(source_id="1", text=WORDS)], run_id=None)
    with Store(tmp_path / "a.db") as store:
        assert texts(store) == {"1": WORDS}


def test_the_folder_of_a_new_store_is_made(tmp_path: Path) -> None:
    with Store(tmp_path / "new" / "folder" / "a.db") as store:
        assert store.posts.count() == 0


def test_a_store_is_in_wal_mode_with_foreign_keys_on(store: Store) -> None:
    assert rows(store, "PRAGMA journal_mode") == [("wal",)]
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"), store.write():
        store.cases.join(99, 99, reason="first", matched_need_id=None)


def test_a_migration_that_fails_leaves_nothing_behind(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(db: Database) -> None:
        db.execute("CREATE TABLE half (id INTEGER)")
        db.execute("DROP TABLE supply_steps")
        db.execute("CREATE TABLE half (id INTEGER)")

    ours = migrations.migrations
    monkeypatch.setattr(ours, "_migrations", list(ours._migrations))
    ours(name="9999_broken")(broken)
    store.posts.save("day", [Post(source_id="1", text=WORDS)], run_id=None)
    before = rows(store, "SELECT type, name, sql FROM sqlite_master ORDER BY name")
    with pytest.raises(StoreError, match="table half already exists"):
        Store(store.path)
    assert rows(store, "SELECT type, name, sql FROM sqlite_master ORDER BY name") == before
    assert rows(store, "SELECT name FROM _sqlite_migrations WHERE name LIKE '9%'") == []
    assert texts(store) == {"1": WORDS}


def test_a_first_migration_that_fails_leaves_an_empty_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = migrations.migrations
    monkeypatch.setattr(ours, "_migrations", list(ours._migrations))
    ours(name="9999_broken")(lambda db: db.execute("nonsense"))
    with pytest.raises(StoreError):
        Store(tmp_path / "a.db")
    monkeypatch.undo()
    with closing(sqlite3.connect(tmp_path / "a.db")) as db:
        assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    with Store(tmp_path / "a.db") as store:
        assert store.posts.count() == 0


def test_a_store_of_a_newer_release_is_refused_and_not_touched(store: Store) -> None:
    with closing(sqlite3.connect(store.path)) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('distress', '0999_from_the_future', 'then')"
        )
        db.commit()
    before = rows(store, "SELECT * FROM _sqlite_migrations")
    with pytest.raises(StoreError, match="newer release .*0999_from_the_future.*Upgrade"):
        Store(store.path)
    assert rows(store, "SELECT * FROM _sqlite_migrations") == before


@pytest.mark.parametrize("content", [b"hello, this is no database " * 99, b"SQLite format 3\0junk"])
def test_a_file_that_is_no_database_is_refused_and_not_touched(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"cannot open the store .*notes\.txt.*distress\.toml"):
        Store(path)
    assert path.read_bytes() == content


def test_a_folder_in_the_stores_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot open the store"):
        Store(tmp_path)


def test_many_processes_may_make_the_store_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from monitor.store import Store; "
        "Store(Path(sys.argv[1])).runs.start('crawl')"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "a.db")], cwd=HERE)
        for _ in range(4)
    ]
    assert [running.wait(120) for running in started] == [0, 0, 0, 0]
    with Store(tmp_path / "a.db") as store:
        assert rows(store, "SELECT count(*) FROM runs") == [(4,)]


def test_a_post_saved_twice_is_one_post(store: Store) -> None:
    post = Post(source_id="1", text=WORDS)
    assert store.posts.save("day", [post, post], run_id=None) == posts.Saved(new=1, known=1)
    assert store.posts.save("day", [post], run_id=None) == posts.Saved(known=1)
    assert store.posts.count() == 1


def test_one_id_in_two_sources_is_two_posts(store: Store) -> None:
    for source in ("day", "night"):
        store.posts.save(source, [Post(source_id="1", text=WORDS)], run_id=None)
    assert store.posts.count() == 2


def test_an_edited_post_keeps_its_first_seen_time_and_its_earlier_words(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = EARLY
    monkeypatch.setattr(posts, "now", lambda: clock)
    for text in ("口罩", "口罩和面膜", "面膜"):
        post = Post(source_id="1", text=text, posted_at=EARLY - timedelta(days=1))
        store.posts.save("day", [post], run_id=None)
        clock += timedelta(hours=1)
    [[stored]] = store.posts.unread()
    assert (stored.text, stored.first_seen_at) == ("面膜", EARLY)
    assert rows(store, "SELECT text, replaced_at FROM post_edits ORDER BY id") == [
        ("口罩", "2020-02-12T07:30:00Z"),
        ("口罩和面膜", "2020-02-12T08:30:00Z"),
    ]


def test_a_change_in_the_reposted_words_is_an_edit(store: Store) -> None:
    for reposted in ("求口罩", "求面膜"):
        post = Post(source_id="1", text="转", reposted_text=reposted, reposted_author="半盏孤灯")
        saved = store.posts.save("day", [post], run_id=None)
    assert saved == posts.Saved(edited=1)
    [[stored]] = store.posts.unread()
    assert stored.words == "转//@半盏孤灯:求面膜"


def test_the_raw_answer_comes_back_byte_for_byte(store: Store) -> None:
    raw = json.dumps({"text": WORDS}).encode() + bytes(range(256)) * 40
    store.posts.save("day", [Post(source_id="1", text=WORDS, raw=raw)], run_id=None)
    [[post]] = store.posts.unread()
    assert store.posts.raw(post.id) == raw
    assert rows(store, "SELECT length(answer) FROM post_raw")[0][0] < len(raw) / 4


def test_the_raw_answer_of_an_edit_replaces_the_earlier_one(store: Store) -> None:
    for text in ("口罩", "面膜"):
        store.posts.save("day", [Post(source_id="1", text=text, raw=text.encode())], run_id=None)
    [[post]] = store.posts.unread()
    assert store.posts.raw(post.id) == "面膜".encode()


def test_a_post_without_a_raw_answer_has_none(store: Store) -> None:
    store.posts.save("day", [Post(source_id="1", text=WORDS)], run_id=None)
    [[post]] = store.posts.unread()
    assert store.posts.raw(post.id) is None


def test_half_surrogate_pairs_become_question_marks_wherever_they_stand(store: Store) -> None:
    half = "half \ud83d pair"
    post = Post(source_id=half, text=half, author=half, url=half, reposted_text="\udc00")
    assert store.posts.save("day", [post], run_id=None).new == 1
    assert store.posts.save("day", [post], run_id=None).known == 1
    [[stored]] = store.posts.unread()
    assert {stored.source_id, stored.text, stored.author, stored.url} == {"half ? pair"}
    store.posts.set_aside("day", SetAside(place=half, reason=half, excerpt=half), run_id=None)
    assert store.posts.list_set_aside()[0][1].excerpt == "half ? pair"


def test_of_characters_that_nobody_sees_only_what_changes_the_words_is_kept(store: Store) -> None:
    text = "bell\x07 nul\x00 after \u202e右"
    store.posts.save("day", [Post(source_id="1", text=text)], run_id=None)
    assert texts(store) == {"1": "bell nul after \u202e右"}


def test_a_batch_that_fails_in_the_middle_leaves_nothing(store: Store) -> None:
    def some() -> Iterator[Post]:
        yield Post(source_id="1", text=WORDS)
        raise OSError("the source broke off")

    with pytest.raises(OSError, match="broke off"):
        store.posts.save("day", some(), run_id=None)
    assert store.posts.count() == 0
    store.posts.save("day", [Post(source_id="2", text=WORDS)], run_id=None)
    assert texts(store) == {"2": WORDS}


def test_a_row_set_aside_twice_is_listed_once(store: Store) -> None:
    for _ in range(2):
        store.posts.set_aside("day", SetAside(place="p.jsonl:7", reason="no text"), run_id=None)
    assert [(name, row.place) for name, row in store.posts.list_set_aside()] == [
        ("day", "p.jsonl:7")
    ]


def test_what_a_source_remembers_is_its_own(store: Store) -> None:
    store.posts.remember("day", "etag", "a")
    store.posts.remember("day", "etag", "b")
    store.posts.remember("night", "etag", "c")
    assert store.posts.marks("day") == {"etag": "b"}


def test_the_newest_post_of_a_source_is_by_its_own_time(store: Store) -> None:
    made = [
        Post(source_id=str(hours), text=WORDS, posted_at=EARLY + timedelta(hours=hours))
        for hours in (5, 9, 1)
    ]
    store.posts.save("day", made, run_id=None)
    assert store.posts.newest() == {"day": EARLY + timedelta(hours=9)}


def test_the_newest_post_of_each_source_is_found_without_reading_them_all(store: Store) -> None:
    for name in ("night", "day", ""):
        store.posts.save(name, [Post(source_id="1", text=WORDS, posted_at=EARLY)], run_id=None)
    store.posts.save("seen", [Post(source_id="1", text=WORDS)], run_id=None)
    found = store.posts.newest()
    assert found.pop("seen") > EARLY, "a post without a time counts by when it was first seen"
    assert found == {"day": EARLY, "night": EARLY, "": EARLY}
    plan = [
        row["detail"] for row in store.connection.db.execute(f"EXPLAIN QUERY PLAN {posts._NEWEST}")
    ]
    read = [step for step in plan if "posts" in step]
    assert read and all("INDEX posts_newest" in step for step in read), plan
    assert not [step for step in read if step.startswith("SCAN")], plan


@pytest.mark.parametrize("year", [1, 20, 1970, 2020, 9999])
def test_a_time_comes_back_as_it_was(year: int) -> None:
    at = datetime(year, 2, 12, 14, 30, 1, tzinfo=UTC)
    assert from_column(to_column(at)) == at


def test_a_time_of_any_zone_is_kept_in_utc() -> None:
    beijing = timezone(timedelta(hours=8))
    assert to_column(datetime(2020, 2, 12, 6, tzinfo=beijing)) == "2020-02-11T22:00:00Z"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without zone"):
        to_column(datetime(2020, 2, 12))


def test_everything_read_in_a_post_comes_back_from_the_store(store: Store) -> None:
    span: dict[str, Any] = {"text": "护手霜", "start": 6, "end": 9}
    reading = Reading(
        flagged=True,
        score=0.93,
        label="request",
        items=(
            Item(**span, name="护手霜", quantity=40, quantity_text="40", unit="支", per="day"),
            Item(**span, name="面膜", quantity=10, quantity_max=20.5, quantity_text="10到20.5"),
        ),
        facilities=(Facility(**span),),
        contacts=(
            Contact(**span, kind="mobile", value="13800138000", person="李", role="护士"),
            Contact(**span, kind="wechat", value="abc_123"),
        ),
        places=(Place(**span, province="湖北", city="晴川", code="429900"),),
        voice="passed on",
        urgency=Urgency(**span, level="critical"),
        evidence=(Evidence(**span, role="lacking"),),
        details={"thanks": [1, "二", None]},
    )
    case = store.cases.get([add_case(store, WORDS, reading)])[0]
    assert case.needs[0].reading == reading
    assert case.needs[0].words == WORDS


def test_a_case_of_many_is_found_with_its_own_needs(store: Store) -> None:
    with store.write():
        made = [
            add_case(store, f"{n}号楼急需口罩", reading_of(f"{n}号楼急需口罩"), agent=None)
            for n in range(3)
        ]
    assert [case.needs[0].words for case in store.cases.get(made[::-1])] == [
        "2号楼急需口罩",
        "1号楼急需口罩",
        "0号楼急需口罩",
    ]


def test_a_second_writer_waits_for_the_first(store: Store) -> None:
    with writing(store.path, 0.6):
        store.posts.save("day", [Post(source_id="1", text=WORDS)], run_id=None)
        assert "held" in texts(store), "the first had ended before"
    assert sorted(texts(store)) == ["1", "held"]


def test_a_writer_that_waits_too_long_is_told_so_and_may_try_again(tmp_path: Path) -> None:
    with Store(tmp_path / "a.db", write_wait=0.2) as store:
        with writing(store.path, 60) as other:
            with pytest.raises(StoreBusyError) as told:
                store.posts.save("day", [Post(source_id="1", text=WORDS)], run_id=None)
            assert told.value.exit_status == 3
            assert "another process has been writing to" in str(told.value)
            assert "a.db" in str(told.value)
            assert "Wait for it to end" in str(told.value)
            other.kill()
            other.wait()
        assert store.posts.save("day", [Post(source_id="1", text=WORDS)], run_id=None).new == 1
        assert texts(store) == {"1": WORDS}


def test_a_reader_is_not_held_up_by_a_writer_and_sees_no_half_transaction(store: Store) -> None:
    store.posts.save("day", [Post(source_id="1", text=WORDS)], run_id=None)
    with writing(store.path, 60) as other:
        assert texts(store) == {"1": WORDS}
        assert other.poll() is None, "the writer was still at it"


def test_the_store_can_be_opened_while_another_process_writes(store: Store) -> None:
    with writing(store.path, 60), Store(store.path, write_wait=0.1) as second:
        assert second.posts.count() == 0


def test_nested_writes_are_one_transaction(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write():
        store.posts.save("day", [Post(source_id="1", text=WORDS)], run_id=None)
        with store.write():
            store.runs.start("flag")
        raise RuntimeError("the stage failed")
    assert store.posts.count() == 0
    assert rows(store, "SELECT count(*) FROM runs") == [(0,)]


def test_the_store_is_whole_after_a_writing_process_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    for turn in range(3):
        with process(FILL, path) as running:
            assert running.stdout is not None
            running.stdout.readline()
            time.sleep(0.05 + turn * 0.07)
            running.send_signal(signal.SIGKILL)
            running.wait()
        with Store(path) as store:
            assert rows(store, "PRAGMA integrity_check") == [("ok",)]
            assert rows(store, "PRAGMA foreign_key_check") == []
            assert store.posts.count() > 0
            assert store.posts.count() % 50 == 0, "a batch is in the store whole or not at all"


def test_a_run_tells_how_far_it_came_and_how_it_ended(store: Store) -> None:
    run_id = store.runs.start("crawl", "day")
    store.runs.progress(run_id, pages=2, new=5, known=1, set_aside=3, newest_post_at=EARLY)
    going = store.runs.get(run_id)
    assert (going.outcome, going.ended_at, going.posts_new, going.newest_post_at) == (
        None,
        None,
        5,
        EARLY,
    )
    store.runs.end(run_id, "blocked", "https://example.org answered 403")
    ended = store.runs.latest("crawl")["day"]
    assert (ended.outcome, ended.message) == ("blocked", "https://example.org answered 403")
    assert ended.ended_at is not None


def test_a_run_that_never_ended_is_closed_as_cut_short(store: Store) -> None:
    killed = store.runs.start("crawl", "day")
    other = store.runs.start("crawl", "night")
    assert store.runs.close_stale("crawl", "day") == 1
    assert store.runs.get(killed).outcome == "cut short"
    assert store.runs.get(other).outcome is None


def test_a_store_made_before_persons_and_codes_keeps_its_contacts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"
    ours = migrations.migrations
    with monkeypatch.context() as patch:
        older = [m for m in ours._migrations if m.name < "0004"]
        patch.setattr(ours, "_migrations", older)
        Store(path).close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO posts (id, source, source_id, text, digest, first_seen_at) "
                   "VALUES (1, 'day', '1', 'a', 'a', '2020-02-12')")  # fmt: skip
        db.execute("INSERT INTO needs (id, post_id, digest, words, score, label, found_at) "
                   "VALUES (1, 1, 'a', 'a', 1, 'request', '2020-02-12')")  # fmt: skip
        db.execute("INSERT INTO contacts (need_id, kind, value, text, start, \"end\") "
                   "VALUES (1, 'mobile', '13800138000', 'a', 0, 1)")  # fmt: skip
    with Store(path) as store:
        [row] = rows(store, "SELECT value, person, role FROM contacts")
        assert row == ("13800138000", None, None)
        assert rows(store, "SELECT code FROM places") == []
