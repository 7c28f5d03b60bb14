"""Amounts in other units: what is the same everywhere is converted, what a box holds is asked."""

from __future__ import annotations

import pytest

from monitor.supply.progress import shown
from monitor.supply.units import in_unit


@pytest.mark.parametrize(
    ("words", "unit", "amount"),
    [
        ("3打", "个", "36"),
        ("1.5万个", "只", "15000"),
        ("20斤", "公斤", "10"),
        ("2箱×20", "支", "40"),
        ("２箱＊20支", "支", "40"),
        ("25套", "套", "25"),
        ("500ml", "升", "0.5"),
        ("2箱", "个", None),
        ("若干", "个", None),
        ("40-60", "个", None),
        ("25套", "个", None),
    ],
)
def test_an_amount_is_converted_where_everybody_counts_alike(
    words: str, unit: str, amount: str | None
) -> None:
    converted = in_unit(words, unit)
    assert (converted and shown(converted)) == amount
