"""Contacts: a number that one is asked not to call is marked; a local one has its area code."""

from __future__ import annotations

import pytest
from marked import Marked, doc_of, load

from classifiers.contacts import read_contacts
from classifiers.facilities import read_facilities
from classifiers.places import read_places


@pytest.mark.parametrize("case", load("contact_unwanted"), ids=lambda case: case.text)
def test_what_is_not_to_be_called_is_marked(case: Marked) -> None:
    found = [("!" if c.do_not_call else "", c.text) for c in read_contacts(doc_of(case.text))]
    assert found == [(note, text) for note, text, _ in case.marks]


@pytest.mark.parametrize(
    ("text", "area", "evidence"),
    [
        ("荆门市紫荆医院急需口罩，电话2555012", "0724", "荆门市"),
        ("地址：湖北省仙桃市沔州大道9号，座机3555012", "0728", "湖北省仙桃市"),
        ("武汉紫荆医院，值班电话85550001", "027", "武汉"),
        ("瑞金医院急需口罩，电话65550001", "021", "瑞金医院"),
        ("武汉紫荆医院和荆门市紫荆医院都缺，电话85550001", None, None),
        ("武汉紫荆医院，值班电话5550123", None, None),
        ("紫荆医院急需口罩，电话5550123", None, None),
    ],
)
def test_the_area_code_of_a_local_number_is_that_of_the_only_place(
    text: str, area: str | None, evidence: str | None
) -> None:
    doc = doc_of(text)
    doc._.facilities = read_facilities(doc)
    doc._.places = read_places(doc)
    [contact] = read_contacts(doc)
    assert (contact.area, contact.area_from) == (area, evidence)
    assert contact.dialled == (f"{area}-{contact.value}" if area else contact.value)


def test_the_second_of_two_numbers_has_the_area_code_of_the_first() -> None:
    _, second = read_contacts(doc_of("电话：0724-5550123 / 5550124"))
    assert (second.text, second.value, second.dialled) == ("5550124", "5550124", "0724-5550124")
    assert second.area_from == "0724"
