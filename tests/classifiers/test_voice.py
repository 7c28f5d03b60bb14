"""Voice: medics and facilities that speak of themselves are told from those who pass a need on."""

from __future__ import annotations

import pytest
from marked import Marked, doc_of, load

from classifiers.facilities import read_facilities
from classifiers.speaker.voice import read_voice


def voice(text: str) -> str:
    doc = doc_of(text)
    doc._.facilities = read_facilities(doc)
    return read_voice(doc)


@pytest.mark.parametrize("case", load("voice"), ids=lambda case: case.text)
def test_tells_who_speaks(case: Marked) -> None:
    assert voice(case.text) == case.label


@pytest.mark.parametrize("unit", ["我们", "我是", "我在", "医院", "我们医院", "【"])
def test_endless_repeats_are_read_to_the_end(unit: str) -> None:
    """One backtracking pattern would hold up the whole line here, and this test with it."""
    doc = doc_of((unit * 100_000)[:100_000])
    found = read_voice(doc)
    assert found in {"firsthand", "passed on"}


@pytest.mark.parametrize("text", ["", "\u0000", "😷"])
def test_odd_input_counts_as_passed_on(text: str) -> None:
    assert voice(text) == "passed on"
