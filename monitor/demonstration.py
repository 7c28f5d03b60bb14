"""Bundled posts for a demonstration: a day goes in, a folder with settings and posts comes out."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import data
from monitor.errors import DistressError

SETTINGS = "demo.toml"
POSTS = "demo.jsonl"
_DAY = timedelta(days=1)


def clear(folder: Path) -> None:
    """Remove an earlier demonstration.

    Raises DistressError where the folder holds anything else: nobody's store is to be lost.
    """
    if not folder.exists():
        return
    if any(folder.iterdir()) and not (folder / SETTINGS).is_file():
        raise DistressError(
            f"{folder} does not hold a demonstration; name an empty or a new one: "
            "distress demo FOLDER"
        )
    shutil.rmtree(folder / "digest", ignore_errors=True)
    for file in folder.glob("distress.db*"):
        file.unlink()


def write(folder: Path, *, today: datetime) -> Path:
    """Write the demonstration's settings and posts; return the settings file.

    The posts' times move by whole days so that the newest is less than a day old.
    """
    posts = list(data.read_json_lines(f"samples/{POSTS}"))
    times = [datetime.fromisoformat(post["created_at"]) for post in posts]
    shift = today - max(times)
    shift -= shift % _DAY
    lines = (
        json.dumps({**post, "created_at": (time + shift).isoformat()}, ensure_ascii=False) + "\n"
        for post, time in zip(posts, times, strict=True)
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / POSTS).write_text("".join(lines), encoding="utf-8")
    file = folder / SETTINGS
    file.write_text(data.read_text(f"samples/{SETTINGS}"), encoding="utf-8")
    return file
