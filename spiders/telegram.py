"""Telegram: the preview pages of public channels come out as posts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from parsel import Selector
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from scrapy.http import Request, Response
from w3lib.url import add_or_replace_parameter

from spiders import base
from spiders.base.markup import apart, attribute, lines_of, without_markup
from spiders.base.options import one_or_more
from spiders.base.post import Post, SetAside, pictures_of
from spiders.base.reading import guarded, time_of
from spiders.base.trouble import AnswerError, changed, readable

_CHANNEL = re.compile(r"(?:(?:https?://)?(?:t|telegram)\.me/(?:s/)?|@)?([A-Za-z]\w{2,31})/?", re.A)
_MESSAGE_ID = re.compile(r"\w+/\d+", re.A)
# The message that another answers stands, shortened, in a block of its own.
_WORDS = """.//*[has-class("tgme_widget_message_text")]
    [not(ancestor::*[has-class("tgme_widget_message_reply")])]"""
# What a message shows beside its text, in the order of the page: polls, contact cards, places,
# files and link cards.
_BESIDE = "|".join(
    f""".//*[has-class("{name}")][not(ancestor::*[has-class("tgme_widget_message_reply")])]"""
    for name in (
        "tgme_widget_message_poll_question",
        "tgme_widget_message_poll_option_text",
        "tgme_widget_message_contact_name",
        "tgme_widget_message_contact_phone",
        "tgme_widget_message_location_title",
        "tgme_widget_message_location_address",
        "tgme_widget_message_document_title",
        "link_preview_title",
        "link_preview_description",
    )
)
_PICTURES = ".tgme_widget_message_photo_wrap, .tgme_widget_message_video_thumb"
_IN_STYLE = re.compile(r"""background-image:\s*url\(\s*["']?([^"')\s]+)""")
_MEDIA = re.compile(
    "tgme_widget_message_(?:photo|video|roundvideo|document|voice|sticker|tgsticker|videosticker"
    "|poll|location|contact|game|invoice|story)|message_media_not_supported"
)


def _channel(name: str) -> str:
    match = _CHANNEL.fullmatch(name.strip())
    if not match:
        raise ValueError(f"'{name}' is not a channel; give its name as in https://t.me/s/NAME")
    return match[1]


class TelegramOptions(base.PagedOptions):
    """Which channels to read.

    channels: their names, as in https://t.me/s/NAME; also with @ or as that address.
    """

    channels: Annotated[
        tuple[Annotated[str, AfterValidator(_channel)], ...], BeforeValidator(one_or_more)
    ] = Field(min_length=1)


class TelegramSpider(base.PagedSpider):
    """Public channels of Telegram, from their preview pages."""

    name = "telegram"
    home = "https://t.me"
    resumable = True
    Options = TelegramOptions
    options: TelegramOptions

    def walks(self) -> Iterator[base.Walk]:
        """Yield a walk over each channel."""
        for channel in dict.fromkeys(self.options.channels):
            yield base.Walk(f"channel {channel}", self.ask(f"/s/{channel}"))

    def probe_walk(self, word: str) -> base.Walk:
        """Return the walk over a search in the first channel, which may truly find nothing."""
        path = f"/s/{self.options.channels[0]}"
        return base.Walk(f"probe {word}", self.ask(path, {"q": word}, meta={"promised": False}))

    def page(self, response: Response, walk: base.Walk) -> base.Page:
        """Read the messages of a page, the newest of which stands at its bottom.

        Raises AnswerError where the page is not a channel's, or says that a full one is empty.
        """
        page = _whole_page(response)
        messages = page.css(".tgme_widget_message")
        if not messages and page.css(".tme_no_messages_found"):
            if response.meta.get("promised", True):
                raise AnswerError(
                    "blocked", "no posts, it says, as it does to who asks too often: raise delay"
                )
            return base.Page()
        older = self._older(page, walk)
        apart(messages)
        return base.Page(
            entries=list(self._entries(messages[::-1], response.url)),
            next=older,
            size=len(messages),
        )

    def _older(self, page: Selector, walk: base.Walk) -> Request | None:
        """Return the request for what is older than the page.

        Some pages lack the link to older ones (snscrape, modules/telegram.py), so that only an
        answer without messages tells the end.
        """
        linked = page.css(".tme_messages_more::attr(data-before)").get()
        oldest = page.css(".tgme_widget_message::attr(data-post)").get("").rpartition("/")[2]
        before = linked or oldest
        if before in {"", "0", "1"}:
            return None
        url = add_or_replace_parameter(walk.request.url, "before", before)
        return walk.request.replace(url=url, meta={"promised": bool(linked)})

    def _entries(self, messages: Sequence[Selector], url: str) -> Iterator[Post | SetAside]:
        for number, message in enumerate(messages, 1):
            if message.css(".service_message"):
                continue
            place = attribute(message, "data-post") or f"{readable(url)} message {number}"
            entries: list[Post | SetAside] = []
            with guarded(entries, place, without_markup(message.get())) as problems:
                if post := self._post(message, problems):
                    entries.append(post)
            yield from entries

    @classmethod
    def post_from_raw(cls, raw: bytes, options: BaseModel, seen_at: datetime) -> Post | None:
        """Return the post of a message."""
        page = Selector(text=raw.decode(), type="html")
        return cls._post(page.css(".tgme_widget_message")[0], [])

    @classmethod
    def _post(cls, message: Selector, problems: list[str]) -> Post | None:
        """Return a message as a post, None where it has a film or the like but no words."""
        beside = map(without_markup, message.xpath(_BESIDE).getall())
        words = lines_of(without_markup(message.xpath(_WORDS).get()), *beside)
        styles = message.css(_PICTURES).xpath("@style").getall()
        pictures = pictures_of(link for style in styles for link in _IN_STYLE.findall(style))
        if not words and not pictures and _MEDIA.search(message.get()):
            return None
        post_id = attribute(message, "data-post")
        if not _MESSAGE_ID.fullmatch(post_id):
            raise ValueError("no 'data-post' with the channel and the message's number")
        if not words and not pictures:
            raise ValueError("neither words nor a picture, film or file")
        forwarded = _name(message, ".tgme_widget_message_forwarded_from_name")
        is_forward = bool(message.css(".tgme_widget_message_forwarded_from"))
        return Post(
            source_id=post_id,
            text="" if is_forward else words,
            url=f"{cls.home}/{post_id}",
            author=_name(message, ".tgme_widget_message_from_author")
            or _name(message, ".tgme_widget_message_owner_name"),
            author_id=post_id.partition("/")[0],
            posted_at=time_of(
                message.css(".tgme_widget_message_date time::attr(datetime)").get(""),
                ZoneInfo("UTC"),
                problems,
            ),
            reposted_text=(words or None) if is_forward else None,
            reposted_author=forwarded,
            pictures=pictures,
            raw=message.get().encode(),
        )


def _whole_page(response: Response) -> Selector:
    """Return the page of a channel; raises AnswerError where the answer is another."""
    text = response.body.decode("utf-8", "replace")
    path = urlsplit(response.url).path
    if "/s/" not in path:
        name = path.rpartition("/")[2]
        raise AnswerError(
            "changed", f"no such public channel, or it shows no preview: see https://t.me/{name}"
        )
    if "</html>" not in text:
        raise AnswerError("changed", "the answer is not a page, or ends in the middle of one")
    page = Selector(text=text, type="html")
    if not page.css(".tgme_channel_history"):
        if "tgme_" in text:
            raise changed("tgme_channel_history")
        raise AnswerError("blocked", "another page came instead of the channel's")
    return page


def _name(message: Selector, css: str) -> str | None:
    return without_markup(message.css(css).get()) or None
