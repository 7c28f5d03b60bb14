"""The gate: nearly every real request passes it, and what is plainly noise does not."""

from __future__ import annotations

import pytest

from classifiers.measure import corpus
from classifiers.measure.corpus import Example
from classifiers.normalise import normalise
from classifiers.request import gate

# Measured on the whole corpus: 810 of 824 clear requests, 953 with the borderline ones of 980.
# What the gate stops, nobody ever reads; its words are in data/lexicons/gate_*.txt. Aim: 0.99.
CLEAR_REQUESTS_PASSED = 0.98
REQUESTS_PASSED = 0.97
# Of data/corpus/none.jsonl; 0.79 before all listed goods counted, 0.76 before soft pleas did. Of a
# real day's posts 88 % are stopped (12.7 % pass, 12.0 % before soft pleas counted).
NOISE_STOPPED = 0.72


def passed(examples: list[Example]) -> float:
    """Return the share of posts that pass."""
    texts = [example.text for example in examples]
    return sum(gate.passes(normalise(text)) for text in texts) / len(texts)


def test_no_fewer_clear_requests_pass_than_when_it_was_measured() -> None:
    requests = [example for example in corpus.bundled() if example.label == "request"]
    clear = [example for example in requests if not example.borderline]
    assert passed(clear) >= CLEAR_REQUESTS_PASSED


def test_no_fewer_requests_pass_than_when_it_was_measured() -> None:
    requests = [example for example in corpus.bundled() if example.label == "request"]
    assert passed(requests) >= REQUESTS_PASSED


def test_most_posts_that_ask_for_nothing_are_stopped() -> None:
    noise = [example for example in corpus.bundled() if example.id.startswith("no-")]
    assert 1 - passed(noise) >= NOISE_STOPPED


@pytest.mark.parametrize(
    "text",
    [
        "紫荆医院急需口罩",
        "我们科室的护目镜只够一天了",
        "紫荊醫院急需Ｎ９５",
        "求扩散！医护人员没有防护服",
        "转发//@半盏孤灯:卫生院物资告急",
    ],
)
def test_a_plea_passes(text: str) -> None:
    assert gate.passes(normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "今天的晚霞真好看",
        "急需一个拥抱和一杯奶茶",
        "医院门口的樱花开了",
        "😷" * 50,
        "\x00\x07\u202e",
    ],
)
def test_small_talk_is_stopped(text: str) -> None:
    assert not gate.passes(normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "紫荆市中心血站求助：不是缺血，是缺采血袋，电话0912-5550123",
        "我是规培生，在紫荆县人民医院轮转，电极片过期两年，VX：qinghe_01",
    ],
)
def test_a_facility_with_a_contact_passes(text: str) -> None:
    assert gate.passes(normalise(text))
