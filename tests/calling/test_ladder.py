"""The contact ladder: which way to reach someone is tried first, and which never again."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from made_cases import MORNING, callback_of, case_of, need_of

from classifiers.need import Place
from monitor.calling.hours import callee_zone
from monitor.calling.ladder import AUTHORS, ladder
from monitor.calling.next_call import next_call
from monitor.settings.calling import CallingSettings
from monitor.store import Store
from monitor.types import Case, KnownContact

MOBILE = ("mobile", "13800130011")
OTHER = ("mobile", "13800130012")
LANDLINE = ("landline", "027-85720000")
WECHAT = ("wechat", "nurse_0011")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def _ways(case: Case) -> list[tuple[str, str]]:
    return [(rung.contact.kind, rung.contact.value) for rung in ladder(case, {})]


def test_a_number_that_the_post_asks_not_to_call_stays_and_is_never_offered() -> None:
    need = need_of(1, MOBILE, OTHER)
    unwanted, wanted = need.reading.contacts
    contacts = (replace(unwanted, do_not_call=True), wanted)
    case = case_of(1, replace(need, reading=replace(need.reading, contacts=contacts)))
    barred = {rung.contact.value: rung.barred and rung.barred.mark for rung in ladder(case, {})}
    assert (barred[MOBILE[1]], barred[OTHER[1]]) == ("barred", None)
    proposal = next_call(case.callbacks, ladder(case, {}), CallingSettings(), SHANGHAI, MORNING)
    assert proposal.contact and proposal.contact.value == OTHER[1]


def test_a_local_number_is_dialled_with_the_area_code_of_its_place() -> None:
    need = need_of(1, ("landline", "2555012"))
    [local] = need.reading.contacts
    contacts = (replace(local, area="0724", area_from="荆门"),)
    case = case_of(1, replace(need, reading=replace(need.reading, contacts=contacts)))
    assert _ways(case) == [("landline", "0724-2555012")]


def test_a_mobile_comes_first_and_the_post_last() -> None:
    ways = [
        ("email", "ward@example.org"),
        WECHAT,
        ("phs", "027-81230011"),
        ("qq", "100130011"),
        LANDLINE,
        MOBILE,
    ]
    case = case_of(1, need_of(1, *ways, url="https://example.org/post/1"))
    kinds = [kind for kind, _ in _ways(case)]
    assert kinds == ["mobile", "phs", "landline", "wechat", "qq", "email", "post"]


def test_the_ward_comes_before_who_passed_the_plea_on_but_only_within_a_kind() -> None:
    case = case_of(1, need_of(1, OTHER, passed_on=True), need_of(2, MOBILE, LANDLINE))
    assert _ways(case) == [MOBILE, OTHER, LANDLINE]


def test_a_number_of_five_posts_stands_once_and_is_firsthand_where_one_of_them_is() -> None:
    reposts = [need_of(number, MOBILE, passed_on=True) for number in range(1, 5)]
    (rung,) = ladder(case_of(1, *reposts, need_of(5, MOBILE)), {})
    assert not rung.passed_on


def test_one_number_written_in_two_ways_is_one_rung() -> None:
    case = case_of(1, need_of(1, MOBILE), need_of(2, ("mobile", "+86 138 0013 0011")))
    assert len(ladder(case, {})) == 1


def test_whom_a_call_was_passed_on_to_comes_first_the_last_named_before_the_others() -> None:
    named = [
        KnownContact(kind="landline", value="027-85720001"),
        KnownContact(kind=OTHER[0], value=OTHER[1]),
    ]
    calls = [
        callback_of("passed_on", MOBILE, minutes=minutes, new_contact=contact)
        for minutes, contact in zip((0, 10), named, strict=True)
    ]
    case = case_of(1, need_of(1, MOBILE), callbacks=calls)
    assert _ways(case) == [OTHER, ("landline", "027-85720001"), MOBILE]


def test_the_new_contact_keeps_the_name_that_was_heard() -> None:
    head = KnownContact(kind="mobile", value=MOBILE[1], person="李护士长", role="护士长")
    calls = [callback_of("passed_on", LANDLINE, new_contact=head)]
    rung = ladder(case_of(1, need_of(1, MOBILE, LANDLINE), callbacks=calls), {})[0]
    assert rung.contact.person == "李护士长"


def test_a_rung_has_its_own_history() -> None:
    calls = [
        callback_of("no_answer", MOBILE),
        callback_of("busy", LANDLINE, minutes=150),
        callback_of("no_answer", ("mobile", "138 0013 0011"), minutes=600),
    ]
    mobile, landline = ladder(case_of(1, need_of(1, MOBILE, LANDLINE), callbacks=calls), {})
    assert [call.disposition for call in mobile.tried] == ["no_answer", "no_answer"]
    assert [call.disposition for call in landline.tried] == ["busy"]


def test_a_number_found_wrong_in_another_case_stays_on_the_ladder_struck_out(store: Store) -> None:
    wrong = KnownContact(kind="mobile", value="138-0013-0011")
    store.marks.add(wrong, "wrong", actor="云落", reason="打到别家")
    mobile, landline = ladder(
        case_of(1, need_of(1, MOBILE, LANDLINE)), store.marks.standing(MORNING)
    )
    assert mobile.barred and mobile.barred.reason == "打到别家"
    assert not mobile.usable(MORNING)
    assert landline.usable(MORNING)


def test_a_plea_passed_on_by_hundreds_does_not_ask_to_write_to_hundreds() -> None:
    posts = [
        need_of(number, url=f"https://example.org/post/{number}", passed_on=number < 9)
        for number in range(1, 10)
    ]
    ways = _ways(case_of(1, *posts))
    assert len(ways) == AUTHORS
    assert ways[0] == ("post", "https://example.org/post/9"), "the ward's own post first"


def test_a_post_without_an_address_cannot_be_answered() -> None:
    assert _ways(case_of(1, need_of(1))) == []


@pytest.mark.parametrize(
    ("value", "zone"),
    [
        ("+852 9123 4567", "Asia/Hong_Kong"),
        ("0085291234567", "Asia/Hong_Kong"),
        ("+1 212 555 0111", "America/New_York"),
        ("13800130011", "Asia/Urumqi"),
        ("+8613800130011", "Asia/Urumqi"),
        ("+999 1", "Asia/Urumqi"),
    ],
)
def test_a_foreign_number_tells_its_clock_and_else_the_place_does(value: str, zone: str) -> None:
    places = [
        Place(text="乌鲁木齐", start=0, end=4, province="新疆维吾尔自治区", city="乌鲁木齐市")
    ]
    contact = KnownContact(kind="mobile", value=value)
    assert callee_zone(places, contact, CallingSettings(), SHANGHAI).key == zone


def test_a_place_without_a_clock_of_its_own_lives_by_the_settings() -> None:
    hubei = Place(text="枣阳", start=0, end=2, province="湖北省")
    xinjiang = Place(text="新疆", start=3, end=5, province="新疆维吾尔自治区")
    assert callee_zone([hubei, xinjiang], None, CallingSettings(), SHANGHAI) == SHANGHAI
    assert callee_zone([], None, CallingSettings(), SHANGHAI) == SHANGHAI


def test_the_settings_may_name_a_county_with_a_clock_of_its_own() -> None:
    rules = CallingSettings(zones={"塔什库尔干": "Asia/Karachi"})
    place = Place(
        text="喀什", start=0, end=2, province="新疆维吾尔自治区", county="塔什库尔干塔吉克自治县"
    )
    assert callee_zone([place], None, rules, SHANGHAI).key == "Asia/Karachi"


def test_a_rung_tells_the_zone_of_its_number() -> None:
    case = case_of(1, need_of(1, ("mobile", "+85291234567"), WECHAT))
    assert [rung.zone for rung in ladder(case, {})] == ["Asia/Hong_Kong", None]


def test_china_keeps_its_own_time_wherever_the_desk_stands() -> None:
    new_york = ZoneInfo("America/New_York")
    hubei = Place(text="湖北", start=0, end=2, province="湖北省")
    mobile = KnownContact(kind="mobile", value="13800138000")
    rules = CallingSettings()
    assert callee_zone([hubei], None, rules, new_york) == SHANGHAI
    assert callee_zone([], mobile, rules, new_york) == SHANGHAI
    assert callee_zone([], None, rules, new_york) == new_york
