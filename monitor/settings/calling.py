"""Settings of the people who call: who they are, when calls are made, and the live desk."""

from __future__ import annotations

import ipaddress
from datetime import time, timedelta
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from monitor.settings.values import Clock, Language, Name, Section, Zone
from spiders.base.options import Duration, Variable


class AgentSettings(Section):
    """[[agents]]: who calls; regions are words of a place, such as 湖北 or 武汉.

    lead: whether this is (also) a lead, who gives cases to agents and cares for the hard ones.
    language: of this agent's pages, None for that of all pages.
    quota: calls of contact lists and warnings that this agent gets in a day. parts: the parts of
        the day, 1 the first, in which they come; empty for all.
    passphrase: the variable of the environment with the words that open the agent's page.
    """

    name: Name
    regions: tuple[str, ...] = ()
    capacity: int = Field(default=40, ge=0, le=100_000)
    lead: bool = False
    language: Language | None = None
    quota: int = Field(default=40, ge=0, le=100_000)
    parts: tuple[Annotated[int, Field(ge=1, le=24)], ...] = ()
    passphrase: Variable | None = None


class CallingSettings(Section):
    """[calling]: when people may be called, and how often one who does not answer.

    start, end: calling hours in the callee's local time.
    borders: where one part of the day ends and the next begins.
    gap: at least this long between two calls. daily: at most this many a day.
    round: calls that make a round; after each a message is offered. rounds: how many rounds.
    after_message: how long an answer to a message is waited for.
    first: a case that nobody called within this time is ageing.
    after_goods: so long after goods were received the ward is asked whether they fit.
    no_news: so long without any word of goods that are awaited, and the ward is asked.
    heavy: after so many heavy calls in a day an agent is told to rest.
    zones: local time of places whose clock is another, by words of the place.
    """

    start: Clock = time(9, 0)
    end: Clock = time(21, 0)
    borders: tuple[Clock, ...] = (time(12, 0), time(18, 0))
    gap: Duration = timedelta(hours=2)
    daily: int = Field(default=3, ge=1, le=20)
    round: int = Field(default=3, ge=1, le=20)
    rounds: int = Field(default=3, ge=1, le=20)
    after_message: Duration = timedelta(days=1)
    first: Duration = timedelta(hours=4)
    after_goods: Duration = timedelta(hours=4)
    no_news: Duration = timedelta(days=7)
    heavy: int = Field(default=3, ge=1, le=100)
    zones: dict[str, Zone] = Field(default_factory=lambda: {"新疆": "Asia/Urumqi"})

    @field_validator("borders")
    @classmethod
    def _in_order(cls, borders: tuple[time, ...]) -> tuple[time, ...]:
        if list(borders) != sorted(set(borders)):
            raise ValueError("give the borders of the day in order, each once")
        return borders

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.start >= self.end:
            raise ValueError("`start` must be earlier than `end`")
        return self


class CampaignsSettings(Section):
    """[campaigns]: contact lists that are called in rounds.

    rounds: how often somebody whom nobody reached is tried, each at another part of the day.
    dead_phs: ranges of PHS numbers that are switched off, such as "0816-8".
    """

    rounds: int = Field(default=3, ge=1, le=10)
    dead_phs: tuple[Annotated[str, Field(pattern=r"^0\d{2,3}-\d{0,7}$")], ...] = ()


class WarningsSettings(Section):
    """[warnings]: risk events of people who may be cheated.

    age: from which age on somebody who has not reacted is called. within: so soon after the event.
    """

    age: int = Field(default=50, ge=0, le=120)
    within: Duration = timedelta(hours=2)


class DeskSettings(Section):
    """[desk]: the live desk.

    address: what the sign-in links begin with, such as https://desk.example.org, where a proxy
        stands before the desk; None for the host and port themselves.
    claim: how long a case that an agent opened is his. link: how long a sign-in link can be used.
    session: how long an agent stays signed in.
    proxies: addresses and networks of proxies before the desk, whose X-Forwarded-For is believed.
    token: the variable of the environment with the token that monitors elsewhere have to give;
        without one only this machine is told of health and metrics.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8017, ge=1, le=65535)
    address: str | None = None
    claim: Duration = timedelta(minutes=10)
    link: Duration = timedelta(minutes=30)
    session: Duration = timedelta(hours=12)
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    token: Variable | None = None

    @field_validator("proxies")
    @classmethod
    def _networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            try:
                ipaddress.ip_network(proxy)
            except ValueError as error:
                raise ValueError(f"{error}; give addresses or networks") from None
        return proxies
