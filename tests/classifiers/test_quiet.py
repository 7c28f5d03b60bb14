"""Quiet pleas: said in dialect, in English words, or in one sentence of a long post."""

from __future__ import annotations

import json

import numpy as np
import opencc
import pytest

import data
from classifiers import pipeline
from classifiers.measure import corpus
from classifiers.normalise import normalise
from classifiers.request import features, gate, quick

PLEA = "我们晴川卫生院的护士站只剩两盒手套了，谁家诊所能先匀我们几盒，钱照付，电话13800138001。"
TALK = "今天下班以后去菜场买了一把青菜，回家煮了一碗面，电视里在放老电影，窗外下着小雨。"
LONG = TALK * 9 + PLEA + TALK * 9


def test_every_quiet_plea_has_one_twin_that_asks_for_nothing_of_the_kind() -> None:
    pairs: dict[str, list[str]] = {}
    for row in data.read_json_lines("corpus/quiet.jsonl"):
        pairs.setdefault(row["pair"], []).append(row["label"])
        assert row["kind"]
    assert len(pairs) >= 600
    assert all(
        labels[0] == "request" != labels[1] and len(labels) == 2 for labels in pairs.values()
    )


def test_a_plea_and_its_twin_are_held_out_together() -> None:
    held_out: dict[str, set[bool]] = {}
    for example in corpus.bundled():
        if example.pair:
            held_out.setdefault(example.pair, set()).add(example.held_out)
    assert {len(either) for either in held_out.values()} == {1}
    assert {True, False} == set.union(*held_out.values())


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("我哋門診啲手套得返兩盒", "我们门诊些手套只剩两盒"),
        ("有冇口罩，唔夠用", "有没有口罩,不够用"),
        ("護理師要暖暖包", "护士要暖宝宝"),
        ("hand cream Sold Out了", "护手霜 缺货了"),
        ("俺们卫生室木有碘伏了", "我们卫生室没有碘伏了"),
        ("needle和errand不动", "needle和errand不动"),
    ],
)
def test_dialect_and_english_are_described_as_their_plain_words(said: str, plain: str) -> None:
    assert quick.plain_words(normalise(said)) == plain


def test_both_scripts_of_a_quiet_post_have_the_same_features() -> None:
    examples = [example for example in corpus.bundled() if example.kind and example.held_out][:60]
    simplify = opencc.OpenCC("t2s").convert
    differing = []
    for example in examples:
        simplified = simplify(example.text)
        if len(simplified) == len(example.text):  # some words are told by another number of signs
            one, other = pipeline.annotate(example.text), pipeline.annotate(simplified)
            if not np.array_equal(one._.features, other._.features):
                differing.append(example.text)
    assert differing == []


def test_a_plea_in_one_sentence_of_a_long_post_is_found_there() -> None:
    without, with_plea = pipeline.read([TALK * 18, LONG])
    assert len(LONG) > 700
    assert not without.flagged
    assert with_plea.flagged


def test_windows_hold_whole_sentences_and_all_of_them() -> None:
    doc = pipeline.annotate(LONG)
    windows = features.windows(normalise(LONG), doc._.parts)
    assert len(windows) == len(doc._.views) > 5
    assert {piece.text for window in windows for piece in window} == {
        f"{sentence}。" for sentence in normalise(LONG).split("。")[:-1]
    }
    assert all(
        sum(len(piece.text) for piece in window) <= features.WINDOW or len(window) == 1
        for window in windows
    )


def test_a_short_post_has_no_views_and_one_with_hashtags_a_view_without() -> None:
    assert pipeline.annotate(PLEA)._.views == ()
    tagged = pipeline.annotate(f"#武汉加油#{PLEA}")
    [bare] = tagged._.views
    assert len(bare) < len(tagged._.features)


def test_a_text_without_an_end_of_a_sentence_is_described_in_bounded_time() -> None:
    doc = pipeline.annotate("我们医院缺口罩" * 2_800)
    assert len(doc._.views) == 1


@pytest.mark.parametrize(
    "text",
    [
        "老闆，屯門青山診所想同你買兩箱手套，有冇貨",
        "站里的体温计都量不准了，谁家卫生所有多的先借一支",
        "我们clinic的swab已经run out了",
        "谁往云岭跑车？给村卫生室捎箱葡萄糖",
        "护士站热水壶坏了，医院门口的店家有没有换下来的",
    ],
)
def test_a_quiet_plea_passes_the_gate(text: str) -> None:
    assert gate.passes(normalise(text))


def test_no_soft_word_that_passes_the_gate_is_of_everyday_talk() -> None:
    everyday = set(data.read_words("lexicons/gate_everyday.txt"))
    assert everyday.isdisjoint(gate._soft_words())
    assert not gate.passes("在医院门口借了一把伞")


def test_words_that_are_spoken_stand_once_in_their_list() -> None:
    rows = data.read_table("lexicons/spoken.tsv")
    words = [word for word, _ in rows]
    assert len(words) == len(set(words))
    assert all(word != plain for word, plain in rows), json.dumps(rows, ensure_ascii=False)
