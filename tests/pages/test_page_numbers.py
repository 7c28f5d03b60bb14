"""Numbers are hidden in the list and grouped for reading out alike by the page and by Python."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from agent_page import AgentPage
from staged_day import add_case, reading_of

from monitor.masking import grouped, part_hidden
from monitor.store import Store

NUMBERS = [
    ("mobile", "13800138000"),
    ("mobile", "+8613800138000"),
    ("phs", "85720001"),
    ("landline", "027-85720000"),
    ("landline", "0717-6720000"),
    ("landline", "027-85720000-8001"),
    ("landline", "85720000"),
    ("landline", "8572000"),
    ("landline", "4008123123"),
    ("landline", "10086"),
    ("landline", "110"),
]


@pytest.mark.parametrize(("kind", "value"), NUMBERS)
def test_the_page_writes_a_number_as_python_does(
    store: Store, open_page: Callable[..., AgentPage], kind: str, value: str
) -> None:
    text = f"晴川医院急需口罩，{value}"
    case_id = add_case(store, text, reading_of(text, numbers=[(kind, value)]))
    agent = open_page()
    assert agent.row(case_id).locator(".reach").inner_text() == part_hidden(value)
    line = agent.rung(value)
    assert line.locator(".value").inner_text() == grouped(value)
    line.locator(".copy").click()
    agent.told(f"{grouped(value)} 已复制")
    assert not agent.troubles
