"""Speaker: who tells of a need is known from the author's own words, else nobody is named."""

from __future__ import annotations

import pytest
from marked import Marked, doc_of, load

from classifiers import pipeline
from classifiers.facilities import read_facilities
from classifiers.speaker import SPEAKERS, read_speaker
from classifiers.speaker.voice import read_voice

CASES = load("speaker")


def speaker(text: str) -> str | None:
    doc = doc_of(text)
    doc._.facilities = read_facilities(doc)
    doc._.voice = read_voice(doc)
    return read_speaker(doc)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_tells_who_speaks(case: Marked) -> None:
    assert (speaker(case.text) or "-") == case.label


def test_the_cases_hold_every_kind_of_speaker() -> None:
    assert {case.label for case in CASES} == {*SPEAKERS, "-"}


def test_the_speaker_stands_among_the_details_of_a_reading() -> None:
    [reading] = pipeline.read(["帮转！紫荆医院急需N95口罩500个，联系李护士13800138000"])
    assert reading.details["speaker"] == "repost"
    assert reading.voice == "passed on"


@pytest.mark.parametrize("unit", ["我", "我妈", "我们医院", "记者", "【", "//@a:"])
def test_endless_repeats_are_read_to_the_end(unit: str) -> None:
    assert speaker((unit * 20_000)[:20_000]) in {None, *SPEAKERS}


@pytest.mark.parametrize("text", ["", "\u0000", "😷"])
def test_odd_input_names_no_speaker(text: str) -> None:
    assert speaker(text) is None
