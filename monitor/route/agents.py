"""Stage 4: open cases go in; each gets one agent, or stays unassigned where nobody fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from classifiers.facilities.same_name import facility_key
from monitor.calling.ladder import is_barred
from monitor.settings import AgentSettings, Settings
from monitor.store import Store
from monitor.types import Case, Mark

_BARRED = "; no contact of it may be called"


@dataclass(frozen=True, slots=True)
class Routed:
    """How many cases were newly assigned, kept their agent, or fit nobody."""

    assigned: int = 0
    kept: int = 0
    unassigned: int = 0


def route(store: Store, settings: Settings) -> Routed:
    """Assign the open cases; what is assigned to an agent that still exists stays there.

    So does what a person gave to an agent: neither regions nor capacity count against it.

    A facility stays with the agent who has or had a case of it. Otherwise, of the agents whose
    regions fit and who have room, the one with the smallest share of the capacity used takes it;
    one with regions before one without. A case none of whose contacts may be called gets an agent
    too, who finds another way; its reason tells so, and those that can be reached come first.
    """
    agents = {agent.name: agent for agent in settings.agents}
    assigned = unassigned = kept = 0
    with store.write():
        cases = store.cases.get(store.cases.open_ids())
        for case in cases:
            if case.agent and case.agent not in agents:
                store.cases.unassign(case.id, "no such agent in the settings")
        held = [case for case in cases if case.agent in agents]
        kept = len(held)
        load = Counter(case.agent for case in held)
        marked = store.marks.standing(datetime.now(UTC))
        of_facility = _agents_by_facility(store, agents)
        for case in _by_need_of_attention(cases, marked):
            if case.agent in agents:
                continue
            choice = _choose(case, settings.agents, load, of_facility)
            if choice is None:
                unassigned += 1
                continue
            agent, reason = choice
            if is_barred(case, marked):
                reason += _BARRED
            store.cases.assign(case.id, agent.name, reason)
            load[agent.name] += 1
            assigned += 1
            for key in _facility_keys(case):
                of_facility.setdefault(key, agent.name)
    return Routed(assigned, kept, unassigned)


def _by_need_of_attention(
    cases: Sequence[Case], marked: Mapping[tuple[str, str], Mark]
) -> list[Case]:
    """Return the cases with the pressing ones first, so that these get the room there is."""
    return sorted(
        cases,
        key=lambda case: (
            not any(need.reading.urgency for need in case.needs),
            is_barred(case, marked) or not any(need.reading.contacts for need in case.needs),
            case.id,
        ),
    )


def _facility_keys(case: Case) -> list[str]:
    return [facility_key(f.text) for need in case.needs for f in need.reading.facilities]


def _agents_by_facility(store: Store, agents: dict[str, AgentSettings]) -> dict[str, str]:
    """Return who cares for each facility: the agent of its latest case, closed ones included."""
    found: dict[str, str] = {}
    for case in store.cases.get(store.cases.all_ids()):
        if case.agent in agents:
            for key in _facility_keys(case):
                found[key] = case.agent
    return found


def _choose(
    case: Case,
    agents: Sequence[AgentSettings],
    load: Counter[str | None],
    of_facility: dict[str, str],
) -> tuple[AgentSettings, str] | None:
    free = [a for a in agents if load[a.name] < a.capacity and _region_fits(case, a)]
    if not free:
        return None
    owner = next((of_facility[k] for k in _facility_keys(case) if k in of_facility), None)
    for agent in free:
        if agent.name == owner:
            return agent, "same facility"
    # Compared with the case counted in, so that a small capacity is not filled first.
    best = min(free, key=lambda a: (not a.regions, (load[a.name] + 1) / a.capacity))
    return best, "region" if best.regions else "smallest load"


def _region_fits(case: Case, agent: AgentSettings) -> bool:
    """Tell whether the agent takes every region, or one that a place of the case lies in."""
    if not agent.regions:
        return True
    words = {
        word
        for need in case.needs
        for place in need.reading.places
        for word in (place.text, place.province, place.city, place.county)
        if word
    }
    words |= {f.text for need in case.needs for f in need.reading.facilities}
    return any(word.startswith(region) for region in agent.regions for word in words)
