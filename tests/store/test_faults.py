"""A store that cannot be used is told in one line with the way out, and nothing goes lost."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from desk_folder import Folder, outcome
from staged_day import stage

from monitor.errors import StoreError
from monitor.store import Store
from monitor.store.connection import Connection

READING = (
    ("status",), ("case", "list"), ("case", "show", 1), ("supplies",), ("contact", "list"),
    ("callback", "clashes"), ("desk", "sessions"), ("flag",), ("digest",),
    ("callback", "record", 1, "no_answer"), ("contact", "bar", "13800138000", "--reason", "x",
    "--by", "y"), ("case", "split", 1, 1), ("supplies", "step", 1, "received"),
)  # fmt: skip
PAGE = 4096


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of a day, all of it in the one file."""
    folder = Folder(tmp_path_factory.mktemp("staged"))
    with folder.store() as store:
        stage(store, 16)
        store.connection.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder.path


@pytest.fixture
def folder(staged: Path, tmp_path: Path) -> Folder:
    shutil.copytree(staged, tmp_path, dirs_exist_ok=True)
    return Folder(tmp_path)


def one_line(done: Result, *signs: str) -> str:
    """Return the line that a command ended with; it is one, and no traceback."""
    lines = [line for line in done.output.splitlines() if line.startswith("distress: ")]
    assert len(lines) == 1 and "Traceback" not in done.output, done.output
    assert all(sign in lines[0] for sign in signs), lines[0]
    return lines[0]


@pytest.mark.parametrize("command", READING, ids=lambda command: " ".join(map(str, command[:2])))
def test_a_command_that_reads_makes_no_store(tmp_path: Path, command: tuple[object, ...]) -> None:
    done = Folder(tmp_path).run(*command, exit_code=4)
    one_line(done, "there is no store", "distress.db", "[store] path", "distress crawl")
    assert [path.name for path in tmp_path.iterdir()] == ["distress.toml"]


def test_an_empty_file_is_no_store_either(tmp_path: Path) -> None:
    (tmp_path / "distress.db").touch()
    one_line(Folder(tmp_path).run("status", exit_code=4), "there is no store")
    assert not (tmp_path / "distress.db").stat().st_size


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "distress.db").mkdir()
    one_line(Folder(tmp_path).run("status", exit_code=4), "cannot open the store", "[store] path")


def test_a_source_can_be_listed_before_there_is_a_store(tmp_path: Path) -> None:
    assert "archive" in Folder(tmp_path).run("sources").output
    assert not (tmp_path / "distress.db").exists()


@contextmanager
def room_for(pages: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let stores grow by so many pages only, as a full disk does."""
    set_up = Connection._set_up

    def narrowly(self: Connection) -> None:
        set_up(self)
        [count] = self.db.execute("PRAGMA page_count").fetchone()
        self.db.execute(f"PRAGMA max_page_count = {count + pages}")

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "_set_up", narrowly)
        yield


def counts(path: Path) -> dict[str, int]:
    """Return how many rows each table has, read without our own code."""
    with sqlite3.connect(path) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert not plain.execute("PRAGMA foreign_key_check").fetchall()
        tables = plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: plain.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
                for (name,) in tables}  # fmt: skip


@pytest.mark.parametrize("what", ["flag", "import", "record"])
def test_a_full_disk_is_told_and_what_was_there_stays(
    folder: Folder, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "求口罩" * 5_000
    if what == "flag":
        from spiders.base.post import Post

        with folder.store() as store:
            posts = [
                Post(source_id=f"n{n}", text=f"武汉梧桐医院急需N95口罩{n}个" * 40)
                for n in range(80)
            ]
            store.posts.save("day", posts, run_id=None)
    before = counts(folder.path / "distress.db")
    file = folder.save(*(outcome(f"full{n:03}", note=f"{n}{long}"[:19_000]) for n in range(40)))
    command: tuple[object, ...] = {
        "flag": ("flag",),
        "import": ("callback", "import", file),
        "record": ("callback", "record", 1, "no_answer", "--note", long[:19_000]),
    }[what]
    with room_for(2 if what != "flag" else 0, monkeypatch):
        done = folder.run(*command, exit_code=4)
    one_line(done, "is full", "make room", "What was written before stands")
    after = counts(folder.path / "distress.db")
    assert {name: after[name] for name in before if name != "runs"} == {
        name: before[name] for name in before if name != "runs"
    }
    folder.run(*command)  # with room again it goes through


def test_a_full_disk_leaves_no_half_of_a_digest(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor.digest import writing

    folder.run("digest")
    pages = {page: page.read_bytes() for page in (folder.path / "digest").rglob("*.html")}
    written: list[Path] = []

    def full(file: Path, content: bytes) -> None:
        if len(written) == 2:
            raise OSError(28, os.strerror(28), str(file))
        written.append(file)
        file.write_bytes(content)

    monkeypatch.setattr(writing, "write_file", full)
    one_line(folder.run("digest", exit_code=1), "cannot write the pages", "No space left", "stand")
    assert {page: page.read_bytes() for page in pages} == pages
    assert not [path for path in (folder.path / "digest").iterdir() if path.name.startswith(".")]


def test_a_run_counts_only_what_was_committed(store: Store) -> None:
    from monitor.crawl.collector import Collector
    from monitor.crawl.keeping import Keeper
    from spiders.base.post import Post

    collector = Collector(Keeper(store, "day", store.runs.start("crawl", "day")))
    collector.add(Post(source_id="1", text="急需口罩"))
    collector.write()
    [count] = store.connection.db.execute("PRAGMA page_count").fetchone()
    store.connection.db.execute(f"PRAGMA max_page_count = {count}")
    for number in range(200):
        collector.add(Post(source_id=f"m{number}", text=f"{number}急需口罩" * 900))
    with pytest.raises(sqlite3.OperationalError, match="full") as full:
        collector.write()
    collector.fail(full.value)
    store.connection.db.execute(f"PRAGMA max_page_count = {count + 100}")
    collector.end()
    run = store.runs.latest("crawl")["day"]
    assert (run.outcome, run.posts_new, store.posts.count()) == ("cut short", 1, 1)
    assert "is full" in (run.message or "") and "make room" in (run.message or "")


# Zeros, noise, another page in its place, half of it zeros.
TABLES = ("posts", "needs", "cases", "callbacks", "runs", "case_needs")
DAMAGE = (
    lambda page, rng: bytes(len(page)),
    lambda page, rng: rng.randbytes(len(page)),
    None,
    lambda page, rng: page[: len(page) // 2] + bytes(len(page) // 2),
)


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_page_is_told_by_every_command(staged: Path, tmp_path: Path, seed: int) -> None:
    """Eight stores, six commands each: none ends in a traceback or as if nothing were wrong."""
    rng = random.Random(seed)
    shutil.copytree(staged, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "distress.db"
    content = bytearray(path.read_bytes())
    with sqlite3.connect(path) as plain:
        roots = [row[0] for row in plain.execute(
            "SELECT rootpage FROM sqlite_master WHERE type = 'table' AND rootpage > 1 "
            f"AND name IN {TABLES}")]  # fmt: skip
    start = (rng.choice(roots) - 1) * PAGE
    change = DAMAGE[seed % 4]
    page = bytes(content[start : start + PAGE])
    content[start : start + PAGE] = change(page, rng) if change else bytes(content[:PAGE])
    path.write_bytes(content)
    folder = Folder(tmp_path)
    for command in (("status",), ("case", "list"), ("digest",), ("supplies", "--csv"),
                    ("callback", "clashes"), ("flag",)):  # fmt: skip
        done = folder.run(*command, exit_code=4)
        one_line(done, "distress.db", "is damaged", "backup", ".recover")
    assert not (tmp_path / "digest").exists()


def test_damage_met_in_the_middle_of_work_is_told_too(folder: Folder) -> None:
    """What a large store, which is not looked through first, raises while it is read."""
    path = folder.path / "distress.db"
    with sqlite3.connect(path) as plain:
        [root] = plain.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'posts'").fetchone()  # fmt: skip
    content = bytearray(path.read_bytes())
    content[(root - 1) * PAGE : root * PAGE] = bytes(PAGE)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged"), Store(path) as store:
        store.posts.count()
        store.cases.get(store.cases.all_ids())
    with pytest.raises(StoreError, match="is damaged"), Store(path):
        raise ValueError("a value that damage made")


def test_an_error_that_is_no_damage_stays_itself(folder: Folder) -> None:
    with pytest.raises(ValueError, match="mine"), folder.store():
        raise ValueError("mine")


@pytest.mark.parametrize("rest", [0, 20, 40, 3_000, 9_000])
def test_a_truncated_wal_loses_the_last_transactions_whole(
    staged: Path, tmp_path: Path, rest: int
) -> None:
    shutil.copytree(staged, tmp_path / "a")
    folder, copied = Folder(tmp_path / "a"), tmp_path / "b"
    with folder.store() as store:
        first = counts(folder.path / "distress.db")
        for case_id in (1, 2, 3):
            store.cases.assign(case_id, "望舒", "test")
        last = counts(folder.path / "distress.db")
        shutil.copytree(folder.path, copied)  # as it lies there at the moment the power fails
    wal = copied / "distress.db-wal"
    with wal.open("r+b") as file:
        file.truncate(rest)
    (copied / "distress.db-shm").unlink()
    Folder(copied).run("status")
    kept = counts(copied / "distress.db")
    assert first["assignments"] <= kept["assignments"] <= last["assignments"]


def test_a_newer_store_is_refused_by_name(folder: Folder) -> None:
    with folder.store() as store:
        db = store.connection.db.conn
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) SELECT "
            "migration_set, '9999_future', applied_at FROM _sqlite_migrations LIMIT 1"
        )
        db.commit()
    for command in (("status",), ("digest",)):
        one_line(folder.run(*command, exit_code=4), "newer release", "9999_future", "Upgrade")


@pytest.mark.parametrize("command", ["status", "digest"])
@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_store_that_may_only_be_read_says_so(folder: Folder, what: str, command: str) -> None:
    path = folder.path / "distress.db"
    words = [sys.executable, "-m", "monitor.cli", "--config", str(folder.path / "distress.toml")]
    if os.getuid() == 0:  # root may write anything, but for this
        if not shutil.which("setpriv"):
            pytest.skip("setpriv is missing, and root may write anything")
        words = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", *words]
    path.chmod(0o444 if what == "file" else 0o600)
    folder.path.chmod(0o555 if what == "folder" else 0o700)
    try:
        done = subprocess.run(
            [*words, command],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "400"},
        )
    finally:
        folder.path.chmod(0o700)
    assert "Traceback" not in done.stderr
    if (what, command) == ("file", "status"):
        assert (done.returncode, done.stderr) == (0, ""), "to look needs no writing"
        return
    assert done.returncode == 4, done.stdout + done.stderr
    assert "distress.db" in done.stderr and "this user" in done.stderr, done.stderr
