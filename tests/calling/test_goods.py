"""How the goods of a case stand by the newest statement of each, and when nobody is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from made_cases import MORNING, case_of, item_of, need_of

from monitor.calling.goods import goods_states, live_needs, stop_of
from monitor.calling.ladder import ladder
from monitor.calling.order import urgency
from monitor.types import Case, CaseUpdate, KnownContact, UpdatedGoods

NUMBER = ("mobile", "13800130011")
PLEA = need_of(1, NUMBER, items=[item_of("护手霜", 100, "支"), item_of("面膜", 20, "盒")])


def update(
    effect: str,
    *goods: UpdatedGoods,
    hours: int = 1,
    own: bool = True,
    unwanted: Sequence[KnownContact] = (),
    new: Sequence[KnownContact] = (),
) -> CaseUpdate:
    at = MORNING + timedelta(hours=hours)
    return CaseUpdate(
        id=hours,
        need_id=1,
        post=replace(PLEA.post, id=100 + hours, posted_at=at),
        words="",
        start=0,
        end=0,
        effect=effect,
        goods=goods,
        unwanted=tuple(unwanted),
        new_contacts=tuple(new),
        own=own,
        said_at=at,
        matched_at=at,
    )


def enough(*names: str, **more: int | bool) -> CaseUpdate:
    effect = "enough_all" if len(names) > 1 else "enough_some"
    goods = [UpdatedGoods(name=name, state="enough") for name in names]
    return update(effect, *goods, **more)  # type: ignore[arg-type]


def case(*updates: CaseUpdate) -> Case:
    return replace(case_of(1, PLEA), updates=updates)


def states(case: Case) -> dict[str, str]:
    return {name: state.state for name, state in goods_states(case).items()}


def test_what_is_enough_is_struck_and_the_rest_stands() -> None:
    one = case(enough("面膜"))
    assert states(one) == {"护手霜": "wanted", "面膜": "enough"}
    assert stop_of(one) is None


def test_how_much_of_it_arrived_is_told_and_the_rest_is_wanted() -> None:
    some = UpdatedGoods(name="护手霜", state="arrived", quantity=40, unit="支")
    state = goods_states(case(update("arrived_some", some)))["护手霜"]
    assert (state.state, state.arrived, state.quantity, state.left) == ("part", 40, 100, 60)


def test_once_all_is_there_nobody_is_called() -> None:
    last = enough("护手霜", hours=3)
    assert stop_of(case(enough("面膜"), last)) == last


def test_what_others_say_changes_nothing() -> None:
    one = case(enough("护手霜", "面膜", own=False))
    assert set(states(one).values()) == {"wanted"}
    assert stop_of(one) is None


def test_a_denial_stops_the_calls_until_the_own_voice_asks_again() -> None:
    denial = update("denied")
    assert stop_of(case(denial)) == denial
    again = need_of(2, NUMBER, at=MORNING + timedelta(hours=2), items=[item_of("面膜", 5, "盒")])
    assert stop_of(replace(case_of(1, PLEA, again), updates=(denial,))) is None


def test_who_passes_the_old_plea_on_brings_nothing_back_but_the_own_voice_does() -> None:
    later = MORNING + timedelta(hours=5)
    goods = [item_of("面膜", 20, "盒")]
    stop = enough("护手霜", "面膜")
    copy = need_of(2, NUMBER, at=later, items=goods, passed_on=True)
    assert stop_of(replace(case_of(1, PLEA, copy), updates=(stop,))) == stop
    again = need_of(3, NUMBER, at=later, items=goods)
    asked = replace(case_of(1, PLEA, again), updates=(stop,))
    assert states(asked) == {"护手霜": "enough", "面膜": "again"}
    copied = replace(asked, joined=(asked.joined[0], replace(asked.joined[1], reason="same text")))
    assert stop_of(copied) == stop


def test_the_newest_amount_that_the_own_voice_tells_counts() -> None:
    later = need_of(2, at=MORNING + timedelta(hours=5), items=[item_of("面膜", 5, "盒")])
    state = goods_states(case_of(1, PLEA, later))["面膜"]
    assert (state.quantity, state.since) == (5, later.post.at)


def test_a_plea_all_of_whose_goods_are_there_presses_no_more() -> None:
    urgent = need_of(1, urgency=("critical", "撑不住"), items=[item_of("面膜", 20, "盒")])
    other = need_of(2, items=[item_of("护手霜", 100, "支")])
    one = replace(case_of(1, urgent, other), updates=(enough("面膜"),))
    assert urgency(live_needs(one)) == (None, "")


def test_whom_the_own_voice_names_instead_comes_first_and_who_is_not_to_be_called_is_barred() -> (
    None
):
    old = KnownContact(kind="mobile", value="13800130011")
    new = KnownContact(kind="landline", value="0712-5550123")
    change = update("contact_change", unwanted=[old], new=[new])
    rungs = ladder(case(change), {})
    assert [(r.contact, r.barred is not None) for r in rungs] == [(new, False), (old, True)]
    by_others = ladder(case(replace(change, own=False)), {})
    assert [(r.contact, r.barred) for r in by_others] == [(old, None)]


def test_a_post_dated_ahead_does_not_stop_calls_for_ever() -> None:
    ahead = replace(update("denied", hours=100), matched_at=MORNING)
    assert ahead.counted_at == MORNING
