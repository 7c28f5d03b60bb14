"""Delivery: what waits in the outbox goes out, each channel in its pace; each try is noted.

A message is noted as being sent before it is, and what came of it after. So one that a killed
process was sending is never sent again by itself: nobody knows whether it arrived. It counts as
unsure, until a person says `distress notify retry`, or `[messages] again` does.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.messages import others, robots
from monitor.messages.notices import of_lost
from monitor.messages.outcome import Outcome
from monitor.messages.routing import put, spoken_to, within
from monitor.settings import ChannelSettings, Settings
from monitor.store import Store
from monitor.store.outbox import GIVEN_UP, SENT, UNSURE, WAITING, Message
from spiders.base.options import secret
from spiders.base.trouble import AnswerError

log = logging.getLogger(__name__)

TEST = "test"  # a kind that nobody can choose
_REPEAT = 30  # bytes that a mark of a repeat takes at most
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
_LONGEST_TRY = timedelta(minutes=10)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SendCounts:
    """How many messages were sent, refused for now, given up, and of how many nobody knows."""

    sent: int = 0
    refused: int = 0
    given_up: int = 0
    unsure: int = 0

    def __add__(self, other: SendCounts) -> SendCounts:
        return SendCounts(
            self.sent + other.sent,
            self.refused + other.refused,
            self.given_up + other.given_up,
            self.unsure + other.unsure,
        )

    @property
    def in_words(self) -> str:
        """For a line of a log."""
        counts = (
            (self.sent, "sent"),
            (self.refused, "refused, tried again later"),
            (self.given_up, "given up"),
            (self.unsure, "may not have arrived"),
        )
        return ", ".join(f"{count} {what}" for count, what in counts if count)

    def __bool__(self) -> bool:
        return self != SendCounts()


def send_due(store: Store, settings: Settings, *, now: datetime) -> SendCounts:
    """Send what is due, channel by channel; nothing of a channel that fails stops another."""
    counts = _settle(store, settings, now)
    for channel in settings.messages.channels:
        while batch := _take(store, settings, channel, now):
            done = _try(store, settings, channel, batch, now)
            counts += done
            if not done.sent:
                break
    return counts


def send_test(store: Store, settings: Settings, channel: ChannelSettings, *, now: datetime) -> int:
    """Send a test message at once, whatever the channel's hours and pace; return its id."""
    key, words = f"{TEST}:{uuid.uuid4()}", spoken_to(channel, settings).say("这是一条测试消息")
    with store.write():
        store.outbox.add(key, channel.name, TEST, words, at=now, case_id=None)
        [made] = [one for one in store.outbox.waiting(channel.name) if one.key == key]
        store.outbox.take([made.id], at=now)
    _try(store, settings, channel, [made], now)
    return made.id


def _settle(store: Store, settings: Settings, now: datetime) -> SendCounts:
    """Note what became of messages whose process is gone, or whose channel is."""
    counts = SendCounts()
    for message in store.outbox.orphans(now - _LONGEST_TRY):
        outcome = Outcome("unsure", "the process that sent it was killed")
        counts += _note(store, settings, [message], outcome, now)
    names = {channel.name for channel in settings.messages.channels}
    gone = [one for one in store.outbox.of_state(WAITING) if one.channel not in names]
    if gone:
        store.outbox.note([one.id for one in gone], GIVEN_UP, "no such channel in the settings")
        counts += SendCounts(given_up=len(gone))
    return counts


def _take(
    store: Store, settings: Settings, channel: ChannelSettings, now: datetime
) -> Sequence[Message]:
    """Take what goes to a channel in the next request, nothing where that has to wait."""
    rules = settings.messages
    with store.write():
        waiting = store.outbox.waiting(channel.name)
        # A channel that failed is left alone until what it refused is due again.
        if any(message.tries and not _is_due(message, now) for message in waiting):
            return ()
        if store.outbox.is_unsure(channel.name, now - _LONGEST_TRY, now):
            return ()
        quiet = rules.quiet if channel.quiet is None else channel.quiet
        if within(now.astimezone(settings.zone), quiet):
            waiting = [message for message in waiting if message.kind in rules.despite_quiet]
        due = [message for message in waiting if _is_due(message, now)]
        if not due or not _is_ripe(due, settings, now):
            return ()
        if store.outbox.batches_between(channel.name, now - _MINUTE, now) >= rules.per_minute:
            return ()
        batch = list(_fitting(due, len(_heading(channel, settings).encode()) + 1))
        store.outbox.take([message.id for message in batch], at=now)
        return batch


def _is_due(message: Message, now: datetime) -> bool:
    """Tell whether a message can be tried; one that was noted by a clock that was ahead can."""
    return message.due_at <= now or (message.tried_at or message.made_at) > now


def _is_ripe(due: Sequence[Message], settings: Settings, now: datetime) -> bool:
    """Tell whether the first has waited for others long enough, or something does not wait."""
    if any(message.kind in ("urgent", "stop") or message.tries for message in due):
        return True
    made_at = due[0].made_at
    return made_at > now or now - made_at >= settings.messages.group


def _fitting(due: Sequence[Message], size: int) -> Iterator[Message]:
    """Yield as many messages as go into one text, at least one."""
    for message in due:
        size += len(_line(message, " " * _REPEAT).encode()) + 1
        if size > robots.LONGEST and message is not due[0]:
            return
        yield message


def _line(message: Message, repeat: str) -> str:
    return f"· {message.words}{repeat if message.repeat else ''}"


def _heading(channel: ChannelSettings, settings: Settings) -> str:
    """Return the first line: a robot takes only what has its keyword in it."""
    name = spoken_to(channel, settings).say("求助台")
    return f"【{channel.keyword}】{name}" if channel.keyword else f"【{name}】"


def _try(
    store: Store,
    settings: Settings,
    channel: ChannelSettings,
    batch: Sequence[Message],
    now: datetime,
) -> SendCounts:
    """Send a batch and note what came of it."""
    repeat = spoken_to(channel, settings).say("（可能重复）")
    text = "\n".join(_line(message, repeat) for message in batch)
    try:
        outcome = _send(channel, settings, text, now)
    except Exception as error:
        log.exception("sending to %s failed", channel.name)
        outcome = Outcome("unsure", f"sending broke off: {type(error).__name__}")
    return _note(store, settings, batch, outcome, now)


def _send(channel: ChannelSettings, settings: Settings, text: str, now: datetime) -> Outcome:
    timeout = settings.messages.timeout.total_seconds()
    try:
        address = secret(channel.address)
        key = secret(channel.secret) if channel.secret else ""
    except AnswerError as error:
        return Outcome("refused", str(error))
    heading = _heading(channel, settings)
    if channel.service == "apprise":
        return others.send(address, heading, text, timeout=timeout)
    return robots.send(
        channel.service, address, f"{heading}\n{text}", secret=key, now=now, timeout=timeout
    )


def _note(
    store: Store, settings: Settings, batch: Sequence[Message], outcome: Outcome, now: datetime
) -> SendCounts:
    """Note how a try ended: sent, another one later, given up, or nobody knows."""
    box, rules = store.outbox, settings.messages
    ids = [message.id for message in batch]
    if outcome.state == "sent":
        box.note(ids, SENT, outcome.receipt)
        return SendCounts(sent=len(ids))
    tries = min(max(message.tries for message in batch), 16)
    due_at = now + max(min(_FIRST_WAIT * 2**tries, _LONGEST_WAIT), outcome.wait)
    if outcome.state == "unsure":
        once_more = [one.id for one in batch if rules.again and not one.repeat]
        rest = [one for one in ids if one not in once_more]
        if once_more:
            box.note(once_more, WAITING, outcome.receipt, due_at=due_at, repeat=True)
        if rest:
            box.note(rest, UNSURE, outcome.receipt, repeat=True)
            log.warning("%s: %s messages may not have arrived", batch[0].channel, len(rest))
        return SendCounts(unsure=len(ids))
    over = [one.id for one in batch if one.kind == TEST or now - one.begun_at >= rules.give_up]
    rest = [one for one in ids if one not in over]
    if rest:
        box.note(rest, WAITING, outcome.receipt, due_at=due_at)
    if over:
        box.note(over, GIVEN_UP, outcome.receipt)
        log.warning("%s: %s messages are given up", batch[0].channel, len(over))
        if batch[0].kind != TEST:
            lost = of_lost(batch[0].channel, over, outcome.receipt, now=now)
            put(store, settings, [lost], now=now, apart_from=batch[0].channel)
    return SendCounts(refused=len(rest), given_up=len(over))
