"""Places: names in full and short are resolved to their divisions, and look-alikes are left."""

from __future__ import annotations

import pytest
from marked import Marked, doc_of, load

from classifiers.need import Place
from classifiers.places import read_places
from classifiers.places.gazetteer import regions, short_name


def written(place: Place) -> str:
    return "/".join(part or "-" for part in (place.province, place.city, place.county))


@pytest.mark.parametrize("case", load("places"), ids=lambda case: case.text)
def test_finds_what_is_marked_and_no_more(case: Marked) -> None:
    found = [(written(p), p.text, p.start) for p in read_places(doc_of(case.text))]
    assert found == list(case.marks)


def test_a_place_told_twice_is_given_once() -> None:
    assert [p.text for p in read_places(doc_of("延安缺手套,延安市缺面屏"))] == ["延安"]


def test_hashtags_count_only_where_the_words_name_no_place() -> None:
    assert [p.text for p in read_places(doc_of("#云南急需手套#伸把手吧"))] == ["云南"]
    assert [p.text for p in read_places(doc_of("#兰州今日降雪#延安缺手套"))] == ["延安"]


def test_the_mark_of_where_the_author_is_counts_last() -> None:
    assert [p.text for p in read_places(doc_of("缺手套,求扩散 2延安 ?"))] == ["延安"]
    assert [p.text for p in read_places(doc_of("延安缺手套,求扩散 2温州 ?"))] == ["延安"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("甘肃省敦煌市缺手套", "620982"),
        ("延安缺手套", "610600"),
        ("云南缺手套", "530000"),
        ("北京市海淀区缺手套", "110108"),
        ("上海缺手套", "310000"),
        ("湖北仙桃缺手套", "429004"),
        ("鼓楼区缺手套", None),
    ],
)
def test_a_place_has_the_code_of_the_smallest_division_that_is_known(
    text: str, code: str | None
) -> None:
    [place] = read_places(doc_of(text))
    assert place.code == code


@pytest.mark.parametrize("case", load("places"), ids=lambda case: case.text)
def test_the_code_names_the_division_that_the_place_tells(case: Marked) -> None:
    for place in read_places(doc_of(case.text)):
        if place.code is None:
            assert place.province is None
            continue
        region = regions()[place.code]
        smallest = place.county or place.city or place.province
        assert (region.name, region.province) == (smallest, place.province)


def test_the_table_of_divisions_is_whole() -> None:
    provinces = {region.province for region in regions().values()}
    assert len(provinces) == 34
    assert len(regions()) > 3200


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("灵宝市", "灵宝"),
        ("甘孜藏族自治州", "甘孜"),
        ("内蒙古自治区", "内蒙古"),
        ("夏县", "夏"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize("unit", ["武汉", "甘肃省敦煌市", "鼓楼区", "公安", "的", "a"])
def test_endless_repeats_are_read_to_the_end(unit: str) -> None:
    """One backtracking pattern would hold up the whole line here, and this test with it."""
    doc = doc_of((unit * 100_000)[:100_000])
    assert all(span.end <= len(doc.text) for span in read_places(doc))


@pytest.mark.parametrize("text", ["", "\u0000", "😷" * 20, "hello"])
def test_odd_input_names_no_place(text: str) -> None:
    assert read_places(doc_of(text)) == ()
