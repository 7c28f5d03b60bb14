"""Through a day, half hour by half hour, page, terminal and desk call the same case first."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from agent_page import AgentPage
from desk_drive import Desk
from desk_seats import Seat, serving, sitting
from made_cases import callback_of, case_of, item_of, need_of
from staged_day import AGENT, NOW, settings_in, stage

from monitor import digest
from monitor.callback import record
from monitor.callback.outcomes_file import callback_of as callback_of_page
from monitor.calling.standing import Standing, calling_order, standings
from monitor.cli.standing import in_calling_order
from monitor.settings import Settings
from monitor.store import Store
from monitor.types import Case

ZONE = ZoneInfo("Asia/Shanghai")
# The day after the staged one: what was agreed for it comes due in it.
DAY = [NOW.replace(hour=8) + timedelta(days=1, minutes=30 * step) for step in range(27)]
NOTED = """Object.entries(localStorage).filter(([name]) => name.includes(":outcome:"))
  .map(([, entry]) => JSON.parse(entry).outcome)"""
WAYS = ("call", "message", "switchboard", "unreachable")


def first_by_the_rule(entries: Sequence[Standing], now: datetime) -> int:
    """Return whom to call first, as docs/agents-day.md says it, with nothing of the program's."""

    def place(one: Standing) -> tuple[Any, ...]:
        due, needs = one.proposal, one.case.needs
        early = timedelta(minutes=10 if due.agreed_at else 0)
        is_now = due.at is not None and due.action != "wait" and due.at - early <= now
        levels = [need.reading.urgency.level for need in needs if need.reading.urgency]
        amounts = [i.quantity for n in needs for i in n.reading.items if i.quantity and not i.per]
        waits = min(need.post.at for need in needs)
        return (
            (due.action in ("lead", "never", "ended"), due.action == "ended"),
            not is_now and (due.at is None or due.at.astimezone(ZONE).date() > now.date()) + 1,
            due.at if due.at and not is_now else now,
            due.agreed_at or datetime.max.replace(tzinfo=UTC),
            0 if "critical" in levels else 1 if "high" in levels else 2,
            [*WAYS, due.action].index(due.action),
            (bool(one.case.callbacks), len({need.post.id for need in needs})),
            (waits.timestamp() // 3600, -max(amounts, default=0.0), waits, one.case.id),
        )

    return min(entries, key=place).case.id


def generated_day(seed: int) -> list[Case]:
    """Return sixty cases of all sorts that the day began with."""
    dice = random.Random(seed)
    cases, kinds = [], ("mobile", "mobile", "landline", "wechat", "email")
    for number in range(1, 61):
        contacts = [
            (
                kind,
                f"1380013{dice.randrange(8000, 8040)}" if kind == "mobile" else f"{kind}{number}",
            )
            for kind in dice.sample(kinds, dice.randrange(3))
        ]
        needs = [
            need_of(
                number * 10 + post,
                *contacts,
                at=DAY[0] - timedelta(minutes=dice.randrange(4000)),
                url=f"https://example.org/{number}",
                urgency=dice.choice([None, None, ("high", "告急"), ("critical", "用完了")]),
                items=[item_of("口罩", dice.choice([None, 40, 40, 900]))],
            )
            for post in range(dice.choice([1, 1, 2, 4]))
        ]
        made = []
        for call in range(dice.choice([0, 0, 1, 2, 4])):
            how = dice.choice(["no_answer", "busy", "message_sent", "call_later", "wrong_number"])
            how = dice.choice([how] * 5 + ["in_distress", "need_confirmed"])
            tried = [one for one in contacts if one[0] in ("mobile", "landline")]
            at = DAY[0] - timedelta(minutes=dice.randrange(3000))
            again = DAY[dice.randrange(27)] + timedelta(minutes=dice.choice([0, 5, 12]))
            one = callback_of(how, dice.choice(tried) if tried else None)
            agreed = again if how == "call_later" else None
            made.append(
                replace(
                    one,
                    id=f"{number} {call}",
                    case_id=number,
                    attempted_at=at,
                    call_again_at=agreed,
                )
            )
        closed = any(one.disposition == "need_confirmed" for one in made)
        cases.append(replace(case_of(number, *needs, callbacks=made), closed=closed))
    return cases


@pytest.mark.parametrize("seed", range(20))
def test_at_every_half_hour_the_first_case_is_that_of_the_rule(seed: int) -> None:
    cases, settings, firsts = generated_day(seed), Settings(), set()
    for now in DAY:
        entries = standings(cases, settings, {}, now)
        first = calling_order(entries, now, settings)[0]
        assert first == first_by_the_rule(entries, now), now
        firsts.add(first)
    assert len(firsts) > 1, "a day in which nothing moves shows nothing"


def test_the_page_walks_through_the_day_and_its_first_case_is_that_of_the_rule(
    store: Store, tmp_path: Path, chromium: Any
) -> None:
    """With it the terminal's, at every step; the page is never written anew."""
    stage(store, 60)
    settings = settings_in(tmp_path)
    folder = digest.write(store, settings, now=DAY[0] - timedelta(minutes=10))
    agent = AgentPage(chromium, folder / f"{AGENT}.html", DAY[0])
    marks, firsts = store.marks.standing(DAY[0]), []
    for now in DAY:
        if now != DAY[0]:
            agent.pass_time(minutes=30)
        cases = store.cases.get(store.cases.touched_since(NOW - timedelta(hours=12)))
        entries = standings(cases, settings, marks, now)
        own = [one for one in entries if one.case.agent == AGENT and not one.case.closed]
        first = agent.page.evaluate("globalThis.distressPage.order()")[0]
        firsts.append(first)
        terminal = [
            case.id for case in in_calling_order(store, settings, now) if case.agent == AGENT
        ]
        assert (first, terminal[0]) == (first_by_the_rule(own, now),) * 2, now
        assert int(agent.page.locator(".row").first.get_attribute("data-case")) == first
        agent.open_case(first)
        agent.page.keyboard.press("3")  # nobody answers, or a message is sent
        agent.page.keyboard.press("Enter")
        with time_machine.travel(now + timedelta(minutes=1)):
            for outcome in agent.page.evaluate(NOTED):
                record(store, callback_of_page(outcome), origin="page", complete=True)
    assert len(set(firsts)) > 9
    assert agent.troubles == []
    agent.close()


@pytest.fixture
def served(store: Store, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Start a desk of the store in a process of its own."""
    yield from serving(tmp_path)


@pytest.fixture
def sit(chromium: Any) -> Iterator[Callable[..., Seat]]:
    """Sign an agent in, in a browser profile of its own."""
    yield from sitting(chromium)


def test_desk_and_terminal_have_one_order(
    store: Store, tmp_path: Path, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    stage(store, 30)
    seat = sit(served(), AGENT)
    terminal = [
        case.id
        for case in in_calling_order(store, settings_in(tmp_path), datetime.now(UTC))
        if case.agent == AGENT
    ]
    order = seat.page.evaluate("globalThis.distressPage.order()")
    assert [case_id for case_id in order if case_id in terminal] == terminal
    assert len(terminal) > 20
