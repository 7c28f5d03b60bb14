"""How spiders behave on the web: Scrapy settings, patient retries, a watch on every answer."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Request, Response
from scrapy.logformatter import LogFormatter, LogFormatterResult

from monitor.collect import StorePipeline, collector_of
from monitor.outcome import of_exception, of_status
from monitor.settings import CrawlSettings

LONGEST_WAIT = 120.0  # seconds before a retry; asked for longer, we give up instead
_LONGEST_BACKOFF = 60.0


def scrapy_settings(crawl: CrawlSettings, *, delay: float, obey_robots: bool) -> dict[str, Any]:
    """Return the Scrapy settings of one crawl; what Scrapy has otherwise stands beside it."""
    return {
        "ITEM_PIPELINES": {StorePipeline: 100},
        "DOWNLOADER_MIDDLEWARES": {
            Watch: 50,  # nearest the spider, so that it sees what is left after retries
            RetryMiddleware: None,
            PatientRetry: 550,
        },
        "USER_AGENT": crawl.user_agent,
        "ROBOTSTXT_OBEY": obey_robots,  # default False
        "DOWNLOAD_DELAY": delay,  # default 0
        "AUTOTHROTTLE_ENABLED": True,  # default False
        "AUTOTHROTTLE_START_DELAY": delay,  # default 5
        "CONCURRENT_REQUESTS": crawl.concurrent,  # default 16
        "CONCURRENT_REQUESTS_PER_DOMAIN": crawl.concurrent,  # default 8
        "RETRY_TIMES": crawl.retries,  # default 2
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",  # default ERROR; the run's outcome says it
        "COOKIES_ENABLED": False,  # default True
        "REDIRECT_MAX_TIMES": 5,  # default 20
        "DOWNLOAD_TIMEOUT": 60,  # default 180
        "DNS_TIMEOUT": 20,  # default 60
        "DOWNLOAD_MAXSIZE": 32 * 1024 * 1024,  # default 1 GB
        "DOWNLOAD_WARNSIZE": 0,  # default 32 MB
        "TELNETCONSOLE_ENABLED": False,  # default True
        "REMOTE_CONTROL_ENABLED": False,  # default True
        "LOGSTATS_INTERVAL": 0,  # default 60
        "LOG_LEVEL": "WARNING",  # default DEBUG
        "LOG_FORMATTER": QuietFormatter,
    }


class QuietFormatter(LogFormatter):
    """Leaves to the run's outcome what it tells better than a traceback."""

    def download_error(self, *args: Any, **kw: Any) -> LogFormatterResult:
        """Return the message of a failed download, for those who ask for details."""
        return {**super().download_error(*args, **kw), "level": logging.DEBUG}


class Watch:
    """Counts answers and notes the troubles that no retry has mended."""

    def __init__(self, crawler: Crawler) -> None:
        self._collector = collector_of(crawler)
        # A robots.txt that cannot be had is retried and then counts as none.
        logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the watch of a crawl."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Note a status that the spider has not said it reads itself."""
        if not _is_robots(request):
            self._collector.pages += 1
            trouble = of_status(response)
            if trouble and response.status not in request.meta.get("handle_httpstatus_list", ()):
                kept = b"" if request.meta.get("private") else response.body
                self._collector.add(replace(trouble, answer=kept))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note why there is no answer."""
        if not _is_robots(request):
            self._collector.add(of_exception(request, exception))


def _is_robots(request: Request) -> bool:
    return request.url.endswith("/robots.txt") and "dont_obey_robotstxt" in request.meta


class PatientRetry(RetryMiddleware):
    """Retries as Scrapy does, but waits before: as long as the server asks, or longer each time."""

    async def process_response(  # type: ignore[override] # Scrapy awaits it where need be
        self, request: Request, response: Response
    ) -> Request | Response:
        """Wait and retry where the status is one that may pass."""
        again = super().process_response(request, response)
        if not isinstance(again, Request):
            return response
        asked = _retry_after(response)
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


def _retry_after(response: Response) -> float | None:
    """Return the seconds that a server asks us to wait (RFC 9110, 10.2.3), or None."""
    given = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if given.isdigit():
        return float(given)
    try:
        return max(0.0, (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
