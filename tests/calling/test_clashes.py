"""Clashes: outcomes noted without knowing each other are all kept, and told until settled."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from random import Random

import pytest
from desk_folder import Folder, lines, outcome

from monitor.calling.clashes import all_clashes, clashes
from monitor.types import Callback, Case, ConfirmedItem

MORNING = datetime(2020, 2, 12, 1, tzinfo=UTC)
EVENING = MORNING + timedelta(hours=12)
HANDS = ConfirmedItem(name="护手霜", quantity="40", unit="支")


def made(
    id: str,
    disposition: str,
    hour: float,
    after: str | None,
    *,
    agent: str = "云落",
    recorded: float = 12,
    again: float | None = None,
    items: tuple[ConfirmedItem, ...] = (),
    origin: str = "outcomes.json",
) -> Callback:
    """Return a callback attempted and recorded so many hours after nine in the morning."""
    return Callback(
        id=id,
        case_id=1,
        agent=agent,
        disposition=disposition,
        attempted_at=MORNING + timedelta(hours=hour),
        call_again_at=MORNING + timedelta(hours=again) if again is not None else None,
        items=items,
        after_id=after,
        recorded_at=MORNING + timedelta(hours=recorded),
        origin=origin,
    )


def found(*callbacks: Callback) -> list[tuple[str, str, str]]:
    """Return the open clashes of a case with these callbacks."""
    case = Case(id=1, opened_at=MORNING, joined=(), callbacks=callbacks)
    return [(clash.first.id, clash.second.id, clash.kind) for clash in clashes(case)]


def test_two_who_called_from_the_same_digest_clash() -> None:
    pair = made("a", "no_answer", 1, ""), made("b", "busy", 2, "", agent="望舒")
    assert found(*pair) == [("a", "b", "both called")]


def test_the_same_page_in_two_browsers_of_one_agent_clashes() -> None:
    pair = made("a", "need_confirmed", 1, "", items=(HANDS,)), made("b", "no_need", 2, "")
    assert found(*pair) == [("a", "b", "contradict")]


def test_one_who_calls_after_the_other_was_noted_does_not_clash() -> None:
    assert found(made("a", "no_answer", 1, ""), made("b", "no_need", 2, "a", agent="望舒")) == []


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (("need_confirmed", (HANDS,), None), ("already_supplied", (), None), "contradict"),
        (("need_confirmed", (HANDS,), None), ("need_confirmed", (HANDS,), None), "both called"),
        (("need_confirmed", (HANDS,), None), ("need_confirmed", (), None), "contradict"),
        (("in_distress", (), None), ("no_need", (), None), "contradict"),
        (("bereaved", (), None), ("in_distress", (), None), "contradict"),
        (("call_later", (), 5), ("no_need", (), None), "contradict"),
        (("call_later", (), 5), ("call_later", (), 6), "contradict"),
        (("call_later", (), 5), ("call_later", (), 5), "both called"),
        (("call_later", (), 1.5), ("no_need", (), None), "both called"),
        (("no_answer", (), None), ("no_need", (), None), "both called"),
        (("wrong_number", (), None), ("message_sent", (), None), "both called"),
    ],
)
def test_two_contradict_where_both_decide_and_not_the_same(
    first: tuple[str, tuple[ConfirmedItem, ...], float | None],
    second: tuple[str, tuple[ConfirmedItem, ...], float | None],
    kind: str,
) -> None:
    pair = (
        made("a", first[0], 1, "", items=first[1], again=first[2]),
        made("b", second[0], 2, "", items=second[1], again=second[2], agent="望舒"),
    )
    assert found(*pair) == [("a", "b", kind)]


def test_what_one_agent_decides_at_last_clashes_with_what_the_other_decided() -> None:
    day = (
        made("a1", "no_answer", 1, ""),
        made("a2", "need_confirmed", 4, "a1", items=(HANDS,)),
        made("b1", "busy", 2, "", agent="望舒"),
        made("b2", "no_need", 3, "b1", agent="望舒"),
    )
    assert found(*day) == [("b2", "a2", "contradict"), ("a1", "b1", "both called")]


def test_an_agent_who_called_twice_offline_did_not_know_of_the_earlier_call_of_another() -> None:
    day = (
        made("b", "already_supplied", 0, "", agent="望舒"),
        made("a1", "no_answer", 1, ""),
        made("a2", "need_confirmed", 3, "a1", items=(HANDS,)),
    )
    assert found(*day) == [("b", "a2", "contradict")]


def test_what_came_in_while_an_agent_worked_offline_was_not_known_there() -> None:
    day = (
        made("b", "already_supplied", 0, "", agent="望舒", recorded=1.5),
        made("a1", "no_answer", 1, ""),
        made("a2", "need_confirmed", 3, "a1", items=(HANDS,)),
    )
    assert found(*day) == [("b", "a2", "contradict")]


def test_a_clock_that_runs_ahead_hides_no_clash() -> None:
    day = (
        made("b", "already_supplied", 15, "", agent="望舒"),
        made("a1", "no_answer", 16, ""),
        made("a2", "need_confirmed", 18, "a1", items=(HANDS,)),
    )
    assert found(*day) == [("b", "a2", "contradict")]


def test_a_page_worked_on_after_its_file_was_saved_learnt_nothing_from_that() -> None:
    day = (
        made("b", "already_supplied", 0, "", agent="望舒", recorded=1),
        made("a1", "no_answer", 1, "", recorded=3),
        made("a2", "need_confirmed", 5, "a1", items=(HANDS,)),
    )
    assert found(*day) == [("b", "a2", "contradict")]


@pytest.mark.parametrize("origin", ["desk", "terminal"])
def test_what_is_noted_with_the_store_at_hand_knows_all_that_is_in_it(origin: str) -> None:
    day = (
        made("a", "need_confirmed", 1, "", items=(HANDS,), recorded=2.01, origin="desk"),
        made("b", "already_supplied", 2, "", agent="望舒", recorded=2, origin="desk"),
    )
    settled = made("c", "already_supplied", 3, "b", agent="望舒", recorded=3, origin=origin)
    late = made("c", "already_supplied", 3, "b", agent="望舒", recorded=9, origin=origin)
    assert found(*day, settled) == []
    assert found(*day, late) != []


def test_an_older_digest_did_not_know_what_came_in_since() -> None:
    days = (
        made("a", "no_answer", 1, "", recorded=1.2),
        made("b", "already_supplied", 2, "a", agent="望舒", recorded=2.5),
        made("c", "need_confirmed", 5, "a", items=(HANDS,)),
    )
    assert found(*days) == [("b", "c", "contradict")]


def test_a_callback_in_knowledge_of_both_settles_the_clash() -> None:
    day = (
        made("a", "need_confirmed", 1, "", items=(HANDS,)),
        made("b", "already_supplied", 2, "", agent="望舒"),
        made("c", "already_supplied", 24, "b", recorded=24),
    )
    assert found(*day) == []
    [clash] = all_clashes(Case(id=1, opened_at=MORNING, joined=(), callbacks=day))
    assert clash.settled_by is day[2]


def test_a_call_that_nobody_answered_does_not_settle_a_contradiction() -> None:
    day = (
        made("a", "need_confirmed", 1, "", items=(HANDS,)),
        made("b", "already_supplied", 2, "", agent="望舒"),
        made("c", "no_answer", 24, "b", recorded=24),
    )
    assert found(*day) == [("a", "b", "contradict")]


def test_a_callback_noted_before_the_others_file_came_in_settles_nothing() -> None:
    day = (
        made("a", "need_confirmed", 1, "", items=(HANDS,), recorded=30),
        made("b", "already_supplied", 2, "", agent="望舒"),
        made("c", "no_need", 24, "b", agent="望舒", recorded=24),
    )
    assert found(*day) == [("a", "b", "contradict"), ("a", "c", "contradict")]


def test_noted_after_a_callback_whose_file_is_still_to_come_is_no_clash_with_what_was_known() -> (
    None
):
    day = made("a", "no_answer", 1, ""), made("c", "no_need", 26, "elsewhere", recorded=30)
    assert found(*day) == []


def test_ids_that_name_each_other_or_themselves_end_the_search() -> None:
    assert found(made("a", "busy", 1, "b"), made("b", "busy", 2, "a")) == []
    assert found(made("a", "busy", 1, "a"), made("b", "busy", 2, "b")) != []


@pytest.mark.parametrize(
    ("other", "clash"),
    [
        ({"disposition": "already_supplied"}, True),
        ({"disposition": "need_confirmed", "items": (HANDS,)}, False),
        ({"disposition": "no_answer"}, False),
        ({"disposition": "already_supplied", "agent": "云落"}, False),
        ({"disposition": "already_supplied", "hour": 30}, False),
    ],
)
def test_files_that_do_not_tell_what_was_known_clash_where_the_end_is_contradicted(
    other: dict[str, object], clash: bool
) -> None:
    first = made("a", "need_confirmed", 1, None, items=(HANDS,))
    fields = {"agent": "望舒", "hour": 3, "after": None, **other}
    assert bool(found(first, made("b", **fields))) == clash  # type: ignore[arg-type]


def test_an_old_file_clashes_with_a_new_one_too() -> None:
    pair = made("a", "no_need", 1, None), made("b", "need_confirmed", 2, "", agent="望舒")
    assert found(*pair) == [("a", "b", "contradict")]


def test_a_time_agreed_by_one_and_kept_by_another_is_no_clash_in_old_files() -> None:
    agreed = made("a", "call_later", 1, None, again=5)
    assert found(agreed, made("b", "no_need", 5.5, None, agent="望舒")) == []
    assert found(agreed, made("b", "no_need", 3, None, agent="望舒")) != []


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Settings and a case of 云落."""
    made = Folder(tmp_path)
    made.add("13800138000")
    return made


YES = outcome(
    "aaaaaaaa",
    disposition="need_confirmed",
    items=[{"name": "护手霜", "quantity": "40", "unit": "支"}],
)
NO = outcome(
    "bbbbbbbb",
    disposition="already_supplied",
    agent="望舒",
    attempted_at="2020-02-12T15:00:00+08:00",
)


def without_after(entry: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in entry.items() if key != "after_id"}


@pytest.mark.parametrize("order", list(permutations(["one.json", "two.json"])))
@pytest.mark.parametrize("together", [True, False])
def test_two_files_from_one_digest_go_in_whole_and_the_clash_is_told(
    folder: Folder, order: tuple[str, ...], together: bool
) -> None:
    more = outcome("cccccccc", attempted_at="2020-02-12T10:00:00+08:00")
    folder.save(more, {**YES, "after_id": more["id"]}, name="one.json")
    folder.save(NO, name="two.json")
    files = [folder.path / name for name in order]
    imports = [files] if together else [[file] for file in files]
    told = [folder.run("callback", "import", *some).output for some in imports]
    assert "See: distress callback clashes" in told[-1]
    assert "clash" not in "".join(told[:-1])
    assert [(c.agent, c.disposition) for c in folder.case(1).callbacks] == [
        ("云落", "no_answer"),
        ("云落", "need_confirmed"),
        ("望舒", "already_supplied"),
    ]
    listed = folder.run("callback", "clashes")
    [first, second] = lines(listed, ".json")
    assert first.split()[:2] == ["1", "contradict"]
    assert (
        "云落: need confirmed" in first and "hand cream (40 pcs)" in first and "one.json" in first
    )
    assert (
        "望舒: already supplied" in second and "2020-02-12 15:00" in second and "two.json" in second
    )


def test_importing_clashing_files_again_adds_nothing_and_tells_nothing_new(folder: Folder) -> None:
    files = folder.save(YES, name="one.json"), folder.save(NO, name="two.json")
    folder.run("callback", "import", *files)
    before = folder.run("callback", "clashes").output
    again = folder.run("callback", "import", *files, *reversed(files))
    assert "0 outcomes added, 4 known already" in again.output
    assert "clash" not in again.output
    assert folder.run("callback", "clashes").output == before


def test_a_clash_that_was_told_is_not_told_again_with_the_next_outcome(folder: Folder) -> None:
    folder.run(
        "callback", "import", folder.save(YES, name="1.json"), folder.save(NO, name="2.json")
    )
    more = outcome("dddddddd", attempted_at="2020-02-12T18:00:00+08:00", after_id=NO["id"])
    assert "clash" not in folder.run("callback", "import", folder.save(more)).output
    assert len(lines(folder.run("callback", "clashes"), "contradict")) == 1


def test_a_file_of_an_older_release_clashes_with_a_new_one(folder: Folder) -> None:
    old = folder.save(without_after(NO), name="old.json", version=1)
    told = folder.run("callback", "import", folder.save(YES, name="new.json"), old)
    assert "outcomes clash in case 1:" in told.output
    assert len(lines(folder.run("callback", "clashes"), ".json")) == 2


def test_two_files_of_an_older_release_clash(folder: Folder) -> None:
    files = [
        folder.save(without_after(entry), name=f"{entry['agent']}.json", version=1)
        for entry in (YES, NO)
    ]
    assert "outcomes clash in case 1:" in folder.run("callback", "import", *files).output


@pytest.mark.parametrize("seed", range(6))
def test_files_of_many_agents_give_the_same_whatever_order_they_come_in(
    tmp_path: Path, seed: int
) -> None:
    dice = Random(seed)
    asked: dict[str, dict[str, object]] = {
        "no_answer": {},
        "need_confirmed": {"items": [{"name": "护手霜"}]},
        "no_need": {},
        "call_later": {"call_again_at": "2020-02-14T09:00:00+08:00"},
        "in_distress": {},
    }
    files: dict[str, list[dict[str, object]]] = {}
    for agent in ("云落", "望舒", "青岚"):
        after: dict[int, object] = {}
        for number in range(8):
            case = dice.randint(1, 2)
            code = dice.choice(list(asked))
            entry = outcome(
                f"{agent}{number}",
                case=case,
                agent=agent,
                disposition=code,
                **asked[code],
                attempted_at=f"2020-02-12T{9 + number:02}:{dice.randint(0, 59):02}:00+08:00",
                after_id=after.get(case, ""),
            )
            after[case] = entry["id"]
            files.setdefault(f"{agent}.json", []).append(entry)
    told = []
    for turn in range(3):
        (tmp_path / str(turn)).mkdir()
        folder = Folder(tmp_path / str(turn))
        folder.add("13800138000")
        folder.add("13800138111")
        for name in dice.sample([*files, *files], 6):
            folder.run("callback", "import", folder.save(*files[name], name=name))
        assert sum(len(folder.case(case).callbacks) for case in (1, 2)) == 24
        listed = folder.run("callback", "clashes").output
        told.append(re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d *$", "", listed, flags=re.M))
    assert "contradict" in told[0] and told[0] == told[1] == told[2]


def test_no_clash_is_told_as_none(folder: Folder) -> None:
    assert "no clashes" in folder.run("callback", "clashes").output
    folder.run("callback", "import", folder.save(YES))
    assert "no clashes" in folder.run("callback", "clashes").output


def test_noting_what_holds_settles_the_clash_and_keeps_both(folder: Folder) -> None:
    folder.run(
        "callback", "import", folder.save(YES, name="1.json"), folder.save(NO, name="2.json")
    )
    folder.run("callback", "record", 1, "already_supplied", "--note", "问过急诊，已到货")
    assert "no clashes" in folder.run("callback", "clashes").output
    assert len(folder.case(1).callbacks) == 3
    assert "settled by 云落: already supplied" in folder.run("case", "show", 1).output


def test_a_file_with_a_hostile_name_steers_no_terminal(folder: Folder) -> None:
    file = folder.save(YES, name="one\x1b[2J\u202e.json")
    told = folder.run("callback", "import", file, folder.save(NO, name="two.json")).output
    assert "\x1b" not in told + folder.run("callback", "clashes").output
