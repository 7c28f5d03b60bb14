"""How good flagging is, by how callbacks ended: a week, a source, a reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from desk_folder import Folder
from page_words import words_of
from staged_day import NOW, add_case, call, settings_in

from classifiers.need import Evidence, Reading
from monitor import digest
from monitor.digest.precision import WEEKS, falls, precision, wilson
from monitor.store import Store
from monitor.store.times import to_column

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2027, 3, 8)  # of the week of NOW
TEXT = "求助！晴川医院急需口罩，已经用完"


def reading(*roles: str) -> Reading:
    """Return the reading of a post that was flagged for words of these roles."""
    evidence = tuple(Evidence(text=TEXT[:2], start=0, end=2, role=role) for role in roles)
    return Reading(flagged=True, score=0.9, label="request", evidence=evidence)


def case_of(
    store: Store, *dispositions: str, roles: tuple[str, ...] = ("asking",), weeks_ago: int = 0
) -> int:
    """Open a case, weeks ago where told, and note how its callbacks ended, the last one last."""
    case_id = add_case(store, TEXT, reading(*roles))
    for at, disposition in enumerate(dispositions):
        call(store, case_id, disposition, hours_ago=len(dispositions) - at)
    with store.write():
        store.connection.db.execute(
            "UPDATE cases SET opened_at = ? WHERE id = ?",
            [to_column(NOW - timedelta(weeks=weeks_ago)), case_id],
        )
    return case_id


def figures(store: Store, *, now: datetime = NOW) -> dict[tuple[date, str], tuple[int, ...]]:
    """Return confirmed, no need and unreachable by week and reason."""
    return {
        (one.week, one.reason): (one.confirmed, one.no_need, one.unreachable)
        for one in precision(store, now=now, zone=ZONE)
    }


@pytest.mark.parametrize(
    ("noted", "counted"),
    [
        (["need_confirmed"], (1, 0, 0)),
        (["already_supplied"], (1, 0, 0)),
        (["no_need"], (0, 1, 0)),
        (["no_answer", "busy"], (0, 0, 1)),
        (["wrong_number"], (0, 0, 1)),
        (["no_answer", "need_confirmed"], (1, 0, 0)),
        (["no_need", "need_confirmed"], (1, 0, 0)),
        (["need_confirmed", "no_need"], (0, 1, 0)),
    ],
)
def test_the_last_callback_that_says_what_the_post_was_decides(
    store: Store, noted: list[str], counted: tuple[int, ...]
) -> None:
    case_of(store, *noted)
    assert figures(store)[MONDAY, "all"] == counted


@pytest.mark.parametrize("noted", [[], ["message_sent"], ["call_later"], ["declined"]])
def test_what_tells_nothing_is_not_counted(store: Store, noted: list[str]) -> None:
    case_of(store, *noted)
    assert figures(store) == {}


def test_a_callback_by_which_the_case_no_longer_goes_counts_no_longer(store: Store) -> None:
    case_id = case_of(store, "no_need")
    store.cases.reopen(case_id, actor="望舒", reason="听错了")
    assert figures(store) == {}


def test_the_callbacks_of_a_case_that_was_put_into_another_count_there(store: Store) -> None:
    kept, other = case_of(store), case_of(store, "need_confirmed")
    store.cases.absorb(kept, other)
    assert figures(store)[MONDAY, "all"] == (1, 0, 0)


def test_each_reason_and_each_week_is_counted_apart(store: Store) -> None:
    case_of(store, "need_confirmed")
    case_of(store, "no_need", roles=("lacking",))
    case_of(store, "no_need", roles=("asking", "lacking"), weeks_ago=1)
    case_of(store, "no_need", roles=("goods",), weeks_ago=WEEKS)
    assert figures(store) == {
        (MONDAY, "all"): (1, 1, 0),
        (MONDAY, "asking"): (1, 0, 0),
        (MONDAY, "lacking"): (0, 1, 0),
        (MONDAY - timedelta(weeks=1), "all"): (0, 1, 0),
        (MONDAY - timedelta(weeks=1), "both"): (0, 1, 0),
    }
    assert next(iter(figures(store))) == (MONDAY, "all"), "the newest week comes first"


def test_weeks_begin_on_monday_by_the_clock_of_the_settings(store: Store) -> None:
    case_of(store, "need_confirmed")
    sunday = datetime(2027, 3, 14, 23, 59, tzinfo=ZONE)
    assert (MONDAY, "all") in figures(store, now=sunday)
    assert list(figures(store, now=sunday + timedelta(minutes=1))) == [
        (MONDAY, "all"),
        (MONDAY, "asking"),
    ]


@pytest.mark.parametrize(
    ("hits", "count", "interval"),
    # 8 of 10: 0.4902 to 0.9433, as in textbooks.
    [(0, 0, (0, 1)), (8, 10, (0.4902, 0.9433)), (10, 10, (0.7225, 1)), (0, 10, (0, 0.2775))],
)
def test_the_interval_is_wilsons(hits: int, count: int, interval: tuple[float, float]) -> None:
    assert wilson(hits, count) == pytest.approx(interval, abs=1e-4)


def test_a_fall_is_told_on_the_leads_page_and_in_the_terminal(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with folder.store() as store:
        for _ in range(12):
            case_of(store, "need_confirmed", weeks_ago=1)
            case_of(store, "no_need")
        for _ in range(3):
            case_of(store, "need_confirmed", roles=("lacking",), weeks_ago=1)
        case_of(store, "no_need", roles=("lacking",))
        fallen = falls(precision(store, now=NOW, zone=ZONE))
        pages = digest.write(store, settings_in(tmp_path), now=NOW)
    assert [(one.reason, one.fell_from) for one in fallen] == [("all", 1.0), ("asking", 1.0)]
    words = words_of((pages / "index.html").read_text())
    assert "误报变多了" in words and "属实 0%，前几周 100%" in words
    assert "标得准不准" in words
    told = folder.run("score", "--outcomes").output
    assert told.count("FELL from 100%") == 2
    assert "words of shortage" in told and "0% (0% to 79%)" in told


def test_without_callbacks_there_is_no_table_and_the_terminal_says_so(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with folder.store() as store:
        pages = digest.write(store, settings_in(tmp_path), now=NOW)
    assert "标得准不准" not in words_of((pages / "index.html").read_text())
    assert "no case of the last weeks has been called" in folder.run("score", "--outcomes").output
