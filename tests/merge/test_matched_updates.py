"""What later posts say of a case: found by what they share with it, believed by their voice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from staged_day import NOW

from monitor import flag
from monitor.merge import merge, merge_cases, split_case
from monitor.store import Store
from monitor.store.signs import note_wide_signs_again
from monitor.types import CaseUpdate
from spiders.base.post import Post

WINDOW = timedelta(days=3)
FIRST = NOW - timedelta(days=2)
NURSE, HOSPITAL = "紫荆小李护士", "晴川紫荆医院"
PLEA = f"{HOSPITAL}急需橡皮筋40盒、面膜20盒、护手霜60支，联系李医生13800138001"


def told(store: Store, *posts: tuple[str, str], first: int = 0, source: str = "day") -> None:
    """Save, flag and merge posts by author and text, an hour apart."""
    store.posts.save(
        source,
        [
            Post(
                source_id=f"{source}{at}",
                text=text,
                author=author,
                posted_at=FIRST + timedelta(hours=at),
            )
            for at, (author, text) in enumerate(posts, first)
        ],
        run_id=None,
    )
    flag.flag(store)
    merge(store, window=WINDOW)


def updates(store: Store, case_id: int = 1) -> tuple[CaseUpdate, ...]:
    [case] = store.cases.get([case_id])
    return case.updates


def said(store: Store, author: str, text: str) -> CaseUpdate | None:
    told(store, (NURSE, PLEA), (author, text))
    return next(iter(updates(store)), None)


@pytest.mark.parametrize(
    ("text", "effect", "goods"),
    [
        ("橡皮筋和面膜够了，不要再寄", "enough_some", ["橡皮筋", "面膜"]),
        ("都收到啦，不用再寄", "enough_all", ["橡皮筋", "面膜", "护手霜"]),
        ("物资已经够了，谢谢大家", "enough_all", ["橡皮筋", "面膜", "护手霜"]),
        ("面膜又用完了", "again", ["面膜"]),
        ("网传我院求助信息不实", "denied", []),
    ],
)
def test_what_the_one_who_asked_says_later_is_the_cases_own_word(
    store: Store, text: str, effect: str, goods: list[str]
) -> None:
    update = said(store, NURSE, text)
    assert update is not None
    assert (update.effect, [one.name for one in update.goods]) == (effect, goods)
    assert (update.own, update.reason) == (True, "same author")
    assert text.startswith(update.statement)


def test_how_much_arrived_and_how_much_is_lacking_is_told(store: Store) -> None:
    update = said(store, NURSE, "收到40支护手霜，还差20支")
    assert update is not None
    [goods] = update.goods
    assert (goods.state, goods.quantity, goods.unit, goods.left) == ("arrived", 40, "支", 20)


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("别再打李医生电话，转医务科", []),
        ("别再打李医生电话，请改打医务科0712-5550123", ["0712-5550123"]),
    ],
)
def test_whom_not_to_call_and_whom_instead(store: Store, text: str, new: list[str]) -> None:
    update = said(store, NURSE, text)
    assert update is not None
    assert update.effect == "contact_change"
    assert [contact.value for contact in update.unwanted] == ["13800138001"]
    assert [contact.value for contact in update.new_contacts] == new


def test_a_request_may_say_what_is_enough_for_the_case_it_joins(store: Store) -> None:
    told(
        store,
        (NURSE, PLEA),
        (NURSE, f"{HOSPITAL}：橡皮筋够了，急需护手霜还差60支，联系13800138001"),
    )
    [update] = updates(store)
    assert update.own
    assert [(one.name, one.state) for one in update.goods] == [
        ("橡皮筋", "enough"),
        ("护手霜", "wanted"),
    ]


@pytest.mark.parametrize(
    ("author", "text"),
    [
        (NURSE, "还是不够，谢谢大家"),
        (NURSE, "隔壁医院的面膜够了"),
        (NURSE, "白鹭医院的面膜够了，不要再寄"),
        (NURSE, "院里的护士都没有休息"),
        ("路人甲", "都收到啦，不用再寄"),
        ("路人甲", "白鹭医院物资够了，不要再打李医生13800138001"),
        (f"{NURSE} ", "都收到啦，不用再寄"),
        ("路人甲", f"转//@{NURSE}:都收到啦，不用再寄"),
        ("路人甲", "他们说“紫荆医院都够了，不要再寄”"),
    ],
)
def test_what_speaks_of_others_or_says_nothing_is_not_of_the_case(
    store: Store, author: str, text: str
) -> None:
    assert said(store, author, text) is None


@pytest.mark.parametrize(
    ("author", "text", "reason"),
    [
        ("路人甲", f"都收到了，不用再寄//@{NURSE}:{PLEA}", "same text"),
        ("路人甲", "紫荆医院物资够了，不要再寄", "same facility"),
        ("路人甲", "别再打李医生13800138001了，口罩够了", "same contact"),
        (f"{NURSE}\u200b", f"{HOSPITAL}都收到啦，不用再寄", "same facility"),
        ("路人甲", "李医生今早说，面膜够了，不要再寄", "same person"),
        ("路人甲", "橡皮筋和面膜都送到了，护士签收的", "same goods"),
    ],
)
def test_what_others_say_is_kept_beside_the_case(
    store: Store, author: str, text: str, reason: str
) -> None:
    update = said(store, author, text)
    assert update is not None
    assert (update.own, update.reason) == (False, reason)


SHORT_PLEA = "竹溪县中医医院急需橡皮筋40盒、面膜20盒、护手霜60支，联系13800138001惠"
SHORT_FORMS = [
    ("路人甲", "竹溪中医院的面膜够了，不要再寄", "same facility"),
    ("路人甲", "老惠今早说，面膜够了，不要再寄", "same person"),
    ("竹溪中医院", "网传我院求助信息不实", "same facility"),
]


@pytest.mark.parametrize(("author", "text", "reason"), SHORT_FORMS)
def test_a_hospital_in_short_or_whom_to_call_by_surname_is_found(
    store: Store, author: str, text: str, reason: str
) -> None:
    told(store, (NURSE, SHORT_PLEA), (author, text))
    [update] = updates(store)
    assert (update.own, update.reason) == (False, reason)


@pytest.mark.parametrize(("author", "text", "reason"), SHORT_FORMS)
def test_a_short_form_or_surname_of_two_cases_tells_of_neither(
    store: Store, author: str, text: str, reason: str
) -> None:
    other = "竹溪县中西医结合医院急需监护仪5台、血压计20个，联系13800138002惠"
    if reason == "same facility":
        other = "竹溪市中医医院急需监护仪5台、血压计20个，联系13800138002王"
    told(store, (NURSE, SHORT_PLEA), ("白鹭小王护士", other), (author, text))
    assert store.cases.open_ids() == [1, 2]
    assert updates(store, 1) == ()


def test_of_goods_that_a_list_marks_or_only_names_last_nothing_is_said_to_be_here(
    store: Store,
) -> None:
    told(store, (NURSE, PLEA), (NURSE, "橡皮筋够了✅ 面膜够了✅ 护手霜❌"))
    told(
        store, (NURSE, "橡皮筋和面膜够用到月底了，不要再寄，现在就护手霜，一天得用八十支"), first=5
    )
    for update in updates(store):
        assert update.effect == "enough_some"
        assert {one.name for one in update.goods if one.state == "enough"} == {"橡皮筋", "面膜"}


def test_who_asked_may_tell_from_where_it_came(store: Store) -> None:
    update = said(store, NURSE, "四川一位大爷寄的面膜今天收到了，20盒")
    assert update is not None
    assert (update.own, update.reason) == (True, "same author")


def test_needs_that_stand_already_are_found_by_the_same_signs(store: Store) -> None:
    told(store, (NURSE, PLEA), ("路人甲", SHORT_PLEA))
    signs = "SELECT * FROM need_signs"
    with store.connection.write() as db:
        known = {tuple(row) for row in db.execute(signs)}
        db.execute(
            "DELETE FROM need_signs WHERE kind IN ('goods', 'person', 'surname', 'short form')"
        )
        note_wide_signs_again(db)
        assert {tuple(row) for row in db.execute(signs)} == known


@pytest.mark.parametrize(
    "text",
    ["李医生今早说，面膜够了，不要再寄", "面膜和监护仪够了，不要再寄", "面膜够了，不要再寄"],
)
def test_a_name_or_goods_of_two_cases_tell_of_neither(store: Store, text: str) -> None:
    other = "白鹭医院急需监护仪5台、面膜20盒，联系李医生13800138002"
    told(store, (NURSE, PLEA), ("白鹭小王护士", other), ("路人甲", text))
    assert store.cases.open_ids() == [1, 2]
    assert updates(store, 1) == ()


@pytest.mark.parametrize(
    "text",
    [
        "白鹭医院的面膜和橡皮筋够了，不要再寄",
        "紫荆医院下沙院区面膜和橡皮筋够了，不要再寄",
    ],
)
def test_goods_of_another_hospital_or_campus_are_not_of_the_case(store: Store, text: str) -> None:
    campus = PLEA.replace(HOSPITAL, f"{HOSPITAL}上沙院区")
    told(store, (NURSE, campus), ("路人甲", text))
    assert updates(store) == ()


def test_a_stranger_long_after_who_names_nobody_is_not_of_the_case(store: Store) -> None:
    late = 8 * 24
    told(store, (NURSE, PLEA))
    told(store, ("路人甲", "橡皮筋和面膜都送到了，护士签收的"), first=late)
    assert updates(store) == ()


def test_the_account_of_the_facility_is_the_cases_own_voice(store: Store) -> None:
    update = said(store, HOSPITAL, "网传我院求助信息不实")
    assert update is not None
    assert (update.own, update.reason) == (True, "same facility")


STOPS = [
    "橡皮筋和面膜够了，不要再寄",
    "都收到啦，不用再寄",
    "网传我院求助信息不实",
    "别再打李医生电话，转医务科13800138009",
    "物资已经够了，谢谢大家",
]


def test_no_hostile_update_strikes_a_good_or_takes_a_call_back(store: Store) -> None:
    strangers = ["路人甲", "紫荆小李护土", "紫荆小李护士 ", "晴川紫荆医院工会", "紫荆医院"]
    hostile = [(who, f"{HOSPITAL}：{stop}") for who in strangers for stop in STOPS]
    hostile += [(NURSE, f"有人说“{stop}”，是假的，还缺") for stop in STOPS]
    hostile += [(NURSE, f"白鹭医院：{stop}") for stop in STOPS]
    hostile += [("路人乙", f"{stop} //@{NURSE}：{PLEA}") for stop in STOPS]
    assert len(hostile) == 40
    told(store, (NURSE, PLEA), *hostile)
    own = [(one.post.author, one.words, one.reason) for one in updates(store) if one.own]
    assert own == []


def test_one_name_at_another_source_or_with_another_id_is_another_author(store: Store) -> None:
    stop = "紫荆医院都收到啦，不用再寄"
    told(store, (NURSE, PLEA))
    told(store, (NURSE, stop), first=1, source="elsewhere")
    post = Post(
        source_id="9", text=stop, author=NURSE, author_id="9", posted_at=FIRST + timedelta(hours=2)
    )
    store.posts.save("day", [post], run_id=None)
    flag.flag(store)
    merge(store, window=WINDOW)
    assert [update.own for update in updates(store)] == [False, False]


def test_who_copied_the_words_is_not_the_cases_voice(store: Store) -> None:
    told(store, (NURSE, PLEA), ("路人甲", PLEA), ("路人甲", "都收到啦，不用再寄"))
    [update] = updates(store)
    assert (update.reason, update.own) == ("same author", False)


def test_what_was_said_before_the_need_was_told_is_not_of_it(store: Store) -> None:
    told(store, (NURSE, "都收到啦，不用再寄"), (NURSE, PLEA))
    assert updates(store) == ()


def test_an_update_that_comes_in_before_its_need_is_found_when_the_need_comes(
    store: Store,
) -> None:
    told(store, (NURSE, "都收到啦，不用再寄"), first=5)
    told(store, (NURSE, PLEA))
    [update] = updates(store)
    assert update.own


def test_of_a_facility_with_two_cases_nothing_is_found_by_its_name_alone(store: Store) -> None:
    ward = f"{HOSPITAL}%s急需%s，联系%s"
    told(
        store,
        ("甲", ward % ("呼吸科", "护手霜40支", "张护士13800138001")),
        ("乙", ward % ("感染科", "监护仪5台", "王护士13800138002")),
        ("路人甲", f"{HOSPITAL}物资够了，不要再寄"),
    )
    assert store.cases.open_ids() == [1, 2]
    assert updates(store, 1) == updates(store, 2) == ()


def test_an_author_of_two_cases_has_to_say_which_is_meant(store: Store) -> None:
    other = "白鹭医院急需监护仪5台，联系王护士13800138002"
    told(store, (NURSE, PLEA), (NURSE, other), (NURSE, "都收到啦，不用再寄"))
    assert [(one.own, one.reason) for one in (*updates(store, 1), *updates(store, 2))] == [
        (False, "same author, several cases")
    ] * 2
    told(store, (NURSE, "白鹭医院都收到啦，不用再寄"), first=5)
    assert [update.own for update in updates(store, 2)] == [False, True]
    assert len(updates(store, 1)) == 1


def test_an_edit_of_the_plea_itself_counts_from_when_it_was_edited(store: Store) -> None:
    told(store, (NURSE, PLEA), (NURSE, "白鹭医院急需监护仪5台，联系王护士13800138002"))
    edited = Post(
        source_id="day0", text=f"{PLEA}。都收到啦，不用再寄", author=NURSE, posted_at=FIRST
    )
    store.posts.save("day", [edited], run_id=None)
    flag.flag(store)
    merge(store, window=WINDOW)
    [update] = updates(store)
    assert update.own
    assert update.said_at > FIRST


def test_what_a_person_undid_stays_undone_however_often_it_is_matched(store: Store) -> None:
    update = said(store, NURSE, "都收到啦，不用再寄")
    assert update is not None
    assert store.updates.undo(update.id, actor="青岚") == 1
    assert store.updates.undo(update.id, actor="青岚") is None
    told(store, (NURSE, PLEA + "，谢谢"), first=3)
    assert updates(store) == ()
    [(_, undone_at, actor)] = store.updates.of_case(1)
    assert undone_at is not None
    assert actor == "青岚"


def test_an_update_goes_with_its_need_through_split_and_merge(store: Store) -> None:
    told(store, ("甲", PLEA), ("乙", f"帮转，{PLEA}"), (HOSPITAL, "物资够了，不要再寄"))
    [update] = updates(store)
    [case] = store.cases.get([1])
    split_case(store, case, [update.need_id])
    assert updates(store, 1) == ()
    assert len(updates(store, 2)) == 1
    one, two = store.cases.get([1, 2])
    merge_cases(store, one, two, actor="青岚")
    merge(store, window=WINDOW)
    assert len(updates(store, 1)) == 1


def test_matching_twice_notes_nothing_twice(store: Store) -> None:
    told(store, (NURSE, PLEA), (NURSE, "都收到啦，不用再寄"))
    assert merge(store, window=WINDOW).updates == 0
    assert len(updates(store)) == 1


def test_whoever_else_the_facility_has_the_authors_case_is_found(store: Store) -> None:
    wards = ["呼吸科", "感染科", "急诊科", "儿科", "产科", "骨科", "外科"]
    told(
        store,
        *(
            (f"护士{at}", f"{HOSPITAL}{ward}急需{goods}5个，联系护士1380013800{at}")
            for at, (ward, goods) in enumerate(
                zip(
                    wards,
                    ["面膜", "监护仪", "护手霜", "橡皮筋", "热水袋", "保暖内衣", "手套"],
                    strict=True,
                )
            )
        ),
        ("护士0", f"{HOSPITAL}呼吸科都收到啦，不用再寄"),
    )
    assert len(store.cases.open_ids()) == len(wards)
    assert [update.own for update in updates(store, 1)] == [True]
    assert all(updates(store, case_id) == () for case_id in store.cases.open_ids()[1:])
