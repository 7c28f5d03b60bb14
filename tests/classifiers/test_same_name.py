"""Names of facilities: other names of one hospital have one key, hospitals of like names do not."""

from __future__ import annotations

import pytest

from classifiers.facilities.same_name import facility_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("华中科技大学同济医学院附属协和医院", "武汉协和医院"),
        ("华中科技大学同济医院附属协和医院", "武汉市协和医院"),
        ("華科協和醫院", "协和"),
        ("华中科技大学同济医学院附属同济医院", "同济医院"),
        ("武汉大学人民医院", "湖北省人民医院"),
        ("武汉普爱医院", "武汉市第四医院"),
        ("北医三院", "北医三"),
        ("协和西院", "武汉协和医院西院区"),
        ("武汉大学人民医院东院", "湖北省人民医院东院"),
    ],
)
def test_other_names_of_a_hospital_have_its_key(one: str, other: str) -> None:
    assert facility_key(one) == facility_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("福建医科大学附属协和医院", "武汉协和医院"),
        ("上海同济医院", "武汉同济医院"),
        ("协和西院", "武汉协和医院"),
        ("协和西院", "同济西院"),
        ("四川省人民医院", "武汉大学人民医院"),
        ("普爱社区卫生服务中心", "武汉普爱医院"),
    ],
)
def test_hospitals_of_like_names_keep_their_own_key(one: str, other: str) -> None:
    assert facility_key(one) != facility_key(other)
