"""What two browsers do at the desk at random, and what is written down of it as they do."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from monitor.cli import main

# Runs before the page's own scripts: tells what the page keeps, forgets, asks and is answered.
WATCH = """
(() => {
  const tell = (kind, told) => window.witness({ kind, at: Date.now(), ...told });
  const outcome = (key) => /:outcome:(.+)$/.exec(key)?.[1];
  const { setItem, removeItem } = Storage.prototype;
  Storage.prototype.setItem = function (key, value) {
    setItem.call(this, key, value);
    if (outcome(key)) tell("noted", { outcome: JSON.parse(value).outcome });
  };
  Storage.prototype.removeItem = function (key) {
    if (outcome(key) && this.getItem(key) !== null) {
      // A page that is loaded anew may be told so by itself, where the answer came too late.
      const known = [...document.scripts].some((one) => one.textContent.includes(outcome(key)));
      tell("dropped", { id: outcome(key), known });
    }
    removeItem.call(this, key);
  };
  const { fetch } = window;
  window.fetch = async (path, how) => {
    const sent = Date.now();
    const given = typeof how?.body === "string" ? JSON.parse(how.body) : null;
    if (path === "claims/release") tell("released", { case: given.case });
    const answer = await fetch(path, how);
    if (answer.ok && path === "claims") {
      tell("claim", { sent, case: given.case, ...(await answer.clone().json()) });
    }
    if (answer.ok && path === "outcomes") {
      tell("results", { results: (await answer.clone().json()).results });
    }
    if (answer.ok && path.startsWith("live")) {
      tell("live", { ids: (await answer.clone().json()).callbacks.map(({ id }) => id) });
    }
    return answer;
  };
})();
"""

# Acts as hands do, by events on what is visible; `hot` of the rows are where both like to be.
DRIVE = """
({ seed, count, hot, name }) => {
  let state = seed;
  const chance = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const one = (list) => list[Math.floor(chance() * list.length)];
  const key = (pressed) => document.body.dispatchEvent(
    new KeyboardEvent("keydown", { key: pressed, bubbles: true, cancelable: true }));
  const fill = (id, words) => { document.getElementById(id).value = words; };
  const rows = [...document.querySelectorAll(".row")]
    .sort((a, b) => a.dataset.case - b.dataset.case);
  const form = document.getElementById("outcome");
  let said = 0;
  const note = () => {
    const ways = [...form.querySelectorAll(".way:not([hidden]) [name=disposition]")];
    one(ways).checked = true;
    form.dispatchEvent(new Event("input", { bubbles: true }));
    fill("note", `${name} ${seed} ${said += 1}`);
    fill("again", chance() < 0.5 ? "2099-02-12T16:30" : "");
    if (form.elements.disposition.value === "call_later") fill("again", "2099-02-12T16:30");
    fill("new-value", "13800138222");
    const tick = document.querySelector(".case.open .good input[type=checkbox]");
    if (tick) tick.checked = true;
    form.elements.arrived[0].checked = true;
    form.requestSubmit();
    if (document.getElementById("problem")) form.requestSubmit(); // asked about once
  };
  const open = () => (chance() < 0.8 ? one(rows.slice(0, hot)) : one(rows)).click();
  window.acted = 0;
  (async () => {
    while (window.acted < count) {
      const what = chance();
      if (what < 0.45) open();
      else if (what < 0.9) note();
      else if (what < 0.95) key(one(["j", "k"]));
      else key("u");
      window.acted += 1;
      await new Promise((then) => setTimeout(then, 1));
    }
  })();
}
"""


@dataclass
class Desk:
    """A desk in a process of its own, that can be killed and started again."""

    config: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    log: Path | None = None

    def start(self) -> None:
        """Start it, and return once it answers."""
        if not self.port:
            with socket.create_server(("127.0.0.1", 0)) as found:
                self.port = found.getsockname()[1]
        command = [sys.executable, "-m", "monitor.cli", "--verbose", "--config", str(self.config)]
        with (self.log or Path(os.devnull)).open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "desk", "--port", str(self.port)], stdout=log, stderr=log
            )
        while True:
            if self.process.poll() is not None:
                raise RuntimeError("the desk ended by itself")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def sign_out(self, agent: str) -> None:
        """Sign an agent out, as the operator does."""
        CliRunner().invoke(main, ["--config", str(self.config), "desk", "out", agent])

    def link(self, agent: str) -> str:
        """Return a sign-in link, made as the operator does."""
        done = CliRunner().invoke(main, ["--config", str(self.config), "desk", "link", agent])
        secret = re.search(r"/sign-in/[\w-]+", done.output)
        if secret is None:
            raise RuntimeError(done.output)
        return f"http://127.0.0.1:{self.port}{secret[0]}"


@dataclass
class Witness:
    """All that was seen of one agent's browser."""

    agent: str
    seen: list[dict[str, Any]] = field(default_factory=list)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return what was seen of one kind, in order."""
        return [told for told in self.seen if told["kind"] == kind]

    def noted(self) -> dict[str, dict[str, Any]]:
        """Return every outcome that was noted, by id."""
        return {told["outcome"]["id"]: told["outcome"] for told in self.of("noted")}

    def acknowledged(self) -> set[str]:
        """Return the ids that the desk said it has."""
        return set().union(*map(_said, self.seen))

    def undone(self) -> set[str]:
        """Return the ids that the agent took back before the desk said that it has them."""
        return {told["id"] for told in self.of("dropped")} - self.acknowledged()

    def undone_late(self) -> set[str]:
        """Return the ids that the agent took back when the desk had them, and had not yet said so.

        A power cut between writing and answering makes such.
        """
        said: set[str] = set()
        dropped: set[str] = set()
        for told in self.seen:
            said |= _said(told)
            if told["kind"] == "dropped" and told["id"] not in said:
                dropped.add(told["id"])
        return dropped & said

    def held(self) -> list[tuple[int, float, float]]:
        """Return when this browser knew that it had which case: (case, from, until) in seconds."""
        found: list[tuple[int, float, float]] = []
        last: dict[int, tuple[float, float]] = {}
        for told in self.seen:
            since, until = last.get(told.get("case", 0), (0.0, 0.0))
            if told["kind"] == "claim" and told["granted"]:
                if told["at"] > until:  # nothing is known of the time in between
                    found.append((told["case"], since, until))
                    since = told["at"]
                last[told["case"]] = since, until_of(told)
            elif told["kind"] in ("claim", "released"):
                found.append((told["case"], since, min(until, told.get("sent", told["at"]))))
                last.pop(told["case"], None)
        found += [(case_id, *span) for case_id, span in last.items()]
        return [(case_id, a / 1000, b / 1000) for case_id, a, b in found if a < b]

    def grants(self) -> list[tuple[int, float, float]]:
        """Return the cases granted, with when each was asked for and answered, in seconds."""
        return [
            (told["case"], told["sent"] / 1000, told["at"] / 1000)
            for told in self.of("claim")
            if told["granted"]
        ]


def until_of(told: dict[str, Any]) -> float:
    """Return the end of a claim in milliseconds."""
    return datetime.fromisoformat(told["until"]).timestamp() * 1000


def _said(told: dict[str, Any]) -> set[str]:
    """Return the ids that an answer of the desk, or a page of it, says it has."""
    results = told.get("results", ())
    taken = {one["id"] for one in results if one["status"] in ("added", "known")}
    return taken | set(told.get("ids", ())) | ({told["id"]} if told.get("known") else set())
