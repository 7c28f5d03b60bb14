"""What both ways into Weibo share: markup becomes words, times become times, refusals are told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from scrapy.http import Response

from spiders.base.fields import time_from
from spiders.base.markup import without_markup
from spiders.base.post import Post
from spiders.base.trouble import AnswerError

SHANGHAI = ZoneInfo("Asia/Shanghai")
COOKIE = "WEIBO_COOKIE"  # the variable that holds the whole Cookie header of a logged-in browser
# Redirects are read, not followed: where they lead tells why there is no answer.
REDIRECTS = (301, 302, 303, 307, 308)
MOST_PAGES = 50  # of one search, whatever the way; later pages are empty

_EMOJI = re.compile(r"""<img\b[^<>]*?\balt\s*=\s*["']?(\[[^\]"'<>]+\])[^<>]*>""", re.I)
_ICON = re.compile(r"<i\b[^<>]*>[^<]*</i>", re.I)  # letters of an icon font, not words
_FOLD = re.compile(r"<a\b[^<>]*>\s*(?:全文|展开(?:全文)?|收起(?:全文)?)\s*</a>", re.I)
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\ue627"))

_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2}))?"
_DAY = r"(?:(\d{4})[-年])?(\d{1,2})[-月](\d{1,2})日?"
_AGO = re.compile(r"(\d+)\s*(秒|分钟|小时)前")
_AGO_UNITS = {"秒": "seconds", "分钟": "minutes", "小时": "hours"}
_NEAR = re.compile(rf"(今天|昨天|前天)\s*{_CLOCK}")
_NEAR_DAYS = {"今天": 0, "昨天": 1, "前天": 2}
_DATE = re.compile(rf"{_DAY}(?:\s*{_CLOCK})?")

# The upper bits of a post's id count seconds from here; so found in the recorded posts of
# m.weibo.cn, whose ids tell their times to the second.
_ID_EPOCH = 515_483_463
_ID_BITS = 22
_FIRST_POST = datetime(2009, 8, 1, tzinfo=UTC)  # before it there was no Weibo

_LOGIN = re.compile(r"passport|login|signin|visitor", re.I)
_HUMAN = re.compile(r"geetest|captcha|verif|sorry|security", re.I)
_BUSY = re.compile(rb"B_weibo404|W_error_bg|\['bpType'\]\s*=\s*'sorry'")


def words(markup: str) -> str:
    """Return the words of a post's markup, with its emoji as [泪] and its #tags#."""
    text = _ICON.sub("", _EMOJI.sub(r"\1", markup)).translate(_INVISIBLE)
    return without_markup(_FOLD.sub("", text))


def posted_at(text: str, now: datetime, post_id: str = "") -> datetime:
    """Return a time in any of the ways Weibo writes it; raises ValueError where it is not one.

    text: 刚刚, 5分钟前, 今天 12:30, 2月10日 12:30, 02-10, Mon Feb 10 12:00:00 +0800 2020 …
    now: when it was written, aware; what names no day or year is near it.
    post_id: tells the time within the day where only the day is told.
    """
    text = text.strip()
    now = now.astimezone(SHANGHAI)
    for read in (_stamp, _ago, _near, _date):
        try:
            time = read(text, now, post_id)
            time = time and time.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValueError(f"not a time: {text[:60]!r}") from None
        if time and not _FIRST_POST <= time <= now + timedelta(days=1):
            raise ValueError(f"not a time at which a post can have been written: {text[:60]!r}")
        if time:
            return time
    return time_from(text, SHANGHAI)


def posted_or_told(text: str, now: datetime, post_id: str, problems: list[str]) -> datetime | None:
    """Return a time as `posted_at` does; None where it is not one, which `problems` then tell."""
    try:
        return posted_at(text, now, post_id)
    except ValueError as error:
        problems.append(str(error))
        return None


def _stamp(text: str, _: datetime, __: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")
    return None


def _ago(text: str, now: datetime, _: str) -> datetime | None:
    if text.startswith("刚刚"):
        return now
    match = _AGO.match(text)
    return now - timedelta(**{_AGO_UNITS[match[2]]: int(match[1])}) if match else None


def _near(text: str, now: datetime, _: str) -> datetime | None:
    match = _NEAR.match(text)
    if not match:
        return None
    day = now - timedelta(days=_NEAR_DAYS[match[1]])
    at = _at(day, match[2], match[3], match[4])
    # A page of just before midnight that is read just after it.
    return at if at <= now + timedelta(hours=1) else at - timedelta(days=1)


def _date(text: str, now: datetime, post_id: str) -> datetime | None:
    match = _DATE.fullmatch(text)
    if not match:
        return None
    year, month, day, *clock = match.groups()
    at = datetime(int(year or now.year), int(month), int(day), tzinfo=SHANGHAI)
    if not year and at > now:
        at = at.replace(year=at.year - 1)
    if clock[0]:
        return _at(at, clock[0], clock[1], clock[2])
    by_id = time_in_id(post_id)
    return by_id if by_id and by_id.astimezone(SHANGHAI).date() == at.date() else at


def _at(day: datetime, hour: str, minute: str, second: str | None) -> datetime:
    clock = (int(hour), int(minute), int(second or 0))
    return datetime(day.year, day.month, day.day, *clock, tzinfo=SHANGHAI)


def time_in_id(post_id: str) -> datetime | None:
    """Return the time, to the second, that a post's numeric id holds; None where it holds none."""
    if not re.fullmatch(r"\d{16}", post_id):
        return None
    time = datetime.fromtimestamp((int(post_id) >> _ID_BITS) + _ID_EPOCH, UTC)
    return time if time >= _FIRST_POST else None


def reaches(entries: Iterable[object], until: datetime) -> bool:
    """Tell whether some post of a page is older than what is known already."""
    posts = (entry for entry in entries if isinstance(entry, Post))
    return any(post.posted_at is not None and post.posted_at < until for post in posts)


def refuse(response: Response) -> None:
    """Raise AnswerError where an answer leads to a login or captcha, or is the busy page."""
    if 300 <= response.status < 400:
        target = (response.headers.get("Location") or b"").decode("latin-1")
        raise led_to(target) or AnswerError(
            "changed",
            f"it leads to {_bare(target)}; name where it is in base_url"
            if target
            else f"answered {response.status} and does not say where to",
        )
    if _BUSY.search(response.body):
        raise AnswerError("blocked", "it says that the network is busy")


def led_to(address: str) -> AnswerError | None:
    """Return the error that an address of Weibo's own stands for: a captcha or a login."""
    where = _bare(address)
    if _HUMAN.search(where):
        return AnswerError("blocked", f"it asks for a captcha at {where}")
    if _LOGIN.search(where):
        return AnswerError("login needed", f"it asks to log in; set {COOKIE} to a fresh cookie")
    return None


def _bare(address: str) -> str:
    """Return an address without its query, which may hold tokens."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}" or "nowhere"
