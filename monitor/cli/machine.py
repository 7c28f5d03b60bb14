"""What commands tell other programs: rows of the store go in, typed values for JSON come out.

Numbers are masked, times are UTC. docs/json-schema.json is made of these types.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from monitor.cli.history import Timeline
from monitor.cli.table_parts import hidden
from monitor.crawl.health import Health
from monitor.language import language
from monitor.masking import masked
from monitor.messages import Heartbeat
from monitor.settings import Settings
from monitor.store.outbox import WAITING, ChannelState, Message
from monitor.store.supplies import LineOfCase
from monitor.supply.checks import checks
from monitor.supply.progress import Stage, progress
from monitor.types import Case, Run

VERSION = 1  # raised where a field goes or means something else
_MOST_ERRORS = 1000


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SourceHealth(_Told):
    """How a source does; outcome is of its last run that ended, null without one."""

    source: str
    spider: str
    enabled: bool
    outcome: str | None
    message: str
    running: bool
    failed: bool
    low: bool
    newest_post_at: AwareDatetime | None
    last_good_at: AwareDatetime | None
    next_at: AwareDatetime | None
    posts_last_hour: int
    posts_last_day: int
    set_aside: int


class AgentLoad(_Told):
    """How many open cases an agent has; agent null: nobody has them."""

    agent: str | None
    open_cases: int
    capacity: int | None


class ChannelHealth(_Told):
    """How a channel does; sent: messages of the last day. receipt: what it answered last.

    unsure: messages of which nobody knows whether they arrived.
    """

    channel: str
    waiting: int
    sent: int
    unsure: int
    given_up: int
    last_sent_at: AwareDatetime | None
    receipt: str


class HeartbeatHealth(_Told):
    """When the heartbeat last arrived; since when it does not, and why, null where it does."""

    last_good_at: AwareDatetime | None
    failing_since: AwareDatetime | None
    message: str


class Status(_Told):
    """distress status --json; heartbeat null where the settings name none."""

    version: int = VERSION
    posts: int
    posts_unread: int
    cases: int
    set_aside: int
    sources: list[SourceHealth]
    agents: list[AgentLoad]
    messages: list[ChannelHealth]
    heartbeat: HeartbeatHealth | None


class LastRun(_Told):
    """The last run of a source; outcome null while it runs."""

    started_at: AwareDatetime
    ended_at: AwareDatetime | None
    outcome: str | None
    message: str
    posts_new: int
    posts_set_aside: int


class Source(_Told):
    """A configured source; every and at: its rhythm, both empty where it is crawled by hand."""

    source: str
    spider: str
    enabled: bool
    every: str | None
    at: list[str]
    last_run: LastRun | None
    newest_post_at: AwareDatetime | None


class Sources(_Told):
    """distress sources --json; spiders: with the keys that their sources take."""

    version: int = VERSION
    spiders: dict[str, list[str]]
    sources: list[Source]


class Goods(_Told):
    """Goods that a case asks for, in each amount that its posts give."""

    name: str
    quantity: float | None
    unit: str | None


class CaseLine(_Told):
    """A case; last: the disposition of its last callback."""

    case: int
    agent: str | None
    closed: bool
    facilities: list[str]
    goods: list[Goods]
    posts: int
    calls: int
    last: str | None
    first_post_at: AwareDatetime


class CaseList(_Told):
    """distress case list --json, in the order in which to call now."""

    version: int = VERSION
    cases: list[CaseLine]


class CaseEvent(_Told):
    """Something that happened to a case, in words of the settings' language."""

    at: AwareDatetime
    words: str


class CaseCallback(_Told):
    """An attempt to reach somebody."""

    id: str
    agent: str
    disposition: str
    attempted_at: AwareDatetime
    contact: str | None
    note: str
    confirmed: list[str]


class CaseShown(_Told):
    """distress case show --json."""

    version: int = VERSION
    case: CaseLine
    callbacks: list[CaseCallback]
    events: list[CaseEvent]


class SupplyStage(_Told):
    """How much has reached a stage, or a later one; missing null where it is not known."""

    stage: str
    amount: float
    words: list[str]
    missing: float | None
    full: bool


class Supply(_Told):
    """A line of confirmed goods; asked null where no number was told. check: what to look at."""

    line: int
    case: int
    facility: str | None
    goods: str
    unit: str
    status: str
    withdrawn: bool
    asked: float | None
    stages: list[SupplyStage]
    changed_at: AwareDatetime
    check: list[str]


class SupplyList(_Told):
    """distress supplies --json."""

    version: int = VERSION
    lines: list[Supply]


class UnreadLine(_Told):
    """A line of the input that is not a post; error: why, in words."""

    line: int
    error: str


class Classified(_Told):
    """distress classify --json; unread: how many lines are no posts, errors: the first of them."""

    version: int = VERSION
    posts: int
    flagged: int
    unread: int
    errors: list[UnreadLine]


class OutboxMessage(_Told):
    """A message to a channel; due_at: of the next try, null where it does not wait for one.

    repeat: whether an earlier try may have arrived. receipt: what the last try was answered.
    """

    message: int
    channel: str
    kind: str
    case: int | None
    words: str
    state: str
    tries: int
    made_at: AwareDatetime
    tried_at: AwareDatetime | None
    due_at: AwareDatetime | None
    repeat: bool
    receipt: str


class MessageList(_Told):
    """distress notify list --json."""

    version: int = VERSION
    messages: list[OutboxMessage]


ALL = (Status, Sources, CaseList, CaseShown, SupplyList, Classified, MessageList)


def schema() -> str:
    """Return the JSON Schema of everything told, by the name of its type, as a file's text."""
    told = {model.__name__: model.model_json_schema(mode="serialization") for model in ALL}
    return json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def status(
    settings: Settings,
    health: Iterable[Health],
    open_cases: Iterable[Case],
    counts: Mapping[str, int],
    channels: Mapping[str, ChannelState],
    heartbeat: Heartbeat | None,
) -> Status:
    """Return how sources, agents and messages do; counts: of the other fields of Status."""
    loads = Counter(case.agent for case in open_cases)
    agents = [
        AgentLoad(agent=one.name, open_cases=loads[one.name], capacity=one.capacity)
        for one in settings.agents
    ]
    nobody = AgentLoad(agent=None, open_cases=loads[None], capacity=None)
    return Status(
        **counts,
        sources=[
            SourceHealth(
                source=one.source,
                spider=one.spider,
                enabled=one.enabled,
                outcome=one.outcome or None,
                message=masked(one.message),
                running=one.running,
                failed=one.failed,
                low=one.low,
                newest_post_at=one.newest_at,
                last_good_at=one.last_good_at,
                next_at=one.next_at,
                posts_last_hour=one.hour,
                posts_last_day=one.day,
                set_aside=one.set_aside,
            )
            for one in health
        ],
        agents=[*agents, nobody],
        messages=[
            _channel(name, channels.get(name, ChannelState()))
            for name in dict.fromkeys(
                [*(one.name for one in settings.messages.channels), *channels]
            )
        ],
        heartbeat=HeartbeatHealth(
            last_good_at=heartbeat.well_at,
            failing_since=heartbeat.wrong_since,
            message=masked(heartbeat.reason),
        )
        if heartbeat
        else None,
    )


def _channel(name: str, state: ChannelState) -> ChannelHealth:
    return ChannelHealth(
        channel=name,
        waiting=state.waiting + state.sending,
        sent=state.sent,
        unsure=state.unsure,
        given_up=state.given_up,
        last_sent_at=state.sent_at,
        receipt=masked(state.receipt),
    )


def sources(
    spiders: Mapping[str, Any],
    settings: Settings | None,
    runs: Mapping[str, Run],
    newest: Mapping[str, datetime],
) -> Sources:
    """Return the spiders, and the configured sources with their last run."""
    return Sources(
        spiders={name: list(spider.Options.model_fields) for name, spider in spiders.items()},
        sources=[
            Source(
                source=one.name,
                spider=one.spider,
                enabled=one.enabled,
                every=str(one.every) if one.every else None,
                at=[f"{at:%H:%M}" for at in one.at],
                last_run=_run(runs[one.name]) if one.name in runs else None,
                newest_post_at=newest.get(one.name),
            )
            for one in (settings.sources if settings else ())
        ],
    )


def _run(run: Run) -> LastRun:
    return LastRun(
        started_at=run.started_at,
        ended_at=run.ended_at,
        outcome=run.outcome,
        message=masked(run.message or ""),
        posts_new=run.posts_new,
        posts_set_aside=run.posts_set_aside,
    )


def case_line(case: Case) -> CaseLine:
    """Return a case."""
    goods = {
        (item.name, item.quantity, item.unit): None
        for need in case.needs
        for item in need.reading.items
    }
    names = (f.text for need in case.needs for f in need.reading.concerned)
    return CaseLine(
        case=case.id,
        agent=case.agent,
        closed=case.closed,
        facilities=list(dict.fromkeys(map(masked, names))),
        goods=[
            Goods(name=masked(name), quantity=quantity, unit=masked(unit) if unit else None)
            for name, quantity, unit in goods
        ],
        posts=len(case.joined),
        calls=len(case.callbacks),
        last=case.callbacks[-1].disposition if case.callbacks else None,
        first_post_at=case.first_at,
    )


def case_shown(timeline: Timeline) -> CaseShown:
    """Return a case with all that happened to it; numbers in full where the timeline has them."""
    case = timeline.case
    return CaseShown(
        case=case_line(case),
        callbacks=[
            CaseCallback(
                id=call.id,
                agent=call.agent,
                disposition=call.disposition,
                attempted_at=call.attempted_at,
                contact=(call.contact.value if timeline.numbers else hidden(call.contact))
                if call.contact
                else None,
                note=timeline.text(call.note),
                confirmed=[timeline.text(item.name) for item in call.items],
            )
            for call in case.callbacks
        ],
        events=[
            CaseEvent(at=event.at, words=f"{event.head}{timeline.text(event.words)}{event.tail}")
            for event in timeline.events()
        ],
    )


def classified(readings: Iterable[Mapping[str, Any]]) -> Classified:
    """Return what became of lines that were read as `distress classify` reads them."""
    told = Classified(posts=0, flagged=0, unread=0, errors=[])
    for fields in readings:
        if "line" in fields and "error" in fields:
            told.unread += 1
            if len(told.errors) < _MOST_ERRORS:
                error = UnreadLine(line=fields["line"], error=masked(fields["error"]))
                told.errors.append(error)
        else:
            told.posts += 1
            told.flagged += bool(fields["flagged"])
    return told


def supplies(lines: Sequence[LineOfCase], settings: Settings) -> SupplyList:
    """Return lines of goods, how far each is, and what to look at before it goes on."""
    by_line = checks(lines)
    return SupplyList(
        lines=[
            _supply(
                line,
                [
                    one.in_words(settings.zone, language(settings.language))
                    for one in by_line.get(line.id, ())
                ],
            )
            for line in lines
        ]
    )


def messages(shown: Iterable[Message]) -> MessageList:
    """Return messages of the outbox."""
    return MessageList(
        messages=[
            OutboxMessage(
                message=one.id,
                channel=one.channel,
                kind=one.kind,
                case=one.case_id,
                words=masked(one.words),
                state=one.state,
                tries=one.tries,
                made_at=one.made_at,
                tried_at=one.tried_at,
                due_at=one.due_at if one.state == WAITING else None,
                repeat=one.repeat,
                receipt=masked(one.receipt),
            )
            for one in shown
        ]
    )


def _supply(line: LineOfCase, to_check: Iterable[str]) -> Supply:
    state = progress(line)
    return Supply(
        line=line.id,
        case=line.kept_case_id,
        facility=masked(line.facility) if line.facility else None,
        goods=masked(line.name),
        unit=masked(state.unit),
        status=line.status,
        withdrawn=state.is_withdrawn,
        asked=float(state.asked) if state.asked is not None else None,
        stages=[_stage(stage) for stage in state.stages],
        changed_at=line.changed_at,
        check=list(map(masked, to_check)),
    )


def _stage(stage: Stage) -> SupplyStage:
    return SupplyStage(
        stage=stage.status,
        amount=float(stage.amount),
        words=list(map(masked, stage.words)),
        missing=float(stage.missing) if stage.missing is not None else None,
        full=stage.full,
    )
