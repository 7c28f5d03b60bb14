"""The page on which calls and notes are taken down: a day goes in, the form with its cases out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.digest.case_view import GoodsView, goods_of, names_of
from monitor.digest.day import Day
from monitor.digest.page_data import to_json
from monitor.digest.templates import day_templates
from monitor.masking import masked
from monitor.pages import Rendering
from monitor.types import Case

INTAKE_PAGE = "calls.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeData:
    """What the page's script is given.

    agent: who is signed in at the desk, "" offline. csrf: of the session, "" offline.
    agents: who may take a call down offline. cases: the open ones, by which a facility is found.
    """

    store: str
    date: str
    agent: str
    csrf: str
    agents: tuple[str, ...]
    cases: tuple[dict[str, object], ...]


def intake_page(day: Day, *, agent: str = "", csrf: str = "") -> Rendering:
    """Return the page; with a session it speaks with the desk, else it saves a file."""
    data = IntakeData(
        store=day.store,
        date=f"{day.since:%Y-%m-%d}",
        agent=agent,
        csrf=csrf,
        agents=() if agent else tuple(day.files),
        cases=() if agent else _cases(day),
    )
    return Rendering(
        templates=day_templates(day.settings, day.since, day.settings.language_of(agent)),
        template="intake.html",
        script="intake.js",
        styles=("intake.css",),
        connect=bool(agent),
        generated=to_json(day.generated()),
        view={"intake": data},
    )


def _cases(day: Day) -> tuple[dict[str, object], ...]:
    """Return a line of each open case; no number stands in it."""
    return tuple(
        {"id": one.case.id, "line": _line(one.case, day.views[one.case.id].goods)}
        for one in day.standings
        if not one.case.closed
    )


def case_line(case: Case) -> str:
    """Return a case in a few words, numbers masked."""
    return _line(case, goods_of(case))


def _line(case: Case, goods: Sequence[GoodsView]) -> str:
    return masked("、".join([*names_of(case)[0][:2], *(one.name for one in goods[:5])]))
