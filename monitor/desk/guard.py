"""What every request passes: whose address it names, where it comes from; headers of each answer.

A page elsewhere that gets its own name to point here (DNS rebinding) still names itself in Host.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.desk.doors import Doors

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """Refuses requests that name another host or that another site's page sends."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on with the headers of every answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
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
        await self._app(scope, receive, send_with_headers)

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
