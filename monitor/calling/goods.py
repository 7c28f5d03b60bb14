"""How the goods of a case stand by the newest statement of each: a case in, states and a stop out.

Only the case's own voice changes anything; a copy of an older plea brings nothing back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from classifiers.need import Item
from monitor.types import Case, CaseUpdate, Need, UpdatedGoods

STATES = ("wanted", "again", "part", "arrived", "enough")
SETTLED = frozenset({"arrived", "enough"})
_STOPS = frozenset({"denied", "enough_all", "arrived_all"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsState:
    """One kind of goods by the newest statement.

    state: one of STATES; "part": some arrived, the rest is wanted.
    quantity, unit: how much is asked for, by the newest plea that tells; None where none does.
    arrived, left: of "part", where they are told. update: the newest that speaks of it, else None.
    since: when the newest statement was made.
    """

    name: str
    state: str
    quantity: float | None
    unit: str | None
    since: datetime
    arrived: float | None = None
    left: float | None = None
    update: CaseUpdate | None = None


def own_updates(case: Case) -> tuple[CaseUpdate, ...]:
    """Return what the case's own voice says later, oldest first."""
    return case.updates and tuple(update for update in case.updates if update.own)


def goods_states(case: Case) -> dict[str, GoodsState]:
    """Return how each kind of goods stands, by name, in the order in which they were asked for."""
    states: dict[str, GoodsState] = {}
    own_ids: set[int] | None = None
    for event in _events(case):
        if isinstance(event, Need):
            for item in event.reading.items:
                before = states.get(item.name)
                if before and own_ids is None:
                    own_ids = {need.id for need in _own_needs(case)}
                is_own = own_ids is not None and event.id in own_ids
                states[item.name] = _asked(before, item, event, is_own=is_own)
        else:
            for goods in event.goods:
                states[goods.name] = _updated(states.get(goods.name), goods, event)
    return states


def stop_of(case: Case) -> CaseUpdate | None:
    """Return the update since which nobody should be called: all is there, or none of it is so.

    None where there is none, or where the case's own voice asked again since.
    """
    updates = own_updates(case)
    if not updates:
        return None
    last_plea = max((need.post.at for need in _own_needs(case)), default=None)
    whole = [
        update
        for update in updates
        if update.effect in _STOPS
        and (last_plea is None or update.said_at > last_plea or _of_plea(case, update))
    ]
    states = goods_states(case)
    if states and all(state.state in SETTLED for state in states.values()):
        return max(
            (state.update for state in states.values() if state.update),
            key=lambda update: update.said_at,
        )
    lasting = [update for update in whole if update.effect == "denied" or not states]
    return lasting[-1] if lasting else None


def live_needs(case: Case) -> tuple[Need, ...]:
    """Return the needs that still ask for something: not those all of whose goods are settled."""
    if not own_updates(case):
        return case.needs
    if stop_of(case):
        return ()
    states = goods_states(case)
    return tuple(
        need
        for need in case.needs
        if not need.reading.items
        or any(states[item.name].state not in SETTLED for item in need.reading.items)
    )


def _of_plea(case: Case, update: CaseUpdate) -> bool:
    """Tell whether an update stands in a plea's own post, which it then takes back."""
    return any(need.post.id == update.post.id for need in case.needs)


def _own_needs(case: Case) -> tuple[Need, ...]:
    """Return the needs that the people in need told themselves, and that repeat no other's words.

    The first one counts whatever it repeats: a copy may have come in before it.
    """
    first_at = case.first_at
    return tuple(
        entry.need
        for entry in case.joined
        if entry.need.reading.voice == "firsthand"
        and (entry.reason != "same text" or entry.need.post.at == first_at)
    )


def _events(case: Case) -> Iterator[Need | CaseUpdate]:
    """Yield needs and own updates, oldest first; of one post the plea first."""
    if len(case.needs) == 1 and not case.updates:
        return iter(case.needs)
    needs: Sequence[tuple[datetime, int, int, Need | CaseUpdate]] = [
        (need.post.at, 0, need.id, need) for need in case.needs
    ]
    updates: Sequence[tuple[datetime, int, int, Need | CaseUpdate]] = [
        (update.said_at, 1, update.id, update) for update in own_updates(case)
    ]
    return (event for *_, event in sorted([*needs, *updates], key=lambda entry: entry[:3]))


def _asked(state: GoodsState | None, item: Item, need: Need, *, is_own: bool) -> GoodsState:
    """Return the state of goods after a plea for them."""
    asked = GoodsState(
        name=item.name,
        state="wanted",
        quantity=item.quantity,
        unit=item.unit,
        since=need.post.at,
    )
    if state is None:
        return asked
    if state.update and not is_own:
        return state
    if state.state in SETTLED:
        return replace(asked, state="again")
    if item.quantity is None or not is_own:
        return state
    return asked


def _updated(state: GoodsState | None, goods: UpdatedGoods, update: CaseUpdate) -> GoodsState:
    """Return the state of goods after what an update says of them."""
    asked = state.quantity if state else None
    unit = state.unit if state and state.unit else goods.unit
    new = GoodsState(
        name=goods.name,
        state=goods.state,
        quantity=asked,
        unit=unit,
        since=update.said_at,
        update=update,
    )
    if goods.state == "wanted":
        quantity = goods.quantity if goods.quantity is not None else asked
        again = update.effect == "again" or (state is not None and state.state in SETTLED)
        return replace(new, state="again" if again else "wanted", quantity=quantity)
    if goods.state == "arrived":
        left = goods.left
        if left is None and asked is not None and goods.quantity is not None:
            left = max(0.0, asked - goods.quantity)
        if left:
            return replace(new, state="part", arrived=goods.quantity, left=left)
        return replace(new, arrived=goods.quantity)
    return new
