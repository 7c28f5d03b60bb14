"""Doctor names what is wrong with a desk, and the command that it prints mends it."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from desk_folder import TOML, Folder
from keep_store import KEPT, load
from shell import Shell

from monitor import files, settings
from monitor.cli import main
from monitor.store import Store
from monitor.store.times import at, now
from monitor.upkeep import doctor
from monitor.upkeep.backup import backup
from spiders.base.post import Post

NUMBER = "13800138007"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A desk with which nothing is wrong: crawled, with a case, pages and a backup."""
    folder = Folder(tmp_path)
    (tmp_path / "posts.jsonl").write_text("", encoding="utf-8")
    folder.add(NUMBER)
    with folder.store() as store:
        run = store.runs.start("crawl", "day")
        store.runs.end(run, "empty")
    folder.run("digest")
    folder.run("backup")
    shell = Shell(tmp_path)
    shell.put("fc-list", "echo WenQuanYi")
    shell.put("chromium", "true")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    return shell


def looked(*options: str, status: int = 0) -> str:
    """Return what doctor says in the current folder; in this process, which costs a tenth."""
    done = CliRunner().invoke(main, ["doctor", *options], catch_exceptions=False)
    assert done.exit_code == status, done.output
    return done.output


def opened(path: Path) -> Callable[[Shell], None]:
    return lambda desk: (desk.path / path).chmod(0o755 if (desk.path / path).is_dir() else 0o644)


def damage(desk: Shell) -> None:
    store = desk.path / "distress.db"
    content = bytearray(store.read_bytes())
    content[4096 * 3 : 4096 * 12] = b"\xff" * 4096 * 9
    store.write_bytes(content)


def lose(desk: Shell) -> None:
    (desk.path / "distress.db").unlink()


def come_back(desk: Shell) -> None:
    old = (desk.path / "distress.db").read_bytes()
    Folder(desk.path).run("forget", "number", NUMBER, "--reason", "x", "--yes")
    for file in desk.path.glob("distress.db-*"):
        file.unlink()
    (desk.path / "distress.db").write_bytes(old)


def lose_key(desk: Shell) -> None:
    Folder(desk.path).run("forget", "number", NUMBER, "--reason", "x", "--yes")
    (desk.path / "distress.db.forgotten").unlink()


def no_backup(desk: Shell) -> None:
    shutil.rmtree(desk.path / "backups")


def old_backup(desk: Shell) -> None:
    [file] = (desk.path / "backups").iterdir()
    file.rename(file.with_name("distress-20200101T000000Z.db"))


def kill(desk: Shell) -> None:
    with Store(desk.path / "distress.db") as store:
        store.runs.start("crawl", "day")
        store.connection.db.execute("UPDATE runs SET process_id = 99999999 WHERE ended_at IS NULL")


def no_pages(desk: Shell) -> None:
    shutil.rmtree(desk.path / "digest")


def unread(desk: Shell) -> None:
    with Store(desk.path / "distress.db") as store:
        early = datetime.now(UTC) - timedelta(hours=5)
        store.connection.db.execute("DELETE FROM runs")
        with at(early):
            store.runs.end(store.runs.start("crawl", "day"), "ok")
            store.posts.save("day", [Post(source_id="late", text="天气很好")], run_id=None)


def older(desk: Shell) -> None:
    store = desk.path / "distress.db"
    store.unlink()
    load(KEPT / "before-0.2.0.sql", store)
    store.chmod(0o600)


def no_settings(desk: Shell) -> None:
    (desk.path / "distress.toml").unlink()


# Broken how, what is said of it, what is to be typed.
BROKEN = [
    (opened(Path("distress.db")), "permissions: others may read", "chmod 600 .*distress.db"),
    (opened(Path("digest")), "permissions: others may look into", "chmod -R go= .*digest"),
    (opened(Path("backups")), "permissions: others may look into", "chmod -R go= .*backups"),
    (damage, "store: the store .* is damaged", "distress restore"),
    (lose, "store: there is no store", "distress restore"),
    (come_back, "forgotten: what was forgotten stands in the store", "distress forget again"),
    (lose_key, "forgotten: the key .* is missing", "cp -p .*backups/.*"),
    (no_backup, "backup: there is no backup", "distress backup"),
    (old_backup, "backup: the last is of 2020-01-01", "distress backup"),
    (kill, "schedule: the last run of day was killed", "distress crawl day"),
    (no_pages, "schedule: the day's pages are due", "distress digest"),
    (unread, "schedule: 1 posts wait to be read", "distress flag"),
    (older, "versions: the store .* is of an older release", "distress status"),
    (no_settings, "settings: no file distress.toml", "distress init"),
]


@pytest.mark.parametrize(
    ("broken", "said", "command"), BROKEN, ids=[re.sub(r"\W+", "-", case[1]) for case in BROKEN]
)
def test_what_is_broken_is_named_and_the_printed_command_mends_it(
    desk: Shell, broken: Callable[[Shell], None], said: str, command: str
) -> None:
    broken(desk)
    told = looked(status=1)
    assert re.search(rf"^!!  {said}", told, re.M), told
    [printed] = re.findall(r"^    type: (.+)$", told, re.M)
    assert re.fullmatch(command, printed)
    desk.type(printed)
    told = looked()
    assert "!!" not in told and told.count("ok  ") == len(doctor.AREAS)


def test_a_desk_in_order_is_told_area_by_area(desk: Shell) -> None:
    told = looked()
    assert told.splitlines() == [f"ok  {area}" for area in doctor.AREAS]


def test_a_secret_that_others_may_read_is_closed_by_the_printed_command(
    desk: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = desk.path / "cookie"
    secret.write_text("SUB=1", encoding="utf-8")
    secret.chmod(0o644)
    source = '\n[[sources]]\nname = "w"\nspider = "weibo_html"\nkeywords = ["口罩"]\n'
    (desk.path / "distress.toml").write_text(TOML + source, encoding="utf-8")
    monkeypatch.setenv("WEIBO_COOKIE_FILE", str(secret))
    told = looked("--offline", status=1)
    [printed] = re.findall(r"^    type: (.+)$", told, re.M)
    assert printed == f"chmod 600 {secret}"
    desk.type(printed)
    looked("--offline")
    monkeypatch.delenv("WEIBO_COOKIE_FILE")
    told = looked("--offline", status=1)
    assert "export WEIBO_COOKIE=" in told


@pytest.mark.parametrize(
    ("package", "area"), [("fonts-wqy-zenhei", "fonts"), ("chromium", "browser")]
)
def test_what_a_screen_lacks_stops_nothing_and_the_printed_command_brings_it(
    desk: Shell, monkeypatch: pytest.MonkeyPatch, package: str, area: str
) -> None:
    programs = desk.path / "bin"
    (programs / "sh").symlink_to("/bin/sh")
    monkeypatch.setenv("PATH", str(programs))  # the machine's own browser is not seen
    # Debian's manager of packages, as far as these two go: afterwards the program is there.
    brought = {"chromium": "true", "fonts-wqy-zenhei": "echo WenQuanYi"}[package]
    program = programs / {"chromium": "chromium", "fonts-wqy-zenhei": "fc-list"}[package]
    desk.put(
        "apt-get",
        f'[ "$*" = "install -y {package}" ] || exit 100\n'
        f"printf '#!/bin/sh\\n{brought}\\n' > {program} && /bin/chmod 755 {program}",
    )
    if area == "fonts":
        desk.put("fc-list", "true")
    else:
        program.unlink()
    told = looked("--offline")
    assert f"·   {area}: " in told
    [printed] = re.findall(r"^    type: (.+)$", told, re.M)
    desk.type(printed)
    assert f"ok  {area}" in looked("--offline")


def test_a_clock_that_is_behind_is_right_after_the_printed_command(desk: Shell) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=3)):
        told = looked("--offline", status=1)
    assert "!!  clock: a run ended at " in told
    assert "type: timedatectl set-ntp true" in told
    # On a machine this asks a time server; what comes of it is the clock that runs here.
    desk.type("timedatectl set-ntp true")
    assert (desk.path / "typed").read_text() == "timedatectl set-ntp true\n"
    assert "ok  clock" in looked("--offline")


def test_a_name_nobody_knows_and_a_host_that_is_shut_are_told(
    desk: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    sources = "".join(
        f'\n[[sources]]\nname = "{name}"\nspider = "feed"\nurls = ["{url}"]\n'
        for name, url in (("a", "http://nowhere.invalid/f"), ("b", "http://127.0.0.1:9/f"))
    )
    (desk.path / "distress.toml").write_text(TOML + sources, encoding="utf-8")
    told = looked(status=1)
    assert "nobody knows the name nowhere.invalid" in told
    assert "nameserver ADDRESS` in /etc/resolv.conf" in told
    assert "127.0.0.1 port 9 takes no connection" in told
    assert "--  network: not asked" in looked("--offline")
    assert told.count("enabled = false") == 2
    off = sources.replace("\nurls", "\nenabled = false\nurls")
    (desk.path / "distress.toml").write_text(TOML + off, encoding="utf-8")
    assert "ok  network" in looked()


def test_a_clock_that_was_set_back_and_a_full_disk_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path)
    folder.add(NUMBER)
    with folder.store() as store:
        store.runs.end(store.runs.start("crawl", "day"), "empty")
        later = now()
    loaded = settings.load(tmp_path / "distress.toml")
    backup(loaded, actor="x")
    monkeypatch.setattr(files, "_LITTLE", shutil.disk_usage(tmp_path).free * 2)
    found = list(doctor.examine(loaded, now=later - timedelta(days=1), network=False))
    told = {one.area: one for one in found}
    assert told["clock"].command == "timedatectl set-ntp true"
    assert "MB are free" in told["disk"].what


class SmallDisk:
    """A disk with room for so many bytes of a folder."""

    free = property(lambda self: 600_000_000 - sum(
        file.stat().st_size for file in self.folder.rglob("*") if file.is_file()))  # fmt: skip

    def __init__(self, folder: Path) -> None:
        self.folder = folder


def wide(file: Path) -> None:
    """Make a file large that takes no room."""
    with file.open("ab") as content:
        content.truncate(200_000_000)


@pytest.mark.parametrize("left", ["a store put aside", "older backups"])
def test_a_full_disk_has_room_after_the_printed_command(
    desk: Shell, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    newest = list((desk.path / "backups").iterdir())
    if left == "older backups":
        file = desk.path / "backups" / "distress-20270309T000000Z.db"
    else:
        file = desk.path / "distress.db.before-20270310T030000Z"
    wide(file)
    file.chmod(0o600)
    monkeypatch.setattr(files.shutil, "disk_usage", SmallDisk)
    told = looked("--offline", status=1)
    assert "!!  disk: " in told
    [printed] = re.findall(r"^    type: (rm .+)$", told, re.M)
    desk.type(printed)
    assert not file.exists() and list((desk.path / "backups").iterdir()) == newest
    assert "ok  disk" in looked("--offline")


def test_a_full_disk_where_nothing_is_left_over_names_the_line_that_frees_room(
    desk: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(desk.path / "distress.db") as store:
        raw = os.urandom(3_000_000)
        old = datetime.now(UTC) - timedelta(days=9)
        with at(old):
            store.posts.save("day", [Post(source_id="raw", text="天气", raw=raw)], run_id=None)
    size = (desk.path / "distress.db").stat().st_size
    monkeypatch.setattr(files, "_LITTLE", shutil.disk_usage(desk.path).free * 2)
    told = looked("--offline", status=1)
    [line, commands] = re.findall(
        r"^    change: (raw = \"7d\") under \[retention\] in distress.toml.*; then: (.+)$",
        told,
        re.M,
    )[0]
    (desk.path / "distress.toml").write_text(f"{TOML}\n[retention]\n{line}\n", encoding="utf-8")
    desk.type(commands)
    assert (desk.path / "distress.db").stat().st_size < size - 2_000_000
    assert "nothing of this desk can go from there" in looked("--offline", status=1)


def test_a_look_changes_nothing(desk: Shell) -> None:
    older(desk)
    before = (desk.path / "distress.db").read_bytes()
    looked("--offline", status=1)
    assert (desk.path / "distress.db").read_bytes() == before
    with closing(sqlite3.connect(desk.path / "distress.db")) as db, db:
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
                   "VALUES ('distress', '9999_future', '')")  # fmt: skip
    told = looked("--offline", status=1)
    assert "newer release" in told and "pip install --upgrade" in told
