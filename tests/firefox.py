"""Firefox as Debian ships it, driven by Marionette, the protocol it speaks by itself: no driver."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

NAMED = {"Enter": "\ue007", "Tab": "\ue004", "Escape": "\ue00c", "Space": " "}
_PATIENCE = 120  # seconds: a busy machine is slow, not wrong


class Firefox:
    """A Firefox without a window and with a new profile; close it when done."""

    def __init__(self, path: str) -> None:
        self._profile = tempfile.TemporaryDirectory()
        port = _free_port()
        preferences = {"marionette.port": port, "datareporting.policy.dataSubmissionEnabled": False}
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in preferences.items()]
        (Path(self._profile.name) / "user.js").write_text("\n".join(lines), encoding="utf-8")
        self._process = subprocess.Popen(
            [path, "--marionette", "--headless", "--no-remote", "--profile", self._profile.name],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # A clock that was set for the tests by a library would be loaded into it, and stop it.
            env={name: value for name, value in os.environ.items() if name != "LD_PRELOAD"},
        )
        self._number = 0
        self._socket = self._connect(port)
        self._read()
        self.ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {}}})

    def _connect(self, port: int) -> socket.socket:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                return socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
            except OSError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.1)

    def _read(self) -> Any:
        """Return the next message; each begins with its length in bytes and a colon."""
        length = b""
        while not length.endswith(b":"):
            length += self._socket.recv(1)
        size, parts = int(length[:-1]), b""
        while len(parts) < size:
            parts += self._socket.recv(size - len(parts))
        return json.loads(parts)

    def ask(self, command: str, given: dict[str, Any]) -> Any:
        """Return the answer to a command of WebDriver; raises RuntimeError where it fails."""
        self._number += 1
        message = json.dumps([0, self._number, command, given]).encode()
        self._socket.sendall(str(len(message)).encode() + b":" + message)
        _, _, error, result = self._read()
        if error:
            raise RuntimeError(f"{command}: {error['message']}")
        return result.get("value", result) if isinstance(result, dict) else result

    def open(self, address: str) -> None:
        """Open a page and wait until it stands."""
        self.ask("WebDriver:Navigate", {"url": address})

    def tell(self, script: str) -> Any:
        """Return what a function's body returns in the page."""
        return self.ask("WebDriver:ExecuteScript", {"script": script, "args": []})

    def press(self, *keys: str) -> None:
        """Press keys one after the other, as a hand does."""
        for key in keys:
            sign = NAMED.get(key, key)
            steps = [{"type": kind, "value": sign} for kind in ("keyDown", "keyUp")]
            actions = [{"type": "key", "id": "keys", "actions": steps}]
            self.ask("WebDriver:PerformActions", {"actions": actions})

    def close(self) -> None:
        """End it and forget its profile."""
        self._socket.close()
        self._process.terminate()
        self._process.wait(timeout=_PATIENCE)
        self._profile.cleanup()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
