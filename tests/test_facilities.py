"""Facilities: every marked name is found whole and once, and kinds of hospitals are no names."""

from __future__ import annotations

import time

import pytest
from marked import Marked, doc_of, load

from classifiers.facilities import read_facilities


def names(text: str) -> list[str]:
    return [facility.text for facility in read_facilities(doc_of(text))]


@pytest.mark.parametrize("case", load("facilities"), ids=lambda case: case.text)
def test_finds_what_is_marked_and_no_more(case: Marked) -> None:
    found = [(f.text, f.start) for f in read_facilities(doc_of(case.text))]
    assert found == [(text, start) for _, text, start in case.marks]


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        ("协和医院告急!武汉协和医院没有口罩了", "武汉协和医院"),
        ("天佑医院缺物资,武汉科技大学附属天佑医院求援", "武汉科技大学附属天佑医院"),
        ("枣阳一医院求助。枣阳市第一人民医院设备科", "枣阳市第一人民医院"),
        ("合肥疾控中心告急!合肥市疾病预防控制中心接受捐赠", "合肥市疾病预防控制中心"),
        ("南溪山医院缺口罩,地址:广西壮族自治区南溪山医院", "广西壮族自治区南溪山医院"),
        ("武昌医院缺口罩,寄武汉市武昌医院东区", "武汉市武昌医院东区"),
    ],
)
def test_a_hospital_told_twice_is_given_once_in_its_longest_form(text: str, longest: str) -> None:
    assert names(text) == [longest]


def test_hospitals_of_one_kind_in_two_places_stay_apart() -> None:
    assert names("罗田县人民医院和麻城市人民医院都缺口罩") == ["罗田县人民医院", "麻城市人民医院"]


def test_a_hospital_and_another_with_its_name_inside_stay_apart() -> None:
    text = "同济医院和华中科技大学同济医学院附属协和医院都缺口罩"
    assert names(text) == ["同济医院", "华中科技大学同济医学院附属协和医院"]


def test_a_headline_about_a_need_counts_only_where_the_words_name_none() -> None:
    assert names("#武汉协和医院急缺防护物资#快帮帮他们") == ["武汉协和医院"]
    assert names("#武汉协和医院急缺防护物资#麻城市人民医院更缺") == ["麻城市人民医院"]


def test_the_home_of_a_team_is_not_in_need() -> None:
    text = "东直门医院和东方医院40名专家组成国家中医医疗队,入驻后缺口罩"
    assert names(text) == ["国家中医医疗队"]


@pytest.mark.parametrize(
    "unit", ["医院", "武汉", "第一", "武汉市医院", "的", "医疗队", "#武汉市第五医院#", "a"]
)
def test_long_repeats_are_read_in_time(unit: str) -> None:
    doc = doc_of((unit * 100_000)[:20_000])
    started = time.perf_counter()
    read_facilities(doc)
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize("text", ["", "医院", "😷医院\u202e", "\u0000\u0001"])
def test_odd_input_names_no_facility(text: str) -> None:
    assert names(text) == []
