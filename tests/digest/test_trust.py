"""Trust: what speaks for a case and against it is told in facts, never in a score."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from made_cases import MORNING, case_of
from staged_day import AGENT, NOW, add_case, reading_of, settings_in

from classifiers import pipeline
from classifiers.whereabouts import whereabouts
from monitor import digest
from monitor.calling.ladder import numbers_of
from monitor.digest.trust import Facilities, Fact, facts_of, home_of_number
from monitor.store import Store
from monitor.types import Case, Joined, Need, StoredPost

PLEA = "武汉梧桐医院急需护手霜40支，联系李护士13800138001"  # a number of Beijing's


def need(number: int, text: str, author: str = "小禾", **post: object) -> Need:
    """Return the need of a post that is read for it."""
    made = StoredPost(
        id=number, source="made", source_id=str(number), text=text, digest="", author=author,
        first_seen_at=MORNING + timedelta(minutes=number), **post,  # type: ignore[arg-type]
    )  # fmt: skip
    return Need(id=number, post=made, words=text, reading=next(pipeline.read([text])))


def told(case: Case, kind: str, **facilities: list[str]) -> list[Fact]:
    """Return the facts of a kind; facilities: those that posts gave a number for."""
    by_key = {("number", number[1:]): names for number, names in facilities.items()}
    return [fact for fact in facts(case, by_key) if fact.kind == kind]


def facts(case: Case, by_key: Facilities) -> tuple[Fact, ...]:
    return facts_of(
        case, numbers_of(case), by_key, whereabouts(need.reading for need in case.needs)
    )


def test_a_number_of_the_place_fits_and_one_of_another_province_is_told() -> None:
    [strange] = told(case_of(1, need(1, PLEA)), "number elsewhere")
    assert strange.side == "against"
    assert (strange.home, strange.names) == (("北京市", "Beijing"), ("湖北省",))
    assert "0013" not in strange.number
    [fits] = told(case_of(1, need(1, PLEA.replace("武汉", "北京"))), "number at home")
    assert (fits.side, fits.home[0]) == ("for", "北京市")


def test_a_number_from_a_visiting_teams_home_fits() -> None:
    text = "我们是北京红叶医疗队，支援武汉梧桐医院，急需护手霜40支，联系13800138001"
    assert told(case_of(1, need(1, text)), "number elsewhere") == []
    assert told(case_of(1, need(1, text)), "number at home")


@pytest.mark.parametrize(
    ("kind", "value", "home"),
    [
        ("landline", "027-85720000", "湖北省武汉市"),
        ("landline", "027-85720000-8001", "湖北省武汉市"),
        ("mobile", "13800138000", "北京市"),
        ("landline", "85720000", None),
        ("landline", "400-800-1234", None),
        ("mobile", "+1 202 555 0100", None),
        ("wechat", "ziheng_8000", None),
    ],
)
def test_the_home_of_a_number(kind: str, value: str, home: str | None) -> None:
    known = home_of_number(value)
    assert (known[0] if known else None) == home


def test_words_of_paying_are_told() -> None:
    text = "武汉梧桐医院急需护手霜，联系13800138001，先付定金再发货，加微信转账"
    [fact] = told(case_of(1, need(1, text), need(2, PLEA)), "paying")
    assert (fact.side, fact.count) == ("against", 1)
    assert "定金" in fact.names
    assert told(case_of(1, need(2, PLEA)), "paying") == []


def test_a_number_under_several_hospitals_is_told_and_one_under_names_of_one_is_not() -> None:
    case = case_of(1, need(1, PLEA))
    names = ["武汉梧桐山医院", "梧桐山医院", "黄冈红叶医院", "晴川市紫荆医院"]
    [fact] = told(case, "several hospitals", n13800138001=names)
    assert (fact.count, fact.names[1]) == (3, "黄冈红叶医院")
    assert told(case, "several hospitals", n13800138001=names[:2]) == []
    assert told(case, "several hospitals", n13800138009=names) == []


def test_a_hospital_of_another_province_is_told_but_not_a_teams_home() -> None:
    [fact] = told(case_of(1, need(1, "湖北的瑞金医院急需护手霜40支，联系13800138000")),
                  "hospital elsewhere")  # fmt: skip
    assert (fact.names, fact.home[0]) == (("瑞金医院", "湖北省"), "上海市")
    team = "上海瑞金医院医疗队在武汉同济医院，急需护手霜40支，联系13800138000"
    assert told(case_of(1, need(1, team)), "hospital elsewhere") == []


def test_a_post_that_is_gone_at_its_source_is_told() -> None:
    [fact] = told(case_of(1, need(1, PLEA, gone_at=MORNING), need(2, PLEA)), "gone")
    assert fact.count == 1


def joined(case: Case, *reasons: str) -> Case:
    """Return a case whose posts joined it for these reasons."""
    entries = [
        Joined(need=one.need, reason=reason, matched_need_id=None, joined_at=MORNING)
        for one, reason in zip(case.joined, reasons, strict=True)
    ]
    return replace(case, joined=tuple(entries))


def test_voices_are_people_who_do_not_repeat_each_other() -> None:
    case = case_of(1, need(1, PLEA), need(2, PLEA, "小穆"), need(3, "梧桐医院缺护手霜", "小穆"))
    copied = joined(case, "first", "same text", "same text")
    assert [(fact.side, fact.count) for fact in told(copied, "voices")] == [("neither", 1)]
    own_words = joined(case, "first", "same text", "same facility")
    assert [(fact.side, fact.count) for fact in told(own_words, "voices")] == [("for", 2)]


def test_a_case_that_others_only_passed_on_is_told_as_such() -> None:
    passed_on = replace(need(1, PLEA), reading=replace(need(1, PLEA).reading, voice="passed on"))
    assert told(case_of(1, passed_on), "passed on")
    own = replace(need(2, PLEA), reading=replace(passed_on.reading, voice="firsthand"))
    assert told(case_of(1, passed_on, own), "passed on") == []
    assert told(case_of(1, passed_on, own), "firsthand")
    assert [fact.side for fact in facts(case_of(1, passed_on, own), {})][-1] == "for"


def test_the_page_tells_a_number_that_other_cases_give_for_other_hospitals(
    store: Store, tmp_path: Path
) -> None:
    for name in ("武汉梧桐山医院", "黄冈红叶医院"):
        text = f"{name}急需护手霜40支，联系李护士138 0013 8000"
        goods = [("护手霜", "40", "支")]
        number = [("mobile", "138 0013 8000")]
        add_case(store, text, reading_of(text, goods=goods, facility=name, numbers=number))
    page = digest.write(store, settings_in(tmp_path), now=NOW) / f"{AGENT}.html"
    told = page.read_text(encoding="utf-8")
    assert "号码 138****8000 有 2 家在用：" in told


def test_tables_of_numbers_are_not_read_where_nothing_tells_the_place() -> None:
    home_of_number.cache_clear()
    assert not any(
        fact.number for fact in facts(case_of(1, need(1, "急需护手霜，联系13800138000")), {})
    )
    assert home_of_number.cache_info().misses == 0
