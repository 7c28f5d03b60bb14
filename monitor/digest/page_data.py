"""What the scripts of the pages are given: values of the line in, one typed contract out.

The data inside a page and the answers of the live desk are written by these dataclasses alone.
tests/digest/test_page_data.py holds both sides to them: nothing else is sent, no script reads
anything else, and every field is read by some script.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

from classifiers.need import LEVELS
from monitor.calling.dispositions import dispositions
from monitor.calling.ladder import Rung
from monitor.language import N_, PageLanguage
from monitor.masking import plain
from monitor.pages import utc
from monitor.settings import CallingSettings
from monitor.types import Callback, GoodsNews, KnownContact

_PLAIN = frozenset({type(None), bool, int, float})  # as JSON has them
_LEVELS = {"critical": (N_("紧急"), "▲"), "high": (N_("较急"), "↑")}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactData:
    """A contact.

    kind, value: as outcomes have them. person: who answers, None where nobody told.
    """

    kind: str
    value: str
    person: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BarredData:
    """A mark that stands against a contact.

    until: when it ends, None for never.
    """

    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RungData(ContactData):
    """A rung of a case's ladder.

    barred: the mark for which it is not to be used, None where it may be.
    zone: the local time that a foreign number tells, None where the place tells it.
    """

    barred: BarredData | None
    zone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsData:
    """Goods that a callback confirmed.

    name, quantity, unit: as the agent wrote them, None where nothing was written.
    """

    name: str
    quantity: str | None
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackData:
    """A callback that the store has, in the words of an outcomes file.

    attempted_at: when it was for the rules of calling: at the latest when the store took it in.
    id, case, agent, disposition, note, call_again_at, items, contact, new_contact, after_id: as
        an outcomes file has them.
    arrived, fits, next_need_at, seconds: as there.
    """

    id: str
    case: int
    agent: str
    disposition: str
    attempted_at: datetime
    note: str
    call_again_at: datetime | None
    items: Sequence[GoodsData]
    contact: ContactData | None
    new_contact: ContactData | None
    after_id: str | None
    arrived: str | None
    fits: bool | None
    next_need_at: datetime | None
    seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsNewsData:
    """What became of a case's confirmed goods.

    received_at: when any were received last. waiting_since: the last word of those still awaited.
    asked_at: since when a substitute waits for the ward's answer. Each None for never.
    """

    received_at: datetime | None
    waiting_since: datetime | None
    asked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseData:
    """A case of the page.

    id: its number. closed: whether it was ended when the page was made.
    level: how pressing it is, a key of PageData.levels, None where nothing says so.
    urgency: the words that say so, "" for none. since: when it was first seen.
    posts: how many it has. most: the largest plain amount it asks for, 0 where it tells none.
    zone: the callee's clock. rungs: its ladder, best first. history: its callbacks, oldest first.
    due_by: when a warning's call should have been made, None for none.
    stopped_at: when the case's own voice said that nobody needs to be called, else None.
    news: what became of its confirmed goods, None where none were confirmed.
    busy_elsewhere: when its numbers were dialled for other cases, by key as contactKey() writes it.
    suggested: numbers of cases that may be one with it.
    substitutes: ids of goods that the ward is to be asked about.
    unwanted: keys, as contactKey() writes them, of contacts that a later post asks not to call and
        that a person may put on the do-not-call list.
    """

    id: int
    closed: bool
    level: str | None
    urgency: str
    since: datetime
    posts: int
    most: float
    zone: str
    rungs: Sequence[RungData]
    history: Sequence[CallbackData]
    due_by: datetime | None
    stopped_at: datetime | None
    news: GoodsNewsData | None
    busy_elsewhere: Mapping[str, Sequence[datetime]]
    suggested: Sequence[int]
    substitutes: Sequence[int]
    unwanted: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionData:
    """How a callback can end.

    code, next, number, asks: as the bundled table has them. fits, likely: ways, of "call",
        "write" and "list", after which it can be noted, and after which it is offered first.
    words: its name. then: what happens next, both in the page's language.
    ends: whether nobody is to call again. confirms: whether goods ticked with it are confirmed.
    quiet: whether a person grieves or is in distress.
    """

    code: str
    words: str
    then: str
    next: str
    number: str
    asks: str
    fits: Sequence[str]
    likely: Sequence[str]
    ends: bool
    confirms: bool
    quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelData:
    """How pressing a case can be.

    words: in the page's language. sign: what stands before them.
    """

    words: str
    sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesData:
    """The settings of calling.

    start, end: calling hours of the callee. borders: where a part of the day ends.
    gap: seconds between two calls. daily: the most calls a day.
    round: calls that make a round. rounds: how many rounds.
    after_message: seconds in which an answer to a message is waited for.
    after_goods: seconds after which a ward is asked about goods that came. no_news: after which it
        is asked about those of which no word came.
    heavy: heavy calls in a day after which the page tells to rest.
    """

    start: time
    end: time
    borders: Sequence[time]
    gap: timedelta
    daily: int
    round: int
    rounds: int
    after_message: timedelta
    after_goods: timedelta
    no_news: timedelta
    heavy: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveData:
    """The desk that a page is served by.

    csrf: what its requests carry. cursor: from where on it tells what is new.
    poll_seconds: how often the page asks. claim_seconds: how long a claim lasts.
    """

    csrf: str
    cursor: str
    poll_seconds: int
    claim_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TidingData:
    """Something that an agent hears.

    id: by which it is put away. kind: "arrived", goods that the agent confirmed, or "handed", a
        case from a colleague. case: its number. facility: "" where none is named.
    at: when. goods: what came. confirmed_at: when that was confirmed. by, note: of the colleague.
    """

    id: str
    kind: str
    case: int
    facility: str
    at: datetime
    goods: str
    confirmed_at: datetime | None
    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageData:
    """What the script of an agent's page knows.

    agent: whose page it is. store: the identity of the store. date: of the digest's day.
    calling: from when to when calls are made, by the clock of the settings. rules: of calling.
    leads: who may take a case back from the lead. lead: whether the agent is one.
    leads_words: whom to tell of a case that needs more than a call, "" on a lead's own page.
    known: ids of this agent's outcomes and hand-overs that the store has.
    colleagues: to whom a case can be handed. heavy: ids of this agent's heavy calls of the day.
    tidings: what the agent hears on opening the page, the newest first.
    dispositions: in the agents' order. levels: how pressing cases can be, by code.
    cases: those of the page.
    live: the desk that serves the page, None for a file.
    """

    agent: str
    store: str
    date: str
    calling: tuple[time, time]
    rules: RulesData
    leads: Sequence[str]
    lead: bool
    leads_words: str
    known: Sequence[str]
    colleagues: Sequence[str]
    heavy: Sequence[str]
    tidings: Sequence[TidingData]
    dispositions: Sequence[DispositionData]
    levels: Mapping[str, LevelData]
    cases: Sequence[CaseData]
    live: LiveData | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunData:
    """What changes of a source with every run and hour.

    ended: when its last run did. empty: whether that found nothing new.
    running: whether another has begun. good: when one last ended well. next: when it is due.
    new, known, aside: posts of the last run that were new, known, and could not be read.
    hour, day: posts of the last hour and day. window: posts of the last hours; usual: how many
        are usual by this clock; low: whether so few came that someone should look.
    """

    ended: datetime | None
    empty: bool
    running: bool
    good: datetime | None
    next: datetime | None
    new: int
    known: int
    aside: int
    hour: int
    day: int
    window: int
    usual: float
    low: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedData:
    """The one line in which two pages written from the same store differ.

    at: when the page was made. runs: of the sources, by name.
    """

    at: datetime
    runs: Mapping[str, RunData]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimData:
    """Who has a case open.

    case: its number. agent: who has it. until: when that ends by itself.
    dialled: whether a number was dialled; else it is only open.
    """

    case: int
    agent: str
    until: datetime
    dialled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedData(ClaimData):
    """The answer to a claim.

    granted: whether it is the agent's who asked.
    """

    granted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedData:
    """Whose a case is now.

    case: its number. agent: its agent, "" for nobody.
    """

    case: int
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsData:
    """The desk's answer to what is new.

    cursor: where to go on from. callbacks: that came in. clashes: cases of them whose outcomes
        were noted without knowing each other. assigned: cases that changed hands.
    claims: all that stand. cases_new: how many cases the page does not have yet.
    """

    cursor: str
    callbacks: Sequence[CallbackData]
    clashes: Sequence[int]
    assigned: Sequence[AssignedData]
    claims: Sequence[ClaimData]
    cases_new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineData:
    """An open case as a line of the desk's list.

    id: its number. agent: who has it, "" for nobody. name: who needs, "" where nobody is named.
    goods: by name. level: how pressing it is, a key of PageData.levels, None where nothing says so.
    urgency: the words that say so. called: whether anybody called.
    """

    id: int
    agent: str
    name: str
    goods: str
    level: str | None
    urgency: str
    called: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesData:
    """The desk's answer to what others have.

    lines: of all open cases.
    """

    lines: Sequence[LineData]


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeData:
    """A case that the page did not come with.

    line: of the list. data: what the page's script knows of it. panel: its panel, as HTML.
    """

    line: LineData
    data: CaseData
    panel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchesData:
    """The desk's answer to a search.

    cases: numbers of open cases with a post that has the words.
    """

    cases: Sequence[int]


def callback_data(callback: Callback) -> CallbackData:
    """Return a callback as pages are told it."""
    return CallbackData(
        id=callback.id,
        case=callback.case_id,
        agent=callback.agent,
        disposition=callback.disposition,
        attempted_at=callback.counted_at,
        note=callback.note,
        call_again_at=callback.call_again_at,
        items=[
            GoodsData(name=item.name, quantity=item.quantity, unit=item.unit)
            for item in callback.items
        ],
        contact=_contact_data(callback.contact),
        new_contact=_contact_data(callback.new_contact),
        after_id=callback.after_id,
        arrived=callback.arrived,
        fits=callback.fits,
        next_need_at=callback.next_need_at,
        seconds=callback.seconds,
    )


def _contact_data(contact: KnownContact | None) -> ContactData | None:
    if contact is None:
        return None
    return ContactData(kind=contact.kind, value=contact.value, person=contact.person)


def news_data(news: GoodsNews | None) -> GoodsNewsData | None:
    """Return what became of a case's goods."""
    if news is None:
        return None
    return GoodsNewsData(
        received_at=news.received_at,
        waiting_since=news.waiting_since,
        asked_at=news.asked_at,
    )


def rung_data(rung: Rung) -> RungData:
    """Return a rung: its contact, with the mark and the zone that it has."""
    return RungData(
        kind=rung.contact.kind,
        value=rung.contact.value,
        person=rung.contact.person,
        barred=BarredData(until=rung.barred.until) if rung.barred else None,
        zone=rung.zone,
    )


def elsewhere_data(
    elsewhere: Mapping[tuple[str, str], Sequence[datetime]],
) -> dict[str, Sequence[datetime]]:
    """Return when numbers were dialled for other cases, by key as contactKey() writes it."""
    return {":".join(key): times for key, times in elsewhere.items()}


def rules_data(rules: CallingSettings) -> RulesData:
    """Return the settings of calling."""
    return RulesData(
        start=rules.start,
        end=rules.end,
        borders=rules.borders,
        gap=rules.gap,
        daily=rules.daily,
        round=rules.round,
        rounds=rules.rounds,
        after_message=rules.after_message,
        after_goods=rules.after_goods,
        no_news=rules.no_news,
        heavy=rules.heavy,
    )


def dispositions_data(spoken: PageLanguage) -> list[DispositionData]:
    """Return the dispositions in the agents' order, in the words of a language."""
    return [
        DispositionData(
            code=entry.code,
            words=spoken.of(entry.zh, entry.en),
            then=spoken.of(entry.then, entry.then_en),
            next=entry.next,
            number=entry.number,
            asks=entry.asks,
            fits=entry.fits.split(),
            likely=entry.likely.replace("-", "").split(),
            ends=entry.ends_case,
            confirms=entry.confirms_goods,
            quiet=entry.is_quiet,
        )
        for entry in dispositions().values()
    ]


def levels_data(spoken: PageLanguage) -> dict[str, LevelData]:
    """Return how pressing cases can be by code, the most pressing first, in a language."""
    return {
        code: LevelData(words=spoken.say(words), sign=sign)
        for code, (words, sign) in ((code, _LEVELS[code]) for code in LEVELS)
    }


def to_json(value: Any) -> Any:
    """Return a value of the contract as JSON has it.

    Texts are made plain, for scripts put them on the page; moments are in UTC, times of the clock
    HH:MM, lengths in seconds.
    """
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    if names := _field_names(kind):
        value = {name: getattr(value, name) for name in names}
    if isinstance(value, Mapping):
        return {key: to_json(part) for key, part in value.items()}
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        return value.total_seconds()
    return [to_json(part) for part in value] if isinstance(value, Sequence) else value


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    """Return the names of a dataclass's fields, of anything else none."""
    is_contract = dataclasses.is_dataclass(kind)
    return tuple(field.name for field in dataclasses.fields(kind)) if is_contract else ()
