"""Voice: medics and facilities that speak of themselves are told from those who pass a need on."""

from __future__ import annotations

import pytest
from marked import Marked, doc_of, load

from classifiers import pipeline
from classifiers.facilities import read_facilities
from classifiers.speaker.voice import read_voice


def voice(text: str) -> str:
    doc = doc_of(text)
    doc._.facilities = read_facilities(doc)
    return read_voice(doc)


@pytest.mark.parametrize("case", load("voice"), ids=lambda case: case.text)
def test_tells_who_speaks(case: Marked) -> None:
    assert voice(case.text) == case.label


def test_the_name_of_an_account_tells_who_speaks_where_the_words_do_not() -> None:
    plea = "梧桐山医院呼吸科急需手套两箱，电话13800138001"
    voices = {
        author: pipeline.read_post(plea, author).voice
        for author in ("梧桐山医院", "梧桐山设备科", "梧桐山日报", None)
    }
    assert voices["梧桐山医院"] == voices["梧桐山设备科"] == "firsthand"
    assert voices["梧桐山日报"] == "passed on"


def test_what_authors_pass_on_of_their_own_is_theirs() -> None:
    plea = "再转一次//@白班小禾:我是护士，我们科室急需手套，电话13800138001"
    assert pipeline.read_post(plea, "白班小禾").voice == "firsthand"
    assert pipeline.read_post(plea, "路人小禾").voice == "passed on"


@pytest.mark.parametrize("unit", ["我们", "我是", "我在", "医院", "我们医院", "【"])
def test_endless_repeats_are_read_to_the_end(unit: str) -> None:
    """One backtracking pattern would hold up the whole line here, and this test with it."""
    doc = doc_of((unit * 100_000)[:100_000])
    found = read_voice(doc)
    assert found in {"firsthand", "passed on"}


@pytest.mark.parametrize("text", ["", "\u0000", "😷"])
def test_odd_input_counts_as_passed_on(text: str) -> None:
    assert voice(text) == "passed on"
