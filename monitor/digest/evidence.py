"""Evidence: the words of a post and its reading go in, runs of words with their roles out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

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
    in_order = sorted(spans, key=itemgetter(0))
    if all(a < b for a, b, _ in spans) and all(a[1] <= b[0] for a, b in pairwise(in_order)):
        return list(_apart(words, in_order, start, end))
    borders = sorted({start, end, *(at for a, b, _ in spans for at in (a, b))})
    begin: defaultdict[int, list[int]] = defaultdict(list)
    cease: defaultdict[int, list[int]] = defaultdict(list)
    for number, (a, b, _) in enumerate(spans):
        if a < b:
            begin[a].append(number)
            cease[b].append(number)
    here: set[int] = set()  # the spans that the piece lies in; looking at all is a square
    pieces: list[Segment] = []
    for a, b in pairwise(borders):
        here = (here - set(cease[a])) | set(begin[a])
        roles = tuple(dict.fromkeys(spans[number][2] for number in sorted(here)))
        pieces.append(Segment(words[a:b], roles))
    return pieces


def _apart(
    words: str, spans: Iterable[tuple[int, int, str]], start: int, end: int
) -> Iterator[Segment]:
    """Yield the pieces of words whose spans, in order, do not overlap."""
    for a, b, role in spans:
        if start < a:
            yield Segment(words[start:a])
        yield Segment(words[a:b], (role,))
        start = b
    if start < end:
        yield Segment(words[start:end])


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
