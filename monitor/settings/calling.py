"""Settings of the people who call: who they are, when calls are made, and the live desk."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Self

from pydantic import Field, field_validator, model_validator

from monitor.settings.values import Clock, Language, Name, Section, Zone
from spiders.base.options import Duration


class AgentSettings(Section):
    """[[agents]]: who calls; regions are words of a place, such as 湖北 or 武汉.

    lead: whether this is (also) a lead, who gives cases to agents and cares for the hard ones.
    language: of this agent's pages, None for that of all pages.
    """

    name: Name
    regions: tuple[str, ...] = ()
    capacity: int = Field(default=40, ge=0, le=100_000)
    lead: bool = False
    language: Language | None = None


class CallingSettings(Section):
    """[calling]: when people may be called, and how often one who does not answer.

    start, end: calling hours in the callee's local time.
    borders: where one part of the day ends and the next begins.
    gap: at least this long between two calls. daily: at most this many a day.
    round: calls that make a round; after each a message is offered. rounds: how many rounds.
    after_message: how long an answer to a message is waited for.
    first: a case that nobody called within this time is ageing.
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


class DeskSettings(Section):
    """[desk]: the live desk.

    address: what the sign-in links begin with, such as https://desk.example.org, where a proxy
        stands before the desk; None for the host and port themselves.
    claim: how long a case that an agent opened is his. link: how long a sign-in link can be used.
    session: how long an agent stays signed in.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8017, ge=1, le=65535)
    address: str | None = None
    claim: Duration = timedelta(minutes=10)
    link: Duration = timedelta(minutes=30)
    session: Duration = timedelta(hours=12)
