"""Views for analysts: they count what the program's own objects say, and hold no number."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from analysts_store import NUMBER, call_list, fill
from documents import read
from staged_day import add_case, reading_of

from classifiers.places.gazetteer import coordinates
from monitor.analysis.schema import schema_page
from monitor.calling.dispositions import dispositions
from monitor.digest.precision import precision
from monitor.intake import campaigns
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.figures import Figures
from monitor.store.times import from_column
from monitor.store.views import LOOKUPS, VIEWS
from monitor.supply.progress import progress
from monitor.types import Case

SHANGHAI = ZoneInfo("Asia/Shanghai")
REACHED = {c for c, d in dispositions().items() if d.number in ("reached", "barred")}
CALLED = {c for c, d in dispositions().items() if d.number != "-" or d.next == "message"}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("analysts") / "distress.db") as store:
        fill(store)
        yield store


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with two contact lists, one of which was called for some days."""
    folder = tmp_path_factory.mktemp("listed")
    with Store(folder / "distress.db") as store:
        call_list(store, folder)
        yield store


def rows(store: Store, query: str, *values: object) -> list[dict[str, Any]]:
    return [dict(row) for row in store.connection.db.execute(query, values)]


def cases_of(store: Store) -> dict[int, Case]:
    """Return the cases that were not put into another, by id."""
    put = {r["id"] for r in rows(store, "SELECT id FROM cases WHERE merged_into IS NOT NULL")}
    return {c.id: c for c in store.cases.get(store.cases.all_ids()) if c.id not in put}


def utc(text: str | None) -> datetime | None:
    return from_column(text)


def test_a_case_is_one_row_with_its_times(filled: Store) -> None:
    cases = cases_of(filled)
    told = {row["case_id"]: row for row in rows(filled, "SELECT * FROM v_cases")}
    assert told.keys() == cases.keys()
    reopened = {r["callback_id"] for r in rows(filled, "SELECT callback_id FROM reopenings")}
    for case_id, case in cases.items():
        row = told[case_id]
        calls = case.callbacks
        assert utc(row["first_post_at"]) == min((n.post.at for n in case.needs), default=None)
        for name, of in (
            ("first_call", [c for c in calls if c.disposition in CALLED]),
            ("reached", [c for c in calls if c.disposition in REACHED]),
            ("confirmed", [c for c in calls if c.items]),
        ):
            assert utc(row[f"{name}_at"]) == min((c.counted_at for c in of), default=None), name
        ends = [
            c for c in calls if dispositions()[c.disposition].ends_case and c.id not in reopened
        ]
        assert bool(row["closed_at"]) == case.closed
        if case.closed and ends:
            assert row["why"] in {c.disposition for c in ends}
        elif case.closed:
            assert row["why"] == "withdrawn"
        assert row["posts"] == len(case.needs)
        assert case.agent is None or row["agent"] == case.agent
        goods = {item.name for need in case.needs for item in need.reading.items}
        assert set(filter(None, (row["goods"] or "").split("、"))) == goods
        levels = {n.reading.urgency.level for n in case.needs if n.reading.urgency}
        most = next((level for level in ("critical", "high") if level in levels), None)
        assert row["urgency"] == most
    assert {row["why"] for row in told.values()} > {None, "withdrawn"}


def test_goods_are_once_a_case_by_the_newest_post_that_gives_an_amount(filled: Store) -> None:
    told = {
        (row["case_id"], row["goods"]): row for row in rows(filled, "SELECT * FROM v_goods_demand")
    }
    expected = {}
    for case in cases_of(filled).values():
        for need in sorted(case.needs, key=lambda need: (need.post.at, need.id)):
            for item in need.reading.items:
                before = expected.get((case.id, item.name))
                if before is None or item.quantity is not None:
                    expected[case.id, item.name] = item.quantity
    assert {key: row["quantity"] for key, row in told.items()} == expected
    assert any(row["posts"] > 1 for row in told.values())


def test_the_funnel_of_each_day_is_that_of_the_lead(filled: Store) -> None:
    told = rows(filled, "SELECT * FROM v_funnel_daily ORDER BY day")
    last = date.fromisoformat(told[-1]["day"])
    days = Figures(filled.connection).days(
        last, len(told), zone=SHANGHAI, answered=sorted(REACHED), tried=sorted(CALLED)
    )
    for row, day in zip(told, days, strict=True):
        assert row == {name: str(day.day) if name == "day" else getattr(day, name) for name in row}
    assert sum(row["supplied"] for row in told) and sum(row["closed"] for row in told)


def test_weekly_precision_is_that_of_the_lead(filled: Store) -> None:
    told = rows(filled, "SELECT * FROM v_precision_weekly")
    now = datetime.combine(date(2020, 2, 23), time(12), SHANGHAI)
    expected = {
        (str(one.week), one.source, one.reason): (one.confirmed, one.no_need, one.unreachable)
        for one in precision(filled, now=now, zone=SHANGHAI)
        if one.reason != "all"
    }
    assert len(expected) > 4
    assert {
        (row["week"], row["source"], row["reason"]): (
            row["confirmed"],
            row["no_need"],
            row["unreachable"],
        )
        for row in told
        if row["week"] <= "2020-02-17"
    } == expected


def test_callbacks_count_for_the_case_that_stands(filled: Store) -> None:
    told = rows(filled, "SELECT * FROM v_callbacks")
    cases = cases_of(filled)
    assert Counter(row["case_id"] for row in told) == Counter(
        {case.id: len(case.callbacks) for case in cases.values() if case.callbacks}
    )
    by_id = {call.id: call for case in cases.values() for call in case.callbacks}
    for row in told:
        call = by_id[row["callback_id"]]
        there = call.counted_at.astimezone(SHANGHAI)
        assert row["attempted_local"] == f"{there:%Y-%m-%d %H:%M:%S}"
        assert (row["hour"], row["day"]) == (there.hour, str(there.date()))
        assert row["confirmed"] == len(call.items)
        assert row["disposition_zh"] == dispositions()[call.disposition].zh


def test_supply_tells_amounts_as_the_supplies_page_does(filled: Store) -> None:
    told = {row["line_id"]: row for row in rows(filled, "SELECT * FROM v_supply")}
    lines = filled.supplies.lines()
    assert told.keys() == {line.id for line in lines}
    for line in lines:
        state = progress(line)
        row = told[line.id]
        amounts = [row[name] for name in ("committed", "in_transit", "received")]
        assert amounts == [float(stage.amount) for stage in state.stages]
        assert row["status"] == line.status
        assert row["asked"] == (None if state.asked is None else float(state.asked))
    assert len({row["status"] for row in told.values()}) > 2


def test_waits_give_medians_without_a_function_for_them(filled: Store) -> None:
    query = (
        "SELECT step, avg(minutes) AS median FROM v_waits "
        "WHERE 2 * rank BETWEEN among AND among + 2 GROUP BY step"
    )
    told = {row["step"]: row["median"] for row in rows(filled, query)}
    assert len(told) == 3
    for step, median in told.items():
        minutes = sorted(
            row["minutes"] for row in rows(filled, "SELECT * FROM v_waits WHERE step = ?", step)
        )
        half = len(minutes) // 2
        expected = minutes[half] if len(minutes) % 2 else (minutes[half - 1] + minutes[half]) / 2
        assert median == expected


def test_a_source_tells_how_its_last_crawl_went(filled: Store) -> None:
    runs = filled.runs.latest("crawl")
    told = rows(filled, "SELECT * FROM v_source_health")
    assert {row["source"]: row["outcome"] for row in told} == {
        name: run.outcome for name, run in runs.items()
    }
    assert sum(row["posts"] for row in told) == filled.posts.count()
    assert {row["source"]: utc(row["newest_post_at"]) for row in told} == filled.posts.newest()


def test_a_campaign_counts_people_as_its_own_report_does(listed: Store) -> None:
    told = {row["name"]: row for row in rows(listed, "SELECT * FROM v_campaigns")}
    calls: dict[int, set[str]] = defaultdict(set)
    for case in listed.cases.get(listed.cases.all_ids()):
        calls[case.id] = {call.disposition for call in case.callbacks}
    for campaign in listed.campaigns.all():
        row = told.pop(campaign.name)
        funnel = campaigns.state_of(listed, campaign, Settings()).funnel
        assert (row["records"], row["dialable"], row["people"]) == (
            funnel.records, funnel.dialable, funnel.people,
        )  # fmt: skip
        total = funnel.total
        assert (row["dialled"], row["reached"], row["accepted"]) == (
            total.dialled, total.reached, total.accepted,
        )  # fmt: skip
        people = listed.campaigns.people(campaign.id)
        ends = [calls[one.case_id] for one in people if one.case_id]
        assert row["given"] == len(ends)
        assert row["dialled"] == sum(bool(end - {"message_sent"}) for end in ends)
        assert row["accepted"] == sum("notice_given" in end for end in ends)
        assert row["waiting"] == sum(one.waiting for one in people)
        assert row["state"] == campaign.state
        assert utc(row["began_at"]) == campaign.made_at
        assert (row["ended_at"] is not None) == (campaign.state == "ended")
    assert not told


def test_a_list_has_people_at_every_step(listed: Store) -> None:
    called, ended = rows(listed, "SELECT * FROM v_campaigns ORDER BY campaign_id")
    steps = ("records", "people", "given", "dialled", "reached", "accepted")
    assert [called[step] for step in steps] == sorted({called[step] for step in steps})[::-1]
    assert (ended["people"], ended["given"], ended["dialled"]) == (6, 0, 0)


@pytest.mark.parametrize("view", [view.name for view in VIEWS])
def test_no_view_holds_a_number(filled: Store, listed: Store, view: str) -> None:
    tables = [rows(store, f"SELECT * FROM {view}") for store in (filled, listed)]
    assert any(tables) or view == "v_updates"
    assert NUMBER not in str(tables) and "1380013000" not in str(tables)


def test_a_store_from_before_the_view_of_campaigns_is_given_it(
    listed: Store, tmp_path: Path
) -> None:
    query = "SELECT * FROM v_campaigns"
    copy = tmp_path / "old.db"
    listed.connection.db.execute("VACUUM INTO ?", [str(copy)])
    with Store(copy) as store, store.write():
        store.connection.db.execute("DROP VIEW v_campaigns")
        for column in ("dialled", "accepted"):
            store.connection.db.execute(f"ALTER TABLE disposition_codes DROP COLUMN {column}")
        store.connection.db.execute(
            "DELETE FROM _sqlite_migrations WHERE name = '0029_campaign_view'"
        )
    with Store(copy) as store:
        assert rows(store, query) == rows(listed, query)


def test_the_page_of_the_views_is_that_of_the_store(filled: Store) -> None:
    assert read("docs/schema.md") == schema_page(filled), "run: distress schema > docs/schema.md"
    assert all(column.about for view in VIEWS for column in view.columns)
    assert {lookup.name for lookup in LOOKUPS} <= set(filled.connection.db.table_names())


def facility_case(store: Store, facility: str, place: tuple[str, str, str] | None) -> int:
    text = f"{place[0] if place else ''}{facility}急需护手霜，第{store.posts.count()}封"
    reading = reading_of(text, facility=facility, place=place)
    return add_case(store, text, reading)


@pytest.mark.parametrize("turned", [False, True])
def test_a_facility_has_one_key_whichever_writing_came_first(store: Store, turned: bool) -> None:
    yichang = ("宜昌", "湖北省", "宜昌市")
    writings = [("橘洲医院", None), ("宜昌橘洲医院", yichang), ("橘洲医院", yichang),
                ("湖北宜昌市橘洲医院", yichang), ("橘洲医院", ("湖北", "湖北省", ""))]  # fmt: skip
    for facility, place in writings[::-1] if turned else writings:
        facility_case(store, facility, place)
    assert {row["facility_key"] for row in rows(store, "SELECT facility_key FROM v_cases")} == {
        "420500/橘洲医院"
    }


def test_a_name_in_two_towns_is_two_facilities_and_without_a_town_a_third(store: Store) -> None:
    for place in (("宜昌", "湖北省", "宜昌市"), ("随州", "湖北省", "随州市"), None):
        facility_case(store, "橘洲医院", place)
    keys = [row["facility_key"] for row in rows(store, "SELECT facility_key FROM v_cases")]
    assert keys == ["420500/橘洲医院", "421300/橘洲医院", "/橘洲医院"]


def test_what_every_town_has_is_no_facility_without_one(store: Store) -> None:
    facility_case(store, "人民医院", None)
    facility_case(store, "人民医院", ("湖北", "湖北省", ""))
    facility_case(store, "人民医院", ("宜昌", "湖北省", "宜昌市"))
    keys = [row["facility_key"] for row in rows(store, "SELECT facility_key FROM v_cases")]
    assert keys == [None, None, "420500/人民医院"]


def test_a_case_has_its_most_exact_place_with_code_and_point(filled: Store) -> None:
    points = coordinates()
    places = rows(filled, "SELECT DISTINCT place_code, county, county_code, longitude, latitude "
                          "FROM v_cases WHERE place_code IS NOT NULL")  # fmt: skip
    assert {row["county"] for row in places} >= {"曾都区", "大悟县", "朝阳区"}
    for row in places:
        assert (row["longitude"], row["latitude"]) == points[row["place_code"]]
        assert row["county_code"] == (row["place_code"] if row["county"] else None)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu", "Africa/Casablanca"])
def test_local_times_follow_the_clocks_of_any_zone(store: Store, zone: str) -> None:
    there = ZoneInfo(zone)
    store.explain(there)
    db = store.connection.db
    at = datetime(2020, 1, 1, tzinfo=ZoneInfo("UTC"))
    with store.write():
        for _ in range(900):
            at += timedelta(hours=11, minutes=7)
            db.execute("INSERT INTO cases (opened_at) VALUES (?)", [f"{at:%Y-%m-%dT%H:%M:%SZ}"])
    for row in rows(store, "SELECT opened_at, opened_local FROM v_cases"):
        shown = datetime.fromisoformat(row["opened_at"]).astimezone(there)
        assert row["opened_local"] == f"{shown:%Y-%m-%d %H:%M:%S}"
    days = rows(store, "SELECT day, cases FROM v_funnel_daily")
    figures = Figures(store.connection).days(
        date.fromisoformat(days[-1]["day"]), len(days), zone=there, answered=[], tried=[]
    )
    assert [(row["day"], row["cases"]) for row in days] == [(str(f.day), f.cases) for f in figures]
    [about] = rows(store, "SELECT * FROM v_about")
    assert about["zone"] == zone


def test_an_older_store_is_given_facts_of_all_its_needs(filled: Store, tmp_path: Path) -> None:
    query = "SELECT case_id, facility_key, place_code FROM v_cases ORDER BY case_id"
    before = rows(filled, query)
    copy = tmp_path / "old.db"
    filled.connection.db.execute("VACUUM INTO ?", [str(copy)])
    with Store(copy) as store, store.write():
        for table in ("need_facts", "facility_aliases", "divisions", "disposition_codes",
                      "zone_offsets", "supply_progress"):  # fmt: skip
            store.connection.db.execute(f"DROP TABLE {table}")
        store.connection.db.execute("DROP INDEX callbacks_counted")
        store.connection.db.execute("DELETE FROM _sqlite_migrations WHERE name = '0026_views'")
    with Store(copy) as store:
        assert rows(store, query) == before
