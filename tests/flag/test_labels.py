"""How callbacks ended becomes labelled posts: each case teaches once, in the words of its posts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from staged_day import add_case, add_need, call, reading_of

from classifiers.measure.corpus import Example
from classifiers.need import LABELS, Reading
from monitor.calling.dispositions import dispositions
from monitor.calling.dispositions import labels as disposition_labels
from monitor.flag import labels, training
from monitor.store import Store
from monitor.types import ConfirmedItem

PLEA = "晴川市紫荆医院急需护手霜40支、面膜若干，李护士13800138000"
OTHERS = (
    "望江镇卫生院发热门诊缺体温计，夜里轮着用，找总务科王师傅13800138111",
    "白鹭市儿科的姑娘们说雨靴漏水，谁能寄二十双到东门",
    "云溪区手术室求吹风机和电热毯，宿舍没有暖气，收件人小穆",
    "青禾县支援医疗队想吃口热的，方便粥和自热米饭都行，13800138222",
)


def reading(text: str) -> Reading:
    """Return a reading without spans."""
    return reading_of(text)


def closed(store: Store, text: str, disposition: str, goods: Sequence[str] = ()) -> int:
    """Write a case of one post with a callback that ended so."""
    case = add_case(store, text, reading(text))
    call(store, case, disposition, items=[ConfirmedItem(name=name) for name in goods])
    return case


def passed_on(store: Store, case: int, text: str) -> None:
    """Add a post to a case."""
    need = add_need(store, text, reading(text))
    store.cases.join(case, need, reason="same text", matched_need_id=None)


def test_every_disposition_that_teaches_is_one_and_teaches_a_label_there_is() -> None:
    assert disposition_labels().keys() <= dispositions().keys()
    assert set(disposition_labels().values()) <= set(LABELS)


@pytest.mark.parametrize(
    ("disposition", "label"),
    [("need_confirmed", "request"), ("already_supplied", "request"), ("no_need", "none")],
)
def test_the_disposition_labels_the_post(store: Store, disposition: str, label: str) -> None:
    case = closed(store, PLEA, disposition)
    assert labels.examples(store) == [Example(f"case {case}", PLEA, label, real=True)]


@pytest.mark.parametrize("disposition", sorted(dispositions().keys() - disposition_labels().keys()))
def test_other_dispositions_teach_nothing(store: Store, disposition: str) -> None:
    closed(store, PLEA, disposition)
    assert labels.examples(store) == []


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["need_confirmed", "no_need", "busy"]))
)
def test_the_last_callback_that_teaches_decides(store: Store, order: tuple[str, ...]) -> None:
    case = add_case(store, PLEA, reading(PLEA))
    for hours, disposition in enumerate(order):
        call(store, case, disposition, hours_ago=9 - hours)
    last = [disposition for disposition in order if disposition != "busy"][-1]
    assert [e.label for e in labels.examples(store)] == [disposition_labels()[last]]


def test_a_post_that_was_passed_on_word_for_word_teaches_once(store: Store) -> None:
    case = closed(store, PLEA, "need_confirmed")
    for name in ("小禾", "阿绿", "半夏"):
        passed_on(store, case, f"扩//@{name}:{PLEA}#{name}的接力#")
    assert len(labels.examples(store)) == 1


def test_a_case_of_many_posts_teaches_no_more_than_three_texts(store: Store) -> None:
    case = closed(store, PLEA, "need_confirmed")
    for text in OTHERS:
        passed_on(store, case, text)
    assert len({example.text for example in labels.examples(store)}) == 3


def test_posts_of_one_case_are_held_out_together(store: Store) -> None:
    for number in range(12):
        case = closed(store, f"{OTHERS[0]}{number * 97}", "no_need")
        passed_on(store, case, f"{OTHERS[1]}{number * 97}")
    found = labels.examples(store)
    by_case = {example.id: {e.held_out for e in found if e.id == example.id} for example in found}
    assert len(found) == 24
    assert all(len(held_out) == 1 for held_out in by_case.values())


def test_of_two_cases_with_one_text_the_one_called_last_teaches(store: Store) -> None:
    for hours, disposition in ((5, "need_confirmed"), (2, "no_need")):
        call(store, add_case(store, PLEA, reading(PLEA)), disposition, hours_ago=hours)
    assert [example.label for example in labels.examples(store)] == ["none"]


def test_a_need_that_was_split_off_is_not_taught_by_the_case_it_left(store: Store) -> None:
    case = closed(store, PLEA, "no_need")
    passed_on(store, case, OTHERS[0])
    need = next(n for n in store.cases.get([case])[0].needs if n.words == OTHERS[0])
    store.cases.split(case, [need.id])
    assert [example.text for example in labels.examples(store)] == [PLEA]


def test_confirmed_goods_are_kept_in_the_words_of_the_post(store: Store) -> None:
    text = "白鹭市儿科缺大白褂和护手霜"
    read = reading_of(text, goods=[("大白褂", None, None)])
    item = read.items[0]
    named = type(item)(text=item.text, start=item.start, end=item.end, name="防护服")
    case = add_case(store, text, Reading(flagged=True, score=0.9, items=(named,)))
    goods = [ConfirmedItem(name=name, quantity="4") for name in ("防护服", "护手霜", "雨靴")]
    call(store, case, "need_confirmed", items=goods)
    # 雨靴 was only said on the phone: no reader could have found it in the post.
    assert [example.items for example in labels.examples(store)] == [("大白褂", "护手霜")]


def test_goods_confirmed_later_correct_those_confirmed_before(store: Store) -> None:
    case = add_case(store, PLEA, reading(PLEA))
    for hours, name in ((5, "护手霜"), (2, "面膜")):
        call(store, case, "need_confirmed", hours_ago=hours, items=[ConfirmedItem(name=name)])
    assert [example.items for example in labels.examples(store)] == [("面膜",)]


def test_a_false_alarm_holds_no_goods(store: Store) -> None:
    case = add_case(store, PLEA, reading(PLEA))
    call(store, case, "need_confirmed", hours_ago=5, items=[ConfirmedItem(name="面膜")])
    call(store, case, "no_need", hours_ago=1)
    assert [example.items for example in labels.examples(store)] == [()]


def test_goods_are_measured_against_what_was_confirmed(store: Store) -> None:
    closed(
        store, "急！紫荆医院急需护手霜40支、雨靴20双，联系13800138000", "need_confirmed", ["雨靴"]
    )
    found = training.score_on(labels.examples(store)).tallies["items exact"]
    assert (found.tp, found.fn) == (1, 0)
