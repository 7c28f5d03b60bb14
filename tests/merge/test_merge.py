"""Merging: pleas for one real need become one case that tells why, and a person can undo it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from datetime import timedelta

import pytest
from staged_day import NOW, add_need, call, reading_of

from classifiers.facilities.same_name import facility_key
from classifiers.need import Reading
from monitor.errors import DistressError, UnknownNameError
from monitor.merge import MergeCounts, merge, plea_of, split_case
from monitor.store import Store
from monitor.types import Case
from spiders.base.post import Post

WINDOW = timedelta(days=3)
PLEA = "晴川市紫荆医院急需护手霜40支、秋衣秋裤40套，手都裂了，李护士13800138000，求扩散"


def need(
    store: Store,
    text: str,
    *,
    goods: Sequence[str] = (),
    facility: str | None = None,
    phone: str | None = None,
    hours_ago: float = 2,
) -> int:
    """Write a post and its need, whose parts stand in the text, and return the need's id."""
    reading = reading_of(
        text,
        goods=[(name, None, None) for name in goods],
        facility=facility,
        numbers=[("mobile", phone)] if phone else [],
    )
    return add_need(store, text, reading, hours_ago=hours_ago, author=f"作者{store.posts.count()}")


def groups(store: Store) -> list[list[int]]:
    """Return the needs of each case, by number."""
    return [sorted(n.id for n in case.needs) for case in cases(store)]


def cases(store: Store) -> list[Case]:
    return store.cases.get(store.cases.all_ids())


def reasons(store: Store) -> dict[int, tuple[str, int | None]]:
    """Return why each need is in its case, and the need it was found to repeat."""
    return {
        joined.need.id: (joined.reason, joined.matched_need_id)
        for case in cases(store)
        for joined in case.joined
    }


def test_needs_that_share_nothing_are_cases_of_their_own(store: Store) -> None:
    need(store, "紫荆医院急需护手霜", goods=["护手霜"], facility="紫荆医院")
    need(store, "白鹭医院呼吁捐面膜", goods=["面膜"], facility="白鹭医院")
    assert merge(store, window=WINDOW) == MergeCounts(opened=2, joined=0)
    assert groups(store) == [[1], [2]]
    assert reasons(store) == {1: ("first", None), 2: ("first", None)}


@pytest.mark.parametrize(
    "again",
    [
        PLEA,
        PLEA + "！！！",
        PLEA.replace("急需", "急缺").replace("40支", "４０支"),
        PLEA.replace("医院", "醫院").replace("护手霜", "護手霜"),
        "#护士的手# @热心的邻居 " + PLEA,
    ],
)
def test_nearly_the_same_words_are_one_case(store: Store, again: str) -> None:
    need(store, PLEA)
    need(store, again)
    assert merge(store, window=WINDOW) == MergeCounts(opened=1, joined=1)
    assert reasons(store)[2] == ("same text", 1)


def test_a_chain_of_reposts_is_one_case_with_the_plea_it_passes_on(store: Store) -> None:
    need(store, PLEA, hours_ago=5)
    need(store, f"扩！//@半盏孤灯:帮转//@嘟嘟的小耳朵:{PLEA}", hours_ago=4)
    need(store, f"转发微博//@楼下的梅花:扩！//@半盏孤灯:帮转//@嘟嘟的小耳朵:{PLEA}", hours_ago=3)
    merge(store, window=WINDOW)
    assert groups(store) == [[1, 2, 3]]
    assert {reason for reason, _ in reasons(store).values()} == {"first", "same text"}


def test_a_repost_that_comes_before_its_plea_is_one_case_with_it(store: Store) -> None:
    need(store, f"帮转//@嘟嘟的小耳朵:{PLEA}", hours_ago=9)
    need(store, PLEA, hours_ago=1)
    merge(store, window=WINDOW)
    assert groups(store) == [[1, 2]]


def test_a_short_cry_is_not_found_inside_an_unrelated_post(store: Store) -> None:
    need(store, "急需口罩求扩散")
    need(store, "青禾县发热门诊医护断粮三天，急需口罩求扩散，另外方便粥也行，谢谢各位好心人")
    merge(store, window=WINDOW)
    assert groups(store) == [[1], [2]]


def test_one_contact_is_one_case_however_it_is_written(store: Store) -> None:
    need(store, "急诊科断货了，李护士138 0013 8000", phone="138 0013 8000")
    need(store, "秋裤和热水袋也没有，打13800138000", phone="13800138000")
    merge(store, window=WINDOW)
    assert reasons(store)[2] == ("same contact", 1)


def test_one_facility_with_overlapping_goods_is_one_case(store: Store) -> None:
    need(store, "紫荆医院的护手霜、面膜都没了", goods=["护手霜", "面膜"], facility="紫荆医院")
    need(store, "给紫荆医院找些面膜和挂钩吧", goods=["面膜", "挂钩"], facility="紫荆医院")
    merge(store, window=WINDOW)
    assert reasons(store)[2] == ("same facility", 1)


def test_one_facility_with_other_goods_is_two_cases(store: Store) -> None:
    need(store, "紫荆医院的护手霜都没了", goods=["护手霜"], facility="紫荆医院")
    need(store, "给紫荆医院找些挂钩吧", goods=["挂钩"], facility="紫荆医院")
    merge(store, window=WINDOW)
    assert groups(store) == [[1], [2]]


def test_goods_in_general_overlap_with_all_goods_of_the_facility(store: Store) -> None:
    need(store, "紫荆医院的护手霜都没了", goods=["护手霜"], facility="紫荆医院")
    need(store, "支援一下紫荆医院，医疗物资告急", goods=["医疗物资"], facility="紫荆医院")
    merge(store, window=WINDOW)
    assert reasons(store)[2] == ("same facility", 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("湖北省晴川市紫荆医院", "晴川紫荆医院"),
        ("晴川市紫荆花医院", "紫荆花医院"),
        ("晴川紫荆医院", "晴川紫荊醫院"),
    ],
)
def test_two_ways_to_write_a_facility_are_one(store: Store, one: str, other: str) -> None:
    need(store, f"{one}的面膜没有了，拜托", goods=["面膜"], facility=one)
    need(store, f"谁能给{other}寄面膜？", goods=["面膜"], facility=other)
    merge(store, window=WINDOW)
    assert groups(store) == [[1, 2]]


def test_the_mere_end_of_a_name_is_no_facility_known_from_another_town(store: Store) -> None:
    need(store, "晴川中心医院的面膜没有了", goods=["面膜"], facility="晴川中心医院")
    need(store, "谁能给中心医院寄面膜？", goods=["面膜"], facility="中心医院")
    merge(store, window=WINDOW)
    assert groups(store) == [[1], [2]]


@pytest.mark.parametrize("name", ["疾病预防控制中心", "大学第二医院", "防控指挥部"])
def test_a_kind_of_institution_is_no_name_without_its_town(store: Store, name: str) -> None:
    need(store, f"我市{name}的面膜没有了，拜托", goods=["面膜"], facility=name)
    need(store, f"谁能给晴川{name}寄面膜？", goods=["面膜"], facility=f"晴川{name}")
    merge(store, window=WINDOW)
    assert groups(store) == [[1], [2]]


def test_two_facilities_of_one_town_are_two_cases(store: Store) -> None:
    for facility in ("晴川市第一人民医院", "晴川市第二人民医院"):
        need(store, f"{facility}的面膜没有了，拜托", goods=["面膜"], facility=facility)
    merge(store, window=WINDOW)
    assert groups(store) == [[1], [2]]


def test_one_form_letter_filled_in_by_two_facilities_is_two_cases(store: Store) -> None:
    letter = "现面向社会各界征集防护物资，{}全体医护人员感谢每一份爱心，请在外箱注明捐赠二字"
    for facility in ("青禾县中医院", "云溪区妇幼保健院"):
        need(store, letter.format(facility), goods=["防护物资"], facility=facility)
    merge(store, window=WINDOW)
    assert groups(store) == [[1], [2]]


def test_one_form_letter_with_two_numbers_to_call_is_two_cases(store: Store) -> None:
    letter = "我们病区急需护手霜、秋衣秋裤，手都裂了，请好心人直接寄到住院楼，联系"
    for phone in ("13800138000", "13800138001"):
        need(store, letter + phone, goods=["护手霜"], phone=phone)
    merge(store, window=WINDOW)
    assert groups(store) == [[1], [2]]


def test_the_same_words_a_week_later_are_a_new_case(store: Store) -> None:
    need(store, PLEA, phone="13800138000", hours_ago=24 * 7)
    need(store, PLEA, phone="13800138000", hours_ago=1)
    merge(store, window=WINDOW)
    assert groups(store) == [[1], [2]]


def test_the_window_is_that_of_the_settings(store: Store) -> None:
    need(store, PLEA, hours_ago=24 * 7)
    need(store, PLEA, hours_ago=1)
    merge(store, window=timedelta(days=8))
    assert groups(store) == [[1, 2]]


def test_a_need_found_late_joins_by_the_time_of_its_post(store: Store) -> None:
    need(store, PLEA, hours_ago=24 * 7)
    merge(store, window=WINDOW)
    need(store, PLEA, hours_ago=24 * 7 - 1)
    assert merge(store, window=WINDOW) == MergeCounts(joined=1)
    assert groups(store) == [[1, 2]]


def test_an_edited_post_stays_in_its_case(store: Store) -> None:
    need(store, "紫荆医院的护手霜都没了", goods=["护手霜"], facility="紫荆医院")
    merge(store, window=WINDOW)
    edited = Post(
        source_id="p0",
        text="已解决，白鹭医院还缺挂钩",
        url="https://example.org/post/0",
        author="作者0",
        posted_at=NOW - timedelta(hours=2),
    )
    store.posts.save("day", [edited], run_id=None)
    [[post]] = store.posts.unread()
    store.needs.add(post, Reading(flagged=True, score=0.9, label="request"))
    merge(store, window=WINDOW)
    assert reasons(store)[2] == ("same post", 1)


def test_a_case_that_ends_while_needs_are_compared_takes_no_new_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    need(store, "紫荆医院的护手霜都没了", goods=["护手霜"], facility="紫荆医院")
    merge(store, window=WINDOW)
    need(store, "给紫荆医院找些护手霜吧", goods=["护手霜"], facility="紫荆医院")
    write = store.write

    def after_the_call() -> AbstractContextManager[None]:
        monkeypatch.setattr(store, "write", write)
        call(store, 1, "no_need", hours_ago=0)
        return write()

    monkeypatch.setattr(store, "write", after_the_call)
    merge(store, window=WINDOW)
    assert groups(store) == [[1], [2]]


def test_merging_twice_changes_nothing(store: Store) -> None:
    need(store, PLEA)
    need(store, PLEA + "！")
    need(store, "白鹭医院呼吁捐挂钩", goods=["挂钩"], facility="白鹭医院")
    merge(store, window=WINDOW)
    before = cases(store)
    assert merge(store, window=WINDOW) == MergeCounts()
    assert cases(store) == before


def test_the_strongest_reason_is_the_one_that_is_told(store: Store) -> None:
    need(store, "白鹭医院缺挂钩，打13800138000", phone="13800138000")
    need(store, PLEA)
    need(store, PLEA, phone="13800138000")
    merge(store, window=WINDOW)
    assert reasons(store)[3] == ("same text", 2)


def test_a_plea_of_hashtags_only_repeats_no_other(store: Store) -> None:
    need(store, "#急需口罩#")
    need(store, "#急需面膜#")
    merge(store, window=WINDOW)
    assert groups(store) == [[1], [2]]


def test_needs_split_off_are_a_case_of_their_own_and_stay_apart(store: Store) -> None:
    for _ in range(4):
        need(store, PLEA)
    merge(store, window=WINDOW)
    [case] = cases(store)
    new_case = split_case(store, case, [2, 3])
    assert groups(store) == [[1, 4], [2, 3]]
    assert merge(store, window=WINDOW) == MergeCounts()
    assert groups(store) == [[1, 4], [2, 3]]
    assert new_case == cases(store)[1].id
    assert reasons(store)[2][0] == reasons(store)[3][0] == "split"


def test_what_was_split_off_is_still_told_of_the_case_it_left(store: Store) -> None:
    for _ in range(2):
        need(store, PLEA)
    merge(store, window=WINDOW)
    split_case(store, cases(store)[0], [2])
    with closing(sqlite3.connect(store.path)) as db:
        [(reason, left)] = db.execute(
            "SELECT reason, left_at FROM case_needs WHERE case_id = 1 AND need_id = 2"
        ).fetchall()
    assert reason == "same text"
    assert left is not None


def test_a_later_repost_joins_one_of_two_cases_that_were_split(store: Store) -> None:
    for _ in range(2):
        need(store, PLEA)
    merge(store, window=WINDOW)
    split_case(store, cases(store)[0], [2])
    need(store, PLEA)
    assert merge(store, window=WINDOW) == MergeCounts(joined=1)


def test_a_need_that_the_case_does_not_hold_cannot_be_split_off(store: Store) -> None:
    need(store, PLEA)
    need(store, PLEA)
    merge(store, window=WINDOW)
    with pytest.raises(UnknownNameError, match="no need '99'.*1, 2.*distress case show 1"):
        split_case(store, cases(store)[0], [2, 99])
    assert groups(store) == [[1, 2]]


def test_a_case_keeps_at_least_one_need(store: Store) -> None:
    need(store, PLEA)
    need(store, PLEA)
    merge(store, window=WINDOW)
    with pytest.raises(DistressError, match="case 1 holds no other need"):
        split_case(store, cases(store)[0], [1, 2, 1])
    assert groups(store) == [[1, 2]]


def test_a_repost_of_a_case_that_ended_does_not_start_the_calls_anew(store: Store) -> None:
    need(store, PLEA)
    merge(store, window=WINDOW)
    call(store, 1, "already_supplied")
    need(store, PLEA)
    assert merge(store, window=WINDOW) == MergeCounts(joined=1)
    assert store.cases.open_ids() == []


def test_what_a_facility_asks_for_after_its_case_ended_is_a_new_case(store: Store) -> None:
    need(store, "紫荆医院的护手霜都没了", goods=["护手霜"], facility="紫荆医院")
    merge(store, window=WINDOW)
    call(store, 1, "already_supplied")
    again = "三天过去，紫荆医院病区的姐妹又来求护手霜了"
    need(store, again, goods=["护手霜"], facility="紫荆医院")
    assert merge(store, window=WINDOW) == MergeCounts(opened=1)
    assert store.cases.open_ids() == [2]


def test_what_every_town_has_one_of_is_one_facility_only_in_one_town(store: Store) -> None:
    need(store, "第一人民医院没有口罩了", goods=["口罩"], facility="第一人民医院")
    here = "给晴川市第一人民医院捐些口罩吧"
    need(store, here, goods=["口罩"], facility="晴川市第一人民医院")
    merge(store, window=WINDOW)
    assert groups(store) == [[1], [2]]


@pytest.mark.parametrize(
    ("words", "plea"),
    [
        ("急需 口罩！！", "急需口罩"),
        ("转//@甲:求面膜//@乙:求面膜", "转求面膜"),
        ("#话题#我们科室的姐妹想求几盒面膜和护手霜@小禾", "我们科室的姐妹想求几盒面膜和护手霜"),
        ("#紫荆医院物资告急#帮转@小禾", "帮转紫荆医院物资告急"),
        ("急需Ｎ９５", "急需N95"),
        ("镇上求面膜和护手霜 O面膜还够吗，你那里买得到吗? ?", "镇上求面膜和护手霜"),
        ("急诊找人 O型血浆告急", "急诊找人O型血浆告急"),
        ("", ""),
        ("😷👩‍⚕️", ""),
    ],
)
def test_of_a_post_only_the_words_are_compared(words: str, plea: str) -> None:
    assert plea_of(words) == plea


def test_a_facility_is_compared_without_the_levels_of_its_place() -> None:
    assert facility_key("湖北省晴川市紫荆医院") == facility_key(" 晴川 紫荊醫院") == "晴川紫荆医院"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("武汉协和", "协和医院"),
        ("武大人民", "武汉大学人民医院"),
        ("晴川市第三人民医院", "晴川三院"),
        ("晴川市第3医院", "晴川市第三医院"),
        ("湖北武汉市第七医院", "武汉七医院"),
    ],
)
def test_short_forms_and_numbers_of_a_hospital_have_one_key(one: str, other: str) -> None:
    assert facility_key(one) == facility_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("湖北省人民医院", "人民医院"),
        ("湖南省肿瘤医院", "四川省肿瘤医院"),
        ("河北医科大学第二医院", "山西医科大学第二医院"),
        ("晴川市第一医院", "晴川市第二医院"),
        ("晴川协和医院", "武汉协和医院"),
    ],
)
def test_hospitals_that_share_a_part_of_their_names_keep_their_own_key(
    one: str, other: str
) -> None:
    assert facility_key(one) != facility_key(other)


def test_goods_of_one_kind_overlap(store: Store) -> None:
    need(store, "紫荆医院的羊毛手套都没了", goods=["羊毛手套"], facility="紫荆医院")
    need(store, "给紫荆医院找些棉手套吧", goods=["棉手套"], facility="紫荆医院")
    merge(store, window=WINDOW)
    assert reasons(store)[2] == ("same facility", 1)


def test_a_passage_between_the_words_of_two_who_pass_it_on_is_one_case(store: Store) -> None:
    need(store, f"我同事的姐姐发的，转给各位！{PLEA[:-4]}")
    need(store, f"{PLEA[3:]}已经问过本人，东西寄到门卫就能拿到")
    merge(store, window=WINDOW)
    assert reasons(store)[2] == ("same text", 1)


def test_a_round_up_is_not_taken_for_one_of_the_pleas_it_lists(store: Store) -> None:
    names = ["紫荆医院", "白鹭医院", "青禾医院", "云溪医院", "半山医院"]
    need(store, "紫荆医院的面膜都没了", goods=["面膜"], facility="紫荆医院")
    text = "今日汇总：" + "、".join(names) + "都缺面膜"
    reading = reading_of(text, goods=[("面膜", None, None)])
    listed = tuple(reading_of(text, facility=name).facilities[0] for name in names)
    add_need(store, text, replace(reading, facilities=listed))
    merge(store, window=WINDOW)
    assert groups(store) == [[1], [2]]


def test_one_template_filled_in_for_two_towns_is_two_cases(store: Store) -> None:
    words = "大城市有人管，我们{}的医院没人看见，护手霜和面膜都用完了，求转发"
    for town in ("麻城", "仙桃"):
        text = words.format(town)
        add_need(store, text, reading_of(text, place=(town, "湖北省", f"{town}市")))
    merge(store, window=WINDOW)
    assert groups(store) == [[1], [2]]
