"""A row and the map of its columns go in, a post and what of it could not be read come out."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from spiders.base.exports import FIELDS as FIELDS
from spiders.base.exports import Columns, names_in
from spiders.base.exports import FieldMap as FieldMap
from spiders.base.markup import titled, without_markup
from spiders.base.post import Post
from spiders.base.tables import lost_number, unguarded
from spiders.base.times import TimeZone as TimeZone
from spiders.base.times import time_from as time_from

_ROUNDED = re.compile(r"\d(\.\d+)?[eE]\+\d+")  # what a spreadsheet makes of a long id
# Around an id or a name, what nobody sees: blanks of all kinds, control characters, marks.
_EDGES = "".join(map(chr, range(0x21))) + "\x7f\x85\xa0\u2002\u2003\u200b\u3000\ufeff"
_REFERENCE = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
# What only markup has; what merely holds < and > stays as it was said.
_MARKUP = re.compile(r"</(?:p|a|span|div|b|strong)>|<br\s*/?>", re.I)


def post_from(
    values: Mapping[str, Any],
    fields: FieldMap,
    *,
    zone: ZoneInfo,
    raw: bytes = b"",
    order: str | None = None,
    aside: list[str] | None = None,
    is_table: bool = False,
    is_export: bool = False,
) -> Post:
    """Return the post of a row; raises ValueError, in words for people, where it holds none.

    order: of day and month in its dates, as times.ORDERS has them.
    aside: gets what of the row could not be read while its words could; where it is left out, a
        time that cannot be read raises ValueError.
    is_table: whether every column counts for which row it is, where it has no id.
    is_export: whether its words may hold what a program left in them: markup, references.
    """
    text = _words(values, fields.text)
    reposted = _words(values, fields.reposted_text)
    title = _words(values, fields.title)
    if is_export:
        text, reposted, title = map(_plain, (text, reposted, title))
    if title:
        text = titled(title, text)
    if not text.strip() and not reposted.strip():
        raise ValueError(f"no text in {' or '.join((*fields.title, *fields.text))}")
    if aside is not None and (number := lost_number(text)):
        aside.append(
            f"a spreadsheet rounded a number to {number}; the post is kept, but look the number up "
            "where it came from, and format its column as text"
        )
    author = _word(values, fields.author)
    author_id = _word(values, fields.author_id)
    time = _filled(values, fields.posted_at)
    post_id = _word(values, fields.id)
    if not post_id or _ROUNDED.fullmatch(post_id):
        signs = [text, reposted, author, str(time)]
        post_id = _made_id([*signs, *(_signs_of(values, fields) if is_table else [])])
    posted_at = None
    if time is not None:
        try:
            posted_at = time_from(time, zone, order)
        except ValueError as error:
            if aside is None:
                raise
            aside.append(f"{error}; the post is kept without a time")
    return Post(
        source_id=post_id.encode("utf-8", "replace").decode(),
        text=text,
        url=_word(values, fields.url) or None,
        author=author or None,
        author_id=author_id or None,
        posted_at=posted_at,
        reposted_text=reposted or None,
        reposted_author=_word(values, fields.reposted_author) or None,
        raw=raw,
    )


def _signs_of(values: Mapping[str, Any], fields: FieldMap) -> list[str]:
    """Return what a row's further columns tell of which row it is."""
    return [f"{name}={values[name]}" for name in _others(values, fields)]


def _made_id(signs: list[str]) -> str:
    """Return the id of a row that has none, made of what it holds."""
    seed = "\0".join(signs).encode("utf-8", "replace")
    return "row-" + hashlib.sha256(seed).hexdigest()[:24]


def time_of(values: Mapping[str, Any], fields: FieldMap) -> Any:
    """Return what a row has for its time, None where it has nothing."""
    return _filled(values, fields.posted_at)


def _others(values: Mapping[str, Any], fields: FieldMap) -> list[str]:
    """Return the filled columns that are no field of the post."""
    return sorted(name for name in values.keys() - fields.columns if values[name])


def _filled(values: Mapping[str, Any], columns: Columns) -> Any:
    for column in columns:
        value = _pattern(values, column) if "{" in column else _reach(values, column)
        if value is not None and not (isinstance(value, str) and not value.strip()):
            return value
    return None


def _reach(values: Mapping[str, Any], column: str) -> Any:
    if column in values:
        return values[column]
    first, dot, rest = column.partition(".")
    inner = values.get(first) if dot else None
    return _reach(inner, rest) if isinstance(inner, dict) else None


def _pattern(values: Mapping[str, Any], pattern: str) -> str | None:
    """Return a pattern filled; None where a part of an address, or all of a text, is missing."""
    filled = {name: _word(values, (name,)) for name in names_in(pattern)}
    whole = all if "://" in pattern else any
    if not whole(filled.values()):
        return None
    return re.sub(r"\{([^{}]+)\}", lambda match: filled[match[1]], pattern)


def _words(values: Mapping[str, Any], columns: Columns) -> str:
    value = _filled(values, columns)
    if value is not None and not isinstance(value, str):
        raise ValueError(
            f"the text is not words but {type(value).__name__}; name another column in map"
        )
    return value or ""


def _plain(text: str) -> str:
    """Return words without the markup and references that an export left in them."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "<" in text and _MARKUP.search(text):
        return without_markup(text)
    if "&" in text and _REFERENCE.search(text):
        return html.unescape(text).replace("\xa0", " ")
    return text


def _word(values: Mapping[str, Any], columns: Columns) -> str:
    """Return a short value as text, without blanks around it: 12 and 12.0 are both "12"."""
    value = _filled(values, columns)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return unguarded(str(value).strip(_EDGES)).strip(_EDGES)
