"""Keep secrets out of what is told and kept: words go in, the same words without secrets come out.

What `spiders.base.options.secret` returned is known by its value; what stands in an address, a
header or a JSON answer is known by its name.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from spiders.base.post import Bookmark, Post, SetAside
from spiders.base.trouble import Remark, Trouble

MASK = "***"
_SHORTEST = 6  # of a part of a cookie that is masked on its own; shorter ones are flags and counts
_PLAIN = r"access_?token|refresh_?token|token|password|passwd|secret|client_secret"
_PATTERNS = (
    # ?token=… in an address, also where & is written as &amp; or \u0026
    re.compile(
        rf"((?:[?&;]|\\u0026)(?:{_PLAIN}|api_?key|key|sig|signature|auth)=)[^&;#\s\"'<>\\]+", re.I
    ),
    # "token": "…" in JSON
    re.compile(rf"(\\?\"(?:{_PLAIN}|access_?jwt|refresh_?jwt)\\?\"\s*:\s*\\?\")[^\"\\]+", re.I),
    # Authorization: …, also as it stands in a printed dictionary
    re.compile(r"(\b(?:proxy-)?authorization\b[\"']?\s*[:=]\s*)[^\r\n]+", re.I),
    re.compile(r"(\b(?:set-)?cookie\b[\"']?\s*[:=]\s*)[^\r\n]+", re.I),
    re.compile(r"(\bBearer\s+)[\w\-.~+/]+=*"),
    # https://user:password@host
    re.compile(r"(\w://[^/\s:@]*:)[^/\s@]+(?=@)"),
)
_secrets: set[str] = set()


def keep_secret(value: str) -> None:
    """Mask a value wherever it shows from now on; of a cookie header each cookie's value, too."""
    parts = [part.partition("=")[2].strip() for part in value.split(";")]
    for secret in (value, *(part for part in parts if len(part) >= _SHORTEST)):
        _secrets.update(form for form in (secret, quote(secret, safe="")) if form)


def without_values(text: str) -> str:
    """Return the text with the values masked that `keep_secret` was given."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def without_secrets(text: str) -> str:
    """Return the text with every secret masked that is known by value or by name."""
    text = without_values(text)
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\1{MASK}", text)
    return text


def name_of(address: str) -> str:
    """Return what an address is remembered by: itself, or masked with a digest to tell it apart."""
    masked = without_secrets(address)
    if masked == address:
        return address
    return f"{masked}#{hashlib.sha256(address.encode()).hexdigest()[:8]}"


def cleaned(item: Any) -> Any:
    """Return what a spider yielded without secrets; the words of a post stand as they are."""
    if isinstance(item, Trouble):
        answer = item.answer and _bytes(item.answer, without_secrets)
        return replace(item, message=without_secrets(item.message), answer=answer)
    if isinstance(item, SetAside):
        return SetAside(
            place=without_secrets(item.place),
            reason=without_secrets(item.reason),
            excerpt=without_secrets(item.excerpt),
        )
    if isinstance(item, Remark):
        return Remark(message=without_secrets(item.message))
    if isinstance(item, Bookmark):
        return Bookmark(name=without_secrets(item.name), value=without_values(item.value))
    if isinstance(item, Post) and _secrets:
        raw = _bytes(item.raw, without_values)
        url = without_values(item.url) if item.url else item.url
        return item if (raw, url) == (item.raw, item.url) else replace(item, raw=raw, url=url)
    return item


def _bytes(answer: bytes, mask: Any) -> bytes:
    """Mask in bytes of any encoding: Latin-1 turns each byte into a character and back."""
    masked: bytes = mask(answer.decode("latin-1")).encode("latin-1")
    return masked
