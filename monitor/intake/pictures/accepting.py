"""Lines that a person checked go in; a post of source `picture` in its case comes out."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from classifiers import pipeline
from classifiers.need import CONCERNED, Reading
from classifiers.stored import read_stored, unreadable
from monitor.errors import DistressError
from monitor.intake.pictures import limits
from monitor.intake.pictures.reading import PictureReading
from monitor.intake.register import Telling, bring_in
from monitor.store import Store
from monitor.types import Case, StoredPost

log = logging.getLogger(__name__)

SOURCE = "picture"
REASON = "picture"  # why its need is in the case: a person put it there


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedPicture:
    """What became of a picture; change: "new", "changed" or "same" words as accepted before."""

    run_id: int
    post_id: int
    change: str
    reading: Reading


def accept(
    store: Store,
    case: Case,
    content: bytes,
    picture: PictureReading,
    lines: Sequence[str],
    *,
    name: str,
    actor: str,
    author: str = "",
) -> AcceptedPicture:
    """Keep a picture and the lines that somebody ticked or mended, all of it or nothing.

    The need that is read in them joins the case. The same picture may be accepted again with other
    lines: that is an edit. name: of its file. actor: who checked it. author: who sent it, the
    case's facility where "". Raises DistressError where no line is left or one is too long.
    """
    text = checked_text(lines)
    case_id = store.cases.kept_as(case.id)  # a page may not know yet that two cases are one
    telling = Telling(
        source_id=f"{picture.digest[:32]}-{case_id}",
        text=text,
        author=author or _facility_of(case),
        place=name,
        raw=json.dumps(
            {"picture": picture.digest, "read": [line.marked for line in picture.lines]},
            ensure_ascii=False,
        ).encode(),
    )
    reader = pipeline.version()  # loads the readers, which nobody should wait for below
    with store.write():
        brought = bring_in(
            store, SOURCE, [telling], purpose=f"goods of case {case_id}", actor=actor
        )
        [(post_id, change)] = brought.posts
        [post] = store.posts.get([post_id])
        reading, error = _read(post)
        if change != "same":
            store.posts.mark_read(post, reading, reader, error)
            need_id = store.needs.add(post, reading)
            if need_id is not None:
                store.cases.join(case_id, need_id, reason=REASON, matched_need_id=None)
        store.pictures.keep(post_id, content, digest=picture.digest, kind=picture.kind, name=name)
    return AcceptedPicture(run_id=brought.run_id, post_id=post_id, change=change, reading=reading)


def checked_text(lines: Sequence[str]) -> str:
    """Return the text of checked lines; empty ones are left out.

    Raises DistressError where nothing is left, a line is too long or there are too many.
    """
    kept = [
        words
        for line in lines
        if (words := " ".join("".join(c if c.isprintable() else " " for c in line).split()))
    ]
    if not kept:
        raise DistressError("no line of the picture is left; nothing was taken in")
    if len(kept) > limits.LINES:
        raise DistressError(f"{len(kept)} lines; at most {limits.LINES} of a picture are taken")
    for number, words in enumerate(kept, 1):
        if len(words) > limits.LINE:
            raise DistressError(
                f"line {number} has {len(words)} characters, at most {limits.LINE}; make it two"
            )
    return "\n".join(kept)


def _facility_of(case: Case) -> str:
    """Return which facility a case is about, "" where none is told."""
    for need in case.needs:
        for facility in need.reading.facilities:
            if facility.role in CONCERNED:
                return facility.text
    return ""


def _read(post: StoredPost) -> tuple[Reading, str | None]:
    try:
        return read_stored(post.source, post.words), None
    except Exception as error:  # a reader's defect must not lose what somebody checked
        log.exception("picture %s could not be read", post.source_id)
        return unreadable(post.source), f"{type(error).__name__}: {error}"
