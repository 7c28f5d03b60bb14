"""Which column of a row is which field of a post, for our own and for well-known exports.

Names of columns are as these public projects write them, looked up in their sources:
dataabc/weibo-search weibo/pipelines.py, dataabc/weibo-crawler weibo.py (get_result_headers,
write_json), NanmiCoder/MediaCrawler store/*/__init__.py and model/*.py, Telegram Desktop
export/output/export_output_json.cpp, the Activity Vocabulary as Mastodon exports it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from spiders.base.markup import without_markup

Columns = tuple[str, ...]
Values = Mapping[str, Any]
# Returns a row as its map wants it; None for what is no post, such as "X joined the group".
Shaped = Callable[[Values], Values | None]


@dataclass(frozen=True, kw_only=True)
class FieldMap:
    """The columns of each field of a post, the first that is filled counts.

    A column with dots reaches into nested objects; a pattern such as https://example.org/{id} or
    {医院}急需{物资} is filled with the row's own columns. title: what stands over the text.
    """

    text: Columns
    title: Columns = ()
    id: Columns = ()
    url: Columns = ()
    author: Columns = ()
    author_id: Columns = ()
    posted_at: Columns = ()
    reposted_text: Columns = ()
    reposted_author: Columns = ()

    @property
    def columns(self) -> frozenset[str]:
        """All columns that are read, those of patterns too."""
        return frozenset(
            name
            for field in fields(self)
            for column in getattr(self, field.name)
            for name in names_in(column)
        )


FIELDS = tuple(field.name for field in fields(FieldMap))


def names_in(column: str) -> list[str]:
    """Return the columns that a pattern is filled with; a column is one itself."""
    return re.findall(r"\{([^{}]+)\}", column) or [column]


@dataclass(frozen=True, kw_only=True)
class Export:
    """How one program writes posts.

    signs: columns of which one set is in each of its rows. ragged: whether its tables leave out
    columns at the end. shaped: makes of a row what the map reads.
    """

    fields: FieldMap
    signs: tuple[frozenset[str], ...] = ()
    ragged: bool = False
    shaped: Shaped | None = None


def _of_mediacrawler(row: Values) -> Values:
    """Return a row with a link where its platform is certain; an invented one leads nowhere."""
    note, video = (str(row.get(name) or "").strip() for name in ("note_id", "video_id"))
    link = None
    if re.fullmatch(r"[0-9a-f]{16,32}", note) and not note.isdigit():
        link = f"https://www.xiaohongshu.com/explore/{note}"
    elif note.isdigit() and "create_date_time" in row:
        link = f"https://m.weibo.cn/detail/{note}"
    elif aweme := str(row.get("aweme_id") or "").strip():
        link = f"https://www.douyin.com/video/{aweme}"
    elif video.isdigit():
        link = f"https://www.bilibili.com/video/av{video}"
    elif video:
        link = f"https://www.kuaishou.com/short-video/{video}"
    return {**row, "link": link}


def _of_telegram(row: Values) -> Values | None:
    """Return a message of Telegram Desktop's export with its words joined; None for a service's.

    Messages to one person are nobody else's, nor is what an account may read beside them.
    """
    around = row.get("chat")
    chat = around if isinstance(around, dict) else {}
    if row.get("type") != "message" or chat.get("type") in _PRIVATE_CHATS:
        return None
    parts = row.get("text")
    words = "".join(map(_part, parts)) if isinstance(parts, list) else parts
    extra = [words if isinstance(words, str) else "", *_words_beside(row)]
    text = "\n".join(word for word in extra if word.strip())
    if not text:
        return None  # a picture, a sticker: nothing is said
    message, chat_id = row.get("id"), chat.get("id")
    place = f"{chat_id}/{message}" if chat_id and message is not None else message
    if row.get("forwarded_from"):
        return {**row, "text": "", "reposted_text": text, "id": place}
    return {**row, "text": text, "id": place}


_PRIVATE_CHATS = {"personal_chat", "bot_chat", "saved_messages", "replies", "verification_codes"}


def _part(part: Any) -> str:
    words = part.get("text") if isinstance(part, dict) else part
    return words if isinstance(words, str) else ""


def _words_beside(row: Values) -> list[str]:
    """Return what a message says beside its words: a contact's card, a poll, a place."""
    words: list[str] = []
    card, poll = row.get("contact_information"), row.get("poll")
    if isinstance(card, dict):
        words.append(
            " ".join(str(word) for word in card.values() if isinstance(word, str) and word)
        )
    if isinstance(poll, dict):
        answers = [answer for answer in poll.get("answers") or () if isinstance(answer, dict)]
        words += [str(poll.get("question") or ""), *(_part(answer) for answer in answers)]
    words += [str(row[name]) for name in ("place_name", "address") if row.get(name)]
    return words


def _of_activity(row: Values) -> Values | None:
    """Return the note of an ActivityPub activity with the words of its markup and pictures.

    None for what passes another's post on, of which there is only the address.
    """
    note = row.get("object")
    if row.get("type") != "Create" or not isinstance(note, dict):
        return None
    pictures = [one for one in note.get("attachment") or () if isinstance(one, dict)]
    words = [str(note.get("summary") or ""), without_markup(str(note.get("content") or ""))]
    words += [str(picture["name"]) for picture in pictures if picture.get("name")]
    author = note.get("attributedTo") or row.get("actor")
    return {
        **note,
        "text": "\n".join(word for word in words if word.strip()),
        "author": str(author).rstrip("/").rpartition("/")[2] if author else None,
        "author_id": author,
    }


def _set(*names: str) -> frozenset[str]:
    return frozenset(names)


EXPORTS = {
    "weibo-search": Export(
        fields=FieldMap(
            id=("id",),
            text=("微博正文",),
            url=("https://weibo.com/{user_id}/{bid}", "https://m.weibo.cn/detail/{id}"),
            author=("用户昵称",),
            author_id=("user_id",),
            posted_at=("发布时间",),
        ),
        signs=(_set("微博正文"),),
    ),
    "weibo-crawler": Export(
        fields=FieldMap(
            id=("id",),
            text=("正文", "text"),
            url=("https://m.weibo.cn/detail/{id}",),
            author=("screen_name",),
            author_id=("user_id",),
            posted_at=("完整日期", "full_created_at", "日期", "created_at"),
            reposted_text=("源微博正文", "retweet.text"),
            reposted_author=("源用户昵称", "retweet.screen_name"),
        ),
        signs=(_set("正文"), _set("bid", "screen_name", "text")),
        ragged=True,  # rows without the columns of a repost where there is none
    ),
    "mediacrawler": Export(
        fields=FieldMap(
            id=("comment_id", "note_id", "aweme_id", "video_id", "content_id"),
            title=("title",),
            text=("content", "content_text", "desc"),
            url=("note_url", "aweme_url", "content_url", "link"),
            author=("nickname", "user_nickname"),
            author_id=("user_id", "user_link"),
            posted_at=("create_time", "create_date_time", "time", "publish_time", "created_time"),
        ),
        signs=(
            _set("note_id", "content"),
            _set("note_id", "desc"),
            _set("aweme_id", "desc"),
            _set("aweme_id", "content"),
            _set("video_id", "desc"),
            _set("video_id", "content"),
            _set("content_id", "content_text"),
            _set("content_id", "comment_id", "content"),
        ),
        shaped=_of_mediacrawler,
    ),
    "telegram-desktop": Export(
        fields=FieldMap(
            id=("id",),
            text=("text",),
            author=("from",),
            author_id=("from_id",),
            posted_at=("date_unixtime", "date"),
            reposted_text=("reposted_text",),
            reposted_author=("forwarded_from",),
        ),
        signs=(_set("id", "type", "date", "chat"),),
        shaped=_of_telegram,
    ),
    "activitypub": Export(
        fields=FieldMap(
            id=("id",),
            text=("text",),
            url=("url", "id"),
            author=("author",),
            author_id=("author_id",),
            posted_at=("published",),
        ),
        signs=(_set("type", "actor", "object", "published"),),
        shaped=_of_activity,
    ),
    "plain": Export(
        fields=FieldMap(
            id=("id", "source_id"),
            text=("text",),
            url=("url", "link"),
            author=("author",),
            author_id=("author_id",),
            posted_at=("posted_at", "created_at", "time", "date"),
            reposted_text=("reposted_text",),
            reposted_author=("reposted_author",),
        ),
    ),
}


def detect(columns: Any) -> str:
    """Return the name of the export whose columns these are, "plain" where none is known."""
    present = set(columns)
    for name, export in EXPORTS.items():
        if any(sign <= present for sign in export.signs):
            return name
    return "plain"
