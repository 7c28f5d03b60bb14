"""Bytes of a file go in, the encoding that they are in comes out, by evidence and not by order."""

from __future__ import annotations

import codecs
import re
from itertools import islice

_ENOUGH = 20_000  # bytes beyond ASCII that are looked at
_PAIRS = re.compile(rb"[\x81-\xfe](?:[\x40-\xfe]|[\x30-\x39][\x81-\xfe][\x30-\x39])")
_FEW = 8  # characters; of fewer no share says much
_COMMON = (
    0.25  # of the characters; traditional script in GB18030 has 0.3, Japanese in Shift-JIS 0.1
)
# The byte order marks, the longer ones first: one of UTF-32 begins as one of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNKNOWN = "unknown"
# As people know them from the menus of their programs.
NAMES = {
    "gb18030": "GB18030",
    "big5hkscs": "Big5",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}


def marked(sample: bytes) -> tuple[str, bytes] | None:
    """Return the encoding that a byte order mark tells, and the mark; None where there is none."""
    return next(((name, mark) for mark, name in _MARKS if sample.startswith(mark)), None)


def wide(sample: bytes) -> str | None:
    """Return "utf-16-le" or "utf-16-be" where every second byte of many is zero, else None.

    ASCII signs have a zero in UTF-16 before or behind them; in no other text is there one.
    """
    sample = sample[: len(sample) // 2 * 2]
    zeros = sample[1::2].count(0), sample[0::2].count(0)
    if 16 * sum(zeros) < len(sample) or min(zeros) * 4 > max(zeros):
        return None
    return "utf-16-le" if zeros[0] > zeros[1] else "utf-16-be"


def encoding_of(sample: bytes) -> str | None:
    """Return "utf-8", "gb18030" or "big5hkscs", as most lines are; None where all are ASCII.

    UNKNOWN where they are in none of them. GB2312 puts its 3,755 everyday characters in its rows
    16 to 55, Big5 its 5,401 in A440 to C67E. Read as one another, only a third to two thirds of the
    characters fall there. Of the corpus's posts in both, cut to 15 characters, 3 of 6,516 are taken
    for the other; of those of 40 characters none of 5,626 (charset-normalizer 3.5: of 300 posts of
    15 characters 56 wrong, of 300 of 40 one).
    """
    lines = [line for line in sample.split(b"\n") if not line.isascii()]
    if len(lines) > 1 and not sample.endswith(b"\n"):
        lines.pop()  # the sample's end may cut a character
    if not lines:
        return None
    if 2 * sum(_is(line, "utf-8") for line in lines) >= len(lines):
        return "utf-8"
    matches = islice(_PAIRS.finditer(b"\n".join(lines)), _ENOUGH // 2)
    pairs = [match[0] for match in matches]
    shares = {
        encoding: sum(map(common, pairs)) / max(1, len(pairs)) * _readable(lines, encoding)
        for encoding, common in (("gb18030", _common_in_gb), ("big5hkscs", _common_in_big5))
    }
    best = max(shares, key=lambda encoding: shares[encoding])
    return UNKNOWN if len(pairs) >= _FEW and shares[best] < _COMMON else best


def _common_in_gb(pair: bytes) -> bool:
    return pair[1] >= 0xA1 and (0xB0 <= pair[0] <= 0xD7 or pair[0] in (0xA1, 0xA3))


def _common_in_big5(pair: bytes) -> bool:
    return b"\xa1\x40" <= pair[:2] <= b"\xa3\xbf" or b"\xa4\x40" <= pair[:2] <= b"\xc6\x7e"


def _readable(lines: list[bytes], encoding: str) -> float:
    """Return which share of the first lines can be read in an encoding."""
    first = lines[:200]
    return sum(_is(line, encoding) for line in first) / len(first)


def _is(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError as error:
        return error.end == len(line) and "unexpected end" in error.reason
    return True
