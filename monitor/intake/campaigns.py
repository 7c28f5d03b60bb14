"""Campaigns: a screened list goes in; its people become cases, round by round, in the day's quota.

A person becomes a case on the day of the first call, so that a list of thousands buries nobody's
page. Between two rounds the case rests, and is on no page. Whoever was reached stays with the agent
who reached them, by the ordinary rules of calling.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

from classifiers.need import Place
from monitor.calling.hours import callee_zone, first_moment, open_parts, part_of
from monitor.errors import DistressError, UnknownNameError
from monitor.intake.contact_list import (
    Columns,
    Record,
    marked,
    read_list,
    without_shared,
)
from monitor.intake.funnel import Funnel, funnel_of
from monitor.intake.heard import take_heard
from monitor.intake.people import ListedPerson, people_of, shared_numbers
from monitor.intake.register import bring_in
from monitor.intake.rounds import (
    CallTale,
    Dial,
    Waiting,
    Window,
    current_round,
    hand_out,
    tale_of,
)
from monitor.intake.without_goods import ListedRow, open_case
from monitor.masking import formula_safe
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.campaigns import Campaign, CampaignCall, CampaignPerson, KeptRecord
from monitor.types import KnownContact

SOURCE = "campaign"
WARNED = "warnings"  # their source, and why an agent has such a case
STATES = {"running": ("paused", "ended"), "paused": ("running", "ended"), "ended": ()}
_LONGEST_NAME = 60
_AT_ONCE = 20  # people of one transaction; the lock is let go between two


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedList:
    """A list as it was read: its records, which columns it has, and whom the records are of."""

    records: tuple[Record, ...]
    columns: Columns
    people: tuple[ListedPerson, ...]

    @property
    def dialable(self) -> int:
        """How many records have a number that may be called."""
        return sum(bool(record.contacts) for record in self.records)

    @property
    def reasons(self) -> dict[str, int]:
        """Why the others cannot be called, with how many each, the most first."""
        counts: dict[str, int] = {}
        for record in self.records:
            if record.reason:
                counts[record.reason] = counts.get(record.reason, 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a walk over the campaigns did.

    given: calls given to agents. taken_back: calls that nobody answered, or made. woken: cases of
    people who were reached while they rested. heard: needs that were heard on the way.
    """

    heard: int = 0
    given: int = 0
    taken_back: int = 0
    woken: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignState:
    """Where a campaign stands: its round, None before the first and after the last; its figures."""

    campaign: Campaign
    round: int | None
    funnel: Funnel


def screen(
    store: Store, file: Path, settings: Settings, columns: Columns | None = None
) -> ScreenedList:
    """Read a contact list and tell who can be called; nothing is written.

    Raises DistressError naming the file where it is no table or lacks a column.
    """
    rules = settings.campaigns
    records, columns = read_list(file, columns, dead_phs=rules.dead_phs)
    contacts = {c.key: c for record in records for c in record.contacts}
    standing = store.marks.standing(datetime.now(UTC))
    records = marked(records, {key: standing[key].mark for key in contacts if key in standing})
    records = without_shared(records, shared_numbers(records))
    return ScreenedList(records=tuple(records), columns=columns, people=tuple(people_of(records)))


def begin(  # noqa: PLR0913 - one for each column of a campaign
    store: Store,
    name: str,
    screened: ScreenedList,
    settings: Settings,
    *,
    file: str,
    actor: str,
    purpose: str,
    notice: str = "",
    script: str | None = None,
    keep_until: datetime | None = None,
) -> Campaign:
    """Keep a screened list as a running campaign, whole or not at all.

    script: its text as its file has it, None for the bundled one. purpose, actor, keep_until: for
        the register of imports, by which the whole is taken back or forgotten.
    Raises DistressError for a name that is taken or a list nobody of which can be called.
    """
    check_name(store, name)
    if not screened.people:
        raise DistressError(
            f"{file}: nobody of its {len(screened.records)} rows can be called; "
            "see the rows: distress campaign new … --screened-out FILE --dry-run"
        )
    with store.write():
        brought = bring_in(
            store, SOURCE, (), purpose=purpose, actor=actor, name=name, keep_until=keep_until
        )
        campaign_id = store.campaigns.add(
            name=name,
            run_id=brought.run_id,
            file=file,
            columns=screened.columns.as_json(),
            script=script,
            notice=notice,
            rounds=settings.campaigns.rounds,
            actor=actor,
        )
        ids = store.campaigns.add_people(
            campaign_id,
            (("、".join(one.names), one.address, one.contacts) for one in screened.people),
        )
        belongs: dict[int, tuple[int, str]] = {}
        for person_id, one in zip(ids, screened.people, strict=True):
            for at, reason in zip(one.records, one.reasons, strict=True):
                belongs[at] = person_id, reason
        store.campaigns.add_records(
            campaign_id,
            (
                _kept(record, *belongs.get(at, (None, "")))
                for at, record in enumerate(screened.records)
            ),
        )
    return named(store, name)


def _kept(record: Record, person_id: int | None, joined: str) -> KeptRecord:
    return KeptRecord(
        place=record.place,
        cells=record.cells,
        reason=record.reason,
        detail=record.detail,
        person_id=person_id,
        joined=joined,
    )


def check_name(store: Store, name: str) -> None:
    """Raise DistressError for a name that no new campaign can have."""
    if not name.strip() or len(name) > _LONGEST_NAME or "/" in name or not name.isprintable():
        raise DistressError(f"{name!r} is no name for a campaign; give a short one without /")
    if store.campaigns.named(name):
        raise DistressError(
            f"there is a campaign '{name}' already. See: distress campaign report {name}"
        )


def named(store: Store, name: str) -> Campaign:
    """Return a campaign; raises UnknownNameError where there is none."""
    campaign = store.campaigns.named(name)
    if campaign is None:
        names = [one.name for one in store.campaigns.all()]
        raise UnknownNameError("campaign", name, names, "distress campaign list")
    return campaign


def change(store: Store, name: str, state: str, *, actor: str) -> Campaign:
    """Pause, go on with or end a campaign.

    Calls that nobody answered are taken back at once; agreed times and needs heard stand.
    Raises DistressError where it is in that state, or ended.
    """
    campaign = named(store, name)
    if state not in STATES[campaign.state]:
        told = "it has ended" if campaign.state == "ended" else f"it is {campaign.state} already"
        raise DistressError(f"campaign '{name}' cannot be {state}: {told}")
    store.campaigns.step(campaign.id, state, actor=actor)
    return named(store, name)


def walk(store: Store, settings: Settings, *, now: datetime) -> Moved:
    """Take back calls whose part of the day is over, and give out those of the present one.

    Running it twice is harmless.
    """
    moved = Moved(heard=take_heard(store, window=settings.merge.window))
    for campaign in store.campaigns.all():
        moved = _settle(store, campaign, settings, now, moved)
    moved = replace(moved, given=_give_warnings(store, settings, now))
    for campaign in store.campaigns.all():
        if campaign.state == "running":
            given = _give_out(store, campaign, settings, now)
            moved = replace(moved, given=moved.given + given)
    return moved


def _tales(
    calls: Mapping[int, Sequence[CampaignCall]],
    campaign: Campaign,
    people: Sequence[CampaignPerson],
    settings: Settings,
) -> dict[int, CallTale]:
    """Return what the calls to each person say, by the person's id."""
    return {
        one.id: _tale(calls[one.id], _zone_of(one, settings), campaign, settings)
        if one.id in calls
        else CallTale()
        for one in people
    }


def _tale(
    calls: Iterable[CampaignCall], zone: ZoneInfo, campaign: Campaign, settings: Settings
) -> CallTale:
    dials = (Dial(call.at, call.disposition) for call in calls)
    return tale_of(dials, zone, settings.calling, rounds=campaign.rounds)


def _zone_of(person: CampaignPerson, settings: Settings) -> ZoneInfo:
    """Return the clock of whoever is called."""
    place = Place(text=person.address, start=0, end=len(person.address))
    contact = person.contacts[0] if person.contacts else None
    return callee_zone([place], contact, settings.calling, settings.zone)


def window_of(now: datetime, settings: Settings) -> Window:
    """Return the part of a day for which calls are given out at `now`: the present or the next."""
    begins = first_moment(now, settings.zone, settings.calling)
    return part_of(begins, settings.zone, settings.calling)


def _settle(
    store: Store, campaign: Campaign, settings: Settings, now: datetime, moved: Moved
) -> Moved:
    """Take back what is over, and wake the cases of people who were reached while they rested."""
    people = [one for one in store.campaigns.people(campaign.id, waiting=True) if one.case_id]
    calls = store.campaigns.calls(campaign.id, waiting=True)
    tales = _tales(calls, campaign, people, settings)
    window = window_of(now, settings)
    for at in range(0, len(people), _AT_ONCE):
        with store.write():
            for one in people[at : at + _AT_ONCE]:
                tale = tales[one.id]
                if one.case_id is None:
                    continue
                if tale.ended:
                    store.campaigns.take_back(one.id)
                    store.campaigns.settle([one.id])
                elif tale.reached_in is not None:
                    if one.agent:
                        store.campaigns.take_back(one.id)
                    elif one.closed:
                        store.cases.wake(one.case_id)
                        store.cases.assign(one.case_id, calls[one.id][-1].agent, SOURCE)
                        moved = replace(moved, woken=moved.woken + 1)
                elif one.agent and (campaign.state != "running" or one.window != window):
                    store.campaigns.take_back(one.id)
                    store.cases.rest(one.case_id)
                    moved = replace(moved, taken_back=moved.taken_back + 1)
    return moved


def _waiting(
    store: Store, campaign: Campaign, settings: Settings, now: datetime
) -> tuple[list[Waiting], dict[int, CampaignPerson]]:
    people = store.campaigns.people(campaign.id, waiting=True)
    calls = store.campaigns.calls(campaign.id, waiting=True)
    tales = _tales(calls, campaign, people, settings)
    marks = store.marks.standing(now)
    waiting = [
        Waiting(
            id=one.id,
            tale=tales[one.id],
            address=one.address,
            out=one.agent is not None,
            usable=any(contact.key not in marks for contact in one.contacts),
        )
        for one in people
    ]
    return waiting, {one.id: one for one in people}


def _give_out(store: Store, campaign: Campaign, settings: Settings, now: datetime) -> int:
    """Give calls of the present part of the day to agents; return how many."""
    waiting, people = _waiting(store, campaign, settings, now)
    window = window_of(now, settings)
    chosen = hand_out(
        waiting,
        settings.agents,
        window,
        open_parts(settings.calling),
        _given_in(store, settings, window),
        rounds=campaign.rounds,
    )
    columns = Columns.from_json(campaign.columns)
    for at in range(0, len(chosen), _AT_ONCE):
        with store.write():
            for person_id, agent in chosen[at : at + _AT_ONCE]:
                case_id = people[person_id].case_id
                if case_id is None:
                    case_id = _open(store, campaign, columns, person_id, settings)
                    store.campaigns.set_case(person_id, case_id)
                else:
                    store.cases.wake(case_id)
                present = store.cases.agent_of(case_id)
                if present is None:
                    store.cases.assign(case_id, agent, f"{SOURCE} {campaign.name}")
                store.campaigns.give(person_id, present or agent, window)
    return len(chosen)


def _given_in(store: Store, settings: Settings, window: Window) -> Counter[str]:
    """Return how many calls of lists and warnings each agent got for a part of a day."""
    rules = settings.calling
    begins = [clock_time(), *rules.borders][window[1]]
    since = datetime.combine(window[0], begins, settings.zone)
    return store.campaigns.given_in(window) + store.cases.assigned_for(WARNED, since)


def _give_warnings(store: Store, settings: Settings, now: datetime) -> int:
    """Give cases of warnings that nobody has to agents, the one due first before the others."""
    cases = store.cases.get(store.cases.unassigned_of(WARNED))
    if not cases:
        return 0
    cases.sort(key=lambda case: (case.due_by or case.first_at, case.id))
    waiting = [
        Waiting(id=case.id, tale=CallTale(), address="\n".join(n.words for n in case.needs))
        for case in cases
    ]
    window = window_of(now, settings)
    chosen = hand_out(
        waiting,
        settings.agents,
        window,
        open_parts(settings.calling),
        _given_in(store, settings, window),
        rounds=1,
    )
    for at in range(0, len(chosen), _AT_ONCE):
        with store.write():
            for case_id, agent in chosen[at : at + _AT_ONCE]:
                if store.cases.agent_of(case_id) is None:
                    store.cases.assign(case_id, agent, WARNED)
    return len(chosen)


def _open(
    store: Store, campaign: Campaign, columns: Columns, person_id: int, settings: Settings
) -> int:
    rows = [
        ListedRow(
            source=SOURCE,
            source_id=f"{campaign.id}/{record.place}",
            place=record.place,
            author=campaign.name,
            cells=record.cells,
            name=columns.name,
            number=columns.number,
            address=columns.address,
        )
        for record in store.campaigns.records_of(person_id)
    ]
    opened = open_case(store, rows, run_id=campaign.run_id, dead_phs=settings.campaigns.dead_phs)
    if opened.case_id is None:
        raise LookupError(f"person {person_id} of campaign {campaign.name} opens no case")
    return opened.case_id


def state_of(store: Store, campaign: Campaign, settings: Settings) -> CampaignState:
    """Return a campaign's round and its figures."""
    people = store.campaigns.people(campaign.id)
    tales = _tales(store.campaigns.calls(campaign.id), campaign, people, settings)
    counts = store.campaigns.record_counts(campaign.id)
    waiting = (Waiting(id=one.id, tale=tales[one.id]) for one in people)
    return CampaignState(
        campaign=campaign,
        round=current_round(waiting, campaign.rounds),
        funnel=funnel_of(
            tales.values(),
            rounds=campaign.rounds,
            records=sum(counts.values()),
            dialable=counts.get("", 0),
            reasons=[(reason, count) for reason, count in counts.items() if reason],
        ),
    )


def screened_out_csv(screened: ScreenedList) -> str:
    """Return the records that cannot be called, with their rows, cells and reasons, as CSV."""
    columns = list(dict.fromkeys(c for record in screened.records for c in record.cells))
    out = [record for record in screened.records if record.reason]
    rows = ([r.place, r.reason, r.detail, *(r.cells.get(c, "") for c in columns)] for r in out)
    return _csv(["row", "reason", "detail", *columns], rows)


def dialable_csv(screened: ScreenedList) -> str:
    """Return whom to dial, one a line: rows, why they are one, name, numbers in order, address."""
    most = max((len(one.contacts) for one in screened.people), default=0)
    header = ["rows", "joined", "name", *(f"number {n}" for n in range(1, most + 1)), "address"]
    rows = (
        [
            " ".join(screened.records[at].place for at in one.records),
            "; ".join(one.reasons[1:]),
            "、".join(one.names),
            *_padded(one.contacts, most),
            one.address,
        ]
        for one in screened.people
    )
    return _csv(header, rows)


def _padded(contacts: Sequence[KnownContact], most: int) -> list[str]:
    values = [contact.value for contact in contacts]
    return values + [""] * (most - len(values))


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([formula_safe(cell) for cell in header])
    writer.writerows([formula_safe(cell) for cell in row] for row in rows)
    return file.getvalue()
