"""Text of strangers made safe to look at: controls shown, numbers masked, evidence marked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from classifiers.need import Reading, Span

_HIDDEN_MARKS = re.compile("[\u200e\u200f\u061c\ufeff]")
# Overrides and isolates turn the order of letters around; C1 controls have no picture.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u007f-\u009f\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\u0085]")
_CONTROLS = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"}
_DIGIT = r"[\d〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖①-⑨⓪❶-❾]"
_GAP = r"[\s\-‐-―−.．·•*_~()（）/／、,，]{0,3}"
_NUMBER = re.compile(rf"{_DIGIT}(?:{_GAP}{_DIGIT}){{6,}}")
_EMAIL = re.compile(r"[\w.+-]+[@＠][\w-]+(?:\.[\w-]+)+", re.ASCII)
HIDDEN = "〔号码〕"
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\u00ad]")


def plain(text: str) -> str:
    """Return `text` with nothing in it that reorders, hides or rings: such characters become signs.

    Line ends and tabs stay; marks without effect on their neighbours are dropped.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _HIDDEN_MARKS.sub("", _LINE_ENDS.sub("\n", text))
    return _TURNING.sub("\ufffd", text).translate(_CONTROLS)


def masked(text: str) -> str:
    """Return `text` with whatever could be dialled or written to replaced by 〔号码〕."""
    visible = _INVISIBLE.sub("", plain(text))
    return _NUMBER.sub(HIDDEN, _EMAIL.sub(HIDDEN, visible))


def grouped(value: str) -> str:
    """Return a number with gaps that help reading it out: 138 0013 8000, 027-8572 0000."""
    if re.fullmatch(r"1\d{10}", value):
        return f"{value[:3]} {value[3:7]} {value[7:]}"
    local = re.fullmatch(r"(0\d{2,3}-)?(\d{4})(\d{4})(-\d+)?", value)
    if local:
        return f"{local[1] or ''}{local[2]} {local[3]}{local[4] or ''}"
    return value


def part_hidden(value: str) -> str:
    """Return a number with its middle hidden, enough to tell two apart on a screen in a ward."""
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 9 else value


def safe_url(url: str | None) -> str | None:
    """Return `url` where it is an ordinary web address, else None."""
    if not url or re.search(r"[\s\x00-\x20\x7f]", url) or len(url) > 2000:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


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
    found: list[Segment] = []
    for a, b in pairwise(borders):
        roles = tuple(dict.fromkeys(role for x, y, role in spans if x <= a and b <= y))
        found.append(Segment(words[a:b], roles))
    return found


def _roles(reading: Reading) -> Iterable[tuple[Span, str]]:
    """Yield every span of a reading with its role."""
    yield from ((span, span.role) for span in reading.evidence)
    if reading.urgency:
        yield reading.urgency, "urgency"
    for spans, role in (
        (reading.items, "goods"),
        (reading.facilities, "facility"),
        (reading.contacts, "contact"),
    ):
        yield from ((span, role) for span in spans)


def excerpt(words: str, reading: Reading, length: int) -> tuple[int, int]:
    """Return start and end of the `length` characters of a long post that say most.

    They begin a little before the first asking or lacking words, or before the first goods.
    """
    if len(words) <= length:
        return 0, len(words)
    wanted = [span.start for span in reading.evidence if span.role in ("asking", "lacking")]
    wanted = wanted or [span.start for span, _ in _roles(reading)] or [0]
    start = max(0, min(min(wanted) - length // 4, len(words) - length))
    return start, start + length
