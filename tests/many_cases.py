"""Stores of many cases, made at once: what a stage costs must not grow with the closed ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from staged_day import add_case, reading_of

from monitor.store import Store
from monitor.store.facility_keys import facility_key
from monitor.store.times import to_column

HOSPITALS = 1_200
FORMER = "青岚"  # an agent who left
_BEGAN = datetime(2020, 1, 20, 4, tzinfo=UTC)
_SIGNS = "禾鹭溪江川岭荷梅松竹柏桐枫榆杉杏桃李兰菊"
_WARDS = ("急诊科", "呼吸内科", "感染科", "ICU", "发热门诊")
_GOODS = (("护手霜", "40", "支"), ("方便粥", "30", "箱"), ("卫生巾", "60", "包"))

Row = Sequence[Any]


def hospital(number: int, hospitals: int = HOSPITALS) -> str:
    """Return the name of one of so many hospitals; every other time one of the first twelfth."""
    number = number // 2 % (hospitals // 12) if number % 2 else number % hospitals
    one, other = _SIGNS[number % 20], _SIGNS[number // 20 % 20]
    return f"{one}{other}县第{'一二三'[number // 400]}人民医院"


def add_open(store: Store, count: int) -> list[int]:
    """Open cases that nobody has yet and return their ids."""
    made = []
    for number in range(count):
        name, (goods, amount, unit) = hospital(number), _GOODS[number % 3]
        phone = f"1380013{number:04}"
        text = f"求助！{name}急需{goods}{amount}{unit}，联系李护士{phone}，第{number}封"
        reading = reading_of(
            text, goods=[(goods, amount, unit)], facility=name, numbers=[("mobile", phone)]
        )
        made.append(add_case(store, text, reading, agent=None))
    return made


def add_closed(
    store: Store, count: int, agents: Sequence[str], *, hospitals: int = HOSPITALS
) -> None:
    """Add closed cases, each called twice; one in eleven was of an agent who left.

    Of one in ten the number is marked as wrong.

    To be called before anything else is in the store: rows have the ids from 1 on.
    """
    _insert(
        store,
        (
            row
            for number in range(1, count + 1)
            for row in _closed(number, agents, hospital(number, hospitals))
        ),
    )


def add_assigned(store: Store, count: int, agents: Sequence[str], *, since: datetime) -> None:
    """Add open cases that nobody called yet, two minutes apart, in turn of each of the agents.

    To be called before anything else is in the store: rows have the ids from 1 on.
    """
    _insert(
        store,
        (
            row
            for number in range(1, count + 1)
            for row in _case(
                number, agents[number % len(agents)], hospital(number), since=since, closed=0
            )
        ),
    )


def _insert(store: Store, rows: Iterable[tuple[str, Row]]) -> None:
    tables: dict[str, list[Row]] = {}
    for table, row in rows:
        tables.setdefault(table, []).append(row)
    with store.connection.write() as db:
        for table, made in tables.items():
            holes = ", ".join("?" * len(made[0]))
            db.conn.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({holes})", made)


def _closed(number: int, agents: Sequence[str], name: str) -> Iterator[tuple[str, Row]]:
    """Yield the rows of one closed case of a hospital, by their tables with columns."""
    agent = FORMER if number % 11 == 0 else agents[number % len(agents)]
    yield from _case(number, agent, name, since=_BEGAN, closed=1)
    goods, amount, unit = _GOODS[number % 3]
    at = _BEGAN + timedelta(minutes=2 * number)
    called, ended = (to_column(at + timedelta(hours=hours)) for hours in (5, 20))
    columns = (
        "callbacks (id, case_id, agent, disposition, ends_case, attempted_at, recorded_at, origin)"
    )
    confirmed = number % 2
    last = "need_confirmed" if confirmed else "already_supplied"
    yield columns, (f"{number}a", number, agent, "no_answer", 0, called, called, "desk")
    yield columns, (f"{number}b", number, agent, last, 1, ended, ended, "desk")
    if confirmed:
        yield (
            "callback_items (callback_id, name, quantity, unit)",
            (f"{number}b", goods, amount, unit),
        )
    if number % 10 == 5:
        phone = _phone(number)
        yield (
            'contact_marks (kind, value, key_kind, "key", mark, reason, actor, at)',
            ("mobile", phone, "mobile", phone, "wrong", "空号", agent, called),
        )


def _phone(number: int) -> str:
    return f"1390013{number:05}"


def _case(
    number: int, agent: str, name: str, *, since: datetime, closed: int
) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a case of a hospital that an agent has."""
    goods, amount, unit = _GOODS[number % 3]
    phone = _phone(number)
    text = f"求助！{name}{_WARDS[number % 5]}急需{goods}{amount}{unit}，联系王护士{phone}"
    posted = to_column(since + timedelta(minutes=2 * number))
    yield (
        "posts (id, source, source_id, text, digest, posted_at, first_seen_at)",
        (number, "day", f"old{number}", text, str(number), posted, posted),
    )
    yield (
        "readings (post_id, digest, reader, flagged, score, label, read_at)",
        (number, str(number), "test", 1, 0.9, "request", posted),
    )
    yield (
        "needs (id, post_id, digest, words, score, label, found_at)",
        (number, number, str(number), text, 0.9, "request", posted),
    )
    start = text.index(name)
    yield (
        'facilities (need_id, text, start, "end")',
        (number, name, start, start + len(name)),
    )
    start = text.index(goods)
    yield (
        'items (need_id, name, text, quantity, unit, start, "end")',
        (number, goods, goods, float(amount), unit, start, start + len(goods)),
    )
    start = text.index(phone)
    yield (
        'contacts (need_id, kind, value, text, start, "end")',
        (number, "mobile", phone, phone, start, start + len(phone)),
    )
    yield "cases (id, opened_at, closed)", (number, posted, closed)
    yield (
        "case_needs (case_id, need_id, reason, joined_at)",
        (number, number, "first", posted),
    )
    yield 'case_facilities ("key", case_id)', (facility_key(name), number)
    yield (
        "assignments (case_id, agent, reason, assigned_at)",
        (number, agent, "smallest load", posted),
    )
