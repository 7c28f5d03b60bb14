"""Who has how much to do: agents and their cases go in, loads for the lead's page come out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.dispositions import dispositions
from monitor.pages.plain import masked
from monitor.settings import Settings
from monitor.types import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentView:
    """An agent's load; known: whether the settings still name him.

    called, done: cases he called and ended today.
    agreed: the agreed times of his open cases. ageing: when those nobody called become ageing.
    Both are sorted; which of them are past is for the page to tell, as the day goes on.
    """

    name: str
    file: str
    load: int
    capacity: int
    called: int
    done: int
    known: bool
    agreed: tuple[datetime, ...]
    ageing: tuple[datetime, ...]

    @property
    def over(self) -> bool:
        """Whether he has more cases than he can take."""
        return self.load > self.capacity


def loads(
    settings: Settings, cases: Sequence[Case], *, files: Mapping[str, str], since: datetime
) -> tuple[AgentView, ...]:
    """Return the agents' loads: first who has too much, then by the share of the capacity used.

    files: the page of each agent. since: when the day began.
    """
    found = [_load(name, file, settings, cases, since) for name, file in files.items()]
    return tuple(
        sorted(found, key=lambda a: (not a.over, -a.load / max(a.capacity, 1), not a.known))
    )


def _load(
    name: str, file: str, settings: Settings, cases: Sequence[Case], since: datetime
) -> AgentView:
    known = next((agent for agent in settings.agents if agent.name == name), None)
    held = [case for case in cases if case.agent == name and not case.closed]
    last = [case.callbacks[-1] for case in held if case.callbacks]
    first = settings.calling.first
    return AgentView(
        name=masked(name),
        file=file,
        load=len(held),
        capacity=known.capacity if known else 0,
        called=sum(_acted(case, name, since) for case in cases),
        done=sum(case.closed and _acted(case, name, since, ending=True) for case in cases),
        known=known is not None,
        agreed=tuple(sorted(call.call_again_at for call in last if call.call_again_at)),
        ageing=tuple(sorted(case.opened_at + first for case in held if not case.callbacks)),
    )


def _acted(case: Case, agent: str, since: datetime, *, ending: bool = False) -> bool:
    """Tell whether an agent has tried since then; ending: whether a try of his ends a case."""
    known = dispositions()
    return any(
        call.agent == agent
        and call.counted_at >= since
        and (not ending or (call.disposition in known and known[call.disposition].ends_case))
        for call in case.callbacks
    )
