"""A desk that is left alone for a day, and for eight weeks, and what there is at their end."""

from __future__ import annotations

import random
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import pytest
import staged_clock
import world as worlds
from desk_alone import HOUR, Alone, Plan
from forks import forking
from receivers import SECRET
from replayed import logins
from searched import places_of
from world import Plea

DAY = timedelta(days=1)
SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
# The night in which Berlin's clock leaps.
ONE_DAY = Plan(
    begin=datetime(2027, 3, 27, 18, tzinfo=ZoneInfo(BERLIN)),
    length=DAY,
    kills=3,
    a_day=5,
    at_once=6,
    kept=("0.2.0", "0.2.0"),
    upgraded=10 * HOUR,
    zones=((0 * DAY, BERLIN),),
    ahead=(4 * HOUR, 6 * HOUR, 25 * HOUR),
    forgets=(14 * HOUR,),
    restored=17 * HOUR,
    calm=(0 * DAY, 0 * DAY),
)
EIGHT_WEEKS = Plan(
    begin=datetime(2027, 3, 11, tzinfo=ZoneInfo(SHANGHAI)),
    length=56 * DAY,
    kills=100,
    kept=("before-0.2.0", "0.2.0"),
    upgraded=27 * DAY,
    zones=((0 * DAY, SHANGHAI), (12 * DAY, BERLIN), (33 * DAY, SHANGHAI)),
    ahead=(37 * DAY, 38 * DAY, 22 * HOUR),
    forgets=tuple(day * DAY + 14 * HOUR for day in range(3, 52, 4)),
    restored=30 * DAY + 17 * HOUR,
    calm=(42 * DAY, 49 * DAY),
)
Record = Callable[[str, object], None]


@pytest.fixture
def clock() -> Iterator[None]:
    """The clock of the tests as it was, once the test has set it."""
    staged_at, begun = time.time(), time.monotonic()
    yield
    staged_clock.set_to(staged_at + time.monotonic() - begun)


@pytest.mark.usefixtures("clock")
def test_a_day_alone(
    tmp_path: Path, record_property: Record, request: pytest.FixtureRequest
) -> None:
    left_alone(ONE_DAY, tmp_path, request.config.getoption("--seed"), record_property)


@pytest.mark.long
@pytest.mark.usefixtures("clock")
def test_eight_weeks_alone(
    tmp_path: Path, record_property: Record, request: pytest.FixtureRequest
) -> None:
    alone = left_alone(EIGHT_WEEKS, tmp_path, request.config.getoption("--seed"), record_property)
    assert_flat(alone)


def left_alone(plan: Plan, folder: Path, seed: int, record: Record) -> Alone:
    """Leave a desk alone as planned, hold that nothing was lost or came twice, and tell figures."""
    begun, cpu = time.monotonic(), _cpu()
    world = worlds.made(seed, plan.begin - DAY, plan.length / DAY + 3, a_day=plan.a_day)
    with (
        pytest.MonkeyPatch.context() as patch,
        logins(),
        worlds.serving(world),
        forking() as forks,
    ):
        patch.setenv("WEEKS_GROUP", world.group.url)
        patch.setenv("WEEKS_SECRET", SECRET)
        alone = Alone(folder, plan, world, forks, random.Random(seed))
        try:
            alone.run()
        finally:
            alone.close()
    _record(alone, record, time.monotonic() - begun, _cpu() - cpu)
    assert alone.kills >= plan.kills
    assert_all_stored(alone)
    assert_forgotten(alone)
    for name, value in announced(alone).items():
        record("finding", f"{value:7} {name}")
    return alone


def assert_all_stored(alone: Alone) -> None:
    """Hold that each post that was served is, or was, in the store; that it is so once was held."""
    forgotten = [(one.plea, one.kind) for one in alone.forgotten]
    for mount, ids in alone.world.due(alone.now - 2 * HOUR, forgotten).items():
        assert not ids - alone.ledger.seen[mount], f"{mount} lacks posts"
    assert not alone.ledger.messages("sending")


def assert_forgotten(alone: Alone) -> None:
    """Hold that no file names whom it was asked to forget, but backups of before."""
    for one in alone.forgotten:
        found = places_of(one.name, alone.config.parent)
        left = [
            file
            for file in found
            if Path(file.partition(":")[0]).name not in one.backups and ".before-" not in file
        ]
        assert not left, f"{one.kind} {one.name} is in {left}"


def announced(alone: Alone) -> dict[str, int]:
    """Hold what the outbox promises of each pressing plea; return how many were told how often.

    It is told once, and once more with a mark only where nobody could know whether it had arrived:
    the process that sent it was killed before it noted the answer, and somebody said `distress
    notify retry --unsure`. A store that was put back knows nothing of what it told since.
    """
    told = alone.world.group.told_of("紧急")
    counts: Counter[str] = Counter()
    for plea in _pressing(alone):
        lines = told.get(plea.ward, [])
        again = [line for line in lines if line.endswith("（可能重复）")]
        came_back = alone.lost and alone.lost[0] - 2 * DAY < plea.at < alone.lost[1]
        if not lines:
            assert alone.was_called_first(plea), f"nobody was told of {plea}"
            counts["called by an agent before anybody could be told"] += 1
        elif len(lines) == 1:
            counts["told once"] += 1
        elif len(lines) - len(again) == 1:
            counts["told again with the mark of a repeat"] += 1
        else:
            assert came_back, f"{plea} was told {len(lines)} times: {lines}"
            counts["told again by the store that was put back"] += 1
    return {f"pressing pleas {what}": count for what, count in sorted(counts.items())}


def _pressing(alone: Alone) -> list[Plea]:
    names = {one.plea.ward for one in alone.forgotten}
    return [
        plea
        for plea in alone.world.pleas.values()
        if plea.pressing and plea.at <= alone.now - 2 * HOUR and plea.ward not in names
    ]


def assert_flat(alone: Alone) -> None:
    """Hold that memory and files stay as they are, week after week."""
    begin, (since, until) = alone.plan.begin, alone.plan.calm
    calm = [(pid, at, used) for pid, at, used in alone.memory if since <= at - begin < until]
    [pid] = {pid for pid, at, _ in calm if at - begin > since + DAY}
    used = [(at, memory) for one, at, memory in calm if one == pid]
    first = median(memory for at, memory in used if DAY <= at - begin - since < 2 * DAY)
    last = median(memory for at, memory in used if at - begin >= until - DAY)
    assert last < 1.1 * first, f"{first} kB in the second day of a process, {last} in the last"
    earlier, later = (
        [one for one in alone.sizes if from_ <= one.at - begin < from_ + 14 * DAY]
        for from_ in (14 * DAY, 42 * DAY)
    )
    for part in ("log", "pages", "backups", "outbox"):
        before, after = (max(getattr(one, part) for one in some) for some in (earlier, later))
        assert after < 1.3 * before, f"{part} grew from {before} to {after}"
    # What counts stays for good: a row for each post with a need, its words gone.
    rows = [one.store / one.ever for one in (earlier[-1], later[-1])]
    assert rows[1] < 1.1 * rows[0], f"{rows} bytes of the store for each post it ever had"


def _record(alone: Alone, record: Record, seconds: float, cpu: float) -> None:
    """Tell what a desk went through; pytest prints it at the end."""
    days = (alone.now - alone.plan.begin) / DAY
    cases = len([plea for plea in alone.world.pleas.values() if plea.at <= alone.now])
    posts = sum(map(len, alone.ledger.seen.values()))
    told = [
        (f"{days:.1f}", "days"),
        (f"{seconds:.0f}", f"seconds, {cpu:.0f} of CPU"),
        (posts, "posts stored"),
        (cases, "pleas"),
        (alone.kills, "processes killed"),
        (alone.ledger.messages("sent"), "messages sent that are still kept"),
        *((count, what) for what, count in sorted(alone.counts.items())),
    ]
    for count, what in told:
        record("finding", f"{count:>7} {what}")
    for size in alone.sizes[:: max(1, len(alone.sizes) // 8)]:
        record(
            "finding",
            f"{size.at:%m-%d}: store {size.store >> 10} kB with {size.posts} posts, log "
            f"{size.log >> 10}, pages {size.pages >> 10}, backups {size.backups >> 10}, outbox "
            f"{size.outbox} messages",
        )
    by_pid: dict[int, list[int]] = {}
    for pid, _, memory in alone.memory:
        by_pid.setdefault(pid, []).append(memory)
    longest = max(by_pid.values(), key=len)
    record(
        "finding",
        f"the schedule that lived longest, {len(longest)} turns: {longest[0] >> 10} MB at first, "
        f"{longest[len(longest) // 2] >> 10} halfway, {longest[-1] >> 10} at last",
    )


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)
