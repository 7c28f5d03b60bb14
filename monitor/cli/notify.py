"""Commands of the messages: test a channel, list the outbox, send again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
from rich.table import Table

from monitor import messages
from monitor.cli.frame import main, out, settings_here, store_of
from monitor.cli.given import as_json_option
from monitor.cli.table_parts import at as _at
from monitor.cli.table_parts import row, table
from monitor.errors import DistressError, SettingsError, UnknownNameError
from monitor.language import N_, PageLanguage, language
from monitor.masking import plain
from monitor.messages import Heartbeat
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.outbox import GIVEN_UP, SENT, UNSURE, WAITING, ChannelState, Message

_SHOWN = 50


def send_messages(loaded: Settings) -> None:
    """Tell people of what the line found; that this fails is told, and undoes nothing."""
    from monitor import line

    if not loaded.messages.channels:
        return
    try:
        counts = line.send_messages(loaded)
    except DistressError as error:
        click.echo(plain(f"messages: {error}"), err=True)
        return
    if counts:
        click.echo(
            language(loaded.language).say(
                "消息：发出 %(sent)s 条，没发成、过后再试的 %(refused)s 条，"
                "放弃了 %(given_up)s 条，不知道到没到的 %(unsure)s 条",
                sent=counts.sent,
                refused=counts.refused,
                given_up=counts.given_up,
                unsure=counts.unsure,
            )
        )


@main.group()
def notify() -> None:
    """Try the channels that messages go to, see what was sent, send again.

    Example: distress notify list
    """


@notify.command("test")
@click.argument("names", nargs=-1, metavar="[CHANNEL]…")
def try_channels(names: tuple[str, ...]) -> None:
    """Send a test message and show the receipts.

    Exits with 1 where one was not taken.

    Example: distress notify test
    """
    loaded = settings_here()
    known = [channel.name for channel in loaded.messages.channels]
    if not known:
        raise SettingsError(
            "there is no channel: write [[messages.channels]] into the settings; docs/messages.md "
            "has lines to copy"
        )
    for name in names:
        if name not in known:
            raise UnknownNameError("channel", name, known, "distress status")
    with Store(loaded.store_path) as store:
        sent = messages.send_tests(store, loaded, names or known, now=datetime.now(UTC))
    out.print(listing(sent, loaded.zone, language(loaded.language)))
    failed = [message.channel for message in sent if message.state != SENT]
    if failed:
        raise DistressError(f"not taken by: {', '.join(failed)}; the receipt says why")


@notify.command("list")
@click.option("--all", "every", is_flag=True, help="Also what was sent, the last 50.")
@as_json_option
def list_messages(every: bool, as_json: bool) -> None:
    """List what waits, was given up or may not have arrived.

    Example: distress notify list --all
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        if every:
            shown = store.outbox.latest(_SHOWN)
        else:
            shown = [*store.outbox.of_state(WAITING, GIVEN_UP, UNSURE)][-_SHOWN:]
    if as_json:
        from monitor.cli import machine

        click.echo(machine.messages(shown).model_dump_json())
        return
    spoken = language(loaded.language)
    if shown:
        out.print(listing(shown, loaded.zone, spoken))
    else:
        click.echo(spoken.say("没有要看的消息"))


@notify.command("retry")
@click.option(
    "--unsure", is_flag=True, help="Also those that may have arrived; they may come twice."
)
@click.argument("ids", nargs=-1, type=int, metavar="[MESSAGE]…")
def send_again(ids: tuple[int, ...], unsure: bool) -> None:
    """Send messages again: these, or all that did not go out.

    Example: distress notify retry
    """
    loaded = settings_here()
    states = (WAITING, GIVEN_UP, *((UNSURE,) if unsure else ()))
    with store_of(loaded) as store:
        if ids:
            chosen = store.outbox.get(ids)
            for missing in sorted({*ids} - {message.id for message in chosen}):
                raise UnknownNameError("message", missing, [], "distress notify list --all")
            for message in chosen:
                if message.state not in (WAITING, GIVEN_UP, UNSURE):
                    raise DistressError(
                        f"message {message.id} is {message.state}: nothing to send again. See: "
                        "distress notify list --all"
                    )
        else:
            chosen = store.outbox.of_state(*states)
        done = messages.retry(
            store, loaded, [message.id for message in chosen], now=datetime.now(UTC)
        )
    spoken = language(loaded.language)
    if not done:
        click.echo(spoken.say("没有要看的消息"))
        return
    out.print(listing(done, loaded.zone, spoken))


def listing(shown: Iterable[Message], zone: ZoneInfo, spoken: PageLanguage) -> Table:
    """Return messages as a table."""
    made = table(
        spoken,
        N_("编号"),
        N_("时间"),
        N_("渠道"),
        N_("怎样了"),
        N_("次数"),
        N_("下次"),
        N_("消息"),
        N_("回执"),
    )
    for one in shown:
        row(
            made,
            one.id,
            _at(one.made_at, zone),
            one.channel,
            spoken.say(messages.STATES[one.state]),
            one.tries,
            _at(one.due_at, zone) if one.state == WAITING else "",
            one.words,
            one.receipt,
        )
    return made


def channels(
    loaded: Settings,
    states: Mapping[str, ChannelState],
    heartbeat: Heartbeat | None,
    spoken: PageLanguage,
) -> Table:
    """Return how each channel and the heartbeat do."""
    made = table(
        spoken,
        N_("渠道"),
        N_("等着"),
        N_("1 天"),
        N_("上次发出"),
        N_("放弃了"),
        N_("不知道到没到"),
        N_("回执"),
    )
    for name in dict.fromkeys([*(one.name for one in loaded.messages.channels), *states]):
        one = states.get(name, ChannelState())
        row(
            made,
            name,
            one.waiting + one.sending,
            one.sent,
            _at(one.sent_at, loaded.zone),
            one.given_up or "",
            one.unsure or "",
            one.receipt,
        )
    if heartbeat:
        well = _at(heartbeat.well_at, loaded.zone)
        row(made, spoken.say("心跳"), "", "", well, "", "", _wrong(heartbeat, loaded.zone, spoken))
    return made


def _wrong(heartbeat: Heartbeat, zone: ZoneInfo, spoken: PageLanguage) -> str:
    """Return since when and why the heartbeat does not arrive, "" where it does."""
    if heartbeat.wrong_since is None:
        return ""
    since = _at(heartbeat.wrong_since, zone)
    return spoken.say("%(time)s 起没送到：%(why)s", time=since, why=heartbeat.reason)
