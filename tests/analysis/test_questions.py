"""The questions of docs/questions.md: one short SELECT each, held to counts made in Python."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from analysts_store import fill
from documents import fenced

from classifiers.places.gazetteer import coordinates
from monitor.calling.dispositions import dispositions
from monitor.digest.precision import precision
from monitor.store import Store
from monitor.store.views import VIEWS
from monitor.types import Case, Need

SHANGHAI = ZoneInfo("Asia/Shanghai")
QUESTIONS = fenced("docs/questions.md", "sql")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("questions") / "distress.db") as store:
        fill(store, seed=7, cases=60)
        yield store


@pytest.fixture(scope="module")
def cases(filled: Store) -> list[Case]:
    db = filled.connection.db
    put = {row[0] for row in db.execute("SELECT id FROM cases WHERE merged_into IS NOT NULL")}
    return [case for case in filled.cases.get(filled.cases.all_ids()) if case.id not in put]


def asked(store: Store, number: int) -> list[tuple[Any, ...]]:
    """Ask as any client does: in a connection of its own, which knows no function of ours."""
    with closing(sqlite3.connect(f"{store.path.as_uri()}?mode=ro", uri=True)) as client:
        return client.execute(QUESTIONS[number]).fetchall()


def in_order(case: Case) -> list[Need]:
    """Return the needs of a case in the order in which they joined it."""
    return [entry.need for entry in sorted(case.joined, key=lambda entry: entry.joined_at)]


def demand(case: Case) -> dict[str, tuple[float | None, str | None]]:
    """Return amount and unit of each of a case's goods, of the newest post that gives one."""
    goods: dict[str, tuple[float | None, str | None]] = {}
    for need in sorted(case.needs, key=lambda need: (need.post.at, need.id)):
        for item in need.reading.items:
            if item.name not in goods or item.quantity is not None:
                goods[item.name] = (item.quantity, item.unit)
    return goods


def code(case: Case) -> str | None:
    """Return the code of the most exact place of a case."""
    codes = [p.code for need in in_order(case) for p in need.reading.places if p.code]
    return max(codes, key=lambda one: (one[4:] != "00", one[2:] != "0000"), default=None)


def day(case: Case) -> str:
    return str(case.first_at.astimezone(SHANGHAI).date())


def test_there_are_eight_and_each_is_one_short_select_over_views() -> None:
    assert len(QUESTIONS) == 8
    views = {view.name for view in VIEWS}
    for question in QUESTIONS:
        assert len(question.strip()) <= 300, question
        assert question.upper().count("SELECT") == 1 and "WITH" not in question.upper()
        read = re.findall(r"(?:FROM|JOIN)\s+(\w+)", question)
        assert 1 <= len(read) <= 2 and set(read) <= views


def test_the_county_with_most_masks_in_three_days(filled: Store, cases: list[Case]) -> None:
    sums: Counter[tuple[str, str]] = Counter()
    for case in cases:
        amount, unit = demand(case).get("N95口罩", (None, None))
        place = code(case)
        if (
            amount
            and unit
            and place
            and place[4:] != "00"
            and "2020-02-10" <= day(case) <= "2020-02-12"
        ):
            sums[place, unit] += int(amount)
    told = asked(filled, 0)
    assert len(sums) > 1
    assert [row[4] for row in told] == sorted(sums.values(), reverse=True)
    assert {row[2] for row in told} <= {"曾都区", "大悟县", "朝阳区"}


def test_the_medians_of_waits(filled: Store, cases: list[Case]) -> None:
    waits: dict[str, list[int]] = defaultdict(list)
    received = {
        row[0]: row[1]
        for row in filled.connection.db.execute(
            "SELECT case_id, min(received_at) FROM v_supply WHERE received_at IS NOT NULL "
            "GROUP BY case_id"
        )
    }
    for case in cases:
        call = min(
            (
                c.counted_at
                for c in case.callbacks
                if dispositions()[c.disposition].number != "-" or c.disposition == "message_sent"
            ),
            default=None,
        )
        confirmed = min((c.counted_at for c in case.callbacks if c.items), default=None)
        if call and case.joined:
            waits["post to call"].append(round((call - case.first_at).total_seconds() / 60))
        if call and confirmed:
            waits["call to confirmation"].append(round((confirmed - call).total_seconds() / 60))
        if confirmed and case.id in received:
            arrived = datetime.fromisoformat(received[case.id])
            waits["confirmation to receipt"].append(
                round((arrived - confirmed).total_seconds() / 60)
            )
    told = {row[0]: row[1:] for row in asked(filled, 1)}
    assert len(told) == 3
    assert told == {
        step: (pytest.approx(median(minutes) / 60), len(minutes)) for step, minutes in waits.items()
    }


def test_precision_by_source(filled: Store) -> None:
    hits: Counter[str] = Counter()
    misses: Counter[str] = Counter()
    for now in (datetime(2020, 2, 23, 4, tzinfo=UTC), datetime(2020, 3, 22, 4, tzinfo=UTC)):
        for one in precision(filled, now=now, zone=SHANGHAI):
            if one.reason == "all":
                hits[one.source] += one.confirmed
                misses[one.source] += one.no_need
    told = {source: (real, none, share) for source, real, none, share in asked(filled, 2)}
    assert told == {
        source: (
            hits[source],
            misses[source],
            round(hits[source] / (hits[source] + misses[source]), 3),
        )
        for source in hits
    }
    assert len(told) == 3


def test_the_hours_at_which_nobody_answers(filled: Store, cases: list[Case]) -> None:
    calls: Counter[int] = Counter()
    rang: Counter[int] = Counter()
    for case in cases:
        for call in case.callbacks:
            hour = call.counted_at.astimezone(SHANGHAI).hour
            number = dispositions()[call.disposition].number
            calls[hour] += number != "-" or call.disposition == "message_sent"
            rang[hour] += number == "unanswered"
    assert asked(filled, 3) == [(hour, calls[hour], rang[hour]) for hour in sorted(calls)]
    assert sum(rang.values())


def test_the_posts_of_a_case(filled: Store, cases: list[Case]) -> None:
    counts = Counter(len(case.needs) for case in cases)
    assert asked(filled, 4) == sorted(counts.items())
    assert len(counts) > 2


def test_the_goods_of_each_day(filled: Store, cases: list[Case]) -> None:
    counts = Counter((day(case), name) for case in cases for name in demand(case))
    told = asked(filled, 5)
    assert {(at, goods): count for at, goods, count in told} == counts
    assert [row[0] for row in told] == sorted(row[0] for row in told)


TOWNS = {"421303": "421300", "420922": "420900", "110105": "110000"}
BARE = {"白鹭第四医院": "白鹭四医院", "紫荆县人民医院": "紫荆人民医院"}
COUNTIES = {"421303": "曾都", "420922": "大悟", "110105": "朝阳"}


def test_the_facilities_that_asked_twice(filled: Store, cases: list[Case]) -> None:
    facilities: Counter[str] = Counter()
    names: list[tuple[str, str]] = []
    for case in cases:
        if named := next((n for n in in_order(case) if n.reading.facilities), None):
            name = named.reading.facilities[0].text
            place = next((p.code or "" for p in named.reading.places), "")
            town = TOWNS.get(place, place)
            if name.startswith("宜昌"):  # which says itself where it is
                name, town = name.removeprefix("宜昌"), "420500"
            if name == "人民医院":
                if town in ("", "420000"):
                    continue
                name = f"{COUNTIES.get(place, '')}{name}"
            names.append((BARE.get(name, name), town))
    told_at = {  # names of posts that were split from a case or withdrawn are known, too
        (row[0], row[1])
        for row in filled.connection.db.execute("SELECT DISTINCT bare, town FROM facility_aliases")
    }
    for name, town in names:
        inside = [t for n, t in told_at if (n == name and t[2:] not in ("", "0000")) or
                  (n == name and t == "110000")]  # fmt: skip
        near = [t for t in inside if t.startswith(town[:2])]
        wide = town in ("", "420000")
        facilities[f"{near[0] if wide and len(near) == 1 else town}/{name}"] += 1
    told = {row[0]: row[2] for row in asked(filled, 6)}
    assert told == {key: count for key, count in facilities.items() if count > 1}
    assert "420500/橘洲医院" in told and len(told) > 5


def test_the_points_of_a_map(filled: Store, cases: list[Case]) -> None:
    counts: Counter[tuple[str, str, str | None]] = Counter()
    sums: Counter[tuple[str, str, str | None]] = Counter()
    points = coordinates()
    for case in cases:
        place = code(case)
        if place in points:
            for name, (amount, unit) in demand(case).items():
                counts[place, name, unit] += 1
                sums[place, name, unit] += int(amount or 0)
    told = asked(filled, 7)
    assert {(r[0], r[6], r[7]): r[8] for r in told} == counts
    assert {(r[0], r[6], r[7]): r[9] or 0 for r in told} == sums
    assert all((row[4], row[5]) == points[row[0]] for row in told)
