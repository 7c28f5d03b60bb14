"""The gate: nearly every real request passes it, and what is plainly noise does not."""

from __future__ import annotations

import time

import pytest

from classifiers import corpus, gate
from classifiers.normalise import normalise

# Measured on the whole corpus (577 of 660): what the gate stops, nobody ever reads. Raise it with
# the words in data/lexicons/gate_*.txt; the aim is 0.99.
REQUESTS_PASSED = 0.87
NOISE_STOPPED = 0.85  # of the posts of our corpus that ask for nothing; measured 0.89


def passed(label: str) -> float:
    """Return the share of the corpus's posts of a label that pass."""
    texts = [example.text for example in corpus.bundled() if example.label == label]
    return sum(gate.passes(normalise(text)) for text in texts) / len(texts)


def test_no_fewer_requests_pass_than_when_it_was_measured() -> None:
    assert passed("request") >= REQUESTS_PASSED


def test_most_posts_that_ask_for_nothing_are_stopped() -> None:
    assert 1 - passed("none") >= NOISE_STOPPED


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
        "求推荐补水面膜，油敏皮",
        "医院门口的樱花开了",
        "😷" * 50,
        "\x00\x07\u202e",
    ],
)
def test_small_talk_is_stopped(text: str) -> None:
    assert not gate.passes(normalise(text))


def test_words_far_behind_the_length_of_any_post_are_not_looked_at() -> None:
    assert gate.passes("啊" * 10_000 + "紫荆医院急需口罩")
    assert not gate.passes("啊" * 100_000 + "紫荆医院急需口罩")


def test_ten_thousand_posts_take_less_than_a_second() -> None:
    gate.passes("")
    started = time.process_time()
    for _ in range(10_000):
        gate.passes("今天的晚霞真好看，楼下的梅花也开了" * 6)
    assert time.process_time() - started < 1
