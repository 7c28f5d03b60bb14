"""A small web server on loopback: answers what a test told it and keeps what it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Answer:
    """One answer, `wait` seconds before it comes; none at all where they are below 0."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    at: float


@dataclass
class Web:
    """What is served, by path, and what was asked.

    A path with several answers gives them in turn and stays with the last; one that is a function
    is made when it is asked for. An answer with an ETag becomes 304 for whoever has it.
    """

    address: str
    pages: dict[str, list[Answer | Callable[[], Answer]]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def serve(self, path: str, *answers: Answer | Callable[[], Answer]) -> str:
        """Answer so at `path`; return the whole address."""
        self.pages[path] = list(answers)
        return self.address + path

    def asked_for(self, path: str) -> list[Asked]:
        """Return the requests for one path, in order."""
        return [one for one in self.asked if one.path == path]

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        """Return the next answer at `path`."""
        self.asked.append(Asked(path, headers, time.monotonic()))
        answers = self.pages.get(path)
        if not answers:
            return Answer(status=404)
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        found = found() if callable(found) else found
        tag = found.headers.get("ETag")
        if tag and headers.get("if-none-match") == tag:
            return Answer(status=304, headers={"ETag": tag})
        return found


@contextmanager
def listening(
    answer: Callable[[str, str, dict[str, str], bytes], Answer], *, port: int = 0
) -> Iterator[str]:
    """Serve on loopback until the end of the block; give the address.

    answer: gets method, target, headers by lower-case name, and body.
    port: 0 for a free one.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body are two writes: the second must not wait for what the first is answered.
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length") or 0))
            found = answer(self.command, self.path, headers, body)
            if found.wait < 0:
                self.close_connection = True
                return
            time.sleep(found.wait)
            try:
                self.send_response(found.status)
                for name, value in found.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(found.body)))
                self.end_headers()
                self.wfile.write(found.body)
            except ConnectionError:
                pass  # whoever asked has gone

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def serving() -> Iterator[Web]:
    """Serve on a free port of loopback until the end of the block."""
    web = Web("")
    with listening(lambda _, target, headers, __: web.answer(target, headers)) as web.address:
        yield web
