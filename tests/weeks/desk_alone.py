"""A desk that is left alone for a while: a plan goes in; what it went through and left comes out.

Its schedule, desk, commands and crawls are real processes, which are killed. The clock goes in
steps: the true one of world and agents, and the machine's, which may be wrong for a time.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import staged_clock
from agents import NAMES, Agents, Stubborn, page_of, save
from checks import Ledger, Sizes, assert_whole
from forks import Forks, Schedule
from keep_store import KEPT, load, put_down
from replayed import told
from world import MOUNTS, SHOWN, Plea, World, source_of

from monitor.upkeep.backup import time_of

STEP = timedelta(hours=1)
HOUR = timedelta(hours=1)
_LAST = 14 * HOUR  # until every source comes to its turn
_PATIENCE = 3 * HOUR  # until another process is to be killed where this one does not come to it
_WAYS = ("schedule", "moment", "crawl", "command", "desk", "before taking", "after taking")
_SETTINGS = """
timezone = "{zone}"
[retention]
raw = "2d"
posts = "10d"
cases = "10d"
pages = "3d"
audit = "10d"
[backup]
at = ["04:00"]
keep = "4d"
[digest]
at = ["08:00"]
[crawl]
retries = 0
[messages]
keep = "7d"
timeout = "5s"
[[messages.channels]]
name = "group"
service = "dingtalk"
address = "WEEKS_GROUP"
secret = "WEEKS_SECRET"
[[agents]]
name = "{agents[0]}"
lead = true
[[agents]]
name = "{agents[1]}"
[[agents]]
name = "{agents[2]}"
"""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a desk goes through; moments are lengths from its begin.

    kept: the version of the store that it begins with; upgraded: when it comes by another that the
        second of `kept` was of. zones: from when on which. ahead: from when to when its clock is
        wrong, and by how much. calm: from when to when no schedule is killed.
    """

    begin: datetime
    length: timedelta
    kills: int
    kept: tuple[str, str]
    upgraded: timedelta
    zones: tuple[tuple[timedelta, str], ...]
    ahead: tuple[timedelta, timedelta, timedelta]
    restored: timedelta
    forgets: tuple[timedelta, ...]
    calm: tuple[timedelta, timedelta]
    a_day: int = 8  # posts of each source
    at_once: int = 12  # outcomes of an agent in a shift


@dataclass(frozen=True)
class Gone:
    """Whom it was asked to forget, by which kind of name; backups: those that were there then."""

    plea: Plea
    kind: str
    backups: frozenset[str]

    @property
    def name(self) -> str:
        """What nothing is to hold any more."""
        return self.plea.author if self.kind == "author" else self.plea.number


@dataclass
class Alone:
    """A desk and its world, going from moment to moment.

    counts: what it went through. memory: of the schedule in kB, by the process and the moment.
    """

    folder: Path
    plan: Plan
    world: World
    forks: Forks
    chance: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[int, datetime, int]] = field(default_factory=list)
    sizes: list[Sizes] = field(default_factory=list)
    forgotten: list[Gone] = field(default_factory=list)
    lost: tuple[datetime, datetime] | None = None  # what came between is not in the restored store

    def __post_init__(self) -> None:
        self.now = self.plan.begin
        self.elapsed = 1000.0
        self.config = self.folder / "desk" / "distress.toml"
        self.config.parent.mkdir()
        self.papers = self.folder / "agents"
        self.papers.mkdir()
        self.agents = Agents(self.chance)
        self.ledger = Ledger(self.store)
        self.zone = ZoneInfo("UTC")
        self._armed, self._armed_at = "", self.now
        self._schedule: Schedule | None = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._todo = sorted(self._events(), key=lambda event: event[0])
        self._aside: list[tuple[datetime, Path]] = []

    @property
    def store(self) -> Path:
        """Where its store is."""
        return self.config.parent / "distress.db"

    @property
    def machine_now(self) -> datetime:
        """What the machine takes for the time."""
        since, until, by = self.plan.ahead
        wrong = since <= self.now - self.plan.begin < until
        return self.now + by if wrong else self.now

    def run(self) -> None:
        """Go through all of it."""
        load(KEPT / f"{self.plan.kept[0]}.sql", self.store)
        self._set_clock()
        self._write_settings(self.plan.zones[0][1])
        self.kill_next("command")
        self.command("status", most=900)
        while self.now < self.plan.begin + self.plan.length or self._kills_due():
            self._step()
        self.world.spells = []
        self._step(_LAST)
        self.morning()
        self._step()
        self._end_schedule()
        self.night()

    def close(self) -> None:
        """Leave nothing at work."""
        if self._schedule is not None:
            self._schedule.kill()
        self._socket.close()

    def _step(self, by: timedelta = STEP) -> None:
        self.now += by
        self.elapsed += by.total_seconds()
        self._set_clock()
        self.world.show(self.now)
        while self._todo and self.plan.begin + self._todo[0][0] <= self.now:
            self._todo.pop(0)[1]()
        if self._kills_due() and (not self._armed or self.now - self._armed_at > _PATIENCE):
            ways = [way for way in _WAYS if way in ("crawl", "command", "desk") or not self._calm()]
            over = self.now >= self.plan.begin + self.plan.length
            self.kill_next("moment" if over else self.chance.choice(ways))
        self.turn()

    def _set_clock(self) -> None:
        staged_clock.set_to(self.now.timestamp(), children=self.machine_now.timestamp())

    def _kills_due(self) -> bool:
        """Tell whether fewer processes were killed than should have been by now."""
        part = min(1.0, (self.now - self.plan.begin) / (self.plan.length * 0.9))
        return self.kills < self.plan.kills * part

    def _calm(self) -> bool:
        since, until = self.plan.calm
        return since <= self.now - self.plan.begin < until

    @property
    def kills(self) -> int:
        """How many processes were killed."""
        return sum(self.counts[f"killed: {way}"] for way in _WAYS)

    def kill_next(self, way: str) -> None:
        """Have a process killed as soon as there is one."""
        self._armed, self._armed_at = way, self.now

    def _killed(self, way: str) -> None:
        self.counts[f"killed: {way}"] += 1
        self._armed = ""
        assert_whole(self.config.parent)

    # What the machine does.

    def turn(self) -> None:
        """Let the schedule do what is due, again and again where it is killed."""
        while True:
            if self._schedule is None:
                self._schedule = self.forks.begin(self.config)
            schedule, way, orders, timer = self._schedule, self._armed, {}, None
            pid = schedule.process.pid
            self.world.group.kill = partial(_kill, pid)
            if way == "schedule":
                orders["dies"] = self.chance.randint(1, 2500)
            elif way == "crawl":
                orders["crawl_dies"] = self.chance.randint(1, 150)
            elif way == "moment":
                timer = threading.Timer(self.chance.uniform(0, 0.7), _kill, [pid])
                timer.start()
            elif way.endswith("taking"):
                self.world.group.on_request = [way == "after taking"]
            said = schedule.turn(self.machine_now.timestamp(), self.elapsed, **orders)
            self.world.group.on_request = []
            if timer:
                timer.join()
            if said is not None:
                self._hear(said, pid)
                return
            status = schedule.end()
            assert status == -signal.SIGKILL, f"the schedule ended by itself with {status}"
            self._schedule = None
            self._killed(way or "moment")
            # It is begun again by its manager a little later.

    def _hear(self, said: dict[str, Any], pid: int) -> None:
        crashed = [job for job in said["jobs"] if job[1] == "crashed"]
        assert not crashed, crashed
        for name, ended, told_ in said["jobs"]:
            self.counts[f"job {name.split()[0]} {ended}"] += 1
            if ended == "failed":
                self.counts[f"failed: {name}: {told_[:80]}"] += 1
        for _ in range(said["crawls_killed"]):
            self._killed("crawl")
        self.memory.append((pid, self.now, said["memory"]))

    def _end_schedule(self) -> None:
        if self._schedule is not None:
            status = self._schedule.end()
            self._schedule = None
            if status == -signal.SIGKILL:
                self._killed(self._armed or "moment")

    def command(self, *words: object, expect: tuple[int, ...] = (0,), most: int = 400) -> str:
        """Give a command, again where it is killed; return what it said.

        most: it is killed before so many statements, where one is to be.
        """
        while True:
            dies = self.chance.randint(1, most) if self._armed == "command" else 0
            status, said = self.forks.command(self.config, *words, statements=dies)
            if status == -signal.SIGKILL:
                self._killed("command")
                continue
            assert status in expect and "Traceback" not in said, f"{words} {status}: {said}"
            self.counts[f"command {words[0]}"] += 1
            return said

    def _write_settings(self, zone: str) -> None:
        """Write the settings with another time zone; the schedule begins anew with them."""
        self._end_schedule()
        self.zone = ZoneInfo(zone)
        tables = [
            told(
                self.world.replay,
                mount.partition("~")[0],
                called=source_of(mount),
                **({"urls": [f"{self.world.replay.base_url(mount)}/feed.xml"]}
                   if mount.startswith("feed") else {}),
                **({"every": "8h"} if number % 4 == 1 else {"at": ["02:30", "13:00"]}),
            )
            for number, mount in enumerate(MOUNTS)
        ]  # fmt: skip
        text = _SETTINGS.format(zone=zone, agents=NAMES) + "\n".join(tables)
        self.config.write_text(text, encoding="utf-8")

    # What people do, and when.

    def _events(self) -> Iterator[tuple[timedelta, Callable[[], None]]]:
        plan = self.plan
        for since, zone in plan.zones[1:]:
            yield since, lambda zone=zone: self._write_settings(zone)
        yield plan.upgraded, self.upgrade
        yield plan.restored, self.restore
        for at in plan.forgets:
            yield at, self.forget
        day = timedelta(0)
        while day < plan.length:
            yield day + 9.5 * HOUR, self.morning
            yield day + 11 * HOUR, lambda: self.shift_at_desk(NAMES[0], NAMES[2])
            yield day + 16 * HOUR, lambda: self.shift_by_file(NAMES[1])
            yield day + 20 * HOUR, self.evening
            yield day + 22.5 * HOUR, self.night
            day += timedelta(days=1)

    def morning(self) -> None:
        """Send again what may not have arrived, import all files of yesterday once more."""
        self.command("notify", "retry", "--unsure")
        self.command("status", expect=(0, 1))
        for _, old in self._aside:
            for file in old.parent.glob(f"{old.name}*"):
                file.unlink()
        self._aside = []
        for file in sorted(self.papers.glob("*.json"))[-2:]:
            self._import(file)

    def shift_at_desk(self, *agents: str) -> None:
        """Let agents note outcomes at the desk while the schedule does what is due."""
        dies = self.chance.randint(30, 600) if self._armed == "desk" else 0
        desk = [self._begin_desk(dies)]

        def again() -> bool:
            status = desk[0].wait()
            assert status == -signal.SIGKILL, f"the desk ended by itself with {status}"
            self._killed("desk")
            desk[0] = self._begin_desk(0)
            return True

        try:
            with ThreadPoolExecutor(1) as beside:
                turn = beside.submit(self.turn)
                for agent in agents:
                    self._sit(Stubborn(self._socket.getsockname()[1], again), agent)
                turn.result()
        finally:
            desk[0].terminate()
            desk[0].wait()

    def _begin_desk(self, dies: int) -> Any:
        return self.forks.start("desk", [str(self.config)], self._socket.fileno(), statements=dies)

    def _sit(self, browser: Stubborn, agent: str) -> None:
        def link() -> str:
            status, said = self.forks.command(self.config, "desk", "link", agent)
            assert status == 0, said
            return re.search(r"/sign-in/([\w-]+)", said)[1]  # type: ignore[index]

        page = browser.sign_in(link)
        for one, became in browser.note(self.agents.outcomes(page, agent, self.plan.at_once)):
            if became in ("added", "known"):
                self.agents.confirm([one], "desk")
                self.counts["outcomes at the desk"] += 1
            else:
                self.counts[f"refused: {became}"] += 1

    def shift_by_file(self, agent: str) -> None:
        """Let an agent note outcomes on the page of the day, and import the file."""
        day = f"{self.machine_now.astimezone(self.zone):%Y-%m-%d}"
        file = self.config.parent / "digest" / day / f"{agent}.html"
        if not file.exists():
            self.counts["no page for a shift"] += 1
            return
        page = page_of(file.read_text(encoding="utf-8"))
        outcomes = self.agents.outcomes(page, agent, self.plan.at_once)
        self._import(save(self.papers, agent, page["store"], outcomes))

    def _import(self, file: Path) -> None:
        said = self.command("callback", "import", file, expect=(0, 1))
        outcomes = json.loads(file.read_text(encoding="utf-8"))["outcomes"]
        there = self.ledger.callbacks()
        held = [one for one in outcomes if one["id"] in there]
        self.counts["outcomes by file"] += sum(one["id"] not in self.agents.noted for one in held)
        self.counts["refused in a file"] += len(outcomes) - len(held)
        assert len(held) == len(outcomes) or "outcome" in said, said
        self.agents.confirm(held, "file")

    def was_called_first(self, plea: Plea) -> bool:
        """Tell whether an agent noted a call to a plea's number."""
        return any(one.number == plea.number for one in self.agents.noted.values())

    def evening(self) -> None:
        """Note how some goods went on."""
        for line, status in self.ledger.goods_underway(self.chance, 6):
            self.command("supplies", "step", line, status, "--anyway", expect=(0, 1))

    def night(self) -> None:
        """Look whether all is there and whole."""
        assert_whole(self.config.parent)
        day = f"{self.machine_now.astimezone(self.zone):%Y-%m-%d}"
        pages = {page.name for page in (self.config.parent / "digest" / day).glob("*.html")}
        assert {"index.html", *(f"{agent}.html" for agent in NAMES)} <= pages, f"{day} has none"
        self.ledger.note_posts()
        self.ledger.assert_outcomes(self.agents.noted.values())
        for one in self.forgotten:
            self.ledger.assert_forgotten(one.plea, one.kind)
        self.sizes.append(
            Sizes.of(self.config.parent, self.now, sum(map(len, self.ledger.seen.values())))
        )

    def forget(self) -> None:
        """Forget somebody whose posts are still served, and who goes on to write."""
        kind = ("author", "number")[len(self.forgotten) % 2]
        known = {one.plea.ward for one in self.forgotten}
        recent = [
            plea
            for plea in self.world.pleas.values()
            if timedelta(hours=6) < self.now - plea.at < timedelta(days=2)
            and plea.ward not in known
            and self.ledger.has(plea)
        ]
        plea = self.chance.choice(recent)
        backups = (self.config.parent / "backups").glob("*.db")
        gone = Gone(plea, kind, frozenset(file.name for file in backups))
        self.ledger.note_posts()
        self.command("forget", kind, gone.name, "--reason", "本人要求", "--yes", most=300)
        self.forgotten.append(gone)
        self.world.again(plea, self.now + timedelta(hours=5))
        self.world.again(plea, self.now + timedelta(days=2))
        self.counts["forgotten"] += 1

    def upgrade(self) -> None:
        """Have the store as an older release would have it, and come by this one again."""
        self._end_schedule()
        self.command("backup")
        put_down(KEPT / f"{self.plan.kept[1]}.sql", self.store)
        self.kill_next("command")
        self.command("status", expect=(0, 1), most=900)
        self.counts["upgraded"] += 1

    def restore(self) -> None:
        """Put the newest backup back; what came after it comes again, as far as it can."""
        self._end_schedule()
        self.ledger.note_posts()
        said = self.command("restore")
        self.counts["restored"] += 1
        made_at = time_of(Path(re.search(r"put back (\S+)", said)[1]))  # type: ignore[index]
        assert made_at is not None
        self.lost = (made_at, self.now)
        self._aside += [(self.now, self.config.parent / name) for name in
                        re.findall(r"(distress\.db\.before-\S+Z)", said)]  # fmt: skip
        # Whatever is not in the backup has to come again.
        there_again = self.ledger.posts()
        for mount, posts in self.world.posts.items():
            later = {post.id for post in posts if post.posted_at > made_at - SHOWN}
            self.ledger.seen[mount] -= later - there_again[mount]
        there = self.ledger.callbacks()
        gone = [key for key in self.agents.noted if key not in there]
        for key in gone:
            del self.agents.noted[key]
        self.counts["outcomes lost by the restore until imported again"] += len(gone)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
