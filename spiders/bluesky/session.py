"""An account's session at a Bluesky service: handle and app password in, request headers out."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import suppress
from typing import Any

from scrapy.http import Response

from spiders.base import PagedSpider, json_of
from spiders.base.masking import keep_secret
from spiders.base.options import from_environment, secret
from spiders.base.trouble import AnswerError, changed

HANDLE, PASSWORD = "BLUESKY_HANDLE", "BLUESKY_APP_PASSWORD"
HINT = f"Make an app password (Settings, Privacy and security) and set {HANDLE} and {PASSWORD}"
# Read here rather than by what watches all answers; a redirect would carry a password elsewhere.
_READ_HERE = [301, 302, 303, 307, 308, 400, 401, 403]


def account_given() -> bool:
    """Tell whether the operator has set an account, whole or not."""
    names = (HANDLE, f"{HANDLE}_FILE", PASSWORD, f"{PASSWORD}_FILE")
    return any(os.environ.get(name) for name in names)


def error_of(response: Response) -> tuple[str, str]:
    """Return an error's name and message (atproto.com/specs/xrpc), empty where none is told."""
    with suppress(ValueError, RecursionError):
        answer = json.loads(response.body)
        if isinstance(answer, dict):
            return str(answer.get("error", ""))[:60], str(answer.get("message", ""))[:200]
    return "", ""


def refusal(response: Response) -> AnswerError:
    """Return the error that a refused request is, with what the operator can do."""
    name, message = error_of(response)
    answer = f"{response.status} {name}: {message}".rstrip(" :")
    if response.status == 401 or name in {"ExpiredToken", "InvalidToken", "AccountTakedown"}:
        return AnswerError("login needed", f"{answer}. {HINT}")
    if response.status == 403:
        refused = "Without an account this is refused" if not account_given() else "This is refused"
        return AnswerError("blocked", f"{answer}. {refused}. {HINT}")
    return AnswerError("changed", answer)


class AccountSession:
    """Logs in, renews what has run out, and gives the header that proves it.

    Questions and answers that hold secrets are marked private, so that nothing keeps them.
    """

    def __init__(self, spider: PagedSpider) -> None:
        self._spider = spider
        self._tokens: dict[str, str] = {}
        self._renewing = asyncio.Lock()

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request; none without an account."""
        return self._bearer("accessJwt")

    async def log_in(self) -> None:
        """Open a session where an account is given; raises AnswerError where it is refused."""
        if account_given():
            who = {"identifier": from_environment(HANDLE).lstrip("@"), "password": secret(PASSWORD)}
            self._tokens = await self._open("createSession", body=json.dumps(who))

    async def again(self, response: Response) -> Response:
        """Renew the session, unless another walk just did, and return the answer then."""
        request = response.request
        if request is None or not self._tokens:
            return response
        async with self._renewing:
            if (request.headers.get("Authorization") or b"").decode() in self.headers.values():
                await self._renew()
        return await self._spider.fetch(request.replace(headers=self.headers))

    async def _renew(self) -> None:
        try:
            self._tokens = await self._open("refreshSession", headers=self._bearer("refreshJwt"))
        except AnswerError:
            await self.log_in()

    def _bearer(self, token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[token]}"} if self._tokens else {}

    async def _open(self, method: str, **kw: Any) -> dict[str, str]:
        meta = {"private": True, "dont_redirect": True, "handle_httpstatus_list": _READ_HERE}
        path = f"/xrpc/com.atproto.server.{method}"
        request = self._spider.ask(path, method="POST", meta=meta, **kw)
        request.headers["Content-Type"] = "application/json"
        response = await self._spider.fetch(request)
        if response.status >= 300:
            raise refusal(response)
        answer = json_of(response)
        tokens = {name: answer.get(name) for name in ("accessJwt", "refreshJwt")}
        if not all(isinstance(token, str) and token for token in tokens.values()):
            raise changed("accessJwt")
        for token in tokens.values():
            keep_secret(token)
        return tokens
