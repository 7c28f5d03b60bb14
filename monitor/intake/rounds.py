"""Rounds of a campaign: people with their calls and agents with their quota in, who calls whom out.

Pure. A round holds those whom nobody reached so far, and each call of it comes at a part of the day
at which that person was not called before. It begins once nobody of the round before is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor.calling.dispositions import accepting, dispositions
from monitor.calling.hours import part_of
from monitor.settings import AgentSettings, CallingSettings

Window = tuple[date, int]  # a day and which part of it, as part_of() has them
_HEARD = ("reached", "barred")  # somebody answered, whatever was said


@dataclass(frozen=True, slots=True)
class Dial:
    """One attempt to reach somebody: when, and how it ended."""

    at: datetime
    disposition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTale:
    """What the calls to one person say.

    windows: when each round's calls were, one a round. reached_in: the round, from 1 on, in which
        somebody answered, None where nobody did. accepted: whether what is offered was taken.
    ended: whether nobody is to call again.
    """

    windows: tuple[Window, ...] = ()
    reached_in: int | None = None
    accepted: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody of a campaign whom a round may hold.

    out: whether an agent has the call now. usable: whether a number is left that may be dialled.
    """

    id: int
    tale: CallTale
    address: str = ""
    out: bool = False
    usable: bool = True

    def is_waiting(self, rounds: int) -> bool:
        """Tell whether a round is still to come for this person."""
        tale = self.tale
        open_ended = tale.reached_in is None and not tale.ended
        return open_ended and self.usable and len(tale.windows) < rounds


def tale_of(
    dials: Iterable[Dial], zone: ZoneInfo, rules: CallingSettings, *, rounds: int
) -> CallTale:
    """Return what calls say; further ones at the same part of a day belong to one round.

    zone: the callee's. rounds: the last takes whatever calls come after it.
    """
    table = dispositions()
    windows: list[Window] = []
    reached_in: int | None = None
    accepted = ended = False
    for dial in sorted(dials, key=lambda one: one.at):
        means = table.get(dial.disposition)
        if means is None or means.number == "-" or means.fits == "write":
            continue  # a message rings nowhere
        window = part_of(dial.at, zone, rules)
        if not windows or (reached_in is None and window != windows[-1] and len(windows) < rounds):
            windows.append(window)
        if means.number in _HEARD and reached_in is None:
            reached_in = len(windows)
        accepted |= dial.disposition in accepting()
        ended |= means.ends_case
    return CallTale(windows=tuple(windows), reached_in=reached_in, accepted=accepted, ended=ended)


def current_round(people: Iterable[Waiting], rounds: int) -> int | None:
    """Return the round that is being called, from 1 on; None where nobody waits."""
    return min(
        (len(one.tale.windows) + 1 for one in people if one.is_waiting(rounds)), default=None
    )


def parts_of(agent: AgentSettings, open_parts: Sequence[int]) -> tuple[int, ...]:
    """Return the parts of the day, 0 the first, in which an agent calls lists."""
    if not agent.parts:
        return tuple(open_parts)
    return tuple(part for part in open_parts if part + 1 in agent.parts)


def share(agent: AgentSettings, open_parts: Sequence[int], part: int) -> int:
    """Return how many calls of lists an agent gets in a part of the day: the day's quota shared."""
    parts = parts_of(agent, open_parts)
    if part not in parts:
        return 0
    return agent.quota // len(parts) + (parts.index(part) < agent.quota % len(parts))


def hand_out(
    people: Sequence[Waiting],
    agents: Sequence[AgentSettings],
    window: Window,
    open_parts: Sequence[int],
    given: Mapping[str, int],
    *,
    rounds: int,
) -> list[tuple[int, str]]:
    """Return who is called by whom in a part of a day: people's ids with agents' names.

    given: how many calls of lists each agent got in this part already.
    """
    turn = current_round(people, rounds)
    if turn is None:
        return []
    served = {part for agent in agents if agent.quota for part in parts_of(agent, open_parts)}
    room = Counter({a.name: share(a, open_parts, window[1]) - given.get(a.name, 0) for a in agents})
    chosen = []
    for one in people:
        if one.out or not one.is_waiting(rounds) or len(one.tale.windows) + 1 != turn:
            continue
        if not _is_another_part(one.tale.windows, window, served):
            continue
        free = [a for a in agents if room[a.name] > 0 and _region_fits(one.address, a)]
        if not free:
            if not any(left > 0 for left in room.values()):
                break
            continue
        best = max(free, key=lambda a: (bool(a.regions), room[a.name] / max(a.quota, 1)))
        room[best.name] -= 1
        chosen.append((one.id, best.name))
    return chosen


def _is_another_part(called: Sequence[Window], window: Window, served: Set[int]) -> bool:
    """Tell whether a call in this part is at another part of the day than those before.

    Where all parts in which anybody calls were there, any part will do that is not this very one.
    """
    called_parts = {part for _, part in called}
    if not served <= called_parts:
        return window[1] not in called_parts
    return window not in called


def _region_fits(address: str, agent: AgentSettings) -> bool:
    return not agent.regions or any(region in address for region in agent.regions)
