"""What was read in archives elsewhere comes into the store: once, whole, by the same readers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from archived import ENOUGH, NOISE, PLEA, cheap_posts, lines, posts, write_lines
from click.testing import CliRunner

from monitor.cli import main
from monitor.errors import DistressError
from monitor.flag import FlagCounts, flag, needs_file, version
from monitor.flag.archive_readings import read_partition
from monitor.flag.archives import partitions
from monitor.flag.from_file import flag_from
from monitor.store import Store
from monitor.store.targets import Target
from spiders.base.post import Post

TABLES = ("posts", "readings", "needs", "items", "contacts", "facilities", "places", "evidence",
          "need_details", "need_signs", "updates", "update_signs", "set_aside")  # fmt: skip
OF_TIME = {"first_seen_at", "found_at", "read_at", "last_seen_at", "edited_at", "run_id"}
OF_TIME |= {"first_run_id"}


@pytest.fixture
def archive(tmp_path: Path) -> str:
    """An archive with two pleas, a later post, much noise and a broken line."""
    given = lines(posts(12)) + b"nonsense\n" + lines(cheap_posts(20))
    return write_lines(tmp_path / "posts.jsonl", given)


def written(archive: str, reader: str | None = None) -> Path:
    """Read an archive and return its file of needs."""
    out = Path(archive).with_name("needs.parquet")
    needs_file.write(out, map(read_partition, partitions([archive])), reader or version())
    return out


def content(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return what stands in the tables of a store, but for when it came there."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return {
            name: [
                {key: row[key] for key in row.keys() if key not in OF_TIME}  # noqa: SIM118 - of SQLite
                for row in db.execute(f"SELECT * FROM {name} ORDER BY 1, 2")
            ]
            for name in TABLES
        }


def told(store: Store) -> list[tuple[Any, ...]]:
    """Return needs as they are in the store: post, words, and all that was read."""
    return [
        (need.post.source_id, need.post.author, need.post.posted_at, need.words, need.reading)
        for need in store.needs.without_case()
    ]


def test_needs_come_in_as_if_they_had_been_read_here(
    archive: str, store: Store, tmp_path: Path
) -> None:
    counts = flag_from(store, written(archive), source="archive")
    assert counts == FlagCounts(read=4, needs=2, set_aside=1, updates=2)
    with Store(tmp_path / "other.db") as other:
        all_posts = [
            one.post
            for batch in needs_file.read(tmp_path / "needs.parquet", 100)
            for one in batch
            if one.post
        ]
        noise = [Post(source_id=f"n{n}", text=NOISE) for n in range(9)]
        other.posts.save("archive", [*all_posts, *noise], run_id=None)
        flag(other)
        assert told(store) == told(other)
        assert len(told(store)) == 2
        there = content(tmp_path / "other.db")
    here = content(store.path)
    for table in ("needs", "items", "contacts", "need_signs", "updates", "update_signs"):
        assert here[table] == there[table]
    assert [row["text"] for row in here["posts"]] == [PLEA, ENOUGH, PLEA, ENOUGH]
    [aside] = store.posts.list_set_aside("archive")
    assert aside[1].place == f"{archive}:13"


def test_taken_in_twice_nothing_changes(archive: str, store: Store) -> None:
    file = written(archive)
    flag_from(store, file, source="archive")
    before = content(store.path)
    assert flag_from(store, file, source="archive") == FlagCounts(set_aside=1)
    assert content(store.path) == before
    assert flag(store) == FlagCounts()


def test_posts_and_their_needs_come_in_together(
    archive: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(archive)
    monkeypatch.setattr("monitor.flag.from_file.BATCH", 2)
    add, added = store.needs.add, []

    def failing(*given: Any) -> int | None:
        if added:
            raise OSError("the disk is full")
        added.append(given)
        return add(*given)

    monkeypatch.setattr(store.needs, "add", failing)
    with pytest.raises(OSError, match="the disk is full"):
        flag_from(store, file, source="archive")
    tables = content(store.path)
    assert [len(tables[name]) for name in ("posts", "readings", "needs")] == [2, 2, 1]
    monkeypatch.undo()
    flag_from(store, file, source="archive")
    assert [len(content(store.path)[name]) for name in ("posts", "readings", "needs")] == [4, 4, 2]


def test_what_other_readers_read_is_refused_by_name(archive: str, store: Store) -> None:
    file = written(archive, "3-abcdef")
    with pytest.raises(DistressError, match=f"by the readers 3-abcdef, and these are {version()}"):
        flag_from(store, file, source="archive")
    assert store.posts.count() == 0


def test_what_other_readers_read_is_read_here_when_asked_for(archive: str, store: Store) -> None:
    assert flag_from(store, written(archive, "3-abcdef"), source="archive", again=True).read == 0
    assert store.posts.count_unread() == 4
    assert flag(store).needs == 2


def test_a_known_post_keeps_its_reading_unless_older_ones_are_to_be_renewed(
    archive: str, store: Store
) -> None:
    file = written(archive)
    flag_from(store, file, source="archive")
    with store.connection.write() as db:
        db.execute("UPDATE readings SET reader = '3-abcdef'")
    assert flag_from(store, file, source="archive").read == 0
    assert flag_from(store, file, source="archive", again=True).read == 4
    assert len(told(store)) == 2


def test_what_was_forgotten_does_not_come_back(archive: str, store: Store) -> None:
    store.tombstones.add([Target("number", "13800138000")])
    counts = flag_from(store, written(archive), source="archive")
    assert (counts.read, counts.needs) == (2, 0)
    assert {row["text"] for row in content(store.path)["posts"]} == {ENOUGH}


def test_the_command_takes_the_file_in_and_puts_needs_into_cases(
    archive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("distress.toml").write_text('language = "en"\n', encoding="utf-8")
    Store(tmp_path / "distress.db").close()
    run = CliRunner().invoke
    assert run(main, ["classify", "--out", "needs.parquet", archive]).exit_code == 1
    done = run(main, ["flag", "--from", "needs.parquet", "--source", "weibo2020"])
    assert done.exit_code == 0, done.output
    with Store(tmp_path / "distress.db") as store:
        assert len(store.cases.open_ids()) == 1
        assert set(store.posts.newest()) == {"weibo2020"}
    twice = run(main, ["flag", "--from", "needs.parquet", "--source", "weibo2020"])
    assert twice.exit_code == 0
    with Store(tmp_path / "distress.db") as store:
        assert len(store.cases.all_ids()) == 1
    other = written(archive, "3-abcdef")
    refused = run(main, ["flag", "--from", str(other), "--source", "weibo2020"])
    assert (refused.exit_code, "--again" in refused.stderr) == (1, True)
    assert run(main, ["flag", "--from", str(other), "--again"]).exit_code == 0
    door = run(main, ["flag", "--from", str(other), "--again", "--source", "hotline"])
    assert "'hotline' is a door" in door.stderr
