"""Measure what analysts wait for: a made store goes in, seconds and times of a scan come out.

usage: python benchmarks/analysts.py [POSTS [CASES]]

By default 100,000 posts and 2,000 cases; 1000000 20000 is the size that docs tell of, and takes
some minutes to make. Posts are form letters that share sentences. Prints JSON.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from classifiers.need import Facility, Item, Place, Reading
from classifiers.places.gazetteer import Region, regions
from monitor import line
from monitor.analysis.export import masked_cell
from monitor.analysis.report import page, report
from monitor.analysis.search import search
from monitor.language import language
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.facts import note_facts
from monitor.store.search import Wanted
from monitor.store.snapshot import CANNED, write_snapshot
from monitor.supply.lines import note_progress

BEGAN = datetime(2020, 1, 20, tzinfo=UTC)
DAYS = 70
GOODS = ("N95口罩", "医用口罩", "防护服", "护目镜", "酒精", "手套", "呼吸机", "护手霜", "电热毯")
UNITS = ("只", "套", "箱", "副")
LETTERS = ("各位好心人，", "求助！", "紧急求助，请大家转发，", "转发微博：")
ENDINGS = ("正规渠道都在排队，先发一点也好。", "谢谢大家！", "物资已经告急。", "联系方式见下图。")
CALLS = ("no_answer", "busy", "no_need", "need_confirmed", "need_confirmed", "call_later")
SEARCHES = (
    "口罩", "口罩 随州", "防护服 宜昌", "护目镜 第三医院", "医院 急需 酒精", "转发", "呼吸机",
    "随州", "手套 武汉 告急", "N95 襄阳", "電熱毯", "护手霜 排队", "人民医院 防护服", "大悟 口罩",
    "没有这样",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """A form letter: the post's number and time, its words, and what it asks for and whose."""

    post: int
    when: str
    place: Region
    words: str
    goods: str
    hospital: str


def letter(dice: random.Random, places: Sequence[Region], number: int) -> Letter:
    """Return one of many letters that share sentences."""
    place, goods = dice.choice(places), dice.choice(GOODS)
    hospital = f"{place.name}第{'一二三四五'[number % 5]}人民医院"
    amount = f"{dice.randrange(1, 90) * 10}{dice.choice(UNITS)}"
    end = f"{dice.choice(ENDINGS)}第{number}封"
    words = f"{dice.choice(LETTERS)}{hospital}急需{goods}{amount}，{end}"
    when = f"{BEGAN + timedelta(seconds=dice.randrange(DAYS * 86_400)):%Y-%m-%dT%H:%M:%SZ}"
    return Letter(number, when, place, words, goods, hospital)


def fill(store: Store, posts: int, cases: int) -> None:
    """Make posts, of which one in so many tells a case, with calls, goods and steps."""
    dice = random.Random(1)
    places = [r for r in regions().values() if r.level == 2]
    told = posts // cases
    with store.write():
        store.runs.end(store.runs.start("crawl", "weibo"), "ok")
    rows: list[tuple[Any, ...]] = []
    letters: list[Letter] = []
    for number in range(1, posts + 1):
        made = letter(dice, places, number)
        rows.append((number, f"p{number}", made.words, str(number), made.when, made.when))
        if len(rows) == 20_000 or number == posts:
            _flush(store, rows)
        if number % told == 0 and number // told <= cases:
            letters.append(made)
    with store.write():
        for number, made in enumerate(letters, 1):
            _case(store, dice, number, made)
    note_progress(store)


def _flush(store: Store, rows: list[tuple[Any, ...]]) -> None:
    with store.write():
        store.connection.db.conn.executemany(
            "INSERT INTO posts (id, source, source_id, text, digest, posted_at, first_seen_at) "
            "VALUES (?, 'weibo', ?, ?, ?, ?, ?)", rows)  # fmt: skip
    rows.clear()


def _case(store: Store, dice: random.Random, number: int, of: Letter) -> None:
    db, place, when = store.connection.db, of.place, of.when
    span = {"text": of.hospital, "start": 0, "end": 1}
    reading = Reading(
        flagged=True,
        items=(Item(text=of.goods, start=0, end=1, name=of.goods),),
        facilities=(Facility(**span),),
        places=(Place(**span, province=place.province, city=place.city, county=place.county),),
    )
    db.execute(
        "INSERT INTO needs (id, post_id, digest, words, score, label, found_at) "
        "VALUES (?, ?, ?, ?, 0.9, 'request', ?)",
        [number, of.post, str(of.post), of.words, when],
    )
    db.execute('INSERT INTO items (need_id, name, text, quantity, unit, "start", "end") '
               "VALUES (?, ?, ?, ?, ?, 0, 1)",
               [number, of.goods, of.goods, dice.randrange(900), dice.choice(UNITS)])  # fmt: skip
    note_facts(db, number, reading)
    db.execute("INSERT INTO cases (id, opened_at) VALUES (?, ?)", [number, when])
    db.execute("INSERT INTO case_needs (case_id, need_id, reason, joined_at) "
               "VALUES (?, ?, 'first', ?)", [number, number, when])  # fmt: skip
    called = datetime.fromisoformat(when)
    for call in range(dice.choice((0, 1, 2, 3))):
        called += timedelta(minutes=dice.randrange(1, 900))
        then, ended = f"{called:%Y-%m-%dT%H:%M:%SZ}", dice.choice(CALLS)
        ends = ended in ("no_need", "need_confirmed")
        db.execute("INSERT INTO callbacks (id, case_id, agent, disposition, ends_case, note, "
                   "attempted_at, recorded_at, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'desk')",
                   [f"{number}-{call}", number, f"agent{number % 40}", ended, int(ends),
                    "门卫代收" if ends else "", then, then])  # fmt: skip
        if ends:
            db.execute("UPDATE cases SET closed = 1 WHERE id = ?", [number])
        if ended == "need_confirmed":
            _line(store, dice, f"{number}-{call}", number, of, called)
            return


def _line(
    store: Store, dice: random.Random, callback: str, case: int, of: Letter, called: datetime
) -> None:
    db = store.connection.db
    item = db.execute("INSERT INTO callback_items (callback_id, name, quantity, unit) "
                      "VALUES (?, ?, '40', '只')", [callback, of.goods]).lastrowid  # fmt: skip
    made = db.execute("INSERT INTO supply_lines (callback_item_id, case_id, facility, name, "
                      "quantity, unit) VALUES (?, ?, ?, ?, '40', '只')",
                      [item, case, of.hospital, of.goods]).lastrowid  # fmt: skip
    steps = ("requested", "committed", "in transit", "received")[: dice.randrange(1, 5)]
    for step in steps:
        called += timedelta(hours=dice.randrange(1, 40))
        db.execute("INSERT INTO supply_steps (supply_line_id, status, at) VALUES (?, ?, ?)",
                   [made, step, f"{called:%Y-%m-%dT%H:%M:%SZ}"])  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def best(work: Callable[[], object]) -> float:
    """Return how long something takes at best of two: other programs are at work, too."""
    return min(seconds(work) for _ in range(2))


def measured(store: Store, folder: Path) -> Iterator[tuple[str, float]]:
    """Yield what was done and the seconds that it took."""
    db = store.connection.db

    def scan() -> object:
        return db.execute("SELECT sum(length(text)) FROM posts").fetchone()

    yield "scan of all posts", best(scan)
    for name, (_, sql) in CANNED.items():
        query = sql
        yield f"query {name}", best(lambda q=query: db.execute(q, {"goods": ""}).fetchall())
    yield "all of v_cases", seconds(lambda: db.execute("SELECT * FROM v_cases").fetchall())
    yield (
        "all of v_funnel_daily",
        seconds(lambda: db.execute("SELECT * FROM v_funnel_daily").fetchall()),
    )
    yield "copy to explore", seconds(lambda: write_snapshot(db, folder / "copy.db", masked_cell))
    with closing(sqlite3.connect(folder / "copy.db")) as copy:
        for name, (_, sql) in CANNED.items():
            yield (
                f"explore {name}",
                best(lambda q=sql: copy.execute(q, {"goods": ""}).fetchall()),
            )
    times = [
        seconds(lambda w=words: search(store, Wanted(words=tuple(w.split()))))
        for words in SEARCHES
        for _ in range(2)
    ]
    yield "search, median", median(times)
    yield "search, slowest", max(times)
    spoken, settings = language(), Settings()
    since, until = date(2020, 2, 1), date(2020, 2, 28)
    yield (
        "report of 28 days",
        seconds(
            lambda: page(
                report(store, since, until, spoken), settings, spoken, now=datetime.now(UTC)
            )
        ),
    )


def main() -> None:
    """Make the store and print the figures as JSON."""
    posts, cases = (int(word) for word in [*sys.argv[1:], "100000", "2000"][:2])
    with tempfile.TemporaryDirectory() as name, Store(Path(name) / "distress.db") as store:
        made = seconds(lambda: fill(store, posts, cases))
        taken = seconds(lambda: line.take_in(store))
        figures = dict(measured(store, Path(name)))
        scan = figures["scan of all posts"]
        told = {
            "posts": posts,
            "cases": cases,
            "megabytes": round(store.path.stat().st_size / 1e6),
            "made, seconds": round(made, 1),
            "made searchable, posts a second": round(posts / taken),
            "seconds": {what: round(value, 4) for what, value in figures.items()},
            "times the scan": {what: round(value / scan, 2) for what, value in figures.items()},
        }
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
