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
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route

from monitor.desk import claims, intake, live, others, outcomes, pages, pictures, watch
from monitor.desk import session as sessions
from monitor.desk.assigning import assign
from monitor.desk.doors import Doors
from monitor.desk.guard import Guard
from monitor.desk.reading import form_of, json_of, list_of, number_of, picture_of, window_of
from monitor.desk.reception import ForbiddenError, NotSignedInError, Reception, Work
from monitor.desk.signing_out import sign_out
from monitor.desk.throttle import Throttle
from monitor.digest import INTAKE_PAGE, SUPPLY_PAGES
from monitor.errors import DistressError, StoreBusyError, StoreError
from monitor.intake.pictures import PictureError, limits
from monitor.language import language
from monitor.settings import Settings

_PAIR = ("case", "other")
_TOLD = ("/live", "/others", "/case", "/find", "/calls/known")  # asked by a page's script
log = logging.getLogger(__name__)


def desk_app(current: Callable[[], Settings], doors: Doors) -> Starlette:
    """Return the desk of the settings, as it is reached through `doors`."""
    room = _Room(Reception(current, doors))
    gets: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "/": room.agent_page,
        "/index.html": room.lead_page,
        **{f"/{name}": room.supply_page for name in SUPPLY_PAGES},
        f"/{INTAKE_PAGE}": room.calls_page,
        "/calls/known": room.known,
        "/live": room.live,
        "/others": room.others,
        "/case": room.case,
        "/find": room.find,
        "/sign-in/{secret}": room.door,
        "/health": room.health,
        "/metrics": room.metrics,
        "/{name}.html": room.to_own_page,
    }
    posts: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "/outcomes": room.outcomes,
        "/calls": room.take_call,
        "/calls/read": room.read_call,
        "/claims": room.claim,
        "/claims/release": room.release,
        "/pictures": room.picture,
        "/pictures/lines": room.picture_lines,
        "/assign": room.assign,
        "/decide": room.decide,
        "/sessions/end": room.end_session,
        "/sign-in": room.sign_in,
        "/sign-out": room.sign_out,
    }
    return Starlette(
        routes=[
            *(Route(path, answer, methods=["GET"]) for path, answer in gets.items()),
            *(Route(path, answer, methods=["POST"]) for path, answer in posts.items()),
        ],
        middleware=[Middleware(Guard, doors=doors, figures=room.figures, faltering=room.faltering)],
        exception_handlers={
            NotSignedInError: room.not_signed_in,
            TooOftenError: room.too_often,
            ForbiddenError: _refused(403),
            StoreBusyError: _without_store("The store is busy; the same again in a while."),
            StoreError: _without_store("The store cannot be read; the desk's log says why."),
            PictureError: _no_picture,
            DistressError: _refused(400),
            HTTPException: _http_refused,
        },
    )


class TooOftenError(DistressError):
    """Too many secrets were tried in vain from an address; wait: seconds until it may again."""

    def __init__(self, wait: int) -> None:
        super().__init__("too many tries from this address")
        self.wait = wait


class _Room:
    """The answers to each route."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._lines = others.Lines()
        self._throttle = Throttle()
        self.figures = watch.DeskFigures()

    def faltering(self, number: str) -> Response:
        """Tell whoever asked the number of an error that nobody foresaw."""
        spoken = language(self._reception.current().language)
        words = spoken.say(
            "出了意料之外的错。请把编号 %(number)s 告诉负责这个回拨台的人。", number=number
        )
        return PlainTextResponse(f"{words}\n", 500)

    async def health(self, request: Request) -> Response:
        """Tell a monitor whether the desk can read its store."""
        self._let_watch(request)
        await self._reception.in_store(lambda store, _: store.desk.cursor())
        return JSONResponse({"health": "ok"})

    async def metrics(self, request: Request) -> Response:
        """Tell a monitor how everything does."""
        self._let_watch(request)
        text = await self._reception.in_store(
            lambda store, settings: self.figures.text(store, settings, now=_now())
        )
        return Response(text, media_type=watch.CONTENT_TYPE)

    def _let_watch(self, request: Request) -> None:
        if watch.is_from_here(request):
            return
        address = self._address(request)
        if not watch.has_token(request, self._reception.current()):
            self._throttle.note(address)
            raise ForbiddenError("only this machine is told, and who has [desk] token")

    def _address(self, request: Request) -> str:
        """Return whom a secret is tried by; raises TooOftenError where that has to wait."""
        address = request.client.host if request.client else ""
        if wait := self._throttle.wait(address):
            raise TooOftenError(wait)
        return address

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

    async def calls_page(self, request: Request) -> Response:
        """Show the form for calls and notes."""
        return _html(await self._reception.as_agent(request, intake.page))

    async def known(self, request: Request) -> Response:
        """Tell which open cases a call may be of while it is typed."""
        asked = request.query_params
        numbers = [asked.get(name, "") for name in ("number", "ward_number")]
        facility = asked.get("facility", "")
        return await self._json(
            request, lambda store, _, __: intake.known(store, facility, numbers)
        )

    async def read_call(self, request: Request) -> Response:
        """Tell which goods are read in a call."""
        fields = await json_of(request)
        return await self._json(request, lambda _, __, ___: intake.read(fields))

    async def take_call(self, request: Request) -> Response:
        """Take a call or note in."""
        fields = await json_of(request)
        return await self._json(
            request,
            lambda store, settings, session: intake.take(store, settings, session, fields),
        )

    async def to_own_page(self, request: Request) -> Response:
        """Lead an address of the static pages to the one page that the desk has for all."""
        return RedirectResponse("/", 303)

    async def live(self, request: Request) -> Response:
        """Tell what changed after a cursor."""
        after = request.query_params.get("after", "")
        return await self._json(request, lambda store, _, __: live.changes(store, after))

    async def others(self, request: Request) -> Response:
        """Tell a line of each open case."""
        return await self._json(request, lambda store, _, __: self._lines.told(store))

    async def case(self, request: Request) -> Response:
        """Tell all of one case."""
        case_id = number_of(request.query_params.get("id", ""), "id")
        return await self._json(
            request,
            lambda store, settings, session: others.whole(store, settings, session, case_id),
        )

    async def find(self, request: Request) -> Response:
        """Tell which open cases have words in their posts."""
        words = request.query_params.get("words", "")
        return await self._json(request, lambda store, _, __: others.matches(store, words))

    async def outcomes(self, request: Request) -> Response:
        """Take outcomes in, and decisions of pairs of cases."""
        fields = await json_of(request)
        entries = list_of(fields, "outcomes")
        decisions = list_of(fields, "decisions") if "decisions" in fields else []
        return await self._json(
            request,
            lambda store, settings, session: outcomes.take(
                store,
                session,
                entries,
                decisions,
                agents={agent.name for agent in settings.agents},
            ),
        )

    async def claim(self, request: Request) -> Response:
        """Claim a case, or renew the claim."""
        fields = await json_of(request)
        case_id, window = number_of(fields.get("case"), "case"), window_of(fields)
        return await self._json(
            request,
            lambda store, settings, session: claims.claim(
                store, settings, session, case_id, window, dialled=fields.get("dialled") is True
            ),
        )

    async def release(self, request: Request) -> Response:
        """Give a case back."""
        fields = await json_of(request)
        case_id, window = number_of(fields.get("case"), "case"), window_of(fields)
        return await self._json(
            request, lambda store, _, session: claims.release(store, session, case_id, window)
        )

    async def picture(self, request: Request) -> Response:
        """Read a picture of a list and tell its lines; nothing is in the case yet."""
        case_id = number_of(request.query_params.get("case", ""), "case")
        csrf = request.headers.get("x-csrf", "")
        await self._reception.as_agent(
            request, lambda store, _, __: pictures.check_case(store, case_id), csrf=csrf
        )
        content = await picture_of(request, limits.BYTES)
        name = request.query_params.get("name", "")[: pictures.LONGEST_NAME]
        reading = await run_in_threadpool(pictures.read, content, name or "the picture")
        return await self._json(
            request, lambda store, _, __: pictures.put_by(store, content, reading)
        )

    async def picture_lines(self, request: Request) -> Response:
        """Take the lines of a picture that an agent ticked into the case."""
        fields = await json_of(request)
        case_id = number_of(fields.get("case"), "case")
        lines = [str(line) for line in list_of(fields, "lines")]
        return await self._json(
            request,
            lambda store, _, session: pictures.take(
                store,
                session,
                case_id,
                digest=str(fields.get("picture")),
                name=str(fields.get("name") or ""),
                lines=lines,
            ),
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

    async def end_session(self, request: Request) -> Response:
        """Sign an agent out of one session; for leads."""
        form = await form_of(request)
        agent, name = form.get("agent", ""), form.get("session", "")
        await self._reception.as_agent(
            request,
            lambda store, settings, session: sign_out(
                store, settings, session, agent=agent, name=name
            ),
            csrf=form.get("csrf", ""),
        )
        return RedirectResponse("/index.html#signed-in", 303)

    async def door(self, request: Request) -> Response:
        """Show whose link this is, with a button: what merely looks does not use it up."""
        secret = request.path_params["secret"]
        address = self._address(request)
        agent = await self._reception.in_store(
            lambda store, settings: sessions.agent_of_link(store, settings, secret)
        )
        if agent is None:
            self._throttle.note(address)
            return self._door("spent")
        return self._door("welcome", agent, secret)

    async def sign_in(self, request: Request) -> Response:
        """Use a link up and start a session."""
        address = self._address(request)
        secret = (await form_of(request)).get("secret", "")
        before = request.cookies.get(self._reception.cookie, "")
        pair = await self._reception.in_store(
            lambda store, settings: sessions.sign_in(store, settings, secret, before)
        )
        if pair is None:
            self._throttle.note(address)
            return self._door("spent")
        cookie, session = pair
        log.info("an agent signed in")
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
        if request.method == "GET" and request.url.path not in _TOLD:
            return self._door("out")
        return JSONResponse({"error": str(error)}, 401)

    async def too_often(self, request: Request, error: Exception) -> Response:
        """Tell when secrets may be tried again."""
        answer = self._door("wait")
        answer.headers["Retry-After"] = str(getattr(error, "wait", 0))
        return answer

    def _door(self, state: str, agent: str = "", secret: str = "") -> Response:
        settings = self._reception.current()
        status = {"welcome": 200, "left": 200, "spent": 410, "out": 401, "wait": 429}[state]
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


async def _no_picture(request: Request, error: Exception) -> Response:
    """Tell why a picture cannot be read; the page has words of its own for each `why`."""
    log.warning("%s", error)
    return JSONResponse({"error": str(error), "why": getattr(error, "why", "")}, 400)


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
