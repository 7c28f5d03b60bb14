"""Facilities: every marked name is found whole and once, and kinds of hospitals are no names."""

from __future__ import annotations

import pytest
from marked import Marked, doc_of, load

from classifiers.facilities import read_facilities


def names(text: str) -> list[str]:
    return [facility.text for facility in read_facilities(doc_of(text)) if facility.concerned]


@pytest.mark.parametrize("case", load("facilities"), ids=lambda case: case.text)
def test_finds_what_is_marked_and_no_more(case: Marked) -> None:
    found = [(f.text, f.start) for f in read_facilities(doc_of(case.text)) if f.concerned]
    assert found == [(text, start) for _, text, start in case.marks]


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        ("同济医院缺鞋套!盼望武汉同济医院等到鞋套", "武汉同济医院"),
        ("安泽医院缺手套,兰州理工大学附属安泽医院求援", "兰州理工大学附属安泽医院"),
        ("灵宝七医院盼手套。灵宝市第七人民医院总务科", "灵宝市第七人民医院"),
        ("延安疾控中心告急!延安市疾病预防控制中心盼手套", "延安市疾病预防控制中心"),
        ("沙枣泉医院缺手套,寄到:宁夏回族自治区沙枣泉医院", "宁夏回族自治区沙枣泉医院"),
        ("灞桥医院缺手套,寄西安市灞桥医院南区", "西安市灞桥医院南区"),
    ],
)
def test_a_hospital_told_twice_is_given_once_in_its_longest_form(text: str, longest: str) -> None:
    assert names(text) == [longest]


def test_hospitals_of_one_kind_in_two_places_stay_apart() -> None:
    assert names("蓝田县人民医院和灵宝市人民医院都缺手套") == ["蓝田县人民医院", "灵宝市人民医院"]


def test_a_hospital_and_another_with_its_name_inside_stay_apart() -> None:
    text = "海洋医院和青岛农业大学海洋医学院附属慈航医院都缺手套"
    assert names(text) == ["海洋医院", "青岛农业大学海洋医学院附属慈航医院"]


def test_a_headline_about_a_need_counts_only_where_the_words_name_none() -> None:
    assert names("#遵义协济医院急缺手术衣#谁能伸把手") == ["遵义协济医院"]
    assert names("#遵义协济医院急缺手术衣#灵宝市人民医院更缺") == ["灵宝市人民医院"]


def test_the_home_of_a_team_is_not_in_need() -> None:
    text = "槐荫医院和松涛医院26名骨干组成甘肃中医医疗队,落脚后缺手套"
    assert names(text) == ["甘肃中医医疗队"]


@pytest.mark.parametrize(
    "unit", ["医院", "武汉", "第一", "武汉市医院", "的", "医疗队", "#洛阳市第九医院#", "a"]
)
def test_endless_repeats_are_read_to_the_end(unit: str) -> None:
    """One backtracking pattern would hold up the whole line here, and this test with it."""
    doc = doc_of((unit * 100_000)[:20_000])
    assert all(span.end <= len(doc.text) for span in read_facilities(doc))


@pytest.mark.parametrize("text", ["", "医院", "😷医院\u202e", "\u0000\u0001"])
def test_odd_input_names_no_facility(text: str) -> None:
    assert names(text) == []
