"""A demonstration: bundled posts and calls go in; a desk in the midst of its day comes out.

The two weeks before the day are walked day by day at the store's clock, through the doors that
everybody uses: posts through the collector of crawls, then flag, merge and route; calls through
callback, goods through supply. All of it is invented, and the same each time.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import data
from monitor import callback, flag, merge, route, supply
from monitor.calling.contacts import typed_contact
from monitor.calling.ladder import contacts_of
from monitor.crawl.collector import Collector
from monitor.crawl.keeping import Keeper
from monitor.errors import DistressError
from monitor.settings import Settings
from monitor.store import Store, times
from monitor.supply.progress import progress
from monitor.types import Callback, Case, ConfirmedItem
from spiders.base.post import Post

SETTINGS = "demo.toml"
POSTS = "demo.jsonl"
_PAST = "demo_past.jsonl"
_DAY = timedelta(days=1)
_READ_AT = timedelta(hours=9)  # on each day of the past; its posts come before, its calls after
_HELPERS = ("红会", "商会", "校友会", "老乡会", "志愿车队")
# After how long confirmed goods got how far, line by line in turn: some wait for each stage.
_STAGES = (
    (("committed", 20), ("in transit", 44), ("received", 92)),
    (("committed", 5), ("in transit", 26), ("received", 50)),
    (("committed", 30), ("in transit", 60)),
    (("committed", 22), ("in transit", 47), ("received", 100)),
    (("committed", 40),),
)


@dataclass(frozen=True, slots=True)
class _Call:
    """A call as the table has it.

    post: whose case it was. said: what else was said, such as again MOMENT.
    """

    post: str
    at: datetime
    disposition: str
    note: str
    said: str


def clear(folder: Path) -> None:
    """Remove an earlier demonstration.

    Raises DistressError where the folder holds anything else: nobody's store is to be lost.
    """
    if not folder.exists():
        return
    if any(folder.iterdir()) and not (folder / SETTINGS).is_file():
        raise DistressError(
            f"{folder} does not hold a demonstration; name an empty or a new one: "
            "distress demo FOLDER"
        )
    shutil.rmtree(folder / "digest", ignore_errors=True)
    for file in folder.glob("distress.db*"):
        file.unlink()


def write(folder: Path, *, today: datetime, language: str) -> Path:
    """Write the demonstration's settings and posts; return the settings file.

    The posts' times move by whole days so that the newest is less than a day old.
    """
    posts = list(data.read_json_lines(f"samples/{POSTS}"))
    newest = max(datetime.fromisoformat(post["created_at"]) for post in posts)
    shift = today - newest
    lines = (
        json.dumps(post, ensure_ascii=False) + "\n"
        for post in _shifted(posts, shift - shift % _DAY)
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / POSTS).write_text("".join(lines), encoding="utf-8")
    file = folder / SETTINGS
    text = data.read_text(f"samples/{SETTINGS}")
    file.write_text(text.replace('language = "zh-CN"', f'language = "{language}"'), "utf-8")
    return file


def _shifted(posts: Iterable[dict[str, Any]], shift: timedelta) -> Iterator[dict[str, Any]]:
    for post in posts:
        at = datetime.fromisoformat(post["created_at"]) + shift
        yield {**post, "created_at": at.isoformat()}


def live_past(settings: Settings, *, now: datetime) -> int:
    """Walk the two weeks before the day of `now` through the line; return the number of calls."""
    posts = list(data.read_json_lines(f"samples/{_PAST}"))
    last = datetime.fromisoformat(posts[-1]["created_at"]).date()
    shift = timedelta(days=(now.astimezone(settings.zone).date() - last).days - 1)
    calls = [call for call in _calls(now, shift) if call.post.startswith("past-")]
    with Store(settings.store_path) as store:
        for day, of_day in groupby(
            _shifted(posts, shift), key=lambda post: post["created_at"][:10]
        ):
            morning = datetime.fromisoformat(f"{day}T00:00+08:00") + _READ_AT
            with times.at(morning):
                _read(store, settings, [*of_day])
            for call in calls:
                if morning <= call.at < morning + _DAY:
                    with times.at(call.at):
                        _note(store, settings, call)
        with store.write():
            _bring(store, now)
    return len(calls)


def live_day(settings: Settings, *, now: datetime) -> int:
    """Note the calls of the day itself up to `now`; return the number of them."""
    calls = [call for call in _calls(now) if not call.post.startswith("past-")]
    with Store(settings.store_path, create=False) as store:
        route.route(store, settings)
        for call in calls:
            _note(store, settings, call)
        first, second, third, *_ = store.supplies.lines()[::-1]
        hour = timedelta(hours=1)
        supply.step(store, first.id, "committed", by=_HELPERS[0], now=now - hour / 3)
        supply.step(store, second.id, "committed", by=_HELPERS[1], now=now - hour / 2)
        supply.undo(store, second.id, by=_HELPERS[1], note="记错行了")
        supply.step(
            store, third.id, "requested", amount="0", by=_HELPERS[0], note="院里自己买到了", now=now
        )
    return len(calls)


def _calls(now: datetime, shift: timedelta = timedelta()) -> Iterator[_Call]:
    """Yield the calls of the table; times of the past are moved, others counted from `now`."""

    def moment(words: str) -> datetime:
        if words.endswith("m"):
            return (now + timedelta(minutes=int(words[:-1]))).replace(microsecond=0)
        return datetime.fromisoformat(words) + shift

    for post, at, disposition, note, said in data.read_table("samples/demo_calls.tsv"):
        kind, _, rest = said.partition(" ")
        more = f"again {moment(rest).isoformat()}" if kind == "again" else said
        yield _Call(post, moment(at), disposition, note, more)


def _read(store: Store, settings: Settings, posts: Sequence[Mapping[str, Any]]) -> None:
    """Take posts in as a crawl does, read them, and give their cases to agents."""
    source = settings.sources[0].name
    collector = Collector(Keeper(store, source, store.runs.start("crawl", source)))
    for post in posts:
        collector.add(
            Post(
                source_id=post["id"],
                text=post["text"],
                author=post["author"],
                url=post["url"],
                posted_at=datetime.fromisoformat(post["created_at"]),
            )
        )
    collector.end()
    flag.flag(store)
    merge.merge(store, window=settings.merge.window)
    route.route(store, settings)


def _note(store: Store, settings: Settings, call: _Call) -> None:
    """Note how a call ended, as the agent who has the case does."""
    case = next(
        case
        for case in store.cases.get(store.cases.open_ids())
        if any(need.post.source_id == call.post for need in case.needs)
    )
    contacts = contacts_of(case)
    kind, _, rest = call.said.partition(" ")
    outcome = Callback(
        id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{call.post} {call.at}")),
        case_id=case.id,
        agent=case.agent or settings.agents[0].name,
        disposition=call.disposition,
        attempted_at=call.at,
        note=call.note,
        call_again_at=datetime.fromisoformat(rest) if kind == "again" else None,
        items=_as_written(case) if call.disposition == "need_confirmed" else (),
        contact=contacts[0] if contacts else None,
        new_contact=typed_contact(rest) if kind == "to" else None,
        after_id=case.callbacks[-1].id if case.callbacks else "",
    )
    callback.record(store, outcome, origin="demo", complete=True)
    supply.open_lines(store)


def _as_written(case: Case) -> tuple[ConfirmedItem, ...]:
    """Return the goods of a case with the first amount that its posts tell."""
    items: dict[str, ConfirmedItem] = {}
    for need in case.needs:
        for item in need.reading.items:
            amount = f"{item.quantity:.10g}" if item.quantity is not None else item.quantity_text
            if item.name not in items or not items[item.name].quantity:
                items[item.name] = ConfirmedItem(name=item.name, quantity=amount, unit=item.unit)
    return tuple(items.values())


def _bring(store: Store, now: datetime) -> None:
    """Bring the goods of the past on their way, each as far as the time since allows."""
    for number, line in enumerate(store.supplies.lines()):
        helper = _HELPERS[line.case_id % len(_HELPERS)]
        confirmed_at = line.steps[0].at
        for status, hours in _STAGES[line.case_id % len(_STAGES)]:
            at = confirmed_at + timedelta(hours=hours, minutes=7 * number)
            if at >= now:
                break
            asked = progress(line).asked
            is_half = status == "received" and number % 7 == 3 and asked is not None
            half = f"{asked // 2:f}" if asked is not None and is_half else None
            supply.step(store, line.id, status, amount=half, by=helper, now=at)
