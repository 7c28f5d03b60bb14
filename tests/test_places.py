"""Places: names in full and short are resolved to their divisions, and look-alikes are left."""

from __future__ import annotations

import time

import pytest
from marked import Marked, doc_of, load

from classifiers.gazetteer import regions, short_name
from classifiers.need import Place
from classifiers.places import read_places


def written(place: Place) -> str:
    return "/".join(part or "-" for part in (place.province, place.city, place.county))


@pytest.mark.parametrize("case", load("places"), ids=lambda case: case.text)
def test_finds_what_is_marked_and_no_more(case: Marked) -> None:
    found = [(written(p), p.text, p.start) for p in read_places(doc_of(case.text))]
    assert found == list(case.marks)


def test_a_place_told_twice_is_given_once() -> None:
    assert [p.text for p in read_places(doc_of("黄冈缺口罩,黄冈市缺防护服"))] == ["黄冈"]


def test_hashtags_count_only_where_the_words_name_no_place() -> None:
    assert [p.text for p in read_places(doc_of("#湖北急需物资#帮帮我们"))] == ["湖北"]
    assert [p.text for p in read_places(doc_of("#武汉新增病例#荆州缺口罩"))] == ["荆州"]


def test_the_mark_of_where_the_author_is_counts_last() -> None:
    assert [p.text for p in read_places(doc_of("缺口罩,求转发 2黄冈 ?"))] == ["黄冈"]
    assert [p.text for p in read_places(doc_of("荆州缺口罩,求转发 2嘉兴 ?"))] == ["荆州"]


def test_the_table_of_divisions_is_whole() -> None:
    provinces = {region.province for region in regions().values()}
    assert len(provinces) == 34
    assert len(regions()) > 3200


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("枣阳市", "枣阳"),
        ("恩施土家族苗族自治州", "恩施"),
        ("内蒙古自治区", "内蒙古"),
        ("夏县", "夏"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize("unit", ["武汉", "湖北省枣阳市", "鼓楼区", "公安", "的", "a"])
def test_long_repeats_are_read_in_time(unit: str) -> None:
    doc = doc_of((unit * 100_000)[:100_000])
    started = time.perf_counter()
    read_places(doc)
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize("text", ["", "\u0000", "😷" * 20, "hello"])
def test_odd_input_names_no_place(text: str) -> None:
    assert read_places(doc_of(text)) == ()
