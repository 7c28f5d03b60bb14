"""Pictures of lists at the desk: bytes go in, lines come out; the ticked ones join the case."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Sequence
from typing import Any

from monitor.desk.reading import sound
from monitor.errors import DistressError
from monitor.intake.pictures import PictureError, PictureLine, PictureReading, read_picture
from monitor.store import Store
from monitor.store.desk import Session

LONGEST_NAME = 100
_WAIT = 60.0  # seconds for the picture before; each takes a core and half a gigabyte
_turn = threading.BoundedSemaphore(1)
log = logging.getLogger(__name__)


def check_case(store: Store, case_id: int) -> None:
    """Raise DistressError where there is no such case."""
    if not store.cases.exists(case_id):
        raise DistressError(f"no case {case_id}")


def read(content: bytes, name: str) -> PictureReading:
    """Return what is read in a picture, one picture after the other.

    Raises PictureError; its `why` is "busy" where many wait.
    """
    if not _turn.acquire(timeout=_WAIT):
        raise PictureError("other pictures are being read; the same again in a while", why="busy")
    try:
        return read_picture(content, name)
    finally:
        _turn.release()


def put_by(store: Store, content: bytes, reading: PictureReading) -> dict[str, Any]:
    """Put a picture by until its lines are ticked; return them as JSON, each with its strip."""
    store.pictures.sweep()
    lines = [{"text": line.text, "unsure": line.unsure} for line in reading.lines]
    told = {"width": reading.width, "height": reading.height, "lines": lines}
    store.pictures.put_by(
        content, digest=reading.digest, kind=reading.kind, told=json.dumps(told).encode()
    )
    strips = [{**line, "strip": of.strip} for line, of in zip(lines, reading.lines, strict=True)]
    return {"picture": reading.digest, "lines": strips}


def take(
    store: Store,
    session: Session,
    case_id: int,
    *,
    digest: str,
    name: str,
    lines: Sequence[str],
) -> dict[str, Any]:
    """Take the ticked lines of a picture that was put by into a case; return what became of it.

    {"change": "new", "changed" or "same", "goods": […]}. Raises PictureError with the why
    "gone" where the picture is not there any longer, so that the page sends it again.
    """
    from monitor.intake.pictures.accepting import accept  # loads the readers: half a second

    check_case(store, case_id)
    waiting = store.pictures.unseen(digest)
    if waiting is None:
        raise PictureError("the picture is not here any longer; send it again", why="gone")
    content, kind, told = waiting
    picture = _reading(digest, kind, json.loads(told))
    [case] = store.cases.get([case_id])
    done = accept(
        store,
        case,
        content,
        picture,
        [sound(line) for line in lines],
        name=sound(name)[:LONGEST_NAME],
        actor=session.agent,
    )
    store.pictures.drop_unseen(digest)
    goods = [
        {
            "name": item.name,
            "quantity": "" if item.quantity is None else f"{item.quantity:.10g}",
            "unit": item.unit or "",
        }
        for item in done.reading.items
    ]
    log.info("%s took a picture into case %s", session.agent, case_id)
    return {"change": done.change, "goods": goods}


def _reading(digest: str, kind: str, told: dict[str, Any]) -> PictureReading:
    lines = tuple(
        PictureLine(
            text=line["text"],
            unsure=tuple((start, end) for start, end in line["unsure"]),
            strip="",
        )
        for line in told["lines"]
    )
    return PictureReading(
        digest=digest, kind=kind, width=told["width"], height=told["height"], lines=lines
    )
