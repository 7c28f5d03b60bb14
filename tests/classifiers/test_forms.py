"""Forms: labelled fields are found with their roles, and goods and facilities follow the labels."""

from __future__ import annotations

import pytest
from marked import doc_of

from classifiers.facilities import read_facilities
from classifiers.forms import read_forms
from classifiers.goods.items import read_items
from classifiers.need import Form


def form(text: str) -> Form:
    return read_forms(doc_of(text))


def roles(text: str) -> list[tuple[str, str]]:
    return [(field.role, field.text) for field in form(text).fields]


def goods(text: str) -> list[str]:
    doc = doc_of(text)
    doc._.forms = read_forms(doc)
    return [item.name for item in read_items(doc)]


def facilities(text: str) -> list[str]:
    doc = doc_of(text)
    doc._.forms = read_forms(doc)
    return [facility.text for facility in read_facilities(doc) if facility.concerned]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "【单位】紫荆医院【需求】面屏20个【联系人】王强【联系电话】13800138000",
            [
                ("facility", "紫荆医院"),
                ("goods", "面屏20个"),
                ("person", "王强"),
                ("contact", "13800138000"),
            ],
        ),
        (
            "一、单位：紫荆医院\n二、需求：面屏20个\n三、地址：河阳路8号",
            [("facility", "紫荆医院"), ("goods", "面屏20个"), ("place", "河阳路8号")],
        ),
        (
            "1.单位：紫荆医院\n2.急需物资：面屏",
            [("facility", "紫荆医院"), ("goods", "面屏")],
        ),
        ("需求：面屏20个\n手套5箱\n", [("goods", "面屏20个\n手套5箱")]),
        (
            "需求：\n面屏20个\n手套5箱\n联系人：王强",
            [("goods", "面屏20个\n手套5箱"), ("person", "王强")],
        ),
        ("[医院名称]紫荆医院 [物资需求]面屏", [("facility", "紫荆医院"), ("goods", "面屏")]),
        ("「單位」紫荊醫院「需求」面罩", [("facility", "紫荊醫院"), ("goods", "面罩")]),
        ("【单位】：紫荆医院", [("facility", "紫荆医院")]),
        ("【 单位 】紫荆医院", [("facility", "紫荆医院")]),
        ("【单位：】紫荆医院", [("facility", "紫荆医院")]),
        ("我院急需物资：面屏", [("goods", "面屏")]),
        ("【目前需求】面屏", [("goods", "面屏")]),
        ("需求单位（盖章）：紫荆医院", [("facility", "紫荆医院")]),
        ("现有库存：面屏3个；", [("held", "面屏3个")]),
        (
            "捐赠单位：梧桐医院\n接收单位：紫荆医院",
            [("giver", "梧桐医院"), ("facility", "紫荆医院")],
        ),
        ("职务：护士长\n电话：13800138000", [("post", "护士长"), ("contact", "13800138000")]),
        ("【备注】请先打电话", [("other", "请先打电话")]),
        ("【需求】面屏\n\n谢谢大家", [("goods", "面屏")]),
        ("需求：面屏20个。谢谢捐手套的朋友", [("goods", "面屏20个")]),
        ("【需求】[面屏]20个【地址】河阳路", [("goods", "[面屏]20个"), ("place", "河阳路")]),
        ("【需求】面屏【紧急扩散】请转发", [("goods", "面屏")]),
        ("地址：河阳路8号\n其余看图", [("place", "河阳路8号")]),
        ("【单位】【需求】面屏", [("goods", "面屏")]),
    ],
)
def test_labels_give_their_fields_a_role(text: str, found: list[tuple[str, str]]) -> None:
    assert roles(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "紫荆医院急需面屏20个",
        "【紫荆医院防护物资告急】缺面屏",
        "他们那个单位：一家小医院",
        "医生说：手套不够",
        "这是谁的需求？是医院的需求",
        "【视频】【急】【扩散】",
        "口罩：500个，手套：20箱",
        "13:30 开会",
        "收到以下物资：面屏",
        "：：：【】【】",
    ],
)
def test_other_words_are_no_labels(text: str) -> None:
    assert roles(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("【单位】紫荆医院【需求】面屏", "supplies"),
        ("急需物资：面屏\n地址：河阳路8号", "supplies"),
        ("【姓名】王某【年龄】71【病情】高热【联系方式】13800138000", "patient"),
        ("患者姓名：王某\n病情描述：高热不退\n", "patient"),
        ("【年龄】71【急需的帮助】床位", "patient"),
        ("姓名：王强\n电话：13800138000", "other"),
        ("【地址】河阳路【时间】周末", "other"),
        ("需求：面屏", None),
        ("【备注】请转发", None),
        ("紫荆医院急需面屏", None),
    ],
)
def test_the_labels_together_tell_the_kind_of_form(text: str, kind: str | None) -> None:
    assert form(text).kind == kind


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("【单位】紫荆医院【需求】护目镜", ["护目镜"]),
        ("需求：护目镜", ["护目镜"]),
        ("物资清单：\n护目镜 20个\n手套 5箱", ["护目镜", "手套"]),
        ("紫荆医院。需求：护目镜。库存：手套20箱", ["护目镜"]),
        ("【现有物资】手套20箱【需求】护目镜", ["护目镜"]),
        ("【已收到】急需的手套【紧缺】护目镜", ["护目镜"]),
        ("【备注】护目镜", []),
    ],
)
def test_goods_follow_the_label_they_stand_behind(text: str, names: list[str]) -> None:
    assert goods(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("【单位】晴川市紫荆医院【需求】面屏", ["晴川市紫荆医院"]),
        ("【接收单位】紫荆医院【来源】梧桐医院", ["紫荆医院"]),
        ("捐赠单位：梧桐医院\n需求：面屏", []),
        ("【单位】紫荆医院【备注】不要寄到梧桐医院", ["紫荆医院"]),
        ("单位：河阳路社区\n需求：面屏", ["河阳路社区"]),
        ("单位：急诊科\n晴川市紫荆医院求面屏", ["晴川市紫荆医院"]),
        ("单位：不方便说\n需求：面屏", []),
    ],
)
def test_the_facility_that_needs_is_the_one_behind_its_label(text: str, names: list[str]) -> None:
    assert facilities(text) == names


def test_fields_are_given_as_they_stand_in_the_post() -> None:
    text = "【單位】紫荊醫院【需求】護目鏡２０個"
    for field in form(text).fields:
        assert text[field.start : field.end] == field.text
    assert [field.label for field in form(text).fields] == ["单位", "需求"]


@pytest.mark.parametrize(
    "unit", ["【", "【单位】", "需求：", "一、", "单位", "\n需求：口罩", "(", "["]
)
def test_endless_repeats_are_read_to_the_end(unit: str) -> None:
    text = (unit * 20_000)[:20_000]
    assert all(text[f.start : f.end] == f.text for f in form(text).fields)
