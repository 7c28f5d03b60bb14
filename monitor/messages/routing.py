"""Who gets what: notices and settings go in, messages in the outbox for their channels come out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from monitor.language import PageLanguage, language
from monitor.messages.notices import Notice
from monitor.settings import ChannelSettings, Settings
from monitor.store import Store

_LONGEST = 300  # signs of one message
_BEFORE = timedelta(hours=1)  # a new channel is told what came to be in the round that finds it


def within(at: datetime, span: Sequence[time]) -> bool:
    """Tell whether a local time lies in a part of the day, which may go over midnight."""
    if not span:
        return False
    begin, end = span
    if begin < end:
        return begin <= at.time() < end
    return at.time() >= begin or at.time() < end


def is_for(channel: ChannelSettings, notice: Notice, local: datetime) -> bool:
    """Tell whether a channel is to have a notice that comes up at a local time."""
    if channel.kinds and notice.kind not in channel.kinds:
        return False
    if channel.hours and not within(local, channel.hours):
        return False
    if notice.agents is None:
        return notice.kind in channel.kinds or not (channel.agents or channel.regions)
    if channel.agents and not set(channel.agents) & set(notice.agents):
        return False
    return not channel.regions or any(
        word.startswith(region) for region in channel.regions for word in notice.places
    )


def spoken_to(channel: ChannelSettings, settings: Settings) -> PageLanguage:
    """Return the language of a channel."""
    return language(channel.language or settings.messages.language or settings.language)


def put(
    store: Store,
    settings: Settings,
    notices: Sequence[Notice],
    *,
    now: datetime,
    apart_from: str = "",
) -> int:
    """Put notices into the outbox for each channel that is to have them; return how many are new.

    What came to be long before a channel was there is not told to it. apart_from: a channel that is
    not told.
    """
    if not notices:
        return 0
    channels = [one for one in settings.messages.channels if one.name != apart_from]
    known = store.outbox.known(
        [notice.key for notice in notices], [channel.name for channel in channels]
    )
    local = now.astimezone(settings.zone)
    count = 0
    with store.write():
        for channel in channels:
            since = store.outbox.begin(f"channel {channel.name}", at=now - _BEFORE).at
            for notice in notices:
                if (notice.key, channel.name) in known or not is_for(channel, notice, local):
                    continue
                if notice.at < since:
                    continue
                words = " ".join(notice.words(spoken_to(channel, settings)).split())
                count += store.outbox.add(
                    notice.key,
                    channel.name,
                    notice.kind,
                    words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…",
                    at=now,
                    case_id=notice.case_id,
                )
    return count
