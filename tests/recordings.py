"""Recorded answers of real servers, and requests as a server sees them."""

from __future__ import annotations

import re
from pathlib import Path

from scrapy.http import Request


def sent_with(request: Request) -> dict[str, str]:
    """Return a request's headers as a server sees them."""
    sent = request.headers.to_unicode_dict()
    return {str(name).lower(): str(value) for name, value in sent.items()}


_YAML = {"n": "\n", "t": "\t", "_": "\xa0", "L": "\u2028", "P": "\u2029", "e": "\x1b", "0": "\0"}


def recorded(path: Path) -> bytes:
    """Return the body of the one answer in a recording: a quoted YAML string, folded."""
    found = re.search(r'\n      string: "(.*)"\n  recorded_at', path.read_text("utf-8"), re.S)
    assert found, "no body in the recording"
    folded = re.sub(r"\n *", " ", re.sub(r"\\\n *", "", found[1]))

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        return chr(int(code, 16)) if code else _YAML.get(match[4], match[4])

    pattern = r"\\(?:U(.{8})|u(.{4})|x(.{2})|(.))"
    text = re.sub(pattern, character, folded)
    return text.encode("utf-16", "surrogatepass").decode("utf-16").encode()
