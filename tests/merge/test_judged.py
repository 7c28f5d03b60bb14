"""What speaks against two needs being one is heard before what they share joins them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from staged_day import call

from classifiers import pipeline
from monitor.merge import keep_apart, merge, merge_cases
from monitor.merge.alike import Verdict, judge, relation
from monitor.merge.traits import Traits, traits_of
from monitor.store import Store
from spiders.base.post import Post

WINDOW = timedelta(days=3)
TEAM = "我们是浙江青松医疗队，支援晴川紫荆医院，急需护手霜、保暖内衣，联系李护士13800138001"
WARD = "晴川紫荆医院呼吸科急需护手霜40支、面膜20盒，联系李护士13800138001"


def traits(text: str, author: str = "") -> Traits:
    [reading] = pipeline.read([text])
    return traits_of(text, reading, post_id=abs(hash((text, author))), author=author)


def verdict(one: str, other: str, *, author: str = "") -> Verdict | None:
    return judge(traits(one, author or "甲"), traits(other, author or "乙"))


@pytest.mark.parametrize(
    "other",
    [
        "江苏红叶医疗队在晴川紫荆医院支援，护手霜、保暖内衣都缺，联系张护士13800138002",
        "晴川紫荆医院急需护手霜、保暖内衣，联系设备科王老师13800138003",
    ],
)
def test_a_visiting_team_is_neither_another_team_nor_its_host(other: str) -> None:
    assert verdict(TEAM, other) is None


@pytest.mark.parametrize(
    "other",
    [
        # another ward with its own number, the same form letter of another hospital, and a number
        # that was copied under another hospital's name
        WARD.replace("呼吸科", "感染科").replace("13800138001", "13800138002"),
        WARD.replace("紫荆", "白鹭").replace("13800138001", "13800138002"),
        WARD.replace("紫荆", "白鹭"),
        "白鹭医院急需口罩，加微信转账，订金先付，联系李护士13800138001",
        "急需面膜口罩，先交定金，联系13800138001",
        # other goods, or a part of the hospital, with a number of its own
        "晴川紫荆医院急需监护仪5台，联系设备科13800138003",
        "晴川紫荆医院东院区急需护手霜、面膜，联系张护士13800138004",
        WARD.replace("呼吸科", "消毒供应室").replace("13800138001", "13800138005"),
    ],
)
def test_what_another_ward_hospital_or_swindler_says_is_another_need(other: str) -> None:
    assert verdict(WARD, other) is None


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("转发：" + WARD, "same text"),
        ("帮转，紫荆医院呼吸科还缺面膜，李护士13800138001", "same contact"),
        ("晴川紫荆医院急需护手霜，呼吸科的朋友说已经没了", "same facility"),
        (WARD.replace("医院", "醫院").replace("联系", "聯繫"), "same text"),
        ("帮问：晴川紫京医院呼吸内科的李护士13800138001，护手霜没了", "same contact"),
    ],
)
def test_who_passes_it_on_retells_or_adds_speaks_of_the_same_need(other: str, reason: str) -> None:
    assert verdict(WARD, other) == Verdict(reason)


@pytest.mark.parametrize(
    ("other", "against"),
    [
        ("晴川紫荆医院急需监护仪5台", "other goods"),
        ("晴川紫荆医院感染科急需护手霜40支", "other ward"),
        ("晴川紫京医院急需护手霜40支，谢谢大家了", "like name"),
        ("晴川紫荆医院急需护手霜40支，找我13800138009转交", "other number"),
    ],
)
def test_what_only_a_person_can_tell_is_left_to_one(other: str, against: str) -> None:
    said = verdict(WARD, other)
    assert said is not None
    assert said.against == against


def test_a_name_that_two_towns_have_is_two_needs_by_the_area_codes() -> None:
    plea = "清河区人民医院发热门诊，口罩只够两天。联系{}，谢谢各位"
    assert verdict(plea.format("0517-85550123"), plea.format("024-72850123")) is None


def test_a_number_copied_under_another_towns_plea_joins_nothing() -> None:
    plea = "{}重症监护室防护服只剩30件，请支援N95、面屏，麻主任13800138001"
    assert verdict(plea.format("天门市"), plea.format("潜江市")) is None
    retold = verdict(plea.format("天门市"), "潜江的朋友说护手霜没了，求助，打麻主任13800138001")
    assert retold is not None
    assert retold.against == "other place"


def test_one_author_who_speaks_again_of_the_facility_is_one_voice() -> None:
    again = "晴川紫荆医院呼吸科：护手霜只剩两支了"
    assert verdict(WARD, again, author="呼吸科小李") == Verdict("same author")


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ("晴川协和医院东院", "晴川协和医院西院", "campus"),
        ("晴川协和医院", "晴川协和医院西院", "part"),
        ("黄石中心医院", "黄冈中心医院", "other"),
        ("晴川一医院", "晴川二医院", "other"),
        ("晴川紫荆医院", "晴川紫京医院", "like"),
        ("晴川紫荆医院", "紫荆医院", "like"),
        ("晴川五医院", "五医院", "generic"),
        ("晴川中心医院", "晴川中医院", "other"),
        ("洪湖中医医院", "洪胡中医院", "like"),
        ("竹溪人民医院", "竹山人民医院", "other"),
        ("随人民医院", "麻城人民医院", "other"),
        ("人民医院", "人民医院", "generic"),
    ],
)
def test_names_stand_to_each_other(one: str, other: str, word: str) -> None:
    assert relation(one, other) == relation(other, one) == word


def staged(store: Store, *texts: str) -> None:
    """Flag and merge posts an hour apart."""
    first = datetime(2020, 2, 12, tzinfo=UTC)
    posts = [
        Post(
            source_id=str(at), text=text, author=f"作者{at}", posted_at=first + timedelta(hours=at)
        )
        for at, text in enumerate(texts)
    ]
    store.posts.save("day", posts, run_id=None)
    for batch in list(store.posts.unread()):
        for post, reading in zip(batch, pipeline.read(p.text for p in batch), strict=True):
            store.posts.mark_read(post, reading, "test")
            store.needs.add(post, reading)
    merge(store, window=WINDOW)


def pairs(store: Store) -> list[tuple[int, int]]:
    return [(one.case_id, one.other_id) for one in store.suggestions.open()]


def test_a_suggestion_is_decided_once_and_never_asked_again(store: Store) -> None:
    staged(store, WARD, "晴川紫荆医院急需监护仪5台")
    assert pairs(store) == [(2, 1)]
    one, two = store.cases.get([1, 2])
    keep_apart(store, one, two, actor="青岚")
    assert pairs(store) == []
    assert not store.suggestions.add(2, 1, reason="same facility", against="other goods")
    staged(store, WARD, "晴川紫荆医院急需监护仪5台", "晴川紫荆医院急需监护仪5台，谢谢")
    assert pairs(store) == []


def test_cases_that_a_person_merged_are_one_with_all_their_calls(store: Store) -> None:
    staged(store, WARD, "晴川紫荆医院急需监护仪5台")
    call(store, 2, "no_answer", hours_ago=1)
    one, two = store.cases.get([1, 2])
    merge_cases(store, one, two, actor="青岚")
    [kept, gone] = store.cases.get([1, 2])
    assert [need.id for need in sorted(kept.needs, key=lambda need: need.id)] == [1, 2]
    assert [callback.disposition for callback in kept.callbacks] == ["no_answer"]
    assert gone.closed
    assert gone.needs == ()
    assert store.cases.open_ids() == [1]
    assert pairs(store) == []


PAID = "先付定金，加微信转账"


@pytest.mark.parametrize(
    "text",
    [
        "晴川紫荆医院急需呼吸机5台，联系13800138001，先付定金",
        f"{WARD}，也可打13800138009，{PAID}",
        f"{WARD.replace('13800138001', '13800138009')}，{PAID}",
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_who_speaks_of_paying_brings_no_goods_and_no_contact(
    store: Store, text: str, is_first: bool
) -> None:
    staged(store, *([text, WARD] if is_first else [WARD, text]))
    assert [len(case.needs) for case in store.cases.get(store.cases.open_ids())] == [1, 1]
    assert pairs(store) == []
