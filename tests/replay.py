"""A server on loopback that answers as the services do, for the tests and to try things by hand.

python -m tests.replay [POSTS [PORT]]

Each module served_NAME.py is mounted at /NAME: give a source base_url = "http://127.0.0.1:PORT/NAME"
and allow_private = true. /NAME!FAILING fails as that service does, or by one of the ways that all
share: 403, 418, 429, 432, 500, slow, closed, html, not-json, cut. /NAME~ANYTHING is that service
once more, with posts of its own.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))  # the tests import each other by bare names

from served import Request, Served, some_posts  # noqa: E402
from web import Answer, listening  # noqa: E402

# How every service can fail, and the outcome that a run then ends with.
FAILINGS = {
    "403": "blocked",
    "418": "blocked",
    "429": "blocked",
    "432": "blocked",
    "500": "unreachable",
    "slow": "cut short",
    "closed": "unreachable",
    "html": "blocked",
    "not-json": "changed",
    "cut": "changed",
}
_SLOW = 30.0  # seconds before an answer that comes too late


@cache
def services() -> dict[str, ModuleType]:
    """Return the modules of the services by name."""
    names = sorted(path.stem.removeprefix("served_") for path in HERE.glob("served_*.py"))
    return {name: importlib.import_module(f"served_{name}") for name in names}


@dataclass
class Replay:
    """What is served: posts of each service, newest first, and how often each was asked.

    failing: how services fail for now that are asked for as whole ones.
    """

    address: str
    posts: dict[str, Sequence[Served]] = field(default_factory=dict)
    failing: dict[str, str] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    def base_url(self, service: str, failing: str | None = None) -> str:
        """Return the base_url at which a source finds a service, whole or failing."""
        return f"{self.address}/{service}" + (f"!{failing}" if failing else "")

    def answer(self, request: Request) -> Answer:
        """Return the answer of the service that the path's first part names."""
        mount, _, rest = request.path.lstrip("/").partition("/")
        name, _, failing = mount.partition("!")
        failing = failing or self.failing.get(name, "")
        self.asked[mount] += 1
        module = services().get(name.partition("~")[0])
        if module is None:
            return Answer(status=404)
        asked = replace(request, path="/" + rest)
        if failing in FAILINGS and failing not in module.FAILINGS:
            whole: Answer = module.answer(asked, self.posts.get(name, ()), None)
            return _failing(failing, whole)
        found: Answer = module.answer(asked, self.posts.get(name, ()), failing or None)
        return found


def _failing(way: str, whole: Answer) -> Answer:
    """Return an answer that fails in a way that no service is spared."""
    if way.isdigit():
        return Answer(b"refused", status=int(way))
    if way == "html":
        page = b"<html><body>Please prove that you are human</body></html>"
        return Answer(page, headers={"Content-Type": "text/html"})
    if way == "not-json":
        return replace(whole, body=b"\x00\xff not what it was")
    if way == "cut":
        return replace(whole, body=whole.body[: len(whole.body) // 2])
    return replace(whole, wait=_SLOW if way == "slow" else -1.0)  # -1: no answer at all


@contextmanager
def replaying(posts: dict[str, Sequence[Served]], *, port: int = 0) -> Iterator[Replay]:
    """Serve until the end of the block; `posts` may be exchanged while it serves."""
    replay = Replay("", dict(posts))

    def answer(method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        return replay.answer(Request.of(target, headers, method, body))

    with listening(answer, port=port) as replay.address:
        yield replay


def main(argv: Sequence[str]) -> None:
    """Serve some invented posts until Ctrl-C."""
    posts = some_posts(int(argv[0]) if argv else 200)
    port = int(argv[1]) if len(argv) > 1 else 8765
    with replaying(dict.fromkeys(services(), posts), port=port) as replay:
        for name in services():
            sys.stdout.write(f"{replay.base_url(name)}\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main(sys.argv[1:])
