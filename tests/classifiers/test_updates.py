"""What a later post says of a need told before, and the one change that this makes for it."""

from __future__ import annotations

import pytest
from marked import doc_of

from classifiers.updates import Change, change_of, read_updates, updates_of

GOODS = ("橡皮筋", "面膜", "护手霜")
ALL = Change("enough_all", GOODS)


def change(text: str, *, new_contact: bool = False) -> Change:
    return change_of(read_updates(doc_of(text)), GOODS, new_contact=new_contact)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("橡皮筋和面膜够了，不要再寄", Change("enough_some", ("橡皮筋", "面膜"))),
        ("都收到啦，不用再寄", ALL),
        ("其他都够了，只缺护手霜", Change("enough_some", ("橡皮筋", "面膜"))),
        ("只缺面膜了", Change("enough_some", ("橡皮筋", "护手霜"))),
        ("护手霜收到了，面膜还没到", Change("arrived_some", ("护手霜",))),
        ("收到40支护手霜，还差60支", Change("arrived_some", ("护手霜",))),
        ("网传我院求助信息不实", Change("denied")),
        ("面膜又用完了", Change("again", ("面膜",))),
        ("别再打李医生电话了", Change("do_not_call")),
    ],
)
def test_what_a_later_post_changes(text: str, expected: Change) -> None:
    assert change(text) == expected


def test_whom_to_call_instead_changes_the_contact_where_the_post_names_somebody_new() -> None:
    text = "别再打李医生电话，转医务科"
    assert change(text, new_contact=True) == Change("contact_change")
    assert change(text) == Change("do_not_call")


@pytest.mark.parametrize(
    "text",
    [
        "谢谢大家，还是不够",
        "面膜够了吗？",
        "面膜够用三天",
        "物资在路上，明天到",
        "收到大家的私信了，谢谢",
        "希望面膜早点收到",
        "他们说“都够了，不要再寄”，请大家别信",
        "转一下//@望舒:面膜都收到了，不用再寄",
        "口罩够了",
        "面膜都没有了，橡皮筋也没有了",
        "隔离结束后再上班",
        "隔壁科室的面膜够了",
    ],
)
def test_thanks_hopes_questions_quotes_and_other_goods_change_nothing(text: str) -> None:
    assert change(text) == Change("none")


NAMED = {"棉被": "棉被", "电暖器": "电暖器", "红外测温门": "测温门"}


def told(text: str) -> Change:
    wanted = tuple(NAMED.values())
    return change_of(updates_of(text, NAMED), wanted, new_contact=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("被子昨晚铺上了，真暖和", Change("arrived_some", ("棉被",))),
        ("测温门装好了，被子还没影", Change("arrived_some", ("测温门",))),
        ("棉被用到开春都没问题，电暖器还要", Change("enough_some", ("棉被",))),
        ("只剩电暖器还缺，别的都解决了", Change("enough_some", ("棉被", "测温门"))),
        ("物资|需求|实收\n棉被|60|20\n电暖器|8|0", Change("arrived_some", ("棉被",))),
        ("齐了齐了，唔使再寄喇", Change("enough_all", tuple(NAMED.values()))),
        ("棉被又用完了，再求一批", Change("again", ("棉被",))),
        ("她刚下夜班在睡觉，别打她手机", Change("do_not_call")),
        ("联系人换成小林了，电话13800138009", Change("contact_change")),
        ("追加热水袋20个", Change("more", ("热水袋",))),
        ("电暖器别再寄了，棉被有的话还是要的", Change("enough_some", ("电暖器",))),
        ("电暖器以外的都有着落了", Change("enough_some", ("棉被", "测温门"))),
        ("电暖器够了，剩下的也够用到开春", Change("enough_some", ("电暖器",))),
    ],
)
def test_how_people_say_it_by_the_way(text: str, expected: Change) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "够了够了，一人裹一张报纸，可太够了",
        "哪天棉被够了我会告诉大家，现在还没够",
        "棉被已经发货，后天到",
        "街道答应今晚送棉被来",
        "对面宾馆的棉被齐了，我们还缺",
        "我司电暖器现货，欢迎询价",
        "请问棉被你们收到了吗",
    ],
)
def test_irony_conditions_promises_and_givers_change_nothing(text: str) -> None:
    assert told(text) == Change("none")
