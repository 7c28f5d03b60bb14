"""Requests and their hard twins: the bundled model tells most of our own sentences rightly."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import opencc
import pytest
from marked import Marked, load

from classifiers import pipeline
from classifiers.measure import corpus

CASES = load("request")
RIGHT = 0.85  # share of all sentences
RIGHT_OF_A_KIND = 0.75  # share of the requests, and of the look-alikes


@pytest.fixture(scope="module")
def flagged() -> dict[str, bool]:
    """Whether each sentence is flagged by the model that comes with the project."""
    texts = [case.text for case in CASES]
    return {
        text: reading.flagged for text, reading in zip(texts, pipeline.read(texts), strict=True)
    }


def test_there_are_as_many_twins_as_requests_and_none_comes_twice() -> None:
    counts = Counter(case.label for case in CASES)
    assert counts.keys() == {"request", "not"}
    assert counts["request"] == counts["not"] >= 40
    assert len({case.text for case in CASES}) == len(CASES)


def wrong_among(cases: list[Marked], flagged: dict[str, bool]) -> list[str]:
    """Return the sentences that are told wrongly, with what they are."""
    return [
        f"{case.label}: {case.text}"
        for case in cases
        if flagged[case.text] != (case.label == "request")
    ]


def test_most_sentences_are_told_rightly(flagged: dict[str, bool]) -> None:
    wrong = wrong_among(CASES, flagged)
    share = 1 - len(wrong) / len(CASES)
    assert share >= RIGHT, f"{share:.2f} right; wrong are:\n" + "\n".join(wrong)


@pytest.mark.parametrize("label", ["request", "not"])
def test_neither_kind_is_told_at_the_cost_of_the_other(
    label: str, flagged: dict[str, bool]
) -> None:
    ours = [case for case in CASES if case.label == label]
    wrong = wrong_among(ours, flagged)
    share = 1 - len(wrong) / len(ours)
    assert share >= RIGHT_OF_A_KIND, f"{share:.2f} right; wrong are:\n" + "\n".join(wrong)


def test_a_request_is_likelier_than_its_twin() -> None:
    pairs = list(zip(CASES[::2], CASES[1::2], strict=True))
    assert all((plea.label, twin.label) == ("request", "not") for plea, twin in pairs)
    scores = [
        [reading.score for reading in pipeline.read([plea.text, twin.text])] for plea, twin in pairs
    ]
    wrong = [plea.text for (plea, _), (high, low) in zip(pairs, scores, strict=True) if high <= low]
    assert len(wrong) <= 0.05 * len(pairs), "\n".join(wrong)


def flags(texts: list[str]) -> list[bool]:
    return [reading.flagged for reading in pipeline.read(texts)]


def test_posts_turned_to_traditional_script_are_flagged_alike() -> None:
    texts = [example.text for example in corpus.bundled() if example.held_out]
    assert flags(list(map(opencc.OpenCC("s2t").convert, texts))) == flags(texts)


def test_real_posts_turned_to_traditional_script_are_flagged_alike(shared: Path) -> None:
    lines = (shared / "eval" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    before, after = flags(texts), flags(list(map(opencc.OpenCC("s2t").convert, texts)))
    same = sum(one == other for one, other in zip(before, after, strict=True))
    assert same >= 0.99 * len(texts)
