"""Messages: the store, settings and a moment go in; groups, mailboxes and others are told.

`notice` puts into the outbox what there is to tell, `send_due` sends it. It must never hold up a
round, tell a number or a post's words, or send twice what it knows to be sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from monitor.errors import DistressError
from monitor.language import N_
from monitor.messages.delivery import SendCounts, send_due, send_test
from monitor.messages.heartbeat import Heartbeat, beating
from monitor.messages.heartbeat import state as heartbeat_state
from monitor.messages.notices import Stop, of_backup, of_cases, of_conditions, of_digest
from monitor.messages.routing import put
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.outbox import GIVEN_UP, SENDING, SENT, UNSURE, WAITING, Message

__all__ = [
    "STATES",
    "Heartbeat",
    "SendCounts",
    "Stop",
    "backup_failed",
    "beating",
    "digest_ready",
    "heartbeat_state",
    "is_due",
    "notice",
    "retry",
    "send_due",
    "send_tests",
]

# How people are told how a message stands.
STATES = {
    WAITING: N_("等着发"),
    SENDING: N_("正在发"),
    SENT: N_("发出"),
    UNSURE: N_("不知道到没到"),
    GIVEN_UP: N_("放弃了"),
}
_NOTICED = "noticed"
_OVERLAP = timedelta(hours=1)  # looked at again: rows of a transaction that came to its end late
_LONGEST_AGO = timedelta(days=3)
_TURN = timedelta(minutes=10)  # so often without a round


def is_due(store: Store, settings: Settings, *, now: datetime) -> bool:
    """Tell whether nobody has looked for a while what there is to tell."""
    note = store.outbox.notes(_NOTICED).get(_NOTICED)
    return note is None or not note.at <= now < note.at + _TURN


def notice(store: Store, settings: Settings, stops: Iterable[Stop], *, now: datetime) -> int:
    """Put what there is to tell into the outbox; return how many messages are new.

    stops: goods on their way that nobody needs any more.
    """
    if not settings.messages.channels:
        return 0
    note = store.outbox.notes(_NOTICED).get(_NOTICED)
    since = max(min(note.at if note else now, now) - _OVERLAP, now - _LONGEST_AGO)
    notices = [
        *of_cases(store, settings, stops, since=since, now=now),
        *of_conditions(store, settings, now=now),
    ]
    count = put(store, settings, notices, now=now)
    store.outbox.put(_NOTICED, at=now)
    store.outbox.drop(now - settings.messages.keep)
    return count


def digest_ready(
    store: Store, settings: Settings, *, open_cases: int, new: int, now: datetime
) -> None:
    """Put into the outbox that the day's pages are written; new: cases of the last day."""
    ready = of_digest(settings, new=new, open_cases=open_cases, now=now)
    put(store, settings, [ready], now=now)


def backup_failed(settings: Settings, reason: str) -> None:
    """Tell that a backup failed; where the store cannot be opened either, nobody is told."""
    now = datetime.now(UTC)
    with suppress(DistressError), Store(settings.store_path, create=False) as store:
        put(store, settings, [of_backup(reason, now=now)], now=now)
        send_due(store, settings, now=now)


def send_tests(
    store: Store, settings: Settings, names: Sequence[str], *, now: datetime
) -> list[Message]:
    """Send a message to channels at once, whatever their hours; return what became of each."""
    channels = [channel for channel in settings.messages.channels if channel.name in names]
    return store.outbox.get([send_test(store, settings, channel, now=now) for channel in channels])


def retry(store: Store, settings: Settings, ids: Sequence[int], *, now: datetime) -> list[Message]:
    """Send messages again that were given up or may not have arrived, and what waits behind them.

    Returns how those of `ids` stand then.
    """
    channels = {message.channel for message in store.outbox.get(ids)}
    waiting = [one.id for name in channels for one in store.outbox.waiting(name)]
    store.outbox.again([*ids, *waiting], at=now)
    send_due(store, settings, now=now)
    return store.outbox.get(ids)
