"""Facilities: who needs, where a visiting team works, who gave and who is only mentioned."""

from __future__ import annotations

import pytest
from marked import Marked, doc_of, load

from classifiers.facilities import read_facilities
from classifiers.facilities.same_name import facility_key
from classifiers.forms import read_forms
from classifiers.need import Facility
from classifiers.places import read_places


def facilities(text: str) -> tuple[Facility, ...]:
    doc = doc_of(text)
    doc._.forms = read_forms(doc)
    return read_facilities(doc)


def home(text: str) -> list[tuple[str | None, str | None]]:
    doc = doc_of(text)
    doc._.facilities = read_facilities(doc)
    return [(place.province, place.city) for place in read_places(doc)]


@pytest.mark.parametrize("case", load("facility_roles"), ids=lambda case: case.text)
def test_each_facility_has_its_part(case: Marked) -> None:
    found = [(f.role, f.text, f.start) for f in facilities(case.text)]
    assert found == list(case.marks)


def test_the_host_in_a_teams_name_is_told_too() -> None:
    found = facilities("青禾医院支援武汉梧桐医院医疗队急需口罩")
    assert [(f.role, f.text) for f in found] == [
        ("needing", "青禾医院支援武汉梧桐医院医疗队"),
        ("host", "武汉梧桐医院"),
    ]


def test_a_facility_is_needing_where_one_of_its_mentions_says_so() -> None:
    [found] = facilities("紫荆医院昨天捐了手套给邻县。现在紫荆医院急缺手套")
    assert found.role == "needing"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("瑞金医院急需口罩", [("上海市", "上海市")]),
        ("湘雅二医院急缺隔离衣", [("湖南省", "长沙市")]),
        ("广安门医院急需面屏", [("北京市", "北京市")]),
        ("北京朝阳医院缺手套", [("北京市", "北京市")]),
        ("协和医院急缺防护服", []),
        ("武汉紫荆医院缺口罩，瑞金医院已捐赠了手套", [("湖北省", "武汉市")]),
    ],
)
def test_a_well_known_hospital_lies_where_it_lies(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert home(text) == expected


def test_a_well_known_hospital_has_one_key_with_and_without_its_town() -> None:
    names = ("瑞金医院", "上海瑞金医院", "上海市瑞金医院", "上海交通大学医学院附属瑞金医院")
    assert len({facility_key(name) for name in names}) == 1
