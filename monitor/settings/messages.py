"""Settings of the messages: the channels, who gets what and when, and the heartbeat."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from monitor.settings.values import Clocks, Language, Name, Section
from spiders.base.options import Duration, Variable

Kind = Literal[
    "urgent",  # a new case that is as pressing as can be
    "ageing",  # a case that nobody called in time
    "calldown",  # calls that are due: of a list, or at a time that was agreed
    "stop",  # a later post, or a withdrawal, stops goods on their way
    "barred",  # a number that may be called no more
    "clash",  # two outcomes of one case that do not know each other
    "digest",  # the day's pages are written
    "source",  # a source fails, is silent or brings far less than usual
    "disk",  # nearly full
    "backup",  # failed
    "desk",  # the live desk does not answer
    "channel",  # another channel takes nothing any more
]


def _span(value: tuple[time, ...]) -> tuple[time, ...]:
    """Accept where a part of the day begins and ends, or nothing for none."""
    if value and (len(value) != 2 or value[0] == value[1]):
        raise ValueError('give when it begins and when it ends, such as ["22:00", "07:00"]')
    return value


Span = Annotated[Clocks, AfterValidator(_span)]


class ChannelSettings(Section):
    """[[messages.channels]]: a group, a mailbox or another place that messages are sent to.

    service: "dingtalk", "feishu" or "wecom" for a robot of these; "apprise" for what apprise knows.
    address: the variable of the environment with the robot's address, or with that of apprise.
    secret: the variable with what the robot's requests are signed by. keyword: that it asks for.
    kinds: what it gets, everything where empty. agents, regions: of whose cases and of which
        places; what is of no case then comes only where `kinds` names it.
    hours: the part of the day whose messages it gets, such as those of a shift; empty for all.
    quiet: as in [messages], where it is another one here. language: as there.
    """

    name: Name
    service: Literal["dingtalk", "feishu", "wecom", "apprise"]
    address: Variable
    secret: Variable | None = None
    keyword: str | None = Field(default=None, min_length=1, max_length=20)
    kinds: tuple[Kind, ...] = ()
    agents: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    hours: Span = ()
    quiet: Span | None = None
    language: Language | None = None

    @model_validator(mode="after")
    def _signed(self) -> Self:
        if self.secret and self.service not in ("dingtalk", "feishu"):
            raise ValueError("only robots of dingtalk and feishu sign by a `secret`")
        return self


class MessagesSettings(Section):
    """[messages]: who is told what happens.

    language: of the messages, None for that of the pages.
    quiet: a part of the day in which nothing is sent; it waits for the end. Empty for none.
    despite_quiet: kinds that are sent even then.
    group: so long what is not urgent waits for more, to go in one message.
    per_minute: requests a channel at most. timeout: so long an answer is waited for.
    give_up: so long a message is tried. again: whether one that may have arrived is sent again by
        itself, marked as such. keep: so long those that wait no longer are kept.
    watch_desk: whether somebody is told that the live desk does not answer.
    heartbeat: the variable of the environment with an address that is told of each round.
    """

    channels: tuple[ChannelSettings, ...] = ()
    language: Language | None = None
    quiet: Span = ()
    despite_quiet: tuple[Kind, ...] = ("urgent",)
    group: Duration = timedelta(0)
    per_minute: int = Field(default=10, ge=1, le=1000)
    timeout: Duration = Field(default=timedelta(seconds=20), le=timedelta(minutes=5))
    give_up: Duration = timedelta(days=1)
    again: bool = False
    keep: Duration = timedelta(days=30)
    watch_desk: bool = False
    heartbeat: Variable | None = None

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        names = [channel.name for channel in self.channels]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two channels are named '{twice[0]}'; give each a name of its own")
        return self
