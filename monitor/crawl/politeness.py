"""How spiders behave on the web: Scrapy settings, the gate to it, retries, a watch on answers."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Self

from scrapy import signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest, NotSupported
from scrapy.http import Request, Response
from scrapy.logformatter import LogFormatter, LogFormatterResult

from monitor.crawl import fence
from monitor.crawl.budget import LONGEST_WAIT, Budget, retry_after, until_reset
from monitor.crawl.collector import Collector, StorePipeline, collector_of
from monitor.crawl.endings import of_exception, of_status
from monitor.settings import CrawlSettings
from spiders.base.post import Post
from spiders.base.trouble import Trouble, at, readable

_MEGABYTES = 32
_LONGEST_BACKOFF = 60.0  # seconds
_TURNED_AWAY = {"blocked", "login needed"}
_NO_ANSWER = {"blocked", "unreachable"}
_OTHER_SCHEMES = ("data", "file", "ftp", "s3")


def scrapy_settings(
    crawl: CrawlSettings, *, delay: float, obey_robots: bool, allowed: Collection[str] = ()
) -> dict[str, Any]:
    """Return the Scrapy settings of one crawl; what Scrapy has otherwise stands beside it.

    allowed: hosts that may be asked though they are of our own network.
    """
    return {
        "TWISTED_DNS_RESOLVER": fence.FencedResolver,
        "ALLOWED_HOSTS": sorted(allowed),  # ours
        "DOWNLOAD_HANDLERS": {
            **dict.fromkeys(("http", "https"), Gate),
            **dict.fromkeys(_OTHER_SCHEMES),  # default a handler each
        },
        "ITEM_PIPELINES": {StorePipeline: 100},
        "DOWNLOADER_MIDDLEWARES": {
            Watch: 50,  # nearest the spider, so that it sees what is left after retries
            RetryMiddleware: None,
            PatientRetry: 550,
            # Scrapy says nothing of an answer that these two give up.
            MetaRefreshMiddleware: None,
            MetaRefreshes: 580,
            HttpCompressionMiddleware: None,
            Decompression: 590,
            RedirectMiddleware: None,
            Redirects: 600,
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
        "REFERRER_POLICY": "same-origin",  # default tells other hosts our addresses
        "DOWNLOAD_TIMEOUT": 60,  # default 180
        "DNS_TIMEOUT": 20,  # default 60
        "DOWNLOAD_MAXSIZE": _MEGABYTES * 1024 * 1024,  # default 1 GB
        "DOWNLOAD_WARNSIZE": 0,  # default 32 MB
        "TELNETCONSOLE_ENABLED": False,  # default True
        "REMOTE_CONTROL_ENABLED": False,  # default True
        "LOGSTATS_INTERVAL": 0,  # default 60
        "LOG_INSTALL_ROOT_HANDLER": False,  # default True; ours writes no secrets
        "LOG_FORMATTER": QuietFormatter,
    }


class QuietFormatter(LogFormatter):
    """Leaves to the run's outcome what it tells better than a traceback."""

    def download_error(self, *args: Any, **kw: Any) -> LogFormatterResult:
        """Return the message of a failed download, for those who ask for details."""
        return {**super().download_error(*args, **kw), "level": logging.DEBUG}


def budget_of(crawler: Crawler) -> Budget:
    """Return the budget given to a crawl's spider; Scrapy's settings cannot hold one.

    Raises TypeError where the spider was started by another way.
    """
    budget = getattr(crawler.spider, "budget", None)
    if not isinstance(budget, Budget):
        raise TypeError("start spiders through monitor.crawl")
    return budget


class Gate(HTTP11DownloadHandler):
    """The last place before the wire: each request, retry, redirect and robots.txt passes here."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._budget = budget_of(crawler)
        self._allowed = frozenset(crawler.settings.getlist("ALLOWED_HOSTS"))
        crawler.signals.connect(self._budget.write, signals.spider_closed)

    async def download_request(self, request: Request) -> Response:
        """Send a request when its host may be asked; raises Refused where it may not."""
        fence.check(request, self._allowed)
        while (seconds := self._budget.wait(request)) > 0:
            await asyncio.sleep(seconds)
        self._budget.count(request)
        try:
            response = await super().download_request(request)
        except CannotResolveHostError:
            fence.check_name(request)
            raise
        self._budget.note(request, response)
        return response


class Watch:
    """Counts answers and notes the troubles that no retry has mended."""

    def __init__(self, crawler: Crawler) -> None:
        self._collector = collector_of(crawler)
        self._budget = budget_of(crawler)
        self._refusals: set[str] = set()
        crawler.signals.connect(self._scraped, signals.item_scraped)
        crawler.signals.connect(self._dropped, signals.request_dropped)
        # A robots.txt that cannot be had is retried and then counts as none.
        logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the watch of a crawl."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Note a status that the spider has not said it reads itself."""
        if _is_robots(request):
            return response
        self._collector.pages += 1
        trouble = of_status(response) or _of_redirect(response)
        if trouble and response.status not in request.meta.get("handle_httpstatus_list", ()):
            answer = b"" if request.meta.get("private") else response.body
            _tell(self._collector, request, replace(trouble, answer=answer))
        if trouble and trouble.outcome in _NO_ANSWER:
            self._budget.failed(request.url)
        else:
            self._budget.succeeded(request.url)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note why there is no answer."""
        if _is_robots(request):
            return
        if isinstance(exception, fence.Refused):
            # Once is enough: what waits behind it is refused for the same reason.
            trouble = Trouble(outcome=exception.outcome, message=str(exception))
            if "troubles" in request.meta:
                _tell(self._collector, request, trouble)
            elif str(exception) not in self._refusals:
                self._refusals.add(str(exception))
                self._collector.add(trouble)
            return
        if isinstance(exception, NotSupported):
            message = at("only http and https are asked", request.url)
            _tell(self._collector, request, Trouble(outcome="blocked", message=message))
            return
        _tell(self._collector, request, of_exception(request, exception))
        self._budget.failed(request.url)

    def _dropped(self, request: Request) -> None:
        """Note a redirect to where it came from, which is not asked a second time."""
        if request.url in request.meta.get("redirect_urls", ()):
            message = at("it redirects to itself", request.url)
            _tell(self._collector, request, Trouble(outcome="changed", message=message))

    def _scraped(self, item: Any, response: Response | None) -> None:
        """Note what the spider found in an answer that looked well."""
        if response is None:
            return
        if isinstance(item, Post):
            self._budget.gave_posts(response.url)
        elif isinstance(item, Trouble) and item.outcome in _TURNED_AWAY:
            self._budget.turned_away(response.url)


def _tell(collector: Collector, request: Request, trouble: Trouble) -> None:
    """Tell a trouble once: to whoever awaits this answer (`PagedSpider.fetch`), else to the run."""
    troubles = request.meta.get("troubles")
    if troubles is None:
        collector.add(trouble)
    else:
        troubles.append(trouble)


def _of_redirect(response: Response) -> Trouble | None:
    """Return the trouble of a redirect that was not followed."""
    to = (response.headers.get("Location") or b"").decode("latin-1")
    if not 300 <= response.status < 400 or response.status == 304:
        return None
    where = f"points to {readable(to)}, which is not followed" if to else "does not say where to"
    message = at(f"answered {response.status} and {where}", response.url)
    return Trouble(outcome="changed", message=message)


class PatientRetry(RetryMiddleware):
    """Retries as Scrapy does, but waits before: as long as the server asks, or longer each time."""

    async def process_response(  # type: ignore[override] # Scrapy awaits it where need be
        self, request: Request, response: Response
    ) -> Request | Response:
        """Wait and retry where the status is one that may pass."""
        again = super().process_response(request, response)
        if not isinstance(again, Request):
            return response
        wait = retry_after(response)
        wait = until_reset(response) if wait is None else wait
        if wait is not None and wait > LONGEST_WAIT:
            return response
        await asyncio.sleep(self._backoff(again) if wait is None else wait)
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
        """Return the seconds before a retry: twice as many each time, a little more or less."""
        base = max(self.crawler.settings.getfloat("DOWNLOAD_DELAY"), 0.1)
        times: int = request.meta.get("retry_times", 1)
        return min(base * 2.0**times, _LONGEST_BACKOFF) * random.uniform(0.75, 1.25)


class _Noting:
    """Notes why a middleware gives an answer up; Scrapy itself says nothing there."""

    collector: Collector

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware of a crawl."""
        middleware: Self = super().from_crawler(crawler)  # type: ignore[misc]
        middleware.collector = collector_of(crawler)
        return middleware

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Handle an answer as Scrapy does; note it where that fails."""
        try:
            result: Request | Response = super().process_response(  # type: ignore[misc]
                request, response
            )
        except Exception as error:
            if not _is_robots(request):
                _tell(self.collector, request, self.trouble_of(request, error))
            raise
        return result

    def trouble_of(self, request: Request, error: Exception) -> Trouble:
        """Return the trouble that an error is."""
        return of_exception(request, error)


class Decompression(_Noting, HttpCompressionMiddleware):  # type: ignore[misc]
    """Unpacks answers up to the size allowed; what is larger ends as "cut short"."""

    def trouble_of(self, request: Request, error: Exception) -> Trouble:
        """Return the trouble that an error is."""
        if isinstance(error, IgnoreRequest):
            message = at(f"the answer is over {_MEGABYTES} MB once unpacked", request.url)
            return Trouble(outcome="cut short", message=message)
        return Trouble(outcome="changed", message=at("it cannot be unpacked", request.url))


class Redirects(_Noting, RedirectMiddleware):  # type: ignore[misc]
    """Follows a few redirects."""


class MetaRefreshes(_Noting, MetaRefreshMiddleware):  # type: ignore[misc]
    """Follows a few redirects that stand in a page."""


def _is_robots(request: Request) -> bool:
    return request.url.endswith("/robots.txt") and "dont_obey_robotstxt" in request.meta
