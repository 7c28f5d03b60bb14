"""Backups hold a whole store at any moment; what is put back knows nothing of the forgotten."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest
from desk_folder import Folder, outcome
from searched import places_of

from monitor import settings
from monitor.errors import DistressError, StoreBusyError
from monitor.store import Store
from monitor.upkeep.backup import backup, backups
from monitor.upkeep.restore import restore
from spiders.base.post import Post

NUMBER = "13800138007"
HERE = Path(__file__).resolve().parents[2]
OPEN = """
import sys
from pathlib import Path
from monitor.store import Store
with Store(Path(sys.argv[1])) as store:
    print(store.posts.count(), flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path)
    folder.add(NUMBER)
    folder.add("13800138008")
    return folder


def configured(folder: Folder, backup_section: str) -> settings.Settings:
    file = folder.path / "distress.toml"
    file.write_text(file.read_text("utf-8") + f"\n[backup]\n{backup_section}\n", "utf-8")
    return settings.load(file)


def the_only(folder: Folder) -> Path:
    [file] = (folder.path / "backups").glob("distress-*")
    return file


def test_a_backup_is_a_whole_store_for_its_owner_alone(folder: Folder) -> None:
    said = folder.run("backup", "--by", "青岚").output
    file = the_only(folder)
    assert str(file) in said and "checked" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT count(*) FROM posts").fetchone() == (2,)
    assert "青岚" in folder.run("audit").output
    assert file.name in folder.run("restore", "--list").output


def test_a_backup_made_amid_writes_hangs_together(folder: Folder) -> None:
    loaded = settings.load(folder.path / "distress.toml")
    stop = threading.Event()

    def write() -> None:
        with Store(loaded.store_path) as store:
            number = 0
            while not stop.is_set():
                number += 1
                posts = [Post(source_id=f"{number}-{n}", text="急需口罩" * 50) for n in range(20)]
                store.posts.save("busy", posts, run_id=None)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [backup(loaded, actor="x", now=datetime(2030, 1, 1, 0, 0, at, tzinfo=UTC)).file
                for at in range(5)]  # fmt: skip
    finally:
        stop.set()
        writer.join()
    for file in made:
        with closing(sqlite3.connect(file)) as db:
            count = db.execute("SELECT count(*) FROM posts WHERE source = 'busy'").fetchone()[0]
            assert count % 20 == 0, "each batch is in it whole or not at all"
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_old_backups_go_on_their_day_and_the_newest_stays(folder: Folder) -> None:
    loaded = configured(folder, 'keep = "7d"')
    start = datetime(2030, 1, 1, tzinfo=UTC)
    for days in (0, 1, 6):
        backup(loaded, actor="x", now=start + timedelta(days=days))
    assert len(backups(loaded)) == 3
    backup(loaded, actor="x", now=start + timedelta(days=7, hours=1))
    assert [one.made_at.day for one in backups(loaded)] == [2, 7, 8]
    backup(loaded, actor="x", now=start + timedelta(days=90))
    assert len(backups(loaded)) == 1


def test_a_backup_that_cannot_be_made_leaves_those_of_before(folder: Folder) -> None:
    folder.run("backup")
    before = the_only(folder).read_bytes()
    store = folder.path / "distress.db"
    content = bytearray(store.read_bytes())
    content[4096 * 3 : 4096 * 12] = b"\xff" * 4096 * 9
    store.write_bytes(content)
    said = folder.run("backup", exit_code=4).output
    assert "not a whole store" in said or "is damaged" in said
    assert the_only(folder).read_bytes() == before
    folder.run("restore")
    with folder.store() as opened:
        assert opened.posts.count() == 2


def test_a_restore_takes_the_forgotten_out_before_anything_reads_it(folder: Folder) -> None:
    folder.run("backup")
    said = folder.run("forget", "number", NUMBER, "--reason", "x", "--yes").output
    old = the_only(folder)
    loaded = settings.load(folder.path / "distress.toml")
    ends = backups(loaded)[0].made_at + timedelta(days=30)
    assert str(old) in said and f"{ends.astimezone(loaded.zone):%Y-%m-%d}" in said
    assert places_of(NUMBER, folder.path) == [f"backups/{old.name}"]
    said = folder.run("restore", old).output
    assert "taken out" in said and "the words of 1 posts" in said
    assert places_of(NUMBER, folder.path) == [f"backups/{old.name}"], "nowhere else, not even aside"
    with folder.store() as store:
        assert store.cases.open_ids() == [2]
        assert store.posts.save("day", [Post(source_id="p", text=f"打{NUMBER}")], run_id=None).known


def test_on_a_new_machine_the_backups_bring_their_key_along(
    folder: Folder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder.run("backup")
    folder.run("forget", "number", NUMBER, "--reason", "x", "--yes")
    other = Folder(tmp_path_factory.mktemp("new"))
    shutil.copytree(folder.path / "backups", other.path / "backups")
    assert "taken out" in other.run("restore").output
    assert places_of(NUMBER, other.path) == [f"backups/{the_only(other).name}"]


def test_where_the_key_is_lost_it_says_so_and_what_then(folder: Folder) -> None:
    folder.run("forget", "number", NUMBER, "--reason", "x", "--yes")
    folder.run("backup")
    for file in folder.path.rglob("*.forgotten"):
        file.unlink()
    (folder.path / "distress.db").unlink()
    said = folder.run("restore", exit_code=4).output
    assert "key" in said and "--without-key" in said
    assert not (folder.path / "distress.db").exists()
    folder.run("restore", "--without-key")
    with folder.store() as store:
        assert store.posts.save("day", [Post(source_id="p", text=f"打{NUMBER}")], run_id=None).new


def test_to_a_recipient_only_the_secret_key_opens_it(folder: Folder) -> None:
    identity = pyrage.x25519.Identity.generate()
    loaded = configured(folder, f'recipient = "{identity.to_public()}"')
    folder.run("backup")
    folder.run("forget", "number", "13800138008", "--reason", "x", "--yes")
    sealed = the_only(folder)
    assert sealed.name.endswith(".db.age")
    for file in (folder.path / "backups").iterdir():
        assert b"SQLite" not in file.read_bytes() and b"distress-forgotten" not in file.read_bytes()
    plain = pyrage.decrypt(sealed.read_bytes(), [identity])
    assert plain[:6] == b"SQLite", "the format is age's own"
    key = folder.path / "key.txt"
    key.write_text(f"# created\n{identity}\n")
    other = folder.path / "other.txt"
    other.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    said = folder.run("restore", "--identity", other, exit_code=1).output
    assert "cannot open" in said and "--identity" in said
    assert "taken out" in folder.run("restore", "--identity", key).output
    with Store(loaded.store_path) as store:
        assert store.posts.count() == 2


def test_by_a_passphrase_of_the_environment(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(folder, 'passphrase = "BACKUP_WORDS"')
    said = folder.run("backup", exit_code=1).output
    assert "BACKUP_WORDS" in said
    monkeypatch.setenv("BACKUP_WORDS", "correct horse battery")
    folder.run("backup")
    assert b"SQLite" not in the_only(folder).read_bytes()
    monkeypatch.setenv("BACKUP_WORDS", "wrong")
    assert "that passphrase" in folder.run("restore", exit_code=1).output
    monkeypatch.setenv("BACKUP_WORDS", "correct horse battery")
    folder.run("restore")


def test_a_store_that_somebody_has_open_is_not_exchanged(folder: Folder) -> None:
    folder.run("backup")
    loaded = settings.load(folder.path / "distress.toml")
    with subprocess.Popen(
        [sys.executable, "-c", OPEN, str(loaded.store_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE,
    ) as desk:  # fmt: skip
        assert desk.stdout and desk.stdin
        assert desk.stdout.readline() == "2\n"
        with pytest.raises(StoreBusyError, match="Stop distress run and distress desk"):
            restore(loaded, the_only(folder), actor="x")
        desk.stdin.write("\n")
    restore(loaded, the_only(folder), actor="x")


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + b"x" * 5000, b"words"])
def test_what_is_no_backup_leaves_the_store_alone(folder: Folder, content: bytes) -> None:
    file = folder.path / "bad.db"
    file.write_bytes(content)
    assert "not a whole store" in folder.run("restore", file, exit_code=4).output
    with folder.store() as store:
        assert store.cases.open_ids() == [1, 2]
    assert [path for path in folder.path.iterdir() if "restoring" in path.name] == []


def test_where_there_is_none_it_says_how_to_make_one(folder: Folder) -> None:
    assert "distress backup" in folder.run("restore", "--list").output
    assert "there is no backup" in folder.run("restore", exit_code=1).output
    loaded = settings.load(folder.path / "distress.toml")
    with pytest.raises(DistressError, match="restore --list"):
        restore(loaded, folder.path / "none.db", actor="x")


def test_an_outcome_of_a_case_that_the_backup_does_not_know_is_put_to_no_other(
    folder: Folder,
) -> None:
    folder.run("backup")
    lost = folder.add("13800138009")
    file = folder.save(outcome("late", case=lost), outcome("kept", case=1))
    folder.run("restore")
    again = folder.add("13800138010")
    assert again == lost + 1
    said = folder.run("callback", "import", file, exit_code=1).output
    assert f"no case {lost}" in said
    assert [one.case_id for one in folder.case(1).callbacks] == [1]
    assert not folder.case(again).callbacks
    folder.run("restore")
    assert folder.add("13800138011") == again + 1, "a second restore gives none again either"


@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_where_the_store_of_before_cannot_tell_numbers_go_on_far_behind(
    folder: Folder, harm: str
) -> None:
    folder.run("backup")
    store = folder.path / "distress.db"
    store.unlink() if harm == "gone" else store.write_bytes(b"\xff" * 20_000)
    folder.run("restore")
    assert folder.add("13800138012") == 10_003


def test_what_a_killed_backup_left_goes_with_the_next_and_one_at_work_stays(folder: Folder) -> None:
    backups_folder = folder.path / "backups"
    backups_folder.mkdir()
    name = ".distress-20300101T000000Z.db"
    dead, older = f"{name}.{2**22 + 7}.part", f"{name}.part"
    left = [dead, f"{dead}-journal", f"{name}.age.{2**22 + 7}.part", older, f"{older}-journal"]
    at_work = f"{name}.{os.getppid()}.part"
    for file in (*left, at_work):
        (backups_folder / file).write_text(NUMBER)
    folder.run("backup")
    assert {file.name for file in backups_folder.iterdir()} == {at_work, the_only(folder).name}
