"""Evidence: the words that made a post a request are shown, each a span of the post."""

from __future__ import annotations

import pytest
from marked import Marked, load

from classifiers import pipeline
from classifiers.need import Evidence
from classifiers.request.evidence import read_evidence
from classifiers.request.request import Judgement

CASES = load("evidence")
ROLES = {"asking", "lacking", "goods", "facility", "contact", "urgency"}
PRESSING = {"asking", "lacking"}  # these may be shown as urgency, and within longer words
ODD = (
    "",
    "\u0000求助\u0000",
    "😷" * 40 + "求助！紫荆医院急需口罩" + "😷" * 40,
    "求助！！\r\n\t紫荆医院急需  口罩５００个，℡１３８００１３８０００",
    "ﬁ求助㈱紫荊醫院㎏急需口罩①②③個",
    "求助" * 500,
)


def shown(text: str, *, flagged: bool = True) -> tuple[Evidence, ...]:
    """Return the evidence of a post as if it had been flagged or not, whatever the model says."""
    doc = pipeline.annotate(text)
    doc._.request = Judgement(flagged, 0.9, "request" if flagged else "none")
    return read_evidence(doc)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_shows_the_words_that_made_it_a_request(case: Marked) -> None:
    found = shown(case.text)
    for note, words, start in case.marks:
        end = start + len(words)
        if note == "not":
            assert [e.text for e in found if e.start < end and start < e.end] == [], words
        elif note in PRESSING:
            around = [e.role for e in found if e.start <= start and end <= e.end]
            assert around and around[0] in {note, "urgency"}, words
        else:
            assert (note, words, start) in {(e.role, e.text, e.start) for e in found}


def test_there_are_sentences_for_every_role_and_for_none() -> None:
    assert len(CASES) >= 40
    assert {note for case in CASES for note, _, _ in case.marks} == ROLES | {"not"}


@pytest.mark.parametrize("text", [*(case.text for case in CASES), *ODD], ids=lambda t: t[:30])
def test_evidence_is_words_of_the_post_in_order_without_overlaps(text: str) -> None:
    found = shown(text)
    assert all(text[entry.start : entry.end] == entry.text != "" for entry in found)
    assert all(entry.role in ROLES for entry in found)
    ends = [0, *(entry.end for entry in found)]
    assert all(entry.start >= end for entry, end in zip(found, ends, strict=False))


def test_a_post_that_is_not_flagged_shows_nothing() -> None:
    case = next(case for case in CASES if len(case.marks) >= 5)
    assert shown(case.text)
    assert shown(case.text, flagged=False) == ()


def test_what_the_line_flags_has_evidence() -> None:
    texts = [case.text for case in load("request")]
    readings = [reading for reading in pipeline.read(texts) if reading.flagged]
    assert readings
    assert all(reading.evidence for reading in readings)
