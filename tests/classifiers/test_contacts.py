"""Contacts: every marked number and id is found with kind and value, and nothing else is."""

from __future__ import annotations

import pytest
from marked import Marked, doc_of, load

from classifiers.contacts import read_contacts


@pytest.mark.parametrize("case", load("contacts"), ids=lambda case: case.text)
def test_finds_what_is_marked_and_no_more(case: Marked) -> None:
    found = [(c.kind, c.value, c.text, c.start) for c in read_contacts(doc_of(case.text))]
    assert found == [(*note.split("=", 1), text, start) for note, text, start in case.marks]


def test_a_mobile_that_is_a_wechat_id_too_is_given_as_both() -> None:
    found = read_contacts(doc_of("陈老师13800138000(微信同号)"))
    assert sorted((c.kind, c.value) for c in found) == [
        ("mobile", "13800138000"),
        ("wechat", "13800138000"),
    ]


def test_a_number_told_twice_is_one_contact() -> None:
    found = read_contacts(doc_of("电话13800138000,再说一遍138 0013 8000"))
    assert [c.value for c in found] == ["13800138000"]


@pytest.mark.parametrize(
    "unit", ["1", "138", "0", "027-", "+1 ", "a@", "微信", "QQ:", "1 ", "(", "\u0000"]
)
def test_endless_repeats_are_read_to_the_end(unit: str) -> None:
    """One backtracking pattern would hold up the whole line here, and this test with it."""
    doc = doc_of((unit * 100_000)[:100_000])
    assert all(span.end <= len(doc.text) for span in read_contacts(doc))


@pytest.mark.parametrize("text", ["", " ", "\u202e\u0007", "😷" * 50])
def test_odd_input_holds_no_contact(text: str) -> None:
    assert read_contacts(doc_of(text)) == ()
