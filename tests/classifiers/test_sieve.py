"""The sieve behind the gate: requests get through, and news of hospitals does not."""

from __future__ import annotations

import pytest

from classifiers import pipeline
from classifiers.measure import corpus
from classifiers.need import NOISE
from classifiers.normalise import normalise
from classifiers.request import gate, quick, request

# Measured on the held-out fifth of the corpus: all 213 requests that pass the gate get through.
REQUESTS_LET_THROUGH = 0.99
# Its other posts look like requests, one and all, and yet one in ten is told at a glance.
LOOK_ALIKES_STOPPED = 0.05
NEWS = (
    "【国际观察】从罗马到纽约，护士用垃圾袋裹身，口罩晾干再用。专家表示，全球口罩产能集中于少数国家，"
    "效率优先的供应链今后须重建，各国政府应当反思"
)


def let_through(text: str) -> bool:
    return request.model().lets_through(quick.features(normalise(text)))


def test_requests_that_pass_the_gate_get_through() -> None:
    texts = [e.text for e in corpus.bundled() if e.held_out and e.label == "request"]
    passed = [text for text in texts if gate.passes(normalise(text))]
    through = [text for text in passed if let_through(text)]
    assert len(through) >= REQUESTS_LET_THROUGH * len(passed) > 100


def test_some_look_alikes_that_pass_the_gate_are_stopped() -> None:
    texts = [e.text for e in corpus.bundled() if e.held_out and e.label != "request"]
    passed = [text for text in texts if gate.passes(normalise(text))]
    stopped = [text for text in passed if not let_through(text)]
    assert len(stopped) >= LOOK_ALIKES_STOPPED * len(passed)


def test_news_from_abroad_passes_the_gate_and_is_stopped() -> None:
    assert gate.passes(normalise(NEWS))
    assert next(pipeline.read([NEWS])) is NOISE


def test_what_is_stopped_can_be_read_all_the_same() -> None:
    [reading] = pipeline.read([NEWS], gated=False)
    assert reading is not NOISE
    assert not reading.flagged


@pytest.mark.parametrize("text", ["", "😷", "x" * 30_000])
def test_odd_input_is_judged_without_harm(text: str) -> None:
    assert let_through(text) in {True, False}
