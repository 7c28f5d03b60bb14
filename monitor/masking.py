"""Text of strangers made safe to look at: controls shown, numbers masked."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

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
    """Return a number or an id with its middle hidden, enough to tell two apart on a screen.

    Of a short one only the beginning is left. The page's list hides numbers by the same rule.
    """
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 9 else f"{value[:2]}****"


def safe_url(url: str | None) -> str | None:
    """Return `url` where it is an ordinary web address, else None."""
    if not url or re.search(r"[\s\x00-\x20\x7f]", url) or len(url) > 2000:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
