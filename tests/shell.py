"""A shell in an operator's folder, in which the commands of documents and findings are typed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What is typed besides distress and the tools of every system; here each only notes it.
OTHERS = ("systemctl", "pip", "apt-get", "timedatectl")


class Shell:
    """The commands are run in `path`; what was noted stands in `path`/typed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        programs = path / "bin"
        programs.mkdir()
        scripts = {"distress": f'exec {sys.executable} -m monitor.cli "$@"'}
        scripts |= {name: f'echo "{name} $*" >> {path}/typed' for name in OTHERS}
        for name, words in scripts.items():
            self.put(name, words)

    def put(self, name: str, words: str) -> None:
        """Put a program on the path."""
        file = self.path / "bin" / name
        file.write_text(f"#!/bin/sh\n{words}\n", encoding="utf-8")
        file.chmod(0o755)

    def type(self, block: str, status: int = 0, **variables: str) -> str:
        """Type lines into a shell that stops at the first failure; return all it says."""
        done = subprocess.run(
            ["sh", "-eu", "-c", block],
            cwd=self.path,
            env={
                **os.environ,
                "PATH": f"{self.path / 'bin'}:{os.environ['PATH']}",
                "PYTHONPATH": os.pathsep.join([os.environ.get("PYTHONPATH", ""), str(ROOT)]),
                "COLUMNS": "300",
                **variables,
            },
            capture_output=True,
            text=True,
        )
        if done.returncode != status:
            raise AssertionError(
                f"{block} ended with {done.returncode}: {done.stdout}{done.stderr}"
            )
        return done.stdout + done.stderr
