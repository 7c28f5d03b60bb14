"""Evidence: the words of a post and its reading go in, runs of words with their roles out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from classifiers.need import Reading, Span


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of a post's words and the roles it plays, none for ordinary words."""

    text: str
    roles: tuple[str, ...] = ()


def segments(
    words: str, reading: Reading, *, start: int = 0, end: int | None = None
) -> list[Segment]:
    """Cut `words[start:end]` where what was read in it begins and ends; overlaps share roles."""
    end = len(words) if end is None else min(end, len(words))
    spans = [
        (max(span.start, start), min(span.end, end), role)
        for span, role in _roles(reading)
        if span.start < end and span.end > start
    ]
    borders = sorted({start, end, *(at for a, b, _ in spans for at in (a, b))})
    pieces: list[Segment] = []
    for a, b in pairwise(borders):
        roles = tuple(dict.fromkeys(role for x, y, role in spans if x <= a and b <= y))
        pieces.append(Segment(words[a:b], roles))
    return pieces


def _roles(reading: Reading) -> Iterable[tuple[Span, str]]:
    """Yield every span of a reading with its role."""
    yield from ((span, span.role) for span in reading.evidence)
    if reading.urgency:
        yield reading.urgency, "urgency"
    for spans, role in (
        (reading.items, "goods"),
        (reading.concerned, "facility"),
        (reading.contacts, "contact"),
    ):
        yield from ((span, role) for span in spans)


def excerpt(words: str, reading: Reading, length: int) -> tuple[int, int]:
    """Return start and end of the `length` characters of a long post that say most.

    They begin a little before the first asking or lacking words, or before the first goods.
    """
    if len(words) <= length:
        return 0, len(words)
    starts = [span.start for span in reading.evidence if span.role in ("asking", "lacking")]
    starts = starts or [span.start for span, _ in _roles(reading)] or [0]
    start = max(0, min(min(starts) - length // 4, len(words) - length))
    return start, start + length
