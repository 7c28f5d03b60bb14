"""Contacts: who answers a number is what stands beside it, and nobody is made up."""

from __future__ import annotations

import pytest
from marked import Marked, doc_of, load

from classifiers.contacts import read_contacts
from classifiers.forms import read_forms
from classifiers.need import Contact


def contacts(text: str) -> tuple[Contact, ...]:
    doc = doc_of(text)
    doc._.forms = read_forms(doc)
    return read_contacts(doc)


@pytest.mark.parametrize("case", load("contact_person"), ids=lambda case: case.text)
def test_names_who_answers_and_no_one_else(case: Marked) -> None:
    found = [f"{c.person or '-'}/{c.role or '-'}" for c in contacts(case.text)]
    assert "+".join(found) == case.label


def test_person_and_role_are_given_as_they_stand_in_the_post() -> None:
    [contact] = contacts("聯繫護士長陳某：13800138000")
    assert (contact.person, contact.role) == ("陳某", "護士長")


def test_a_mobile_that_is_a_wechat_id_too_has_its_person_twice() -> None:
    found = contacts("陈老师13800138000(微信同号)")
    assert [(c.kind, c.person) for c in found] == [("mobile", "陈老师"), ("wechat", "陈老师")]


def test_a_number_told_twice_has_the_name_that_stands_beside_either() -> None:
    [contact] = contacts("电话13800138000。再说一遍，王医生13800138000")
    assert (contact.person, contact.role) == ("王", "医生")


@pytest.mark.parametrize(
    "unit", ["王", "李护士", "联系人:", "电话", "(王强)", "13800138000王医生", "、", "13800138000,"]
)
def test_endless_repeats_are_read_to_the_end(unit: str) -> None:
    text = (unit * 20_000)[:20_000] + "13800138000"
    for contact in contacts(text):
        assert all(word is None or word in text for word in (contact.person, contact.role))
