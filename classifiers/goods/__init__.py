"""Goods: a post goes in; what it asks for, with amounts and units, comes out as items.

Never asks for what the post says is held, given, sold or on the way.
"""

from __future__ import annotations

from classifiers.goods.items import read_items

__all__ = ["amounts", "names", "read_items"]
