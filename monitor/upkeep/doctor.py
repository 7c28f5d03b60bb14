"""What is wrong with a desk: settings in; findings out, each with what mends it.

Nothing is changed here, and a store is opened only once it is known to be sound.
"""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLateError
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitor.files import scarce
from monitor.settings import Settings
from monitor.store import Store, looking
from monitor.store.runs import is_running
from monitor.store.tombstones import SUFFIX, file_beside
from monitor.upkeep import backup, readiness

_STALE = timedelta(days=7)  # since the last backup
_LATE = timedelta(hours=2)  # that a digest or a reading may come after its time
_AHEAD = timedelta(minutes=5)
_WAIT = 5.0  # seconds for a name or a host
_OLDEST_SQLITE = (3, 37)
_FONTS = ("fc-list", ":lang=zh", "family")
_PACKAGE = "distress-signal-monitor"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong in one area, and what to type; grave: whether the desk suffers from it.

    change: what to change in which file, where no command mends it; "" else.
    """

    area: str
    what: str
    command: str
    grave: bool = True
    change: str = ""


AREAS = (
    "settings", "permissions", "secrets", "store", "forgotten", "backup", "schedule", "disk",
    "clock", "network", "versions", "fonts", "browser",
)  # fmt: skip


def examine(settings: Settings, *, now: datetime, network: bool = True) -> Iterator[Finding]:
    """Yield what is wrong, area by area; network: whether hosts are asked."""
    yield from _readiness(settings)
    yield from _permissions(settings)
    state = looking.state_of(settings.store_path)
    yield from _store(settings, state)
    yield from _key(settings)
    if state == "sound":
        with Store(settings.store_path, create=False) as store:
            yield from _forgotten(store)
            yield from _schedule(settings, store, now)
            yield from _clock(store, now)
    if state != "missing":
        yield from _backup(settings, now)
    yield from _disk(settings)
    if network:
        yield from _network(settings)
    yield from _versions()
    yield from _screen()


def _readiness(settings: Settings) -> Iterator[Finding]:
    for line in readiness.unready(settings):
        before, _, way = line.rpartition(": ")
        if way.startswith("chmod "):
            yield Finding("secrets", before, way)
        elif "environment variable" in line:
            variable = line.partition("environment variable ")[2].split(",")[0].split()[0]
            yield Finding("secrets", line, f"export {variable}=…")
        else:
            yield Finding("settings", line, "distress check")


def _permissions(settings: Settings) -> Iterator[Finding]:
    """Name what others than this user may read though it holds numbers."""
    store = settings.store_path
    beside = [file_beside(store), *(store.with_name(store.name + end) for end in ("-wal", "-shm"))]
    for file in (store, *beside):
        if _is_open(file):
            yield Finding(
                "permissions", f"others may read {file}", f"chmod 600 {shlex.quote(str(file))}"
            )
    for folder in (settings.digest_folder, settings.backup_folder):
        if _is_open(folder) or any(map(_is_open, _below(folder))):
            quoted = shlex.quote(str(folder))
            yield Finding("permissions", f"others may look into {folder}", f"chmod -R go= {quoted}")


def _below(folder: Path) -> Iterable[Path]:
    return folder.rglob("*") if folder.is_dir() else ()


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    except FileNotFoundError:
        return False


def _store(settings: Settings, state: str) -> Iterator[Finding]:
    store, kept = settings.store_path, backup.backups(settings)
    if state == "missing":
        command = "distress restore" if kept else "distress crawl"
        yield Finding("store", f"there is no store {store}", command)
    elif state == "damaged":
        command = "distress restore" if kept else f'sqlite3 {store} ".recover" | sqlite3 saved.db'
        yield Finding("store", f"the store {store} is damaged", command)
    elif state == "older":
        yield Finding("versions", f"the store {store} is of an older release", "distress status")
    elif state == "newer":
        command = f"pip install --upgrade {_PACKAGE}"
        yield Finding("versions", f"the store {store} was written by a newer release", command)


def _key(settings: Settings) -> Iterator[Finding]:
    """Tell where the backups have a key of the forgotten that the store lacks."""
    own = file_beside(settings.store_path)
    kept = settings.backup_folder / f"{settings.store_path.name}{SUFFIX}"
    if not own.exists() and kept.exists():
        command = f"cp -p {shlex.quote(str(kept))} {shlex.quote(str(own))}"
        yield Finding("forgotten", f"the key {own} is missing, so nothing can be kept out", command)


def _forgotten(store: Store) -> Iterator[Finding]:
    if store.tombstones.file.exists() and (
        store.tombstones.behind() or store.forgetting.forgotten_in_clear()
    ):
        yield Finding(
            "forgotten", "what was forgotten stands in the store again", "distress forget again"
        )


def _backup(settings: Settings, now: datetime) -> Iterator[Finding]:
    kept = backup.backups(settings)
    if not kept or now - kept[-1].made_at > _STALE:
        what = f"the last is of {kept[-1].made_at:%Y-%m-%d}" if kept else "there is no backup"
        yield Finding("backup", what, "distress backup")
    elif backup.expired(settings, now):
        yield Finding("backup", "backups that have expired are still there", "distress backup")


def _schedule(settings: Settings, store: Store, now: datetime) -> Iterator[Finding]:
    for source, run in store.runs.latest("crawl").items():
        if run.ended_at is None and not is_running(store.runs.process_of(run.id)):
            name = shlex.quote(source)
            yield Finding(
                "schedule", f"the last run of {source} was killed", f"distress crawl {name}"
            )
    waiting = store.posts.count_unread()
    newest = max(store.posts.newest().values(), default=None)
    if waiting and (newest is None or now - _last_seen(store, now) > _LATE):
        yield Finding("schedule", f"{waiting} posts wait to be read", "distress flag")
    if store.cases.open_ids() and (turn := _last_turn(settings, now)):
        written = last_digest(settings)
        if written is None or (written < turn and now - turn > _LATE):
            told = f"the last is of {written:%Y-%m-%d %H:%M} UTC" if written else "there are none"
            yield Finding("schedule", f"the day's pages are due; {told}", "distress digest")


def _last_seen(store: Store, now: datetime) -> datetime:
    """Return when a crawl last ended, long ago where none has."""
    ends = (run.ended_at for run in store.runs.latest("crawl").values())
    return max((end for end in ends if end), default=now - timedelta(days=365))


def _last_turn(settings: Settings, now: datetime) -> datetime | None:
    here = now.astimezone(settings.zone)
    turns = (
        datetime.combine(here.date() - timedelta(days=days), at, settings.zone)
        for days in (0, 1)
        for at in settings.digest.at
    )
    return max((turn for turn in turns if turn <= here), default=None)


def last_digest(settings: Settings) -> datetime | None:
    """Return when the pages were last written, None where there are none."""
    pages = settings.digest_folder.glob("????-??-??/index.html")
    newest = max((page.stat().st_mtime for page in pages), default=None)
    return None if newest is None else datetime.fromtimestamp(newest, UTC)


def _clock(store: Store, now: datetime) -> Iterator[Finding]:
    runs = store.runs.latest("crawl").values()
    last = max((run.ended_at or run.started_at for run in runs), default=now)
    if last > now + _AHEAD:
        yield Finding(
            "clock",
            f"a run ended at {last:%Y-%m-%d %H:%M} UTC, and this clock says {now:%Y-%m-%d %H:%M}",
            "timedatectl set-ntp true",
        )


def _disk(settings: Settings) -> Iterator[Finding]:
    for folder, free in scarce(settings.store_path, settings.digest_folder, settings.backup_folder):
        command, change = _room(settings, folder)
        what = f"{free // 1_000_000:,} MB are free in {folder}"
        yield Finding("disk", what, command, change=change)


def _room(settings: Settings, folder: Path) -> tuple[str, str]:
    """Return the command that frees room on the disk of a folder, else what to change; "" for none.

    Stores that were put aside go first, then all backups but the newest: a full disk takes no new
    one before they are gone.
    """
    store, device = settings.store_path, folder.stat().st_dev
    asides = sorted(store.parent.glob(f"{store.name}.before-*"))
    older = [one.file for one in backup.backups(settings)[:-1]]
    for files in (asides, older):
        here = [file for file in files if file.stat().st_dev == device]
        if here:
            return f"rm -f -- {' '.join(shlex.quote(str(file)) for file in here)}", ""
    if settings.retention.raw is None and store.exists() and store.stat().st_dev == device:
        return "", (
            'raw = "7d" under [retention] in distress.toml: the answers of sources go; then: '
            "distress digest && distress forget again"
        )
    return "", (
        f"nothing of this desk can go from there. Give the disk of {folder} room, or name another "
        "path under [store], [digest] folder or [backup] folder in distress.toml"
    )


def _network(settings: Settings) -> Iterator[Finding]:
    """Name the hosts of sources whose names nobody knows, or that take no connection."""
    hosts = sorted(
        {
            (parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
            for source in settings.sources
            if source.enabled
            for value in _values(source.options.model_dump())
            if value.startswith(("http://", "https://")) and (parts := urlsplit(value)).hostname
        }
    )
    if not hosts:
        return
    behind_proxy = any(os.environ.get(name) for name in ("HTTPS_PROXY", "https_proxy"))
    pool = ThreadPoolExecutor(8)  # the resolver has no time limit of its own
    asked = [(host, port, pool.submit(_reach, host, port, behind_proxy)) for host, port in hosts]
    for host, port, answer in asked:
        try:
            answer.result(_WAIT * 2)
        except (socket.gaierror, UnicodeError):
            change = (
                "where other names are known, the address under [[sources]] in distress.toml, or "
                "enabled = false there; else a line `nameserver ADDRESS` in /etc/resolv.conf"
            )
            what = f"nobody knows the name {host}"
            yield Finding("network", what, "", change=change)
        except (OSError, TooLateError) as error:
            change = (
                "where this network asks for a proxy, HTTPS_PROXY=http://HOST:PORT in the "
                "environment; else enabled = false under [[sources]] in distress.toml, until it "
                "answers again"
            )
            what = f"{host} port {port} takes no connection: {error}"
            yield Finding("network", what, "", change=change)
    pool.shutdown(wait=False, cancel_futures=True)


def _reach(host: str | None, port: int, behind_proxy: bool) -> None:
    if not behind_proxy:
        socket.create_connection((host or "", port), _WAIT).close()


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _values(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _values(inner)


def _versions() -> Iterator[Finding]:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        yield Finding(
            "versions", f"SQLite {sqlite3.sqlite_version} is too old", "apt-get install -y sqlite3"
        )
    try:
        needed = metadata.requires(_PACKAGE) or []
    except metadata.PackageNotFoundError:
        return  # from a checkout
    missing = [name for name in map(_plain_name, needed) if name and not _is_installed(name)]
    if missing:
        command = f"{sys.executable} -m pip install {' '.join(missing)}"
        yield Finding("versions", f"packages are missing: {', '.join(missing)}", command)


def _plain_name(requirement: str) -> str:
    """Return the name of a package that is needed, "" for one of an extra."""
    name, _, marker = requirement.partition(";")
    words = name.replace("<", " ").replace(">", " ").replace("=", " ").replace("~", " ").split()
    return "" if "extra" in marker else words[0].partition("[")[0]


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _screen() -> Iterator[Finding]:
    """Tell what somebody who looks at the pages on this machine would miss."""
    if shutil.which("fc-list"):
        shown = subprocess.run(_FONTS, capture_output=True, check=False, timeout=30).stdout
        if not shown.strip():
            yield Finding(
                "fonts", "no font has Chinese signs", "apt-get install -y fonts-wqy-zenhei", False
            )
    browsers = ("chromium", "google-chrome", "firefox", "firefox-esr", "microsoft-edge")
    if not any(map(shutil.which, browsers)):
        yield Finding("browser", "there is no browser here", "apt-get install -y chromium", False)
