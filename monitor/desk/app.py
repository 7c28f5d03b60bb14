"""The desk's routes: requests in, pages and JSON out."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from monitor.desk import claims, live, outcomes, pages
from monitor.desk import session as sessions
from monitor.desk.assigning import assign
from monitor.desk.doors import Doors
from monitor.desk.guard import Guard
from monitor.desk.reading import form_of, json_of, list_of, number_of, window_of
from monitor.desk.reception import ForbiddenError, NotSignedInError, Reception, Work
from monitor.digest import SUPPLY_PAGES
from monitor.errors import DistressError, StoreBusyError, StoreError
from monitor.settings import Settings

_PAIR = ("case", "other")
log = logging.getLogger(__name__)


def desk_app(current: Callable[[], Settings], doors: Doors) -> Starlette:
    """Return the desk of the settings, as it is reached through `doors`."""
    room = _Room(Reception(current, doors))
    gets: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "/": room.agent_page,
        "/index.html": room.lead_page,
        **{f"/{name}": room.supply_page for name in SUPPLY_PAGES},
        "/live": room.live,
        "/sign-in/{secret}": room.door,
        "/{name}.html": room.to_own_page,
    }
    posts: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "/outcomes": room.outcomes,
        "/claims": room.claim,
        "/claims/release": room.release,
        "/assign": room.assign,
        "/decide": room.decide,
        "/sign-in": room.sign_in,
        "/sign-out": room.sign_out,
    }
    return Starlette(
        routes=[
            *(Route(path, answer, methods=["GET"]) for path, answer in gets.items()),
            *(Route(path, answer, methods=["POST"]) for path, answer in posts.items()),
        ],
        middleware=[Middleware(Guard, doors=doors)],
        exception_handlers={
            NotSignedInError: room.not_signed_in,
            ForbiddenError: _refused(403),
            StoreBusyError: _without_store("The store is busy; the same again in a while."),
            StoreError: _without_store("The store cannot be read; the desk's log says why."),
            DistressError: _refused(400),
            HTTPException: _http_refused,
        },
    )


class _Room:
    """The answers to each route."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception

    async def _json(self, request: Request, work: Work[dict[str, Any]]) -> Response:
        csrf = request.headers.get("x-csrf", "") if request.method == "POST" else None
        return JSONResponse(await self._reception.as_agent(request, work, csrf=csrf))

    async def agent_page(self, request: Request) -> Response:
        """Show the agent's own page, made at this moment."""
        return _html(
            await self._reception.as_agent(request, partial(pages.page_of_agent, now=_now()))
        )

    async def lead_page(self, request: Request) -> Response:
        """Show the lead's page, made at this moment."""
        number = request.query_params.get("given", "")
        work = partial(pages.page_of_lead, now=_now(), number=number)
        return _html(await self._reception.as_agent(request, work))

    async def supply_page(self, request: Request) -> Response:
        """Show the supply lines or the packing list, made at this moment."""
        name = request.url.path.strip("/")
        return _html(
            await self._reception.as_agent(
                request,
                lambda store, settings, _: pages.page_of_supplies(
                    name, store, settings, now=_now()
                ),
            )
        )

    async def to_own_page(self, request: Request) -> Response:
        """Lead an address of the static pages to the one page that the desk has for all."""
        return RedirectResponse("/", 303)

    async def live(self, request: Request) -> Response:
        """Tell what changed after a cursor."""
        after = request.query_params.get("after", "")
        return await self._json(request, lambda store, _, __: live.changes(store, after))

    async def outcomes(self, request: Request) -> Response:
        """Take outcomes in, and decisions of pairs of cases."""
        fields = await json_of(request)
        entries = list_of(fields, "outcomes")
        decisions = list_of(fields, "decisions") if "decisions" in fields else []
        return await self._json(
            request, lambda store, _, session: outcomes.take(store, session, entries, decisions)
        )

    async def claim(self, request: Request) -> Response:
        """Claim a case, or renew the claim."""
        fields = await json_of(request)
        case_id, window = number_of(fields.get("case"), "case"), window_of(fields)
        return await self._json(
            request,
            lambda store, settings, session: claims.claim(
                store, settings, session, case_id, window
            ),
        )

    async def release(self, request: Request) -> Response:
        """Give a case back."""
        fields = await json_of(request)
        case_id, window = number_of(fields.get("case"), "case"), window_of(fields)
        return await self._json(
            request, lambda store, _, session: claims.release(store, session, case_id, window)
        )

    async def assign(self, request: Request) -> Response:
        """Give a case to another agent; for leads."""
        form = await form_of(request)
        case_id = number_of(form.get("case", "").strip(), "case")
        agent = form.get("agent", "")
        await self._reception.as_agent(
            request,
            lambda store, settings, session: assign(
                store, settings, session, case_id=case_id, agent=agent
            ),
            csrf=form.get("csrf", ""),
        )
        return RedirectResponse(f"/index.html?given={case_id}#give", 303)

    async def decide(self, request: Request) -> Response:
        """Merge two cases or keep them apart, from the lead's page."""
        form = await form_of(request)
        case_id, other_id = (number_of(form.get(name, "").strip(), name) for name in _PAIR)
        decision = form.get("decision", "")
        await self._reception.as_agent(
            request,
            lambda store, _, session: outcomes.decide(store, session, case_id, other_id, decision),
            csrf=form.get("csrf", ""),
        )
        return RedirectResponse("/index.html#same", 303)

    async def door(self, request: Request) -> Response:
        """Show whose link this is, with a button: what merely looks does not use it up."""
        secret = request.path_params["secret"]
        agent = await self._reception.in_store(
            lambda store, settings: sessions.agent_of_link(store, settings, secret)
        )
        return self._door("welcome" if agent else "spent", agent or "", secret)

    async def sign_in(self, request: Request) -> Response:
        """Use a link up and start a session."""
        secret = (await form_of(request)).get("secret", "")
        before = request.cookies.get(self._reception.cookie, "")
        pair = await self._reception.in_store(
            lambda store, settings: sessions.sign_in(store, settings, secret, before)
        )
        if pair is None:
            return self._door("spent")
        cookie, session = pair
        log.info("%s signed in", session.agent)
        response = RedirectResponse("/", 303)
        self._reception.give_cookie(response, cookie, session)
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session and give its cases back."""
        form = await form_of(request)
        await self._reception.as_agent(
            request,
            lambda store, _, session: store.desk.end_session(session.hash, at=_now()),
            csrf=form.get("csrf", ""),
        )
        response = self._door("left")
        self._reception.take_cookie(response)
        return response

    async def not_signed_in(self, request: Request, error: Exception) -> Response:
        """Tell a page's script by status, and a person in words."""
        if request.method == "GET" and request.url.path != "/live":
            return self._door("out")
        return JSONResponse({"error": str(error)}, 401)

    def _door(self, state: str, agent: str = "", secret: str = "") -> Response:
        settings = self._reception.current()
        status = {"welcome": 200, "left": 200, "spent": 410, "out": 401}[state]
        return _html(pages.door(settings, state, agent=agent, secret=secret), status)


def _now() -> datetime:
    return datetime.now(UTC)


def _html(text: str, status: int = 200) -> Response:
    """Return a page with its own policy as a header too, which alone can forbid framing."""
    meta = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    policy = html.unescape(meta[1]) if meta else "default-src 'none'"
    headers = {"Content-Security-Policy": f"{policy}; frame-ancestors 'none'"}
    return HTMLResponse(text, status, headers)


def _refused(status: int) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        return JSONResponse({"error": str(error)}, status)

    return answer


def _without_store(words: str) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Tell the log which file it is, and others, signed in or not, only what to do."""

    async def answer(request: Request, error: Exception) -> Response:
        log.error("%s", error)
        return JSONResponse({"error": words}, 503, {"Retry-After": "5"})

    return answer


async def _http_refused(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 500)
    words = getattr(error, "detail", "") or quote(request.url.path)
    return JSONResponse({"error": words}, status, getattr(error, "headers", None))
