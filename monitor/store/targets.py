"""Whose words are to be forgotten: a name, number or id in, where a text names it comes out."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from monitor.masking import HIDDEN, numbers_in, without_number
from monitor.types import DIALLED, KnownContact

GONE = "〔已忘〕"
NAME_LENGTH = 3  # characters from which a name is told from an ordinary word anywhere
ID_LENGTH = 5  # and an id
_MENTION = re.compile(r"@([^\s:：@/\"<>\\]{1,40})")
_TOKEN = re.compile(r"[\w.+-]+(?:@[\w.-]+)?", re.ASCII)
_TOKEN_CHAR = r"[\w-]"
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_MOST = 64 * 1024 * 1024  # bytes that packed contents are unpacked to


@dataclass(frozen=True, slots=True)
class Target:
    """Something that is to be forgotten wherever it stands.

    kind: "author" (a name), "author id", "number" (digits), "account" (an id of WeChat, QQ or mail)
        "post" (the id that its source gave) or "link" (a post's address, never a tombstone).
    source: of this one only; "" for any.
    """

    kind: str
    value: str
    source: str = ""

    @classmethod
    def of_contact(cls, contact: KnownContact) -> Self:
        """Return the target that a contact is."""
        kind, key = contact.key
        return cls("number" if kind in ("number", *DIALLED) else "account", key)

    @property
    def seed(self) -> str:
        """What a tombstone is made of."""
        return f"{self.source}\0{self.value}"

    def blanked(self, text: str) -> str:
        """Return a text without it: a sign stands in its place."""
        if self.kind == "number":
            return without_number(text, self.value) if self.value else text
        if self.kind == "link":
            return text.replace(self.value, GONE)
        if self.kind == "author":
            return self._without_name(text)
        return self._without_id(text)

    def _without_name(self, text: str) -> str:
        if text == self.value:
            return GONE
        if len(self.value) >= NAME_LENGTH:
            return text.replace(self.value, GONE)
        return re.sub(rf"@{re.escape(self.value)}(?!\w)", f"@{GONE}", text)

    def _without_id(self, text: str) -> str:
        if text.lower() == self.value.lower():
            return GONE
        if len(self.value) < ID_LENGTH or self.value.lower() not in text.lower():
            return text
        sign = HIDDEN if self.kind == "account" else GONE
        whole = rf"(?<!{_TOKEN_CHAR}){re.escape(self.value)}(?!{_TOKEN_CHAR})"
        return re.sub(whole, sign, text, flags=re.ASCII | re.IGNORECASE)


class Targets:
    """Several targets, which a text is looked through for at once."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self.all = tuple(dict.fromkeys(targets))
        self._numbers = {one.value: one for one in self.all if one.kind == "number" and one.value}
        self._lengths = {len(value) for value in self._numbers}
        self._others = [one for one in self.all if one.kind != "number"]

    def named_in(self, text: str) -> list[Target]:
        """Return which a text names, also where it is escaped for JSON or HTML."""
        return list(dict.fromkeys(one for form in _forms(text) for one in self._in(form)))

    def named_in_bytes(self, content: bytes) -> bool:
        """Tell whether contents name one: UTF-8 or UTF-16, packed by zlib or as a workbook."""
        return any(self.named_in(text) for text in texts_of(content))

    def blanked(self, text: str) -> str:
        """Return a text without them."""
        for target in self._in(text):
            text = target.blanked(text)
        return text

    def _in(self, text: str) -> list[Target]:
        parts = _windows(text, self._lengths) if self._numbers else ()
        numbers = [self._numbers[part] for part in parts if part in self._numbers]
        return numbers + [one for one in self._others if one.blanked(text) != text]


def candidates(text: str, number_lengths: set[int]) -> Iterator[Target]:
    """Yield what a text names that may have been forgotten: mentions, ids, parts of its numbers.

    number_lengths: how many digits the forgotten numbers have.
    """
    for mention in set(_MENTION.findall(text)):
        for end in range(1, len(mention) + 1):  # a name ends where nothing tells
            yield Target("author", mention[:end])
    for token in {token.strip(".+-").lower() for token in _TOKEN.findall(text)}:
        if len(token) >= ID_LENGTH:
            yield Target("account", token)
    for digits in _windows(text, number_lengths):
        yield Target("number", digits)


def _windows(text: str, lengths: Collection[int]) -> Iterator[str]:
    """Yield each run of so many digits in the numbers of a text."""
    for digits in set(numbers_in(text)):
        for length in lengths:
            for at in range(len(digits) - length + 1):
                yield digits[at : at + length]


def texts_of(content: bytes) -> Iterator[str]:
    """Yield what contents may say: as UTF-8 and UTF-16, and what is packed in them."""
    if content[:4] == b"PK\x03\x04":
        yield from _of_zip(content)
        return
    if content[:1] == b"\x78":
        with suppress(zlib.error):
            content = zlib.decompressobj().decompress(content, _MOST)
    yield content.decode("utf-8", "replace")
    if b"\0" in content:
        yield content.decode("utf-16-le", "replace")
        yield content.decode("utf-16-be", "replace")
        yield content[1:].decode("utf-16-le", "replace")


def _of_zip(content: bytes) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for member in packed.infolist():
                with packed.open(member) as part:
                    yield part.read(_MOST).decode("utf-8", "replace")
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError):
        yield content.decode("utf-8", "replace")


def _forms(text: str) -> Iterator[str]:
    """Yield a text as it is, and as it reads once nothing in it is escaped."""
    yield text
    if "\\u" in text:
        yield _ESCAPED.sub(lambda match: _unescaped(match[1]), text)
    if "&" in text:
        yield html.unescape(text)


def _unescaped(digits: str) -> str:
    return str(json.loads(f'"\\u{digits}"'))
