"""Start and stop real peers on loopback: mastodon_mock, RSSHub, Bluesky's whole network.

`.ci/real-servers` installs them. Each is a block that yields an address, or addresses, and stops
what it started by its process. MissingServer is raised where one is not installed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

INSTALLED = Path(__file__).resolve().parents[1] / ".ci" / "servers"
_MASTODON = INSTALLED / "mastodon" / "bin"
_PATIENCE = 240.0  # seconds that a server may take until it answers
# Its Link header holds the path as it is, which a header cannot where a tag is Chinese.
_MOCK = """
import sys
from urllib.parse import quote
from mastodon_mock.cli import main
from mastodon_mock.routers import helpers
whole = helpers.link_header
helpers.link_header = lambda base, *rest: whole(quote(base, safe=":/%"), *rest)
main(sys.argv[1:])
"""
_TOOT = """
import json, sys
from mastodon import Mastodon
client = Mastodon(access_token="mock_token", api_base_url=sys.argv[1])
ids = []
for given in json.load(sys.stdin):
    if "reblog" in given:
        found = client.status_reblog(ids[given["reblog"]])
    else:
        found = client.status_post(**given)
    ids.append(str(found["id"]))
print(json.dumps(ids))
"""
# Some of these servers listen on every interface unless they are made not to. They end when our
# end of their standard input closes, so that a killed test leaves none behind.
_LOOPBACK = """
import net from "node:net";
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (first, ...rest) {
  const where = first !== null && typeof first === "object" ? first : { port: Number(first) || 0 };
  const done = rest.filter((one) => typeof one === "function");
  return listen.call(this, { ...where, host: "127.0.0.1" }, ...done);
};
process.stdin.resume().on("end", () => process.exit());
"""
# The library serves nothing itself; its app is in a file with a hash in its name.
_RSSHUB = """
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serve } from "@hono/node-server";
import { init } from "rsshub";
await init({ IS_PACKAGE: "", CACHE_TYPE: "memory", NO_LOGFILES: "true",
             ALLOW_USER_SUPPLY_UNSAFE_DOMAIN: "true" });
const entry = import.meta.resolve("rsshub");
const file = /import\\("(\\.\\/app-[^"]+)"\\)/.exec(readFileSync(fileURLToPath(entry), "utf8"))[1];
const app = (await import(new URL(file, entry).href)).default;
serve({ fetch: app.fetch, port: 0 }, ({ port }) => {
  console.log("ready " + JSON.stringify({ port }));
});
"""
_BLUESKY = """
import { TestNetwork } from "@atproto/dev-env";
process.noDeprecation = true;
const told = JSON.parse(process.argv[1]);
const network = await TestNetwork.create({
  dbPostgresUrl: told.postgres, dbPostgresSchema: "distress",
  plc: { port: told.ports[0] },
  pds: { port: told.ports[1], hostname: "localhost" },
  bsky: { port: told.ports[2] },
});
const made = {};
for (const { handle, password, posts, passes_on = [] } of told.people) {
  const client = network.pds.getAgent();
  await client.createAccount({ email: handle + "@example.com", handle, password });
  for (const text of posts) made[text] = await client.post({ text });
  for (const { text, saying } of passes_on) {
    const { uri, cid } = made[text];
    const embed = { $type: "app.bsky.embed.record", record: { uri, cid } };
    await (saying ? client.post({ text: saying, embed }) : client.repost(uri, cid));
  }
}
await network.processAll();
console.log("ready " + JSON.stringify({
  pds: `http://127.0.0.1:${network.pds.port}`, appview: `http://127.0.0.1:${network.bsky.port}`,
}));
"""


class MissingServer(Exception):
    """Raised with the name of a component that is not installed."""


def free_ports(count: int) -> list[int]:
    """Return ports of loopback that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@contextmanager
def mastodon() -> Iterator[str]:
    """Run an empty mastodon_mock; its token is "mock_token"."""
    _needs(_MASTODON / "mastodon_mock", "mastodon_mock")
    [port] = free_ports(1)
    where = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    command = [str(_MASTODON / "python"), "-c", _MOCK, "serve", "--in-memory", *where]
    with _running(command) as process:
        _wait_for_port(process, port)
        yield f"http://127.0.0.1:{port}"


def toot(address: str, statuses: Sequence[dict[str, Any]]) -> list[str]:
    """Post statuses with Mastodon.py, oldest first, and return their ids.

    statuses: keyword arguments of Mastodon.status_post; `reblog` instead boosts the one
        at that index.
    """
    done = subprocess.run(
        [str(_MASTODON / "python"), "-c", _TOOT, address],
        input=json.dumps(list(statuses)),
        text=True,
        check=True,
        stdout=subprocess.PIPE,
        timeout=_PATIENCE,
    )
    ids: list[str] = json.loads(done.stdout)
    return ids


@contextmanager
def rsshub() -> Iterator[str]:
    """Run RSSHub."""
    with _node("rsshub", _RSSHUB, NODE_ENV="production") as ready:
        yield f"http://127.0.0.1:{ready['port']}"


@contextmanager
def bluesky(people: Sequence[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """Run Bluesky's directory, data server ("pds") and "appview", with posts from its own client.

    people: dicts of handle (ending in .test), password, posts (texts), and perhaps passes_on:
        dicts of the text of an earlier post and what is said about it, if anything.
    """
    with (
        postgres() as database,
        redis() as cache,
        tempfile.TemporaryDirectory(prefix="distress-bluesky-") as folder,
    ):
        told = json.dumps({"postgres": database, "ports": free_ports(3), "people": people})
        with _node("bluesky", _BLUESKY, told, REDIS_HOST=cache, TMPDIR=folder) as ready:
            yield ready


@contextmanager
def postgres() -> Iterator[str]:
    """Run an empty Postgres in a folder of its own."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        raise MissingServer("postgres")
    program, [port] = found[-1], free_ports(1)
    # It refuses to run as root.
    user = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="distress-postgres-") as folder:
        if user:
            shutil.chown(folder, "postgres", "postgres")
        data = f"{folder}/data"
        make = [str(program.parent / "initdb"), "-D", data, "-U", "test", "-A", "trust", "-N"]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd="/", **user)
        settings = ["-h", "127.0.0.1", "-p", str(port), "-k", folder, "-c", "fsync=off"]
        quiet = ["-c", "log_min_messages=fatal"]
        command = [str(program), "-D", data, *settings, *quiet]
        with _running(command, stop=signal.SIGINT, cwd="/", **user) as process:
            _wait_for_port(process, port)
            yield f"postgresql://test@127.0.0.1:{port}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """Run an empty Redis that keeps nothing; yield host and port."""
    program = shutil.which("redis-server")
    if program is None:
        raise MissingServer("redis-server")
    [port] = free_ports(1)
    settings = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    with _running([program, *settings]) as process:
        _wait_for_port(process, port)
        yield f"127.0.0.1:{port}"


@contextmanager
def _node(name: str, code: str, *arguments: str, **environment: str) -> Iterator[dict[str, Any]]:
    """Run a module beside the packages of `name`, yield what it says when it is ready."""
    node = INSTALLED / "node" / "node_modules" / "node" / "bin" / "node"
    _needs(node, "node")
    _needs(INSTALLED / name / "node_modules", name)
    # Evaluated in that folder, so that its packages are found; imports are made one after
    # the other, because the first changes how the others listen.
    lines = code.strip().splitlines()
    imports = [line for line in lines if line.startswith("import ")]
    rest = "\n".join(line for line in lines if line not in imports)
    late = "\n".join(_late(line) for line in imports)
    command = [str(node), "--input-type=module", "-e", f"{_LOOPBACK}\n{late}\n{rest}", *arguments]
    folder = INSTALLED / name
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with _running(command, cwd=folder, env={**os.environ, **environment}, **pipes) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(b"ready "):
                ready: dict[str, Any] = json.loads(line[6:])
                break
        else:
            raise RuntimeError(f"{name} ended with status {process.wait()}")
        yield ready


def _late(line: str) -> str:
    """Return an import statement as one that is made when its turn comes."""
    names, _, module = line.removeprefix("import ").removesuffix(";").partition(" from ")
    return f"const {names} = await import({module});"


@contextmanager
def _running(
    command: Sequence[str], *, stop: int = signal.SIGTERM, **kw: Any
) -> Iterator[subprocess.Popen[bytes]]:
    kw = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **kw}
    process = subprocess.Popen(list(command), **kw)
    try:
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _wait_for_port(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                program = str(process.args[0] if isinstance(process.args, list) else process.args)
                raise RuntimeError(f"{program} does not listen on {port}") from None
            time.sleep(0.05)


def _needs(path: Path, component: str) -> None:
    if not path.exists():
        raise MissingServer(f"{component} (.ci/real-servers installs it)")
