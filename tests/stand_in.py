"""A Dockerfile without a registry of images: its steps are done in roots made of Debian's packages.

`debootstrap` makes what stands in for its base; a step runs in the root by `chroot`, as the user
that the file names. What only a container engine does (volumes, health checks) is noted.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

# Where the machine's own packages of certificates lies for a package client within.
_CERTIFICATES = "etc/stand-in.crt"
_SUITE = "bookworm"


class Image:
    """What the steps of a Dockerfile made: a root, and what its last stage says of it."""

    def __init__(self, dockerfile: Path, context: Path, folder: Path) -> None:
        self._context = context
        self._folder = folder
        self._base = folder / "base"
        self._stages: dict[str, Path] = {}
        _make_base(self._base)
        for step, words in _steps(dockerfile):
            getattr(self, f"_{step.lower()}", self._note)(words)

    def command(self, *words: str) -> list[str]:
        """Return what runs a program in the root as its user, in the process that it is given."""
        environment = [f"{name}={value}" for name, value in self.environment.items()]
        where = shlex.quote(str(self.root))
        enter = (
            f"mount -t proc proc {where}/proc && "
            f'exec chroot --userspec={self.user} {where} env -i -C {self.place} "$@"'
        )
        return ["unshare", "--mount", "sh", "-c", enter, "enter", *environment, *words]

    def run(self, *words: str) -> str:
        """Run a program in the root as its user; return what it says."""
        done = subprocess.run(
            self.command(*words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert done.returncode == 0, f"{words}: {done.stdout[-4000:]}"
        return done.stdout

    def _from(self, words: str) -> None:
        name = words.partition(" AS ")[2] or "last"
        self.root = self._stages[name] = self._folder / name
        subprocess.run(["cp", "-a", str(self._base), str(self.root)], check=True)
        self.user, self.place = "root", "/"
        self.environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "DEBIAN_FRONTEND": "noninteractive",
        }
        self.noted: dict[str, str] = {}

    def _run(self, words: str) -> None:
        self.run("sh", "-c", words)

    def _copy(self, words: str) -> None:
        *sources, target = words.split()
        top = self._context
        if sources[0].startswith("--from="):
            top = self._stages[sources.pop(0).partition("=")[2]]
        into = self.root / (self.place + "/" + target if target[0] != "/" else target).lstrip("/")
        for source in sources:
            source_path = top / source.lstrip("/")
            if source_path.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source_path, into, symlinks=True, ignore=ignored)
            else:
                shutil.copy(source_path, into)

    def _env(self, words: str) -> None:
        self.environment |= dict(one.split("=", 1) for one in shlex.split(words))
        self.environment.pop("DEBIAN_FRONTEND", None)

    def _workdir(self, words: str) -> None:
        self.place = words
        (self.root / words.lstrip("/")).mkdir(parents=True, exist_ok=True)

    def _user(self, words: str) -> None:
        self.user = words

    def _arg(self, words: str) -> None:
        assert words == "BASE=debian:bookworm-slim", "another base wants another stand-in"

    def _cmd(self, words: str) -> None:
        self.noted["CMD"] = words

    def _healthcheck(self, words: str) -> None:
        self.noted["HEALTHCHECK"] = words.partition("CMD ")[2]

    def _note(self, words: str) -> None:
        """Leave to an engine what only that does: VOLUME and STOPSIGNAL."""

    def words_of(self, step: str) -> list[str]:
        """Return the words of CMD or of HEALTHCHECK."""
        words: list[str] = json.loads(self.noted[step])
        return words


def _make_base(root: Path) -> None:
    """Make a root of Debian's smallest set of packages that reaches the registries as we do."""
    subprocess.run(
        ["debootstrap", "--variant=minbase", _SUITE, str(root)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    certificates = os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE")
    if certificates:
        shutil.copy(certificates, root / _CERTIFICATES)
        (root / "etc/pip.conf").write_text(f"[global]\ncert = /{_CERTIFICATES}\ntimeout = 180\n")
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")


def _steps(dockerfile: Path) -> Iterator[tuple[str, str]]:
    """Yield the steps of a Dockerfile: its word, and the rest of it on one line."""
    text = re.sub(r"^#.*\n", "", dockerfile.read_text(encoding="utf-8"), flags=re.M)
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line:
            step, _, words = line.partition(" ")
            yield step, words
