"""Routing: every open case has one agent who fits and has room, or is shown as having none."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from staged_day import add_case, call, reading_of, settings_in

from classifiers import pipeline
from monitor.route import Routed, route
from monitor.settings import AgentSettings, Settings
from monitor.store import Store

QINGCHUAN = ("晴川市", "湖北", "晴川")
YUNXI = ("云溪区", "湖南", "云溪")


def settings(folder: Path, *agents: AgentSettings) -> Settings:
    """Return settings with these agents."""
    return settings_in(folder).model_copy(update={"agents": agents})


def agent(name: str, *regions: str, capacity: int = 40) -> AgentSettings:
    return AgentSettings(name=name, regions=regions, capacity=capacity)


def case(
    store: Store,
    facility: str | None = None,
    place: tuple[str, str, str] | None = None,
    *,
    urgent: bool = False,
    phone: str | None = None,
) -> int:
    """Open an unassigned case and return its id."""
    number = store.posts.count()
    text = f"第{number}封：{place[0] if place else ''}{facility or ''}急需口罩，告急，{phone or ''}"
    reading = reading_of(
        text,
        goods=[("口罩", None, None)],
        facility=facility,
        place=place,
        urgent=("critical", "告急") if urgent else None,
        numbers=[("mobile", phone)] if phone else [],
    )
    return add_case(store, text, reading, agent=None)


def agents_of(store: Store) -> dict[int, str | None]:
    return {case.id: case.agent for case in store.cases.get(store.cases.all_ids())}


def why(store: Store, case_id: int) -> list[tuple[str, str, str | None]]:
    """Return agent, reason and end of every assignment a case had."""
    with closing(sqlite3.connect(store.path)) as db:
        return db.execute(
            "SELECT agent, reason, ended_reason FROM assignments WHERE case_id = ? ORDER BY id",
            [case_id],
        ).fetchall()


def test_cases_are_shared_out_evenly(store: Store, tmp_path: Path) -> None:
    for _ in range(6):
        case(store)
    done = route(store, settings(tmp_path, agent("云落"), agent("望舒"), agent("青岚")))
    assert done == Routed(assigned=6)
    assert sorted(agents_of(store).values(), key=str) == ["云落"] * 2 + ["望舒"] * 2 + ["青岚"] * 2


def test_shares_follow_capacity(store: Store, tmp_path: Path) -> None:
    for _ in range(8):
        case(store)
    route(store, settings(tmp_path, agent("云落", capacity=30), agent("望舒", capacity=10)))
    held = list(agents_of(store).values())
    assert (held.count("云落"), held.count("望舒")) == (6, 2)


def test_a_case_goes_to_an_agent_of_its_region(store: Store, tmp_path: Path) -> None:
    here = case(store, place=QINGCHUAN)
    there = case(store, place=YUNXI)
    route(store, settings(tmp_path, agent("云落", "湖北"), agent("望舒", "湖南")))
    assert agents_of(store) == {here: "云落", there: "望舒"}


@pytest.mark.parametrize("region", ["湖北", "晴川", "晴川市"])
def test_a_region_is_a_province_or_a_city_or_words_of_the_post(
    store: Store, tmp_path: Path, region: str
) -> None:
    case(store, place=QINGCHUAN)
    assert route(store, settings(tmp_path, agent("云落", region))).assigned == 1


def test_a_facility_that_begins_with_the_region_lies_in_it(store: Store, tmp_path: Path) -> None:
    case(store, "晴川市紫荆医院")
    assert route(store, settings(tmp_path, agent("云落", "晴川"))).assigned == 1


def test_a_visiting_team_is_routed_by_where_it_works(store: Store, tmp_path: Path) -> None:
    text = "我们是湖南云溪医院医疗队，支援武汉，急需护手霜40支，联系李护士13800138001"
    there = add_case(store, text, next(pipeline.read([text])), agent=None)
    route(store, settings(tmp_path, agent("望舒", "湖南"), agent("云落", "湖北")))
    assert agents_of(store) == {there: "云落"}


def test_an_agent_with_the_region_comes_before_one_for_all(store: Store, tmp_path: Path) -> None:
    for _ in range(3):
        case(store, place=QINGCHUAN)
    elsewhere = case(store, place=YUNXI)
    route(store, settings(tmp_path, agent("望舒"), agent("云落", "湖北")))
    assert list(agents_of(store).values()) == ["云落", "云落", "云落", "望舒"]
    assert why(store, 1)[0][1] == "region"
    assert why(store, elsewhere)[0][1] == "smallest load"


def test_a_facility_stays_with_its_agent(store: Store, tmp_path: Path) -> None:
    agents = settings(tmp_path, agent("云落"), agent("望舒"))
    first = case(store, "紫荆医院")
    route(store, agents)
    owner = agents_of(store)[first]
    for _ in range(3):
        case(store, "白鹭医院")
    later = case(store, "紫荊醫院")
    route(store, agents)
    assert agents_of(store)[later] == owner
    assert why(store, later) == [(owner, "same facility", None)]


def test_cases_of_one_facility_that_come_together_go_together(store: Store, tmp_path: Path) -> None:
    for _ in range(4):
        case(store, "紫荆医院")
    route(store, settings(tmp_path, agent("云落"), agent("望舒")))
    assert len(set(agents_of(store).values())) == 1


def test_a_facility_stays_with_the_agent_of_its_closed_case(store: Store, tmp_path: Path) -> None:
    agents = settings(tmp_path, agent("云落"), agent("望舒"))
    first = case(store, "紫荆医院")
    route(store, agents)
    owner = agents_of(store)[first]
    assert owner is not None
    call(store, first, "need_confirmed", agent=owner)
    store.cases.assign(case(store), owner, "so that the other has the smaller load")
    later = case(store, "紫荆医院")
    route(store, agents)
    assert agents_of(store)[later] == owner


def test_a_facility_whose_agent_is_full_goes_to_another(store: Store, tmp_path: Path) -> None:
    agents = settings(tmp_path, agent("云落", capacity=1), agent("望舒", capacity=1))
    first, second = case(store, "紫荆医院"), case(store, "紫荆医院")
    route(store, agents)
    assert {agents_of(store)[first], agents_of(store)[second]} == {"云落", "望舒"}


def test_routing_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    agents = settings(tmp_path, agent("云落", "湖北"), agent("望舒", capacity=2), agent("青岚"))
    for number in range(9):
        case(store, f"{'甲乙丙丁'[number % 4]}医院", QINGCHUAN if number % 2 else None)
    route(store, agents)
    before = [why(store, case_id) for case_id in store.cases.all_ids()]
    assert route(store, agents) == Routed(kept=9)
    assert [why(store, case_id) for case_id in store.cases.all_ids()] == before


def test_a_new_agent_takes_no_case_from_another(store: Store, tmp_path: Path) -> None:
    case(store)
    route(store, settings(tmp_path, agent("云落")))
    assert route(store, settings(tmp_path, agent("望舒"), agent("云落"))) == Routed(kept=1)
    assert agents_of(store) == {1: "云落"}


def test_a_smaller_capacity_takes_no_case_away(store: Store, tmp_path: Path) -> None:
    for _ in range(3):
        case(store)
    route(store, settings(tmp_path, agent("云落")))
    case(store)
    done = route(store, settings(tmp_path, agent("云落", capacity=1)))
    assert done == Routed(kept=3, unassigned=1)


def test_the_cases_of_an_agent_who_left_go_to_the_others(store: Store, tmp_path: Path) -> None:
    case(store, "紫荆医院")
    route(store, settings(tmp_path, agent("云落")))
    assert route(store, settings(tmp_path, agent("望舒"))) == Routed(assigned=1)
    assert why(store, 1) == [
        ("云落", "smallest load", "no such agent in the settings"),
        ("望舒", "smallest load", None),
    ]


def test_the_cases_of_the_only_agent_who_left_are_unassigned(store: Store, tmp_path: Path) -> None:
    case(store)
    route(store, settings(tmp_path, agent("云落")))
    assert route(store, settings(tmp_path)) == Routed(unassigned=1)
    assert agents_of(store) == {1: None}


def test_a_case_that_a_person_gave_to_an_agent_stays_with_him(store: Store, tmp_path: Path) -> None:
    agents = settings(tmp_path, agent("云落", "湖北"), agent("望舒", "湖南", capacity=0))
    given = case(store, place=QINGCHUAN)
    route(store, agents)
    store.cases.assign(given, "望舒", "会说方言", actor="青岚")
    assert route(store, agents) == Routed(kept=1)
    assert agents_of(store) == {given: "望舒"}


def test_what_a_person_gave_to_an_agent_who_left_is_routed_anew(
    store: Store, tmp_path: Path
) -> None:
    given = case(store)
    store.cases.assign(given, "望舒", "会说方言", actor="青岚")
    assert route(store, settings(tmp_path, agent("云落"))) == Routed(assigned=1)
    assert agents_of(store) == {given: "云落"}


def test_later_cases_of_a_facility_follow_the_one_that_was_given_away(
    store: Store, tmp_path: Path
) -> None:
    agents = settings(tmp_path, agent("云落"), agent("望舒"))
    given = case(store, "紫荆医院")
    route(store, agents)
    store.cases.assign(given, "望舒", "会说方言", actor="青岚")
    later = case(store, "紫荆医院")
    route(store, agents)
    assert agents_of(store)[later] == "望舒"


def test_a_case_that_was_opened_again_is_with_the_agent_it_was_with(
    store: Store, tmp_path: Path
) -> None:
    agents = settings(tmp_path, agent("云落", capacity=1))
    first = case(store)
    route(store, agents)
    call(store, first, "no_need")
    second = case(store)
    route(store, agents)
    store.cases.reopen(first, actor="青岚", reason="说的是另一家")
    assert route(store, agents) == Routed(kept=2)
    assert agents_of(store) == {first: "云落", second: "云落"}


def test_what_fits_nobody_is_unassigned_and_still_open(store: Store, tmp_path: Path) -> None:
    here, nowhere = case(store, place=YUNXI), case(store)
    done = route(store, settings(tmp_path, agent("云落", "湖北")))
    assert done == Routed(unassigned=2)
    assert agents_of(store) == {here: None, nowhere: None}
    assert store.cases.open_ids() == [here, nowhere]


def test_what_fitted_nobody_is_assigned_once_somebody_fits(store: Store, tmp_path: Path) -> None:
    case(store, place=YUNXI)
    route(store, settings(tmp_path, agent("云落", "湖北")))
    done = route(store, settings(tmp_path, agent("云落", "湖北"), agent("望舒", "云溪")))
    assert done == Routed(assigned=1)


def test_nobody_has_more_than_the_capacity(store: Store, tmp_path: Path) -> None:
    for _ in range(7):
        case(store, "紫荆医院")
    done = route(store, settings(tmp_path, agent("云落", capacity=3), agent("望舒", capacity=2)))
    assert done == Routed(assigned=5, unassigned=2)
    held = list(agents_of(store).values())
    assert (held.count("云落"), held.count("望舒"), held.count(None)) == (3, 2, 2)


def test_a_closed_case_takes_no_room(store: Store, tmp_path: Path) -> None:
    agents = settings(tmp_path, agent("云落", capacity=1))
    first = case(store)
    route(store, agents)
    call(store, first, "already_supplied")
    second = case(store)
    assert route(store, agents) == Routed(assigned=1)
    assert agents_of(store)[second] == "云落"


def test_an_agent_with_no_capacity_gets_nothing(store: Store, tmp_path: Path) -> None:
    case(store)
    assert route(store, settings(tmp_path, agent("云落", capacity=0))) == Routed(unassigned=1)


def test_the_room_there_is_goes_to_the_pressing_and_reachable_first(
    store: Store, tmp_path: Path
) -> None:
    plain = case(store)
    reachable = case(store, phone="13800138000")
    pressing = case(store, urgent=True)
    route(store, settings(tmp_path, agent("云落", capacity=2)))
    assert agents_of(store) == {plain: None, reachable: "云落", pressing: "云落"}
