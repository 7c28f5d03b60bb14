"""Urgency: the most pressing words win, and words that only look pressing do not count."""

from __future__ import annotations

import pytest
from marked import Marked, doc_of, load

from classifiers.urgency import read_urgency


@pytest.mark.parametrize("case", load("urgency"), ids=lambda case: case.text)
def test_finds_what_is_marked_and_no_more(case: Marked) -> None:
    found = read_urgency(doc_of(case.text))
    assert ([(found.level, found.text, found.start)] if found else []) == list(case.marks)


def test_words_of_the_post_win_over_those_of_a_hashtag() -> None:
    found = read_urgency(doc_of("#医院口罩告罄#我院急需手套"))
    assert found is not None
    assert (found.level, found.text) == ("high", "急需")


def test_a_hashtag_about_something_else_presses_in_nothing() -> None:
    assert read_urgency(doc_of("#紧急寻人#今天吃了面条")) is None


@pytest.mark.parametrize("unit", ["急", "急需", "口罩都", "仅剩", "只够", "没有", "快"])
def test_endless_repeats_are_read_to_the_end(unit: str) -> None:
    """One backtracking pattern would hold up the whole line here, and this test with it."""
    doc = doc_of((unit * 100_000)[:100_000])
    found = read_urgency(doc)
    assert found is None or found.end <= len(doc.text)


@pytest.mark.parametrize("text", ["", "\u0000", "😷"])
def test_odd_input_presses_in_nothing(text: str) -> None:
    assert read_urgency(doc_of(text)) is None
