"""Who asks: a request's cookie goes in, its agent's session and an open store come out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from monitor.desk import session as sessions
from monitor.desk.doors import Doors
from monitor.errors import DistressError
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.desk import Session

_WRITE_WAIT = 5.0  # seconds; a page asks again later, and who only reads must not wait behind it
T = TypeVar("T")

Work = Callable[[Store, Settings, Session], T]


class NotSignedInError(DistressError):
    """The request has no session; sign in by a link of the operator's."""


class ForbiddenError(DistressError):
    """The session may not do this, or the request is not of one of its pages."""


class Reception:
    """Opens the store for each request, in a thread of its own, and knows the session."""

    def __init__(self, current: Callable[[], Settings], doors: Doors) -> None:
        self.current = current
        self.doors = doors
        # The prefix binds the cookie to this very host; two desks on one host differ by port.
        self.cookie = "__Host-distress" if doors.secure else f"distress-{doors.port}"

    async def in_store(self, work: Callable[[Store, Settings], T]) -> T:
        """Do work with a store of its own; nothing blocks the other requests."""
        return await run_in_threadpool(self._in_store, work)

    async def as_agent(self, request: Request, work: Work[T], *, csrf: str | None = None) -> T:
        """Do work for a session; csrf: what a POST gave, None for a mere look.

        Raises NotSignedInError, ForbiddenError, and what the work raises.
        """
        cookie = request.cookies.get(self.cookie, "")

        def with_session(store: Store, settings: Settings) -> T:
            session = sessions.session_of(store, settings, cookie) if cookie else None
            if session is None:
                raise NotSignedInError("not signed in")
            if csrf is not None and not sessions.is_csrf_of(session, csrf):
                raise ForbiddenError("the request is of no page of this session")
            return work(store, settings, session)

        return await self.in_store(with_session)

    def give_cookie(self, response: Response, value: str, session: Session) -> None:
        """Put a session's secret into the browser, out of every script's reach."""
        response.set_cookie(
            self.cookie,
            value,
            max_age=int((session.expires_at - session.made_at).total_seconds()),
            secure=self.doors.secure,
            httponly=True,
            samesite="strict",
        )

    def take_cookie(self, response: Response) -> None:
        """Take the secret out of the browser."""
        response.delete_cookie(
            self.cookie, secure=self.doors.secure, httponly=True, samesite="strict"
        )

    def _in_store(self, work: Callable[[Store, Settings], T]) -> T:
        settings = self.current()
        # What agents note must not go into an empty store by mistake.
        with Store(settings.store_path, write_wait=_WRITE_WAIT, create=False) as store:
            store.desk.keep_through_power_loss()
            return work(store, settings)
