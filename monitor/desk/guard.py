"""What every request passes: whose address it names, where it comes from; headers of each answer.

A page elsewhere that gets its own name to point here (DNS rebinding) still names itself in Host.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor import logs
from monitor.desk.doors import Doors
from monitor.desk.watch import DeskFigures

log = logging.getLogger(__name__)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


class Guard:
    """Refuses requests that name another host or that another site's page sends.

    figures: in which answers are counted. faltering: what tells somebody the number of an error
    that nobody foresaw.
    """

    def __init__(
        self,
        app: ASGIApp,
        doors: Doors,
        figures: DeskFigures,
        faltering: Callable[[str], Response],
    ) -> None:
        self._app = app
        self._doors = doors
        self._figures = figures
        self._faltering = faltering

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on with the headers of every answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                self._figures.answered(message["status"])
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if self._doors.secure:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        wrong = self._wrong(Headers(scope=scope), scope["method"])
        if wrong:
            refused = PlainTextResponse(wrong[1] + "\n", wrong[0])
            await refused(scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            self._figures.faltered()
            # Not the path: that of a sign-in link is a secret.
            log.exception("a %s could not be answered", scope["method"])
            if begun:
                raise
            answer = self._faltering(logs.number_of(error))
            await answer(scope, receive, send_with_headers)

    def _wrong(self, headers: Headers, method: str) -> tuple[int, str] | None:
        """Return status and words where a request is not to be answered."""
        host = headers.get("host", "")
        if _name_of(host) not in self._doors.hosts:
            return 421, (
                "This desk does not go by that name. "
                "Name the address it is reached at under [desk] address in distress.toml."
            )
        if method in ("GET", "HEAD"):
            return None
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "Another site's page sent this."
        origin = headers.get("origin")
        # Forms of a page with the policy no-referrer say "null" (Fetch standard, Origin header);
        # where the browser tells no more (http beyond loopback), the form's token decides alone.
        if origin == "null" or (origin and self._doors.is_own(origin.casefold(), host)):
            return None
        return 403, "Another site's page sent this."


def _name_of(host: str) -> str:
    """Return the name of a Host header without its port, "" where it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:
        return ""
