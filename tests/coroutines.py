"""Coroutines that a test runs to their end, whatever else runs in its thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from spiders.base.post import Several

Result = TypeVar("Result")


def result_of(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Return what a coroutine returns; the loop of the browser may be running in our thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


async def one_by_one(yielded: AsyncIterator[Any]) -> AsyncIterator[Any]:
    """Yield what a spider yields, of what it hands over at once each by itself."""
    async for item in yielded:
        for one in item.items if isinstance(item, Several) else (item,):
            yield one
