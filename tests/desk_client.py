"""A desk that serves in a thread, and browsers that ask it by HTTP, for tests without a window."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import uvicorn
from click.testing import CliRunner
from staged_day import AGENT, NOW

from monitor.cli import main
from monitor.desk.current import CurrentSettings
from monitor.desk.doors import Doors
from monitor.desk.server import config_of
from monitor.desk.session import hash_of
from monitor.settings import Settings
from monitor.store import Store

OTHER = "望舒"


@dataclass(frozen=True)
class Answer:
    """What the desk answered."""

    status_code: int
    headers: http.client.HTTPMessage
    text: str

    def json(self) -> Any:
        """Return the JSON it holds."""
        return json.loads(self.text)


@dataclass
class Browser:
    """Asks the desk at a port, with cookies, and the headers that a page of the desk would send."""

    port: int
    base: str
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> Answer:
        """Ask for a page or for JSON."""
        return self._ask("GET", path + (f"?{urlencode(query)}" if query else ""), None, headers)

    def post(self, path: str, given: Any, headers: dict[str, str] | None = None) -> Answer:
        """Send JSON with the session's token, as the page's script does."""
        own = {"Content-Type": "application/json", "Origin": self.base, **(headers or {})}
        body = given if isinstance(given, bytes) else json.dumps(given).encode()
        return self._ask("POST", path, body, own)

    def submit(self, path: str, **fields: str) -> Answer:
        """Send a form; its page's policy hides the origin, as browsers do."""
        own = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "null"}
        return self._ask("POST", path, urlencode(fields).encode(), own)

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str] | None
    ) -> Answer:
        sent = {"Host": urlsplit(self.base).netloc, **self.headers, **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            line.putrequest(method, path, skip_host=True)
            for name, value in sent.items():
                line.putheader(name, value)
            if body is not None:
                line.putheader("Content-Length", str(len(body)))
            line.endheaders(body)
            got = line.getresponse()
            text = got.read().decode()
        finally:
            line.close()
        for told in got.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(told).items():
                self.cookies[name] = morsel.value
        return Answer(got.status, got.headers, text)


class Serving:
    """A desk in a thread of this process, by a real server on a free port."""

    def __init__(self, current: Callable[[], Settings], address: str | None = None) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.doors = Doors(host="127.0.0.1", port=self.port, tls=False, address=address)
        self._server = uvicorn.Server(config_of(current, self.doors))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def browser(self) -> Browser:
        """Return a browser of its own."""
        return Browser(self.port, self.doors.base)

    def stop(self) -> None:
        """Stop, once everything under way is answered."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


_SETTINGS = """
[desk]
claim = "{claim}"
link = "{link}"
session = "{session}"
[[agents]]
name = "云落"
lead = true
[[agents]]
name = "望舒"
"""

Desk = Callable[..., Browser]


def write_settings(folder: Path, **lengths: str) -> Path:
    """Write settings with two agents, the first of them a lead; lengths: of [desk]."""
    file = folder / "distress.toml"
    lengths = {"claim": "10m", "link": "30m", "session": "12h", **lengths}
    file.write_text(_SETTINGS.format(**lengths), encoding="utf-8")
    return file


def desks(store: Store, folder: Path) -> Iterator[Desk]:
    """Yield what returns a browser at the desk of the store, signed in where an agent is named."""
    current = CurrentSettings(write_settings(folder))
    serving: dict[str | None, Serving] = {}

    def opened(agent: str | None = None, address: str | None = None) -> Browser:
        if address not in serving:
            serving[address] = Serving(current, address)
        browser = serving[address].browser()
        if agent:
            assert browser.submit("/sign-in", secret=link(folder, agent)).status_code == 303
            sessions = store.desk.sessions(at=datetime.now(UTC))
            browser.headers["X-CSRF"] = next(
                session.csrf
                for session in sessions
                if session.hash == hash_of(*browser.cookies.values())
            )
        return browser

    yield opened
    for served in serving.values():
        served.stop()


def link(folder: Path, agent: str) -> str:
    """Make a sign-in link as the operator does and return its secret."""
    done = CliRunner().invoke(
        main, ["--config", str(folder / "distress.toml"), "desk", "link", agent]
    )
    assert done.exit_code == 0, done.output
    return re.search(r"/sign-in/([\w-]+)", done.output)[1]


def outcome(case_id: int, disposition: str = "no_answer", **fields: Any) -> dict[str, Any]:
    """Return an outcome as a page sends it."""
    return {
        "id": str(uuid.uuid4()),
        "case": case_id,
        "agent": AGENT,
        "disposition": disposition,
        "attempted_at": NOW.isoformat(),
        "after_id": "",
        **fields,
    }


def send(browser: Browser, *outcomes: dict[str, Any]) -> list[str]:
    """Send outcomes and return what happened to each."""
    answer = browser.post("/outcomes", {"outcomes": list(outcomes)})
    assert answer.status_code == 200, answer.text
    return [result["status"] for result in answer.json()["results"]]
