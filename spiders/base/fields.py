"""Which column of a row is which field of a post, for our own and for well-known exports."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from spiders.base.post import Post


def _zone_name(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"no time zone '{name}'; names look like Asia/Shanghai") from None
    return name


TimeZone = Annotated[str, AfterValidator(_zone_name)]
Columns = tuple[str, ...]
_ROUNDED = re.compile(r"\d(\.\d+)?[eE]\+\d+")  # what a spreadsheet makes of a long id
_LONGEST_TIME = 100  # characters of a time in words
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class FieldMap:
    """The columns of each field of a post, the first that is filled counts.

    A column with dots reaches into nested objects; `url` may be a pattern such as
    https://example.org/{id}, filled with the row's own columns.
    """

    text: Columns
    id: Columns = ()
    url: Columns = ()
    author: Columns = ()
    author_id: Columns = ()
    posted_at: Columns = ()
    reposted_text: Columns = ()
    reposted_author: Columns = ()


FIELDS = tuple(field.name for field in fields(FieldMap))

# Column names as these public projects write them, looked up in their sources:
# dataabc/weibo-search weibo/pipelines.py, dataabc/weibo-crawler weibo.py (get_result_headers,
# write_json), NanmiCoder/MediaCrawler store/weibo/__init__.py.
MAPS = {
    "weibo-search": FieldMap(
        id=("id",),
        text=("微博正文",),
        url=("https://weibo.com/{user_id}/{bid}", "https://m.weibo.cn/detail/{id}"),
        author=("用户昵称",),
        author_id=("user_id",),
        posted_at=("发布时间",),
    ),
    "weibo-crawler": FieldMap(
        id=("id",),
        text=("正文", "text"),
        url=("https://m.weibo.cn/detail/{id}",),
        author=("screen_name",),
        author_id=("user_id",),
        posted_at=("完整日期", "full_created_at", "日期", "created_at"),
        reposted_text=("源微博正文", "retweet.text"),
        reposted_author=("源用户昵称", "retweet.screen_name"),
    ),
    "mediacrawler": FieldMap(
        id=("comment_id", "note_id"),
        text=("content",),
        url=("note_url", "https://m.weibo.cn/detail/{note_id}"),
        author=("nickname",),
        author_id=("user_id",),
        posted_at=("create_time", "create_date_time"),
    ),
    "plain": FieldMap(
        id=("id", "source_id"),
        text=("text",),
        url=("url", "link"),
        author=("author",),
        author_id=("author_id",),
        posted_at=("posted_at", "created_at", "time", "date"),
        reposted_text=("reposted_text",),
        reposted_author=("reposted_author",),
    ),
}
RAGGED = {"weibo-crawler"}  # writes rows without the columns of a repost where there is none
_SIGNS = {
    "weibo-search": ({"微博正文"},),
    "weibo-crawler": ({"正文"}, {"bid", "screen_name", "text"}),
    "mediacrawler": ({"note_id", "content"},),
}


def detect(columns: Iterable[str]) -> str:
    """Return the name of the map whose columns these are, "plain" where none is known."""
    present = set(columns)
    for name, signs in _SIGNS.items():
        if any(sign <= present for sign in signs):
            return name
    return "plain"


def post_from(
    values: Mapping[str, Any], fields: FieldMap, *, zone: ZoneInfo, raw: bytes = b""
) -> Post:
    """Return the post of a row; raises ValueError, in words for people, where it holds none."""
    text = _words(values, fields.text)
    reposted = _words(values, fields.reposted_text)
    if not text.strip() and not reposted.strip():
        raise ValueError(f"no text in {' or '.join(fields.text)}")
    author = _word(values, fields.author)
    time = _filled(values, fields.posted_at)
    post_id = _word(values, fields.id)
    if not post_id or _ROUNDED.fullmatch(post_id):
        seed = "\0".join([text, reposted, author, str(time)])
        post_id = "row-" + hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:24]
    return Post(
        source_id=post_id.encode("utf-8", "replace").decode(),
        text=text,
        url=_word(values, fields.url) or None,
        author=author or None,
        author_id=_word(values, fields.author_id) or None,
        posted_at=time_from(time, zone) if time is not None else None,
        reposted_text=reposted or None,
        reposted_author=_word(values, fields.reposted_author) or None,
        raw=raw,
    )


def time_from(value: object, zone: ZoneInfo) -> datetime:
    """Return the aware time of a column; raises ValueError where it does not hold one.

    value: ISO 8601, seconds or milliseconds since 1970, or a date in words; without a zone
        it is in `zone`.
    """
    shown = str(value)[:60]
    time = _epoch(value)
    if time is None:
        time = _written(_without_name(str(value).strip(), zone))
    if time is None:
        raise ValueError(f"not a time: {shown!r}")
    try:
        aware = (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ValueError):
        aware = datetime.min.replace(tzinfo=UTC)
    if not _EARLIEST <= aware <= datetime.now(UTC) + timedelta(days=1):
        raise ValueError(f"not a time at which a post can have been written: {shown!r}")
    return aware


def _epoch(value: object) -> datetime | None:
    digits = str(value).strip().removesuffix(".0")
    if isinstance(value, bool) or not re.fullmatch(r"\d{9,10}|\d{12,13}", digits):
        return None
    seconds = int(digits) / (1000 if len(digits) > 10 else 1)
    return datetime.fromtimestamp(seconds, UTC)


def _without_name(text: str, zone: ZoneInfo) -> str:
    """Return a written time without the name of its zone where that is `zone`'s only one.

    CST is China's time in a Chinese source, and in RFC 5322 America's.
    """
    names = {datetime(2020, month, 1, tzinfo=zone).tzname() for month in (1, 7)}
    first, *rest = re.split(r"\b([A-Z]{3,4})\b", text, maxsplit=1)
    return first + rest[1] if {*rest[:1]} == names else text


def _written(text: str) -> datetime | None:
    if len(text) > _LONGEST_TIME:
        return None
    # Each reader has errors of its own for what it was not made for: +99999999999999 as a zone.
    for read in (datetime.fromisoformat, _mail_date, _date_in_words):
        with suppress(Exception):
            return read(text)
    return None


def _mail_date(text: str) -> datetime:
    """Return a time as e-mails and feeds have it; one in -0000 is UTC (RFC 5322, 3.3)."""
    time = parsedate_to_datetime(text)
    return time.replace(tzinfo=UTC) if text.endswith("-0000") else time


def _date_in_words(text: str) -> datetime | None:
    # Imported here because it takes longer than reading a thousand rows, and most need it not.
    import dateparser

    # "5分钟前" is left alone: in an archive nobody knows five minutes before what.
    time: datetime | None = dateparser.parse(
        text,
        date_formats=["%a %b %d %H:%M:%S %z %Y"],  # as Weibo's own answers have it
        languages=["zh", "en"],
        settings={
            "PARSERS": ["custom-formats", "absolute-time"],
            "REQUIRE_PARTS": ["year", "month", "day"],
        },
    )
    return time


def _filled(values: Mapping[str, Any], columns: Columns) -> Any:
    for column in columns:
        value = _pattern(values, column) if "{" in column else _reach(values, column)
        if value is not None and value != "":
            return value
    return None


def _reach(values: Mapping[str, Any], column: str) -> Any:
    if column in values:
        return values[column]
    first, dot, rest = column.partition(".")
    inner = values.get(first) if dot else None
    return _reach(inner, rest) if isinstance(inner, dict) else None


def _pattern(values: Mapping[str, Any], pattern: str) -> str | None:
    filled = {name: _word(values, (name,)) for name in re.findall(r"\{([^{}]+)\}", pattern)}
    if not all(filled.values()):
        return None
    return re.sub(r"\{([^{}]+)\}", lambda match: filled[match[1]], pattern)


def _words(values: Mapping[str, Any], columns: Columns) -> str:
    value = _filled(values, columns)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"the text is not words but {type(value).__name__}")
    return value or ""


def _word(values: Mapping[str, Any], columns: Columns) -> str:
    """Return a short value as text, without blanks around it: 12 and 12.0 are both "12"."""
    value = _filled(values, columns)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()
