"""Where a need is: a facility's own home and where it works now are kept apart."""

from __future__ import annotations

import pytest

from classifiers import pipeline
from classifiers.facilities.same_name import home_of
from classifiers.whereabouts import Whereabouts, whereabouts


def of(*texts: str) -> Whereabouts:
    """Return where the need of these posts is."""
    return whereabouts(pipeline.read(texts))


@pytest.mark.parametrize(
    ("text", "province", "homes"),
    [
        (
            "我们是上海瑞金医院援鄂医疗队，在武汉同济医院，急需护手霜40支，联系13800138001",
            {"湖北省"},
            {"上海市"},
        ),
        ("瑞金医院医疗队驻武汉，急需N95口罩500个，联系13800138001", {"湖北省"}, {"上海市"}),
        ("上海医疗队支援武汉，急需护手霜，联系13800138001", {"湖北省"}, {"上海市"}),
        ("江苏红叶医疗队到了湖北，急需护手霜，联系13800138002", {"湖北省"}, {"江苏省"}),
        ("湘雅二医院医疗队在金银潭医院，急需护手霜，联系13800138002", {"湖北省"}, {"湖南省"}),
        ("瑞金医院急需N95口罩500个，联系13800138001", {"上海市"}, set()),
        ("上海医疗队急需护手霜40支，联系13800138001", {"上海市"}, set()),
        ("武汉梧桐医院急需N95口罩500个，联系13800138001", {"湖北省"}, set()),
    ],
)
def test_goods_go_where_the_people_are(text: str, province: set[str], homes: set[str]) -> None:
    where = of(text)
    assert {place.province for place in where.places} == province
    assert {home for home, _ in where.homes} == homes


def test_another_post_of_the_need_may_tell_where_the_team_is() -> None:
    where = of("上海医疗队急需护手霜40支，联系13800138001", "我们队在武汉，急需护手霜40支")
    assert [place.city for place in where.places] == ["武汉市"]


def test_a_name_of_those_elsewhere_tells_no_place() -> None:
    where = of("上海红叶医院医疗队支援武汉梧桐医院，急需护手霜，联系13800138001")
    assert where.names == ("武汉梧桐医院",)


def test_a_team_of_a_known_hospital_has_its_home() -> None:
    assert home_of("瑞金医院医疗队") == home_of("瑞金医院") == ("上海市", "上海市")
    assert home_of("瑞金市人民医院医疗队") is None
