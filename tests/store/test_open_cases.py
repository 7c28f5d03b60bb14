"""What the store keeps so that not all cases are read is what reading all cases would tell."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from staged_day import add_case, add_need, call, reading_of

from classifiers.facilities.same_name import facility_key
from monitor.calling.dispositions import dispositions
from monitor.store import Store
from monitor.store.cases import CLOSED_LOOKED_AT

NAMES = ("紫荆医院", "紫荊醫院", "白鹭市中医院", "武汉市第七医院", "武汉七医院")
AGENTS = ("云落", "望舒")
CLOSED = (
    "SELECT DISTINCT case_id FROM callbacks WHERE ends_case "
    "AND id NOT IN (SELECT callback_id FROM reopenings)"
)


def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(store.path)) as db:
        return db.execute(query).fetchall()


def facilities_of_all(store: Store) -> dict[tuple[int, str], str | None]:
    """Return by case and key of a facility the case's agent, as the cases themselves tell them."""
    return {
        (case.id, facility_key(facility.text)): case.agent
        for case in store.cases.get(store.cases.all_ids())
        for need in case.needs
        for facility in need.reading.facilities
    }


def plea(chance: random.Random, number: int) -> tuple[str, Any]:
    name = chance.choice(NAMES)
    text = f"第{number}封：{name}急需口罩，联系13800138000"
    reading = reading_of(
        text, goods=[("口罩", None, None)], facility=name, numbers=[("mobile", "13800138000")]
    )
    return text, reading


def a_step(store: Store, chance: random.Random, number: int) -> None:
    """Do one of the things that change who has which case, and whether it is open."""
    cases = store.cases.get(store.cases.all_ids())
    kind = chance.choice(("open", "join", "call", "call", "reopen", "split", "assign", "unassign"))
    if kind == "open" or not cases:
        add_case(store, *plea(chance, number), agent=chance.choice((None, *AGENTS)))
        return
    case = chance.choice(cases)
    if kind == "join":
        need = add_need(store, *plea(chance, number))
        store.cases.join(case.id, need, reason="same text", matched_need_id=case.needs[0].id)
    elif kind == "call":
        code = chance.choice(list(dispositions()))
        made = call(store, case.id, code, hours_ago=1 + number / 100)
        assert not store.callbacks.add(made, ends_case=True, origin="again")
    elif kind == "reopen":
        store.cases.reopen(case.id, actor="青岚", reason="说的是另一家")
    elif kind == "split" and len(case.needs) > 1:
        store.cases.split(case.id, [need.id for need in case.needs[1:]])
    elif kind == "assign":
        store.cases.assign(case.id, chance.choice(AGENTS), "test")
    elif kind == "unassign":
        store.cases.unassign(case.id, "test")


@pytest.fixture
def walked(store: Store) -> Store:
    """A store after 150 steps by chance."""
    chance = random.Random(10)
    with store.write():
        for number in range(150):
            a_step(store, chance, number)
    return store


def test_open_are_the_cases_that_no_standing_callback_ended(walked: Store) -> None:
    closed = {case_id for (case_id,) in rows(walked, CLOSED)}
    everything = set(walked.cases.all_ids())
    assert set(walked.cases.open_ids()) == everything - closed
    assert closed and everything - closed
    assert rows(walked, "SELECT * FROM reopenings")


def test_facilities_of_cases_are_those_that_their_needs_name(walked: Store) -> None:
    noted = rows(walked, "SELECT case_id, key FROM case_facilities")
    assert set(noted) == facilities_of_all(walked).keys()
    assert rows(walked, "SELECT * FROM case_needs WHERE left_at IS NOT NULL")


def test_who_cares_for_a_facility_has_its_latest_case(walked: Store) -> None:
    for agents in (AGENTS, AGENTS[:1], ()):
        latest = {
            key: agent
            for (_, key), agent in sorted(facilities_of_all(walked).items())
            if agent in agents
        }
        assert walked.cases.who_cares({facility_key(name) for name in NAMES}, agents) == latest


@pytest.mark.parametrize("others", [CLOSED_LOOKED_AT - 1, CLOSED_LOOKED_AT])
def test_who_cares_is_looked_for_in_the_latest_closed_cases_only(store: Store, others: int) -> None:
    chance = random.Random(1)
    text, reading = plea(chance, 0)
    for agent in ("云落", *["青岚"] * others):
        call(store, add_case(store, text, reading, agent=agent), "no_need", agent=agent)
    for agent in (*["青岚"] * 5, None):
        add_case(store, text, reading, agent=agent)
    [key] = {key for _, key in facilities_of_all(store)}
    known = {key: "云落"} if others < CLOSED_LOOKED_AT else {}
    assert store.cases.who_cares([key], AGENTS) == known


def test_a_store_made_before_knows_its_closed_cases_and_facilities(walked: Store) -> None:
    query = "SELECT id, closed FROM cases ORDER BY id"
    before = rows(walked, query), facilities_of_all(walked).keys()
    with closing(sqlite3.connect(walked.path)) as db, db:
        for (view,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'view'").fetchall():
            db.execute(f"DROP VIEW {view}")  # such a store had none, and they hold its columns
        db.execute("DROP INDEX cases_open")
        db.execute("ALTER TABLE cases DROP COLUMN closed")
        db.execute("DROP TABLE case_facilities")
        db.execute("DROP INDEX supply_steps_item")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = '0011_routing'")
    with Store(walked.path) as store:
        noted = rows(store, "SELECT case_id, key FROM case_facilities")
        assert (rows(store, query), set(noted)) == before


def test_what_is_read_together_is_one_state(store: Store) -> None:
    with store.read(), Store(store.path) as other:
        assert store.cases.all_ids() == []
        add_case(other, *plea(random.Random(1), 1))
        assert store.cases.all_ids() == []
    assert store.cases.all_ids() == [1]


def test_nothing_is_written_while_one_state_is_read(store: Store) -> None:
    add_case(store, *plea(random.Random(1), 1))
    with pytest.raises(sqlite3.OperationalError, match="readonly"), store.read():
        store.cases.assign(1, "云落", "test")
    store.cases.assign(1, "云落", "test")


def test_a_store_that_is_only_opened_loads_no_readers(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from monitor.store import Store; "
        "Store(Path(sys.argv[1])).cases.open_ids(); sys.exit('spacy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.db")], check=True)
