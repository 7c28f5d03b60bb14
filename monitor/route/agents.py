"""Stage 4: open cases go in; each gets one agent, or stays unassigned where nobody fits.

What decides is read without the write lock; it is held for a few cases at a time, each of which is
looked at again: what a person or another routing did meanwhile stands.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from classifiers.doors import LISTS
from classifiers.facilities.same_name import facility_key
from classifiers.whereabouts import whereabouts
from monitor.calling.goods import stop_of
from monitor.calling.ladder import contacts_of, is_barred
from monitor.settings import AgentSettings, Settings
from monitor.store import Store
from monitor.types import Case, Mark

_BARRED = "; no contact of it may be called"
_AT_ONCE = 10  # cases written in one transaction
_PAUSE = 0.01  # seconds between two: who waits for the lock asks for it now and then only


@dataclass(frozen=True, slots=True)
class Routed:
    """How many cases were newly assigned, kept their agent, or fit nobody."""

    assigned: int = 0
    kept: int = 0
    unassigned: int = 0


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A case that nobody has, or an agent who left (`former`), and what decides who gets it.

    facilities: their keys. words: of where the goods must go; a region may begin them.
    """

    case_id: int
    former: str | None
    facilities: tuple[str, ...]
    words: frozenset[str]
    is_urgent: bool
    is_barred: bool
    has_contacts: bool


@dataclass(frozen=True, slots=True)
class _Choice:
    """Who gets a case and why; nobody where no agent fits."""

    waiting: _Waiting
    agent: str | None = None
    reason: str = ""


def route(store: Store, settings: Settings, *, awake: Collection[int] = ()) -> Routed:
    """Assign the open cases; what is assigned to an agent that still exists stays there.

    So does what a person gave to an agent: neither regions nor capacity count against it.

    A facility stays with the agent who has or had a case of it. Otherwise, of the agents whose
    regions fit and who have room, the one with the smallest share of the capacity used takes it;
    one with regions before one without. A case none of whose contacts may be called gets an agent
    too, who finds another way; its reason tells so, and those that can be reached come first.
    A case whose own voice says that all is there waits for the lead. Those of lists and warnings
    are given out in their quota.
    awake: cases that have ended and whose ward is to be called back; somebody has them too.
    """
    names = {agent.name for agent in settings.agents}
    with store.read():
        agent_of = store.cases.agents_of_open(awake)
        waiting = _waiting(store, [case for case, agent in agent_of.items() if agent not in names])
        cares = store.cases.who_cares({key for w in waiting for key in w.facilities}, names)
    kept, assigned = sum(agent in names for agent in agent_of.values()), 0
    unassigned = len(agent_of) - kept
    choices = _choices(waiting, settings.agents, Counter(agent_of.values()), dict(cares))
    changing = [choice.waiting for choice in choices if choice.agent or choice.waiting.former]
    for start in range(0, len(changing), _AT_ONCE):
        if start:
            time.sleep(_PAUSE)
        batch = changing[start : start + _AT_ONCE]
        with store.write():
            agent_of = store.cases.agents_of_open(awake)
            as_read = [w for w in batch if agent_of.get(w.case_id, "") == w.former]
            unassigned -= len(batch) - len(as_read)
            kept += sum(agent_of.get(w.case_id) in names for w in batch)
            for choice in _choices(as_read, settings.agents, Counter(agent_of.values()), cares):
                assigned += _write(store, choice)
    return Routed(assigned, kept, unassigned - assigned)


def _write(store: Store, choice: _Choice) -> bool:
    """Write who has a case now; tell whether somebody has."""
    if choice.waiting.former:
        store.cases.unassign(choice.waiting.case_id, "no such agent in the settings")
    if choice.agent:
        store.cases.assign(choice.waiting.case_id, choice.agent, choice.reason)
    return choice.agent is not None


def _waiting(store: Store, case_ids: Sequence[int]) -> list[_Waiting]:
    """Read cases, the pressing ones first, so that these get the room there is."""
    cases = [
        case
        for case in store.cases.get(case_ids)
        if case.agent or not (stop_of(case) or _is_listed(case))
    ]
    contacts = [contact for case in cases for contact in contacts_of(case)]
    marks_by_key = store.marks.standing(datetime.now(UTC), contacts)
    return sorted(
        (_waiting_of(case, marks_by_key) for case in cases),
        key=lambda w: (not w.is_urgent, w.is_barred or not w.has_contacts, w.case_id),
    )


def _is_listed(case: Case) -> bool:
    """Tell whether nobody asked for anything: lists have a quota of their own."""
    return all(need.post.source in LISTS for need in case.needs)


def _waiting_of(case: Case, marks_by_key: Mapping[tuple[str, str], Mark]) -> _Waiting:
    readings = [need.reading for need in case.needs]
    facilities = [facility.text for reading in readings for facility in reading.concerned]
    where = whereabouts(readings)
    words = {word for p in where.places for word in (p.text, p.province, p.city, p.county) if word}
    return _Waiting(
        case_id=case.id,
        former=case.agent,
        facilities=tuple(dict.fromkeys(map(facility_key, facilities))),
        words=frozenset(words.union(where.names)),
        is_urgent=any(reading.urgency for reading in readings),
        is_barred=is_barred(case, marks_by_key),
        has_contacts=any(reading.contacts for reading in readings),
    )


def _choices(
    waiting: Iterable[_Waiting],
    agents: Sequence[AgentSettings],
    load: Counter[str | None],
    cares: dict[str, str],
) -> Iterator[_Choice]:
    """Yield who gets each case; each that somebody gets counts for those that come after it.

    load: how many open cases each agent has. cares: by a facility's key who has a case of it.
    """
    for case in waiting:
        choice = _choose(case, agents, load, cares)
        if choice.agent:
            load[choice.agent] += 1
            for key in case.facilities:
                cares.setdefault(key, choice.agent)
        yield choice


def _choose(
    case: _Waiting,
    agents: Sequence[AgentSettings],
    load: Mapping[str | None, int],
    cares: Mapping[str, str],
) -> _Choice:
    free = [a for a in agents if load[a.name] < a.capacity and _region_fits(case, a)]
    if not free:
        return _Choice(case)
    carer = next((cares[key] for key in case.facilities if key in cares), None)
    # Compared with the case counted in, so that a small capacity is not filled first.
    best = min(free, key=lambda a: (not a.regions, (load[a.name] + 1) / a.capacity))
    agent = next((a for a in free if a.name == carer), best)
    reason = "region" if agent.regions else "smallest load"
    if agent.name == carer:
        reason = "same facility"
    return _Choice(case, agent.name, reason + (_BARRED if case.is_barred else ""))


def _region_fits(case: _Waiting, agent: AgentSettings) -> bool:
    """Tell whether the agent takes every region, or one that a place of the case lies in."""
    return not agent.regions or any(
        word.startswith(region) for region in agent.regions for word in case.words
    )
