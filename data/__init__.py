"""Bundled files, found from a checkout and from an installed wheel alike; read-only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any


def bundled(path: str) -> Traversable:
    """Return the bundled file or folder at `path`, such as "lexicons/goods.tsv"."""
    return files(__name__).joinpath(*path.split("/"))


def read_text(path: str) -> str:
    """Return a bundled file as text (UTF-8)."""
    return bundled(path).read_text(encoding="utf-8")


def read_bytes(path: str) -> bytes:
    """Return a bundled file as bytes."""
    return bundled(path).read_bytes()


def read_words(path: str) -> list[str]:
    """Return the words of a bundled list: one a line, `#` starts a comment, order kept."""
    words = (line.partition("#")[0].strip() for line in read_text(path).splitlines())
    return [word for word in words if word]


def read_table(path: str) -> list[list[str]]:
    """Return the rows of a bundled tab-separated table; `#` at the start of a line is a comment."""
    lines = read_text(path).splitlines()
    return [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]


def read_json_lines(path: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a bundled JSON Lines file, in order."""
    for line in read_text(path).splitlines():
        if line.strip():
            yield json.loads(line)


def names(folder: str, ending: str = "") -> list[str]:
    """Return the sorted file names in a bundled folder that end with `ending`."""
    return sorted(entry.name for entry in bundled(folder).iterdir() if entry.name.endswith(ending))
