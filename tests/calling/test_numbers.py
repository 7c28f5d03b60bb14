"""Numbers of a cell are read whole or not at all, and what is none says why."""

from __future__ import annotations

import pytest

from classifiers.need import Place
from classifiers.normalise import normalise
from classifiers.places.places import places_of_address
from monitor.calling.numbers import in_order, numbers_in
from monitor.types import KnownContact

MIANYANG = places_of_address(normalise("四川省绵阳市涪城区临园路1号"))


def told(cell: str, **more: object) -> list[str]:
    """Return the numbers of a cell as they are dialled, and problems in brackets."""
    places = more.pop("places", MIANYANG)
    return [
        one.contact.value if one.contact else f"[{one.problem}]"
        for one in numbers_in(cell, places, **more)  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("13800138000", ["13800138000"]),
        ("１３８００１３８０００", ["13800138000"]),
        ("+86 138-0013-8000", ["13800138000"]),
        ("13800138000/13900139000", ["13800138000", "13900139000"]),
        ("1380013800013900139000", ["13800138000", "13900139000"]),
        ("13800138000、0816-2345678", ["13800138000", "0816-2345678"]),
        ("张三 13800138000 李四13900139001", ["13800138000", "13900139001"]),
        ("0816-2345678转801", ["0816-2345678-801"]),
        ("2345678", ["0816-2345678"]),
        ("13800138000打不通就打2345678", ["13800138000", "0816-2345678"]),
        ("106816-8345678", ["0816-8345678"]),
        ("2295588", ["0816-2295588"]),  # no bank's 95588 behind an area
        ("110", ["[public service]"]),
        ("0816-95588", ["[public service]"]),
        ("138OO138000", ["[letters]"]),
        ("138001380OO 13900139002", ["13900139002", "[letters]"]),
        ("1.38E+10", ["[rounded]"]),
        ("1380013800", ["[too short]"]),
        ("138001380001", ["[too long]"]),
        ("12345678901", ["[no such number]"]),
        ("13800000000", ["[no such number]"]),
        ("张三", ["[name]"]),
        ("wx_abc123", ["[letters]"]),
        ("无", ["[empty]"]),
        ("", ["[empty]"]),
        ("电话" * 5_000, ["[name]"]),
        ("1" * 100_000, ["[too long]"]),
    ],
)
def test_a_cell_says_its_numbers_or_why_there_is_none(cell: str, numbers: list[str]) -> None:
    assert told(cell) == numbers


def test_a_local_number_without_a_place_is_not_completed() -> None:
    assert told("2345678", places=()) == ["[no area code]"]
    [one] = numbers_in("2345678", MIANYANG)
    assert one.area_from.startswith("四川省绵阳")


def test_a_range_of_phs_that_is_switched_off_is_told_as_such() -> None:
    assert told("8345678", column="小灵通", dead_phs=["0816-8"]) == ["[dead PHS]"]
    assert told("小灵通0816-8345678", dead_phs=["0816-8"]) == ["[dead PHS]"]
    assert told("0816-8345678", dead_phs=["0816-8"]) == ["0816-8345678"]  # a telephone on a wire
    [phs] = numbers_in("8345678", MIANYANG, column="小灵通号码")
    assert phs.contact == KnownContact(kind="phs", value="0816-8345678")


def test_mobiles_ring_before_phs_before_landlines_and_each_once() -> None:
    kinds = [("landline", "0816-2345678"), ("phs", "0816-8345678"), ("mobile", "13800138001")]
    mobile = [("mobile", "13800138000"), ("mobile", "13800138001")]
    contacts = [KnownContact(kind=kind, value=value) for kind, value in kinds + mobile]
    assert [c.value for c in in_order(contacts)] == [
        "13800138001",
        "13800138000",
        "0816-8345678",
        "0816-2345678",
    ]


def test_places_of_an_address_stand_where_they_say() -> None:
    address = normalise("四川省绵阳市涪城区临园路1号")
    assert isinstance(MIANYANG[0], Place)
    assert [address[p.start : p.end] for p in MIANYANG] == [p.text for p in MIANYANG]
    assert (MIANYANG[0].city, MIANYANG[0].county) == ("绵阳市", "涪城区")
