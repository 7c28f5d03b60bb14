"""Asking again: a failure that may pass goes in; after a wait the request comes out anew."""

from __future__ import annotations

import asyncio
import random

from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Request, Response

from monitor.budget import LONGEST_WAIT, retry_after, until_reset

_LONGEST_BACKOFF = 60.0  # seconds


class PatientRetry(RetryMiddleware):
    """Retries as Scrapy does, but waits before: as long as the server asks, or longer each time."""

    async def process_response(  # type: ignore[override] # Scrapy awaits it where need be
        self, request: Request, response: Response
    ) -> Request | Response:
        """Wait and retry where the status is one that may pass."""
        again = super().process_response(request, response)
        if not isinstance(again, Request):
            return response
        asked = retry_after(response)
        asked = until_reset(response) if asked is None else asked
        if asked is not None and asked > LONGEST_WAIT:
            return response
        await asyncio.sleep(self._backoff(again) if asked is None else asked)
        return again

    async def process_exception(  # type: ignore[override]
        self, request: Request, exception: Exception
    ) -> Request | None:
        """Wait and retry where the connection failed."""
        again = super().process_exception(request, exception)
        if not isinstance(again, Request):
            return None
        await asyncio.sleep(self._backoff(again))
        return again

    def _backoff(self, request: Request) -> float:
        base = max(self.crawler.settings.getfloat("DOWNLOAD_DELAY"), 0.1)
        times = request.meta.get("retry_times", 1)
        return min(base * 2.0**times, _LONGEST_BACKOFF) * random.uniform(0.75, 1.25)
