"""What the command line shows of cases that were called: histories, clashes, marked contacts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.table import Table

from monitor.calling.clashes import Clash
from monitor.cli.history import Timeline, outcome
from monitor.cli.table_parts import (
    SHARED,
    Own,
    at,
    hidden,
    kind_word,
    mark_reason,
    mark_word,
    row,
    table,
)
from monitor.language import N_, PageLanguage
from monitor.types import Callback, Mark, Suggestion

_CLASHES = {"contradict": N_("互相对不上"), "both called": N_("都拨了")}
_AGAINST = {
    "other ward": "科室不同",
    "other goods": "物资不同",
    "like name": "名字像，不一样",
    "part of the facility": "一个是另一个的院区",
    "other number": "号码不同",
    "other place": "地点不同",
}


def case(timeline: Timeline) -> Table:
    """Return all that happened to a case in order of time, and how it stands."""
    spoken = timeline.spoken
    listing = table(spoken, N_("时间"), N_("经过"))
    for event in timeline.events():
        words = timeline.text(event.words)
        row(listing, at(event.at, timeline.zone), Own(f"{event.head}{words}{event.tail}"))
    case = timeline.case
    state = spoken.say("在办，%(agent)s", agent=case.agent or spoken.say("没分派"))
    row(listing, spoken.say("现在"), spoken.say("办结") if case.closed else state)
    return listing


def clashes(clashes: Iterable[Clash], zone: ZoneInfo, spoken: PageLanguage) -> Table:
    """Return clashes, two lines each: who noted what, when, and in which file it came."""
    listing = table(
        spoken,
        N_("求助编号"),
        N_("哪里对不上"),
        N_("时间"),
        N_("谁：结果"),
        N_("物资"),
        N_("从哪来"),
        N_("入库时间"),
    )
    for clash in clashes:
        for number, callback in enumerate((clash.first, clash.second)):
            row(
                listing,
                clash.case_id,
                spoken.say("和") if number else spoken.say(_CLASHES[clash.kind]),
                at(callback.attempted_at, zone),
                outcome(callback, spoken),
                spoken.say("、").join(
                    spoken.goods(i.name, i.quantity or "", i.unit or "") for i in callback.items
                ),
                callback.origin,
                at(callback.recorded_at, zone),
            )
    return listing


def suggestions(suggestions: Iterable[Suggestion], spoken: PageLanguage) -> Table:
    """Return pairs of cases that may be one: what they share, and what speaks against it."""
    listing = table(spoken, N_("求助编号"), N_("另一个"), N_("相同的"), N_("不同的"))
    for suggestion in suggestions:
        row(
            listing,
            suggestion.case_id,
            suggestion.other_id,
            spoken.of(SHARED.get(suggestion.reason, suggestion.reason), suggestion.reason),
            spoken.of(_AGAINST.get(suggestion.against, suggestion.against), suggestion.against),
        )
    return listing


def marks(
    marks: Sequence[Mark],
    zone: ZoneInfo,
    *,
    now: datetime,
    numbers: bool,
    spoken: PageLanguage,
) -> Table:
    """Return marked contacts a line each; one whose end has come is told as ended."""
    listing = table(
        spoken,
        N_("号码或账号"),
        N_("哪种"),
        N_("标记"),
        N_("原因"),
        N_("到何时"),
        N_("谁说的"),
        N_("从何时"),
    )
    for mark in marks:
        ended = mark.until is not None and mark.until <= now
        row(
            listing,
            mark.contact.value if numbers else hidden(mark.contact),
            kind_word(mark.contact.kind, spoken),
            mark_word(mark, spoken) + (", " + spoken.say("已过") if ended else ""),
            mark_reason(mark, spoken),
            at(mark.until, zone),
            mark.actor,
            at(mark.at, zone),
            numbers=numbers,
        )
    return listing


def contact(
    marks: Sequence[Mark],
    callbacks: Sequence[Callback],
    zone: ZoneInfo,
    *,
    numbers: bool,
    spoken: PageLanguage,
) -> Table:
    """Return the marks and callbacks of one contact over all cases, in order of time."""
    listing = table(spoken, N_("时间"), N_("求助编号"), N_("经过"), N_("备注"))
    events: list[tuple[datetime, object, str, str]] = []
    for callback in callbacks:
        events.append(
            (callback.attempted_at, callback.case_id, outcome(callback, spoken), callback.note)
        )
    for mark in marks:
        events.append((mark.at, "", mark_words(mark, zone, spoken), mark_reason(mark, spoken)))
    for moment, case_id, what, note in sorted(events, key=lambda event: event[0]):
        row(listing, at(moment, zone), case_id, what, note, numbers=numbers)
    return listing


def mark_words(mark: Mark, zone: ZoneInfo, spoken: PageLanguage) -> str:
    """Return what a mark says of its contact, number hidden: what is to be called no more."""
    until = spoken.say("，到 %(time)s", time=at(mark.until, zone)) if mark.until else ""
    by = spoken.say("（%(actor)s）", actor=mark.actor)
    contact = f"{kind_word(mark.contact.kind, spoken)} {hidden(mark.contact)}"
    return f"{contact}: {mark_word(mark, spoken)}{until}{by}"
