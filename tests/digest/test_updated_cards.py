"""A case's posts are one thread, the newest first, and what they change stands where it belongs."""

from __future__ import annotations

from pathlib import Path

import pytest
from staged_day import NOW, call, settings_in
from updated_day import AUTHOR, STOP, stage_updates

from monitor.digest.case_view import CaseView
from monitor.digest.day import read_day
from monitor.digest.lead import lead_view
from monitor.store import Store


def view_of(store: Store, folder: Path, case_id: int) -> CaseView:
    return read_day(store, settings_in(folder), now=NOW).views[case_id]


@pytest.fixture
def case_id(store: Store) -> int:
    """A case with updates."""
    return stage_updates(store)


def test_the_newest_post_is_on_top_with_who_says_it(
    store: Store, tmp_path: Path, case_id: int
) -> None:
    posts = view_of(store, tmp_path, case_id).posts
    assert [post.number for post in posts] == [5, 4, 3, 2, 1]
    assert [post.same_voice for post in posts] == [None, 1, 1, None, None]
    assert [post.number for post in posts if post.stands_open] == [4, 1]
    assert [post.said.own for post in posts if post.said] == [False, True, True]


def test_goods_stand_as_the_newest_statement_has_them(
    store: Store, tmp_path: Path, case_id: int
) -> None:
    view = view_of(store, tmp_path, case_id)
    assert [(one.name, one.amount, one.state, one.arrived) for one in view.goods] == [
        ("护手霜", "60", "part", "40支"),
        ("面膜", "20", "wanted", ""),
        ("橡皮筋", "若干", "enough", ""),
    ]
    assert view.goods[0].others == ("100支",), "the older amount stands beside it"
    assert view.goods_words == "护手霜、面膜", "the opening line speaks of what is wanted"


def test_the_first_question_is_what_was_said_last_until_somebody_answered(
    store: Store, tmp_path: Path, case_id: int
) -> None:
    question = view_of(store, tmp_path, case_id).question
    assert question is not None
    assert [(one.name, one.amount, one.left) for one in question.goods] == [
        ("护手霜", "40支", "60支")
    ]
    call(store, case_id, "call_later", hours_ago=0.2, again_in=2)
    assert view_of(store, tmp_path, case_id).question is None


def test_what_a_stranger_says_stands_beside_and_goes_to_the_lead(
    store: Store, tmp_path: Path, case_id: int
) -> None:
    view = view_of(store, tmp_path, case_id)
    assert [(one.author, one.own) for one in view.said if not one.own] == [("路人甲", False)]
    assert not any(one.struck for one in view.goods if one.name == "面膜")
    [said] = lead_view(read_day(store, settings_in(tmp_path), now=NOW)).said
    assert (said.case.id, said.author, said.own) == (case_id, "路人甲", False)
    assert "13800138001" not in said.statement


def test_a_stop_stands_on_top_with_its_words_and_link(store: Store, tmp_path: Path) -> None:
    view = view_of(store, tmp_path, stage_updates(store, STOP))
    assert view.stop is not None
    assert (view.stop.author, view.stop.url) == (AUTHOR, "https://example.org/u6")
    assert "够用了" in view.stop.statement
    said = lead_view(read_day(store, settings_in(tmp_path), now=NOW)).said
    assert [one.own for one in said] == [True, False]
